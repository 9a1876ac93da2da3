# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The network of a VPC on this host: its bridge, the load balancers' addresses, and what machines find at the gateway."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from .metadata import Metadata, Told
from .names import Resolver, host_resolver
from .podman import MachinesError
from .relay import Relay

METADATA_PORT = 8169


class Network:
    def __init__(self, bridge: str, gateway: str, prefix: int) -> None:
        self.gateway = gateway
        self._bridge = bridge
        self._prefix = prefix
        self._doors: list[Relay | Metadata | Resolver] = []

    def hold(self, balancers: set[str]) -> None:
        """The bridge, with these addresses beside its own: podman takes it away with the last container on it."""
        wanted = {self.gateway: self._prefix, **dict.fromkeys(balancers, 32)}
        have = self._addresses()
        if not have:
            ip("link", "add", self._bridge, "type", "bridge")
            ip("link", "set", self._bridge, "up")
        for address in have - set(wanted):
            ip("address", "delete", f"{address}/32", "dev", self._bridge)
        # Its own first: podman refuses a bridge on which it finds another before that.
        for address in [address for address in wanted if address not in have]:
            if trouble := ip("address", "add", f"{address}/{wanted[address]}", "dev", self._bridge):
                raise MachinesError(f"{address}: {trouble}")

    def listen(self, aws: tuple[str, int], told: Callable[[str], Told | None], address: Callable[[str], str | None]) -> None:
        """Open what machines find here: the AWS API, the metadata service, and names, those of load balancers included."""
        try:
            self._doors.append(Relay((self.gateway, aws[1]), aws))
            self._doors.append(Metadata((self.gateway, METADATA_PORT), told))
            self._doors.append(Resolver(self.gateway, address))
            # Answers too long for UDP are never about load balancers.
            self._doors.append(Relay((self.gateway, 53), (host_resolver(Path("/etc/resolv.conf").read_text()), 53)))
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        for door in self._doors:
            door.close()

    def _addresses(self) -> set[str]:
        shown = subprocess.run(  # noqa: S603
            ["ip", "-json", "-4", "address", "show", "dev", self._bridge],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        with suppress(ValueError):
            return {address["local"] for link in json.loads(shown.stdout) for address in link.get("addr_info", [])}
        return set()


def ip(*words: str) -> str:
    """What ip(8) complains of."""
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=False).stderr.strip()  # noqa: S603, S607
