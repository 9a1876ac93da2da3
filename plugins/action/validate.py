# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase

try:
    import botocore.session
except ImportError:
    botocore = None  # regions are not checked without it

from ..plugin_utils.problems import STACK, Problem, merged
from ..plugin_utils.relations import (
    check_access_logs,
    check_data,
    check_guarded,
    check_origin_locks,
    check_replicas,
    check_targets,
)
from ..plugin_utils.specification import check_names, check_options, check_owners
from ..plugin_utils.validation import (
    IDENTITY,
    Component,
    check_account,
    check_agreement,
    check_component,
    check_identity,
    check_networks,
    check_tiers,
)
from ..plugin_utils.validation import check_names as check_component_names
from ..plugin_utils.variables import Variables, file_of, locate

ROLES = Path(__file__).parent.parent.parent / "roles"  # of this collection, checked out or installed
STACK_SETTINGS = Path(__file__).parent.parent / "plugin_utils" / "stack_settings.yml"

ARGUMENTS: dict[str, Any] = {
    "tiers": {"type": "list", "elements": "str", "required": True},
    "caller": {"type": "dict"},
    "known_at_run": {"type": "list", "elements": "str", "default": ["found", "ansible_facts"]},
}


class Tier:
    """A tier's role, as far as validation reads it."""

    def __init__(self, name: str, loader: Any, directory: Path) -> None:
        self.name = name
        self.there = directory.is_dir()
        self._loader = loader
        self._directory = directory

    @cached_property
    def options(self) -> dict[str, Any]:
        return read_options(self._loader, self._directory / "meta" / "argument_specs.yml")

    @cached_property
    def defaults(self) -> dict[str, Any]:
        return self._variables("defaults")

    @cached_property
    def internals(self) -> dict[str, Any]:
        return self._variables("vars")

    def _variables(self, kind: str) -> dict[str, Any]:
        file = self._directory / kind / "main.yml"
        return (self._loader.load_from_file(str(file), trusted_as_template=True) or {}) if file.is_file() else {}


class Host:
    """A component as the inventory has it: its variables, and what they come to in each of its tiers."""

    def __init__(self, name: str, variables: Mapping[str, Any], own: Collection[str], tiers: list[Tier]) -> None:
        self.name = name
        self.variables = variables
        self.own = own
        self.tiers = tiers
        self.problems: list[Problem] = []
        self.settings: dict[str, Any] = {}

    @property
    def component(self) -> Component:
        return Component(self.name, tuple(tier.name for tier in self.tiers), self.settings)

    def located(self, problem: Problem) -> Problem:
        """The problem with its place in the inventory; a role's defaults are not the place to mend it."""
        return replace(problem, origin=locate(self.variables, problem.path))


