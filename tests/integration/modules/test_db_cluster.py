# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from support.emulator import recorded, slow_down

NAME = "shop-production-aurora"
NEW: dict[str, Any] = {
    "name": NAME,
    "engine": "aurora-postgresql",
    "engine_version": "15",
    "min_capacity": 0.5,
    "max_capacity": 16,
    "username": "app",
    "manage_master_user_password": True,
    "skip_final_snapshot": True,
}
MEMBER = {"cluster": NAME, "engine": "aurora-postgresql", "instance_class": "db.serverless", "publicly_accessible": False}


def cluster(aws: Any, name: str = NAME) -> dict[str, Any] | None:
    rds = aws("rds")
    try:
        return rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    except rds.exceptions.DBClusterNotFoundFault:
        return None


def members(aws: Any) -> list[str]:
    return [instance["DBInstanceIdentifier"] for instance in aws("rds").describe_db_instances()["DBInstances"]]


@pytest.fixture
def network(aws) -> dict[str, Any]:
    ec2, rds = aws("ec2"), aws("rds")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.2.0/28", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    rds.create_db_subnet_group(DBSubnetGroupName="isolated", DBSubnetGroupDescription="isolated", SubnetIds=[subnet])
    family = {"DBParameterGroupFamily": "aurora-postgresql15", "Description": "shop"}
    rds.create_db_cluster_parameter_group(DBClusterParameterGroupName="shop", **family)
    group = ec2.create_security_group(GroupName="db", Description="db", VpcId=vpc)["GroupId"]
    return {"subnet_group": "isolated", "security_groups": [group], "parameter_group": "shop"}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "db_cluster",
        present={**NEW, "tags": {"team": "shop"}},
        change={"max_capacity": 8, "backup_retention_days": 7, "tags": {"team": "till"}},
        exists=lambda: cluster(aws) is not None,
        changed=lambda: (
            (cluster(aws)["ServerlessV2ScalingConfiguration"]["MaxCapacity"], cluster(aws)["BackupRetentionPeriod"]) == (8, 7)
        ),
    )


