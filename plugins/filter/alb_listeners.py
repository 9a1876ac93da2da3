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
author:
  - The Groundwork authors (@groundwork)
positional: target_groups, default, certificate, ssl_policy
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

from collections.abc import Callable, Iterable, Mapping
from typing import Any

NOT_FOUND = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "404", "ContentType": "text/plain", "MessageBody": "Not found"},
}
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
    rules: Iterable[Mapping[str, Any]], target_groups: Mapping[str, str], default: str, certificate: str, ssl_policy: str
) -> list[dict[str, Any]]:
    serving = {
        "DefaultActions": [_forward(target_groups[default]) if default else NOT_FOUND],
        "Rules": [_rule(rule, target_groups) for rule in rules],
    }
    if not certificate:
        return [{"Protocol": "HTTP", "Port": 80, **serving}]
    https = {"Protocol": "HTTPS", "Port": 443, "SslPolicy": ssl_policy, "Certificates": [{"CertificateArn": certificate}]}
    return [{**https, **serving}, {"Protocol": "HTTP", "Port": 80, "DefaultActions": [TO_HTTPS]}]


def _forward(arn: str) -> dict[str, str]:
    return {"Type": "forward", "TargetGroupArn": arn}


def _rule(rule: Mapping[str, Any], target_groups: Mapping[str, str]) -> dict[str, Any]:
    conditions = [
        {"Field": field, config: {"Values": list(rule[key])}}
        for key, field, config in (("hosts", "host-header", "HostHeaderConfig"), ("paths", "path-pattern", "PathPatternConfig"))
        if rule.get(key)
    ]
    return {"Priority": str(rule["priority"]), "Conditions": conditions, "Actions": [_forward(target_groups[rule["target"]])]}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"alb_listeners": alb_listeners}
