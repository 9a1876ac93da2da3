# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

import boto3

NAME = "molecule-asg-alternative-api"


def group():
    return boto3.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"][0]


def data():
    versions = boto3.client("ec2").describe_launch_template_versions(LaunchTemplateName=NAME, Versions=["$Default"])
    return versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]


def listed(value):
    return value if isinstance(value, list) else [value]


def test_the_template():
    launched = data()
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-asg-alternative-encryption")["KeyMetadata"]["Arn"]
    assert (launched["ImageId"], launched["InstanceType"], launched["KeyName"]) == (
        "ami-0a1b2c3d4e5f60718",
        "t3.small",
        "operators",
    )
    assert base64.b64decode(launched["UserData"]).decode() == '#!/bin/sh\necho "$(hostname)" > /etc/greeting\n'
    (disk,) = launched["BlockDeviceMappings"]
    assert (disk["DeviceName"], disk["Ebs"]["VolumeSize"], disk["Ebs"]["KmsKeyId"]) == ("/dev/sda1", 40, key)


def test_the_group_is_scaled_and_behind_its_load_balancer():
    stands, scaling, elb = group(), boto3.client("autoscaling"), boto3.client("elbv2")
    assert (stands["MinSize"], stands["MaxSize"], stands["HealthCheckType"]) == (2, 6, "ELB")
    assert (stands["HealthCheckGracePeriod"], stands["DefaultInstanceWarmup"]) == (90, 30)
    assert stands["TerminationPolicies"] == ["OldestInstance"]
    (arn,) = stands["TargetGroupARNs"]
    health = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
    assert sorted(one["Target"]["Id"] for one in health) == sorted(one["InstanceId"] for one in stands["Instances"])
    found = scaling.describe_policies(AutoScalingGroupName=NAME)["ScalingPolicies"]
    tracking = {one["PolicyName"]: one["TargetTrackingConfiguration"] for one in found}
    assert {name: one["TargetValue"] for name, one in tracking.items()} == {"cpu": 50, "requests": 600}
    label = tracking["requests"]["PredefinedMetricSpecification"]["ResourceLabel"]
    balancer = elb.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    assert label == f"{balancer.partition(':loadbalancer/')[2]}/{arn.rpartition(':')[2]}"
    (hook,) = scaling.describe_lifecycle_hooks(AutoScalingGroupName=NAME)["LifecycleHooks"]
    assert (hook["LifecycleHookName"], hook["HeartbeatTimeout"], hook["DefaultResult"]) == ("drain", 120, "CONTINUE")


def test_machines_reach_what_they_name_alone():
    iam, profile = boto3.client("iam"), data()["IamInstanceProfile"]["Name"]
    (role,) = iam.get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"]
    policy = iam.get_role_policy(RoleName=role["RoleName"], PolicyName="permissions")["PolicyDocument"]["Statement"]
    allowed = {(action, resource) for one in policy for action in listed(one["Action"]) for resource in listed(one["Resource"])}
    bucket = "arn:aws:s3:::molecule-asg-alternative-files"
    table = "arn:aws:dynamodb:us-east-1:123456789012:table/molecule-asg-alternative-orders"
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-asg-alternative-encryption")["KeyMetadata"]["Arn"]
    assert {("s3:GetObject", f"{bucket}/*"), ("dynamodb:PutItem", table), ("kms:Decrypt", key)} <= allowed
    assert ("s3:PutObject", f"{bucket}/*") not in allowed
    assert {resource for _action, resource in allowed} == {bucket, f"{bucket}/*", table, f"{table}/index/*", key, "*"}
    attached = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
    assert [one["PolicyName"] for one in attached] == ["AmazonSSMManagedInstanceCore"]


def test_another_template_replaces_the_machines_and_the_count_is_left_alone():
    """As a policy would, more machines are asked for; then the user data changes, and changes back."""
    scaling = boto3.client("autoscaling")
    scaling.set_desired_capacity(AutoScalingGroupName=NAME, DesiredCapacity=3)
    before = {instance["InstanceId"] for instance in group()["Instances"]}
    scenario = Path(os.environ["MOLECULE_SCENARIO_DIRECTORY"])
    project = scenario.parents[2]
    inventories = [scenario / "hosts.yml", project / "molecule/shared/inventory", project / "inventories/sandbox"]
    command = ["ansible-playbook", project / "molecule/shared/converge.yml", *(f"--inventory={one}" for one in inventories)]
    for text in (["-e", "asg_user_data=changed"], []):
        done = subprocess.run([*command, *text], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        stands = group()
        assert stands["DesiredCapacity"] == 3
        after = {instance["InstanceId"]: instance["LaunchTemplate"]["Version"] for instance in stands["Instances"]}
        assert set(after.values()) == {stands["LaunchTemplate"]["Version"]}
        assert before.isdisjoint(after)
        before = set(after)
    refreshes = scaling.describe_instance_refreshes(AutoScalingGroupName=NAME)["InstanceRefreshes"]
    assert [one["Status"] for one in refreshes] == ["Successful", "Successful"]
    assert refreshes[0]["Preferences"] == {"SkipMatching": True, "MinHealthyPercentage": 50, "MaxHealthyPercentage": 100}


def test_the_log_group_is_kept_as_declared():
    (logs,) = boto3.client("logs").describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    assert (logs["logGroupName"], logs["retentionInDays"], "kmsKeyId" in logs) == (NAME, 90, False)
