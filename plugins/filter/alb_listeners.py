# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: alb_listeners
version_added: 0.1.0
short_description: The listeners of an application load balancer
description:
  - Turns rules that name their targets into listeners as M(groundwork.cloud.elb_load_balancer) takes them.
  - With a certificate there is an HTTPS listener on port 443, and one on port 80 that redirects to it. Without, port 80 serves.
  - With a lock every rule asks for its header, and all else is answered with 403.
author:
  - The Groundwork authors (@groundwork)
positional: target_groups, default, certificate, ssl_policy, lock
options:
  _input:
    description: The rules, each with C(priority), C(target) and C(hosts), C(paths) or both.
    type: list
    elements: dict
    required: true
  target_groups:
    description: Target group ARNs by target.
    type: dict
    required: true
  default:
    description: The target of requests that no rule takes; empty answers them with 404.
    type: str
    required: true
  certificate:
    description: ARN of the certificate, empty for none.
    type: str
    required: true
  ssl_policy:
    description: Security policy of the HTTPS listener.
    type: str
    required: true
  lock:
    description: Values of the header C(x-origin-lock), one of which a request has to carry; none for no lock.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show the listeners of a load balancer with one service
  ansible.builtin.debug:
    msg: "{{ [] | groundwork.cloud.alb_listeners({'web': arn}, 'web', '', '') }}"
"""

RETURN = r"""
_value:
  description: The listeners.
  type: list
  elements: dict
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils.plan import UNKNOWN

HEADER = "x-origin-lock"  # roles/cloudflare/vars/main.yml has it too
LAST = 50000  # the greatest priority that there is
# A load balancer takes * and ? in a value for wildcards, and no more than 128 characters.
VALUE = re.compile(r"[A-Za-z0-9_-]{32,128}")


def answer(status: str, body: str) -> dict[str, Any]:
    return {"fixed_response": {"status_code": status, "body": body}}


FORBIDDEN, NOT_FOUND = answer("403", "Forbidden"), answer("404", "Not found")
TO_HTTPS = {"redirect": {"protocol": "HTTPS", "port": "443"}}


def alb_listeners(
    rules: Iterable[Mapping[str, Any]],
    target_groups: Mapping[str, str],
    default: str,
    certificate: str,
    ssl_policy: str,
    lock: Iterable[str] = (),
) -> list[dict[str, Any]]:
    action = {"forward": target_groups[default]} if default else NOT_FOUND
    serving = {"default_action": action, "rules": [_rule(rule, target_groups) for rule in rules]}
    if headers := _headers(lock):
        last = {"priority": LAST, "action": action}
        serving = {"default_action": FORBIDDEN, "rules": [{**rule, "headers": headers} for rule in [*serving["rules"], last]]}
    if not certificate:
        return [{"port": 80, "protocol": "HTTP", **serving}]
    return [
        {"port": 443, "protocol": "HTTPS", "ssl_policy": ssl_policy, "certificate_arn": certificate, **serving},
        {"port": 80, "protocol": "HTTP", "default_action": TO_HTTPS, "rules": []},
    ]


def _headers(lock: Iterable[str]) -> list[dict[str, Any]]:
    """What a request has to carry."""
    values = sorted(set(lock))
    if any(not VALUE.fullmatch(value) for value in values if value != UNKNOWN):
        raise AnsibleFilterError(
            "a value of the origin lock has other than 32 to 128 letters, digits, _ or -; put another one there"
        )
    return [{"name": HEADER, "values": values}] if values else []


def _rule(rule: Mapping[str, Any], target_groups: Mapping[str, str]) -> dict[str, Any]:
    conditions = {name: list(rule[name]) for name in ("hosts", "paths") if rule.get(name)}
    return {"priority": int(rule["priority"]), **conditions, "action": {"forward": target_groups[rule["target"]]}}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alb_listeners": alb_listeners}
