# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The action of every module that has none of its own. With C(action_plugins) in C(ansible.cfg) it stands in for Ansible's.

Modules of the AWS collections run in a fork of the worker (P(direct)), with the stock result; all else goes the stock way.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.parsing.plugin_docs import read_docstring_from_python_file
from ansible.plugins.action import ActionBase
from ansible.utils.vars import merge_hash
from ansible_collections.groundwork.cloud.plugins.plugin_utils import direct, planned, record, unknown
from ansible_collections.groundwork.cloud.plugins.plugin_utils.masking import masked_options

ABSENT = {"absent", "deleted", "terminated"}


class Plan:
    """A module run in check mode: what can be told of its result before anything is applied."""

    def __init__(self, module: direct.Module, arguments: dict[str, Any]) -> None:
        self._module = module
        self._arguments = arguments
        self._removes = arguments.get("state") in ABSENT
        self._creates = not self._removes and not module.fqcn.endswith("_info")

    @property
    def is_unknown(self) -> bool:
        """Whether the module would be given something that only an apply can know, and could not plan with."""
        return unknown.is_unknown(planned.needed(self._module.fqcn, self._arguments))

    def unknown(self) -> dict[str, Any]:
        """The result of a module that can't be run yet: what it would create, else that nothing is there yet."""
        if not self._creates:
            return unknown.shaped(self._documented()) | {"changed": False}
        given = {name: value for name, value in self._arguments.items() if not name.startswith("_ansible_")}
        shown = masked_options(given, Path(self._module.path).read_text())
        return self._created({"changed": True, "diff": {"before": {}, "after": shown}})

    def completed(self, result: dict[str, Any]) -> dict[str, Any]:
        """A result with what is not known yet in its place."""
        if result.get("failed"):
            plan = planned.recall(constants.DEFAULT_LOCAL_TMP)
            return self.unknown() if planned.is_missing_parent(result, self._arguments, plan) else result
        if result.get("changed") and self._removes:
            planned.remember(constants.DEFAULT_LOCAL_TMP, planned.removal(self._module.fqcn, self._arguments))
        return self._created(result) if result.get("changed") and self._creates else result

    def _created(self, result: dict[str, Any]) -> dict[str, Any]:
        result = unknown.filled(result, unknown.shaped(self._documented(), self._arguments))
        planned.remember(constants.DEFAULT_LOCAL_TMP, planned.planned(self._module.fqcn, self._arguments, result))
        return result

    def _documented(self) -> dict[str, Any]:
        return read_docstring_from_python_file(self._module.path)["returndocs"] or {}


class ActionModule(ActionBase):  # type: ignore[misc]
    _supports_check_mode = True
    _supports_async = True
    _direct: direct.Module | None = None
    _component = ""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        wrap_async = bool(self._task.async_val)
        result: dict[str, Any] = super().run(tmp, task_vars)
        result = dict(merge_hash(result, self._execute_module(task_vars=task_vars, wrap_async=wrap_async)))
        if self._task.action in constants._ACTION_SETUP:
            result["_ansible_verbose_override"] = True
        if not wrap_async:
            self._remove_tmp_path(self._connection._shell.tmpdir)
        return result

    def _execute_module(
        self,
        module_name: str | None = None,
        module_args: dict[str, Any] | None = None,
        *args: Any,
        task_vars: dict[str, Any] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        self._component = str((task_vars or {}).get("inventory_hostname", ""))
        self._environment: dict[str, Any] = {}
        self._direct = self._covered(module_name or self._task.action, task_vars or {})
        plan = Plan(self._direct, module_args or self._task.args) if self._direct and self._task.check_mode else None
        if plan and plan.is_unknown:
            return plan.unknown()
        result: dict[str, Any] = super()._execute_module(module_name, module_args, *args, task_vars=task_vars, **options)
        return plan.completed(result) if plan else result

    def _covered(self, name: str, task_vars: dict[str, Any]) -> direct.Module | None:
        """The module, if it can run in this worker with the same result as in an interpreter of its own."""
        self._compute_environment_string(self._environment)
        of_host = task_vars["ansible_delegated_vars"][self._task.delegate_to] if self._task.delegate_to else task_vars
        if (
            self._connection.transport != "local"
            or self._connection.become
            or self._task.async_val
            or constants.DEFAULT_KEEP_REMOTE_FILES
            or any(variable.startswith(direct.READ_AT_START) for variable in self._environment)
            or self._templar.template(of_host.get("ansible_python_interpreter")) != direct.INTERPRETER
            or constants.config.get_config_value("PYTHON_MODULE_RLIMIT_NOFILE", variables=task_vars)
        ):
            return None
        found = self._shared_loader_obj.module_loader.find_plugin_with_context(name, "", collection_list=self._task.collections)
        return direct.module(found.plugin_resolved_name, found.plugin_resolved_path) if found.resolved else None

    # What follows is the part of the stock way that differs: no archive is built, and no interpreter is started.

    def _is_pipelining_enabled(self, module_style: str, wrap_async: bool = False) -> bool:
        return self._direct is not None or bool(super()._is_pipelining_enabled(module_style, wrap_async))

    def _configure_module(self, module_name: str, module_args: dict[str, Any], task_vars: dict[str, Any]) -> Any:
        if self._direct is None:
            return super()._configure_module(module_name, module_args, task_vars)
        return direct.built(module_args), self._direct.path

    def _low_level_execute_command(self, cmd: str, *args: Any, in_data: bytes | None = None, **options: Any) -> dict[str, Any]:
        if self._direct is None or in_data is None:
            result: dict[str, Any] = super()._low_level_execute_command(cmd, *args, in_data=in_data, **options)
            return result
        tell = partial(record.add, constants.DEFAULT_LOCAL_TMP, self._component, self._direct.fqcn)
        plan, directory = self._task.check_mode, self._loader.get_basedir()
        return direct.run(self._direct, in_data, self._environment, directory, plan=plan, tell=tell)
