# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""AWS Resource Groups Tagging API: a page is as long as was asked for.

API reference, GetResources: ResourceARNList takes up to 100 ARNs, which exclude the pagination parameters; ResourcesPerPage is
the limit to use, TagsPerPage another one, for who asks for it.
"""

from __future__ import annotations

from typing import Any

from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend

_get_resources = ResourceGroupsTaggingAPIBackend.get_resources


def apply() -> None:
    ResourceGroupsTaggingAPIBackend.get_resources = get_resources  # type: ignore[method-assign]


def get_resources(self: Any, *positional: Any, resource_arn_list: list[str] | None = None, **arguments: Any) -> Any:
    """moto ends a page at 100 tags, whatever was asked for; its limits, when nobody asks for any, are 50 and 100."""
    if resource_arn_list:
        arguments["resources_per_page"] = 100
    if arguments.get("resources_per_page", 50) != 50 and arguments.get("tags_per_page", 100) == 100:
        arguments["tags_per_page"] = 100 * 50 + 1  # a resource has up to 50 tags
    return _get_resources(self, *positional, resource_arn_list=resource_arn_list, **arguments)
