# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

GROUP: dict[str, Any] = {
    "ReplicationGroupId": "shop",
    "ReplicationGroupDescription": "shop",
    "Engine": "redis",
    "EngineVersion": "7.1",
    "CacheNodeType": "cache.t4g.micro",
}
PARAMETERS = {"CacheParameterGroupName": "shop", "CacheParameterGroupFamily": "valkey8", "Description": "shop"}


def members(cache: Any) -> list[str]:
    return [cluster["CacheClusterId"] for cluster in cache.describe_cache_clusters()["CacheClusters"]]


def test_as_many_members_as_asked_and_all_are_cache_clusters(aws):
    cache = aws("elasticache")
    group = cache.create_replication_group(**GROUP, NumCacheClusters=3, AutomaticFailoverEnabled=True)["ReplicationGroup"]
    assert group["MemberClusters"] == ["shop-001", "shop-002", "shop-003"] == members(cache)
    assert group["NodeGroups"][0]["ReaderEndpoint"]["Port"] == 6379
    member = cache.describe_cache_clusters(CacheClusterId="shop-002", ShowCacheNodeInfo=True)["CacheClusters"][0]
    assert (member["ReplicationGroupId"], member["Engine"], member["EngineVersion"]) == ("shop", "redis", "7.1.0")
    assert member["CacheParameterGroup"]["CacheParameterGroupName"] == "default.redis7"
    assert member["CacheNodes"][0]["Endpoint"]["Port"] == 6379
    assert cache.describe_cache_clusters(ShowCacheClustersNotInReplicationGroups=True)["CacheClusters"] == []


def test_replica_counts(aws):
    cache = aws("elasticache")
    cache.create_replication_group(**GROUP, NumCacheClusters=1)
    cache.increase_replica_count(ReplicationGroupId="shop", NewReplicaCount=2, ApplyImmediately=True)
    assert len(members(cache)) == 3
    cache.modify_replication_group(ReplicationGroupId="shop", AutomaticFailoverEnabled=True)
    with pytest.raises(ClientError, match="needs at least one replica"):
        cache.decrease_replica_count(ReplicationGroupId="shop", NewReplicaCount=0, ApplyImmediately=True)
    cache.decrease_replica_count(ReplicationGroupId="shop", NewReplicaCount=1, ApplyImmediately=True)
    assert len(members(cache)) == 2


def test_shards(aws):
    cache = aws("elasticache")
    shape = {"NumNodeGroups": 2, "ReplicasPerNodeGroup": 1, "AutomaticFailoverEnabled": True}
    group = cache.create_replication_group(**GROUP, **shape)["ReplicationGroup"]
    assert group["ClusterEnabled"] is True
    assert [shard["Slots"] for shard in group["NodeGroups"]] == ["0-8191", "8192-16383"]
    assert group["ConfigurationEndpoint"]["Address"].startswith("clustercfg.")
    request = {"ReplicationGroupId": "shop", "ApplyImmediately": True}
    with pytest.raises(ClientError, match="Name the node groups to remove"):
        cache.modify_replication_group_shard_configuration(**request, NodeGroupCount=1)
    cache.modify_replication_group_shard_configuration(**request, NodeGroupCount=1, NodeGroupsToRemove=["0002"])
    assert len(members(cache)) == 2


def test_a_deleted_group_is_gone(aws):
    cache = aws("elasticache")
    cache.create_replication_group(**GROUP)
    cache.delete_replication_group(ReplicationGroupId="shop", FinalSnapshotIdentifier="last")
    with pytest.raises(ClientError, match="ReplicationGroupNotFoundFault"):
        cache.describe_replication_groups(ReplicationGroupId="shop")
    assert cache.describe_snapshots(SnapshotName="last")["Snapshots"]
    assert members(cache) == []


def test_parameter_groups(aws):
    cache, name = aws("elasticache"), {"CacheParameterGroupName": "shop"}
    with pytest.raises(ClientError, match="CacheParameterGroupNotFound"):
        cache.describe_cache_parameter_groups(**name)
    arn = cache.create_cache_parameter_group(**PARAMETERS, Tags=[{"Key": "a", "Value": "1"}])["CacheParameterGroup"]["ARN"]
    assert cache.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "a", "Value": "1"}]
    change = {"ParameterName": "maxmemory-policy", "ParameterValue": "allkeys-lru"}
    cache.modify_cache_parameter_group(**name, ParameterNameValues=[change])
    users = cache.describe_cache_parameters(**name, Source="user")["Parameters"]
    assert [(item["ParameterName"], item["ParameterValue"]) for item in users] == [("maxmemory-policy", "allkeys-lru")]
    with pytest.raises(ClientError, match="InvalidParameterValue"):
        cache.modify_cache_parameter_group(**name, ParameterNameValues=[{"ParameterName": "nonsense", "ParameterValue": "1"}])
    cache.reset_cache_parameter_group(**name, ResetAllParameters=True)
    assert cache.describe_cache_parameters(**name, Source="user")["Parameters"] == []
    defaults = cache.describe_engine_default_parameters(CacheParameterGroupFamily="valkey8")["EngineDefaults"]["Parameters"]
    assert "maxmemory-policy" in [item["ParameterName"] for item in defaults]
    cache.delete_cache_parameter_group(**name)
    assert cache.describe_cache_parameter_groups()["CacheParameterGroups"] == []


def test_groups_in_use_stay(aws):
    cache = aws("elasticache")
    cache.create_cache_parameter_group(**{**PARAMETERS, "CacheParameterGroupFamily": "redis7"})
    cache.create_replication_group(**GROUP, CacheParameterGroupName="shop")
    with pytest.raises(ClientError, match="InvalidCacheParameterGroupState"):
        cache.delete_cache_parameter_group(CacheParameterGroupName="shop")


def test_subnet_groups_change_and_go(aws):
    ec2, cache = aws("ec2"), aws("elasticache")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24")["Subnet"]["SubnetId"] for i in range(2)]
    name = {"CacheSubnetGroupName": "shop"}
    cache.create_cache_subnet_group(**name, CacheSubnetGroupDescription="shop", SubnetIds=subnets[:1])
    cache.modify_cache_subnet_group(**name, SubnetIds=subnets)
    group = cache.describe_cache_subnet_groups(**name)["CacheSubnetGroups"][0]
    assert sorted(subnet["SubnetIdentifier"] for subnet in group["Subnets"]) == sorted(subnets)
    assert group["CacheSubnetGroupDescription"] == "shop"
    cache.delete_cache_subnet_group(**name)
    assert cache.describe_cache_subnet_groups()["CacheSubnetGroups"] == []
