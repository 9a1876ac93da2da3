# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: network_layout
version_added: 0.1.0
short_description: Subnets, NAT gateways and route tables of a network
description:
  - Lays a network out from its address ranges by tier, its availability zones and its way to the internet, in the words of
    M(groundwork.cloud.subnets), M(groundwork.cloud.nat_gateways) and M(groundwork.cloud.route_tables).
  - Subnets of the tier V(public) are routed to the internet gateway, V(private) ones to a NAT gateway, all others nowhere.
author:
  - The Groundwork authors (@groundwork)
positional: zones, nat_gateways, tags, made
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
  tags:
    description: The tags of the network. Each part carries them, with a C(Name) that ends in the part's own name.
    type: dict
    required: true
  made:
    description: What was made of it so far, by name, each with its C(id). Its name stands for what is not made yet.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Lay out two zones with one NAT gateway
  ansible.builtin.debug:
    msg: "{{ ranges | groundwork.cloud.network_layout(['us-east-1a', 'us-east-1b'], 'single', {'Name': 'shop'}) }}"
  vars:
    ranges:
      public: [10.0.0.0/24, 10.0.16.0/24]
      private: [10.0.1.0/24, 10.0.17.0/24]
"""

RETURN = r"""
_value:
  description: The layout; every entry has its C(name) and C(tags).
  type: dict
  contains:
    subnets:
      description: With C(cidr) and C(zone).
      type: list
      elements: dict
    nat_gateways:
      description: With the C(subnet) that each stands in.
      type: list
      elements: dict
    route_tables:
      description: With their C(subnets) and their C(routes), in which the way out has no target if there is none.
      type: list
      elements: dict
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils.naming import part_tags

Entry = dict[str, Any]
EVERYWHERE = "0.0.0.0/0"


def network_layout(
    ranges: Mapping[str, Sequence[str]],
    zones: Sequence[str],
    nat_gateways: str,
    tags: Mapping[str, str],
    made: Mapping[str, Mapping[str, Any]] | None = None,
) -> dict[str, list[Entry]]:
    def id_of(name: str) -> str:
        return str((made or {}).get(name, {}).get("id", name))

    served = {"none": [], "single": zones[:1], "one_per_zone": zones}
    if nat_gateways not in served:
        raise AnsibleFilterError(f"{nat_gateways!r} is no way to place NAT gateways; choose one of {', '.join(served)}")
    places = [(tier, zone, cidr) for tier, cidrs in ranges.items() for zone, cidr in zip(zones, cidrs, strict=False)]
    subnets = [{"name": f"{tier}-{zone}", "cidr": cidr, "zone": zone} for tier, zone, cidr in places]
    ways = served[nat_gateways] if "private" in ranges else []
    gateways = [{"name": zone, "subnet": id_of(f"public-{zone}")} for zone in ways]
    tables: dict[str, Entry] = {}
    for tier, zone, _cidr in places:
        name, way_out = _way(tier, zone, ways)
        routes = [{"destination": EVERYWHERE, "target": id_of(way_out)}]
        tables.setdefault(name, {"name": name, "routes": routes, "subnets": []})["subnets"].append(id_of(f"{tier}-{zone}"))
    layout = {"subnets": subnets, "nat_gateways": gateways, "route_tables": list(tables.values())}
    return {kind: [{**one, "tags": part_tags(tags, one["name"])} for one in entries] for kind, entries in layout.items()}


def _way(tier: str, zone: str, ways: Sequence[str]) -> tuple[str, str]:
    """The route table of a subnet, and the name of its way out, which may be empty."""
    if tier == "private" and len(ways) > 1:
        return f"{tier}-{zone}", zone
    return tier, {"public": "internet", "private": ways[0] if ways else ""}.get(tier, "")


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"network_layout": network_layout}
