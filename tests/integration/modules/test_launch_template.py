# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import base64
from typing import Any

NAME = "shop-web"
DATA = {
    "ImageId": "ami-0a1b2c3d4e5f60718",
    "InstanceType": "t4g.small",
    "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": "1"},
    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3", "VolumeSize": "20", "Encrypted": "true"}}],
    "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": False, "Groups": ["sg-1"]}],
    "TagSpecifications": [{"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "shop"}]}],
}


def template(aws: Any) -> dict[str, Any]:
    found = aws("ec2").describe_launch_templates()["LaunchTemplates"]
    return next((one for one in found if one["LaunchTemplateName"] == NAME), {})


def data(aws: Any) -> dict[str, Any]:
    if not template(aws):
        return {}
    versions = aws("ec2").describe_launch_template_versions(LaunchTemplateName=NAME, Versions=["$Default"])
    return versions["LaunchTemplateVersions"][0]["LaunchTemplateData"]


def test_lifecycle(aws, lifecycle):
    lifecycle(
        "launch_template",
        present={"name": NAME, "data": DATA, "tags": {"team": "shop"}},
        change={"data": {**DATA, "InstanceType": "t4g.medium"}},
        exists=lambda: bool(template(aws)),
        changed=lambda: data(aws).get("InstanceType") == "t4g.medium",
        absent={"name": NAME},
    )


def test_everything_declared_is_made(aws, converges):
    converges("launch_template", name=NAME, data=DATA, user_data="#!/bin/sh\necho ü\n", tags={"team": "shop"})
    stands = data(aws)
    assert base64.b64decode(stands["UserData"]).decode() == "#!/bin/sh\necho ü\n"
    assert stands["MetadataOptions"] == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    assert stands["BlockDeviceMappings"][0]["Ebs"]["Encrypted"] is True
    assert stands["NetworkInterfaces"][0]["AssociatePublicIpAddress"] is False
    assert template(aws)["Tags"] == [{"Key": "team", "Value": "shop"}]


def test_a_version_is_made_for_other_data_alone_and_told_before(aws, run_module):
    assert run_module("launch_template", name=NAME, data=DATA)["launch_template"]["version"] == 1
    other = {key: value for key, value in DATA.items() if key != "TagSpecifications"}
    assert run_module("launch_template", check=True, name=NAME, data=other)["launch_template"]["version"] == 2
    assert template(aws)["LatestVersionNumber"] == 1
    assert run_module("launch_template", name=NAME, data=other)["launch_template"]["version"] == 2
    assert run_module("launch_template", name=NAME, data=other, user_data="#!/bin/sh")["launch_template"]["version"] == 3
    assert run_module("launch_template", name=NAME, data=other, user_data="#!/bin/sh", tags={"a": "1"})["changed"] is True
    assert (template(aws)["LatestVersionNumber"], template(aws)["DefaultVersionNumber"]) == (3, 3)


def test_the_newest_version_is_the_default_one_again(aws, run_module):
    run_module("launch_template", name=NAME, data=DATA)
    run_module("launch_template", name=NAME, data={**DATA, "InstanceType": "t4g.medium"})
    aws("ec2").modify_launch_template(LaunchTemplateName=NAME, DefaultVersion="1")
    assert run_module("launch_template", name=NAME, data={**DATA, "InstanceType": "t4g.medium"})["changed"] is True
    assert (template(aws)["LatestVersionNumber"], template(aws)["DefaultVersionNumber"]) == (2, 2)


def test_what_amazon_ec2_would_not_take_is_refused_before_anything_is_made(aws, run_module):
    refused = run_module("launch_template", name=NAME, data={"InstanceTyp": "t4g.small"})
    assert "InstanceTyp" in refused["msg"]
    assert template(aws) == {}


def test_only_declared_tags_change_unless_purged(aws, run_module):
    run_module("launch_template", name=NAME, data=DATA, tags={"a": "1", "b": "2"})
    run_module("launch_template", name=NAME, tags={"a": "3"})
    assert {tag["Key"]: tag["Value"] for tag in template(aws)["Tags"]} == {"a": "3", "b": "2"}
    run_module("launch_template", name=NAME, tags={"a": "3"}, purge_tags=True)
    assert template(aws)["Tags"] == [{"Key": "a", "Value": "3"}]
    assert template(aws)["LatestVersionNumber"] == 1
