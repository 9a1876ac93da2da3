# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from support.emulator import recorded

NAME = "shop-production-postgres"
NEW: dict[str, Any] = {
    "name": NAME,
    "engine": "postgres",
    "engine_version": "16",
    "instance_class": "db.t4g.micro",
    "allocated_storage": 20,
    "username": "app",
    "manage_master_user_password": True,
    "skip_final_snapshot": True,
}


def database(aws: Any, name: str = NAME) -> dict[str, Any] | None:
    rds = aws("rds")
    try:
        return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    except rds.exceptions.DBInstanceNotFoundFault:
        return None


@pytest.fixture
def network(aws) -> dict[str, Any]:
    ec2, rds = aws("ec2"), aws("rds")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = {"us-east-1a": "10.0.2.0/28", "us-east-1b": "10.0.18.0/28"}
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"] for zone, cidr in zones.items()
    ]
    rds.create_db_subnet_group(DBSubnetGroupName="isolated", DBSubnetGroupDescription="isolated", SubnetIds=subnets)
    rds.create_db_parameter_group(DBParameterGroupName="shop", DBParameterGroupFamily="postgres16", Description="shop")
    group = ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
    return {"subnet_group": "isolated", "security_groups": [group], "parameter_group": "shop"}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "db_instance",
        present={**NEW, "tags": {"team": "shop"}},
        change={"allocated_storage": 30, "multi_az": True, "tags": {"team": "till"}},
        exists=lambda: database(aws) is not None,
        changed=lambda: (database(aws)["AllocatedStorage"], database(aws)["MultiAZ"]) == (30, True),
    )


def test_defaults_are_private_encrypted_and_gp3(aws, run_module):
    instance = run_module("db_instance", **NEW)["db_instance"]
    stands = database(aws)
    assert (stands["PubliclyAccessible"], stands["StorageEncrypted"], stands["StorageType"]) == (False, True, "gp3")
    assert instance["endpoint"]["port"] == 5432
    assert instance["endpoint"]["address"].startswith(NAME)
    assert instance["status"] == "available"
    assert instance["arn"] == stands["DBInstanceArn"]
    assert instance["master_user_secret"] == stands["MasterUserSecret"]["SecretArn"]


def test_everything_declared_stands_after_one_run_and_again(aws, network, run_module):
    aws("rds").create_db_parameter_group(DBParameterGroupName="other", DBParameterGroupFamily="postgres16", Description="other")
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    role = "arn:aws:iam::123456789012:role/monitoring"
    everything = {
        **NEW,
        **network,
        "max_allocated_storage": 100,
        "storage_type": "gp3",
        "kms_key": key,
        "storage_encrypted": True,
        "multi_az": True,
        "database_name": "shop",
        "master_user_secret_kms_key": key,
        "port": 5433,
        "backup_retention_days": 7,
        "backup_window": "03:00-04:00",
        "maintenance_window": "Sun:04:30-Sun:05:30",
        "copy_tags_to_snapshot": True,
        "log_exports": ["upgrade", "postgresql"],
        "performance_insights": True,
        "performance_insights_retention_days": 7,
        "monitoring_interval": 60,
        "monitoring_role": role,
        "iam_authentication": True,
        "deletion_protection": True,
        "auto_minor_version_upgrade": True,
        "publicly_accessible": False,
        "ca_certificate": "rds-ca-rsa2048-g1",
    }
    created = run_module("db_instance", **everything)
    assert created.get("changed") is True, created
    again = run_module("db_instance", **everything)
    assert again["changed"] is False, again["diff"]
    for change in (
        {"port": 5434},
        {"log_exports": ["postgresql"]},
        {"performance_insights": False},
        {"monitoring_interval": 30},
        {"monitoring_interval": 0},
        {"backup_retention_days": 14, "backup_window": "01:00-02:00"},
        {"instance_class": "db.t4g.small"},
        {"parameter_group": "other"},
        {"deletion_protection": False},
    ):
        everything |= change
        changed = run_module("db_instance", **everything)
        assert changed.get("changed") is True, (change, changed)
        assert run_module("db_instance", **everything)["changed"] is False, change
    stands = database(aws)
    assert stands["Endpoint"]["Port"] == 5434
    assert stands["EnabledCloudwatchLogsExports"] == ["postgresql"]


def test_credentials_come_from_a_secret_and_go_nowhere_else(aws, run_module):
    document = json.dumps({"username": "keeper", "password": "hunter2hunter2"})
    aws("secretsmanager").create_secret(Name="shop/db", SecretString=document)
    options = {**NEW, "username": None, "manage_master_user_password": None, "credentials_secret": "shop/db"}
    options = {key: value for key, value in options.items() if value is not None}
    results = [run_module("db_instance", check=check, **options) for check in (True, False, False)]
    assert [result["changed"] for result in results] == [True, True, False]
    assert "hunter2" not in json.dumps(results)
    assert database(aws)["MasterUsername"] == "keeper"
    assert results[-1]["db_instance"]["master_user_secret"] == ""
    managed = run_module("db_instance", name=NAME, manage_master_user_password=True)
    assert managed["changed"] is True
    assert managed["db_instance"]["master_user_secret"]
    left = run_module("db_instance", name=NAME, manage_master_user_password=False, credentials_secret="shop/db")
    assert left["changed"] is True
    assert "MasterUserSecret" not in database(aws)


