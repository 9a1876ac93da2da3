#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_origin_pulls
version_added: 0.1.0
short_description: Manage authenticated origin pulls of a Cloudflare zone
description:
  - Gives Cloudflare a client certificate of the zone's own, and has it shown to the origin with every request, so that an origin
    which asks for it answers this zone alone.
  - The certificate that all customers of Cloudflare share is the setting C(tls_client_auth) of
    M(groundwork.cloud.cloudflare_zone_settings).
  - Follows the Cloudflare API reference, C(/zones/{zone_id}/origin_tls_client_auth).
author:
  - The Groundwork authors (@groundwork)
options:
  enabled:
    description: Whether the certificate is shown. With O(state=absent) it is not.
    type: bool
  certificate:
    description:
      - The client certificate, as PEM. One that is there stays as it is; another one is uploaded, and shown once it is active.
    type: str
  private_key:
    description: Its private key, as PEM. It is sent with a new certificate, and never told by Cloudflare.
    type: str
  purge:
    description: Whether other client certificates of the zone are removed.
    type: bool
    default: false
  wait:
    description: Whether to wait until a certificate is active. It is before O(enabled) takes effect.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait.
    type: int
    default: 300
notes:
  - The token needs B(Zone Read), B(SSL and Certificates Read) and, to change something, B(SSL and Certificates Write).
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.zone
"""

EXAMPLES = r"""
- name: Show the origin that it is us
  groundwork.cloud.cloudflare_origin_pulls:
    zone: example.org
    enabled: true
    certificate: "{{ lookup('ansible.builtin.file', 'client.pem') }}"
    private_key: "{{ lookup('ansible.builtin.file', 'client.key') }}"

- name: Show nothing, and take the certificates back
  groundwork.cloud.cloudflare_origin_pulls:
    zone: example.org
    purge: true
    state: absent
"""

RETURN = r"""
origin_pulls:
  description: What is shown to the origin.
  returned: always
  type: dict
  contains:
    enabled:
      description: Whether a certificate is shown.
      type: bool
      sample: true
    certificate:
      description: The client certificate.
      returned: when one is declared and there
      type: dict
      sample:
        id: 2458ce5a-0c35-4c7f-82c7-8e9487d3ff60
        certificate: "-----BEGIN CERTIFICATE-----..."
        status: active
        expires_on: "2027-11-17T12:00:00Z"
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import OPTIONS, ZONE_OPTION, CloudflareError, CloudflareResource
from ..module_utils.plan import Plan
from ..module_utils.resource import STATE_OPTION, converge

ARGUMENTS: dict[str, Any] = {
    "enabled": {"type": "bool"},
    "certificate": {"type": "str"},
    "private_key": {"type": "str", "no_log": True},
    "purge": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 300},
    **STATE_OPTION,
    **ZONE_OPTION,
    **OPTIONS,
}
GOING = ("pending_deletion", "deleted")
FAILED = ("deployment_timed_out", "deletion_timed_out")
ACTIVE = "active"


def pem(text: str) -> str:
    """A certificate without the white space around it, in which Cloudflare and files differ."""
    return "\n".join(line.strip() for line in text.strip().splitlines())


def described(certificates: Iterable[Mapping[str, Any]], declared: str | None) -> dict[str, Any]:
    """The client certificates as parts: the declared one is C(certificate), others go by their id."""
    parts = {}
    for one in certificates:
        text = pem(one["certificate"])
        if one.get("status") not in GOING:
            name = "certificate" if declared and text == pem(declared) else f"certificate {one['id']}"
            parts[name] = {key: one.get(key, "") for key in ("id", "status", "expires_on")} | {"certificate": text}
    return parts


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts."""
    gone = dict.fromkeys(name for name in current if name.startswith("certificate ") and params["purge"])
    if params["state"] == "absent":
        return {"origin_pulls": {"enabled": False}, "certificate": None, **gone}
    parts: dict[str, Any] = {} if params["enabled"] is None else {"origin_pulls": {"enabled": params["enabled"]}}
    if params["certificate"]:
        parts["certificate"] = {"certificate": pem(params["certificate"])}
        if "certificate" not in current and not params["private_key"]:
            raise CloudflareError(
                "upload the client certificate", "private_key is missing, and this certificate is new; give it its key"
            )
    return {**parts, **gone}


class OriginPulls(CloudflareResource):
    def read(self) -> dict[str, Any]:
        zone = self.zone
        doing, path = f"read the origin pulls of zone {zone['name']}", "/zones/{zone}/origin_tls_client_auth"
        settings = self.api.ask(doing, f"GET {path}/settings", zone=zone["id"])
        listed = self.api.ask(doing, f"GET {path}", zone=zone["id"])
        return {"origin_pulls": {"enabled": settings["enabled"]}, **described(listed or [], self.params["certificate"])}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        zone, path = self.zone, "/zones/{zone}/origin_tls_client_auth"
        of = f"the client certificate of zone {zone['name']}"
        if "certificate" in todo.create:
            body = {"certificate": self.params["certificate"], "private_key": self.params["private_key"]}
            self.api.ask(f"upload {of}", f"POST {path}", body, zone=zone["id"])
            self.awaited(self.read())
        if after := todo.after("origin_pulls"):
            doing = f"turn origin pulls of zone {zone['name']} {'on' if after['enabled'] else 'off'}"
            self.api.ask(doing, f"PUT {path}/settings", {"enabled": after["enabled"]}, zone=zone["id"])
        for gone in todo.delete.values():
            operation = f"DELETE {path}/{{certificate}}"
            self.api.ask(f"remove {of}", operation, ignore=(404,), zone=zone["id"], certificate=gone["id"])

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        if not self.params["wait"] or current.get("certificate", {}).get("status", ACTIVE) == ACTIVE:
            return current
        self.wait(
            f"the client certificate of zone {self.zone['name']} to be active",
            lambda: str(self.read()["certificate"]["status"]),
            lambda status: status == ACTIVE,
            failed=lambda status: status in FAILED,
        )
        return self.read()


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, OriginPulls(module), "origin_pulls")


if __name__ == "__main__":
    main()
