# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keeps as many containers as the emulator has running instances: made, and removed, as those come and go."""

from __future__ import annotations

import base64
import fcntl
import io
import ipaddress
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from . import image, metadata
from .podman import MachinesError, Podman
from .relay import Relay

METADATA_PORT = 8169
LABEL = "groundwork.machines"


@dataclass(frozen=True)
class Machine:
    """What a container is made from."""

    instance: str
    address: str
    network: str


@dataclass(frozen=True)
class Todo:
    start: tuple[Machine, ...]
    remove: tuple[str, ...]


def wanted(instances: list[Mapping[str, Any]]) -> dict[str, Machine]:
    """The machines of instances that run, by the instance's id."""
    running = [one for one in instances if one["State"]["Name"] in ("pending", "running") and one.get("PrivateIpAddress")]
    return {one["InstanceId"]: Machine(one["InstanceId"], one["PrivateIpAddress"], one["VpcId"]) for one in running}


def plan(want: Mapping[str, Machine], have: Mapping[str, str]) -> Todo:
    """What brings the containers (instance: address) to the machines."""
    gone = tuple(sorted(name for name, address in have.items() if name not in want or want[name].address != address))
    missing = (machine for name, machine in sorted(want.items()) if name not in have or name in gone)
    return Todo(start=tuple(missing), remove=gone)


def claim(port: int | str) -> TextIO | None:
    """Hold the machines of the emulator at a port for as long as this process lives; None if another process does."""
    lock = Path(tempfile.gettempdir(), f"groundwork-machines-{port}.lock").open("w")  # noqa: SIM115  (held)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


