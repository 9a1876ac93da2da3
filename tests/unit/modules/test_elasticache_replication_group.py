# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.elasticache import CacheError
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.module_utils.replication_group import (
    changes,
    creation,
    delivery_requests,
    described,
    settings,
    token,
)
from ansible_collections.groundwork.cloud.plugins.modules.elasticache_replication_group import ARGUMENTS, wanted

OPTIONS: dict[str, Any] = {**{option: spec.get("default") for option, spec in ARGUMENTS.items()}, "name": "shop"}
GROUP: dict[str, Any] = {
    "ReplicationGroupId": "shop",
    "ARN": "arn:aws:elasticache:us-east-1:111122223333:replicationgroup:shop",
    "Status": "available",
    "Description": "sessions",
    "MemberClusters": ["shop-001", "shop-002"],
    "NodeGroups": [
        {
            "NodeGroupId": "0001",
            "PrimaryEndpoint": {"Address": "master.shop", "Port": 6379},
            "ReaderEndpoint": {"Address": "replica.shop", "Port": 6379},
            "NodeGroupMembers": [{}, {}],
        }
    ],
    "AutomaticFailover": "enabled",
    "MultiAZ": "enabled",
    "ClusterEnabled": False,
    "CacheNodeType": "cache.t4g.micro",
    "TransitEncryptionEnabled": True,
    "AtRestEncryptionEnabled": True,
    "KmsKeyId": "key",
    "LogDeliveryConfigurations": [
        {
            "LogType": "slow-log",
            "DestinationType": "cloudwatch-logs",
            "DestinationDetails": {"CloudWatchLogsDetails": {"LogGroup": "/shop"}},
            "LogFormat": "json",
            "Status": "active",
        }
    ],
}
MEMBER: dict[str, Any] = {
    "Engine": "redis",
    "EngineVersion": "7.1.0",
    "CacheSubnetGroupName": "isolated",
    "CacheParameterGroup": {"CacheParameterGroupName": "shop"},
    "SecurityGroups": [{"SecurityGroupId": "sg-2", "Status": "active"}, {"SecurityGroupId": "sg-1", "Status": "active"}],
    "PreferredMaintenanceWindow": "sun:03:30-sun:04:30",
}
SLOW = {"log_type": "slow-log", "destination_type": "cloudwatch-logs", "destination": "/shop", "log_format": "json"}
SHARDED = {"ClusterEnabled": True, "NodeGroups": [{"NodeGroupMembers": [{}, {}]}, {"NodeGroupMembers": [{}, {}]}]}


def options(**given: Any) -> dict[str, Any]:
    return {**OPTIONS, **given}


def group(**given: Any) -> dict[str, Any]:
    return described({**GROUP, **given}, MEMBER)


def differs(current: dict[str, Any], **given: Any) -> bool:
    return plan({"group": current}, {"group": settings(options(**given), current)}).changed


def test_described():
    found = group()
    assert (found["nodes"], found["primary_endpoint"], found["reader_endpoint"]) == (2, "master.shop", "replica.shop")
    assert (found["port"], found["security_groups"], found["log_delivery"]) == (6379, ["sg-1", "sg-2"], [SLOW])
    sharded = group(**SHARDED, ConfigurationEndpoint={"Address": "clustercfg.shop", "Port": 6380})
    assert (sharded["shards"], sharded["replicas_per_shard"], sharded["port"]) == (2, 1, 6380)
    assert "nodes" not in sharded
    assert sharded["configuration_endpoint"] == "clustercfg.shop"


@pytest.mark.parametrize(
    "given",
    [
        {"engine_version": "7"},
        {"engine_version": "7.0"},
        {"security_groups": ["sg-2", "sg-1"]},
        {"maintenance_window": "Sun:03:30-Sun:04:30"},
        {"log_delivery": [SLOW]},
        {"nodes": 2, "automatic_failover": True, "multi_az": True},
    ],
    ids=str,
)
def test_no_difference(given):
    assert not differs(group(), **given)


