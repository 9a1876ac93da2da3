# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The live picture; in a plan, with what the plan would have created by now."""

from __future__ import annotations

from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible_collections.groundwork.cloud.plugins.plugin_utils import pictures, planned
from ansible_collections.groundwork.cloud.plugins.plugin_utils.actions import handed_on


class ActionModule(ActionBase):  # type: ignore[misc]
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        # A picture that is kept has nothing to wait for, or is of a plan, which waits for nothing.
        asked = {option: value for option, value in self._task.args.items() if option not in ("wait_for", "wait_timeout")}
        question = [asked, environment]
        # What is left after a teardown is never taken from memory.
        remembers = not asked.get("leftovers")
        result: dict[str, Any] | None = pictures.kept(question) if remembers else None
        if result is None:
            result = handed_on(self).run(task_vars=task_vars)
            # What AWS still makes will have more to tell, without anybody's changing it: an address, for one.
            lasts = self._task.check_mode or not result.get("pending")
            if remembers and lasts and not result.get("failed"):
                pictures.keep(question, result)
        if self._task.check_mode and "found" in result:
            scope = tuple(self._task.args.get(option) for option in ("stack", "environment"))
            plan = (
                new for new in planned.recall(constants.DEFAULT_LOCAL_TMP) if new.removed or (new.stack, new.environment) == scope
            )
            result["found"] = planned.over(result["found"], plan)
        return result
