#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_zone_settings
version_added: 0.1.0
short_description: Manage the settings of a Cloudflare zone
description:
  - Changes the settings of a zone that differ from what is declared, and leaves all others as they are.
  - A setting that the zone's plan does not let anybody change is refused before anything is changed.
  - Follows the Cloudflare API reference, C(/zones/{zone_id}/settings).
author:
  - The Groundwork authors (@groundwork)
options:
  settings:
    description:
      - The settings by the names that the API gives them, for instance V(ssl), V(min_tls_version) or V(brotli).
      - V(true) and V(false) stand for V(on) and V(off) where Cloudflare has those, and of a setting that is a mapping only the
        declared keys are compared.
    type: dict
    required: true
notes:
  - The token needs B(Zone Read), B(Zone Settings Read) and, to change something, B(Zone Settings Write).
extends_documentation_fragment:
  - groundwork.cloud.converge.stateless
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.zone
"""

EXAMPLES = r"""
- name: Encrypt to the origin, and only with what is safe today
  groundwork.cloud.cloudflare_zone_settings:
    zone: example.org
    settings:
      ssl: strict
      always_use_https: true
      min_tls_version: "1.2"
      http3: true
      brotli: true

- name: Let Cloudflare alone in, by its own certificate
  groundwork.cloud.cloudflare_zone_settings:
    zone: example.org
    settings: {tls_client_auth: true}
"""

RETURN = r"""
settings:
  description: The declared settings as they stand, by name.
  returned: always
  type: dict
  sample: {"ssl": "strict", "always_use_https": "on"}
"""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import OPTIONS, ZONE_OPTION, CloudflareError, CloudflareResource
from ..module_utils.plan import Plan, matches
from ..module_utils.resource import converge

ARGUMENTS: dict[str, Any] = {"settings": {"type": "dict", "required": True}, **ZONE_OPTION, **OPTIONS}


def as_cloudflare_has_it(value: Any, standing: Any) -> Any:
    """A declared value in the type that the setting has: YAML makes C(true) of C(on), and a number of C(1.2)."""
    if isinstance(value, Mapping) and isinstance(standing, Mapping):
        return {key: as_cloudflare_has_it(inner, standing.get(key)) for key, inner in value.items()}
    if isinstance(standing, str):
        if isinstance(value, bool):
            return "on" if value else "off"
        return str(value) if isinstance(value, int | float) else value
    if isinstance(standing, int) and not isinstance(standing, bool) and isinstance(value, str) and value.isdigit():
        return int(value)
    return value


def wanted(settings: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]], zone: str, plan: str) -> dict[str, Any]:
    """The declared settings as one part, refused where a zone has no such setting, or not one that can be changed."""
    typed = {}
    for name, value in settings.items():
        if name not in known:
            near = "".join(f"; the nearest is {other}" for other in get_close_matches(name, known, 1))
            raise CloudflareError(f"set {name} of zone {zone}", f"Cloudflare has no such setting for this zone{near}")
        have = known[name]["value"]
        typed[name] = as_cloudflare_has_it(value, have)
        if known[name].get("editable") is False and not matches(have, typed[name]):
            raise CloudflareError(
                f"set {name} of zone {zone}",
                f"it is {have} and can't be changed on the plan {plan}; leave it out, or move the zone to a plan that has it",
            )
    return {"settings": typed}


class Settings(CloudflareResource):
    def read(self) -> dict[str, Any]:
        zone, names = self.zone, self.params["settings"]
        # Cloudflare calls this one call for all of them deprecated, and leaves newer settings out of it.
        listed = self.api.ask(
            f"read the settings of zone {zone['name']}", "GET /zones/{zone}/settings", zone=zone["id"], ignore=(404, 405, 410)
        )
        self._standing = {one["id"]: one for one in listed or []}
        for name in names:
            if name not in self._standing and (one := self._one(name)):
                self._standing[name] = one
        return {"settings": {name: self._standing[name]["value"] for name in names if name in self._standing}}

    def _one(self, name: str) -> Any:
        doing = f"read {name} of zone {self.zone['name']}"
        operation = "GET /zones/{zone}/settings/{setting}"
        return self.api.ask(doing, operation, zone=self.zone["id"], setting=name, ignore=(400, 404))

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        plan = (self.zone.get("plan") or {}).get("name") or "of this zone"
        return wanted(self.params["settings"], self._standing, self.zone["name"], plan)

    def apply(self, todo: Plan) -> None:
        before, after = todo.update["settings"]
        for name, value in after.items():
            if not matches(before[name], value):
                have = self._standing[name]["value"]  # a setting that is a mapping is replaced as a whole
                whole = {**have, **value} if isinstance(have, Mapping) and isinstance(value, Mapping) else value
                doing = f"set {name} of zone {self.zone['name']}"
                operation = "PATCH /zones/{zone}/settings/{setting}"
                self.api.ask(doing, operation, {"value": whole}, zone=self.zone["id"], setting=name)


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Settings(module), "settings")


if __name__ == "__main__":
    main()
