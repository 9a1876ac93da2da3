# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Machines for the length of a test: instances of the emulator that are containers, reached by SSH."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import yaml
from machines.podman import missing

from .emulator import PROJECT, free_port
from .play import Run, play

REGION = "us-east-1"
# An image of the machines takes a minute to make, once.
PATIENCE = 300
LOG = "machines.log"
ATTEMPTS = 10
NO_CONNECTION = 255  # the exit code of ssh for a failure of its own


@dataclass(frozen=True)
class Machines:
    """Those of one emulator."""

    url: str
    directory: Path

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]

    @property
    def key(self) -> Path:
        return self.directory / f"machines-{self.port}.key"

    @property
    def authority(self) -> Path:
        """The certificate that those of load balancers are signed with."""
        return self.directory / f"machines-{self.port}.authority.pem"

    @property
    def balancers(self) -> Path:
        """The addresses of load balancers by their DNS names, as JSON."""
        return self.directory / f"balancers-{self.port}.json"

    def known(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.balancers.read_text()) if self.balancers.exists() else {}
        return found

    def client(self, service: str, region: str = REGION) -> Any:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(service, endpoint_url=self.url, region_name=region, **keys)

    def ask(self, address: str, command: str) -> str:
        """What a command on a machine prints. A server that is just being reloaded drops connections: they are tried again."""
        options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "ConnectTimeout=5", "LogLevel=ERROR"]
        words = ["ssh", "-i", str(self.key), *(word for option in options for word in ("-o", option)), f"root@{address}", command]
        for _attempt in range(ATTEMPTS):
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode != NO_CONNECTION:
                break
            time.sleep(1)
        done.check_returncode()
        return done.stdout.strip()

    def launch(self, cidr: str, count: int = 1, **options: Any) -> list[dict[str, Any]]:
        """Run instances in a VPC of their own, and wait until they answer."""
        ec2 = self.client("ec2")
        vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr.replace("/16", "/24"))["Subnet"]["SubnetId"]
        image = ec2.describe_images()["Images"][0]["ImageId"]
        made = ec2.run_instances(ImageId=image, MinCount=count, MaxCount=count, SubnetId=subnet, **options)["Instances"]
        for instance in made:
            try:
                until(lambda instance=instance: self.answers(instance["PrivateIpAddress"]), f"{instance['InstanceId']} answers")
            except AssertionError as error:
                error.add_note(f"Its keeper said: {(self.directory / LOG).read_text()}")
                raise
        return list(made)

    def apply(self, role: str, address: str, directory: Path, settings: dict[str, Any], *options: str) -> Run:
        """Apply a role of ours to the machine at an address."""
        of_machine = {"hosts": "machines", "gather_facts": True, "gather_subset": ["!all", "min", "pkg_mgr"]}
        host = {
            "ansible_connection": "ssh",
            "ansible_host": address,
            "ansible_user": "root",
            "ansible_ssh_private_key_file": str(self.key),
            "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
        }
        inventory, playbook = directory / "hosts.yml", directory / "play.yml"
        inventory.write_text(yaml.safe_dump({"machines": {"hosts": {"m1": host | settings}}}))
        playbook.write_text(yaml.safe_dump([of_machine | {"roles": [{"role": f"groundwork.cloud.{role}"}]}]))
        return play(str(playbook), f"--inventory={inventory}", *options, endpoint=self.url, directory=directory)

    def answers(self, address: str) -> bool:
        try:
            return self.ask(address, "systemctl is-system-running") == "running"
        except subprocess.CalledProcessError:
            return False


@contextmanager
def running(url: str, directory: Path, *options: str) -> Iterator[Machines]:
    """Keep machines for an emulator; all of them are gone afterwards."""
    assert not missing(), f"no machines: {missing()}"
    log = directory / LOG
    command = [sys.executable, "-m", "machines", "--aws", url, "--directory", str(directory), "--port", str(free_port())]
    command += options
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=PROJECT / "roles/sandbox/files", env=os.environ, stdout=output, stderr=output)
    try:
        yield Machines(url, directory)
    finally:
        process.terminate()
        process.wait(60)


def tasks(run: Run) -> set[str]:
    """What changed in a run that went well."""
    assert run.code == 0, run.output
    return {task for _host, task in run.changed}


def until(true: Callable[[], bool], what: str, timeout: float = PATIENCE) -> None:
    give_up = time.monotonic() + timeout
    while not true():
        assert time.monotonic() < give_up, f"not within {timeout:g} s: {what}"
        time.sleep(0.5)


def get(url: str) -> tuple[int, str]:
    """Status and body of an answer; a proxy of the environment does not stand between."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
