# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.module_utils.rds import (
    DatabaseError,
    changes,
    creation,
    credentials,
    described,
    settings,
)
from ansible_collections.groundwork.cloud.plugins.modules.db_instance import ARGUMENTS, wanted

OPTIONS: dict[str, Any] = {**{option: spec.get("default") for option, spec in ARGUMENTS.items()}, "name": "shop"}
NEW: dict[str, Any] = {
    "engine": "postgres",
    "instance_class": "db.t4g.micro",
    "allocated_storage": 20,
    "username": "app",
    "manage_master_user_password": True,
}
INSTANCE: dict[str, Any] = {
    "DBInstanceIdentifier": "shop",
    "DBInstanceArn": "arn:aws:rds:us-east-1:111122223333:db:shop",
    "DBInstanceStatus": "available",
    "DBInstanceClass": "db.t4g.micro",
    "Engine": "postgres",
    "EngineVersion": "16.4",
    "AllocatedStorage": 50,
    "MaxAllocatedStorage": 100,
    "StorageType": "gp3",
    "StorageEncrypted": True,
    "KmsKeyId": "key",
    "MasterUsername": "app",
    "DBName": "shop",
    "Endpoint": {"Address": "shop.rds", "Port": 5432},
    "DBSubnetGroup": {"DBSubnetGroupName": "isolated"},
    "VpcSecurityGroups": [
        {"VpcSecurityGroupId": "sg-2", "Status": "active"},
        {"VpcSecurityGroupId": "sg-1", "Status": "adding"},
        {"VpcSecurityGroupId": "sg-0", "Status": "removing"},
    ],
    "DBParameterGroups": [{"DBParameterGroupName": "default.postgres16", "ParameterApplyStatus": "in-sync"}],
    "EnabledCloudwatchLogsExports": ["postgresql"],
    "MasterUserSecret": {"SecretArn": "arn:secret", "SecretStatus": "active", "KmsKeyId": "secret-key"},
}


def options(**given: Any) -> dict[str, Any]:
    return {**OPTIONS, **given}


def instance(**given: Any) -> dict[str, Any]:
    return described({**INSTANCE, **given})


def differs(current: dict[str, Any], **given: Any) -> bool:
    return plan({"db": current}, {"db": settings(options(**given), current)}).changed


def test_described():
    database = instance()
    assert database["endpoint"] == {"address": "shop.rds", "port": 5432}
    assert database["security_groups"] == ["sg-1", "sg-2"]
    assert database["parameter_group"] == "default.postgres16"
    assert database["subnet_group"] == "isolated"
    assert database["master_user_secret"] == "arn:secret"
    assert (database["manage_master_user_password"], database["master_user_secret_kms_key"]) == (True, "secret-key")


def test_what_is_pending_counts_as_changed():
    logs = {"LogTypesToEnable": ["upgrade"], "LogTypesToDisable": ["postgresql"]}
    pending = {"DBInstanceClass": "db.t4g.small", "MultiAZ": True, "Port": 5433, "PendingCloudwatchLogsExports": logs}
    database = instance(PendingModifiedValues={**pending, "MasterUserPassword": "****"}, MultiAZ=False)
    assert not differs(database, instance_class="db.t4g.small", multi_az=True, port=5433, log_exports=["upgrade"])
    assert "****" not in str(database)


@pytest.mark.parametrize(
    "given",
    [
        {"security_groups": ["sg-2", "sg-1"]},
        {"engine_version": "16"},
        {"engine_version": "16.4"},
        {"engine_version": "16.3"},
        {"allocated_storage": 20},
        {"allocated_storage": 20, "max_allocated_storage": 100},
        {"maintenance_window": "Sun:04:00-Sun:05:00"},
        {"manage_master_user_password": True, "master_user_secret_kms_key": "secret-key"},
    ],
    ids=str,
)
def test_no_difference(given):
    assert not differs(instance(PreferredMaintenanceWindow="sun:04:00-sun:05:00"), **given)


