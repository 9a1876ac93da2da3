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
        "GROUNDWORK_CLOUDFLARE_ENDPOINT": f"http://127.0.0.1:{free_port()}",
        "GROUNDWORK_MACHINES_ENDPOINT": f"http://127.0.0.1:{free_port()}",
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
    return messages(run)[-1]


def messages(run: subprocess.CompletedProcess[str]) -> list[str]:
    """The words of the tasks that tell something."""
    hosts = [task["hosts"]["localhost"] for task in outcome(run)["plays"][-1]["tasks"] if "localhost" in task["hosts"]]
    return [str(host["msg"]) for host in hosts if "msg" in host]


def test_the_apis_outlive_their_playbook(play: Play, tmp_path: Path):
    assert stats(play("playbooks/sandbox.yml", "--check"))["changed"] == 3
    started = play("playbooks/sandbox.yml")
    assert stats(started)["changed"] == 3
    told = [one for one in messages(started) if " is at " in one]
    endpoints = [one.split("is at ")[1].split(",")[0] for one in told]
    logs = []
    for endpoint, program in zip(endpoints, ("emulator", "cloudflare_simulator", "machines"), strict=True):
        logs.append(tmp_path / f"state/groundwork/{program}-{endpoint.rsplit(':', 1)[1]}.log")
        assert logs[-1].exists()
    assert told == [
        f"The AWS API is at {endpoints[0]}, its log is {logs[0]}",
        f"The Cloudflare API is at {endpoints[1]}, its log is {logs[1]}",
        f"What runs instances and load balancers is at {endpoints[2]}, its log is {logs[2]}",
    ]
    places = ("_groundwork/status", "simulator/status", "machines/status")
    statuses = [f"{endpoint}/{place}" for endpoint, place in zip(endpoints, places, strict=True)]
    for status in statuses:
        urllib.request.urlopen(status, timeout=10).close()

    for options in ([], ["-e", "sandbox_state=empty"], ["--check"]):
        again = stats(play("playbooks/sandbox.yml", *options))
        assert (again["changed"], again["failures"], again["skipped"]) == (0, 0, 0)
    stopped = play("playbooks/sandbox.yml", "-e", "sandbox_state=absent")
    assert stats(stopped)["changed"] == 3
    assert [one for one in messages(stopped) if "listens at" in one] == [f"Nothing of ours listens at {one}" for one in endpoints]
    for status in statuses:
        with pytest.raises(OSError, match="refused"):
            urllib.request.urlopen(status, timeout=10)


def test_without_what_machines_need_the_apis_are_there(play: Play, tmp_path: Path):
    (tmp_path / "bin").mkdir()
    started = play("playbooks/sandbox.yml", PATH=str(tmp_path / "bin"))
    assert (stats(started)["changed"], stats(started)["failures"]) == (2, 0)
    assert message(started) == (
        "What runs instances and load balancers is not there: what they need is not installed: apt-get install "
        "--no-install-recommends podman debootstrap runc haproxy iproute2 openssh-client"
    )
    stopped = play("playbooks/sandbox.yml", "-e", "sandbox_state=absent", PATH=str(tmp_path / "bin"))
    assert (stats(stopped)["changed"], stats(stopped)["failures"]) == (2, 0)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"aws": "http://10.0.0.1:4566", "cloudflare": "http://127.0.0.1.example.org:4567", "machines": "https://127.0.0.1:4568"},
        {"machines": "http://127.0.0.1"},
    ],
)
def test_an_address_elsewhere_is_refused(play: Play, tmp_path: Path, elsewhere: dict[str, str]):
    run = play("playbooks/sandbox.yml", **{f"GROUNDWORK_{api.upper()}_ENDPOINT": endpoint for api, endpoint in elsewhere.items()})
    assert run.returncode == 2
    settings, endpoints = (", ".join(said) for said in ([f"sandbox_{api}_endpoint" for api in elsewhere], elsewhere.values()))
    assert message(run).startswith(f"{settings} {endpoints} is not an address on this machine; give http,")
    assert not (tmp_path / "state").exists(), "one of them was started"


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
    assert stats(run)["changed"] == 3, run.stdout


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
    "CLOUDFLARE_ACCOUNT_ID": "ffffffffffffffffffffffffffffffff",
    "CLOUDFLARE_API_BASE_URL": "http://127.0.0.1:1",
    "CLOUDFLARE_API_TOKEN": "real-looking",
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
    - ansible.builtin.command:
        argv: ["{{ ansible_playbook_python }}", -c, "{{ ask }}"]
      vars:
        ask: |
          import json, os, urllib.request
          place = f"{os.environ['CLOUDFLARE_API_BASE_URL']}/accounts/{os.environ['CLOUDFLARE_ACCOUNT_ID']}"
          token = {"Authorization": f"Bearer {os.environ['CLOUDFLARE_API_TOKEN']}"}
          with urllib.request.urlopen(urllib.request.Request(place, headers=token)) as answer:
              print(json.load(answer)["result"]["name"])
      register: cloudflare
    - ansible.builtin.debug:
        msg: "{{ [stack_account, caller.account] + script.stdout_lines + cloudflare.stdout_lines }}"
"""


def test_the_overlay_wins_over_the_inventory_and_over_the_users_environment(play: Play, tmp_path: Path):
    (tmp_path / "inventory/group_vars").mkdir(parents=True)
    (tmp_path / "inventory/hosts.yml").write_text(INVENTORY)
    (tmp_path / "inventory/group_vars/stack.yml").write_text(ENVIRONMENT)
    (tmp_path / "play.yml").write_text(PLAY)
    assert stats(play("playbooks/sandbox.yml"))["changed"] == 3
    for overlay in (OVERLAY, f"{OVERLAY}/", OVERLAY / "hosts.yml"):
        run = play(tmp_path / "play.yml", "-i", tmp_path / "inventory", "-i", overlay, **HOSTILE)
        assert run.returncode == 0, run.stdout
        host = outcome(run)["plays"][-1]["tasks"][-1]["hosts"]["main"]
        assert host["msg"] == ["123456789012", "123456789012", "1 sa-east-1", "sandbox None", "Groundwork sandbox"]
    assert stats(run, "main")["changed"] == 2, "only the commands: the second run found all that the first had made"
