# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Resource policies, compared by what they mean: AWS returns them in another order and form than they were put.

The rules are those of the IAM user guide, "IAM JSON policy elements reference".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from .plan import exact

# The version that AWS assumes of a policy that names none.
DEFAULT_VERSION = "2008-10-17"
_ROOT_ARN = re.compile(r"^arn:aws[\w-]*:iam::(\d{12}):root$")


def policy_part(declared: Mapping[str, Any], current: Mapping[str, Any] | None) -> Any:
    """The part to plan with: what stands when the declared policy means the same, else the declared one, to match whole.

    An empty policy means that there shall be none.
    """
    if not declared:
        return None
    if current is not None and same_policy(declared, current):
        return current
    return exact(declared)


def same_policy(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two policies say the same, whatever the order of their statements and lists, and one value or a list of one."""
    return canonical(one) == canonical(other)


def canonical(policy: Mapping[str, Any]) -> dict[str, Any]:
    """One form for all policies that mean the same."""
    statements = [_statement(statement) for statement in _listed(policy.get("Statement", []))]
    return {
        "Version": str(policy.get("Version", DEFAULT_VERSION)),
        "Id": policy.get("Id", ""),
        "Statement": sorted(statements, key=lambda statement: json.dumps(statement, sort_keys=True)),
    }


def _statement(statement: Mapping[str, Any]) -> dict[str, Any]:
    form: dict[str, Any] = {"Sid": statement.get("Sid", "")}
    for key, value in statement.items():
        if key in ("Action", "NotAction"):
            form[key] = _sorted(action.lower() for action in _listed(value))
        elif key in ("Principal", "NotPrincipal"):
            form[key] = _principals(value)
        elif key == "Condition":
            form[key] = {operator: _condition(keys) for operator, keys in value.items()}
        elif key in ("Resource", "NotResource"):
            form[key] = _sorted(_listed(value))
        elif key != "Sid":
            form[key] = value
    return form


def _principals(value: Any) -> dict[str, list[str]]:
    kinds = value if isinstance(value, Mapping) else {"AWS": value}
    # AWS turns the number of an account into the ARN of its root.
    return {kind: _sorted(_ROOT_ARN.sub(r"\1", str(name)) for name in _listed(names)) for kind, names in kinds.items()}


def _condition(keys: Mapping[str, Any]) -> dict[str, list[str]]:
    # The names of condition keys are not case-sensitive; booleans and numbers are returned as strings.
    return {key.lower(): _sorted(_text(value) for value in _listed(values)) for key, values in keys.items()}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _sorted(values: Any) -> list[str]:
    return sorted({str(value) for value in values})


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
