# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

GROUP = {"DBParameterGroupName": "shop", "DBParameterGroupFamily": "postgres16", "Description": "shop"}
INSTANCE: dict[str, Any] = {
    "DBInstanceIdentifier": "shop",
    "DBInstanceClass": "db.t4g.micro",
    "Engine": "postgres",
    "AllocatedStorage": 20,
    "MasterUsername": "app",
    "MasterUserPassword": "throw-away",
    "StorageType": "gp3",
}


def created(rds: Any, **settings: Any) -> dict[str, Any]:
    return rds.create_db_instance(**{**INSTANCE, **settings})["DBInstance"]


def test_an_unknown_parameter_group_is_an_error(aws):
    with pytest.raises(ClientError, match="DBParameterGroupNotFound"):
        aws("rds").describe_db_parameter_groups(DBParameterGroupName="nobody")
    assert aws("rds").describe_db_parameter_groups()["DBParameterGroups"] == []


def test_parameters_are_the_engines_with_type_and_source(aws):
    rds = aws("rds")
    rds.create_db_parameter_group(**GROUP)
    change = {"ParameterName": "log_statement", "ParameterValue": "ddl", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName="shop", Parameters=[change])
    listed = {item["ParameterName"]: item for item in rds.describe_db_parameters(DBParameterGroupName="shop")["Parameters"]}
    assert listed["log_statement"]["ParameterValue"] == "ddl"
    assert (listed["log_statement"]["DataType"], listed["log_statement"]["Source"]) == ("string", "user")
    assert (listed["rds.force_ssl"]["DataType"], listed["rds.force_ssl"]["Source"]) == ("boolean", "engine-default")
    assert "ParameterValue" not in listed["rds.force_ssl"]
    assert listed["max_connections"]["ApplyType"] == "static"
    users = rds.describe_db_parameters(DBParameterGroupName="shop", Source="user")["Parameters"]
    assert [item["ParameterName"] for item in users] == ["log_statement"]


def test_a_parameter_that_the_engine_does_not_have_is_refused(aws):
    rds = aws("rds")
    rds.create_db_parameter_group(**GROUP)
    change = {"ParameterName": "innodb_io_capacity", "ParameterValue": "1", "ApplyMethod": "immediate"}
    with pytest.raises(ClientError, match="Could not find parameter with name: innodb_io_capacity"):
        rds.modify_db_parameter_group(DBParameterGroupName="shop", Parameters=[change])


def test_a_subnet_group_that_is_changed_is_still_there(aws):
    ec2, rds = aws("ec2"), aws("rds")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24")["Subnet"]["SubnetId"] for n in range(3)]
    with pytest.raises(ClientError, match="DBSubnetGroupNotFound"):
        rds.modify_db_subnet_group(DBSubnetGroupName="shop", SubnetIds=subnets)
    rds.create_db_subnet_group(DBSubnetGroupName="shop", DBSubnetGroupDescription="shop", SubnetIds=subnets)
    rds.modify_db_subnet_group(DBSubnetGroupName="shop", SubnetIds=subnets[:2])
    (group,) = rds.describe_db_subnet_groups()["DBSubnetGroups"]
    assert [subnet["SubnetIdentifier"] for subnet in group["Subnets"]] == subnets[:2]


def test_cluster_parameters(aws):
    rds = aws("rds")
    name = {"DBClusterParameterGroupName": "shop"}
    rds.create_db_cluster_parameter_group(**name, DBParameterGroupFamily="aurora-postgresql15", Description="shop")
    change = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_cluster_parameter_group(**name, Parameters=[change])
    listed = {item["ParameterName"]: item for item in rds.describe_db_cluster_parameters(**name)["Parameters"]}
    assert listed["rds.force_ssl"]["ParameterValue"] == "1"
    assert listed["log_statement"]["DataType"] == "string"


def test_gp3_always_has_operations_and_throughput(aws):
    rds = aws("rds")
    small, large = created(rds), created(rds, DBInstanceIdentifier="large", AllocatedStorage=400)
    old = created(rds, DBInstanceIdentifier="old", StorageType="gp2")
    assert (small["Iops"], small["StorageThroughput"]) == (3000, 125)
    assert (large["Iops"], large["StorageThroughput"]) == (12000, 500)
    assert old["StorageThroughput"] == 0


def test_a_version_without_its_minor_part_is_one_with_it(aws):
    instance = created(aws("rds"), EngineVersion="16")
    assert instance["EngineVersion"].startswith("16.")
    assert instance["DBParameterGroups"][0]["DBParameterGroupName"] == "default.postgres16"


def test_port_and_performance_insights_change(aws):
    rds = aws("rds")
    created(rds)
    changes = {"DBPortNumber": 5433, "EnablePerformanceInsights": True}
    instance = rds.modify_db_instance(DBInstanceIdentifier="shop", **changes)["DBInstance"]
    assert instance["Endpoint"]["Port"] == 5433
    assert (instance["PerformanceInsightsEnabled"], instance["PerformanceInsightsRetentionPeriod"]) == (True, 7)


