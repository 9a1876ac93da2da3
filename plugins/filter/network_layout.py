# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: network_layout
version_added: 0.1.0
short_description: Subnets, NAT gateways and route tables of a network
description:
  - Lays a network out from its address ranges by tier, its availability zones and its way to the internet.
  - Subnets of the tier V(public) are routed to the internet gateway, V(private) ones to a NAT gateway, all others nowhere.
author:
  - The Groundwork authors (@groundwork)
positional: zones, nat_gateways
options:
  _input:
    description: Address ranges by tier, one for each zone.
    type: dict
    required: true
  zones:
    description: Availability zones.
    type: list
    elements: str
    required: true
  nat_gateways:
    description: How many NAT gateways there are.
    type: str
    choices: [none, single, one_per_zone]
    required: true
"""

EXAMPLES = r"""
- name: Lay out two zones with one NAT gateway
  ansible.builtin.debug:
    msg: "{{ ranges | groundwork.cloud.network_layout(['us-east-1a', 'us-east-1b'], 'single') }}"
  vars:
    ranges:
      public: [10.0.0.0/24, 10.0.16.0/24]
      private: [10.0.1.0/24, 10.0.17.0/24]
"""

RETURN = r"""
_value:
  description: The layout; every entry is named by its C(part).
  type: dict
  contains:
    subnets:
      description: C(part), C(tier), C(zone), C(cidr) and C(public).
      type: list
      elements: dict
    nat_gateways:
      description: C(part) and the part of the C(subnet) that it stands in.
      type: list
      elements: dict
    route_tables:
      description: C(part), the parts of its C(subnets) and its C(exit), which is V(internet), the part of a NAT gateway or empty.
      type: list
      elements: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

Entry = dict[str, Any]


def network_layout(ranges: Mapping[str, Sequence[str]], zones: Sequence[str], nat_gateways: str) -> dict[str, list[Entry]]:
    subnets = [
        {"part": f"{tier}-{zone}", "tier": tier, "zone": zone, "cidr": cidr, "public": tier == "public"}
        for tier, cidrs in ranges.items()
        for zone, cidr in zip(zones, cidrs, strict=False)
    ]
    served = {"none": [], "single": zones[:1], "one_per_zone": zones}
    if nat_gateways not in served:
        raise AnsibleFilterError(f"{nat_gateways!r} is no way to place NAT gateways; choose one of {', '.join(served)}")
    gateways = [{"part": zone, "subnet": f"public-{zone}"} for zone in served[nat_gateways] if "private" in ranges]
    tables = _route_tables(subnets, [gateway["part"] for gateway in gateways])
    return {"subnets": subnets, "nat_gateways": gateways, "route_tables": tables}


def _route_tables(subnets: Sequence[Mapping[str, Any]], gateways: Sequence[str]) -> list[Entry]:
    tables: dict[str, Entry] = {}
    for subnet in subnets:
        tier, zone = subnet["tier"], subnet["zone"]
        own_exit = tier == "private" and len(gateways) > 1
        part = f"{tier}-{zone}" if own_exit else tier
        if tier == "public":
            way_out = "internet"
        elif tier == "private" and gateways:
            way_out = zone if own_exit else gateways[0]
        else:
            way_out = ""
        tables.setdefault(part, {"part": part, "subnets": [], "exit": way_out})["subnets"].append(subnet["part"])
    return list(tables.values())


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"network_layout": network_layout}
