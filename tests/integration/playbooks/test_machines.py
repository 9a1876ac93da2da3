# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Machines are found by the tags of their stack, and configured one zone of a group at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from support import emulator
from support.emulator import PROJECT
from support.play import Run, play

ACCOUNT = "123456789012"
STACK = {"stack_name": "shop", "stack_environment": "production", "stack_region": "us-east-1", "stack_profile": "production"}
COMPONENTS = {"stack": {"children": {"network": {"hosts": {"main": None}}, "asg": {"hosts": {"web": None, "api": None}}}}}
# They are on this host, and there is nothing to do but to be reached.
MACHINES = {
    "ansible_connection": "{{ 'ssh' if machine_instance_id == broken | default('') else 'local' }}",
    "ansible_host": "127.0.0.1",
    "ansible_port": 9,
    "machine_roles": [],
}


def tags(component: str, environment: str = "production") -> list[dict[str, Any]]:
    pairs = {"groundwork:stack": "shop", "groundwork:environment": environment, "groundwork:component": component}
    return [{"ResourceType": "instance", "Tags": [{"Key": key, "Value": value} for key, value in pairs.items()]}]


@pytest.fixture(scope="module")
def machines(endpoint: str) -> Iterator[dict[str, list[str]]]:
    """Instances of a stack by component and zone, and some that are not of it."""
    emulator.reset(endpoint)
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    ec2 = boto3.client("ec2", endpoint_url=endpoint, region_name="us-east-1", **keys)
    vpc = ec2.create_vpc(CidrBlock="10.7.0.0/16")["Vpc"]["VpcId"]
    image = ec2.describe_images()["Images"][0]["ImageId"]
    subnets = {
        zone: ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.7.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(("us-east-1a", "us-east-1b"))
    }

    def run(zone: str, specifications: list[dict[str, Any]], count: int = 1) -> list[str]:
        placed = {"ImageId": image, "MinCount": count, "MaxCount": count, "SubnetId": subnets[zone]}
        made = ec2.run_instances(**placed, TagSpecifications=specifications)["Instances"]
        return sorted(one["InstanceId"] for one in made)

    found = {
        "web-us-east-1a": run("us-east-1a", tags("web"), 2),
        "web-us-east-1b": run("us-east-1b", tags("web")),
        "api-us-east-1b": run("us-east-1b", tags("api")),
    }
    run("us-east-1a", tags("web", "staging"))
    run("us-east-1a", [])
    ec2.terminate_instances(InstanceIds=run("us-east-1a", tags("web")))
    yield found
    emulator.reset(endpoint)


@pytest.fixture
def inventory(tmp_path: Path) -> Callable[..., str]:
    """Write an inventory of the stack: C(inventory(stack_machines=False))."""

    def write(**settings: Any) -> str:
        place = tmp_path / "production"
        (place / "group_vars").mkdir(parents=True)
        (place / "hosts.yml").write_text(yaml.safe_dump(COMPONENTS))
        (place / "aws_ec2.yml").write_text("plugin: groundwork.cloud.machines\n")
        (place / "group_vars/stack.yml").write_text(yaml.safe_dump({**STACK, "stack_account": ACCOUNT, **settings}))
        # It goes over the sandbox, whose machines are reached in another way.
        (tmp_path / "local/group_vars").mkdir(parents=True)
        (tmp_path / "local/hosts.yml").write_text("machines:\n")
        (tmp_path / "local/group_vars/machines.yml").write_text(yaml.safe_dump(MACHINES))
        (tmp_path / "local/group_vars/stack.yml").write_text(yaml.safe_dump({"stack_machines": True, **settings}))
        return str(place)

    return write


