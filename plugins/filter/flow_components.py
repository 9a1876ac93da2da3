# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: flow_components
version_added: 0.1.0
short_description: The components that the flows of a stack name
description:
  - Every end of a flow that is neither V(internet), V(vpc) nor an address range, in order, each once. They have a security group.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: The flows.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: List who has a security group
  ansible.builtin.debug:
    msg: "{{ stack_flows | groundwork.cloud.flow_components }}"
"""

RETURN = r"""
_value:
  description: Component names.
  type: list
  elements: str
"""

from collections.abc import Callable
from typing import Any

from .security_group_rules import flow_components


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"flow_components": flow_components}
