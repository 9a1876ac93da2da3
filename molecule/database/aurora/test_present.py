# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json

import boto3

NAME = "molecule-database-aurora-postgres"
GROUP = f"{NAME}-aurora-postgresql15"


def cluster():
    return boto3.client("rds").describe_db_clusters(DBClusterIdentifier=NAME)["DBClusters"][0]


def test_cluster():
    stands = cluster()
    assert (stands["Engine"], stands["EngineVersion"], stands["DatabaseName"]) == ("aurora-postgresql", "15.10", "shop")
    assert stands["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 16}
    assert (stands["DeletionProtection"], stands["CopyTagsToSnapshot"], stands["BackupRetentionPeriod"]) == (True, True, 1)
    assert (stands["PreferredBackupWindow"], stands["PreferredMaintenanceWindow"]) == ("03:00-04:00", "sun:04:30-sun:05:30")
    assert stands["EnabledCloudwatchLogsExports"] == ["postgresql"]
    ids = [group["VpcSecurityGroupId"] for group in stands["VpcSecurityGroups"]]
    groups = boto3.client("ec2").describe_security_groups(GroupIds=ids)["SecurityGroups"]
    assert [group["GroupName"] for group in groups] == [NAME]


def test_encryption_and_credentials():
    stands = cluster()
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-database-aurora-encryption")["KeyMetadata"]["Arn"]
    assert (stands["StorageEncrypted"], stands["KmsKeyId"], stands["MasterUserSecret"]["KmsKeyId"]) == (True, key, key)
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=stands["MasterUserSecret"]["SecretArn"])["SecretString"]
    assert json.loads(secret)["username"] == "app"


def test_members_stand_in_two_zones_and_write_and_read():
    members = boto3.client("rds").describe_db_instances()["DBInstances"]
    assert {one["DBInstanceIdentifier"]: (one["AvailabilityZone"], one["DBInstanceClass"]) for one in members} == {
        f"{NAME}-member-1": ("us-east-1a", "db.serverless"),
        f"{NAME}-member-2": ("us-east-1b", "db.serverless"),
    }
    assert {one["PubliclyAccessible"] for one in members} == {False}
    assert {one["PerformanceInsightsEnabled"] for one in members} == {True}
    assert {one["DBInstanceIdentifier"]: one["IsClusterWriter"] for one in cluster()["DBClusterMembers"]} == {
        f"{NAME}-member-1": True,
        f"{NAME}-member-2": False,
    }


def test_parameters():
    assert cluster()["DBClusterParameterGroup"] == GROUP
    listed = boto3.client("rds").describe_db_cluster_parameters(DBClusterParameterGroupName=GROUP, Source="user")["Parameters"]
    assert {one["ParameterName"]: one["ParameterValue"] for one in listed} == {
        "log_connections": "1",
        "log_statement": "ddl",
        "log_min_duration_statement": "500",
        "rds.force_ssl": "1",
    }


def test_logs_end():
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix="/aws/rds/")["logGroups"]
    assert {group["logGroupName"]: group["retentionInDays"] for group in groups} == {f"/aws/rds/cluster/{NAME}/postgresql": 7}
