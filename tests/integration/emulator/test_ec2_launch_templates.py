# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import base64
from typing import Any

import pytest

USER_DATA = base64.b64encode(b"#!/bin/sh\n").decode()
DATA = {"ImageId": "ami-0123456789abcdef0", "InstanceType": "t4g.micro", "UserData": USER_DATA}


@pytest.fixture
def ec2(aws: Any) -> Any:
    return aws("ec2")


def test_tags_of_a_template_are_not_tags_of_its_instances(ec2):
    own = [{"ResourceType": "launch-template", "Tags": [{"Key": "Name", "Value": "shop"}]}]
    instances = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]
    ec2.create_launch_template(LaunchTemplateName="plain", LaunchTemplateData=DATA, TagSpecifications=own)
    data = {**DATA, "TagSpecifications": instances}
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=data, TagSpecifications=own)
    for name, expected in (("plain", None), ("web", instances)):
        template = ec2.describe_launch_templates(LaunchTemplateNames=[name])["LaunchTemplates"][0]
        assert template["Tags"] == own[0]["Tags"]
        version = ec2.describe_launch_template_versions(LaunchTemplateName=name)["LaunchTemplateVersions"][0]
        assert version["LaunchTemplateData"].get("TagSpecifications") == expected


def test_a_later_version_launches_instances(aws, ec2):
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={**DATA, "UserData": ""})
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=DATA)
    aws("autoscaling").create_auto_scaling_group(
        AutoScalingGroupName="web",
        LaunchTemplate={"LaunchTemplateName": "web", "Version": "2"},
        MinSize=1,
        MaxSize=1,
        VPCZoneIdentifier=subnet,
    )
    instance = ec2.describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
    held = ec2.describe_instance_attribute(InstanceId=instance, Attribute="userData")
    assert held["UserData"]["Value"] == USER_DATA


def test_versions_are_deleted_but_not_the_default_one(ec2):
    ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=DATA)
    for _ in range(2):
        ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=DATA)
    answer = ec2.delete_launch_template_versions(LaunchTemplateName="web", Versions=["1", "3"])
    assert [one["VersionNumber"] for one in answer["SuccessfullyDeletedLaunchTemplateVersions"]] == [3]
    assert [one["VersionNumber"] for one in answer["UnsuccessfullyDeletedLaunchTemplateVersions"]] == [1]
    ec2.create_launch_template_version(LaunchTemplateName="web", LaunchTemplateData=DATA)
    versions = ec2.describe_launch_template_versions(LaunchTemplateName="web")["LaunchTemplateVersions"]
    assert [one["VersionNumber"] for one in versions] == [1, 2, 4]


def test_upstream_module_settles(converges):
    template = {
        "name": "web",
        "image_id": DATA["ImageId"],
        "instance_type": "t4g.micro",
        "metadata_options": {"http_tokens": "required", "http_endpoint": "enabled"},
        "tags": {"Name": "shop-test-web"},
    }
    converges("amazon.aws.ec2_launch_template", **template)
    converges("amazon.aws.ec2_launch_template", **{**template, "instance_type": "t4g.small"})
    converges("amazon.aws.ec2_launch_template", name="web", state="absent")


def test_tags_of_a_template_change(ec2):
    template = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=DATA)["LaunchTemplate"]["LaunchTemplateId"]
    ec2.create_tags(Resources=[template], Tags=[{"Key": "Name", "Value": "web"}])
    selected = ec2.describe_launch_templates(Filters=[{"Name": "tag:Name", "Values": ["web"]}])["LaunchTemplates"]
    assert [one["Tags"] for one in selected] == [[{"Key": "Name", "Value": "web"}]]
    ec2.delete_tags(Resources=[template], Tags=[{"Key": "Name"}])
    assert ec2.describe_launch_templates()["LaunchTemplates"][0].get("Tags", []) == []