class ActionModule(ActionBase):
    _requires_connection = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _result, options = self.validate_argument_spec(ARGUMENTS)
        task_vars = task_vars or {}
        groups, inventory = task_vars["groups"], task_vars["hostvars"]
        everyone = groups.get(STACK, [])
        if not everyone:
            raise AnsibleActionFail(f"the inventory has no components; put them in the group {STACK}")
        chosen = [name for name in task_vars["ansible_play_hosts_all"] if name in everyone]
        self._inventory = inventory
        self._unknown = options["known_at_run"]
        self._regions = known_regions()
        self._rendered: dict[tuple[str, ...], Any] = {}
        tiers = {name: Tier(name, self._loader, ROLES / name) for name in options["tiers"]}
        stack_options = read_options(self._loader, STACK_SETTINGS)
        known = {tier.name: all_names(tier.options) for tier in tiers.values() if tier.there} | {STACK: all_names(stack_options)}

        hosts = [self._host(name, tiers) for name in everyone]
        for host in hosts:
            self._check_settings(host, stack_options)
            self._check_names(host, known, list(tiers))
        components = [host.component for host in hosts]
        members = {tier: [name for name in groups.get(tier, []) if name in everyone] for tier in tiers}
        problems = [problem for host in hosts for problem in host.problems]
        problems += [problem for component in components for problem in check_component(component, members)]
        problems += [
            *check_component_names(everyone),
            *check_agreement(components),
            *check_networks(components),
            *check_guarded(components),
            *check_targets(components),
            *check_access_logs(components),
            *check_origin_locks(components),
            *check_replicas(components),
            *check_data(components),
        ]
        caller = options["caller"]
        if caller and not caller.get("skipped"):
            problems += check_account(components, caller, self._regions)

        by_name = {host.name: host for host in hosts}
        problems = [problem for problem in problems if problem.component in (STACK, *chosen)]
        problems = [by_name.get(problem.component, hosts[0]).located(problem) for problem in problems]
        return outcome(chosen, merged(problems, chosen))

    def _host(self, name: str, tiers: Mapping[str, Tier]) -> Host:
        variables = self._inventory.raw_get(name)
        return Host(
            name,
            variables,
            set(self._set_on(name, variables)),
            [tiers[tier] for tier in tiers if tier in variables["group_names"]],
        )

    def _set_on(self, name: str, variables: Mapping[str, Any]) -> Iterator[str]:
        """The variables that the inventory gives to this host itself: beside its name, or in its host_vars."""
        hosts = getattr(self._inventory, "_inventory", None)  # private: without it, only host_vars count
        yield from hosts.get_host(name).vars if hosts else ()
        for variable, value in variables.items():
            file = Path(file_of(variable, value))
            if file.parent.name == "host_vars" or file.parent.parent.name == "host_vars":
                yield variable

    def _check_settings(self, host: Host, stack_options: Mapping[str, Any]) -> None:
        """Work out the host's settings and hold them against their specs. What depends on a wrong one is left alone."""
        home = "group_vars/stack.yml"
        truths = {name: option for name, option in stack_options.items() if name in IDENTITY}
        wrong = self._check_spec(host, truths, {}, {}, set(self._unknown), home)
        identity = check_identity(host.component, self._regions)
        host.problems += identity
        wrong |= {str(problem.path[0]) for problem in identity}
        others = {name: option for name, option in stack_options.items() if name not in IDENTITY}
        wrong |= self._check_spec(host, others, {}, {}, {*self._unknown, *wrong}, home)
        for tier in host.tiers:
            if not tier.there:
                host.problems.append(
                    Problem(host.name, (), f"there is no role for the tier {tier.name}; add it, or remove the tier")
                )
                continue
            unknown = {*self._unknown, *wrong}
            self._check_spec(host, tier.options, tier.defaults, tier.internals, unknown, f"group_vars/{tier.name}.yml")

    def _check_spec(
        self,
        host: Host,
        options: Mapping[str, Any],
        defaults: Mapping[str, Any],
        internals: Mapping[str, Any],
        unknown: set[str],
        home: str,
    ) -> set[str]:
        """Returns the names of the settings that are wrong."""
        raw = {**defaults, **host.variables, **internals, "hostvars": self._inventory}
        names = all_names(options)
        missing = {name for name, option in options.items() if option.get("required") and name not in raw}
        templar = self._templar.copy_with_new_env(available_variables=raw)
        values, failed = Variables(raw, templar.template, {*unknown, *missing}, self._rendered).read(host.name, names, home)
        settings, refused = check_options(host.name, options, values, home=home)
        host.settings |= settings
        host.problems += [*failed, *refused]
        return {str(problem.path[0]) for problem in [*failed, *refused]}

    def _check_names(self, host: Host, known: Mapping[str, Collection[str]], tiers: list[str]) -> None:
        named = [name for name in host.variables if not name.startswith(("ansible_", "_"))]
        groups = [group for group in host.variables["group_names"] if group != STACK]
        host.problems += [
            *check_names(host.name, named, known),
            *check_owners(host.name, [tier.name for tier in host.tiers], [name for name in named if name in host.own], known),
            *check_tiers(host.component, groups, tiers),
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


def read_options(loader: Any, file: Path) -> dict[str, Any]:
    """The options of an argument spec, of all its entry points; those of C(main) win."""
    if not file.is_file():
        return {}
    entries = (loader.load_from_file(str(file)) or {}).get("argument_specs", {})
    others = {name: option for entry in entries.values() for name, option in (entry.get("options") or {}).items()}
    return {**others, **(entries.get("main", {}).get("options") or {})}


def all_names(options: Mapping[str, Any]) -> list[str]:
    """The names of options, aliases included."""
    return [name for option, spec in options.items() for name in (option, *spec.get("aliases", []))]


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
