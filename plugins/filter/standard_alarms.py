# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: standard_alarms
version_added: 0.1.0
short_description: The alarms that everything in a stack should have
description:
  - Alarms for every load balancer, target group, Amazon ECS service, scaling group, database, cache member and table that stands,
    in the form that P(groundwork.cloud.component_alarms#filter) takes.
  - Missing tasks of a service are only watched where its cluster has Container Insights, which counts them, and missing machines
    of a scaling group where it collects group metrics.
author:
  - The Groundwork authors (@groundwork)
positional: thresholds, unwatched
options:
  _input:
    description: The live stack, as M(groundwork.cloud.stack_info) returns it in RV(groundwork.cloud.stack_info#module:found).
    type: dict
    required: true
  thresholds:
    description:
      - Thresholds by the keys that the role cloudwatch documents at C(cloudwatch_thresholds). There is no alarm of a key that is
        left out.
    type: dict
    required: true
  unwatched:
    description: Keys of which there is no alarm all the same.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show which alarms the databases should have
  ansible.builtin.debug:
    msg: "{{ found | groundwork.cloud.standard_alarms({'database_cpu_percent': 80, 'database_connections': 80}) }}"
"""

RETURN = r"""
_value:
  description: The alarms, named by what they watch, C(postgres-cpu) for instance.
  type: list
  elements: dict
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils.monitoring import standard_alarms


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"standard_alarms": standard_alarms}
