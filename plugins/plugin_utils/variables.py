# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The variables of a component: templated leaf by leaf, so that one error hides no other, and traced to their files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ansible.errors import AnsibleError, AnsibleUndefinedVariable, AnsibleValueOmittedError
from jinja2 import Environment, TemplateSyntaxError, nodes

from .problems import Path, Problem, did_you_mean
from .specification import UNKNOWN

try:
    from ansible._internal._datatag._tags import Origin
except ImportError:  # it is private: without it, problems are still told, only not where
    Origin = None

_PARSER = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"])  # noqa: S701 it renders nothing
# What templates may name without its being a variable.
_GLOBALS = frozenset(_PARSER.globals) | {"lookup", "now", "omit", "q", "query", "undef", "vars"}
# What reads variables that a template does not name.
_ANYTHING = frozenset({"hostvars", "vars"})
_LOOKUP_OF_VARIABLES = re.compile(r"['\".](vars|varnames|template)['\"]")
_GUARDS = ("d", "default", "defined", "undefined")
_TEMPLATE = re.compile(r"\{[{%]")
_UNDEFINED = re.compile(r"'(\w+)' is undefined")
_SCALARS = (bool, int, float, type(None))


@dataclass(frozen=True)
class Names:
    """The variables that a template reads, and those of them that it can't do without."""

    read: frozenset[str]
    needed: frozenset[str]


NONE = Names(frozenset(), frozenset())


class Variables:
    """Reads settings of one component.

    C(raw) are all variables, not templated, and C(template) renders one string among them. C(unknown) are the names that
    have no value before the stack is run; what is made from them reads as unknown. C(rendered) keeps what templates came to,
    for the next component in which all that they are made from is the same.
    """

    def __init__(
        self,
        raw: Mapping[str, Any],
        template: Callable[[Any], Any],
        unknown: Collection[str],
        rendered: dict[tuple[str, ...], Any] | None = None,
    ) -> None:
        self.raw = raw
        self._rendered = {} if rendered is None else rendered
        self._shown: dict[str, str] = {}
        self._template = template
        self._unknown = frozenset(unknown)
        self._uses: dict[str, Names] = {}
        self._settings: dict[str, str] = {}

    def read(self, component: str, names: Iterable[str], home: str = "") -> tuple[dict[str, Any], list[Problem]]:
        """The values of those settings that are declared, and a problem for each that can't be worked out.

        A value that fails because of another one among C(names) is not a problem of its own. C(home) is where a missing one
        of them belongs.
        """
        problems: list[Problem] = []
        names = [*names]
        self._settings = dict.fromkeys(names, home)
        values = {name: self._read(component, (name,), self.raw[name], problems) for name in names if name in self.raw}
        failed = {problem.path[0] for problem in problems}
        own = [problem for problem in problems if not (self._uses_of(str(problem.path[0])) - {problem.path[0]}) & failed]
        return {name: value for name, value in values.items() if value is not None}, own

    def _read(self, component: str, path: Path, value: Any, problems: list[Problem]) -> Any:
        if isinstance(value, dict):
            items = {key: self._read(component, (*path, key), inner, problems) for key, inner in value.items()}
            return {key: inner for key, inner in items.items() if inner is not None}
        if isinstance(value, list):
            return [self._read(component, (*path, number), inner, problems) for number, inner in enumerate(value)]
        if isinstance(value, _SCALARS) or (isinstance(value, str) and not _TEMPLATE.search(value)):
            return value
        names = self._behind(names_in(value)) if isinstance(value, str) else NONE
        if self._only_at_run(names.read):
            problems += [Problem(component, path, self._undefined(name)) for name in sorted(names.needed) if self._absent(name)]
            return UNKNOWN
        try:
            return self._render(value, names.read)
        except AnsibleValueOmittedError:
            return None
        except AnsibleUndefinedVariable as error:
            missing = _UNDEFINED.search(str(error))
            if missing and self._only_at_run({missing[1]}):
                return UNKNOWN
            problems.append(Problem(component, path, self._undefined(missing[1]) if missing else _failed(error)))
        except AnsibleError as error:
            problems.append(Problem(component, path, _failed(error)))
        return UNKNOWN

    def _render(self, text: Any, names: frozenset[str]) -> Any:
        """Render a template, unless it was rendered before from the same values."""
        if not isinstance(text, str) or names & _ANYTHING or _LOOKUP_OF_VARIABLES.search(text):
            return self._template(text)
        for name in names & self.raw.keys() - self._shown.keys():
            self._shown[name] = repr(self.raw[name])
        key = (text, *(f"{name}={self._shown.get(name)}" for name in sorted(names)))
        if key not in self._rendered:
            self._rendered[key] = self._template(text)
        return self._rendered[key]

    def _only_at_run(self, names: Collection[str]) -> bool:
        """Whether one of these has no value before the stack is run; what begins with two underscores is a role's own."""
        return any(name in self._unknown or (name.startswith("__") and name not in self.raw) for name in names)

    def _absent(self, name: str) -> bool:
        return name not in self.raw and name not in _GLOBALS and not self._only_at_run({name})

    def _undefined(self, name: str) -> str:
        if name in self._settings:
            home = self._settings[name]
            return f"needs {name}, which has no default; set it{f' in {home}' if home else ''}"
        names = [known for known in self.raw if not known.startswith("ansible_")]
        return f"needs {name}, which is not defined{did_you_mean(name, names, 'define it')}"

    def _uses_of(self, name: str) -> frozenset[str]:
        return self._behind(Names(frozenset({name}), frozenset())).read

    def _behind(self, names: Names) -> Names:
        """These names and all that their values are made from."""
        read: set[str] = set()
        needed = set(names.needed)
        ahead = set(names.read)
        while ahead:
            name = ahead.pop()
            read.add(name)
            if name not in self._uses:
                self._uses[name] = _names_within(self.raw.get(name))
            ahead |= self._uses[name].read - read
            needed |= self._uses[name].needed
        return Names(frozenset(read), frozenset(needed))