@pytest.mark.parametrize(
    "given",
    [
        {"engine_version": "16.5"},
        {"engine_version": "17", "allow_major_version_upgrade": True},
        {"allocated_storage": 60},
        {"max_allocated_storage": 200},
        {"security_groups": ["sg-1"]},
        {"log_exports": []},
        {"deletion_protection": True},
    ],
    ids=str,
)
def test_difference(given):
    assert differs(instance(DeletionProtection=False), **given)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"engine": "mysql"}, "its engine is postgres and can't be changed to mysql; keep it"),
        ({"kms_key": "other"}, "its kms_key is key and can't be changed to other"),
        ({"username": "root"}, "its username is app and"),
        ({"subnet_group": "public"}, "its subnet_group is isolated and"),
        ({"storage_encrypted": False}, "its storage_encrypted is True and can't be changed to False"),
        ({"database_name": "till"}, "its database_name is shop and"),
        ({"replica_of": "main"}, "it is no replica and can't follow main"),
        ({"cluster": "other"}, "it is no member and can't join other; take another name"),
        ({"master_user_secret_kms_key": "other"}, "its master_user_secret_kms_key is secret-key and"),
        ({"engine_version": "15"}, "its engine version is 16.4 and can't go back to 15; declare 16.4"),
        ({"engine_version": "17"}, "16.4 to 17 is a major upgrade; set allow_major_version_upgrade after a snapshot"),
        ({"max_allocated_storage": 40}, "its storage is 50 GiB, above max_allocated_storage 40; declare at least 50"),
        ({"manage_master_user_password": False}, "it needs another; name it with credentials_secret"),
    ],
    ids=str,
)
def test_refusals(given, sentence):
    with pytest.raises(DatabaseError) as refused:
        settings(options(**given), instance())
    assert str(refused.value).startswith("change database shop: ")
    assert sentence in str(refused.value)


def test_storage_without_autoscaling_never_shrinks():
    with pytest.raises(DatabaseError, match="its storage of 50 GiB can't shrink to 20; declare at least 50"):
        settings(options(allocated_storage=20), instance(MaxAllocatedStorage=None))
    assert not differs(instance(MaxAllocatedStorage=None), allocated_storage=50, max_allocated_storage=50)


@pytest.mark.parametrize(
    ("engine", "have", "want", "same"),
    [("mysql", "8.0.43", "8.0", True), ("mysql", "8.0.43", "8.0.40", True), ("mysql", "8.0.43", "8.0.44", False)],
)
def test_versions_of_other_engines(engine, have, want, same):
    assert differs(instance(Engine=engine, EngineVersion=have), engine_version=want) is not same


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "also needs engine, instance_class, allocated_storage, username, manage_master_user_password or credentials_secret"),
        ({**NEW, "engine": None}, "also needs engine; declare them"),
        ({**NEW, "credentials_secret": "s"}, "declare one of the two"),
        ({"cluster": "shop"}, "also needs engine, instance_class; declare them"),
    ],
)
def test_a_new_database_needs_enough(given, sentence):
    with pytest.raises(DatabaseError) as refused:
        wanted(options(**given), {})
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    ("given", "current", "sentence"),
    [
        ({}, instance(), "its data would be lost; name a final_snapshot, or say skip_final_snapshot: true"),
        ({"final_snapshot": "last"}, instance(DeletionProtection=True), "say deletion_protection: false"),
    ],
)
def test_deletion_is_refused(given, current, sentence):
    with pytest.raises(DatabaseError, match=sentence):
        wanted(options(state="absent", **given), {"db_instance": current})


def test_a_member_needs_little_and_leaves_its_cluster_the_data():
    member = {"cluster": "shop", "engine": "aurora-postgresql", "instance_class": "db.serverless"}
    assert wanted(options(**member), {}) == {"db_instance": {**member, "name": "shop"}}
    stands = instance(DBClusterIdentifier="shop", Engine="aurora-postgresql", DBInstanceClass="db.serverless")
    assert not differs(stands, **member, availability_zone="us-east-1f")
    assert wanted(options(state="absent"), {"db_instance": stands}) == {"db_instance": None}
    with pytest.raises(DatabaseError, match="it is a member of cluster shop and can't join other"):
        settings(options(cluster="other"), stands)