def listed(inventory: str, endpoint: str) -> tuple[dict[str, Any], str]:
    """What C(ansible-inventory) tells of the machines, and its warnings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    # What leads to AWS is nowhere in this environment: the settings of the overlay do.
    environment |= {"GROUNDWORK_AWS_ENDPOINT": endpoint, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    sources = [word for source in (inventory, "inventories/sandbox", f"{inventory}/../local") for word in ("-i", source)]
    command = ["ansible-inventory", *sources, "--list"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    # What comes from AWS is marked, so that no template in it is ever rendered.
    told: dict[str, Any] = json.loads(done.stdout, object_hook=lambda found: found.get("__ansible_unsafe", found))
    return told, done.stderr


def test_those_of_the_stack_that_run_are_found(machines: dict[str, list[str]], inventory: Callable[..., str], endpoint: str):
    told, _warnings = listed(inventory(), endpoint)
    groups = {group: told[group]["hosts"] for group in ("machines_web", "machines_api")}
    names = {place: [f"{place}-{one}" for one in found] for place, found in machines.items()}
    assert sorted(groups["machines_web"]) == names["web-us-east-1a"] + names["web-us-east-1b"]
    assert groups["machines_api"] == names["api-us-east-1b"]
    known = told["_meta"]["hostvars"][groups["machines_api"][0]]
    assert known["machine_instance_id"] == machines["api-us-east-1b"][0]
    assert known["machine_private_address"].startswith("10.7.1.")
    assert (known["machine_component"], known["machine_zone"]) == ("api", "us-east-1b")
    assert (known["stack_name"], known["stack_aws"]["AWS_ENDPOINT_URL"]) == ("shop", endpoint)


@pytest.mark.parametrize("settings", [{"stack_machines": False}, {"stack_account": "999999999999"}])
def test_none_are_found_where_there_are_none_to_configure(
    machines: dict[str, list[str]], inventory: Callable[..., str], endpoint: str, settings: dict[str, Any]
):
    told, _warnings = listed(inventory(**settings), endpoint)
    assert "machines_web" not in told


@pytest.mark.parametrize(
    ("settings", "at", "warning"),
    [
        ({}, "http://127.0.0.1:9", "the machines of shop could not be listed: Could not connect to the endpoint URL"),
        ({"stack_region": "{{ nowhere }}"}, "", "'nowhere' is undefined"),
    ],
)
def test_what_went_wrong_is_told(inventory: Callable[..., str], endpoint: str, settings: dict[str, Any], at: str, warning: str):
    told, warnings = listed(inventory(**settings), at or endpoint)
    assert warning in " ".join(warnings.split())
    assert set(told["asg"]["hosts"]) == {"web", "api"}


def configure(inventory: str, endpoint: str, directory: Path, *arguments: str) -> Run:
    sources = [word for source in (inventory, "inventories/sandbox", f"{inventory}/../local") for word in ("-i", source)]
    return play("playbooks/configure.yml", *sources, *arguments, endpoint=endpoint, directory=directory)


def batches(run: Run) -> list[list[str]]:
    """Which machines went together, in order, without their ids."""
    found: list[list[str]] = []
    for event in run.events:
        if event["task"] == "Live picture":
            found.append([])
        elif event["task"] == "What kind of machine it is" and event["status"] == "ok":
            found[-1].append(event["component"].rpartition("-i-")[0])
    return found


ZONES = [["api-us-east-1b"], ["web-us-east-1a", "web-us-east-1a"], ["web-us-east-1b"]]


def test_one_zone_of_a_group_goes_at_a_time(
    machines: dict[str, list[str]], inventory: Callable[..., str], endpoint: str, tmp_path: Path
):
    place = inventory()
    whole = configure(place, endpoint, tmp_path)
    assert (whole.code, batches(whole)) == (0, ZONES), whole.output
    record = json.loads((tmp_path / "calls.json").read_text())
    assert ("groundwork.cloud.machines", "DescribeInstances") in {(entry["module"], entry["operation"]) for entry in record}
    some = configure(place, endpoint, tmp_path, "--limit", f"machines_web:!web-us-east-1a-{machines['web-us-east-1a'][0]}")
    assert (some.code, batches(some)) == (0, [["web-us-east-1a"], ["web-us-east-1b"]]), some.output


def test_a_machine_that_fails_stops_the_roll_out(
    machines: dict[str, list[str]], inventory: Callable[..., str], endpoint: str, tmp_path: Path
):
    broken = machines["web-us-east-1a"][1]
    run = configure(inventory(), endpoint, tmp_path, "-e", f"broken={broken}", "-e", "machine_timeout_seconds=3")
    assert run.code != 0
    assert broken in run.failures[-1]
    assert ["web-us-east-1b"] not in batches(run)


def test_machines_that_could_not_be_listed_are_not_taken_for_none(inventory: Callable[..., str], tmp_path: Path):
    run = configure(inventory(), "http://127.0.0.1:9", tmp_path)
    assert run.code != 0
    assert "the machines of shop could not be listed" in run.failures[0]
