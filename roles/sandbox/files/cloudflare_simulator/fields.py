# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Checks that a request's body is written in. One that is not met names the place: C(rules[0].action: ...)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], None]


class InvalidError(Exception):
    """What is wrong with a request, and where."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}" if where else what)


def text(pattern: str = r"[\s\S]*", longest: int = 0, what: str = "") -> Check:
    def check(value: Any, where: str) -> None:
        if not isinstance(value, str):
            raise InvalidError(where, f"must be a string, not {_kind(value)}")
        if longest and len(value) > longest:
            raise InvalidError(where, f"must be at most {longest} characters long")
        if not re.fullmatch(pattern, value):
            raise InvalidError(where, f"{value!r} is not {what or 'allowed'}")

    return check


def integer(least: int, most: int) -> Check:
    def check(value: Any, where: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidError(where, f"must be a whole number, not {_kind(value)}")
        if not least <= value <= most:
            raise InvalidError(where, f"must be from {least} to {most}, not {value}")

    return check


def flag(value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise InvalidError(where, f"must be true or false, not {_kind(value)}")


def choice(*values: Any) -> Check:
    def check(value: Any, where: str) -> None:
        # In Python True is 1: a type that differs is a value that differs.
        if not any(type(value) is type(one) and value == one for one in values):
            raise InvalidError(where, f"must be one of {', '.join(map(repr, values))}, not {value!r}")

    return check


def anything(value: Any, where: str) -> None:
    """What is looked at later."""


def null_or(check: Check) -> Check:
    def nullable(value: Any, where: str) -> None:
        if value is not None:
            check(value, where)

    return nullable


def each(check: Check, fewest: int = 0, most: int = 100_000) -> Check:
    def check_all(value: Any, where: str) -> None:
        if not isinstance(value, list):
            raise InvalidError(where, f"must be a list, not {_kind(value)}")
        if not fewest <= len(value) <= most:
            raise InvalidError(where, f"must have from {fewest} to {most} entries, not {len(value)}")
        for place, entry in enumerate(value):
            check(entry, f"{where}[{place}]")

    return check_all


def mapping(check: Check) -> Check:
    def check_all(value: Any, where: str) -> None:
        for name, entry in _object(value, where).items():
            check(entry, _inside(where, name))

    return check_all


def fields(required: Mapping[str, Check] | None = None, optional: Mapping[str, Check] | None = None) -> Check:
    """An object that has all of the required fields, and none but these."""
    needed, known = required or {}, {**(required or {}), **(optional or {})}

    def check(value: Any, where: str) -> None:
        for name in _object(value, where):
            if name not in known:
                raise InvalidError(_inside(where, name), "unknown field")
        for name in needed:
            if name not in value:
                raise InvalidError(_inside(where, name), "is required")
        for name, entry in value.items():
            known[name](entry, _inside(where, name))

    return check


def at_least(**required: Check) -> Check:
    """An object that has these fields; the others are looked at later."""

    def check(value: Any, where: str) -> None:
        fields({**dict.fromkeys(_object(value, where), anything), **required})(value, where)

    return check


def exactly_one(**checks: Check) -> Check:
    """An object that has one of these fields, and no other."""

    def check(value: Any, where: str) -> None:
        given = list(_object(value, where))
        if len(given) != 1 or given[0] not in checks:
            raise InvalidError(where, f"must have exactly one of {', '.join(checks)}")
        checks[given[0]](value[given[0]], _inside(where, given[0]))

    return check


def either(*checks: Check) -> Check:
    """What meets any of these; the refusal is that of the last."""

    def check(value: Any, where: str) -> None:
        for one in checks[:-1]:
            try:
                return one(value, where)
            except InvalidError:
                pass
        return checks[-1](value, where)

    return check


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidError(where, f"must be an object, not {_kind(value)}")
    return value


def _inside(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return kinds.get(type(value), "null")
