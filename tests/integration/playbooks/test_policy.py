# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.reads import READS
from support.play import Run, play

NOWHERE = "http://127.0.0.1:9"  # it asks AWS nothing
HOSTS = """\
stack:
  children:
    dns: {hosts: {example.org: , edge: {dns_zone: example.com}}}
"""
STACK = """\
stack_name: shop
stack_environment: production
stack_region: eu-west-1
stack_account: "111122223333"
stack_iam_boundary: arn:aws:iam::111122223333:policy/boundary
"""
# Longer than one policy may be, and a service that nobody looked at.
LOOKS = [f"ec2:{name}" for name in sorted(READS["ec2"]) if name.startswith("Describe")] + ["kinesis:ListStreams"]
CHANGES = ["iam:CreateRole", "route53:ChangeResourceRecordSets"]


def written(file: Path, calls: list[str]) -> str:
    named = [dict(zip(("service", "operation"), call.split(":"), strict=True)) for call in calls]
    file.write_text(json.dumps(named))
    return str(file)


def stack(directory: Path) -> str:
    """An inventory."""
    (directory / "group_vars").mkdir()
    (directory / "group_vars/stack.yml").write_text(STACK)
    (directory / "hosts.yml").write_text(HOSTS)
    return str(directory / "hosts.yml")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("policies")


@pytest.fixture(scope="module")
def run(directory: Path) -> Run:
    (directory / "policies").mkdir()
    (directory / "policies/policy-plan-7.json").write_text("of an earlier record")
    (directory / "policies/policy-of-ours.json").write_text("not of a record")
    records = [written(directory / "first.json", LOOKS), written(directory / "second.json", CHANGES)]
    wanted = json.dumps({"record": records, "policies": str(directory / "policies")})
    return play("playbooks/policy.yml", "-i", stack(directory), "-e", wanted, endpoint=NOWHERE, directory=directory)


def statements(directory: Path, role: str) -> dict[str, Any]:
    documents = [json.loads(file.read_text()) for file in sorted((directory / "policies").glob(f"policy-{role}*.json"))]
    return {statement["Sid"]: statement for document in documents for statement in document["Statement"]}


def test_records_become_policies(run: Run, directory: Path):
    assert run.failures == []
    assert sorted(file.name for file in (directory / "policies").iterdir()) == [
        "policy-apply-2.json",
        "policy-apply.json",
        "policy-of-ours.json",
        "policy-plan-2.json",
        "policy-plan.json",
    ]
    assert statements(directory, "plan").keys() == {"LookAroundRegion1", "LookAroundRegion2"}


def test_the_inventory_says_whose_they_are(run: Run, directory: Path):
    made = statements(directory, "apply")
    assert made["RightsOfRoles"]["Resource"][2] == "arn:aws:iam::111122223333:role/groundwork/shop/production/*"
    assert made["RightsOfRoles"]["Condition"]["StringEquals"]["iam:PermissionsBoundary"].endswith("policy/boundary")
    names = made["RecordsOfZones"]["Condition"]["ForAllValues:StringLike"].values()
    assert sorted(*names) == ["*.example.com", "*.example.org", "example.com", "example.org"]


def test_what_is_to_be_done_by_hand_is_told(run: Run):
    assert "kinesis ListStreams is left out" in run.output
    assert "IAM takes no more than 6144 characters in one" in run.output


@pytest.mark.parametrize("record", ["", "there-is-none.json"])
def test_without_a_record_nothing_is_written(tmp_path: Path, record: str):
    named = ["-e", f"record={tmp_path / record}"] if record else []
    failed = play("playbooks/policy.yml", "-i", stack(tmp_path), *named, endpoint=NOWHERE, directory=tmp_path)
    assert failed.code != 0
    assert (record or "Name the record of a run: -e record=calls.json") in failed.output
    assert list(tmp_path.glob("policy-*")) == []
