#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_zone
version_added: 0.1.0
short_description: Manage a zone of Cloudflare
description:
  - Adds a domain to an account, or takes it away with all its records, rules and settings.
  - A new zone is pending until its registrar names the name servers that Cloudflare gives it. It can be filled before.
  - Follows the Cloudflare API reference, C(/zones).
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: The domain.
    type: str
    required: true
  jump_start:
    description: Whether Cloudflare fills a new zone with the records that it finds the domain to have.
    type: bool
    default: false
notes:
  - The token needs B(Zone Read) and, to add or remove a zone, B(Zone Write) for all zones of the account.
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.account
"""

EXAMPLES = r"""
- name: Bring the domain to Cloudflare
  groundwork.cloud.cloudflare_zone:
    account: 01234567890abcdef01234567890abcd
    name: example.org
  register: zone

- name: Take it away with all that it holds
  groundwork.cloud.cloudflare_zone:
    account: 01234567890abcdef01234567890abcd
    name: example.org
    state: absent
"""

RETURN = r"""
zone:
  description: The zone; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its domain.
      type: str
      sample: example.org
    id:
      description: Its id. Known once the zone exists.
      type: str
      sample: 023e105f4ecef8ad9ca31a8372d0c353
    status:
      description: V(active) once the registrar names its name servers, V(pending) before. Known once the zone exists.
      type: str
      sample: active
    name_servers:
      description: What the registrar has to name. Known once the zone exists.
      type: list
      elements: str
      sample: [art.ns.cloudflare.com, meg.ns.cloudflare.com]
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import ACCOUNT_OPTION, OPTIONS, CloudflareResource
from ..module_utils.naming import domain_name
from ..module_utils.plan import Plan
from ..module_utils.resource import STATE_OPTION, converge

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "jump_start": {"type": "bool", "default": False},
    **STATE_OPTION,
    **ACCOUNT_OPTION,
    **OPTIONS,
}


def described(zone: Mapping[str, Any]) -> dict[str, Any]:
    """Cloudflare's Zone in the words of this module."""
    return {
        "name": zone["name"],
        "id": zone["id"],
        "status": zone.get("status", ""),
        "name_servers": list(zone.get("name_servers") or []),
    }


class Zone(CloudflareResource):
    def __init__(self, module: AnsibleModule) -> None:
        super().__init__(module)
        self._name = domain_name(self.params["name"])

    def read(self) -> dict[str, Any]:
        query = {"name": self._name, "account.id": self.params["account"]}
        found = self.api.pages(f"look for zone {self._name}", "GET /zones", query=query)
        zone = next((one for one in found if one["name"] == self._name), None)
        return {"zone": described(zone)} if zone else {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return {"zone": {"name": self._name} if self.params["state"] == "present" else None}

    def apply(self, todo: Plan) -> None:
        if gone := todo.delete.get("zone"):
            self.api.ask(f"remove zone {self._name}", "DELETE /zones/{zone}", ignore=(404,), zone=gone["id"])
            return
        body = {
            "name": self._name,
            "account": {"id": self.params["account"]},
            "type": "full",
            "jump_start": self.params["jump_start"],
        }
        self.api.ask(f"add zone {self._name}", "POST /zones", body)


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Zone(module), "zone")


if __name__ == "__main__":
    main()
