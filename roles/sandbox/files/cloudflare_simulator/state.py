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
    "ipv4_cidrs": ["173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18"],
    "ipv6_cidrs": ["2400:cb00::/32", "2606:4700::/32", "2803:f800::/32", "2405:b500::/32"],
}


@dataclass
class Zone:
    details: Details
    settings: dict[str, Details]
    records: dict[str, Details] = field(default_factory=dict)
    rulesets: dict[str, Details] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.details["name"])


@dataclass
class World:
    zones: dict[str, Zone] = field(default_factory=dict)
    ips: Details = field(default_factory=lambda: {name: list(cidrs) for name, cidrs in IPS.items()})

    def zone(self, zone: str) -> Zone:
        if zone not in self.zones:
            raise missing(f"zone {zone}", 7003)
        return self.zones[zone]


def new_id() -> str:
    return secrets.token_hex(16)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
