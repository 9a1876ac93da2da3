# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A resource that changes, fails, warns and takes its time as it is told to."""

from __future__ import annotations

import time
from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _supports_check_mode = True

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        wanted = self._task.args
        time.sleep(float(wanted.get("seconds", 0)))
        before, after = wanted.get("before", {}), wanted.get("after", {})
        result = {"changed": before != after, "diff": {"before": before, "after": after}, **wanted}
        if "warning" in wanted:
            result["warnings"] = [wanted["warning"]]
        if "deprecation" in wanted:
            result["deprecations"] = [{"msg": wanted["deprecation"], "version": "9.0.0"}]
        if wanted.get("failure"):
            return {**result, "changed": False, "failed": True, "msg": wanted["failure"]}
        return result
