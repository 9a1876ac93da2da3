# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The plan: what has to change for reality to be what was declared.

Everything here is pure. A resource is a mapping from part name to the part's state, for instance
C({"repository": {...}, "lifecycle_policy": {...}, "tags": {...}}); a part that is not there has no key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# What only an apply can know. A plan hands it on as a text, alone or within another, as in the URL of a load balancer to be made.
UNKNOWN = "(known after apply)"

Parts = Mapping[str, Mapping[str, Any]]


class Exact(dict[str, Any]):
    """A declared mapping that must match whole: keys that were not declared are differences too."""


def exact(value: Any) -> Any:
    """The same value with every mapping in it exact, for a document that is compared as a whole."""
    if isinstance(value, Mapping):
        return Exact({key: exact(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return [exact(inner) for inner in value]
    return value


@dataclass(frozen=True)
class Plan:
    """Parts to create, to update as C(name -> (before, after)), and to delete."""

    create: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    update: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = field(default_factory=dict)
    delete: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        return bool(self.create or self.update or self.delete)

    def after(self, name: str) -> Mapping[str, Any] | None:
        """The state to write for a part, or None when the part stays as it is or goes away."""
        if name in self.create:
            return self.create[name]
        return self.update[name][1] if name in self.update else None

    def before(self, name: str) -> Mapping[str, Any]:
        """What stands now of a part that is updated or deleted; empty when there is nothing."""
        return self.update[name][0] if name in self.update else self.delete.get(name, {})

    def diff(self) -> dict[str, dict[str, Any]]:
        """The plan in the form of Ansible's C(--diff)."""
        before = {name: old for name, (old, new) in self.update.items()} | dict(self.delete)
        after = {name: new for name, (old, new) in self.update.items()} | dict(self.create)
        return {"before": _plain(before), "after": _plain(after)}


def plan(current: Parts, desired: Mapping[str, Mapping[str, Any] | None]) -> Plan:
    """Compare what stands with what was declared.

    Only declared parts, and only the declared keys of each, are looked at, so what a server adds never counts as a
    difference. A part declared as None shall not exist; an O(Exact) part must match whole.
    """
    create: dict[str, Mapping[str, Any]] = {}
    update: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
    delete: dict[str, Mapping[str, Any]] = {}
    for name, want in desired.items():
        have = current.get(name)
        if want is None:
            if have is not None:
                delete[name] = have
        elif have is None:
            create[name] = want
        elif not matches(have, want):
            update[name] = (declared_of(have, want), want)
    return Plan(create, update, delete)


def matches(have: Any, want: Any) -> bool:
    """Whether C(have) already is what C(want) declares: mappings by declared key, all else by equality."""
    if isinstance(want, Mapping):
        if not isinstance(have, Mapping) or (isinstance(want, Exact) and set(have) != set(want)):
            return False
        return all(key in have and matches(have[key], value) for key, value in want.items())
    if isinstance(want, list | tuple):
        if not isinstance(have, list | tuple) or len(have) != len(want):
            return False
        return all(matches(old, new) for old, new in zip(have, want, strict=True))
    return bool(have == want)


def declared_of(have: Mapping[str, Any], want: Mapping[str, Any]) -> dict[str, Any]:
    """The part of C(have) that C(want) speaks of, so that a diff shows nothing else."""
    keys = have if isinstance(want, Exact) else [key for key in want if key in have]
    both = {key for key in keys if isinstance(have[key], Mapping) and isinstance(want.get(key), Mapping)}
    return {key: declared_of(have[key], want[key]) if key in both else have[key] for key in keys}


def declared(values: Mapping[str, Any]) -> dict[str, Any]:
    """A mapping without the keys whose value is None: an option left out is not declared."""
    return {key: value for key, value in values.items() if value is not None}


def without_none(value: Any) -> Any:
    """The same value without the keys, at any depth, whose value is None: suboptions left out are not declared either."""
    if isinstance(value, Mapping):
        return {key: without_none(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [without_none(inner) for inner in value]
    return value


def _plain(value: Any) -> Any:
    """Ordinary dicts and lists all the way down, as Ansible's JSON wants them."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
