# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unused
version_added: 0.1.0
short_description: What nothing uses of the former parts of a network
description:
  - Takes what stands of a network and is not declared any more, and leaves out what is still used.
  - A subnet is used by the network interfaces in it, except those of NAT gateways that go, too. With it stay its network ACL, its
    route table, the NAT gateway that this leads to, and the subnet of that, so that what stands in it still gets out.
author:
  - The Groundwork authors (@groundwork)
positional: interfaces
options:
  _input:
    description: The former parts by type, as P(groundwork.cloud.undeclared#filter) returns them.
    type: dict
    required: true
  interfaces:
    description: The network interfaces of the VPC, as M(amazon.aws.ec2_eni_info) returns them.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Tell which former subnets are empty
  ansible.builtin.debug:
    msg: "{{ (found.main | groundwork.cloud.undeclared(declared) | groundwork.cloud.unused([])).subnet }}"
  vars:
    declared: {subnet: [public-us-east-1a], route_table: [public], nat_gateway: [], elastic_ip: [], network_acl: []}
"""

RETURN = r"""
_value:
  description: For each type a list of the resources that nothing uses.
  type: dict
"""

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any

Item = Mapping[str, Any]


def unused(former: Mapping[str, Iterable[Item]], interfaces: Iterable[Item]) -> dict[str, list[Item]]:
    subnets = {subnet["id"] for subnet in former["subnet"]}
    addresses = [address for gateway in former["nat_gateway"] for address in gateway["nat_gateway_addresses"]]
    going = {address.get("network_interface_id") for address in addresses}
    used = {one["subnet_id"] for one in interfaces if one["id"] not in going} & subnets
    routes = [route for table in former["route_table"] if _serves(table, used) for route in table["routes"]]
    ways = {route.get("nat_gateway_id") for route in routes}
    gateways = [gateway for gateway in former["nat_gateway"] if gateway["id"] in ways]
    used |= {gateway["subnet_id"] for gateway in gateways} & subnets
    names = {gateway["name"] for gateway in gateways}
    stays: dict[str, Callable[[Item], bool]] = {
        "subnet": lambda one: one["id"] in used,
        "route_table": lambda one: _serves(one, used),
        "network_acl": lambda one: _serves(one, used),
        "nat_gateway": lambda one: one["name"] in names,
        "elastic_ip": lambda one: one["name"] in names,
    }
    return {kind: [one for one in parts if kind not in stays or not stays[kind](one)] for kind, parts in former.items()}


def _serves(part: Item, subnets: Set[str]) -> bool:
    """Whether a route table or network ACL is that of one of the subnets."""
    return any(link.get("subnet_id") in subnets for link in part.get("associations", []))


class FilterModule:
    def filters(self) -> dict[str, Callable[..., dict[str, list[Item]]]]:
        return {"unused": unused}
