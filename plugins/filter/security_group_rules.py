# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: security_group_rules
version_added: 0.1.0
short_description: The rules of a component's security group, from the flows of the stack
description:
  - A flow says who may open connections to whom. It becomes an egress rule of the one and an ingress rule of the other.
  - What no flow allows is closed in both directions.
author:
  - The Groundwork authors (@groundwork)
positional: component, groups, vpc_cidr
options:
  _input:
    description: The flows, each with C(from), C(to), C(ports) and, other than V(tcp), C(protocol).
    type: list
    elements: dict
    required: true
  component:
    description: The component whose rules are wanted.
    type: str
    required: true
  groups:
    description: Security group ids by component.
    type: dict
    required: true
  vpc_cidr:
    description: The address range that V(vpc) stands for.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show who may talk to the database
  ansible.builtin.debug:
    msg: "{{ stack_flows | groundwork.cloud.security_group_rules('postgres', groups, '10.0.0.0/16') }}"
  vars:
    groups: {web: sg-1, postgres: sg-2}
"""

RETURN = r"""
_value:
  description: C(ingress) and C(egress) rules as M(amazon.aws.ec2_security_group) takes them.
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Rule = dict[str, Any]
ANYWHERE = {"cidr_ip": "0.0.0.0/0", "cidr_ipv6": "::/0"}


def security_group_rules(
    flows: Iterable[Mapping[str, Any]], component: str, groups: Mapping[str, str], vpc_cidr: str
) -> dict[str, list[Rule]]:
    rules: dict[str, list[Rule]] = {"ingress": [], "egress": []}
    for flow in flows:
        words = f"{flow['from']} to {flow['to']}"
        if flow["to"] == component:
            rules["ingress"] += _rules(flow, _peers(flow["from"], groups, vpc_cidr), words)
        if flow["from"] == component:
            rules["egress"] += _rules(flow, _peers(flow["to"], groups, vpc_cidr), words)
    return rules


def flow_components(flows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The components that flows name, in order, each once: those that have a security group."""
    ends = [end for flow in flows for end in (flow["from"], flow["to"])]
    return [end for end in dict.fromkeys(ends) if end not in ("internet", "vpc") and "/" not in end]


def _peers(end: str, groups: Mapping[str, str], vpc_cidr: str) -> list[Rule]:
    if end == "internet":
        return [{key: value} for key, value in ANYWHERE.items()]
    if end == "vpc":
        return [{"cidr_ip": vpc_cidr}]
    if "/" in end:
        return [{"cidr_ipv6" if ":" in end else "cidr_ip": end}]
    return [{"group_id": groups[end]}]


def _rules(flow: Mapping[str, Any], peers: list[Rule], words: str) -> list[Rule]:
    protocol = flow.get("protocol", "tcp")
    spans = [(-1, -1)] if protocol == "all" else [_span(port) for port in flow["ports"]]
    shared = {"proto": "-1" if protocol == "all" else protocol, "rule_desc": words}
    return [{**shared, "from_port": first, "to_port": last, **peer} for first, last in spans for peer in peers]


def _span(port: int | str) -> tuple[int, int]:
    first, _dash, last = str(port).partition("-")
    return int(first), int(last or first)


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"security_group_rules": security_group_rules}