def test_everything_declared_stands_after_one_run_and_again(aws, network, run_module):
    key = aws("kms").create_key()["KeyMetadata"]["Arn"]
    everything = {
        **NEW,
        **network,
        "kms_key": key,
        "storage_encrypted": True,
        "database_name": "shop",
        "master_user_secret_kms_key": key,
        "port": 5433,
        "backup_retention_days": 7,
        "backup_window": "03:00-04:00",
        "maintenance_window": "Sun:04:30-Sun:05:30",
        "copy_tags_to_snapshot": True,
        "log_exports": ["postgresql"],
        "iam_authentication": True,
        "deletion_protection": True,
    }
    created = run_module("db_cluster", **everything)
    assert created.get("changed") is True, created
    stands = cluster(aws)
    assert (stands["StorageEncrypted"], stands["KmsKeyId"], stands["DBClusterParameterGroup"]) == (True, key, "shop")
    assert created["db_cluster"]["endpoint"] == {"address": stands["Endpoint"], "port": 5433}
    assert created["db_cluster"]["reader_endpoint"]["address"] == stands["ReaderEndpoint"]
    assert created["db_cluster"]["master_user_secret"] == stands["MasterUserSecret"]["SecretArn"]
    again = run_module("db_cluster", **everything)
    assert again["changed"] is False, again["diff"]
    for change in ({"port": 5434}, {"log_exports": []}, {"min_capacity": 1.5}, {"deletion_protection": False}):
        everything |= change
        assert run_module("db_cluster", **everything).get("changed") is True, change
        assert run_module("db_cluster", **everything)["changed"] is False, change
    stands = cluster(aws)
    assert (stands["Port"], stands["EnabledCloudwatchLogsExports"]) == (5434, [])
    assert stands["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 1.5, "MaxCapacity": 16}


def test_a_member_waits_for_its_cluster_and_goes_before_it(aws, endpoint, run_module):
    slow_down(endpoint, scale=100)
    try:
        assert run_module("db_cluster", **NEW, wait=False)["db_cluster"]["members"] == []
        member = run_module("db_instance", name=f"{NAME}-1", **MEMBER)
        assert (member["changed"], member["db_instance"]["cluster"], member["db_instance"]["status"]) == (True, NAME, "available")
        again = run_module("db_instance", name=f"{NAME}-1", **MEMBER)
        assert again["changed"] is False, again["diff"]
        assert run_module("db_instance", name=f"{NAME}-1", performance_insights=True)["changed"] is True
        assert cluster(aws)["DBClusterMembers"][0]["IsClusterWriter"] is True
        assert run_module("db_instance", name=f"{NAME}-1", state="absent", wait=False)["changed"] is True
        assert run_module("db_cluster", name=NAME, state="absent", final_snapshot="last")["changed"] is True
    finally:
        slow_down(endpoint)
    assert (cluster(aws), members(aws)) == (None, [])
    assert aws("rds").describe_db_cluster_snapshots(DBClusterSnapshotIdentifier="last")["DBClusterSnapshots"]


def test_an_instance_of_its_own_is_no_member(aws, run_module):
    run_module("db_cluster", **NEW)
    alone = {"engine": "postgres", "instance_class": "db.t4g.micro", "allocated_storage": 20}
    run_module("db_instance", name="alone", **alone, username="app", manage_master_user_password=True)
    assert "it is no member and can't join" in run_module("db_instance", name="alone", cluster=NAME)["msg"]


def test_credentials_come_from_a_secret_and_go_nowhere_else(aws, run_module):
    document = json.dumps({"username": "keeper", "password": "hunter2hunter2"})
    aws("secretsmanager").create_secret(Name="shop/db", SecretString=document)
    options = {key: value for key, value in NEW.items() if key not in ("username", "manage_master_user_password")}
    results = [run_module("db_cluster", check=check, **options, credentials_secret="shop/db") for check in (True, False, False)]
    assert [result["changed"] for result in results] == [True, True, False]
    assert "hunter2" not in json.dumps(results)
    assert cluster(aws)["MasterUsername"] == "keeper"


def test_protection_and_data_are_not_lost_without_a_word(aws, run_module):
    run_module("db_cluster", **{**NEW, "deletion_protection": True})
    protected = run_module("db_cluster", name=NAME, state="absent", final_snapshot="last")
    assert "deletion_protection: false" in protected["msg"]
    lifted = {"name": NAME, "deletion_protection": False, "state": "absent"}
    assert "name a final_snapshot" in run_module("db_cluster", **lifted)["msg"]
    assert run_module("db_cluster", **lifted, skip_final_snapshot=True, check=True)["changed"] is True
    assert cluster(aws)["DeletionProtection"] is True
    assert run_module("db_cluster", **lifted, skip_final_snapshot=True)["changed"] is True
    assert cluster(aws) is None


OWN = {"credentials_secret": "own", "manage_master_user_password": False}


@pytest.mark.parametrize(
    ("origin", "changes"),
    [({"restore_from_snapshot": "daily", **OWN}, 2), ({"restore_from_cluster": NAME}, 1)],
    ids=["with a password of its own", "with a managed one"],
)
def test_a_restored_cluster_gets_the_settings_that_a_restore_does_not_take(aws, network, run_module, endpoint, origin, changes):
    run_module("db_cluster", **NEW)
    aws("rds").create_db_cluster_snapshot(DBClusterIdentifier=NAME, DBClusterSnapshotIdentifier="daily")
    aws("secretsmanager").create_secret(Name="own", SecretString=json.dumps({"username": "app", "password": "of-its-own"}))
    restored = {**NEW, **network, **origin, "maintenance_window": "sun:04:30-sun:05:30", "name": f"{NAME}-2"}
    wrong = run_module("db_cluster", **{**restored, "username": "root"})
    assert "its username is app and can't be changed to root" in wrong["msg"]
    assert cluster(aws, f"{NAME}-2") is None, "refused before the first write"
    with recorded(endpoint) as asked:
        result = run_module("db_cluster", **restored)
    assert result["changed"] is True
    assert "of-its-own" not in json.dumps(result)
    assert [call for call in asked if "Restore" in call or "Modify" in call][1:] == ["rds:ModifyDBCluster"] * changes
    stands = cluster(aws, f"{NAME}-2")
    assert (stands["PreferredMaintenanceWindow"], stands["DBSubnetGroup"]) == ("sun:04:30-sun:05:30", "isolated")
    assert ("MasterUserSecret" in stands) is (origin.get("credentials_secret") is None)
    again = run_module("db_cluster", **restored)
    assert again["changed"] is False, again["diff"]


def test_a_parent_that_is_not_there_yet_can_be_planned(run_module):
    assert run_module("db_cluster", check=True, **{**NEW, "subnet_group": "later", "kms_key": "alias/later"})["changed"] is True
    assert run_module("db_instance", check=True, name=f"{NAME}-1", **MEMBER)["changed"] is True
