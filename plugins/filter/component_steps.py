# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: component_steps
version_added: 0.1.0
short_description: What a role does for a component, decided in one task
description:
  - Picks the task files that are to be included, in the order in which they are given.
  - Each carries the component. Ansible includes a file once for all hosts that include it with the same values, at the place that
    it has for the first of them, so the files of a host could else come in another order than its own.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: Whether each task file is to be included, by its name without C(.yml).
    type: dict
    required: true
  component:
    description: The component, C(inventory_hostname).
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show which task files a service without a migration takes
  ansible.builtin.debug:
    msg: "{{ {'task_definition': true, 'migration': false, 'service': true} | groundwork.cloud.component_steps('web') }}"
  # [{'file': 'task_definition', 'component': 'web'}, {'file': 'service', 'component': 'web'}]
"""

RETURN = r"""
_value:
  description: The task files, each with the component.
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping
from typing import Any


def component_steps(steps: Mapping[str, bool], component: str) -> list[dict[str, str]]:
    return [{"file": file, "component": component} for file, taken in steps.items() if taken]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"component_steps": component_steps}
