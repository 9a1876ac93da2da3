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
author:
  - The Groundwork authors (@groundwork)
positional: tier
options:
  _input:
    description: The subnets by part, as M(groundwork.cloud.stack_info) returns them.
    type: dict
    required: true
  tier:
    description: The tier, for instance V(private).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: List the private subnets
  ansible.builtin.debug:
    msg: "{{ found.main.subnet | groundwork.cloud.subnet_ids('private') }}"
"""

RETURN = r"""
_value:
  description: Subnet ids.
  type: list
  elements: str
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def subnet_ids(subnets: Mapping[str, Mapping[str, Any]], tier: str) -> list[str]:
    ids: list[str] = [subnets[part]["id"] for part in sorted(subnets) if part.startswith(f"{tier}-")]
    if not ids:
        there = ", ".join(sorted(subnets)) or "none"
        raise AnsibleFilterError(f"the network has no {tier} subnets, only {there}; declare them in network_subnets")
    return ids


class FilterModule:
    def filters(self) -> dict[str, Callable[..., list[str]]]:
        return {"subnet_ids": subnet_ids}
