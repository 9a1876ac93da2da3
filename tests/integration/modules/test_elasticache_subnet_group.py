# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

NAME = "shop-production-redis"


def group(aws: Any) -> dict[str, Any] | None:
    cache = aws("elasticache")
    try:
        return cache.describe_cache_subnet_groups(CacheSubnetGroupName=NAME)["CacheSubnetGroups"][0]
    except cache.exceptions.CacheSubnetGroupNotFoundFault:
        return None


def test_lifecycle(aws, lifecycle):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"]["SubnetId"] for number in range(2)]
    lifecycle(
        "elasticache_subnet_group",
        present={"name": NAME, "subnets": subnets[:1], "tags": {"team": "shop"}},
        change={"subnets": subnets, "description": "caches", "tags": {"team": "till"}},
        exists=lambda: group(aws) is not None,
        changed=lambda: (len(group(aws)["Subnets"]), group(aws)["CacheSubnetGroupDescription"]) == (2, "caches"),
    )