def _failed(error: Exception) -> str:
    return f"can't be worked out: {str(error).splitlines()[0].strip()}"


def _names_within(value: Any) -> Names:
    if isinstance(value, str):
        return names_in(value) if _TEMPLATE.search(value) else NONE
    inner = [
        _names_within(each) for each in (value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())
    ]
    return Names(frozenset().union(*(names.read for names in inner)), frozenset().union(*(names.needed for names in inner)))


@lru_cache(maxsize=4096)
def names_in(text: str) -> Names:
    """The variables of a template. None when it is no template: rendering it says why."""
    try:
        tree = _PARSER.parse(text)
    except TemplateSyntaxError:
        return NONE
    names = list(tree.find_all(nodes.Name))
    own = {node.name for node in names if node.ctx != "load"}
    read = frozenset(node.name for node in names) - own
    guarded = {
        node.node.name
        for node in tree.find_all((nodes.Filter, nodes.Test))
        if node.name in _GUARDS and isinstance(node.node, nodes.Name)
    }
    return Names(read, read - guarded)


def locate(variables: Mapping[str, Any], path: Path) -> str:
    """The file and line of what the path leads to, or of the nearest thing around it that Ansible can trace; empty without."""
    place: Any = variables
    best = ""
    for step in path:
        if isinstance(place, Mapping) and step in place:
            key = next(key for key in place if key == step)
            best = _line(key, place[step]) or best
        elif isinstance(place, list) and isinstance(step, int) and step < len(place):
            best = _line(None, place[step]) or best
        else:
            break
        place = place[step]
    return best


def file_of(key: Any, value: Any) -> str:
    """The file in which a variable got its value, as far as Ansible knows."""
    origin = _origin(value) or _origin(key)
    return str(origin.path or "") if origin else ""


def _line(key: Any, value: Any) -> str:
    """Where a value stands; where its key stands when it begins on the line before or can't be traced itself.

    A key that several files set is the object of the first of them, so it counts only beside its value.
    """
    of_key, of_value = _origin(key), _origin(value)
    origin = of_value or of_key
    if of_key and of_value and of_key.path == of_value.path and of_key.line_num == (of_value.line_num or 0) - 1:
        origin = of_key
    if not origin:
        return ""
    if not origin.path:
        return str(origin.description)
    path = os.path.relpath(origin.path) if origin.path.startswith(os.path.join(os.getcwd(), "")) else origin.path
    return f"{path}:{origin.line_num}" if origin.line_num else str(path)


def _origin(value: Any) -> Any:
    return Origin.get_tag(value) if Origin and value is not None else None
