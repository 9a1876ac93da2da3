# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Lifecycle rules of a bucket in the words of the module's options, and in those of the Amazon S3 API (LifecycleRule).

A rule has one form only, however it was written: what is not set has no key, and lists are in order of days.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_CLASSES = ["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]
_TRANSITION: dict[str, Any] = {
    "days": {"type": "int", "required": True},
    "storage_class": {"type": "str", "required": True, "choices": _CLASSES},
}
_EXPIRATION = {"expire_after_days": "Days", "expire_on": "Date", "expire_delete_markers": "ExpiredObjectDeleteMarker"}
_NONCURRENT = {"noncurrent_expire_after_days": "NoncurrentDays", "noncurrent_keep": "NewerNoncurrentVersions"}
_SIZES = {"larger_than": "ObjectSizeGreaterThan", "smaller_than": "ObjectSizeLessThan"}
_MOVES = {"days": "Days", "date": "Date", "storage_class": "StorageClass"}
_NONCURRENT_MOVES = {"days": "NoncurrentDays", "storage_class": "StorageClass", "keep": "NewerNoncurrentVersions"}

RULE_OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "id": {"type": "str", "required": True},
        "enabled": {"type": "bool", "default": True},
        "prefix": {"type": "str"},
        "tags": {"type": "dict"},
        "larger_than": {"type": "int"},
        "smaller_than": {"type": "int"},
        "transitions": {"type": "list", "elements": "dict", "options": _TRANSITION},
        "noncurrent_transitions": {"type": "list", "elements": "dict", "options": {**_TRANSITION, "keep": {"type": "int"}}},
        "expire_after_days": {"type": "int"},
        "expire_on": {"type": "str"},
        "expire_delete_markers": {"type": "bool"},
        "noncurrent_expire_after_days": {"type": "int"},
        "noncurrent_keep": {"type": "int"},
        "abort_uploads_after_days": {"type": "int"},
    },
    "mutually_exclusive": [("expire_after_days", "expire_on", "expire_delete_markers")],
    "required_by": {"noncurrent_keep": ["noncurrent_expire_after_days"]},
    "required_one_of": [
        (
            "transitions",
            "noncurrent_transitions",
            *_EXPIRATION,
            "noncurrent_expire_after_days",
            "abort_uploads_after_days",
        )
    ],
}


def declared_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule from the module's options."""
    form = {key: value for key, value in rule.items() if value}
    form["enabled"] = rule["enabled"]
    if "tags" in form:
        form["tags"] = {key: str(value) for key, value in form["tags"].items()}
    for moves in ("transitions", "noncurrent_transitions"):
        if moves in form:
            form[moves] = _in_order([{key: value for key, value in move.items() if value is not None} for move in form[moves]])
    return form


def described_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule from the API's answer."""
    chosen = {**rule.get("Filter", {}), **rule.get("Filter", {}).get("And", {})}
    tags = [*chosen.get("Tags", []), *([chosen["Tag"]] if "Tag" in chosen else [])]
    uploads = rule.get("AbortIncompleteMultipartUpload", {})
    form: dict[str, Any] = {
        "id": rule.get("ID"),
        "prefix": chosen.get("Prefix") or rule.get("Prefix"),
        "tags": {tag["Key"]: tag["Value"] for tag in tags},
        "transitions": _in_order([_renamed(move, _MOVES) for move in rule.get("Transitions", [])]),
        "noncurrent_transitions": _in_order(
            [_renamed(move, _NONCURRENT_MOVES) for move in rule.get("NoncurrentVersionTransitions", [])]
        ),
        "abort_uploads_after_days": uploads.get("DaysAfterInitiation"),
        **_renamed(chosen, _SIZES),
        **_renamed(rule.get("Expiration", {}), _EXPIRATION),
        **_renamed(rule.get("NoncurrentVersionExpiration", {}), _NONCURRENT),
    }
    return {key: value for key, value in form.items() if value} | {"enabled": rule["Status"] == "Enabled"}


def api_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule, in the form of the two functions above, as the API takes it."""
    request: dict[str, Any] = {
        "ID": rule["id"],
        "Status": "Enabled" if rule["enabled"] else "Disabled",
        "Filter": _filter(rule),
        "Expiration": _given(rule, _EXPIRATION),
        "NoncurrentVersionExpiration": _given(rule, _NONCURRENT),
        "Transitions": [_given(move, _MOVES) for move in rule.get("transitions", [])],
        "NoncurrentVersionTransitions": [_given(move, _NONCURRENT_MOVES) for move in rule.get("noncurrent_transitions", [])],
    }
    if days := rule.get("abort_uploads_after_days"):
        request["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": days}
    return {key: value for key, value in request.items() if value or key == "Filter"}


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    tags = [{"Key": key, "Value": value} for key, value in rule.get("tags", {}).items()]
    conditions = _given(rule, {"prefix": "Prefix", **_SIZES})
    if len(tags) + len(conditions) > 1:
        return {"And": {**conditions, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else conditions or {"Prefix": ""}


def _given(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: values[key] for key, name in names.items() if key in values}


def _renamed(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {key: _day(values[name]) for key, name in names.items() if name in values}


def _day(value: Any) -> Any:
    return value.strftime("%Y-%m-%d") if hasattr(value, "strftime") else value


def _in_order(moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(moves, key=lambda move: (move.get("days", 0), move["storage_class"]))
