# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.plugin_utils.repeats import is_repeated

GROUP = {
    "AutoScalingGroupName": "web",
    "MinSize": 1,
    "TerminationPolicies": ["OldestInstance", "Default"],
    "AvailabilityZones": ["us-east-1a", "us-east-1b"],
    "VPCZoneIdentifier": "subnet-a,subnet-b",
    "LaunchTemplate": {"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web", "Version": "1"},
    "EnabledMetrics": [],
}
METERED = GROUP | {"EnabledMetrics": [{"Metric": "GroupMinSize"}]}


@pytest.mark.parametrize(
    ("wanted", "repeated"),
    [
        ({}, True),
        ({"MinSize": 1}, True),
        ({"MinSize": 2}, False),
        ({"MaxInstanceLifetime": 86400}, False),
        ({"TerminationPolicies": ["OldestInstance", "Default"]}, True),
        ({"TerminationPolicies": ["Default", "OldestInstance"]}, False),
        ({"AvailabilityZones": ["us-east-1b", "us-east-1a"]}, True),
        ({"AvailabilityZones": ["us-east-1a"]}, False),
        ({"VPCZoneIdentifier": "subnet-b,subnet-a"}, True),
        ({"VPCZoneIdentifier": "subnet-a"}, False),
        ({"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"}}, True),
        ({"LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "2"}}, False),
        ({"MixedInstancesPolicy": {"LaunchTemplate": {}}}, False),
    ],
)
def test_an_update_to_what_stands_is_none(wanted, repeated):
    told = [{"ResponseMetadata": {}}, {"AutoScalingGroups": [GROUP]}]
    assert is_repeated("autoscaling", "UpdateAutoScalingGroup", {"AutoScalingGroupName": "web", **wanted}, told) is repeated


@pytest.mark.parametrize(
    ("call", "told", "repeated"),
    [
        (("autoscaling", "DisableMetricsCollection"), [{"AutoScalingGroups": [GROUP]}], True),
        (("autoscaling", "DisableMetricsCollection"), [{"AutoScalingGroups": [METERED]}], False),
        (("autoscaling", "DisableMetricsCollection"), [{"AutoScalingGroups": [one]} for one in (METERED, GROUP)], True),
        (("autoscaling", "DisableMetricsCollection"), [{"AutoScalingGroups": [one]} for one in (GROUP, METERED)], False),
        (("autoscaling", "DisableMetricsCollection"), [{"AutoScalingGroups": [GROUP | {"AutoScalingGroupName": "api"}]}], False),
        (("autoscaling", "DisableMetricsCollection"), [], False),
        (("autoscaling", "DeleteAutoScalingGroup"), [{"AutoScalingGroups": [GROUP]}], False),
        (("ec2", "DeleteVpc"), [{"Vpcs": []}], False),
    ],
)
def test_only_of_what_was_told_last(call, told, repeated):
    assert is_repeated(*call, {"AutoScalingGroupName": "web"}, told) is repeated
