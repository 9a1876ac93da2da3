# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS Resource Groups Tagging API: an answer about given ARNs has one page.

API reference, GetResources, ResourceARNList: up to 100 ARNs, which exclude the pagination parameters.
"""

from __future__ import annotations

from typing import Any

from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

_get_resources = ResourceGroupsTaggingAPIBackend.get_resources


def apply() -> None:
    ResourceGroupsTaggingAPIBackend.get_resources = get_resources  # type: ignore[method-assign]


def get_resources(self: Any, *positional: Any, resource_arn_list: list[str] | None = None, **arguments: Any) -> Any:
    """moto ends a page at 100 tags, whatever was asked for."""
    if resource_arn_list:
        arguments |= {"resources_per_page": 100, "tags_per_page": 100 * 50 + 1}  # a resource has up to 50 tags
    return _get_resources(self, *positional, resource_arn_list=resource_arn_list, **arguments)
