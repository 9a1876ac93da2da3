# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings against their argument specs: names, types, choices, what is required; every error, at any depth."""

from __future__ import annotations

import reprlib
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.validation import (
    check_mutually_exclusive,
    check_required_by,
    check_required_if,
    check_required_one_of,
    check_required_together,
)

from .problems import STACK, Path, Problem, did_you_mean, listed, nearest

Options = Mapping[str, Mapping[str, Any]]

_RULES = {
    "mutually_exclusive": check_mutually_exclusive,
    "required_together": check_required_together,
    "required_one_of": check_required_one_of,
    "required_if": check_required_if,
    "required_by": check_required_by,
}
_TYPES: dict[str, type] = {"bool": bool, "dict": dict, "int": int, "list": list, "raw": object, "str": str}
_KINDS = {dict: "a mapping", list: "a list"}
# A variable of the user's own may look a little like a setting; only a near miss is taken for one.
_MISSPELT = 0.8


class Unknown(str):
    """Stands for a value that is known only when the stack is run; nothing is said about it."""

    __slots__ = ()


UNKNOWN = Unknown("known at run time")


def check_options(
    component: str, options: Options, values: Mapping[str, Any], path: Path = (), home: str = ""
) -> tuple[dict[str, Any], list[Problem]]:
    """Check the values that a mapping of options has.

    Returns them as the types that the options declare, with defaults, and the problems. A value of None is not declared.
    Values without an option are not looked at. C(home) is where a missing setting belongs.
    """
    checked: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, spec in options.items():
        written = next((alias for alias in (name, *spec.get("aliases", [])) if values.get(alias) is not None), None)
        if written is not None:
            checked[name], found = check_value(component, (*path, written), spec, values[written])
            problems += found
        elif spec.get("required"):
            problems.append(Problem(component, (*path, name), f"is required; set it{f' in {home}' if home else ''}"))
        elif spec.get("default") is not None:
            checked[name] = spec["default"]
    return checked, problems


def check_value(component: str, path: Path, spec: Mapping[str, Any], value: Any) -> tuple[Any, list[Problem]]:
    """Check one value, and all that is in it, and return it as the type that the spec declares."""
    if isinstance(value, Unknown):
        return value, []
    wanted = spec.get("type", "str")
    elements = spec.get("elements")
    choices = None if elements else spec.get("choices")
    if wanted in ("str", "path") and isinstance(value, dict | list):
        return UNKNOWN, [Problem(component, path, f"must be a string, not {_KINDS[dict if isinstance(value, dict) else list]}")]
    if not _is(value, wanted):
        result = ArgumentSpecValidator({"value": {"type": wanted}}).validate({"value": value})
        if result.error_messages:
            return UNKNOWN, [Problem(component, path, f"must be of type {wanted}{_not(value, spec)}")]
        value = result.validated_parameters["value"]
    if choices is not None and value not in choices:
        result = ArgumentSpecValidator({"value": {"type": wanted, "choices": choices}}).validate({"value": value})
        if result.error_messages:
            cure = did_you_mean(str(value), [str(choice) for choice in choices])
            return UNKNOWN, [Problem(component, path, f"must be {listed(choices, 'or')}{_not(value, spec)}{cure}")]
        value = result.validated_parameters["value"]
    if wanted == "list" and elements:
        inner = {**spec, "type": elements, "elements": None}
        pairs = [check_value(component, (*path, number), inner, element) for number, element in enumerate(value)]
        return [element for element, _found in pairs], [problem for _element, found in pairs for problem in found]
    if wanted == "dict" and spec.get("options"):
        return _check_mapping(component, path, spec, value)
    return value, []


def _check_mapping(component: str, path: Path, spec: Mapping[str, Any], value: Mapping[str, Any]) -> tuple[Any, list[Problem]]:
    options: Options = spec["options"]
    known = {alias for name, option in options.items() for alias in (name, *option.get("aliases", []))}
    cure = f"use {listed(sorted(known))}"
    problems = [
        Problem(component, (*path, name), f"is not an option of {path[0]}{did_you_mean(str(name), known, cure)}")
        for name in value
        if name not in known
    ]
    checked, found = check_options(component, options, value, path)
    declared = {name for name, option in options.items() if not value.keys().isdisjoint((name, *option.get("aliases", [])))}
    for rule, check in _RULES.items():
        try:
            # An option that has its default was not chosen, so it excludes nothing; it can still require something.
            check(spec.get(rule), declared if rule == "mutually_exclusive" else checked)
        except TypeError as error:
            found.append(Problem(component, path, f"does not go together: {error}"))
    return checked, problems + found


def _is(value: Any, wanted: str) -> bool:
    """Whether a value has its type already, so that Ansible's validator, which copies what it looks at, need not convert it."""
    kind = _TYPES.get(wanted, ())
    return isinstance(value, kind) and not (wanted == "int" and isinstance(value, bool))


def _not(value: Any, spec: Mapping[str, Any]) -> str:
    return "" if spec.get("no_log") else f", not {reprlib.repr(_plain(value))}"


def _plain(value: Any) -> Any:
    """Ansible's tagged types show themselves as what they are."""
    return str(value) if isinstance(value, str) else value


def check_names(component: str, names: Iterable[str], known: Mapping[str, Collection[str]]) -> list[Problem]:
    """Refuse variables that look like settings and are none. C(known) are the settings by the prefix that names their tier."""
    settings = tuple((prefix, tuple(group)) for prefix, group in known.items())
    problems = []
    for name in names:
        owner = owner_of(name, known)
        if owner and name not in known[owner]:
            near = nearest(name, known[owner]) or nearest(name, [each for group in known.values() for each in group], _MISSPELT)
            cure = (
                f"did you mean {near}?"
                if near
                else f"names that begin with {owner}_ are settings, so rename a variable of your own"
            )
            problems.append(Problem(component, (name,), f"is not a setting of {_owner(owner)}; {cure}"))
        elif not owner and (near := _misspelt(name, settings)):
            problems.append(Problem(component, (name,), f"is not a setting; did you mean {near}?"))
    return problems


def check_owners(
    component: str, tiers: Collection[str], names: Iterable[str], known: Mapping[str, Collection[str]]
) -> list[Problem]:
    """Refuse settings of a tier that the component is not in. C(names) are those set on the component itself."""
    return [
        Problem(
            component,
            (name,),
            f"is a setting of {owner}, and {component} is {listed(tiers)}; set it on a component of {owner}, "
            f"or put {component} in the group {owner} too",
        )
        for name in names
        if (owner := owner_of(name, known)) and owner != STACK and owner not in tiers and name in known[owner]
    ]


def owner_of(name: str, prefixes: Iterable[str]) -> str | None:
    """The tier that a variable belongs to by its prefix; of C(api) and C(api_key), the longer."""
    return max((prefix for prefix in prefixes if name.startswith(f"{prefix}_")), key=len, default=None)


def _owner(owner: str) -> str:
    return "the stack" if owner == STACK else owner


@lru_cache(maxsize=4096)
def _misspelt(name: str, known: tuple[tuple[str, tuple[str, ...]], ...]) -> str | None:
    """The setting that a variable of an unknown tier was probably meant to be: C(database_engine) for C(databse_engine)."""
    for prefix, settings in known:
        head = "_".join(name.split("_")[: prefix.count("_") + 1])
        if head != name and (sorted(head) == sorted(prefix) or nearest(head, [prefix], _MISSPELT)):
            near = nearest(name, settings, _MISSPELT)
            if near:
                return near
    return None
