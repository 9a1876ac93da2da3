# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The components of a stack, with what their settings come to in each of their tiers; nothing is asked of AWS."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.yaml import yaml_load

from .problems import STACK, Problem
from .specification import check_options
from .validation import IDENTITY, Component, check_identity
from .variables import Variables, file_of, locate

ROLES = Path(__file__).parent.parent.parent / "roles"  # of this collection, checked out or installed
STACK_SETTINGS = Path(__file__).parent / "stack_settings.yml"
# What has no value before the stack is run.
KNOWN_AT_RUN = ("found", "ansible_facts")


class Tier:
    """A tier's role, as far as its settings go."""

    def __init__(self, name: str, loader: Any, directory: Path) -> None:
        self.name = name
        self.there = directory.is_dir()
        self._loader = loader
        self._directory = directory

    @cached_property
    def options(self) -> dict[str, Any]:
        return read_options(self._directory / "meta" / "argument_specs.yml")

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


class Components:
    """Reads the components of a play, of which C(variables) are a task's.

    C(tiers) are names of roles, C(regions) those of AWS with their partitions; where there are none, regions are not checked.
    """

    def __init__(
        self,
        variables: Mapping[str, Any],
        templar: Any,
        loader: Any,
        tiers: Iterable[str],
        regions: Mapping[str, str] | None = None,
        unknown: Collection[str] = KNOWN_AT_RUN,
    ) -> None:
        self.names: list[str] = variables["groups"].get(STACK, [])
        if not self.names:
            raise AnsibleActionFail(f"the inventory has no components; put them in the group {STACK}")
        self.chosen = [name for name in variables["ansible_play_hosts_all"] if name in self.names]
        self.tiers = {name: Tier(name, loader, ROLES / name) for name in tiers}
        self._hostvars, self._templar = variables["hostvars"], templar
        self._regions, self._unknown = regions or {}, unknown
        self._stack_options = read_options(STACK_SETTINGS)
        self._rendered: dict[tuple[str, ...], Any] = {}

    @cached_property
    def known(self) -> dict[str, list[str]]:
        """The names of all settings by tier, and of those that are the stack's."""
        tiers = {tier.name: all_names(tier.options) for tier in self.tiers.values() if tier.there}
        return {**tiers, STACK: all_names(self._stack_options)}

    @cached_property
    def hosts(self) -> list[Host]:
        return [self._host(name) for name in self.names]

    def _host(self, name: str) -> Host:
        """A component with its settings held against their specs. What depends on a wrong one is left alone."""
        variables = self._hostvars.raw_get(name)
        tiers = [tier for tier in self.tiers.values() if tier.name in variables["group_names"]]
        host = Host(name, variables, set(self._set_on(name, variables)), tiers)
        home = "group_vars/stack.yml"
        truths = {name: option for name, option in self._stack_options.items() if name in IDENTITY}
        wrong = self._read(host, truths, {}, {}, set(self._unknown), home)
        identity = check_identity(host.component, self._regions)
        host.problems += identity
        wrong |= {str(problem.path[0]) for problem in identity}
        others = {name: option for name, option in self._stack_options.items() if name not in IDENTITY}
        wrong |= self._read(host, others, {}, {}, {*self._unknown, *wrong}, home)
        for tier in host.tiers:
            if not tier.there:
                host.problems.append(
                    Problem(host.name, (), f"there is no role for the tier {tier.name}; add it, or remove the tier")
                )
                continue
            unknown = {*self._unknown, *wrong}
            self._read(host, tier.options, tier.defaults, tier.internals, unknown, f"group_vars/{tier.name}.yml")
        return host

    def _set_on(self, name: str, variables: Mapping[str, Any]) -> Iterator[str]:
        """The variables that the inventory gives to this host itself: beside its name, or in its host_vars."""
        hosts = getattr(self._hostvars, "_inventory", None)  # private: without it, only host_vars count
        yield from hosts.get_host(name).vars if hosts else ()
        for variable, value in variables.items():
            file = Path(file_of(variable, value))
            if file.parent.name == "host_vars" or file.parent.parent.name == "host_vars":
                yield variable

    def _read(
        self,
        host: Host,
        options: Mapping[str, Any],
        defaults: Mapping[str, Any],
        internals: Mapping[str, Any],
        unknown: set[str],
        home: str,
    ) -> set[str]:
        """Returns the names of the settings that are wrong."""
        raw = {**defaults, **host.variables, **internals, "hostvars": self._hostvars}
        names = all_names(options)
        missing = {name for name, option in options.items() if option.get("required") and name not in raw}
        templar = self._templar.copy_with_new_env(available_variables=raw)
        values, failed = Variables(raw, templar.template, {*unknown, *missing}, self._rendered).read(host.name, names, home)
        settings, refused = check_options(host.name, options, values, home=home)
        host.settings |= settings
        host.problems += [*failed, *refused]
        return {str(problem.path[0]) for problem in [*failed, *refused]}


def read_options(file: Path) -> dict[str, Any]:
    """The options of an argument spec, of all its entry points; those of C(main) win."""
    if not file.is_file():
        return {}
    # Ansible's own loader notes where each value stands, and copies all of it: nine tenths of what a validation took.
    entries = (yaml_load(file.read_bytes()) or {}).get("argument_specs", {})
    others = {name: option for entry in entries.values() for name, option in (entry.get("options") or {}).items()}
    return {**others, **(entries.get("main", {}).get("options") or {})}


def all_names(options: Mapping[str, Any]) -> list[str]:
    """The names of options, aliases included."""
    return [name for option, spec in options.items() for name in (option, *spec.get("aliases", []))]
