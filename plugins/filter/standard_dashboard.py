# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
name: standard_dashboard
version_added: 0.1.0
short_description: The dashboard of a stack
description:
  - The state of the alarms, a row of graphs for every load balancer, Amazon ECS service, database and cache that stands, and the
    newest errors in the logs of services and databases.
author:
  - The Groundwork authors (@groundwork)
positional: region, alarms
options:
  _input:
    description: The live stack, as M(groundwork.cloud.stack_info) returns it in RV(groundwork.cloud.stack_info#module:found).
    type: dict
    required: true
  region:
    description: The region of the stack.
    type: str
    required: true
  alarms:
    description: ARNs of the alarms.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Show what the dashboard holds
  ansible.builtin.debug:
    msg: "{{ found | groundwork.cloud.standard_dashboard('us-east-1', []) }}"
"""

RETURN = r"""
_value:
  description: The body of the dashboard, as M(groundwork.cloud.cloudwatch_dashboard) takes it.
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ..plugin_utils.monitoring import standard_dashboard


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"standard_dashboard": standard_dashboard}
