# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.module_utils.rds import (
    DatabaseError,
    cluster_changes,
    cluster_creation,
    cluster_settings,
    described_cluster,
)
from ansible_collections.groundwork.cloud.plugins.modules.db_cluster import ARGUMENTS, wanted

OPTIONS: dict[str, Any] = {**{option: spec.get("default") for option, spec in ARGUMENTS.items()}, "name": "shop"}
NEW: dict[str, Any] = {"engine": "aurora-postgresql", "username": "app", "manage_master_user_password": True}
CLUSTER: dict[str, Any] = {
    "DBClusterIdentifier": "shop",
    "DBClusterArn": "arn:aws:rds:us-east-1:111122223333:cluster:shop",
    "Status": "available",
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.10",
    "StorageEncrypted": True,
    "KmsKeyId": "key",
    "MasterUsername": "app",
    "DatabaseName": "shop",
    "Endpoint": "shop.cluster-a.rds",
    "ReaderEndpoint": "shop.cluster-ro-a.rds",
    "Port": 5432,
    "DBSubnetGroup": "isolated",
    "DBClusterParameterGroup": "default.aurora-postgresql15",
    "ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 16.0},
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-2", "Status": "active"}, {"VpcSecurityGroupId": "sg-1", "Status": "adding"}],
    "EnabledCloudwatchLogsExports": ["postgresql"],
    "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
    "DBClusterMembers": [{"DBInstanceIdentifier": "b"}, {"DBInstanceIdentifier": "a"}],
    "MasterUserSecret": {"SecretArn": "arn:secret", "SecretStatus": "active", "KmsKeyId": "secret-key"},
}


def options(**given: Any) -> dict[str, Any]:
    return {**OPTIONS, **given}


def cluster(**given: Any) -> dict[str, Any]:
    return described_cluster({**CLUSTER, **given})


def differs(current: dict[str, Any], **given: Any) -> bool:
    return plan({"db": current}, {"db": cluster_settings(options(**given), current)}).changed


def test_described():
    stands = cluster()
    assert stands["endpoint"] == {"address": "shop.cluster-a.rds", "port": 5432}
    assert stands["reader_endpoint"] == {"address": "shop.cluster-ro-a.rds", "port": 5432}
    assert (stands["min_capacity"], stands["max_capacity"]) == (0.5, 16.0)
    assert (stands["members"], stands["security_groups"]) == (["a", "b"], ["sg-1", "sg-2"])
    assert (stands["subnet_group"], stands["parameter_group"]) == ("isolated", "default.aurora-postgresql15")
    assert (stands["master_user_secret"], stands["manage_master_user_password"]) == ("arn:secret", True)


def test_what_is_not_there_yet_is_empty():
    names = ("DBClusterIdentifier", "DBClusterArn", "Status")
    new = described_cluster({name: CLUSTER[name] for name in names})
    assert (new["endpoint"], new["members"], new["master_user_secret"]) == ({"address": "", "port": 0}, [], "")
    assert "min_capacity" not in new


@pytest.mark.parametrize(
    "given",
    [
        {"security_groups": ["sg-2", "sg-1"], "maintenance_window": "Sun:04:00-Sun:05:00"},
        {"engine_version": "15"},
        {"engine_version": "15.4"},
        {"min_capacity": 0.5, "max_capacity": 16},
        {"manage_master_user_password": True, "master_user_secret_kms_key": "secret-key"},
    ],
    ids=str,
)
def test_no_difference(given):
    assert not differs(cluster(), **given)


@pytest.mark.parametrize(
    "given",
    [
        {"engine_version": "15.12"},
        {"engine_version": "16", "allow_major_version_upgrade": True},
        {"min_capacity": 0.5, "max_capacity": 8},
        {"log_exports": []},
    ],
    ids=str,
)
def test_difference(given):
    assert differs(cluster(), **given)


