# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.autoscaling import (
    GroupError,
    described,
    described_hooks,
    described_instances,
    described_policies,
    hook_request,
    not_ready,
    policy_request,
    refresh_request,
    request,
    wanted,
)
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import Exact
from ansible_collections.groundwork.cloud.plugins.modules.autoscaling_group import ARGUMENTS

TEMPLATE = {"name": "web", "version": "1"}
NEW = {"launch_template": TEMPLATE, "min_size": 0, "max_size": 4, "subnets": ["b", "a"]}
SETTINGS = {"name": "web", "min_size": 0, "max_size": 4, "launch_template": "web", "version": "1", "subnets": ["a", "b"]}
CPU = {"name": "cpu", "metric": "ASGAverageCPUUtilization", "resource_label": None, "target": 60.0, "disable_scale_in": False}
HOOK = {"name": "drain", "transition": "terminating", "heartbeat_timeout": 60, "role": None}


def asked(**options: Any) -> dict[str, Any]:
    plain = {"name": "web", "state": "present", "purge_policies": False, "purge_lifecycle_hooks": False}
    return dict.fromkeys(ARGUMENTS) | plain | options


def standing(running: int = 2, outdated: tuple[str, ...] = ()) -> dict[str, Any]:
    group = {"name": "web", "min_size": 1, "max_size": 4, "desired_capacity": 2, "launch_template": "web", "version": "1"}
    return {"group": group, "instances": {"running": running, "outdated": list(outdated), "version": "1"}}


@pytest.mark.parametrize(
    ("options", "current", "parts"),
    [
        (NEW, {}, {"group": SETTINGS}),
        ({**NEW, "policies": [], "lifecycle_hooks": [], "target_groups": [], "instance_refresh": {}}, {}, {"group": SETTINGS}),
        ({"state": "absent"}, {}, {}),
        ({"state": "absent"}, standing(), {"group": None}),
        ({}, standing(), {"group": {"name": "web"}}),
        ({"metrics": True}, standing(), {"group": {"name": "web"}, "metrics": {"collected": True}}),
        ({"target_groups": ["t"]}, standing(), {"group": {"name": "web"}, "target_groups": {"t": True}}),
        ({"instance_refresh": {}}, standing(), {"group": {"name": "web"}, "instances": {"outdated": []}}),
        (
            {"lifecycle_hooks": [HOOK], "policies": [CPU]},
            standing(),
            {
                "group": {"name": "web"},
                "policies": {"cpu": {"metric": "ASGAverageCPUUtilization", "target": 60.0, "disable_scale_in": False}},
                "lifecycle_hooks": {"drain": {"transition": "terminating", "heartbeat_timeout": 60}},
            },
        ),
    ],
)
def test_only_what_was_said_is_wanted(options, current, parts):
    assert wanted(asked(**options), current) == parts


@pytest.mark.parametrize(
    ("version", "running", "part"),
    [
        ("1", 2, {"outdated": []}),
        ("2", 2, {"outdated": [], "version": "2"}),
        ("2", 0, {"outdated": []}),
    ],
)
def test_instances_of_another_version_are_to_be_replaced(version, running, part):
    options = {"launch_template": {"name": "web", "version": version}, "instance_refresh": {}}
    assert wanted(asked(**options), standing(running))["instances"] == part


def test_what_is_not_named_is_purged_only_when_asked():
    kept = wanted(asked(policies=[CPU], lifecycle_hooks=[HOOK]), standing())
    purged = wanted(asked(policies=[], lifecycle_hooks=[], purge_policies=True, purge_lifecycle_hooks=True), standing())
    for part in ("policies", "lifecycle_hooks"):
        assert (isinstance(kept[part], Exact), isinstance(purged[part], Exact)) == (False, True)


@pytest.mark.parametrize(
    ("options", "current", "said"),
    [
        ({**NEW, "launch_template": None}, {}, "create scaling group web: it has no launch_template; declare it"),
        ({**NEW, "subnets": []}, {}, "it has no subnets"),
        ({**NEW, "max_size": None}, {}, "it has no max_size"),
        ({**NEW, "min_size": 5}, {}, "its min_size 5 is above its max_size 4; declare them in order"),
        ({"min_size": 5}, standing(), "change scaling group web: its min_size 5 is above its max_size 4"),
        ({"desired_capacity": 5}, standing(), "its desired_capacity 5 is above its max_size 4"),
        ({"desired_capacity": 0}, standing(), "its min_size 1 is above its desired_capacity 0"),
        (
            {"policies": [{**CPU, "metric": "ALBRequestCountPerTarget"}]},
            standing(),
            "put policy cpu of scaling group web: a resource",
        ),
        ({"policies": [{**CPU, "resource_label": "app/1"}]}, standing(), "a resource_label goes with ALBRequestCountPerTarget"),
    ],
)
def test_what_can_not_be_is_refused(options, current, said):
    with pytest.raises(GroupError, match=said):
        wanted(asked(**options), current)


