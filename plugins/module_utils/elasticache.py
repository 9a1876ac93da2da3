# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the ElastiCache modules share: their error and how ElastiCache tags."""

from __future__ import annotations

from .aws import AwsError, Service, tag_dict


class CacheError(AwsError):
    """A failed call to Amazon ElastiCache."""


class CacheService(Service):
    name = "elasticache"
    tagging = ("AddTagsToResource", "RemoveTagsFromResource")
    error = CacheError

    def tags_of(self, arn: str) -> dict[str, str]:
        # A replication group can't be asked for its tags while it is being made or changed.
        with self.doing(f"read the tags of {self.params['name']}", "InvalidReplicationGroupState"):
            return tag_dict(self.client.list_tags_for_resource(ResourceName=arn)["TagList"])
        return {}
