# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import boto3

NAME = "molecule-dynamodb-alternative-orders"


def table():
    return boto3.client("dynamodb").describe_table(TableName=NAME)["Table"]


def test_keys_and_indexes():
    stands = table()
    assert [key["AttributeName"] for key in stands["KeySchema"]] == ["customer", "placed"]
    (local,), (by_status,) = stands["LocalSecondaryIndexes"], stands["GlobalSecondaryIndexes"]
    assert (local["IndexName"], local["Projection"]["ProjectionType"]) == ("by_total", "KEYS_ONLY")
    assert [key["AttributeName"] for key in by_status["KeySchema"]] == ["status", "placed"]
    assert by_status["Projection"] == {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]}
    units = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 4}
    assert by_status["ProvisionedThroughput"] == units
    assert {name: stands["ProvisionedThroughput"][name] for name in units} == units


def test_reads_are_scaled_and_writes_are_not():
    scaling = boto3.client("application-autoscaling")
    targets = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    mine = {target["ResourceId"]: target for target in targets if NAME in target["ResourceId"]}
    assert set(mine) == {f"table/{NAME}", f"table/{NAME}/index/by_status"}
    assert {(one["MinCapacity"], one["MaxCapacity"]) for one in mine.values()} == {(10, 100)}
    assert {one["ScalableDimension"] for one in mine.values()} == {
        "dynamodb:table:ReadCapacityUnits",
        "dynamodb:index:ReadCapacityUnits",
    }
    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="dynamodb", ResourceId=f"table/{NAME}")["ScalingPolicies"]
    tracking = policy["TargetTrackingScalingPolicyConfiguration"]
    assert tracking["TargetValue"] == 60
    assert tracking["PredefinedMetricSpecification"] == {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"}


def test_what_guards_and_tells():
    stands, dynamodb = table(), boto3.client("dynamodb")
    assert (stands["DeletionProtectionEnabled"], "SSEDescription" in stands) == (True, False)
    assert stands["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert stands["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert dynamodb.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]["AttributeName"] == "expires"
    backups = dynamodb.describe_continuous_backups(TableName=NAME)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["RecoveryPeriodInDays"] == 14


def test_a_table_is_not_removed_unless_it_is_named():
    scenario = Path(os.environ["MOLECULE_SCENARIO_DIRECTORY"])
    project = scenario.parents[2]
    inventories = [scenario / "hosts.yml", project / "molecule/shared/inventory", project / "inventories/sandbox"]
    command = ["ansible-playbook", "-e", '{"destroy_data": []}', project / "molecule/shared/absent.yml"]
    options = [f"--inventory={inventory}" for inventory in inventories]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    said = " ".join((done.stdout + done.stderr).split())
    assert """orders holds data; name it to remove it: -e '{"destroy_data": ["orders"]}'""" in said.replace("\\", ""), said
    assert table()["TableStatus"] == "ACTIVE"
