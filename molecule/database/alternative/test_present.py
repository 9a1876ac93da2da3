# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3

NAME = "molecule-database-alternative-postgres"


def instance(name=NAME):
    return boto3.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def test_instance_restored_from_the_snapshot():
    stands = instance()
    assert stands["EngineVersion"].split(".")[0] == "15"
    assert stands["MasterUsername"] == "owner"
    assert stands["DBName"] == "shop"
    assert stands["DBInstanceClass"] == "db.t4g.small"
    assert (stands["AllocatedStorage"], stands["MaxAllocatedStorage"]) == (100, 500)
    assert stands["Endpoint"]["Port"] == 5433
    assert stands["DeletionProtection"] is True
    assert stands["BackupRetentionPeriod"] == 14
    assert (stands["PreferredBackupWindow"], stands["PreferredMaintenanceWindow"]) == ("01:00-02:00", "mon:02:30-mon:03:30")
    assert stands["PerformanceInsightsEnabled"] is False
    assert stands["EnabledCloudwatchLogsExports"] == ["postgresql"]


def test_credentials_are_generated_once_and_not_managed():
    assert not instance().get("MasterUserSecret")
    secret = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=f"{NAME}-master")["SecretString"])
    assert secret["username"] == "owner"
    assert len(secret["password"]) == 40


def test_parameters_that_wait_for_a_reboot_and_that_do_not():
    group = f"{NAME}-postgres15"
    assert instance()["DBParameterGroups"][0]["DBParameterGroupName"] == group
    listed = boto3.client("rds").describe_db_parameters(DBParameterGroupName=group, Source="user")["Parameters"]
    assert {one["ParameterName"]: (one["ParameterValue"], one["ApplyMethod"]) for one in listed} == {
        "max_connections": ("200", "pending-reboot"),
        "log_statement": ("all", "immediate"),
    }


def test_replica():
    replica, source = instance(f"{NAME}-replica-1"), instance()
    assert replica["ReadReplicaSourceDBInstanceIdentifier"] == NAME
    assert replica["KmsKeyId"] == source["KmsKeyId"]
    assert replica["DBInstanceClass"] == "db.t4g.small"
    assert replica["DBParameterGroups"][0]["DBParameterGroupName"] == f"{NAME}-postgres15"
    assert replica["EnabledCloudwatchLogsExports"] == ["postgresql"]
    assert replica["PubliclyAccessible"] is False


def test_logs_of_both_end():
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix="/aws/rds/instance/molecule-database-alternative")[
        "logGroups"
    ]
    assert {group["logGroupName"]: group["retentionInDays"] for group in groups} == {
        f"/aws/rds/instance/{NAME}/postgresql": 14,
        f"/aws/rds/instance/{NAME}-replica-1/postgresql": 14,
    }
