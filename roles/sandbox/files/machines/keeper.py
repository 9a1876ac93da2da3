# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keeps as many containers as the emulator has running instances: made, and removed, as those come and go."""

from __future__ import annotations

import base64
import fcntl
import http.client
import io
import ipaddress
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from emulator.machines import AGENT
from service import edge

from . import image, metadata
from .authority import Authority
from .balancers import Balancers
from .live import Live, Region
from .network import METADATA_PORT, Network, ip
from .podman import MachinesError, Podman

LABEL = "groundwork.machines"
LONGEST = 5.0


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


def write(file: Path, text: str) -> None:
    """Whole, for who reads it at the same time."""
    if not file.exists() or file.read_text() != text:
        new = file.with_suffix(".new")
        new.write_text(text)
        new.replace(file)


class Keeper:
    """The machines and load balancers of one emulator, and what machines find at the gateways of their networks."""

    def __init__(self, endpoint: str, directory: Path, cloudflare: str = "") -> None:
        parts = urlsplit(endpoint)
        self._endpoint = (str(parts.hostname), int(parts.port or 80))
        self._url = endpoint
        self._label = f"{LABEL}={self._endpoint[1]}"
        self._clients: dict[tuple[str, str], Any] = {}
        self._making = threading.Lock()
        self._podman = Podman(directory)
        self._networks: dict[str, Network] = {}
        self._at: dict[str, tuple[str, str]] = {}  # region and instance, by address
        self._balancers = Balancers()
        self._cloudflare = cloudflare
        self._edge = ""
        self._addresses: dict[str, str] = {}
        self._read: tuple[int, float] | None = None  # after which call of others, and when
        self._said: set[str] = set()
        self._stop = threading.Event()
        self.names: dict[str, str] = {}
        self.machines: dict[str, str] = {}
        files = directory / f"machines-{self._endpoint[1]}"
        self.key = files.with_suffix(".key")
        self._authority = Authority(files.with_suffix(".authority.pem"), self._balancers.place)
        self._names_file = directory / f"balancers-{self._endpoint[1]}.json"

    def client(self, service: str, region: str) -> Any:
        """One for all questions: making it costs more than most of them."""
        with self._making:  # who asks for metadata has a thread of its own
            if (service, region) not in self._clients:
                keys = {"aws_access_key_id": "sandbox", "aws_secret_access_key": "sandbox"}
                config = Config(proxies={}, retries={"total_max_attempts": 1}, user_agent_extra=AGENT)
                made = boto3.client(service, endpoint_url=self._url, region_name=region, config=config, **keys)
                self._clients[service, region] = made
            return self._clients[service, region]

    def keep(self, every: float = 1.0) -> None:
        """Follow the emulator until told to stop, and leave nothing then."""
        try:
            while not self._stop.wait(every):
                self._follow()
        finally:
            self.remove()

    def begin(self) -> TextIO:
        """Take the place of keepers that were; what this gives is held for as long as it keeps machines."""
        if not (held := claim(self._endpoint[1])):
            raise MachinesError(f"the machines of {self._url} are kept by another process; stop that one first")
        self._make_key()
        self._clear()
        return held

    def stop(self) -> None:
        self._stop.set()

    def look(self) -> None:
        """Ask for all that stands in the next turn, whether anything is known to have changed or not."""
        self._read = None

    def status(self) -> dict[str, Any]:
        return {"aws": self._url, "machines": self.machines, "balancers": self.names, "trouble": sorted(self._said)}

    def _follow(self) -> None:
        """One look at the emulator; one that does not answer has the machines that it had."""
        trouble: set[str] = set()
        looked = False
        with self._told_of(trouble):
            calls, regions = self._tell_health()
            now = time.monotonic()
            # Some things happen there without a call: instances of a group that scales, a load balancer that is ready at last.
            if self._read is None or self._read[0] != calls or now - self._read[1] > LONGEST:
                looked, self._read = True, (calls, now)
                self._step(regions, trouble)
                self._tell_health()
        if looked or trouble:
            for one in trouble - self._said:  # once, not every second
                print(one, file=sys.stderr, flush=True)
            self._said = trouble

    @contextmanager
    def _told_of(self, trouble: set[str]) -> Iterator[None]:
        try:
            yield
        except (MachinesError, BotoCoreError, ClientError, OSError, LookupError, ValueError) as error:
            trouble.add(str(error) or repr(error))

    def _tell_health(self) -> tuple[int, list[str]]:
        """What the load balancers' checks say, to the emulator; it says whether others have called it, and where things stand."""
        told = {"pid": os.getpid(), "health": self._balancers.health()}
        connection = http.client.HTTPConnection(*self._endpoint, timeout=10)
        try:
            connection.request("POST", "/_groundwork/machines", json.dumps(told))
            answer = connection.getresponse()
            said = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise MachinesError(f"the emulator at {self._url} runs other code than stands here: stop it and start it again")
        return said["calls"], said["regions"]

    def _step(self, regions: list[str], trouble: set[str]) -> None:
        instances, live = {}, Live()
        for name in regions:
            pages = self.client("ec2", name).get_paginator("describe_instances").paginate()
            found = [one for page in pages for group in page["Reservations"] for one in group["Instances"]]
            instances |= {one["InstanceId"]: (name, one) for one in found}
            region = Region(name, partial(self.client, region=name), found, self._authority.certificate)
            region.read(live, self._addresses)
        self._addresses = {one.arn: one.address for one in live.balancers}
        want = wanted([one for _region, one in instances.values()])
        todo = plan(want, self.standing())
        for name in todo.remove:
            self._podman("rm", "--force", "--time", "0", name)
        places = {(instances[one.instance][0], one.network): set[str]() for one in want.values()} | live.networks
        self._open(places, trouble)
        with self._told_of(trouble):
            self._let_edge_ask()
        held = {address for (_region, vpc), addresses in places.items() if vpc in self._networks for address in addresses}
        live.balancers = [one for one in live.balancers if one.address in held]
        self.names = {name: address for name, address in live.names.items() if address in held}
        with self._told_of(trouble):
            self._balancers.follow(live)
        write(self._names_file, json.dumps(self.names, indent=2, sort_keys=True) + "\n")
        for machine in todo.start:
            if machine.network in self._networks and not self._stop.is_set():
                with self._told_of(trouble):
                    self._start(machine, instances[machine.instance][0])
                self._tell_health()
        self.machines = {one.instance: one.address for one in want.values()}

    def _open(self, places: Mapping[tuple[str, str], set[str]], trouble: set[str]) -> None:
        """Networks for the VPCs that have something to run, each with addresses for its load balancers; no others."""
        needed = {vpc for _region, vpc in places}
        for vpc in set(self._networks) - needed:
            self._networks.pop(vpc).close()
            self._remove_network(self._network_name(vpc))
        for (region, vpc), addresses in places.items():
            with self._told_of(trouble):
                network = self._networks.get(vpc) or self._network(vpc, region)
                network.hold(addresses)
                if vpc not in self._networks:
                    network.listen(self._endpoint, self._tell, lambda name: self.names.get(name))
                    self._networks[vpc] = network

    def _let_edge_ask(self) -> None:
        """This host has the address from which Cloudflare's edge asks origins."""
        if not self._cloudflare:
            return
        parts = urlsplit(self._cloudflare)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port or 80, timeout=10)
        try:
            connection.request("GET", "/simulator/ips")
            ranges = json.loads(connection.getresponse().read())["ipv4_cidrs"]
        finally:
            connection.close()
        self._be_edge(edge.address(ranges, parts.port or 80))

    def _be_edge(self, address: str) -> None:
        if self._edge and self._edge != address:
            ip("address", "delete", f"{self._edge}/32", "dev", "lo")
        if address and self._edge != address:
            ip("address", "add", f"{address}/32", "dev", "lo")  # one who was killed may have left it
        self._edge = address

    def standing(self) -> dict[str, str]:
        """The addresses of our containers, by instance."""
        found = self._podman.listed("ps", "--all", "--filter", f"label={self._label}")
        return {one["Labels"][f"{LABEL}.instance"]: one["Labels"][f"{LABEL}.address"] for one in found}

    def remove(self) -> None:
        """Take away every container and network of ours, and nothing else."""
        self._balancers.close()
        self._names_file.unlink(missing_ok=True)
        self._be_edge("")
        for network in self._networks.values():
            network.close()
        self._networks.clear()
        self._remove(self._label)

    def _remove(self, label: str) -> None:
        if containers := [one["Id"] for one in self._podman.listed("ps", "--all", "--filter", f"label={label}")]:
            self._podman("rm", "--force", "--time", "0", *containers)
        for network in self._podman.listed("network", "ls", "--filter", f"label={label}"):
            self._remove_network(network["name"])

    def _remove_network(self, name: str) -> None:
        bridge = self._podman("network", "inspect", "--format", "{{.NetworkInterface}}", name)
        self._podman("network", "rm", "--force", name)
        ip("link", "delete", bridge)

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

    def _start(self, machine: Machine, region: str) -> None:
        image.build(self._podman, image.tag())
        gateway = self._networks[machine.network].gateway
        self._at[machine.address] = region, machine.instance
        labels = (self._label, f"{LABEL}.instance={machine.instance}", f"{LABEL}.address={machine.address}")
        words = [word for label in labels for word in ("--label", label)]
        address = ["--network", self._network_name(machine.network), "--ip", machine.address, "--dns", gateway]
        host = f"ip-{machine.address.replace('.', '-')}"
        made = ["--name", machine.instance, "--hostname", host, *words, *address]
        # It gives itself the address of the metadata service.
        self._podman("create", "--systemd=always", "--cap-add", "NET_ADMIN", *made, image.tag(), "/sbin/init")
        try:
            self._furnish(machine.instance, gateway, region, self._user_data(machine.instance, region))
            self._podman("start", machine.instance)
        except BaseException:
            self._podman("rm", "--force", machine.instance)
            raise
        print(f"{machine.instance} runs at {machine.address}", file=sys.stderr, flush=True)

    def _furnish(self, name: str, gateway: str, region: str, user_data: bytes) -> None:
        """What the first start of this machine finds on its disk."""
        port = self._endpoint[1]
        listen = f"[Socket]\nListenStream=127.0.0.1:{port}\n"
        aws = f"[Manager]\nDefaultEnvironment=AWS_ENDPOINT_URL=http://127.0.0.1:{port} AWS_REGION={region}\n"
        files = {
            "etc/groundwork-machine": (f"METADATA={gateway}:{METADATA_PORT}\nAWS={gateway}:{port}\n".encode(), 0o644),
            "etc/systemd/system/groundwork-aws.socket.d/port.conf": (listen.encode(), 0o644),
            "etc/systemd/system.conf.d/aws.conf": (aws.encode(), 0o644),
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

    def _network(self, vpc: str, region: str) -> Network:
        name = self._network_name(vpc)
        cidr = ipaddress.ip_network(self.client("ec2", region).describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"])
        gateway = str(cidr[1])
        if not any(network["name"] == name for network in self._podman.listed("network", "ls")):
            subnet = ["--subnet", str(cidr), "--gateway", gateway]
            self._podman("network", "create", "--disable-dns", "--label", self._label, *subnet, name)
        return Network(self._podman("network", "inspect", "--format", "{{.NetworkInterface}}", name), gateway, cidr.prefixlen)

    def _tell(self, address: str) -> metadata.Told | None:
        """What the machine at an address may know of itself, as it is now: it may be given another role while it runs."""
        if address not in self._at:
            return None
        region, name = self._at[address]
        (reservation,) = self.client("ec2", region).describe_instances(InstanceIds=[name])["Reservations"]
        (instance,) = reservation["Instances"]
        return metadata.about(instance, self._role(instance, region), partial(self._credentials, region))

    def _role(self, instance: Mapping[str, Any], region: str) -> str | None:
        """The role of the instance profile, by its name."""
        if not (profile := instance.get("IamInstanceProfile", {}).get("Arn")):
            return None
        found = self.client("iam", region).get_instance_profile(InstanceProfileName=profile.rpartition("/")[2])
        return next((str(role["RoleName"]) for role in found["InstanceProfile"]["Roles"]), None)

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
