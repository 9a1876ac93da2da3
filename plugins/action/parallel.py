# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One module for many items at once: each item is a task of its own, in a fork of the worker."""

from __future__ import annotations

import os
import pickle
import signal
import tempfile
from collections.abc import Mapping
from typing import IO, Any

from ansible.errors import AnsibleActionFail
from ansible.executor.module_common import _apply_action_arg_defaults
from ansible.plugins.action import ActionBase
from ansible_collections.groundwork.cloud.plugins.plugin_utils.actions import handed_on

OPTIONS: dict[str, Any] = {
    "module": {"type": "str", "required": True},
    "items": {"type": "list", "elements": "raw", "required": True},
    "arguments": {"type": "raw", "default": {}},
    "label": {"type": "raw"},
    "limit": {"type": "int", "default": 10},
}
OF_AN_ITEM = ("arguments", "label")


class ActionModule(ActionBase):  # type: ignore[misc]
    _supports_check_mode = True

    @classmethod
    def finalize_task_arg(cls, name: str, value: Any, templar: Any, context: Any) -> Any:
        """What is of an item is resolved for the item, and not for the task."""
        return value if name in OF_AN_ITEM else super().finalize_task_arg(name, value, templar, context)

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        options = self.validate_argument_spec(OPTIONS)[1]
        if options["limit"] < 1:
            raise AnsibleActionFail(f"limit is {options['limit']}; give it at least 1")
        results = self._results(options, dict(task_vars or {}))
        failed = [result for result in results if result.get("failed")]
        told = f"{len(failed)} of {len(results)} items failed: {failed[0].get('msg', '')}" if failed else "All items completed"
        return {
            # As with a loop, they are of the task, and not of an item.
            **{kind: [one for result in results for one in result.pop(kind, [])] for kind in ("warnings", "deprecations")},
            "results": results,
            "changed": any(result.get("changed") for result in results),
            "failed": bool(failed),
            "msg": told,
        }

    def _results(self, options: Mapping[str, Any], task_vars: dict[str, Any]) -> list[dict[str, Any]]:
        """Start as many items as may run at a time, and the next one whenever one has ended."""
        waiting = list(enumerate(options["items"]))[::-1]
        results: dict[int, dict[str, Any]] = {}
        running: dict[int, tuple[int, Any, Any]] = {}
        try:
            while waiting or running:
                while waiting and len(running) < options["limit"]:
                    index, item = waiting.pop()
                    answer: Any = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed when the item has ended)
                    running[self._started(options, item, task_vars, answer)] = index, item, answer
                child, status = os.wait()
                index, item, answer = running.pop(child)
                with answer:
                    answer.seek(0)
                    said = answer.read()
                result = pickle.loads(said) if said else {"failed": True, "msg": f"The item ended with {status} and no result"}  # noqa: S301
                results[index] = {**result, "item": item, "ansible_loop_var": "item", "failed": bool(result.get("failed"))}
                if self._task.no_log:  # ansible-core 2.20 hides only those results of a loop that say so
                    results[index]["_ansible_no_log"] = True
        finally:
            for child in running:  # the run was interrupted, or the task's time is up
                os.kill(child, signal.SIGTERM)  # and not SIGKILL: it has a module of its own to end
            for child in running:
                os.waitpid(child, 0)
        return [results[index] for index in sorted(results)]

    def _started(self, options: Mapping[str, Any], item: Any, task_vars: dict[str, Any], answer: IO[bytes]) -> int:
        # Until the item has a handler of its own, that of the worker would end the worker.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        child = os.fork()
        if child == 0:
            try:
                signal.signal(signal.SIGTERM, signal.default_int_handler)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
                pickle.dump(self._item(options, item, task_vars), answer)
                answer.flush()
            finally:
                os._exit(0)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        return child

    def _item(self, options: Mapping[str, Any], item: Any, task_vars: dict[str, Any]) -> dict[str, Any]:
        """The result of one item: that of the module, run as a task runs it."""
        try:
            task_vars["item"] = item
            self._templar.available_variables = task_vars
            arguments = self._templar.template(options["arguments"])
            self._task.args = _apply_action_arg_defaults(options["module"], self._task, arguments, self._templar)
            self._task.action = module = options["module"]
            has_its_own = self._shared_loader_obj.action_loader.has_plugin(module)
            action = handed_on(self, module) if has_its_own else handed_on(self)
            result: dict[str, Any] = action.run(task_vars=task_vars)
            if options["label"]:
                result["_ansible_item_label"] = self._templar.template(options["label"])
        except Exception as error:
            return {"failed": True, "msg": str(error)}
        return result
