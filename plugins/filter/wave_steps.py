# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: wave_steps
version_added: 0.1.0
short_description: What a wave does for a component
description:
  - Picks the steps of a wave that are a component's. A step is a tier, or a tier and a task file of its role, C(ecs/begin).
  - A component that is declared absent is removed in the step C(begin) of its tier, or in the only one. Others are not for it.
  - A step C(ready) waits for what an earlier wave began, so it is left out for what nobody has to wait for.
  - The steps of a teardown, C(ecs/absent), are taken whatever is declared.
author:
  - The Groundwork authors (@groundwork)
options:
  _input:
    description: The steps of the wave.
    type: list
    elements: str
    required: true
  states:
    description: What is declared, C(present) or C(absent), for each tier that the component is of.
    type: dict
    required: true
  pending:
    description: Whether the component is to be waited for.
    type: bool
    required: true
"""

EXAMPLES = r"""
- name: Show what the wave Compute does for a service that stands, and for one that is to go
  ansible.builtin.debug:
    msg:
      - "{{ steps | groundwork.cloud.wave_steps({'ecs': 'present'}, false) }}"  # [{'role': 'ecs', 'tasks': 'begin'}]
      - "{{ steps | groundwork.cloud.wave_steps({'ecs': 'absent'}, false) }}"  # [{'role': 'ecs', 'tasks': 'absent'}]
  vars:
    steps: [ecs/begin, asg/begin, ecs/ready]
"""

RETURN = r"""
_value:
  description: Roles and their task files, in the order of the steps.
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any


def wave_steps(steps: Iterable[str], states: Mapping[str, str], pending: bool) -> list[dict[str, str]]:
    return [{"role": role, "tasks": tasks} for role, tasks in _steps(steps, states) if tasks != "ready" or pending]


def _steps(steps: Iterable[str], states: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for step in steps:
        role, _slash, tasks = step.partition("/")
        if role not in states:
            continue
        if "absent" in tasks or states[role] != "absent":
            yield role, tasks or states[role]
        elif tasks in ("", "begin"):
            yield role, "absent"


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"wave_steps": wave_steps}