class Keeper:
    """The machines of one emulator, and what they find at the gateways of their networks."""

    def __init__(self, endpoint: str, directory: Path) -> None:
        parts = urlsplit(endpoint)
        self._endpoint = (str(parts.hostname), int(parts.port or 80))
        self._url = endpoint
        self._label = f"{LABEL}={self._endpoint[1]}"
        self._clients: dict[tuple[str, str], Any] = {}
        self._podman = Podman(directory)
        self._doors: dict[str, tuple[Relay, metadata.Metadata]] = {}
        self._told: dict[str, metadata.Told] = {}
        self.key = directory / f"machines-{self._endpoint[1]}.key"

    def client(self, service: str, region: str) -> Any:
        """One for all questions: making it costs more than most of them."""
        if (service, region) not in self._clients:
            keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
            config = Config(proxies={}, retries={"total_max_attempts": 1})
            made = boto3.client(service, endpoint_url=self._url, region_name=region, config=config, **keys)
            self._clients[service, region] = made
        return self._clients[service, region]

    def keep(self, stop: threading.Event, regions: list[str], every: float = 1.0) -> None:
        """Follow the emulator until told to stop, and leave nothing then."""
        if not (held := claim(self._endpoint[1])):
            raise MachinesError(f"the machines of {self._url} are kept by another process; stop that one first")
        with held:
            self._make_key()
            self._clear()
            try:
                self._follow(stop, regions, every)
            finally:
                self.remove()

    def _follow(self, stop: threading.Event, regions: list[str], every: float) -> None:
        """An emulator that does not answer has the machines that it had."""
        told = ""
        while not stop.wait(every):
            try:
                self.step(regions)
                told = ""
            except (MachinesError, BotoCoreError, ClientError, OSError) as error:
                if str(error) != told:  # once, not every second
                    told = str(error)
                    print(told, file=sys.stderr, flush=True)

    def step(self, regions: list[str]) -> None:
        instances = {}
        for region in regions:
            pages = self.client("ec2", region).get_paginator("describe_instances").paginate()
            found = [one for page in pages for group in page["Reservations"] for one in group["Instances"]]
            instances |= {one["InstanceId"]: (region, one) for one in found}
        todo = plan(wanted([one for _region, one in instances.values()]), self.standing())
        for name in todo.remove:
            self._podman("rm", "--force", "--time", "0", name)
        for machine in todo.start:
            self._start(machine, *instances[machine.instance])

    def standing(self) -> dict[str, str]:
        """The addresses of our containers, by instance."""
        found = self._podman.listed("ps", "--all", "--filter", f"label={self._label}")
        return {one["Labels"][f"{LABEL}.instance"]: one["Labels"][f"{LABEL}.address"] for one in found}

    def remove(self) -> None:
        """Take away every container and network of ours, and nothing else."""
        for door in self._doors.values():
            for one in door:
                one.close()
        self._doors.clear()
        self._remove(self._label)

    def _remove(self, label: str) -> None:
        for container in self._podman.listed("ps", "--all", "--filter", f"label={label}"):
            self._podman("rm", "--force", "--time", "0", container["Id"])
        for network in self._podman.listed("network", "ls", "--filter", f"label={label}"):
            self._podman("network", "rm", "--force", network["name"])

    def _clear(self) -> None:
        """Take away what keepers that were killed have left: its addresses would be in the way of ours."""
        found = [*self._podman.listed("ps", "--all"), *self._podman.listed("network", "ls")]
        labels = [one.get("Labels") or one.get("labels") or {} for one in found]
        for port in {label[LABEL] for label in labels if LABEL in label}:
            if f"{LABEL}={port}" == self._label:
                self._remove(self._label)
            elif held := claim(port):
                with held:
                    self._remove(f"{LABEL}={port}")

    def _start(self, machine: Machine, region: str, instance: Mapping[str, Any]) -> None:
        image.build(self._podman, image.tag())
        gateway = self._network(machine.network, region)
        self._told[machine.address] = metadata.about(instance, self._role(instance, region), partial(self._credentials, region))
        labels = (self._label, f"{LABEL}.instance={machine.instance}", f"{LABEL}.address={machine.address}")
        words = [word for label in labels for word in ("--label", label)]
        address = ["--network", self._network_name(machine.network), "--ip", machine.address]
        host = f"ip-{machine.address.replace('.', '-')}"
        made = ["--name", machine.instance, "--hostname", host, *words, *address]
        # It gives itself the address of the metadata service.
        self._podman("create", "--systemd=always", "--cap-add", "NET_ADMIN", *made, image.tag(), "/sbin/init")
        try:
            self._furnish(machine.instance, gateway, self._user_data(machine.instance, region))
            self._podman("start", machine.instance)
        except BaseException:
            self._podman("rm", "--force", machine.instance)
            raise
        print(f"{machine.instance} runs at {machine.address}", file=sys.stderr, flush=True)

    def _furnish(self, name: str, gateway: str, user_data: bytes) -> None:
        """What the first start of this machine finds on its disk."""
        port = self._endpoint[1]
        listen = f"[Socket]\nListenStream=127.0.0.1:{port}\n"
        files = {
            "etc/groundwork-machine": (f"METADATA={gateway}:{METADATA_PORT}\nAWS={gateway}:{port}\n".encode(), 0o644),
            "etc/systemd/system/groundwork-aws.socket.d/port.conf": (listen.encode(), 0o644),
            "root/.ssh/authorized_keys": (self.key.with_suffix(".key.pub").read_bytes(), 0o600),
        }
        if user_data:
            files["var/lib/cloud/user-data"] = (user_data, 0o700)
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            for path, (content, mode) in files.items():
                file = tarfile.TarInfo(path)
                file.size, file.mode = len(content), mode
                tar.addfile(file, io.BytesIO(content))
        self._podman("cp", "-", f"{name}:/", data=archive.getvalue())

    def _network_name(self, vpc: str) -> str:
        return f"groundwork-{self._endpoint[1]}-{vpc}"

    def _network(self, vpc: str, region: str) -> str:
        """The gateway of a VPC's network, which is made if it has to be, with what its machines find there."""
        name = self._network_name(vpc)
        cidr = ipaddress.ip_network(self.client("ec2", region).describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"])
        gateway = str(cidr[1])
        if not any(network["name"] == name for network in self._podman.listed("network", "ls")):
            subnet = ["--subnet", str(cidr), "--gateway", gateway]
            self._podman("network", "create", "--disable-dns", "--label", self._label, *subnet, name)
        if vpc not in self._doors:
            self._hold(name, gateway)
            aws = Relay((gateway, self._endpoint[1]), self._endpoint)
            self._doors[vpc] = (aws, metadata.Metadata((gateway, METADATA_PORT), self._told.get))
        return gateway

    def _hold(self, network: str, gateway: str) -> None:
        """A bridge has its address only while a container is on it, and what listens there needs it before."""
        bridge = self._podman("network", "inspect", "--format", "{{.NetworkInterface}}", network)
        prefix = self._podman("network", "inspect", "--format", "{{range .Subnets}}{{.Subnet}}{{end}}", network).split("/")[1]
        for words in (["link", "add", bridge, "type", "bridge"], ["address", "add", f"{gateway}/{prefix}", "dev", bridge]):
            subprocess.run(["ip", *words], capture_output=True, check=False)  # noqa: S603, S607  (it may stand from before)
        subprocess.run(["ip", "link", "set", bridge, "up"], check=True)  # noqa: S603, S607

    def _role(self, instance: Mapping[str, Any], region: str) -> str | None:
        """The role of the instance profile, by its name."""
        if not (profile := instance.get("IamInstanceProfile", {}).get("Arn")):
            return None
        with suppress(ClientError):
            roles = self.client("iam", region).get_instance_profile(InstanceProfileName=profile.rpartition("/")[2])
            return str(roles["InstanceProfile"]["Roles"][0]["RoleName"])
        return None

    def _credentials(self, region: str, role: str) -> dict[str, Any]:
        arn = self.client("iam", region).get_role(RoleName=role)["Role"]["Arn"]
        given = self.client("sts", region).assume_role(RoleArn=arn, RoleSessionName="instance")["Credentials"]
        return {
            "Code": "Success",
            "Type": "AWS-HMAC",
            "AccessKeyId": given["AccessKeyId"],
            "SecretAccessKey": given["SecretAccessKey"],
            "Token": given["SessionToken"],
            "Expiration": given["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _user_data(self, instance: str, region: str) -> bytes:
        found = self.client("ec2", region).describe_instance_attribute(InstanceId=instance, Attribute="userData")
        data = base64.b64decode(found.get("UserData", {}).get("Value", ""))
        return data if data.startswith(b"#!") else b""  # cloud-init's other formats are not for this image

    def _make_key(self) -> None:
        if not self.key.exists():
            words = ["-q", "-t", "ed25519", "-N", "", "-C", "groundwork sandbox", "-f", str(self.key)]
            subprocess.run(["ssh-keygen", *words], check=True)  # noqa: S603, S607
