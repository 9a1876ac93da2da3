# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: runtime
type: aggregate
short_description: Prepares the process that forks the workers to run AWS modules in them
description:
  - Loads boto3 and the service models of a stack once, before the first task that needs them, so that the workers have them.
  - Enabled in C(ansible.cfg) together with the action plugin C(normal) of this collection; without it every module loads its own.
author:
  - The Groundwork authors (@groundwork)
"""

from ansible.playbook.task import Task
from ansible.plugins.callback import CallbackBase
from ansible_collections.groundwork.cloud.plugins.plugin_utils import direct


class CallbackModule(CallbackBase):  # type: ignore[misc]
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "groundwork.cloud.runtime"

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        if task.resolved_action and task.resolved_action.startswith(tuple(f"{name}." for name in direct.COLLECTIONS)):
            direct.prepare()
