# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a teardown refuses is refused before anything is removed; and what is declared absent goes whole, as it was planned."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.play import Run
from support.small_stack import written

HOSTS = """\
stack:
  children:
    cloudwatch: {hosts: {watch: }}
    dns: {hosts: {example.org: }}
    dynamodb: {hosts: {notes: }}
    storage: {hosts: {files: }}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
dynamodb_partition_key: {name: id, type: S}
dns_records: [{name: www.example.org, type: CNAME, values: [example.com]}]
"""
Apply = Callable[..., Run]


@pytest.fixture
def run(endpoint: str, aws_environment: dict[str, str], tmp_path: Path) -> Apply:
    """Run a playbook with some settings: C(run("site.yml", "--check", dns_state="absent"))."""
    shop = written(tmp_path, endpoint, HOSTS, STACK)

    def run(playbook: str, *arguments: str, **settings: Any) -> Run:
        return shop(playbook, "-e", json.dumps(settings), *arguments)

    return run


def test_what_goes_is_planned_with_what_depends_on_it(run: Apply, aws: Callable[[str], Any]):
    first = run("site.yml")
    assert first.code == 0, first.output
    settings: dict[str, Any] = {"dynamodb_state": "absent", "dns_state": "absent", "destroy_data": ["notes"]}
    plan, apply = run("site.yml", "--check", **settings), run("site.yml", **settings)
    assert (plan.code, apply.code) == (0, 0), plan.output + apply.output
    assert plan.changed == apply.changed
    assert {component for component, _task in apply.changed} == {"example.org", "notes", "watch"}
    assert "would delete  notes" in plan.output
    assert "deleted    notes" in apply.output
    assert aws("route53").list_hosted_zones()["HostedZones"] == []
    assert run("site.yml", **settings).changed == set()


def test_old_versions_are_data(run: Apply, aws: Callable[[str], Any]):
    assert run("site.yml", "--limit", "files").code == 0
    s3 = aws("s3")
    (bucket,) = [one["Name"] for one in s3.list_buckets()["Buckets"]]
    s3.put_object(Bucket=bucket, Key="a", Body=b"a")
    s3.delete_object(Bucket=bucket, Key="a")
    refused = run("playbooks/teardown.yml", confirm="shop-test")
    assert "files hold data" in refused.failures[0], refused.output
    assert refused.changed == set()
    done = run("playbooks/teardown.yml", confirm="shop-test", destroy_data=["files"])
    assert done.code == 0, done.output
    assert s3.list_buckets()["Buckets"] == []