def test_absent():
    gone = {"db_instance": None}
    assert wanted(options(state="absent"), {}) == gone
    assert wanted(options(state="absent", skip_final_snapshot=True), {"db_instance": instance()}) == gone
    assert wanted(options(state="absent"), {"db_instance": instance(ReadReplicaSourceDBInstanceIdentifier="main")}) == gone


@pytest.mark.parametrize(
    ("before", "after", "request_"),
    [
        ({"port": 1}, {"port": 2}, {"DBPortNumber": 2}),
        (
            {"log_exports": ["a", "b"]},
            {"log_exports": ["b", "c"]},
            {"CloudwatchLogsExportConfiguration": {"EnableLogTypes": ["c"], "DisableLogTypes": ["a"]}},
        ),
        (
            {"allocated_storage": 20, "iops": 3000, "multi_az": True},
            {"allocated_storage": 30, "iops": 3000, "multi_az": True},
            {"AllocatedStorage": 30, "Iops": 3000},
        ),
        ({"name": "a", "multi_az": True}, {"name": "a", "multi_az": False}, {"MultiAZ": False}),
    ],
)
def test_changes(before, after, request_):
    assert changes(before, after) == request_


@pytest.mark.parametrize(
    ("given", "operation", "has", "has_not"),
    [
        ({}, "CreateDBInstance", {"StorageEncrypted": True, "StorageType": "gp3", "PubliclyAccessible": False}, {"RestoreTime"}),
        (
            {"replica_of": "main"},
            "CreateDBInstanceReadReplica",
            {"SourceDBInstanceIdentifier": "main"},
            {"KmsKeyId", "StorageType"},
        ),
        (
            {"replica_of": "arn:aws:rds:eu-west-1:111122223333:db:main"},
            "CreateDBInstanceReadReplica",
            {"SourceRegion": "eu-west-1", "KmsKeyId": "key"},
            set(),
        ),
        (
            {"restore_from_instance": "main"},
            "RestoreDBInstanceToPointInTime",
            {"UseLatestRestorableTime": True, "TargetDBInstanceIdentifier": "shop"},
            {"RestoreTime", "DBName"},
        ),
        (
            {"restore_from_instance": "main", "restore_time": "2026-03-01T12:30:00Z"},
            "RestoreDBInstanceToPointInTime",
            {"RestoreTime": "2026-03-01T12:30:00Z"},
            {"UseLatestRestorableTime"},
        ),
        (
            {"cluster": "shop", "availability_zone": "us-east-1b"},
            "CreateDBInstance",
            {"AvailabilityZone": "us-east-1b"},
            {"StorageType", "StorageEncrypted"},
        ),
        (
            {"restore_from_snapshot": "s"},
            "RestoreDBInstanceFromDBSnapshot",
            {"DBSnapshotIdentifier": "s"},
            {"StorageType", "DBName"},
        ),
    ],
)
def test_creation(given, operation, has, has_not):
    chosen, request = creation(options(**given), {"kms_key": "key", "database_name": "shop"})
    assert chosen == operation
    assert has.items() <= request.items()
    assert not has_not & set(request)


def test_credentials_are_never_quoted():
    assert credentials('{"username": "a", "password": "b"}', "s") == {"MasterUsername": "a", "MasterUserPassword": "b"}
    for text in ("hunter2", '{"password": "hunter2"}', '["hunter2"]', '"hunter2"'):
        with pytest.raises(DatabaseError) as refused:
            credentials(text, "shop/db")
        assert "read secret shop/db: it is not of the form" in str(refused.value)
        assert "hunter2" not in str(refused.value)
        assert refused.value.__suppress_context__
