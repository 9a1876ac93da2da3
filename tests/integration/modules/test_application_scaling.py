# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

TARGET = {
    "service_namespace": "ecs",
    "resource_id": "service/main/web",
    "scalable_dimension": "ecs:service:DesiredCount",
}
CPU = {"name": "cpu", "target_tracking": {"metric": "ECSServiceAverageCPUUtilization", "target": 70, "disable_scale_in": True}}
MEMORY = {"name": "memory", "target_tracking": {"metric": "ECSServiceAverageMemoryUtilization", "target": 80}}
STEP = {"adjustment_type": "ChangeInCapacity", "cooldown": 300, "steps": [{"lower_bound": 0, "adjustment": -1}]}
IDLE = {"name": "idle", "step_scaling": STEP}
FULL = {**TARGET, "min_capacity": 2, "max_capacity": 10, "policies": [CPU, MEMORY, IDLE], "tags": {"team": "shop"}}


@pytest.fixture(autouse=True)
def _service(aws) -> None:
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(family="web", containerDefinitions=[{"name": "web", "image": "nginx", "memory": 128}])
    ecs.create_service(cluster="main", serviceName="web", taskDefinition="web", desiredCount=1)


def target(aws: Any) -> dict[str, Any]:
    found = aws("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    return found[0] if found else {}


def policies(aws: Any) -> dict[str, dict[str, Any]]:
    found = aws("application-autoscaling").describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]
    return {policy["PolicyName"]: policy for policy in found}


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "application_scaling",
        present=FULL,
        change={"max_capacity": 12, "policies": [{**CPU, "target_tracking": {**CPU["target_tracking"], "target": 60}}]},
        exists=lambda: bool(target(aws)),
        changed=lambda: (
            target(aws)["MaxCapacity"] == 12
            and policies(aws)["cpu"]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 60
        ),
        absent=TARGET,
    )
    assert policies(aws) == {}


def test_everything_declared_is_made(aws, run_module):
    result = run_module("application_scaling", **FULL)["scalable_target"]
    stands = policies(aws)
    assert set(stands) == {"cpu", "memory", "idle"}
    assert stands["cpu"]["TargetTrackingScalingPolicyConfiguration"]["DisableScaleIn"] is True
    assert stands["idle"]["StepScalingPolicyConfiguration"] == {
        "AdjustmentType": "ChangeInCapacity",
        "Cooldown": 300,
        "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": -1}],
    }
    assert {name: policy["arn"] for name, policy in result["policies"].items()} == {
        name: policy["PolicyARN"] for name, policy in stands.items()
    }
    assert result["tags"] == {"team": "shop"}


def test_the_arn_of_a_policy_is_known_in_check_mode_too(run_module):
    made = run_module("application_scaling", **FULL)["scalable_target"]["policies"]["idle"]["arn"]
    changed = {"name": "idle", "step_scaling": {**STEP, "cooldown": 60}}
    planned = run_module("application_scaling", **{**FULL, "policies": [changed, CPU]}, check=True)
    assert planned["changed"] is True
    assert planned["scalable_target"]["policies"]["idle"]["arn"] == made
    assert (
        run_module("application_scaling", **{**FULL, "policies": [changed]})["scalable_target"]["policies"]["idle"]["arn"] == made
    )


def test_other_policies_are_only_deleted_when_purged(aws, run_module):
    run_module("application_scaling", **FULL)
    assert run_module("application_scaling", **{**FULL, "policies": [CPU]})["changed"] is False
    assert run_module("application_scaling", **{**FULL, "policies": [CPU]}, purge_policies=True)["changed"] is True
    assert set(policies(aws)) == {"cpu"}
    run_module("application_scaling", **{**FULL, "policies": []}, purge_policies=True)
    assert policies(aws) == {}


def test_a_policy_can_become_one_of_another_kind(aws, run_module):
    run_module("application_scaling", **FULL)
    run_module("application_scaling", **{**FULL, "policies": [{"name": "cpu", "step_scaling": STEP}]})
    assert policies(aws)["cpu"]["PolicyType"] == "StepScaling"


def test_tags_are_changed_and_purged(run_module):
    run_module("application_scaling", **FULL)
    result = run_module("application_scaling", **TARGET, tags={"stage": "production"}, purge_tags=True)
    assert result["scalable_target"]["tags"] == {"stage": "production"}


def test_a_table_is_scaled_too(aws, run_module):
    aws("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    declared = {
        "service_namespace": "dynamodb",
        "resource_id": "table/orders",
        "scalable_dimension": "dynamodb:table:ReadCapacityUnits",
        "min_capacity": 5,
        "max_capacity": 50,
        "policies": [{"name": "reads", "target_tracking": {"metric": "DynamoDBReadCapacityUtilization", "target": 70}}],
    }
    assert run_module("application_scaling", **declared)["changed"] is True
    assert run_module("application_scaling", **declared)["changed"] is False


def test_a_service_that_is_not_there_is_planned_and_not_applied(run_module):
    missing = {**FULL, "resource_id": "service/main/other"}
    assert run_module("application_scaling", **missing, check=True)["changed"] is True
    assert "ECS service doesn't exist" in run_module("application_scaling", **missing)["msg"]


def test_one_alarm_on_both_metrics_scales_in(aws, run_module):
    """Composite alarms can't scale; an alarm on metric math can, and keeps its action when the policy changes."""

    def metric(key: str, name: str) -> dict[str, Any]:
        dimensions = [{"Name": "ClusterName", "Value": "main"}, {"Name": "ServiceName", "Value": "web"}]
        measured = {"Namespace": "AWS/ECS", "MetricName": name, "Dimensions": dimensions}
        return {"Id": key, "ReturnData": False, "MetricStat": {"Metric": measured, "Period": 60, "Stat": "Average"}}

    def converge(cooldown: int) -> list[bool]:
        policy = {"name": "idle", "step_scaling": {**STEP, "cooldown": cooldown}}
        scaling = run_module("application_scaling", **{**FULL, "policies": [CPU, MEMORY, policy]})
        idle = {
            "name": "web-idle",
            "metrics": [
                {"Id": "idle", "Expression": "IF(cpu < 50 AND memory < 60, 1, 0)"},
                metric("cpu", "CPUUtilization"),
                metric("memory", "MemoryUtilization"),
            ],
            "comparison": "GreaterThanOrEqualToThreshold",
            "threshold": 1,
            "evaluation_periods": 15,
            "treat_missing_data": "notBreaching",
            "alarm_actions": [scaling["scalable_target"]["policies"]["idle"]["arn"]],
        }
        alarm = run_module("cloudwatch_alarms", alarms=[idle])
        return [scaling["changed"], alarm["changed"]]

    assert converge(300) == [True, True]
    assert converge(300) == [False, False]
    assert converge(60) == [True, False]
    stands = aws("cloudwatch").describe_alarms(AlarmNames=["web-idle"])["MetricAlarms"][0]
    assert stands["AlarmActions"] == [policies(aws)["idle"]["PolicyARN"]]