def test_bounds_may_leave_the_count_behind_that_policies_say():
    assert wanted(asked(min_size=3), standing())["group"] == {"name": "web", "min_size": 3}


def instance(
    name: str, version: str = "1", state: str = "InService", health: str = "Healthy", template: str = "web"
) -> dict[str, Any]:
    launched = {"LaunchTemplateName": template, "Version": version}
    return {"InstanceId": name, "LifecycleState": state, "HealthStatus": health, "LaunchTemplate": launched}


def group(*instances: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "AutoScalingGroupName": "web",
        "AutoScalingGroupARN": "arn:web",
        "LaunchTemplate": {"LaunchTemplateName": "web", "Version": "2"},
        "VPCZoneIdentifier": "b,a",
        "DesiredCapacity": 2,
        "MinSize": 1,
        "Instances": list(instances),
        **more,
    }


def test_described():
    stands = described(group())
    assert (stands["subnets"], stands["launch_template"], stands["version"], stands["status"]) == (["a", "b"], "web", "2", "")
    assert (stands["min_size"], stands["desired_capacity"], stands["max_size"]) == (1, 2, None)
    bare = described({"AutoScalingGroupName": "web", "AutoScalingGroupARN": "arn:web", "Status": "Delete in progress"})
    assert (bare["subnets"], bare["version"], bare["status"]) == ([], "", "Delete in progress")


def test_instances_that_end_do_not_count():
    there = group(
        instance("new", "2"),
        instance("old"),
        instance("other", "2", template="api"),
        instance("going", state="Terminating:Wait"),
        {"InstanceId": "bare", "LifecycleState": "Pending"},
    )
    assert described_instances(there, "2") == {"running": 4, "outdated": ["bare", "old", "other"], "version": "2"}


@pytest.mark.parametrize(
    ("there", "unhealthy", "said"),
    [
        (group(instance("a"), instance("b")), [], ""),
        (group(instance("a")), [], "with 1 of 2 instances in service"),
        (group(instance("a"), instance("b", state="Pending")), [], "with 1 of 2 instances in service"),
        (group(instance("a"), instance("b", health="Unhealthy")), [], "with 1 of 2 instances in service"),
        (group(instance("a"), instance("b")), ["b", "gone"], "with targets that are not healthy: b"),
        (group(instance("a"), instance("b")), ["gone"], ""),
    ],
)
def test_what_a_group_lacks(there, unhealthy, said):
    assert not_ready(there, unhealthy) == said


def test_policies_and_hooks():
    policies = described_policies(
        [
            {
                "PolicyName": "cpu",
                "PolicyARN": "arn:cpu",
                "TargetTrackingConfiguration": policy_request({**CPU, "resource_label": "app/1"})["TargetTrackingConfiguration"],
            },
            {"PolicyName": "steps", "PolicyARN": "arn:steps"},
        ]
    )
    assert policies["cpu"] == {
        "arn": "arn:cpu",
        **{key: value for key, value in CPU.items() if key != "name"},
        "resource_label": "app/1",
    }
    assert policies["steps"] == {"arn": "arn:steps", "disable_scale_in": False}
    hook = hook_request({"transition": "launching", "metadata": "m"})
    assert hook == {"LifecycleTransition": "autoscaling:EC2_INSTANCE_LAUNCHING", "NotificationMetadata": "m"}
    assert described_hooks([{"LifecycleHookName": "warm", **hook, "RoleARN": None}]) == {
        "warm": {"transition": "launching", "metadata": "m"}
    }


def test_requests():
    assert request(SETTINGS) == {
        "MinSize": 0,
        "MaxSize": 4,
        "LaunchTemplate": {"LaunchTemplateName": "web", "Version": "1"},
        "VPCZoneIdentifier": "a,b",
    }
    assert request({"name": "web"}) == {}
    assert policy_request({"metric": "m", "target": 1.0, "disable_scale_in": True})["TargetTrackingConfiguration"] == {
        "PredefinedMetricSpecification": {"PredefinedMetricType": "m"},
        "TargetValue": 1.0,
        "DisableScaleIn": True,
    }
    warm = {"min_healthy_percentage": 90, "max_healthy_percentage": None, "instance_warmup": None}
    assert refresh_request(warm)["Preferences"] == {"SkipMatching": True, "MinHealthyPercentage": 90}
