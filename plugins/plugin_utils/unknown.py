# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a plan can't know yet: values that exist only when the plan has been applied.

An unknown is the text O(UNKNOWN), alone or within another, as in the URL of a load balancer that is not there. Everything here
is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils.plan import UNKNOWN as UNKNOWN  # modules meet it too

# A result has these beside what its module tells of a resource.
STATUS = {"changed", "deprecations", "diff", "failed", "invocation", "msg", "warnings"}


def is_unknown(value: Any) -> bool:
    """Whether a value is unknown, or has something unknown in it."""
    if isinstance(value, str):
        return UNKNOWN in value
    if isinstance(value, Mapping):
        return any(is_unknown(inner) for pair in value.items() for inner in pair)
    return isinstance(value, list | tuple) and any(is_unknown(inner) for inner in value)


def shaped(documented: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A result of the shape that a module's RETURN documentation tells, with all of it unknown.

    A module that takes several with names, as C(subnets), returns them by name under the same word.
    """
    shapes = {name: _unknown(entry or {}) for name, entry in documented.items() if name not in STATUS}
    return {name: _by_name(shape, (options or {}).get(name)) for name, shape in shapes.items()}


def _by_name(shape: Any, items: Any) -> Any:
    named = isinstance(items, list) and all(isinstance(item, Mapping) and "name" in item for item in items)
    return {item["name"]: shape for item in items} if named else shape


def _unknown(entry: Mapping[str, Any]) -> Any:
    inner = {name: _unknown(part or {}) for name, part in (entry.get("contains") or {}).items()}
    if entry.get("type") == "list":
        return [inner or UNKNOWN]
    return inner or UNKNOWN


def filled(known: Any, shape: Any) -> Any:
    """What is known, with the rest of the shape: nothing that is known is lost, and nothing that is missing stays so."""
    if isinstance(known, Mapping) and isinstance(shape, Mapping):
        return {**shape, **{name: filled(value, shape.get(name)) for name, value in known.items()}}
    if isinstance(known, list) and isinstance(shape, list) and shape:
        return [filled(item, shape[0]) for item in known]
    return shape if known in (None, UNKNOWN) and shape is not None else known
