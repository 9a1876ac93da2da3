#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_pages_domain
version_added: 0.1.0
short_description: Manage a domain of a Cloudflare Pages project
description:
  - Serves a Pages project under a domain, or no longer.
  - Cloudflare makes a certificate when a CNAME record leads from the domain to the project, for instance one of
    M(groundwork.cloud.cloudflare_dns_records); it comes before this, or the wait is in vain.
  - Follows the Cloudflare API reference, C(/accounts/{account_id}/pages/projects/{project_name}/domains).
author:
  - The Groundwork authors (@groundwork)
options:
  project:
    description: The project.
    type: str
    required: true
  name:
    description: The domain.
    type: str
    required: true
  wait:
    description: Whether to wait until the domain is active. Cloudflare is asked to look again before.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait.
    type: int
    default: 600
notes:
  - The token needs B(Cloudflare Pages Read) and, to change something, B(Cloudflare Pages Write), both of the account.
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.account
"""

EXAMPLES = r"""
- name: Lead the domain to the project
  groundwork.cloud.cloudflare_dns_records:
    zone: example.org
    owner: shop-production
    records: [{name: www.example.org, type: CNAME, content: shop-landing.pages.dev, proxied: true}]

- name: Serve the landing page there
  groundwork.cloud.cloudflare_pages_domain:
    account: 01234567890abcdef01234567890abcd
    project: shop-landing
    name: www.example.org
"""

RETURN = r"""
domain:
  description: The domain; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: www.example.org
    status:
      description: What Cloudflare says of it, V(active) when it is served. Known once the domain exists.
      type: str
      sample: active
    problem:
      description: What keeps it from being active, empty when nothing does. Known once the domain exists.
      type: str
      sample: ""
"""

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import ACCOUNT_OPTION, OPTIONS, CloudflareResource
from ..module_utils.naming import domain_name
from ..module_utils.plan import Plan
from ..module_utils.resource import STATE_OPTION, converge

ARGUMENTS: dict[str, Any] = {
    "project": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    **STATE_OPTION,
    **ACCOUNT_OPTION,
    **OPTIONS,
}
DOMAIN = "/accounts/{account}/pages/projects/{project}/domains/{domain}"
HOPELESS = ("blocked", "error", "deactivated")


def described(domain: Mapping[str, Any]) -> dict[str, Any]:
    """Cloudflare's Domain in the words of this module."""
    told = [(domain.get(kind) or {}).get("error_message") for kind in ("validation_data", "verification_data")]
    return {
        "name": domain["name"],
        "status": domain.get("status", ""),
        "problem": "; ".join(message for message in told if message),
    }


def state(domain: Mapping[str, Any]) -> str:
    """A domain's state as part of a sentence."""
    return f"{domain['status']} ({domain['problem']})" if domain["problem"] else str(domain["status"])


class Domain(CloudflareResource):
    def __init__(self, module: AnsibleModule) -> None:
        super().__init__(module)
        self._name = domain_name(self.params["name"])
        self._at = {"account": self.params["account"], "project": self.params["project"]}
        self._of = f"domain {self._name} of project {self.params['project']}"

    def read(self) -> dict[str, Any]:
        found = self.api.ask(f"read {self._of}", f"GET {DOMAIN}", ignore=(404,), domain=self._name, **self._at)
        return {"domain": described(found)} if found else {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return {"domain": {"name": self._name} if self.params["state"] == "present" else None}

    def apply(self, todo: Plan) -> None:
        if "domain" in todo.delete:
            self.api.ask(f"remove {self._of}", f"DELETE {DOMAIN}", ignore=(404,), domain=self._name, **self._at)
            return
        collection = DOMAIN.removesuffix("/{domain}")
        self.api.ask(f"add {self._of}", f"POST {collection}", {"name": self._name}, **self._at)
        self.awaited(self.read())

    def awaited(self, current: dict[str, Any]) -> dict[str, Any]:
        if not self.params["wait"] or not current or current["domain"]["status"] == "active":
            return current
        self.api.ask(f"validate {self._of}", f"PATCH {DOMAIN}", {}, domain=self._name, **self._at)
        self.wait(
            f"{self._of} to be active",
            lambda: self.read()["domain"],
            lambda domain: domain["status"] == "active",
            state=state,
            failed=lambda domain: domain["status"] in HOPELESS,
        )
        return self.read()


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Domain(module), "domain")


if __name__ == "__main__":
    main()
