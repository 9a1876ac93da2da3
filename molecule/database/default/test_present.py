# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-database-default-postgres"


def instance():
    return boto3.client("rds").describe_db_instances(DBInstanceIdentifier=NAME)["DBInstances"][0]


def test_instance():
    stands = instance()
    assert stands["Engine"] == "postgres"
    assert stands["EngineVersion"].split(".")[0] == "16"
    assert stands["DBInstanceClass"] == "db.t4g.micro"
    assert (stands["AllocatedStorage"], stands["StorageType"], stands.get("MaxAllocatedStorage")) == (20, "gp3", None)
    assert stands["PubliclyAccessible"] is False
    assert stands["MultiAZ"] is False
    assert stands["DeletionProtection"] is False
    assert stands["BackupRetentionPeriod"] == 1
    assert stands["CopyTagsToSnapshot"] is True
    assert stands["PerformanceInsightsEnabled"] is True
    assert stands["EnabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]


def test_encryption():
    stands = instance()
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-database-default-encryption")["KeyMetadata"]["Arn"]
    assert stands["StorageEncrypted"] is True
    assert stands["KmsKeyId"] == key
    assert stands["MasterUserSecret"]["KmsKeyId"] == key


def test_place():
    stands = instance()
    subnets = [subnet["SubnetIdentifier"] for subnet in stands["DBSubnetGroup"]["Subnets"]]
    ec2 = boto3.client("ec2")
    names = {tag["Value"] for subnet in ec2.describe_subnets(SubnetIds=subnets)["Subnets"] for tag in subnet["Tags"]}
    assert {f"molecule-database-default-main-isolated-us-east-1{zone}" for zone in "ab"} <= names
    groups = [group["VpcSecurityGroupId"] for group in stands["VpcSecurityGroups"]]
    assert [group["GroupName"] for group in ec2.describe_security_groups(GroupIds=groups)["SecurityGroups"]] == [NAME]


def test_parameters():
    rds = boto3.client("rds")
    group = instance()["DBParameterGroups"][0]["DBParameterGroupName"]
    assert (
        rds.describe_db_parameter_groups(DBParameterGroupName=group)["DBParameterGroups"][0]["DBParameterGroupFamily"]
        == "postgres16"
    )
    set_here = rds.describe_db_parameters(DBParameterGroupName=group, Source="user")["Parameters"]
    assert {one["ParameterName"]: one["ParameterValue"] for one in set_here} == {
        "log_connections": "1",
        "log_statement": "ddl",
        "log_min_duration_statement": "500",
        "rds.force_ssl": "1",
    }


def test_logs_end():
    groups = boto3.client("logs").describe_log_groups(logGroupNamePrefix=f"/aws/rds/instance/{NAME}/")["logGroups"]
    assert {group["logGroupName"].rpartition("/")[2]: group["retentionInDays"] for group in groups} == {
        "postgresql": 7,
        "upgrade": 7,
    }
