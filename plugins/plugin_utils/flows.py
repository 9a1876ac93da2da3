# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Flows, who may open connections to whom, as security groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..module_utils.naming import COMPONENT_TAG, NAME_TAG, full_name, resource_name, stack_tags

Flow = Mapping[str, Any]
Rule = dict[str, Any]

INTERNET = "internet"
VPC = "vpc"
ANYWHERE = ("0.0.0.0/0", "::/0")


def security_groups(flows: Iterable[Flow], stack: str, environment: str, vpc_cidr: str) -> list[dict[str, Any]]:
    """A group for every component that a flow names, with a rule at both of the flow's ends; all else stays closed."""
    flows = list(flows)
    names = {component: resource_name([stack, environment, component], "security_group") for component in components(flows)}
    return [
        {
            "name": name,
            "description": f"What may reach {component}, and what it may reach",
            "ingress": [
                rule for flow in flows if flow["to"] == component for rule in _rules(flow, flow["from"], names, vpc_cidr)
            ],
            "egress": [rule for flow in flows if flow["from"] == component for rule in _rules(flow, flow["to"], names, vpc_cidr)],
            "tags": {
                **stack_tags(stack, environment),
                COMPONENT_TAG: component,
                NAME_TAG: full_name([stack, environment, component]),
            },
        }
        for component, name in names.items()
    ]


def components(flows: Iterable[Flow]) -> list[str]:
    """The components that flows name, in order, each once."""
    ends = [end for flow in flows for end in (flow["from"], flow["to"])]
    return [end for end in dict.fromkeys(ends) if end not in (INTERNET, VPC) and "/" not in end]


def _rules(flow: Flow, peer: str, names: Mapping[str, str], vpc_cidr: str) -> list[Rule]:
    protocol = flow.get("protocol", "tcp")
    spans = [(-1, -1)] if protocol == "all" else [_span(port) for port in flow["ports"]]
    shared = {"protocol": "-1" if protocol == "all" else protocol, "description": f"{flow['from']} to {flow['to']}"}
    return [
        {**shared, "from_port": first, "to_port": last, **end} for first, last in spans for end in _ends(peer, names, vpc_cidr)
    ]


def _ends(peer: str, names: Mapping[str, str], vpc_cidr: str) -> list[Rule]:
    if peer == INTERNET:
        return [{"cidr": cidr} for cidr in ANYWHERE]
    if peer == VPC:
        return [{"cidr": vpc_cidr}]
    return [{"cidr": peer}] if "/" in peer else [{"group": names[peer]}]


def _span(port: int | str) -> tuple[int, int]:
    first, _dash, last = str(port).partition("-")
    return int(first), int(last or first)
