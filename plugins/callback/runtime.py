# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: runtime
type: aggregate
short_description: Prepares the process that forks the workers to run AWS modules in them
description:
  - Loads boto3 and the service models of a stack once, before the first task that needs them, so that the workers have them.
  - Sees to it that the live picture of M(groundwork.cloud.stack_info) is taken again only when something was changed since.
  - Enabled in C(ansible.cfg) together with the action plugin C(normal) of this collection; without it every module loads its own.
  - Writes what the run asked of AWS and Cloudflare to a file when it ends, with a line that sums it up. C(playbooks/policy.yml)
    makes of such a record the IAM policies that the run needs.
options:
  record:
    description:
      - The file that the record is written to. It holds, for each component, module and operation, how many calls were made, how
        long they took in seconds, how many were tried again, slowed down, refused, or stopped because the run was a plan.
      - By default C(calls.json) beside Ansible's log, or in the current directory when there is no log.
    type: path
    env:
      - name: GROUNDWORK_RECORD
    ini:
      - section: callback_runtime
        key: record
author:
  - The Groundwork authors (@groundwork)
"""

import gc
import json
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.playbook import Playbook
from ansible.playbook.task import Task
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import action_loader, connection_loader, lookup_loader, shell_loader
from ansible_collections.groundwork.cloud.plugins.plugin_utils import direct, pictures, record, templates

# What every worker would load anew, of the plugins that most tasks need.
PLUGINS = {
    action_loader: ("ansible.builtin.assert", "ansible.builtin.set_fact", "ansible.legacy.normal"),
    connection_loader: ("local",),
    lookup_loader: ("ansible.builtin.env", "ansible.builtin.template"),
    shell_loader: ("sh",),
}


# Little of what Ansible makes in a run is garbage: looking for it at every 700 new objects takes a tenth of the run.
gc.set_threshold(100_000)


class CallbackModule(CallbackBase):  # type: ignore[misc]
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "groundwork.cloud.runtime"
    _prepared = False

    def v2_playbook_on_start(self, playbook: Playbook) -> None:
        pictures.open_place()
        direct.share()
        self._codes = templates.Codes()
        templates.keep(self._codes)
        templates.know_plugins()
        for loader, names in PLUGINS.items():
            for name in names:
                loader.get_with_context(name, class_only=True)

    def v2_playbook_on_task_start(self, task: Task, is_conditional: bool) -> None:
        if not self._prepared and (task.resolved_action or "").startswith(tuple(f"{name}." for name in direct.COLLECTIONS)):
            direct.prepare()
            self._prepared = True
        self._codes.learn()
        gc.freeze()  # what the workers inherit is not theirs to collect: looking through it would copy it

    def v2_runner_on_ok(self, result: Any) -> None:
        if result.result.get("changed") and not result.task.check_mode:
            pictures.forget()

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        pictures.forget()

    def v2_runner_on_unreachable(self, result: Any) -> None:
        pictures.forget()

    def v2_playbook_on_stats(self, stats: Any) -> None:
        summary = record.summed(record.taken(constants.DEFAULT_LOCAL_TMP))
        if not summary:
            return
        log = constants.DEFAULT_LOG_PATH
        file = Path(self.get_option("record") or (Path(log).with_name("calls.json") if log else "calls.json"))
        file.write_text(json.dumps(summary, indent=1) + "\n")
        # Standard output may be another callback's JSON.
        self._display.display(f"  calls      {record.told(summary)}: {file}", stderr=True)
