# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

try:
    import botocore.session
except ImportError:
    botocore = None  # regions are not checked without it

from ..plugin_utils.components import KNOWN_AT_RUN, Components, Host
from ..plugin_utils.problems import STACK, Problem, merged
from ..plugin_utils.relations import (
    check_absent,
    check_access_logs,
    check_data,
    check_discovery,
    check_guarded,
    check_network_flows,
    check_origin_locks,
    check_replicas,
    check_targets,
)
from ..plugin_utils.specification import check_names, check_owners
from ..plugin_utils.validation import (
    check_account,
    check_agreement,
    check_component,
    check_networks,
    check_tiers,
)
from ..plugin_utils.validation import check_names as check_component_names

ARGUMENTS: dict[str, Any] = {
    "tiers": {"type": "list", "elements": "str", "required": True},
    "caller": {"type": "dict"},
    "states": {"type": "bool", "default": True},
    "known_at_run": {"type": "list", "elements": "str", "default": list(KNOWN_AT_RUN)},
}


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(ARGUMENTS)
        variables, regions = task_vars or {}, known_regions()
        inventory = Components(variables, self._templar, self._loader, options["tiers"], regions, options["known_at_run"])
        everyone, chosen, hosts = inventory.names, inventory.chosen, inventory.hosts
        components = [host.component for host in hosts]
        members = {tier: [name for name in variables["groups"].get(tier, []) if name in everyone] for tier in inventory.tiers}
        problems = [problem for host in hosts for problem in [*host.problems, *name_problems(host, inventory)]]
        problems += [problem for component in components for problem in check_component(component, members)]
        problems += [
            *check_component_names(everyone),
            *check_agreement(components),
            *check_networks(components),
            *check_guarded(components),
            *check_network_flows(components),
            *check_targets(components),
            *check_access_logs(components),
            *check_discovery(components),
            *check_origin_locks(components),
            *check_replicas(components),
            *check_data(components),
            *(check_absent(components, chosen) if options["states"] else []),
        ]
        caller = options["caller"]
        if caller and not caller.get("skipped"):
            problems += check_account(components, caller, regions)

        by_name = {host.name: host for host in hosts}
        problems = [problem for problem in problems if problem.component in (STACK, *chosen)]
        problems = [by_name.get(problem.component, hosts[0]).located(problem) for problem in problems]
        return outcome(chosen, merged(problems, chosen))


def name_problems(host: Host, inventory: Components) -> list[Problem]:
    """What the names of a component's variables and groups say: misspelt settings, other tiers' settings, no tier at all."""
    named = [name for name in host.variables if not name.startswith(("ansible_", "_"))]
    groups = [group for group in host.variables["group_names"] if group != STACK]
    return [
        *check_names(host.name, named, inventory.known),
        *check_owners(
            host.name, [tier.name for tier in host.tiers], [name for name in named if name in host.own], inventory.known
        ),
        *check_tiers(host.component, groups, list(inventory.tiers)),
    ]


def outcome(chosen: list[str], problems: list[Problem]) -> dict[str, Any]:
    """The action's result; raises when there are problems."""
    told = [
        {"component": problem.component, "setting": problem.setting, "message": problem.message, "origin": problem.origin}
        for problem in problems
    ]
    result = {"changed": False, "components": chosen, "problems": told}
    if problems:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = [f"{count} to mend first; nothing has been changed.", *map(str, problems)]
        raise AnsibleActionFail("\n".join(lines), result=result)
    return {**result, "msg": f"{len(chosen)} components are as they should be"}


def known_regions() -> dict[str, str]:
    """Every region with its partition; empty where botocore is not installed."""
    if botocore is None:
        return {}
    session = botocore.session.Session()
    return {
        region: partition
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("sts", partition, allow_non_regional=False)
    }
