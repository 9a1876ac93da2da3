# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Write one JSON line for every result of a task, an item or a try to the file that GROUNDWORK_RESULTS names: all of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: results
type: aggregate
short_description: Whole task results as JSON lines
description: For the tests of this project.
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "results"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result: Any, status: str) -> None:
        line = {
            "host": result.host.get_name(),
            "task": result.task.get_name(),
            "action": result.task.resolved_action,
            "status": status,
            "result": dict(result.result),
        }
        with Path(os.environ["GROUNDWORK_RESULTS"]).open("a") as file:
            file.write(json.dumps(line, default=repr) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write(result, "ignored" if ignore_errors else "failed")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._write(result, "unreachable")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._write(result, "skipped")

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._write(result, "item ok")

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._write(result, "item failed")

    def v2_runner_item_on_skipped(self, result: Any) -> None:
        self._write(result, "item skipped")

    def v2_runner_retry(self, result: Any) -> None:
        self._write(result, "retry")

    def v2_runner_on_async_poll(self, result: Any) -> None:
        self._write(result, "poll")

    def v2_runner_on_async_ok(self, result: Any) -> None:
        self._write(result, "async ok")

    def v2_runner_on_async_failed(self, result: Any) -> None:
        self._write(result, "async failed")
