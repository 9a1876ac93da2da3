# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The edge of Amazon EC2 for what belongs to a VPC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .aws import Service, tag_list


class Ec2(Service):
    name = "ec2"
    tagging = ("CreateTags", "DeleteTags")

    @property
    def in_vpc(self) -> list[dict[str, Any]]:
        """The filter for what is in O(vpc_id)."""
        return [{"Name": "vpc-id", "Values": [self.params["vpc_id"]]}]

    def add_tags(self, what: str, resource: str, have: Mapping[str, str], want: Mapping[str, str]) -> None:
        """Add the tags that are missing or other than declared."""
        self.tag(what, resource, have, {**have, **want})

    def remove(self, what: str, call: Callable[[], Any], gone: str) -> None:
        """Delete as soon as nothing uses it any more; C(gone) is the error code of what is not there."""
        with self.doing(f"delete {what}", gone):
            self.persist(f"{what} to be released", call, "DependencyViolation")


def tags_for(kind: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Tags of what is being created, as Amazon EC2's TagSpecifications."""
    return [{"ResourceType": kind, "Tags": tag_list(tags)}]
