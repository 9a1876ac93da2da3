# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lifecycle rules of a bucket (LifecycleRule in the Amazon S3 API reference), in one form for all that mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TRANSITIONS = ("Transitions", "NoncurrentVersionTransitions")


def canonical_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule with its filter flat, its transitions in order, its date a day, and without what is empty."""
    form = {key: value for key, value in rule.items() if key not in ("Prefix", "Filter", *_TRANSITIONS)}
    form["Filter"] = _filter(rule)
    for key in _TRANSITIONS:
        moves = [_with_day(move) for move in rule.get(key) or []]
        form[key] = sorted(moves, key=lambda move: (move.get("Days", move.get("NoncurrentDays", 0)), str(move)))
    if rule.get("Expiration"):
        form["Expiration"] = _with_day({key: value for key, value in rule["Expiration"].items() if value is not False})
    return {key: value for key, value in form.items() if value or key == "Filter"}


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What a rule applies to. A prefix may stand outside of the filter, and several conditions stand in C(And)."""
    declared = rule.get("Filter") or {}
    found = {"Prefix": rule.get("Prefix"), **declared, **(declared.get("And") or {})}
    tags = [*(found.pop("Tags", None) or []), *([found["Tag"]] if found.get("Tag") else [])]
    found["Tags"] = {tag["Key"]: tag["Value"] for tag in tags}
    return {key: value for key, value in found.items() if value and key not in ("And", "Tag")}


def _with_day(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with their date as C(2027-01-31): lifecycle dates are always at midnight UTC."""
    if "Date" not in values:
        return dict(values)
    date = values["Date"]
    return {**values, "Date": date.strftime("%Y-%m-%d") if hasattr(date, "strftime") else str(date)[:10]}
