# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import boto3

NAME = "molecule-asg-default-web"


def group():
    return boto3.client("autoscaling").describe_auto_scaling_groups(AutoScalingGroupNames=[NAME])["AutoScalingGroups"][0]


def data():
    versions = boto3.client("ec2").describe_launch_template_versions(LaunchTemplateName=NAME, Versions=["$Default"])
    return versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]


def machines():
    ids = [instance["InstanceId"] for instance in group()["Instances"]]
    found = boto3.client("ec2").describe_instances(InstanceIds=ids)["Reservations"]
    return [instance for reservation in found for instance in reservation["Instances"]]


def test_metadata_wants_a_token_and_disks_are_encrypted():
    launched = data()
    assert launched["MetadataOptions"]["HttpTokens"] == "required"
    assert launched["MetadataOptions"]["HttpPutResponseHopLimit"] == 1
    (disk,) = launched["BlockDeviceMappings"]
    assert (disk["Ebs"]["Encrypted"], disk["Ebs"]["VolumeType"], disk["Ebs"]["VolumeSize"]) == (True, "gp3", 20)
    assert launched["NetworkInterfaces"][0]["AssociatePublicIpAddress"] is False
    assert "UserData" not in launched


def test_one_machine_in_a_private_subnet_with_its_own_security_group():
    (machine,) = machines()
    subnet = boto3.client("ec2").describe_subnets(SubnetIds=[machine["SubnetId"]])["Subnets"][0]
    assert "-private-" in next(tag["Value"] for tag in subnet["Tags"] if tag["Key"] == "Name")
    assert [one["GroupName"] for one in machine["SecurityGroups"]] == [NAME]
    assert not machine.get("PublicIpAddress")


def test_machines_and_disks_have_the_tags_of_their_component():
    (machine,) = machines()
    ec2 = boto3.client("ec2")
    volumes = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [machine["InstanceId"]]}])["Volumes"]
    for one in (machine, *volumes):
        tags = {tag["Key"]: tag["Value"] for tag in one["Tags"]}
        assert (tags["groundwork:component"], tags["Name"]) == ("web", NAME)
    assert len(volumes) == 1


def test_the_group_is_neither_scaled_nor_behind_anything():
    stands = group()
    assert (stands["MinSize"], stands["MaxSize"], stands["HealthCheckType"]) == (1, 1, "EC2")
    assert boto3.client("autoscaling").describe_policies(AutoScalingGroupName=NAME)["ScalingPolicies"] == []
    assert stands["TerminationPolicies"] == ["OldestLaunchTemplate", "Default"]


def test_the_role_of_the_machines_may_do_nothing():
    iam, profile = boto3.client("iam"), data()["IamInstanceProfile"]["Name"]
    (role,) = iam.get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"]
    assert role["Path"] == "/groundwork/molecule/asg-default/asg/"
    assert iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"] == []
    assert iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"] == []


def test_the_log_group_is_kept_for_as_long_as_the_profile_says_and_encrypted():
    (logs,) = boto3.client("logs").describe_log_groups(logGroupNamePrefix=NAME)["logGroups"]
    key = boto3.client("kms").describe_key(KeyId="alias/molecule-asg-default-encryption")["KeyMetadata"]["Arn"]
    assert (logs["logGroupName"], logs["retentionInDays"], logs["kmsKeyId"]) == (NAME, 7, key)
    tags = boto3.client("logs").list_tags_for_resource(resourceArn=logs["logGroupArn"])["tags"]
    assert tags["groundwork:component"] == "web"
