# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: alb_listeners
version_added: 0.1.0
short_description: The listeners of an application load balancer
description:
  - Turns rules that name their targets into listeners as M(amazon.aws.elb_application_lb) takes them.
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
# amazon.aws.elb_application_lb takes a rule for one that stands if that has the same conditions, and more, so a rule of any path
# says so, and the last one in words of its own. It has the greatest priority that there is.
LAST = {"priority": "50000", "paths": ["/*"]}
# A rule has at most five values, and its lock may be two of them: Elastic Load Balancing user guide, "Quotas".
ANY_PATH = ["*"]
MOST_HOSTS_BESIDE = 2
# A load balancer takes * and ? in a value for wildcards, and no more than 128 characters.
VALUE = re.compile(r"[A-Za-z0-9_-]{32,128}")


def answer(status: str, body: str) -> dict[str, Any]:
    return {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": status, "ContentType": "text/plain", "MessageBody": body},
    }


FORBIDDEN, NOT_FOUND = answer("403", "Forbidden"), answer("404", "Not found")
TO_HTTPS = {
    "Type": "redirect",
    "RedirectConfig": {
        "Protocol": "HTTPS",
        "Port": "443",
        "Host": "#{host}",
        "Path": "/#{path}",
        "Query": "#{query}",
        "StatusCode": "HTTP_301",
    },
}


def alb_listeners(
    rules: Iterable[Mapping[str, Any]],
    target_groups: Mapping[str, str],
    default: str,
    certificate: str,
    ssl_policy: str,
    lock: Iterable[str] = (),
) -> list[dict[str, Any]]:
    action = _forward(target_groups[default]) if default else NOT_FOUND
    serving = {"DefaultActions": [action], "Rules": [_rule(rule, _forward(target_groups[rule["target"]])) for rule in rules]}
    if key := _key(lock):
        opened = [{**rule, "Conditions": [*rule["Conditions"], key]} for rule in [*serving["Rules"], _rule(LAST, action)]]
        serving = {"DefaultActions": [FORBIDDEN], "Rules": opened}
    if not certificate:
        return [{"Protocol": "HTTP", "Port": 80, **serving}]
    https = {"Protocol": "HTTPS", "Port": 443, "SslPolicy": ssl_policy, "Certificates": [{"CertificateArn": certificate}]}
    return [{**https, **serving}, {"Protocol": "HTTP", "Port": 80, "DefaultActions": [TO_HTTPS]}]


def _key(lock: Iterable[str]) -> dict[str, Any] | None:
    """The condition that opens a rule."""
    values = sorted(set(lock))
    if any(not VALUE.fullmatch(value) for value in values if value != UNKNOWN):
        raise AnsibleFilterError(
            "a value of the origin lock has other than 32 to 128 letters, digits, _ or -; put another one there"
        )
    config = {"HttpHeaderName": HEADER, "Values": values}
    return {"Field": "http-header", "HttpHeaderConfig": config} if values else None


def _forward(arn: str) -> dict[str, str]:
    return {"Type": "forward", "TargetGroupArn": arn}


def _rule(rule: Mapping[str, Any], action: Mapping[str, Any]) -> dict[str, Any]:
    hosts = list(rule.get("hosts") or [])
    paths = list(rule.get("paths") or (ANY_PATH if len(hosts) <= MOST_HOSTS_BESIDE else []))
    conditions = [
        {"Field": field, config: {"Values": values}}
        for values, field, config in ((hosts, "host-header", "HostHeaderConfig"), (paths, "path-pattern", "PathPatternConfig"))
        if values
    ]
    return {"Priority": str(rule["priority"]), "Conditions": conditions, "Actions": [action]}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alb_listeners": alb_listeners}
