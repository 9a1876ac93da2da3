# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-cache-alternative-valkey"


def group():
    found = boto3.client("elasticache").describe_replication_groups()["ReplicationGroups"]
    return next(one for one in found if one["Description"] == NAME)


def test_shards_and_replicas():
    stands = group()
    assert stands["ClusterEnabled"] is True
    assert [len(shard["NodeGroupMembers"]) for shard in stands["NodeGroups"]] == [2, 2]
    assert (stands["AutomaticFailover"], stands["MultiAZ"]) == ("enabled", "enabled")
    assert stands["ConfigurationEndpoint"]["Port"] == 6380
    assert stands["CacheNodeType"] == "cache.t4g.small"


def test_backups_and_maintenance():
    stands = group()
    node = boto3.client("elasticache").describe_cache_clusters(CacheClusterId=stands["MemberClusters"][0])["CacheClusters"][0]
    assert (stands["SnapshotRetentionLimit"], stands["SnapshotWindow"]) == (3, "04:00-05:00")
    assert node["PreferredMaintenanceWindow"] == "mon:05:30-mon:06:30"
    assert (node["Engine"], node["EngineVersion"].split(".")[0]) == ("valkey", "8")


def test_encryption_and_token():
    stands = group()
    assert (stands["AtRestEncryptionEnabled"], stands["TransitEncryptionEnabled"], stands["AuthTokenEnabled"]) == (
        True,
        True,
        True,
    )


def test_parameters():
    elasticache = boto3.client("elasticache")
    found = elasticache.describe_cache_parameter_groups(CacheParameterGroupName=f"{NAME}-valkey8")["CacheParameterGroups"][0]
    assert found["CacheParameterGroupFamily"] == "valkey8"
    listed = elasticache.describe_cache_parameters(CacheParameterGroupName=f"{NAME}-valkey8", Source="user")["Parameters"]
    assert {one["ParameterName"]: one["ParameterValue"] for one in listed} == {
        "cluster-enabled": "yes",
        "maxmemory-policy": "volatile-lru",
        "timeout": "300",
    }


def test_subnets_are_private():
    subnets = boto3.client("elasticache").describe_cache_subnet_groups(CacheSubnetGroupName=NAME)["CacheSubnetGroups"][0][
        "Subnets"
    ]
    described = boto3.client("ec2").describe_subnets(SubnetIds=[subnet["SubnetIdentifier"] for subnet in subnets])["Subnets"]
    names = {tag["Value"] for subnet in described for tag in subnet["Tags"] if tag["Key"] == "Name"}
    assert names == {f"molecule-cache-alternative-main-private-us-east-1{zone}" for zone in "ab"}
