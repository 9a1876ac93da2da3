# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the modules of Amazon ECS share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .aws import AwsError, Service, tag_dict, tag_list

STRATEGY_OPTION: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "capacity_provider": {"type": "str", "required": True},
        "weight": {"type": "int", "default": 1},
        "base": {"type": "int", "default": 0},
    },
}


class EcsError(AwsError):
    """A failed call to Amazon ECS."""


class Ecs(Service):
    name = "ecs"
    error = EcsError


def ecs_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in Amazon ECS's form, whose keys are in lower case."""
    return tag_list(tags, key="key", value="value")


def from_ecs_tags(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Tags from Amazon ECS's form."""
    return tag_dict(tags, key="key", value="value")


def strategy_described(strategy: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """A capacity provider strategy in the words of the modules' options, in order of name: its order means nothing."""
    described = [
        {"capacity_provider": one["capacityProvider"], "weight": one.get("weight", 0), "base": one.get("base", 0)}
        for one in strategy or []
    ]
    return sorted(described, key=lambda one: str(one["capacity_provider"]))


def strategy_wanted(strategy: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """The declared strategy in the same order; None when it is not declared."""
    return None if strategy is None else sorted(strategy, key=lambda one: str(one["capacity_provider"]))


def strategy_request(strategy: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A strategy in the API's words."""
    return [{"capacityProvider": one["capacity_provider"], "weight": one["weight"], "base": one["base"]} for one in strategy]
