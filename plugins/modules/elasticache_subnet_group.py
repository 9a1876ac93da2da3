#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: elasticache_subnet_group
version_added: 0.1.0
short_description: Manage an Amazon ElastiCache subnet group
description:
  - Creates, changes and deletes a cache subnet group with its tags, by which a stack finds it again.
  - Follows the Amazon ElastiCache API reference, actions CreateCacheSubnetGroup, ModifyCacheSubnetGroup and their siblings.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the group, in lower case.
    type: str
    required: true
  description:
    description: What the group is for. Left out when it is created, its name.
    type: str
  subnets:
    description: IDs of all subnets of the group.
    type: list
    elements: str
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: Where the caches stand
  groundwork.cloud.elasticache_subnet_group:
    name: shop-production-redis
    subnets: [subnet-0123456789abcdef0, subnet-0fedcba9876543210]

- name: Delete it
  groundwork.cloud.elasticache_subnet_group:
    name: shop-production-redis
    state: absent
"""

RETURN = r"""
subnet_group:
  description: The group; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-redis
    arn:
      description: Its ARN. Known once the group exists.
      type: str
      sample: arn:aws:elasticache:us-east-1:111122223333:subnetgroup:shop-production-redis
    vpc_id:
      description: The VPC of the subnets. Known once the group exists.
      type: str
      sample: vpc-0123456789abcdef0
    description:
      description: What it is for.
      type: str
      sample: shop-production-redis
    subnets:
      description: The subnets.
      type: list
      elements: str
      sample: [subnet-0123456789abcdef0, subnet-0fedcba9876543210]
    tags:
      description: The tags.
      returned: when tags are declared
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge, tag_list, tags_part
from ..module_utils.elasticache import CacheError, CacheService
from ..module_utils.plan import Plan, declared

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "description": {"type": "str"},
    "subnets": {"type": "list", "elements": "str"},
    **STATE_OPTION,
    **TAG_OPTIONS,
}


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(subnet_group), C(tags)."""
    if params["state"] == "absent":
        return {"subnet_group": None}
    if not params["subnets"] and (params["subnets"] is not None or not current):
        raise CacheError(f"plan subnet group {params['name']}", "it has no subnets; declare one at least, better one a zone")
    subnets = None if params["subnets"] is None else sorted(params["subnets"])
    description = params["description"] if current else params["description"] or params["name"]
    group = declared({"name": params["name"], "description": description, "subnets": subnets})
    return {"subnet_group": group, **tags_part(params)}


def described(group: Mapping[str, Any]) -> dict[str, Any]:
    """ElastiCache's CacheSubnetGroup in the words of this module's options."""
    return {
        "name": group["CacheSubnetGroupName"],
        "arn": group["ARN"],
        "vpc_id": group.get("VpcId", ""),
        "description": group.get("CacheSubnetGroupDescription", ""),
        "subnets": sorted(subnet["SubnetIdentifier"] for subnet in group.get("Subnets", [])),
    }


class SubnetGroup(CacheService):
    @property
    def key(self) -> dict[str, str]:
        return {"CacheSubnetGroupName": self.params["name"]}

    def read(self) -> dict[str, Any]:
        found: list[dict[str, Any]] = []
        with self.doing(f"read subnet group {self.params['name']}", "CacheSubnetGroupNotFoundFault"):
            found = self.client.describe_cache_subnet_groups(**self.key)["CacheSubnetGroups"]
        if not found:
            return {}
        tags = {"tags": self.tags_of(found[0]["ARN"])} if self.params["tags"] is not None else {}
        return {"subnet_group": described(found[0]), **tags}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "subnet_group" in todo.delete:
            with self.doing(f"delete subnet group {name}", "CacheSubnetGroupNotFoundFault"):
                self.client.delete_cache_subnet_group(**self.key)
            return
        group = todo.after("subnet_group") or {}
        request = declared({"CacheSubnetGroupDescription": group.get("description"), "SubnetIds": group.get("subnets")})
        with self.doing(f"write subnet group {name}"):
            if "subnet_group" in todo.create:
                self.client.create_cache_subnet_group(**self.key, **request, Tags=tag_list(todo.after("tags") or {}))
            elif "subnet_group" in todo.update:
                self.client.modify_cache_subnet_group(**self.key, **request)
        if "tags" in todo.update:
            with self.doing(f"read subnet group {name}"):
                arn = self.client.describe_cache_subnet_groups(**self.key)["CacheSubnetGroups"][0]["ARN"]
            self.tag(name, arn, *todo.update["tags"])


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, SubnetGroup(module), "subnet_group")


if __name__ == "__main__":
    main()
