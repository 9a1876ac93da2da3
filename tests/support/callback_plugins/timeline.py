# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Write when each task ran and when each call was made to the file that GROUNDWORK_TIMELINE names, as JSON."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.plugins.callback import CallbackBase
from ansible_collections.groundwork.cloud.plugins.plugin_utils import record

DOCUMENTATION = """
name: timeline
type: aggregate
short_description: The times of tasks and calls as JSON
description: For the tests of this project.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "timeline"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._began = time.time()
        self._running: dict[tuple[str, str], float] = {}
        self._tasks: list[dict[str, Any]] = []

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        self._running[host.get_name(), task._uuid] = time.time()

    def _end(self, result: Any) -> None:
        component, task = result.host.get_name(), result.task
        began = self._running.pop((component, task._uuid), None)
        if began is not None:
            where = task.get_path().rpartition(":")[0]
            said = {"component": component, "task": task.get_name(), "file": where, "began": began, "ended": time.time()}
            self._tasks.append(said)

    v2_runner_on_ok = v2_runner_on_skipped = v2_runner_on_unreachable = _end

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._end(result)

    def v2_playbook_on_stats(self, stats: Any) -> None:
        calls = record.taken(constants.DEFAULT_LOCAL_TMP)
        whole = {"began": self._began, "ended": time.time(), "tasks": self._tasks, "calls": calls}
        Path(os.environ["GROUNDWORK_TIMELINE"]).write_text(json.dumps(whole))
