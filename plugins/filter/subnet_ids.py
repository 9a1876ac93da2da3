# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: subnet_ids
version_added: 0.1.0
short_description: The ids of a network's subnets in one tier
description:
  - Takes the subnets of a network from the live picture and returns the ids of one tier's, in the order of the zones.
  - With the zones that the network is declared in, it leaves out what still stands in others.
author:
  - The Groundwork authors (@groundwork)
positional: tier, zones
options:
  _input:
    description: The subnets by part, as M(groundwork.cloud.stack_info) returns them.
    type: dict
    required: true
  tier:
    description: The tier, for instance V(private).
    type: str
    required: true
  zones:
    description: The availability zones. All if they are left out.
    type: list
    elements: str
"""

EXAMPLES = r"""
- name: List the private subnets
  ansible.builtin.debug:
    msg: "{{ found.main.subnet | groundwork.cloud.subnet_ids('private', ['us-east-1a', 'us-east-1b']) }}"
"""

RETURN = r"""
_value:
  description: Subnet ids.
  type: list
  elements: str
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def subnet_ids(subnets: Mapping[str, Mapping[str, Any]], tier: str, zones: Collection[str] | None = None) -> list[str]:
    parts = [part for part in sorted(subnets) if part.startswith(f"{tier}-")]
    ids: list[str] = [subnets[part]["id"] for part in parts if zones is None or part.removeprefix(f"{tier}-") in zones]
    if not ids:
        where = f" in {', '.join(zones)}" if zones else ""
        there = ", ".join(sorted(subnets)) or "none"
        raise AnsibleFilterError(f"the network has no {tier} subnets{where}, only {there}; declare them in network_subnets")
    return ids


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[str]]]:
        return {"subnet_ids": subnet_ids}
