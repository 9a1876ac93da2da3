# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The live picture; in a plan, with what the plan would have created by now."""

from __future__ import annotations

from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible_collections.groundwork.cloud.plugins.plugin_utils import pictures, planned


class ActionModule(ActionBase):  # type: ignore[misc]
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        asked = dict(self._task.args)
        awaited = asked.pop("wait_for", [])
        asked.pop("wait_timeout", None)
        question = [asked, environment]
        # What is left after a teardown is never taken from memory.
        result = None if asked.get("leftovers") else pictures.kept(question)
        if result and any(not one["ready"] and one["component"] in awaited for one in result.get("resources", [])):
            result = None
        if result is None:
            result = self._looked(task_vars)
            if not result.get("failed"):
                pictures.keep(question, result)
        if self._task.check_mode and "found" in result:
            scope = tuple(self._task.args.get(option) for option in ("stack", "environment"))
            plan = (new for new in planned.recall(constants.DEFAULT_LOCAL_TMP) if (new.stack, new.environment) == scope)
            result["found"] = planned.over(result["found"], plan)
        return result

    def _looked(self, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """The result of the module, run in the default way."""
        default = self._shared_loader_obj.action_loader.get(
            "ansible.legacy.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, Any] = default.run(task_vars=task_vars)
        return result
