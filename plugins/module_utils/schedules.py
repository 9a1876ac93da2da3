# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Schedule expressions: whether Amazon EventBridge Scheduler takes one, and how long it is between two invocations at most.

Follows the user guide of Amazon EventBridge Scheduler, "Schedule types". Everything here is pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise

HOW = "write rate(5 minutes), cron(0 3 * * ? *) or at(2026-03-01T12:00:00)"
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_DAY = 86400
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


@dataclass(frozen=True)
class Field:
    """A field of a cron expression; C(special) are the forms of which the days differ from month to month."""

    name: str
    low: int
    high: int
    names: Mapping[str, int] = field(default_factory=dict)
    special: str = ""


FIELDS = (
    Field("minutes", 0, 59),
    Field("hours", 0, 23),
    Field("day of month", 1, 31, special=r"L|LW|([1-9]|[12]\d|3[01])W"),
    Field("month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)}),
    Field(
        "day of week",
        1,
        7,
        {name: number for number, name in enumerate(_WEEKDAYS, 1)},
        special=rf"L|([1-7]|{'|'.join(_WEEKDAYS)})(L|#[1-5])",
    ),
    Field("year", 1970, 2199),
)


def check_expression(text: str) -> str:
    """What is wrong with a schedule expression, and the cure; empty when nothing is."""
    try:
        parsed(text)
    except ValueError as wrong:
        return str(wrong)
    return ""


def longest_gap(text: str) -> int | None:
    """The most seconds between two invocations, for what recurs each week of every month; None for what is rarer, or wrong.

    An hour more or less where the clocks are changed is left out of account.
    """
    try:
        when = parsed(text)
    except ValueError:
        return None
    if not isinstance(when, list):
        return when
    minutes, hours, days, months, weekdays, years = when
    if None in (days, weekdays) or len(years or ()) < FIELDS[5].high - FIELDS[5].low + 1:
        return None
    first = date(2024, 1, 1)  # a leap year, and the one after it
    dates = [first + timedelta(days=number) for number in range(731)]
    runs = [
        number
        for number, day in enumerate(dates)
        if day.day in (days or ()) and day.month in (months or ()) and day.isoweekday() % 7 + 1 in (weekdays or ())
    ]
    times = sorted(3600 * hour + 60 * minute for hour in hours or () for minute in minutes or ())
    within = max((later - earlier for earlier, later in pairwise(times)), default=0)
    across = max((later - earlier for earlier, later in pairwise(runs)), default=len(dates)) * _DAY + times[0] - times[-1]
    longest = max(within, across)
    return longest if longest <= 7 * _DAY else None


def parsed(text: str) -> list[set[int] | None] | int | None:
    """The values of the fields of C(cron), None for a special one; the seconds of C(rate); None for C(at)."""
    match = re.fullmatch(r"(rate|cron|at)\((.*)\)", text)
    if not match:
        raise ValueError(f"is {text!r}; {HOW}")
    kind, inner = match.groups()
    if kind == "at":
        try:
            datetime.strptime(inner, "%Y-%m-%dT%H:%M:%S")
        except ValueError:
            raise ValueError(f"is {text!r}, whose time is none; write at(2026-03-01T12:00:00)") from None
        return None
    if kind == "rate":
        rate = re.fullmatch(r"([1-9]\d*) (minute|hour|day)s?", inner)
        if not rate:
            raise ValueError(f"is {text!r}; write a number of minutes, hours or days, as rate(5 minutes)")
        return int(rate[1]) * _SECONDS[rate[2]]
    return _cron(text, inner.split())


def _cron(text: str, parts: list[str]) -> list[set[int] | None]:
    if len(parts) != len(FIELDS):
        names = ", ".join(one.name for one in FIELDS)
        raise ValueError(f"is {text!r}, which has {len(parts)} fields and not 6 ({names}); write cron(0 3 * * ? *)")
    if [parts[2], parts[4]].count("?") != 1:
        raise ValueError(f"is {text!r}; write ? for either the day of month or the day of week, as in cron(0 3 ? * MON *)")
    return [_values(text, one, part) for one, part in zip(FIELDS, parts, strict=True)]


def _values(text: str, one: Field, part: str) -> set[int] | None:
    """What a field allows; None where that differs from month to month."""
    if one.special and re.fullmatch(one.special, part):
        return None
    if part == "?" and one.special:
        part = "*"
    values: set[int] = set()
    for item in part.split(","):
        span, slash, step = item.partition("/")
        first, dash, last = span.partition("-")
        low, high = (one.low, one.high) if span == "*" else (_number(one, first), _number(one, last if dash else first))
        if slash and not dash:
            high = one.high
        if low is None or high is None or low > high or (slash and not re.fullmatch(r"[1-9]\d*", step)):
            raise ValueError(
                f"is {text!r}, whose {one.name} can't be {part}; use {one.low} to {one.high}, *, and , - / between them"
            )
        values |= set(range(low, high + 1, int(step) if slash else 1))
    return values


def _number(one: Field, text: str) -> int | None:
    number = one.names.get(text.upper(), int(text) if text.isascii() and text.isdigit() else None)
    return number if number is not None and one.low <= number <= one.high else None
