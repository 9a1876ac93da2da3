# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: component_alarms
version_added: 0.1.0
short_description: Alarms of a component with their full names, tags and actions
description:
  - Makes alarms that are named by what they watch into alarms that M(groundwork.cloud.cloudwatch_alarms) takes.
  - An alarm that is named again does not stand twice - what it says changes what the first of its name says.
author:
  - The Groundwork authors (@groundwork)
positional: tags, actions
options:
  _input:
    description: The alarms, each with its C(name) in the component.
    type: list
    elements: dict
    required: true
  tags:
    description: The component's tags.
    type: dict
    required: true
  actions:
    description: ARNs of what is told when an alarm goes off and when it is over, unless the alarm itself says so.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show what an alarm is called
  ansible.builtin.debug:
    msg: "{{ [{'name': 'web-cpu', 'threshold': 80}] | groundwork.cloud.component_alarms(stack_tags) | map(attribute='name') }}"
"""

RETURN = r"""
_value:
  description: The alarms. Each has the one tag that differs among them, C(Name).
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils.monitoring import component_alarms


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"component_alarms": component_alarms}