@pytest.mark.parametrize("given", [{"nodes": 3}, {"log_delivery": []}, {"engine_version": "7.2"}, {"multi_az": False}], ids=str)
def test_difference(given):
    assert differs(group(), **given)


def test_what_is_pending_counts_as_changed():
    assert not differs(group(AutomaticFailover="disabled", PendingModifiedValues={"AutomaticFailoverStatus": "enabled"}), nodes=2)
    assert group(AutomaticFailover="enabling")["automatic_failover"] is True


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"nodes": 1}, "automatic_failover needs a replica; declare nodes: 2 or more, or automatic_failover: false"),
        ({"automatic_failover": False}, "multi_az needs automatic_failover; set it to true"),
        ({"shards": 2}, "it has no cluster mode; declare nodes"),
        ({"subnet_group": "public"}, "its subnet_group is isolated and can't be changed to public"),
        ({"engine_version": "6.2"}, "can't go back to 6.2; declare 7.1.0"),
    ],
    ids=str,
)
def test_refusals(given, sentence):
    with pytest.raises(CacheError) as refused:
        settings(options(**given), group())
    assert str(refused.value).startswith("change cache shop: ")
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "a new cache also needs engine, node_type; declare them"),
        (
            {"engine": "redis", "node_type": "t", "auth_token_secret": "s", "transit_encryption": False},
            "an auth token needs encryption in transit",
        ),
        ({"engine": "redis", "node_type": "t", "automatic_failover": True}, "automatic_failover needs a replica"),
    ],
)
def test_a_new_cache_is_refused(given, sentence):
    with pytest.raises(CacheError, match=sentence):
        wanted(options(**given), {})


def test_creation():
    plain = creation({"name": "shop", "engine": "redis", "nodes": 2, "log_delivery": [SLOW]})
    assert plain["NumCacheClusters"] == 2
    assert (plain["AtRestEncryptionEnabled"], plain["TransitEncryptionEnabled"]) == (True, True)
    assert plain["LogDeliveryConfigurations"][0]["DestinationDetails"] == {"CloudWatchLogsDetails": {"LogGroup": "/shop"}}
    assert "ClusterMode" not in plain
    sharded = creation({"name": "shop", "shards": 3, "transit_encryption": False})
    assert (sharded["ClusterMode"], sharded["AutomaticFailoverEnabled"], sharded["NumNodeGroups"]) == ("enabled", True, 3)
    assert sharded["TransitEncryptionEnabled"] is False


def test_changes():
    before = {"nodes": 1, "engine": "redis", "engine_version": "7.1.0", "multi_az": False, "automatic_failover": False}
    assert changes(before, {**before, "nodes": 2}) == {}
    assert changes(before, {**before, "multi_az": True}) == {"MultiAZEnabled": True, "AutomaticFailoverEnabled": False}
    upgraded = changes(before, {**before, "engine_version": "7.2", "parameter_group": "new"})
    assert upgraded == {"Engine": "redis", "EngineVersion": "7.2", "CacheParameterGroupName": "new"}


def test_log_delivery_is_turned_off_by_name():
    assert delivery_requests([SLOW], []) == [{"LogType": "slow-log", "Enabled": False}]
    assert delivery_requests([SLOW], [SLOW]) == []


def test_the_token_is_never_quoted():
    assert token("hunter2hunter2hunter2", "s", None) == "hunter2hunter2hunter2"
    assert token('{"a": "hunter2hunter2hunter2"}', "s", "a") == "hunter2hunter2hunter2"
    for text, key in (("hunter2", None), ("hunter2 hunter2 hunter2", None), ("hunter2", "a"), ('{"b": "hunter2"}', "a")):
        with pytest.raises(CacheError, match="read secret s: it is no") as refused:
            token(text, "s", key)
        assert "hunter2" not in str(refused.value)
