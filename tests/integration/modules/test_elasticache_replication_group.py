# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest

MODULE = "elasticache_replication_group"
NAME = "shop-production-redis"
NEW: dict[str, Any] = {"name": NAME, "engine": "redis", "engine_version": "7.1", "node_type": "cache.t4g.micro"}


def group(aws: Any) -> dict[str, Any] | None:
    cache = aws("elasticache")
    try:
        return cache.describe_replication_groups(ReplicationGroupId=NAME)["ReplicationGroups"][0]
    except cache.exceptions.ReplicationGroupNotFoundFault:
        return None


@pytest.fixture
def network(aws) -> dict[str, Any]:
    ec2, cache = aws("ec2"), aws("elasticache")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.2.0/28")["Subnet"]["SubnetId"]
    cache.create_cache_subnet_group(CacheSubnetGroupName="isolated", CacheSubnetGroupDescription="isolated", SubnetIds=[subnet])
    cache.create_cache_parameter_group(CacheParameterGroupName="shop", CacheParameterGroupFamily="redis7", Description="shop")
    security = ec2.create_security_group(GroupName="cache", Description="cache", VpcId=vpc)["GroupId"]
    return {"subnet_group": "isolated", "security_groups": [security], "parameter_group": "shop"}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        MODULE,
        present={**NEW, "nodes": 1, "tags": {"team": "shop"}},
        change={"nodes": 3, "automatic_failover": True, "multi_az": True, "tags": {"team": "till"}},
        exists=lambda: group(aws) is not None,
        changed=lambda: (len(group(aws)["MemberClusters"]), group(aws)["AutomaticFailover"]) == (3, "enabled"),
    )


def test_everything_declared_stands_after_one_run_and_again(aws, network, run_module):
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    slow = {"log_type": "slow-log", "destination": "/shop/slow"}
    everything = {
        **NEW,
        **network,
        "description": "sessions",
        "nodes": 2,
        "automatic_failover": True,
        "multi_az": True,
        "port": 6380,
        "at_rest_encryption": True,
        "kms_key": key,
        "transit_encryption": True,
        "snapshot_retention_days": 7,
        "snapshot_window": "02:00-03:00",
        "maintenance_window": "Sun:03:30-Sun:04:30",
        "auto_minor_version_upgrade": True,
        "log_delivery": [slow, {"log_type": "engine-log", "destination": "shop", "destination_type": "kinesis-firehose"}],
    }
    created = run_module(MODULE, **everything)
    assert created.get("changed") is True, created
    for change in (
        {},
        {"nodes": 1, "automatic_failover": False, "multi_az": False},
        {"log_delivery": [slow]},
        {"snapshot_retention_days": 1, "snapshot_window": "01:00-02:00"},
        {"node_type": "cache.t4g.small", "description": "baskets"},
        {"parameter_group": "default.redis7"},
        {"log_delivery": []},
    ):
        everything |= change
        changed = run_module(MODULE, **everything)
        assert changed.get("changed") is bool(change), (change, changed)
        again = run_module(MODULE, **everything)
        assert again["changed"] is False, (change, again["diff"])
    stands = group(aws)
    assert (len(stands["MemberClusters"]), stands["AutomaticFailover"]) == (1, "disabled")
    assert (stands["Description"], stands["SnapshotRetentionLimit"], stands["LogDeliveryConfigurations"]) == ("baskets", 1, [])


def test_endpoints_and_encryption_by_default(aws, run_module):
    result = run_module(MODULE, **NEW)["replication_group"]
    stands = group(aws)
    assert (stands["AtRestEncryptionEnabled"], stands["TransitEncryptionEnabled"]) == (True, True)
    assert (result["status"], result["port"], result["configuration_endpoint"]) == ("available", 6379, "")
    assert result["primary_endpoint"] == stands["NodeGroups"][0]["PrimaryEndpoint"]["Address"]
    assert result["reader_endpoint"] == stands["NodeGroups"][0]["ReaderEndpoint"]["Address"]
    assert result["arn"] == stands["ARN"]


def test_cluster_mode(aws, run_module):
    clustered = {**NEW, "shards": 2, "replicas_per_shard": 1, "automatic_failover": True}
    created = run_module(MODULE, **clustered)["replication_group"]
    assert (created["shards"], created["replicas_per_shard"], len(created["members"])) == (2, 1, 4)
    assert created["configuration_endpoint"].startswith("clustercfg.")
    assert run_module(MODULE, **clustered)["changed"] is False
    for change in ({"shards": 3}, {"replicas_per_shard": 2}, {"shards": 1, "replicas_per_shard": 0}):
        clustered |= change
        changed = run_module(MODULE, **clustered)
        assert changed.get("changed") is True, (change, changed)
        assert run_module(MODULE, **clustered)["changed"] is False, change
    assert len(group(aws)["MemberClusters"]) == 1
    assert "it is in cluster mode; declare shards" in run_module(MODULE, **NEW, nodes=2)["msg"]


@pytest.mark.parametrize(
    ("text", "key"),
    [("hunter2hunter2hunter2", None), (json.dumps({"token": "hunter2hunter2hunter2"}), "token")],
)
def test_the_auth_token_goes_to_elasticache_and_nowhere_else(aws, run_module, text, key):
    aws("secretsmanager").create_secret(Name="shop/auth", SecretString=text)
    options = {**NEW, "auth_token_secret": "shop/auth", **({"auth_token_key": key} if key else {})}
    results = [run_module(MODULE, check=check, **options) for check in (True, False, False)]
    assert [result["changed"] for result in results] == [True, True, False]
    assert "hunter2" not in json.dumps(results)
    assert group(aws)["AuthTokenEnabled"] is True


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"port": 1}, "its port is 6379 and can't be changed to 1; keep it"),
        ({"kms_key": "arn:aws:kms:us-east-1:123456789012:key/other"}, None),
        ({"transit_encryption": False}, "its transit_encryption is True and can't be changed to False"),
        ({"engine_version": "6.2"}, "its engine version is 7.1.0 and can't go back to 6.2; declare 7.1.0"),
        ({"shards": 2}, "it has no cluster mode; declare nodes"),
        ({"automatic_failover": True}, "automatic_failover needs a replica; declare nodes: 2 or more"),
    ],
    ids=str,
)
def test_refusals(aws, run_module, change, sentence):
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    run_module(MODULE, **NEW, kms_key=key)
    before = group(aws)
    refused = run_module(MODULE, **{**NEW, **change})
    assert (sentence or f"its kms_key is {key} and can't be changed") in refused["msg"]
    assert group(aws) == before


def test_redis_becomes_valkey(aws, run_module):
    run_module(MODULE, **NEW)
    valkey = {**NEW, "engine": "valkey", "engine_version": "8.0", "parameter_group": "default.valkey8"}
    assert run_module(MODULE, **valkey)["changed"] is True
    assert run_module(MODULE, **valkey)["changed"] is False
    assert "can't go back to redis" in run_module(MODULE, **NEW)["msg"]


def test_a_last_snapshot(aws, run_module):
    run_module(MODULE, **NEW)
    assert run_module(MODULE, name=NAME, state="absent", final_snapshot="last")["changed"] is True
    assert aws("elasticache").describe_snapshots(SnapshotName="last")["Snapshots"]


def test_parents_that_are_not_there_yet_can_be_planned(run_module):
    options = {**NEW, "subnet_group": "later", "kms_key": "alias/later", "auth_token_secret": "later"}
    assert run_module(MODULE, check=True, **options)["changed"] is True
