# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What stands. A fresh world has an account, and nothing in it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .answers import missing

Details = dict[str, Any]

# As the sandbox's AWS account is always the same one, so is the account here.
ACCOUNT = {"id": "01234567890abcdef01234567890abcd", "name": "Groundwork sandbox", "type": "standard"}

IPS = {
    "ipv4_cidrs": [
        "173.245.48.0/20",
        "103.21.244.0/22",
        "103.22.200.0/22",
        "103.31.4.0/22",
        "141.101.64.0/18",
        "108.162.192.0/18",
        "190.93.240.0/20",
        "188.114.96.0/20",
        "197.234.240.0/22",
        "198.41.128.0/17",
        "162.158.0.0/15",
        "104.16.0.0/13",
        "104.24.0.0/14",
        "172.64.0.0/13",
        "131.0.72.0/22",
    ],
    "ipv6_cidrs": [
        "2400:cb00::/32",
        "2606:4700::/32",
        "2803:f800::/32",
        "2405:b500::/32",
        "2405:8100::/32",
        "2a06:98c0::/29",
        "2c0f:f248::/32",
    ],
}


@dataclass
class Zone:
    details: Details
    settings: dict[str, Details]
    records: dict[str, Details] = field(default_factory=dict)
    rulesets: dict[str, Details] = field(default_factory=dict)
    client_certificates: dict[str, Details] = field(default_factory=dict)
    shows_client_certificate: bool = False

    @property
    def name(self) -> str:
        return str(self.details["name"])


@dataclass(frozen=True)
class Asset:
    """A file of a site, as it was uploaded."""

    content: bytes
    content_type: str


@dataclass
class Deployment:
    details: Details
    files: dict[str, str]  # of a path: the key of its asset
    headers: str
    redirects: str


@dataclass
class Project:
    details: Details
    domains: dict[str, Details] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    live: str = ""  # the deployment that is served

    @property
    def name(self) -> str:
        return str(self.details["name"])


@dataclass
class World:
    zones: dict[str, Zone] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    proven: set[tuple[str, str]] = field(default_factory=set)  # keys of assets, and the extensions for which they are right
    origin_certificates: dict[str, Details] = field(default_factory=dict)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))  # upload tokens are signed with it
    ips: Details = field(default_factory=lambda: {name: list(cidrs) for name, cidrs in IPS.items()})

    def zone(self, zone: str) -> Zone:
        if zone not in self.zones:
            raise missing(f"zone {zone}", 7003)
        return self.zones[zone]

    def project(self, account: str, project: str) -> Project:
        self.check_account(account)
        if project not in self.projects:
            raise missing(f"project {project}", 8000007)
        return self.projects[project]

    def check_account(self, account: str) -> None:
        if account != ACCOUNT["id"]:
            raise missing(f"account {account}", 7003)

    def zone_of(self, host: str) -> Zone | None:
        """The zone that a host name belongs to."""
        found = [zone for zone in self.zones.values() if host == zone.name or host.endswith(f".{zone.name}")]
        return max(found, key=lambda zone: len(zone.name), default=None)


def new_id() -> str:
    return secrets.token_hex(16)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
