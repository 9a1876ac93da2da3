#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_origin_certificate
version_added: 0.1.0
short_description: Manage a certificate of Cloudflare's Origin CA
description:
  - Has a certificate for an origin signed by Cloudflare, renews it before it expires, and revokes it. Nobody but Cloudflare
    trusts it, so it is for origins that are reached through Cloudflare alone.
  - The private key never leaves you. Cloudflare gets a certificate signing request, and another one, of a new key, makes another
    certificate.
  - The certificate that a new one takes the place of is valid until it expires, as it may still be in use.
  - Follows the Cloudflare API reference, C(/certificates).
author:
  - The Groundwork authors (@groundwork)
options:
  hostnames:
    description: The names that the certificate is for, with a star for all names of a level.
    type: list
    elements: str
    required: true
  csr:
    description: The certificate signing request, as PEM. Required for O(state=present).
    type: str
  request_type:
    description: The kind of the key that the request is of.
    type: str
    choices: [origin-rsa, origin-ecc]
    default: origin-rsa
  validity:
    description: For how many days a new certificate is valid.
    type: int
    choices: [7, 30, 90, 365, 730, 1095, 5475]
    default: 5475
  renew_before:
    description: How many days before it expires a certificate is renewed.
    type: int
    default: 30
notes:
  - With O(state=absent) every certificate of these names is revoked, or, where O(csr) is given, those of that request.
  - The token needs B(Zone Read), B(SSL and Certificates Read) and, to change something, B(SSL and Certificates Write).
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.zone
"""

EXAMPLES = r"""
- name: Have a certificate for the load balancer signed
  groundwork.cloud.cloudflare_origin_certificate:
    zone: example.org
    hostnames: [example.org, "*.example.org"]
    csr: "{{ lookup('ansible.builtin.file', 'origin.csr') }}"
  register: origin

- name: Revoke it
  groundwork.cloud.cloudflare_origin_certificate:
    zone: example.org
    hostnames: [example.org, "*.example.org"]
    state: absent
"""

RETURN = r"""
certificate:
  description: The certificate; empty when it is absent.
  returned: always
  type: dict
  contains:
    id:
      description: Its ID. Known once it is signed.
      type: str
      sample: "328578533902268680212849205732770752308931942346"
    certificate:
      description: The certificate, as PEM. Known once it is signed.
      type: str
      sample: |
        -----BEGIN CERTIFICATE-----
        MIIB...
        -----END CERTIFICATE-----
    hostnames:
      description: The names that it is for, in order.
      type: list
      elements: str
      sample: ["*.example.org", example.org]
    request_type:
      description: The kind of its key.
      type: str
      sample: origin-rsa
    expires_on:
      description: When it expires, in UTC. Known once it is signed.
      type: str
      sample: "2041-11-17T12:00:00+00:00"
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import OPTIONS, ZONE_OPTION, CloudflareError, CloudflareResource
from ..module_utils.naming import domain_name
from ..module_utils.plan import Plan
from ..module_utils.resource import STATE_OPTION, converge

ARGUMENTS: dict[str, Any] = {
    "hostnames": {"type": "list", "elements": "str", "required": True},
    "csr": {"type": "str"},
    "request_type": {"type": "str", "choices": ["origin-rsa", "origin-ecc"], "default": "origin-rsa"},
    "validity": {"type": "int", "choices": [7, 30, 90, 365, 730, 1095, 5475], "default": 5475},
    "renew_before": {"type": "int", "default": 30},
    **STATE_OPTION,
    **ZONE_OPTION,
    **OPTIONS,
}
Certificate = dict[str, Any]


def described(certificate: Mapping[str, Any]) -> Certificate:
    """Cloudflare's certificate in the words of this module's options."""
    return {
        "id": certificate["id"],
        "certificate": certificate.get("certificate", ""),
        "hostnames": names(certificate.get("hostnames") or []),
        "request_type": certificate.get("request_type", ""),
        "csr": certificate.get("csr") or "",
        "expires_on": moment(certificate["expires_on"]).isoformat(),
    }


def names(hostnames: Iterable[str]) -> list[str]:
    return sorted({domain_name(name) for name in hostnames})


def moment(text: str) -> datetime:
    """A time that Cloudflare tells, as C(2041-11-17T12:00:00Z) or as C(2041-11-17 12:00:00 +0000 UTC)."""
    return datetime.fromisoformat(text[:19]).replace(tzinfo=UTC)


def is_of(certificate: Certificate, csr: str | None) -> bool:
    """Whether a certificate was made of that request; white space does not count."""
    return not csr or not certificate["csr"] or certificate["csr"].split() == csr.split()


def check(params: Mapping[str, Any]) -> None:
    """Refuse options that can't be."""
    doing = f"plan the certificate of {', '.join(names(params['hostnames']))}"
    if not params["hostnames"]:
        raise CloudflareError("plan the certificate", "it has no hostnames; give it one")
    if params["state"] == "present" and not params["csr"]:
        raise CloudflareError(doing, "csr is missing; make a key and a request of it, with community.crypto.openssl_csr for one")
    if params["renew_before"] >= params["validity"]:
        said = f"it is valid for {params['validity']} days and would be renewed {params['renew_before']} days before that"
        raise CloudflareError(doing, f"{said}; lower renew_before")


def meant(certificates: Iterable[Mapping[str, Any]], params: Mapping[str, Any]) -> list[Certificate]:
    """The certificates of these names, the one that expires last first."""
    found = [one for one in map(described, certificates) if one["hostnames"] == names(params["hostnames"])]
    found = [one for one in found if is_of(one, params["csr"])]
    return sorted(found, key=lambda one: one["expires_on"], reverse=True)


def usable(certificates: Iterable[Certificate], params: Mapping[str, Any], now: datetime) -> Certificate | None:
    """The first that need not be renewed yet."""
    until = now + timedelta(days=params["renew_before"])
    for one in certificates:
        if one["request_type"] == params["request_type"] and moment(one["expires_on"]) > until:
            return one
    return None


class OriginCertificate(CloudflareResource):
    def read(self) -> dict[str, Any]:
        check(self.params)
        zone = self.zone
        doing = f"read the origin certificates of zone {zone['name']}"
        self._standing = meant(self.api.pages(doing, "GET /certificates", query={"zone_id": zone["id"]}), self.params)
        if self.params["state"] == "absent":
            found = self._standing[0] if self._standing else None
        else:
            found = usable(self._standing, self.params, datetime.now(UTC))
        return {"certificate": {key: value for key, value in found.items() if key != "csr"}} if found else {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if self.params["state"] == "absent":
            return {"certificate": None}
        return {"certificate": {"hostnames": names(self.params["hostnames"]), "request_type": self.params["request_type"]}}

    def apply(self, todo: Plan) -> None:
        of = f"the origin certificate of {', '.join(names(self.params['hostnames']))}"
        if "certificate" in todo.delete:
            for one in self._standing:
                self.api.ask(f"revoke {of}", "DELETE /certificates/{certificate}", ignore=(404,), certificate=one["id"])
            return
        body = {**todo.create["certificate"], "csr": self.params["csr"], "requested_validity": self.params["validity"]}
        self.api.ask(f"have {of} signed", "POST /certificates", body)


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, OriginCertificate(module), "certificate")


if __name__ == "__main__":
    main()
