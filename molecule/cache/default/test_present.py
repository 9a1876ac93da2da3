# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-cache-default-redis"


def group():
    return boto3.client("elasticache").describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"][0]


def node():
    name = group()["MemberClusters"][0]
    return boto3.client("elasticache").describe_cache_clusters(CacheClusterId=name)["CacheClusters"][0]


def test_replication_group():
    stands = group()
    assert stands["CacheNodeType"] == "cache.t4g.micro"
    assert len(stands["MemberClusters"]) == 1
    assert stands["ClusterEnabled"] is False
    assert (stands["AutomaticFailover"], stands["MultiAZ"]) == ("disabled", "disabled")
    assert stands["SnapshotRetentionLimit"] == 1
    assert stands["NodeGroups"][0]["PrimaryEndpoint"]["Port"] == 6379


def test_encryption_and_token():
    stands = group()
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-cache-default-encryption")["KeyMetadata"]["Arn"]
    assert (stands["AtRestEncryptionEnabled"], stands["TransitEncryptionEnabled"], stands["AuthTokenEnabled"]) == (
        True,
        True,
        True,
    )
    assert stands["KmsKeyId"] == key
    token = boto3.client("secretsmanager").get_secret_value(SecretId=f"{NAME}-auth")["SecretString"]
    assert len(token) == 64


def test_node():
    stands = node()
    assert stands["Engine"] == "redis"
    assert stands["EngineVersion"].startswith("7.1")
    assert stands["CacheParameterGroup"]["CacheParameterGroupName"] == f"{NAME}-redis7"
    groups = [entry["SecurityGroupId"] for entry in stands["SecurityGroups"]]
    described = boto3.client("ec2").describe_security_groups(GroupIds=groups)["SecurityGroups"]
    assert [entry["GroupName"] for entry in described] == [NAME]


def test_parameters():
    listed = boto3.client("elasticache").describe_cache_parameters(CacheParameterGroupName=f"{NAME}-redis7", Source="user")
    assert {one["ParameterName"]: one["ParameterValue"] for one in listed["Parameters"]} == {"maxmemory-policy": "allkeys-lru"}


def test_subnets_are_isolated():
    subnets = boto3.client("elasticache").describe_cache_subnet_groups(CacheSubnetGroupName=NAME)["CacheSubnetGroups"][0][
        "Subnets"
    ]
    described = boto3.client("ec2").describe_subnets(SubnetIds=[subnet["SubnetIdentifier"] for subnet in subnets])["Subnets"]
    names = {tag["Value"] for subnet in described for tag in subnet["Tags"] if tag["Key"] == "Name"}
    assert names == {f"molecule-cache-default-main-isolated-us-east-1{zone}" for zone in "ab"}
