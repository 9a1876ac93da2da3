# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Write one JSON line for every task result to the file that GROUNDWORK_EVENTS names: what a play did, for tests to read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: events
type: aggregate
short_description: Task results as JSON lines
description: For the tests of this project.
"""


def _changed(result: Any) -> bool:
    return isinstance(result, dict) and bool(result.get("changed"))


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "events"
    CALLBACK_NEEDS_ENABLED = True

    def _write(self, result: Any, status: str) -> None:
        task = result.task
        line = {
            "component": result.host.get_name(),
            "task": task.get_name().split(" : ")[-1],
            "action": task.action,
            "status": status,
            "changed": bool(result.result.get("changed")),
            "msg": str(result.result.get("msg", "")),
            "items": [
                str(one.get("_ansible_item_label", one.get("item")))
                for one in result.result.get("results") or []
                if isinstance(one, dict) and one.get("changed")
            ],
        }
        with Path(os.environ["GROUNDWORK_EVENTS"]).open("a") as file:
            file.write(json.dumps(line) + "\n")

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write(result, "ok")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write(result, "failed")

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._write(result, "unreachable")

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._write(result, "skipped")
