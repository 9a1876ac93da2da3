# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from support.emulator import slow_down

NAME = "shop-web"
CPU = {"name": "cpu", "metric": "ASGAverageCPUUtilization", "target": 60}
HOOK = {"name": "drain", "transition": "terminating", "heartbeat_timeout": 300, "default_result": "CONTINUE"}
KEY = {"AutoScalingGroupName": NAME}


@pytest.fixture
def subnets(aws) -> list[str]:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    places = (("10.0.0.0/24", "us-east-1a"), ("10.0.1.0/24", "us-east-1b"))
    return [ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"] for cidr, zone in places]


@pytest.fixture
def options(aws, subnets) -> dict[str, Any]:
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "shop"}]}]
    data = {"ImageId": "ami-0a1b2c3d4e5f60718", "InstanceType": "t4g.micro", "TagSpecifications": tags}
    aws("ec2").create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data)
    sizes = {"min_size": 2, "max_size": 4, "wait_timeout": 60}
    return {"name": NAME, "launch_template": {"name": "web", "version": "1"}, "subnets": subnets, **sizes}


@pytest.fixture
def slow_aws(aws: Any, endpoint: str) -> Iterator[Any]:
    """A refresh takes three seconds."""
    slow_down(endpoint, scale=140)
    yield aws
    slow_down(endpoint)


def group(aws: Any) -> dict[str, Any]:
    found = aws("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"]
    return found[0] if found else {}


def versions(aws: Any) -> list[str]:
    return [instance["LaunchTemplate"]["Version"] for instance in group(aws)["Instances"]]


def new_version(aws: Any, instance_type: str = "t4g.small") -> dict[str, Any]:
    data = {"ImageId": "ami-0a1b2c3d4e5f60718", "InstanceType": instance_type}
    made = aws("ec2").create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=data)
    return {"name": "web", "version": str(made["LaunchTemplateVersion"]["VersionNumber"])}


def refreshes(aws: Any) -> list[str]:
    return [one["Status"] for one in aws("autoscaling").describe_instance_refreshes(**KEY)["InstanceRefreshes"]]


def test_lifecycle(aws, options, lifecycle):
    lifecycle(
        "autoscaling_group",
        present={**options, "tags": {"team": "shop"}},
        change={"max_size": 6, "termination_policies": ["OldestInstance"]},
        exists=lambda: bool(group(aws)),
        changed=lambda: (group(aws)["MaxSize"], group(aws)["TerminationPolicies"]) == (6, ["OldestInstance"]),
        absent={"name": NAME, "force": True},
    )


