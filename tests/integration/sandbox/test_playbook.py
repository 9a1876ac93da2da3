# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The sandbox as a user meets it: C(playbooks/sandbox.yml), and the overlay C(inventories/sandbox)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent
OVERLAY = PROJECT / "inventories/sandbox"

Play = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def play(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Play]:
    """Run a playbook with a state directory, and an emulator's port, of the test's own."""
    base = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    base |= {
        "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "GROUNDWORK_AWS_ENDPOINT": f"http://127.0.0.1:{free_port()}",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }

    def run(*words: str | Path, cwd: Path = PROJECT, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(BIN / "ansible-playbook"), *map(str, words)]
        return subprocess.run(command, cwd=cwd, env=base | environment, capture_output=True, text=True, check=False)

    yield run
    run("playbooks/sandbox.yml", "-e", "sandbox_state=absent")


def stats(run: subprocess.CompletedProcess[str], host: str = "localhost") -> dict[str, int]:
    found: dict[str, int] = outcome(run)["stats"][host]
    return found


def outcome(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.stdout, run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def message(run: subprocess.CompletedProcess[str]) -> str:
    """The last task's word."""
    host = outcome(run)["plays"][-1]["tasks"][-1]["hosts"]["localhost"]
    return str(host["msg"])


def test_the_emulator_outlives_its_playbook(play: Play, tmp_path: Path):
    assert stats(play("playbooks/sandbox.yml", "--check"))["changed"] == 1
    started = play("playbooks/sandbox.yml")
    assert stats(started)["changed"] == 1
    endpoint = message(started).split("is at ")[1].split(",")[0]
    log = tmp_path / f"state/groundwork/emulator-{endpoint.rsplit(':', 1)[1]}.log"
    assert message(started) == f"The AWS API is at {endpoint}, its log is {log}"
    assert log.exists()
    urllib.request.urlopen(f"{endpoint}/_groundwork/status", timeout=10).close()

    for options in ([], ["-e", "sandbox_state=empty"], ["--check"]):
        again = stats(play("playbooks/sandbox.yml", *options))
        assert (again["changed"], again["failures"], again["skipped"]) == (0, 0, 0)
    stopped = play("playbooks/sandbox.yml", "-e", "sandbox_state=absent")
    assert stats(stopped)["changed"] == 1
    assert message(stopped) == f"Nothing of ours listens at {endpoint}"
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{endpoint}/_groundwork/status", timeout=10)


@pytest.mark.parametrize(
    "endpoint", ["http://10.0.0.1:4566", "http://127.0.0.1.example.org:4566", "https://127.0.0.1:4566", "http://127.0.0.1"]
)
def test_an_address_elsewhere_is_refused(play: Play, endpoint: str):
    run = play("playbooks/sandbox.yml", GROUNDWORK_AWS_ENDPOINT=endpoint)
    assert run.returncode == 2
    assert message(run).startswith(f"sandbox_aws_endpoint {endpoint} is not an address on this machine; give http,")


def test_the_refusal_of_the_emulator_is_told(play: Play):
    run = play("playbooks/sandbox.yml", "-e", "sandbox_aws_throttle_share=3")
    assert run.returncode == 2
    assert "a share of 3.0 is none: give one from 0 (no call fails) to 1 (every call)" in message(run)


def test_the_installed_collection_has_it(play: Play, tmp_path: Path):
    galaxy = [str(BIN / "ansible-galaxy"), "collection"]
    source = tmp_path / "source"
    # Only what makes the collection: a checkout holds much that the build would walk through.
    source.mkdir()
    for name in ("galaxy.yml", "meta", "playbooks", "plugins", "roles", "group_vars"):
        path = PROJECT / name
        shutil.copytree(path, source / name, symlinks=True) if path.is_dir() else shutil.copy(path, source)
    (source / "README.md").write_text("# Test\n")
    subprocess.run([*galaxy, "build", str(source), "--output-path", str(tmp_path)], check=True, capture_output=True)
    tarball = next(tmp_path.glob("*.tar.gz"))
    collections = tmp_path / "collections"
    install = [*galaxy, "install", str(tarball), "--no-deps", "-p", str(collections)]
    subprocess.run(install, check=True, capture_output=True, cwd=tmp_path)

    empty = tmp_path / "empty"
    empty.mkdir()
    run = play("groundwork.cloud.sandbox", cwd=empty, ANSIBLE_COLLECTIONS_PATH=str(collections))
    assert stats(run)["changed"] == 1, run.stdout


HOSTILE = {
    "AWS_ACCESS_KEY_ID": "AKIAREALLOOKINGKEY00",
    "AWS_DEFAULT_PROFILE": "company",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
    "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1",
    "AWS_PROFILE": "company",
    "AWS_REGION": "eu-central-1",
    "AWS_ROLE_ARN": "arn:aws:iam::999999999999:role/admin",
    "AWS_SECRET_ACCESS_KEY": "real-looking",
    "AWS_SESSION_TOKEN": "real-looking",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "/var/run/token",
    "HTTP_PROXY": "http://127.0.0.1:1",
    "http_proxy": "http://127.0.0.1:1",
}

INVENTORY = """
stack:
  hosts:
    main:
      ansible_connection: local
      ansible_python_interpreter: "{{ ansible_playbook_python }}"
"""

ENVIRONMENT = """
stack_account: "999999999999"
stack_region: sa-east-1
stack_aws: {AWS_REGION: eu-north-1, AWS_PROFILE: company}
"""

PLAY = """
- hosts: stack
  gather_facts: false
  environment: "{{ stack_aws }}"
  tasks:
    - amazon.aws.aws_caller_info:
      register: caller
    - amazon.aws.ec2_vpc_net: {name: main, cidr_block: 10.0.0.0/16, region: "{{ omit }}"}
      register: vpc
    - amazon.aws.s3_bucket: {name: rehearsed}
    - ansible.builtin.command:
        argv: ["{{ ansible_playbook_python }}", -c, "{{ script }}"]
      vars:
        script: |
          import boto3
          ec2 = boto3.client("ec2")
          print(len(ec2.describe_vpcs(Filters=[{"Name": "tag:Name", "Values": ["main"]}])["Vpcs"]), ec2.meta.region_name)
          credentials = boto3.Session().get_credentials()
          print(credentials.access_key, credentials.token)
      register: script
    - ansible.builtin.debug:
        msg: "{{ [stack_account, caller.account] + script.stdout_lines }}"
"""


def test_the_overlay_wins_over_the_inventory_and_over_the_users_environment(play: Play, tmp_path: Path):
    (tmp_path / "inventory/group_vars").mkdir(parents=True)
    (tmp_path / "inventory/hosts.yml").write_text(INVENTORY)
    (tmp_path / "inventory/group_vars/stack.yml").write_text(ENVIRONMENT)
    (tmp_path / "play.yml").write_text(PLAY)
    assert stats(play("playbooks/sandbox.yml"))["changed"] == 1
    for overlay in (OVERLAY, f"{OVERLAY}/", OVERLAY / "hosts.yml"):
        run = play(tmp_path / "play.yml", "-i", tmp_path / "inventory", "-i", overlay, **HOSTILE)
        assert run.returncode == 0, run.stdout
        host = outcome(run)["plays"][-1]["tasks"][-1]["hosts"]["main"]
        assert host["msg"] == ["123456789012", "123456789012", "1 sa-east-1", "sandbox None"]
    assert stats(run, "main")["changed"] == 1, "only the command: the second run found all that the first had made"