def test_a_replica_does_not_share_the_state_of_its_source(aws):
    rds = aws("rds")
    settings = {key: value for key, value in INSTANCE.items() if key != "MasterUserPassword"}
    settings |= {"ManageMasterUserPassword": True, "EnableCloudwatchLogsExports": ["postgresql"]}
    source = rds.create_db_instance(**settings)["DBInstance"]
    replica = rds.create_db_instance_read_replica(DBInstanceIdentifier="replica", SourceDBInstanceIdentifier="shop")["DBInstance"]
    assert "MasterUserSecret" not in replica
    assert replica["EnabledCloudwatchLogsExports"] == []
    assert replica["DbiResourceId"] != source["DbiResourceId"]
    rds.delete_db_instance(DBInstanceIdentifier="replica", SkipFinalSnapshot=True)
    assert aws("secretsmanager").describe_secret(SecretId=source["MasterUserSecret"]["SecretArn"])


@pytest.mark.parametrize("origin", ["snapshot", "time"])
def test_a_restored_instance_is_guarded_and_watched_only_as_asked(aws, origin):
    rds = aws("rds")
    settings = {key: value for key, value in INSTANCE.items() if key != "MasterUserPassword"}
    settings |= {"ManageMasterUserPassword": True, "DeletionProtection": True, "MultiAZ": True}
    source = rds.create_db_instance(**settings, EnableCloudwatchLogsExports=["postgresql"])["DBInstance"]
    if origin == "snapshot":
        rds.create_db_snapshot(DBInstanceIdentifier="shop", DBSnapshotIdentifier="daily")
        rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier="two", DBSnapshotIdentifier="daily")
    else:
        target = {"SourceDBInstanceIdentifier": "shop", "TargetDBInstanceIdentifier": "two"}
        rds.restore_db_instance_to_point_in_time(**target, UseLatestRestorableTime=True)
    two = rds.describe_db_instances(DBInstanceIdentifier="two")["DBInstances"][0]
    assert (two["DeletionProtection"], two["MultiAZ"], two["EnabledCloudwatchLogsExports"]) == (False, False, [])
    assert "MasterUserSecret" not in two
    assert aws("secretsmanager").describe_secret(SecretId=source["MasterUserSecret"]["SecretArn"])


def test_a_key_is_answered_by_its_arn(aws):
    key = aws("kms").create_key()["KeyMetadata"]
    named = created(aws("rds"), StorageEncrypted=True, KmsKeyId=key["KeyId"])
    default = created(aws("rds"), DBInstanceIdentifier="other", StorageEncrypted=True)
    assert named["KmsKeyId"] == key["Arn"]
    assert default["KmsKeyId"].startswith("arn:aws:kms:")


def test_a_managed_secret_names_the_master_user(aws):
    rds = aws("rds")
    settings = {key: value for key, value in INSTANCE.items() if key != "MasterUserPassword"}
    secret = rds.create_db_instance(**settings, ManageMasterUserPassword=True)["DBInstance"]["MasterUserSecret"]["SecretArn"]
    assert json.loads(aws("secretsmanager").get_secret_value(SecretId=secret)["SecretString"])["username"] == "app"


def test_a_family_has_its_parameters_before_any_group_of_it(aws):
    rds = aws("rds")
    defaults = rds.describe_engine_default_parameters(DBParameterGroupFamily="postgres16")["EngineDefaults"]
    assert defaults["DBParameterGroupFamily"] == "postgres16"
    assert {"max_connections": "static", "log_statement": "dynamic"}.items() <= {
        parameter["ParameterName"]: parameter["ApplyType"] for parameter in defaults["Parameters"]
    }.items()


def test_the_upstream_parameter_group_module_converges(converges, run_module):
    parameters = {"log_statement": "ddl", "log_min_duration_statement": "500", "rds.force_ssl": "1", "log_connections": "1"}
    options = {"name": "shop", "engine": "postgres16", "description": "shop", "state": "present", "tags": {"team": "shop"}}
    result = converges("amazon.aws.rds_instance_param_group", **options, params=parameters)
    assert result["errors"] == []
    assert run_module("amazon.aws.rds_instance_param_group", name="shop", state="absent")["changed"] is True
    assert run_module("amazon.aws.rds_instance_param_group", name="shop", state="absent")["changed"] is False


def test_the_upstream_subnet_group_modules_converge(aws, converges):
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = {"us-east-1a": "10.0.2.0/28", "us-east-1b": "10.0.18.0/28"}
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"] for zone, cidr in zones.items()
    ]
    options = {"name": "shop", "description": "shop", "subnets": subnets, "state": "present"}
    converges("amazon.aws.rds_subnet_group", **options, tags={"team": "shop"})
    converges("community.aws.elasticache_subnet_group", **options)