def test_everything_declared_is_made(aws, options, subnets, converges):
    elb, vpc = aws("elbv2"), aws("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    target = elb.create_target_group(Name="web", Protocol="HTTP", Port=3000, VpcId=vpc, TargetType="instance")
    arn = target["TargetGroups"][0]["TargetGroupArn"]
    result = converges(
        "autoscaling_group",
        **options,
        initial_capacity=3,
        target_groups=[arn],
        health_check_type="ELB",
        health_check_grace_period=90,
        termination_policies=["OldestLaunchTemplate", "Default"],
        default_instance_warmup=60,
        max_instance_lifetime=604800,
        metrics=True,
        policies=[CPU],
        lifecycle_hooks=[HOOK],
        instance_refresh={"min_healthy_percentage": 90},
        tags={"team": "shop"},
    )["group"]
    stands, scaling = group(aws), aws("autoscaling")
    assert (stands["MinSize"], stands["MaxSize"], stands["DesiredCapacity"]) == (2, 4, 3)
    assert (stands["HealthCheckType"], stands["HealthCheckGracePeriod"]) == ("ELB", 90)
    assert (stands["DefaultInstanceWarmup"], stands["MaxInstanceLifetime"]) == (60, 604800)
    assert stands["TerminationPolicies"] == ["OldestLaunchTemplate", "Default"]
    assert stands["EnabledMetrics"]
    (policy,) = scaling.describe_policies(**KEY)["ScalingPolicies"]
    assert policy["TargetTrackingConfiguration"]["TargetValue"] == 60
    (hook,) = scaling.describe_lifecycle_hooks(**KEY)["LifecycleHooks"]
    assert hook["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING"
    assert (hook["HeartbeatTimeout"], hook["DefaultResult"]) == (300, "CONTINUE")
    ids = [instance["InstanceId"] for instance in stands["Instances"]]
    health = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert sorted(one["Target"]["Id"] for one in health) == sorted(ids)
    launched = [one for batch in aws("ec2").describe_instances(InstanceIds=ids)["Reservations"] for one in batch["Instances"]]
    assert {one["SubnetId"] for one in launched} == set(subnets)
    assert all({"Key": "team", "Value": "shop"} in one["Tags"] for one in launched)
    volumes = aws("ec2").describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": ids}])["Volumes"]
    assert all({"Key": "team", "Value": "shop"} in volume["Tags"] for volume in volumes)
    assert len(volumes) == 3
    assert result["arn"] == stands["AutoScalingGroupARN"]
    assert result["instances"] == {"running": 3, "outdated": [], "version": "1"}


def test_the_count_that_policies_say_is_not_fought_over(aws, options, run_module):
    run_module("autoscaling_group", **options, initial_capacity=2)
    aws("autoscaling").set_desired_capacity(**KEY, DesiredCapacity=4)
    assert run_module("autoscaling_group", **options, initial_capacity=2)["changed"] is False
    assert run_module("autoscaling_group", **options, desired_capacity=3)["changed"] is True
    assert group(aws)["DesiredCapacity"] == 3


def test_a_new_version_is_rolled_out_and_awaited(slow_aws, options, converges, run_module):
    aws = slow_aws
    run_module("autoscaling_group", **options)
    assert versions(aws) == ["1", "1"]
    before = {instance["InstanceId"] for instance in group(aws)["Instances"]}
    newer = {**options, "launch_template": new_version(aws), "instance_refresh": {"min_healthy_percentage": 50}}
    converges("autoscaling_group", **newer)
    assert (versions(aws), refreshes(aws)) == (["2", "2"], ["Successful"])
    assert before.isdisjoint(instance["InstanceId"] for instance in group(aws)["Instances"])
    (refresh,) = aws("autoscaling").describe_instance_refreshes(**KEY)["InstanceRefreshes"]
    assert refresh["Preferences"] == {"SkipMatching": True, "MinHealthyPercentage": 50}


def test_without_a_refresh_instances_stay(aws, options, converges):
    converges("autoscaling_group", **options)
    converges("autoscaling_group", **{**options, "launch_template": new_version(aws)})
    assert (versions(aws), refreshes(aws)) == (["1", "1"], [])


def test_what_is_begun_can_be_awaited_later(slow_aws, options, run_module):
    aws = slow_aws
    run_module("autoscaling_group", **options)
    newer = {**options, "launch_template": new_version(aws), "instance_refresh": {}}
    assert run_module("autoscaling_group", **newer, wait=False)["changed"] is True
    assert refreshes(aws) == ["InProgress"]
    assert run_module("autoscaling_group", **newer, wait=False)["changed"] is False
    assert run_module("autoscaling_group", name=NAME)["changed"] is False
    assert (versions(aws), refreshes(aws)) == (["2", "2"], ["Successful"])


def test_a_refresh_that_does_not_succeed_fails_and_the_next_run_begins_another(slow_aws, options, run_module):
    aws = slow_aws
    run_module("autoscaling_group", **options)
    newer = {**options, "launch_template": new_version(aws), "instance_refresh": {}}

    def cancel() -> None:
        while refreshes(aws) != ["InProgress"]:
            time.sleep(0.05)
        aws("autoscaling").cancel_instance_refresh(**KEY)

    somebody = threading.Thread(target=cancel)
    somebody.start()
    failed = run_module("autoscaling_group", **newer)
    somebody.join()
    assert failed["failed"] is True
    assert failed["msg"].startswith(f"refresh scaling group {NAME}: it ended as Cancelled at 0 %: Cancelled due to user request.")
    assert run_module("autoscaling_group", name=NAME)["failed"] is True, "whoever only waits is told, too"
    assert run_module("autoscaling_group", check=True, **newer)["changed"] is True
    assert run_module("autoscaling_group", **newer)["changed"] is True
    assert (versions(aws), refreshes(aws)) == (["2", "2"], ["Successful", "Cancelled"])


def test_a_wait_ends(slow_aws, options, run_module):
    run_module("autoscaling_group", **options)
    newer = {**options, "launch_template": new_version(slow_aws), "instance_refresh": {}, "wait_timeout": 0}
    late = run_module("autoscaling_group", **newer)
    assert late["msg"] == (
        f"wait for the instance refresh of scaling group {NAME}: still InProgress at 0 % after 0 s; "
        "raise wait_timeout if that is usual"
    )


def test_policies_and_hooks_come_change_and_go(aws, options, converges, run_module):
    requests = {"name": "requests", "metric": "ALBRequestCountPerTarget", "target": 1000}
    refused = run_module("autoscaling_group", **options, policies=[requests])
    assert "a resource_label goes with ALBRequestCountPerTarget" in refused["msg"]
    assert group(aws) == {}
    converges("autoscaling_group", **options, policies=[CPU], lifecycle_hooks=[HOOK])
    labelled = {**requests, "resource_label": "app/shop/1/targetgroup/web/2"}
    more = {
        "policies": [{**CPU, "target": 50}, labelled],
        "lifecycle_hooks": [{**HOOK, "name": "warm", "transition": "launching"}],
    }
    converges("autoscaling_group", **options, **more)
    scaling = aws("autoscaling")
    stands = {
        one["PolicyName"]: one["TargetTrackingConfiguration"] for one in scaling.describe_policies(**KEY)["ScalingPolicies"]
    }
    assert (stands["cpu"]["TargetValue"], set(stands)) == (50, {"cpu", "requests"})
    assert len(scaling.describe_lifecycle_hooks(**KEY)["LifecycleHooks"]) == 2
    purged = {"policies": [], "purge_policies": True, "lifecycle_hooks": [], "purge_lifecycle_hooks": True}
    converges("autoscaling_group", **options, **purged)
    assert scaling.describe_policies(**KEY)["ScalingPolicies"] == []
    assert scaling.describe_lifecycle_hooks(**KEY)["LifecycleHooks"] == []


def test_target_groups_change(aws, options, subnets, converges):
    elb, vpc = aws("elbv2"), aws("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    first, second = (
        elb.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]
        for name in ("first", "second")
    )
    converges("autoscaling_group", **options, target_groups=[first])
    converges("autoscaling_group", **options, target_groups=[second])
    assert group(aws)["TargetGroupARNs"] == [second]
    converges("autoscaling_group", **options, target_groups=[])
    assert group(aws)["TargetGroupARNs"] == []


def test_metrics_are_turned_on_and_off(aws, options, converges):
    converges("autoscaling_group", **options, metrics=True)
    converges("autoscaling_group", **options, metrics=False)
    assert group(aws)["EnabledMetrics"] == []


def test_a_group_with_instances_is_deleted_by_force_only(slow_aws, options, run_module):
    run_module("autoscaling_group", **options)
    refused = run_module("autoscaling_group", name=NAME, state="absent")
    assert refused["msg"] == f"delete scaling group {NAME}: it has 2 instances; set force to end them, too"
    assert run_module("autoscaling_group", name=NAME, state="absent", force=True)["changed"] is True
    assert group(slow_aws) == {}
    assert run_module("autoscaling_group", name=NAME, state="absent")["changed"] is False


def test_only_declared_tags_change_unless_purged(aws, options, run_module):
    def tags() -> dict[str, tuple[str, bool]]:
        return {tag["Key"]: (tag["Value"], tag["PropagateAtLaunch"]) for tag in group(aws)["Tags"]}

    run_module("autoscaling_group", **options, tags={"a": "1", "b": "2"})
    run_module("autoscaling_group", name=NAME, tags={"a": "3"})
    assert tags() == {"a": ("3", True), "b": ("2", True)}
    run_module("autoscaling_group", name=NAME, tags={"a": "3"}, purge_tags=True)
    assert tags() == {"a": ("3", True)}
    run_module("autoscaling_group", name=NAME, tags={"a": "3"}, propagate_tags=False)
    assert tags() == {"a": ("3", False)}
