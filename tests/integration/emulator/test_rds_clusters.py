# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

SHOP = {"DBClusterIdentifier": "shop"}
CAPACITY = {"MinCapacity": 0.5, "MaxCapacity": 16}
MEMBER = {"DBInstanceIdentifier": "one", "DBInstanceClass": "db.serverless", "Engine": "aurora-postgresql", **SHOP}


def created(rds: Any, **settings: Any) -> dict[str, Any]:
    """A cluster of Aurora Serverless v2 unless the settings say otherwise."""
    cluster = {**SHOP, "Engine": "aurora-postgresql", "EngineVersion": "15", "MasterUsername": "app"}
    cluster |= {"ManageMasterUserPassword": True, "ServerlessV2ScalingConfiguration": CAPACITY, **settings}
    return rds.create_db_cluster(**{key: value for key, value in cluster.items() if value is not None})["DBCluster"]


def test_what_a_new_cluster_is(aws):
    key = aws("kms").create_key()["KeyMetadata"]
    cluster = created(aws("rds"), StorageEncrypted=True, KmsKeyId=key["KeyId"], PreferredMaintenanceWindow="Sun:04:30-Sun:05:30")
    assert cluster["EngineVersion"].startswith("15.")
    assert cluster["DBClusterParameterGroup"] == "default.aurora-postgresql15"
    assert (cluster["KmsKeyId"], cluster["StorageType"]) == (key["Arn"], "aurora")
    assert cluster["PreferredMaintenanceWindow"] == "sun:04:30-sun:05:30"
    secret = aws("secretsmanager").get_secret_value(SecretId=cluster["MasterUserSecret"]["SecretArn"])["SecretString"]
    assert json.loads(secret)["username"] == "app"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.7, "MaxCapacity": 16}}, "InvalidParameterValue"),
        ({"ServerlessV2ScalingConfiguration": {"MinCapacity": 2, "MaxCapacity": 1}}, "InvalidParameterValue"),
        ({"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 0.5}}, "InvalidParameterValue"),
        ({"EnableCloudwatchLogsExports": ["upgrade"]}, "InvalidParameterCombination"),
        ({"BackupRetentionPeriod": 0}, "InvalidParameterValue"),
        ({"EngineVersion": "15.4"}, "InvalidParameterCombination"),
        ({"DBClusterParameterGroupName": "nobody"}, "DBParameterGroupNotFound"),
        ({"DBSubnetGroupName": "nobody"}, "DBSubnetGroupNotFoundFault"),
    ],
)
def test_what_no_cluster_can_be(aws, settings, code):
    with pytest.raises(ClientError) as refused:
        created(aws("rds"), **settings)
    assert refused.value.response["Error"]["Code"] == code
    assert aws("rds").describe_db_clusters()["DBClusters"] == []


def test_names_that_are_taken_and_names_that_are_not_there(aws):
    rds = aws("rds")
    created(rds)
    with pytest.raises(ClientError, match="DBClusterAlreadyExistsFault"):
        created(rds)
    for call in (rds.modify_db_cluster, rds.delete_db_cluster):
        with pytest.raises(ClientError, match="DBClusterNotFoundFault"):
            call(DBClusterIdentifier="nobody")


def test_logs_capacity_and_sign_in_change(aws):
    rds = aws("rds")
    created(rds, EnableCloudwatchLogsExports=["postgresql"])
    exports = {"EnableLogTypes": ["instance"], "DisableLogTypes": ["postgresql"]}
    settings = {"ServerlessV2ScalingConfiguration": {"MinCapacity": 1, "MaxCapacity": 2}, "EnableIAMDatabaseAuthentication": True}
    rds.modify_db_cluster(**SHOP, **settings, CloudwatchLogsExportConfiguration=exports)
    cluster = rds.describe_db_clusters(**SHOP)["DBClusters"][0]
    assert cluster["EnabledCloudwatchLogsExports"] == ["instance"]
    assert cluster["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 1, "MaxCapacity": 2}
    assert cluster["IAMDatabaseAuthenticationEnabled"] is True


def test_a_member_has_what_its_cluster_has(aws):
    rds, ec2 = aws("rds"), aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.2.0/28", AvailabilityZone="us-east-1a")["Subnet"]["SubnetId"]
    rds.create_db_subnet_group(DBSubnetGroupName="isolated", DBSubnetGroupDescription="isolated", SubnetIds=[subnet])
    created(rds, DBSubnetGroupName="isolated", Port=5433, EnableCloudwatchLogsExports=["postgresql"])
    member = rds.create_db_instance(**MEMBER)["DBInstance"]
    assert member["DBSubnetGroup"]["DBSubnetGroupName"] == "isolated"
    assert (member["Endpoint"]["Port"], member["EnabledCloudwatchLogsExports"]) == (5433, ["postgresql"])
    with pytest.raises(ClientError, match="still contains DB instances"):
        rds.delete_db_cluster(**SHOP, SkipFinalSnapshot=True)
    rds.delete_db_instance(DBInstanceIdentifier="one", SkipFinalSnapshot=True)
    rds.delete_db_cluster(**SHOP, FinalDBSnapshotIdentifier="last")
    assert rds.describe_db_clusters()["DBClusters"] == []
    left = rds.describe_db_cluster_snapshots()["DBClusterSnapshots"]
    assert [snapshot["DBClusterSnapshotIdentifier"] for snapshot in left] == ["last"]


def test_a_serverless_member_wants_a_capacity(aws):
    created(aws("rds"), ServerlessV2ScalingConfiguration=None)
    with pytest.raises(ClientError, match="Set the Serverless v2 scaling configuration on the parent DB cluster"):
        aws("rds").create_db_instance(**MEMBER)


@pytest.mark.parametrize("origin", ["snapshot", "time"])
def test_a_restored_cluster_is_guarded_and_watched_only_as_asked(aws, origin):
    rds = aws("rds")
    source = created(rds, DeletionProtection=True, EnableCloudwatchLogsExports=["postgresql"], DatabaseName="shop")
    target: dict[str, Any] = {"DBClusterIdentifier": "two", "BackupRetentionPeriod": 3}
    if origin == "snapshot":
        rds.create_db_cluster_snapshot(**SHOP, DBClusterSnapshotIdentifier="daily")
        rds.restore_db_cluster_from_snapshot(**target, SnapshotIdentifier="daily", Engine="aurora-postgresql")
    else:
        rds.restore_db_cluster_to_point_in_time(**target, SourceDBClusterIdentifier="shop", UseLatestRestorableTime=True)
    two = rds.describe_db_clusters(DBClusterIdentifier="two")["DBClusters"][0]
    assert (two["DeletionProtection"], two["EnabledCloudwatchLogsExports"], two["BackupRetentionPeriod"]) == (False, [], 3)
    assert (two["DatabaseName"], two["MasterUsername"], two["EngineVersion"]) == ("shop", "app", source["EngineVersion"])
    assert "MasterUserSecret" not in two


def test_a_family_of_clusters_has_its_parameters_before_any_group_of_it(aws):
    asked = {"DBParameterGroupFamily": "aurora-postgresql15"}
    defaults = aws("rds").describe_engine_default_cluster_parameters(**asked)["EngineDefaults"]
    assert "rds.force_ssl" in {parameter["ParameterName"] for parameter in defaults["Parameters"]}
