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
CLOUDFLARE = "cloudflare"
VPC = "vpc"
ANYWHERE = ("0.0.0.0/0", "::/0")


def security_groups(
    flows: Iterable[Flow], stack: str, environment: str, vpc_cidr: str, cloudflare: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """A group for every component that a flow names, with a rule at both of the flow's ends; all else stays closed.

    C(cloudflare) are the prefix lists of Cloudflare's ranges.
    """
    flows = list(flows)
    places = {
        INTERNET: [{"cidr": cidr} for cidr in ANYWHERE],
        CLOUDFLARE: [{"prefix_list": prefixes} for prefixes in cloudflare],
        VPC: [{"cidr": vpc_cidr}],
    }
    names = {component: resource_name([stack, environment, component], "security_group") for component in components(flows)}
    return [
        {
            "name": name,
            "description": f"What may reach {component}, and what it may reach",
            "ingress": [rule for flow in flows if flow["to"] == component for rule in _rules(flow, flow["from"], names, places)],
            "egress": [rule for flow in flows if flow["from"] == component for rule in _rules(flow, flow["to"], names, places)],
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
    return [end for end in dict.fromkeys(ends) if end not in (INTERNET, CLOUDFLARE, VPC) and "/" not in end]


def _rules(flow: Flow, peer: str, names: Mapping[str, str], places: Mapping[str, list[Rule]]) -> list[Rule]:
    protocol = flow.get("protocol", "tcp")
    spans = [(-1, -1)] if protocol == "all" else [_span(port) for port in flow["ports"]]
    shared = {"protocol": "-1" if protocol == "all" else protocol, "description": f"{flow['from']} to {flow['to']}"}
    ends = places[peer] if peer in places else [{"cidr": peer} if "/" in peer else {"group": names[peer]}]
    return [{**shared, "from_port": first, "to_port": last, **end} for first, last in spans for end in ends]


def _span(port: int | str) -> tuple[int, int]:
    first, _dash, last = str(port).partition("-")
    return int(first), int(last or first)
