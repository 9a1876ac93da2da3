# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest

TARGET = {"ServiceNamespace": "ecs", "ResourceId": "service/main/web", "ScalableDimension": "ecs:service:DesiredCount"}
STEP = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"MetricIntervalLowerBound": 0.0, "ScalingAdjustment": -1}]}


@pytest.fixture
def scaling(aws):
    ecs = aws("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(family="web", containerDefinitions=[{"name": "web", "image": "nginx", "memory": 128}])
    ecs.create_service(cluster="main", serviceName="web", taskDefinition="web", desiredCount=1)
    return aws("application-autoscaling")


def register(scaling: Any, **options: Any) -> str:
    return scaling.register_scalable_target(**TARGET, MinCapacity=1, MaxCapacity=4, **options)["ScalableTargetARN"]


def track(scaling: Any, name: str, metric: str = "CPU", target: float = 70, **options: Any) -> str:
    specification = {"PredefinedMetricType": f"ECSServiceAverage{metric}Utilization"}
    configuration = {"TargetValue": target, "PredefinedMetricSpecification": specification, **options}
    put = scaling.put_scaling_policy(
        **TARGET,
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=configuration,
    )
    return put["PolicyARN"]


def test_a_target_has_a_role_and_is_not_suspended(scaling):
    register(scaling)
    target = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]
    assert target["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_ECSService")
    assert set(target["SuspendedState"].values()) == {False}


def test_a_target_can_be_tagged(scaling):
    arn = register(scaling, Tags={"team": "shop"})
    scaling.tag_resource(ResourceARN=arn, Tags={"stage": "production"})
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"team": "shop", "stage": "production"}
    scaling.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"stage": "production"}
    with pytest.raises(scaling.exceptions.ResourceNotFoundException):
        scaling.list_tags_for_resource(ResourceARN=f"{arn}x")


def test_policies_are_found_by_name(scaling):
    register(scaling)
    track(scaling, "cpu")
    track(scaling, "memory", "Memory")
    found = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["memory"], MaxResults=1)["ScalingPolicies"]
    assert [policy["PolicyName"] for policy in found] == ["memory"]
    assert len(scaling.describe_scaling_policies(**TARGET)["ScalingPolicies"]) == 2


def test_a_policy_put_again_stays_the_same_one(aws, scaling):
    register(scaling)
    first = track(scaling, "cpu", target=70)
    assert track(scaling, "cpu", target=60) == first
    alarms = aws("cloudwatch").describe_alarms()["MetricAlarms"]
    assert sorted(alarm["Threshold"] for alarm in alarms) == [54, 60]


def test_a_policy_that_does_not_scale_in_has_no_alarm_for_it(aws, scaling):
    register(scaling)
    track(scaling, "cpu", DisableScaleIn=True)
    assert len(scaling.describe_scaling_policies(**TARGET)["ScalingPolicies"][0]["Alarms"]) == 1
    assert [alarm["Threshold"] for alarm in aws("cloudwatch").describe_alarms()["MetricAlarms"]] == [70]


def test_what_is_not_there_is_not_found(scaling):
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        track(scaling, "cpu")
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        scaling.deregister_scalable_target(**TARGET)
    register(scaling)
    with pytest.raises(scaling.exceptions.ObjectNotFoundException):
        scaling.delete_scaling_policy(**TARGET, PolicyName="cpu")


def test_policies_go_with_their_target(aws, scaling):
    register(scaling)
    track(scaling, "cpu")
    action = {"MinCapacity": 2}
    scaling.put_scheduled_action(**TARGET, ScheduledActionName="day", Schedule="cron(0 8 * * ? *)", ScalableTargetAction=action)
    scaling.deregister_scalable_target(**TARGET)
    assert scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"] == []
    assert scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"] == []
    assert aws("cloudwatch").describe_alarms()["MetricAlarms"] == []


def test_a_deleted_service_is_no_target(aws, scaling):
    aws("ecs").delete_service(cluster="main", service="web", force=True)
    with pytest.raises(scaling.exceptions.ValidationException, match="ECS service doesn't exist"):
        register(scaling)