def test_what_is_pending_counts_as_changed():
    pending = {"EngineVersion": "15.12", "PendingCloudwatchLogsExports": {"LogTypesToDisable": ["postgresql"]}}
    assert not differs(cluster(PendingModifiedValues=pending), engine_version="15.12", log_exports=[])


def test_of_a_cluster_that_is_being_made_only_what_is_known_is_compared():
    assert not differs(cluster(Status="creating", ServerlessV2ScalingConfiguration=None), min_capacity=1.0, max_capacity=2.0)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"engine": "aurora-mysql"}, "its engine is aurora-postgresql and can't be changed to aurora-mysql; keep it"),
        ({"kms_key": "other"}, "its kms_key is key and can't be changed to other"),
        ({"database_name": "till"}, "its database_name is shop and"),
        ({"engine_version": "14.9"}, "its engine version is 15.10 and can't go back to 14.9; declare 15.10"),
        ({"engine_version": "16"}, "15.10 to 16 is a major upgrade; set allow_major_version_upgrade after a snapshot"),
        ({"manage_master_user_password": False}, "it needs another; name it with credentials_secret"),
    ],
    ids=str,
)
def test_refusals(given, sentence):
    with pytest.raises(DatabaseError) as refused:
        cluster_settings(options(**given), cluster())
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "also needs engine, username, manage_master_user_password or credentials_secret; declare them"),
        ({**NEW, "credentials_secret": "s"}, "declare one of the two"),
        ({"restore_from_snapshot": "s"}, "a cluster from a snapshot also needs engine"),
    ],
)
def test_a_new_cluster_needs_enough(given, sentence):
    with pytest.raises(DatabaseError) as refused:
        wanted(options(**given), {})
    assert sentence in str(refused.value)


def test_its_data_is_not_lost_without_a_word():
    with pytest.raises(DatabaseError, match="its data would be lost"):
        wanted(options(state="absent"), {"db_cluster": cluster()})
    assert wanted(options(state="absent", final_snapshot="last"), {"db_cluster": cluster()}) == {"db_cluster": None}


@pytest.mark.parametrize(
    ("before", "after", "request_"),
    [
        (
            {"min_capacity": 0.5, "max_capacity": 16},
            {"min_capacity": 0.5, "max_capacity": 8},
            {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 8}},
        ),
        (
            {"log_exports": ["a"], "port": 1},
            {"log_exports": ["b"], "port": 1},
            {"CloudwatchLogsExportConfiguration": {"EnableLogTypes": ["b"], "DisableLogTypes": ["a"]}},
        ),
        ({"name": "a", "port": 1}, {"name": "a", "port": 2}, {"Port": 2}),
    ],
)
def test_changes(before, after, request_):
    assert cluster_changes(before, after) == request_


@pytest.mark.parametrize(
    ("given", "operation", "has", "has_not"),
    [
        ({}, "CreateDBCluster", {"StorageEncrypted": True, "DatabaseName": "shop"}, {"SnapshotIdentifier"}),
        ({"restore_from_snapshot": "s"}, "RestoreDBClusterFromSnapshot", {"SnapshotIdentifier": "s"}, {"DatabaseName"}),
        (
            {"restore_from_cluster": "old"},
            "RestoreDBClusterToPointInTime",
            {"SourceDBClusterIdentifier": "old", "UseLatestRestorableTime": True},
            {"DatabaseName", "RestoreToTime"},
        ),
        (
            {"restore_from_cluster": "old", "restore_time": "2026-03-01T12:30:00Z"},
            "RestoreDBClusterToPointInTime",
            {"RestoreToTime": "2026-03-01T12:30:00Z"},
            {"UseLatestRestorableTime"},
        ),
    ],
)
def test_creation(given, operation, has, has_not):
    chosen, request = cluster_creation(options(**given), {"database_name": "shop", "min_capacity": 1.0, "max_capacity": 2.0})
    assert chosen == operation
    assert has.items() <= request.items()
    assert request["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 1.0, "MaxCapacity": 2.0}
    assert not has_not & set(request)
