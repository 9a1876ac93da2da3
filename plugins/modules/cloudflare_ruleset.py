#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cloudflare_ruleset
version_added: 0.1.0
short_description: Manage all rules of a phase of a Cloudflare zone
description:
  - Brings the rules of a phase, in their order, to what is declared. Cloudflare replaces them as a whole, so one task has them
    all.
  - A rule is known again by its reference, which begins with its owner. Rules of the owner that are not listed are removed.
  - Rules of others, made in the dashboard for instance, are refused, kept or dropped, as O(others) says.
  - Follows the Cloudflare API reference, C(/zones/{zone_id}/rulesets/phases/{ruleset_phase}/entrypoint).
author:
  - The Groundwork authors (@groundwork)
options:
  phase:
    description:
      - The phase. V(http_request_firewall_custom), V(http_request_firewall_managed) and V(http_ratelimit) are the firewall,
        V(http_request_cache_settings) says what is cached, V(http_request_dynamic_redirect) what is sent elsewhere, and the
        transform phases rewrite requests and answers.
    type: str
    required: true
    choices:
      - http_config_settings
      - http_ratelimit
      - http_request_cache_settings
      - http_request_dynamic_redirect
      - http_request_firewall_custom
      - http_request_firewall_managed
      - http_request_late_transform
      - http_request_origin
      - http_request_transform
      - http_response_headers_transform
  owner:
    description:
      - Whose rules these are, for instance the name of a stack and its environment. References begin with it and C(__).
    type: str
    required: true
  rules:
    description: The rules, first to last. Required for O(state=present).
    type: list
    elements: dict
    suboptions:
      ref:
        description: What the rule is called among those of its owner. A rule that keeps it stays the same rule when it changes.
        type: str
        required: true
      action:
        description: What is done, for instance V(block), V(execute), V(redirect) or V(set_cache_settings).
        type: str
        required: true
      expression:
        description: When, in the rules language of Cloudflare.
        type: str
        required: true
      description:
        description: What the rule is for.
        type: str
        default: ""
      enabled:
        description: Whether the rule is in force.
        type: bool
        default: true
      action_parameters:
        description: How it is done, as the Cloudflare API reference has it. Only keys that are given are compared.
        type: dict
      ratelimit:
        description: How often is too often. Every rule of V(http_ratelimit) has it.
        type: dict
      logging:
        description: Whether it is logged, as C({"enabled":true}), for rules that skip others.
        type: dict
  others:
    description:
      - What becomes of rules whose reference does not begin with O(owner).
      - With V(refuse) nothing is changed as long as there are any; V(keep) leaves them behind the declared rules; V(drop)
        removes them. With O(state=absent) they are kept unless they shall be dropped.
    type: str
    choices: [refuse, keep, drop]
    default: refuse
notes:
  - The token needs B(Zone Read), and Read, or Write to change something, of B(Zone WAF) for the firewall, B(Cache Settings) for
    the cache, B(Dynamic URL Redirects) for redirects, B(Zone Transform Rules) for the transform phases, B(Config Settings) and
    B(Origin) for the others.
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.cloudflare
  - groundwork.cloud.cloudflare.zone
"""

EXAMPLES = r"""
- name: Keep scanners out
  groundwork.cloud.cloudflare_ruleset:
    zone: example.org
    phase: http_request_firewall_custom
    owner: shop-production
    rules:
      - ref: scanners
        action: block
        expression: http.request.uri.path contains "/.git/" or http.request.uri.path contains "/.env"
        description: Nothing of ours is there

- name: At most 200 requests in ten seconds
  groundwork.cloud.cloudflare_ruleset:
    zone: example.org
    phase: http_ratelimit
    owner: shop-production
    rules:
      - ref: api
        action: block
        expression: starts_with(http.request.uri.path, "/api/")
        ratelimit:
          characteristics: [ip.src, cf.colo.id]
          period: 10
          requests_per_period: 200
          mitigation_timeout: 10

- name: Cache what never changes, whatever others have there
  groundwork.cloud.cloudflare_ruleset:
    zone: example.org
    phase: http_request_cache_settings
    owner: shop-production
    others: keep
    rules:
      - ref: assets
        action: set_cache_settings
        expression: starts_with(http.request.uri.path, "/_next/static/")
        action_parameters:
          cache: true
          edge_ttl: {mode: override_origin, default: 31536000}

- name: Remove the rules of the stack, and no others
  groundwork.cloud.cloudflare_ruleset:
    zone: example.org
    phase: http_request_cache_settings
    owner: shop-production
    state: absent
"""

RETURN = r"""
rules:
  description: The owner's rules that stand, by their whole reference, and the order of all that the phase has.
  returned: always
  type: dict
  sample:
    order: {refs: [shop-production__scanners]}
    shop-production__scanners: {action: block, expression: ssl, description: "", enabled: true}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ..module_utils.cloudflare import OPTIONS, PHASE_PERMISSIONS, ZONE_OPTION, CloudflareError, CloudflareResource
from ..module_utils.plan import Plan, declared
from ..module_utils.resource import STATE_OPTION, converge

