# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import time
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.emulator import slow_down

DATA = {"ImageId": "ami-0a1b2c3d4e5f60718", "InstanceType": "t4g.micro"}
KEY = {"AutoScalingGroupName": "web"}


@pytest.fixture
def subnets(aws) -> list[str]:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    places = (("10.0.0.0/24", "us-east-1a"), ("10.0.1.0/24", "us-east-1b"))
    return [ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"] for cidr, zone in places]


@pytest.fixture
def scaling(aws, subnets) -> Any:
    """A group of two instances."""
    ec2, scaling = aws("ec2"), aws("autoscaling")
    volume = [{"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "shop"}]}]
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={**DATA, "TagSpecifications": volume})
    make(scaling, subnets)
    return scaling


def make(scaling: Any, subnets: list[str], name: str = "web", **more: Any) -> None:
    template = {"LaunchTemplateName": "web", "Version": "1"}
    options = {"MinSize": 2, "MaxSize": 4, "VPCZoneIdentifier": ",".join(subnets), **more}
    scaling.create_auto_scaling_group(AutoScalingGroupName=name, LaunchTemplate=template, **options)


def group(scaling: Any) -> dict[str, Any]:
    return scaling.describe_auto_scaling_groups(**{f"{key}s": [value] for key, value in KEY.items()})["AutoScalingGroups"][0]


def refresh(scaling: Any) -> dict[str, Any]:
    return scaling.describe_instance_refreshes(**KEY)["InstanceRefreshes"][0]


def code(error: Any) -> str:
    return str(error.value.response["Error"]["Code"])


def test_subnets_take_turns_and_volumes_have_their_tags(aws, scaling, subnets):
    ids = [instance["InstanceId"] for instance in group(scaling)["Instances"]]
    launched = [one for batch in aws("ec2").describe_instances(InstanceIds=ids)["Reservations"] for one in batch["Instances"]]
    assert sorted(one["SubnetId"] for one in launched) == sorted(subnets)
    volumes = aws("ec2").describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": ids}])["Volumes"]
    assert [volume["Tags"] for volume in volumes] == [[{"Key": "team", "Value": "shop"}]] * 2


def test_an_instance_keeps_its_version_until_it_is_replaced(aws, scaling):
    aws("ec2").create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData={**DATA, "InstanceType": "t4g.small"})
    scaling.update_auto_scaling_group(**KEY, LaunchTemplate={"LaunchTemplateName": "web", "Version": "2"}, DesiredCapacity=3)
    assert sorted(one["LaunchTemplate"]["Version"] for one in group(scaling)["Instances"]) == ["1", "1", "2"]
    kept = next(one["InstanceId"] for one in group(scaling)["Instances"] if one["LaunchTemplate"]["Version"] == "2")
    scaling.start_instance_refresh(**KEY, Preferences={"SkipMatching": True})
    assert (refresh(scaling)["Status"], refresh(scaling)["PercentageComplete"]) == ("Successful", 100)
    assert [one["LaunchTemplate"]["Version"] for one in group(scaling)["Instances"]] == ["2"] * 3
    assert kept in [one["InstanceId"] for one in group(scaling)["Instances"]]
    assert {one["InstanceType"] for one in group(scaling)["Instances"]} == {"t4g.small"}


def test_one_refresh_at_a_time_that_can_be_cancelled(scaling, endpoint):
    before = [one["InstanceId"] for one in group(scaling)["Instances"]]
    try:
        slow_down(endpoint, scale=100)
        scaling.start_instance_refresh(**KEY)
        assert refresh(scaling)["Status"] == "InProgress"
        with pytest.raises(ClientError) as error:
            scaling.start_instance_refresh(**KEY)
        assert code(error) == "InstanceRefreshInProgress"
        scaling.cancel_instance_refresh(**KEY)
    finally:
        slow_down(endpoint)
    assert refresh(scaling)["Status"] == "Cancelled"
    assert [one["InstanceId"] for one in group(scaling)["Instances"]] == before
    with pytest.raises(ClientError) as error:
        scaling.cancel_instance_refresh(**KEY)
    assert code(error) == "ActiveInstanceRefreshNotFound"


def test_groups_may_have_policies_of_one_name(scaling, subnets):
    make(scaling, subnets, "api")
    metric = {"PredefinedMetricType": "ASGAverageCPUUtilization"}
    for name, target in (("web", 50.0), ("api", 60.0)):
        tracking = {"PredefinedMetricSpecification": metric, "TargetValue": target}
        options = {"PolicyType": "TargetTrackingScaling", "TargetTrackingConfiguration": tracking}
        scaling.put_scaling_policy(AutoScalingGroupName=name, PolicyName="cpu", **options)
    (policy,) = scaling.describe_policies(**KEY)["ScalingPolicies"]
    assert policy["TargetTrackingConfiguration"]["TargetValue"] == 50
    scaling.delete_policy(**KEY, PolicyName="cpu")
    assert scaling.describe_policies(**KEY)["ScalingPolicies"] == []
    assert len(scaling.describe_policies(AutoScalingGroupName="api")["ScalingPolicies"]) == 1


def test_hooks_tell_whom_they_were_asked_to(scaling):
    hook = {"LifecycleHookName": "drain", "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING"}
    scaling.put_lifecycle_hook(**KEY, **hook)
    (stands,) = scaling.describe_lifecycle_hooks(**KEY)["LifecycleHooks"]
    assert not {"RoleARN", "NotificationTargetARN"} & set(stands)
    topic = "arn:aws:sns:us-east-1:123456789012:drained"
    scaling.put_lifecycle_hook(**KEY, **hook, NotificationTargetARN=topic)
    assert scaling.describe_lifecycle_hooks(**KEY)["LifecycleHooks"][0]["NotificationTargetARN"] == topic


def test_settings_are_kept_and_changed(scaling):
    scaling.update_auto_scaling_group(**KEY, TerminationPolicies=["OldestInstance"], DefaultInstanceWarmup=30)
    assert (group(scaling)["TerminationPolicies"], group(scaling)["DefaultInstanceWarmup"]) == (["OldestInstance"], 30)
    scaling.enable_metrics_collection(**KEY, Granularity="1Minute")
    assert len(group(scaling)["EnabledMetrics"]) == 8
    scaling.disable_metrics_collection(**KEY, Metrics=["GroupMinSize"])
    assert len(group(scaling)["EnabledMetrics"]) == 7
    scaling.disable_metrics_collection(**KEY)
    assert group(scaling)["EnabledMetrics"] == []


def test_targets_leave_with_their_instances(aws, scaling, subnets):
    elb, vpc = aws("elbv2"), aws("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    arn = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]["TargetGroupArn"]

    def targets() -> set[str]:
        return {one["Target"]["Id"] for one in elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]}

    scaling.attach_load_balancer_target_groups(**KEY, TargetGroupARNs=[arn])
    assert targets() == {one["InstanceId"] for one in group(scaling)["Instances"]}
    scaling.start_instance_refresh(**KEY)
    assert targets() == {one["InstanceId"] for one in group(scaling)["Instances"]}
    scaling.detach_load_balancer_target_groups(**KEY, TargetGroupARNs=[arn])
    assert targets() == set()


def test_a_group_is_made_once_and_deleted_without_instances_or_by_force(scaling, subnets, endpoint):
    with pytest.raises(ClientError) as error:
        make(scaling, subnets)
    assert code(error) == "AlreadyExists"
    with pytest.raises(ClientError) as error:
        scaling.delete_auto_scaling_group(**KEY)
    assert code(error) == "ResourceInUse"
    try:
        slow_down(endpoint, scale=100)
        scaling.delete_auto_scaling_group(**KEY, ForceDelete=True)
        assert group(scaling)["Status"] == "Delete in progress"
        with pytest.raises(ClientError) as error:
            scaling.update_auto_scaling_group(**KEY, MaxSize=9)
        assert code(error) == "ScalingActivityInProgress"
        give_up = time.monotonic() + 10
        while scaling.describe_auto_scaling_groups()["AutoScalingGroups"]:
            assert time.monotonic() < give_up
            time.sleep(0.1)
    finally:
        slow_down(endpoint)


def test_a_mapping_of_the_images_disk_is_no_second_disk(aws, scaling, subnets):
    disk = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 33, "VolumeType": "gp3", "Encrypted": True}}
    data = {**DATA, "BlockDeviceMappings": [disk]}
    aws("ec2").create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=data)
    template = {"LaunchTemplateName": "web", "Version": "2"}
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="api", LaunchTemplate=template, MinSize=1, MaxSize=1, VPCZoneIdentifier=subnets[0]
    )
    found = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=["api"])["AutoScalingGroups"][0]["Instances"]
    mine = [{"Name": "attachment.instance-id", "Values": [one["InstanceId"] for one in found]}]
    (volume,) = aws("ec2").describe_volumes(Filters=mine)["Volumes"]
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (33, "gp3", True)


def test_the_interfaces_of_machines_go_with_them(aws, scaling):
    assert len(aws("ec2").describe_network_interfaces()["NetworkInterfaces"]) == 2
    scaling.delete_auto_scaling_group(**KEY, ForceDelete=True)
    assert aws("ec2").describe_network_interfaces()["NetworkInterfaces"] == []


def test_machines_have_the_profile_of_their_template(aws, scaling):
    profile = aws("iam").create_instance_profile(InstanceProfileName="web")["InstanceProfile"]["Arn"]
    data = {**DATA, "IamInstanceProfile": {"Name": "web"}}
    aws("ec2").create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=data)
    scaling.update_auto_scaling_group(**KEY, LaunchTemplate={"LaunchTemplateName": "web", "Version": "2"}, DesiredCapacity=3)
    found = aws("ec2").describe_instances()["Reservations"]
    profiles = [one.get("IamInstanceProfile", {}).get("Arn") for reservation in found for one in reservation["Instances"]]
    assert sorted(profiles, key=str) == sorted([None, None, profile], key=str)