def test_a_secret_of_another_form_is_refused_before_anything_is_made(aws, run_module):
    aws("secretsmanager").create_secret(Name="shop/db", SecretString="hunter2")
    options = {**NEW, "credentials_secret": "shop/db", "manage_master_user_password": False}
    refused = run_module("db_instance", **options)
    assert refused["failed"] is True
    assert refused["msg"].startswith("read secret shop/db: it is not of the form")
    assert "hunter2" not in json.dumps(refused)
    assert database(aws) is None


def test_protection_and_the_last_snapshot(aws, run_module):
    run_module("db_instance", **{**NEW, "deletion_protection": True})
    protected = run_module("db_instance", name=NAME, state="absent", final_snapshot="last")
    assert "deletion_protection: false" in protected["msg"]
    lifted = {"name": NAME, "deletion_protection": False, "state": "absent"}
    lost = run_module("db_instance", **lifted)
    assert "name a final_snapshot, or say skip_final_snapshot: true" in lost["msg"]
    assert run_module("db_instance", **lifted, final_snapshot="last", check=True)["changed"] is True
    assert database(aws)["DeletionProtection"] is True
    assert run_module("db_instance", **lifted, final_snapshot="last")["changed"] is True
    assert aws("rds").describe_db_snapshots(DBSnapshotIdentifier="last")["DBSnapshots"]
    assert run_module("db_instance", name=NAME, state="absent")["changed"] is False


def test_a_last_snapshot_can_be_skipped_by_a_word(aws, run_module):
    run_module("db_instance", **{**NEW, "max_allocated_storage": NEW["allocated_storage"]})
    again = run_module("db_instance", **{**NEW, "max_allocated_storage": NEW["allocated_storage"]})
    assert again["changed"] is False, "a limit of the present size is autoscaling turned off"
    run_module("db_instance", name=NAME, state="absent", final_snapshot="last", skip_final_snapshot=True)
    assert database(aws) is None
    assert "last" not in [snapshot["DBSnapshotIdentifier"] for snapshot in aws("rds").describe_db_snapshots()["DBSnapshots"]]


def test_a_replica_follows_its_source_and_leaves_it_alone(aws, run_module):
    run_module("db_instance", **{**NEW, "backup_retention_days": 7, "log_exports": ["postgresql"]})
    replica = {"name": f"{NAME}-replica", "replica_of": NAME, "instance_class": "db.t4g.small", "max_allocated_storage": 100}
    assert run_module("db_instance", check=True, **replica)["changed"] is True
    created = run_module("db_instance", **replica)["db_instance"]
    assert created["replica_of"] == NAME
    assert run_module("db_instance", **replica)["changed"] is False
    assert "can't be changed to mysql" in run_module("db_instance", name="other", replica_of=NAME, engine="mysql")["msg"]
    assert run_module("db_instance", name=f"{NAME}-replica", state="absent")["changed"] is True
    stands = database(aws)
    assert (stands["DBInstanceClass"], stands["EnabledCloudwatchLogsExports"]) == ("db.t4g.micro", ["postgresql"])


@pytest.mark.parametrize("origin", [{"restore_from_snapshot": "daily"}, {"restore_from_instance": NAME}], ids=str)
def test_a_restored_database_gets_the_settings_that_a_restore_does_not_take(aws, network, run_module, origin):
    run_module("db_instance", **NEW)
    aws("rds").create_db_snapshot(DBInstanceIdentifier=NAME, DBSnapshotIdentifier="daily")
    later = {"max_allocated_storage": 200, "maintenance_window": "sun:04:30-sun:05:30"}
    restored = {**NEW, **network, **origin, **later, "name": f"{NAME}-2"}
    wrong = run_module("db_instance", **{**restored, "username": "root"})
    assert "its username is app and can't be changed to root" in wrong["msg"]
    assert database(aws, f"{NAME}-2") is None, "refused before the first write"
    assert run_module("db_instance", check=True, **restored)["changed"] is True
    assert run_module("db_instance", **restored)["changed"] is True
    stands = database(aws, f"{NAME}-2")
    assert (stands["MaxAllocatedStorage"], stands["PreferredMaintenanceWindow"]) == (200, "sun:04:30-sun:05:30")
    again = run_module("db_instance", **restored)
    assert again["changed"] is False, again["diff"]


def test_a_restored_database_has_the_password_of_its_own_secret(aws, network, run_module, endpoint):
    run_module("db_instance", **NEW)
    aws("rds").create_db_snapshot(DBInstanceIdentifier=NAME, DBSnapshotIdentifier="daily")
    text = json.dumps({"username": "app", "password": "of-its-own-secret"})
    aws("secretsmanager").create_secret(Name="own", SecretString=text)
    restored = {**NEW, **network, "name": f"{NAME}-2", "restore_from_snapshot": "daily", "credentials_secret": "own"}
    restored["manage_master_user_password"] = False
    with recorded(endpoint) as asked:
        result = run_module("db_instance", **restored)
    assert result["changed"] is True
    assert "of-its-own-secret" not in json.dumps(result)
    assert asked.index("rds:RestoreDBInstanceFromDBSnapshot") < asked.index("rds:ModifyDBInstance")
    assert run_module("db_instance", **restored)["changed"] is False


def test_a_parent_that_is_not_there_yet_can_be_planned(run_module):
    assert run_module("db_instance", check=True, **{**NEW, "subnet_group": "later", "kms_key": "alias/later"})["changed"] is True
    assert run_module("db_instance", check=True, name="replica", replica_of=NAME)["changed"] is True