ARGUMENTS: dict[str, Any] = {
    "phase": {"type": "str", "required": True, "choices": sorted(PHASE_PERMISSIONS)},
    "owner": {"type": "str", "required": True},
    "rules": {
        "type": "list",
        "elements": "dict",
        "options": {
            "ref": {"type": "str", "required": True},
            "action": {"type": "str", "required": True},
            "expression": {"type": "str", "required": True},
            "description": {"type": "str", "default": ""},
            "enabled": {"type": "bool", "default": True},
            "action_parameters": {"type": "dict"},
            "ratelimit": {"type": "dict"},
            "logging": {"type": "dict"},
        },
    },
    "others": {"type": "str", "choices": ["refuse", "keep", "drop"], "default": "refuse"},
    **STATE_OPTION,
    **ZONE_OPTION,
    **OPTIONS,
}
OWNED_BY = "__"
# The one action of a phase that has but one.
ACTIONS = {
    "http_config_settings": "set_config",
    "http_request_cache_settings": "set_cache_settings",
    "http_request_dynamic_redirect": "redirect",
    "http_request_late_transform": "rewrite",
    "http_request_origin": "route",
    "http_request_transform": "rewrite",
    "http_response_headers_transform": "rewrite",
}
# What of a rule is somebody's to say; the rest Cloudflare adds.
FIELDS = (
    *("ref", "action", "expression", "description", "enabled"),
    *("action_parameters", "ratelimit", "logging", "exposed_credential_check"),
)
Rule = dict[str, Any]


def described(ruleset: Mapping[str, Any] | None) -> list[Rule]:
    """The rules of an entry point in the words of this module's options; a phase that never had one has none."""
    return [
        {"description": "", "enabled": True, **{key: rule[key] for key in FIELDS if rule.get(key) is not None}}
        for rule in (ruleset or {}).get("rules") or []
    ]


def is_owned(rule: Rule, owner: str) -> bool:
    return str(rule.get("ref", "")).startswith(owner + OWNED_BY)


def declared_rules(params: Mapping[str, Any]) -> list[Rule]:
    """The rules of the options with their whole references; what Cloudflare would refuse is refused here."""
    phase, owner = params["phase"], params["owner"]
    if OWNED_BY in owner:
        raise CloudflareError(f"plan the rules of {owner}", f"an owner has no {OWNED_BY} in its name; choose another name")
    if params["state"] == "absent":
        return []
    if params["rules"] is None:
        raise CloudflareError(f"plan the rules of {phase}", "rules is missing; list them, or say state: absent")
    refs = [rule["ref"] for rule in params["rules"]]
    for rule in params["rules"]:
        doing = f"plan rule {rule['ref']} of {phase}"
        if refs.count(rule["ref"]) > 1:
            raise CloudflareError(doing, "its ref is there twice; give each rule its own")
        if rule["action"] != ACTIONS.get(phase, rule["action"]):
            raise CloudflareError(doing, f"the action of this phase is {ACTIONS[phase]}, and not {rule['action']}")
        if (rule["ratelimit"] is not None) != (phase == "http_ratelimit"):
            raise CloudflareError(doing, "every rule of http_ratelimit has a ratelimit, and no other; add it, or leave it out")
    return [{**declared(rule), "ref": f"{owner}{OWNED_BY}{rule['ref']}"} for rule in params["rules"]]


def arranged(params: Mapping[str, Any], standing: Sequence[Rule]) -> list[Rule]:
    """All rules that the phase shall have, in their order, or an error when that would cost somebody else's."""
    mine = declared_rules(params)
    others = [rule for rule in standing if not is_owned(rule, params["owner"])]
    if others and params["others"] == "refuse" and params["state"] == "present":
        which = ", ".join(rule["description"] or str(rule.get("ref")) for rule in others)
        raise CloudflareError(
            f"plan the rules of {params['phase']}",
            f"there are rules that {params['owner']} did not make ({which}); say others: keep or others: drop, or remove them",
        )
    return mine if params["others"] == "drop" else [*mine, *others]


def parts(rules: Sequence[Rule], owner: str) -> dict[str, Any]:
    """A list of rules as parts to compare: each of the owner's, and the order of all."""
    owned = {rule["ref"]: {key: value for key, value in rule.items() if key != "ref"} for rule in rules if is_owned(rule, owner)}
    return {**owned, "order": {"refs": [rule.get("ref") for rule in rules]}}


class Ruleset(CloudflareResource):
    def read(self) -> dict[str, Any]:
        declared_rules(self.params)  # refused before anything is asked
        self._at = {"zone": self.zone["id"], "phase": self.params["phase"]}
        doing = f"read the rules of {self.params['phase']} of zone {self.zone['name']}"
        operation = "GET /zones/{zone}/rulesets/phases/{phase}/entrypoint"
        self._standing = described(self.api.ask(doing, operation, ignore=(404,), **self._at))
        return parts(self._standing, self.params["owner"])

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        self._rules = arranged(self.params, self._standing)
        return dict.fromkeys(current) | parts(self._rules, self.params["owner"])

    def apply(self, todo: Plan) -> None:
        doing = f"put the rules of {self.params['phase']} of zone {self.zone['name']}"
        self.api.ask(doing, "PUT /zones/{zone}/rulesets/phases/{phase}/entrypoint", {"rules": self._rules}, **self._at)


def main() -> None:
    module = AnsibleModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Ruleset(module), "rules")


if __name__ == "__main__":
    main()
