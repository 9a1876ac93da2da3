# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Scaling groups of Amazon EC2: what is declared, what stands, and what to ask for.

Follows the Amazon EC2 Auto Scaling API reference, data types AutoScalingGroup, ScalingPolicy, LifecycleHook and InstanceRefresh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .aws import AwsError
from .plan import Exact, declared, without_none

TRACKING: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "metric": {
        "type": "str",
        "choices": ["ASGAverageCPUUtilization", "ASGAverageNetworkIn", "ASGAverageNetworkOut", "ALBRequestCountPerTarget"],
        "required": True,
    },
    "resource_label": {"type": "str"},
    "target": {"type": "float", "required": True},
    "disable_scale_in": {"type": "bool", "default": False},
}
HOOK: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "transition": {"type": "str", "choices": ["launching", "terminating"], "required": True},
    "heartbeat_timeout": {"type": "int"},
    "default_result": {"type": "str", "choices": ["CONTINUE", "ABANDON"]},
    "notification_target": {"type": "str"},
    "role": {"type": "str"},
    "metadata": {"type": "str"},
}
REFRESH: dict[str, Any] = {
    "min_healthy_percentage": {"type": "int"},
    "max_healthy_percentage": {"type": "int"},
    "instance_warmup": {"type": "int"},
}
# Settings of the group whose values are the API's own, by option.
SETTINGS = {
    "min_size": "MinSize",
    "max_size": "MaxSize",
    "desired_capacity": "DesiredCapacity",
    "health_check_type": "HealthCheckType",
    "health_check_grace_period": "HealthCheckGracePeriod",
    "termination_policies": "TerminationPolicies",
    "default_instance_warmup": "DefaultInstanceWarmup",
    "max_instance_lifetime": "MaxInstanceLifetime",
}
HOOK_MEMBERS = {
    "heartbeat_timeout": "HeartbeatTimeout",
    "default_result": "DefaultResult",
    "notification_target": "NotificationTargetARN",
    "role": "RoleARN",
    "metadata": "NotificationMetadata",
}
REFRESH_MEMBERS = {
    "min_healthy_percentage": "MinHealthyPercentage",
    "max_healthy_percentage": "MaxHealthyPercentage",
    "instance_warmup": "InstanceWarmup",
}
TRANSITION = "autoscaling:EC2_INSTANCE_{}"
ACTIVE_REFRESH = ("Pending", "InProgress", "Cancelling", "RollbackInProgress", "Baking")
GOING = "Delete in progress"


class GroupError(AwsError):
    """A failed call to Amazon EC2 Auto Scaling."""


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(group), C(target_groups), C(policies), C(lifecycle_hooks), C(instances)."""
    standing = current.get("group", {})
    if params["state"] == "absent":
        return {"group": None} if standing else {}
    settings = declared({option: params[option] for option in ("name", *SETTINGS)})
    if params["launch_template"] is not None:
        settings["launch_template"] = params["launch_template"]["name"]
        settings["version"] = params["launch_template"]["version"]
    if params["subnets"] is not None:
        settings["subnets"] = sorted(params["subnets"])
    _check(params, settings, standing)
    parts: dict[str, Any] = {"group": settings}
    if params["target_groups"] is not None:
        groups = dict.fromkeys(sorted(params["target_groups"]), True)
        parts["target_groups"] = Exact(groups)
    if params["metrics"] is not None:
        parts["metrics"] = {"collected": params["metrics"]}
    if params["policies"] is not None:
        policies = {one["name"]: _without_name(one) for one in params["policies"]}
        parts["policies"] = Exact(policies) if params["purge_policies"] else policies
    if params["lifecycle_hooks"] is not None:
        hooks = {one["name"]: _without_name(one) for one in params["lifecycle_hooks"]}
        parts["lifecycle_hooks"] = Exact(hooks) if params["purge_lifecycle_hooks"] else hooks
    if params["instance_refresh"] is not None and standing:
        parts["instances"] = {"outdated": []}
        # The instances of now are of another version than the one that is about to be declared.
        if settings.get("version", standing["version"]) != standing["version"] and current["instances"]["running"]:
            parts["instances"]["version"] = settings["version"]
    return {name: part for name, part in parts.items() if part or standing}


def _without_name(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in without_none(item).items() if key != "name"}


def _check(params: Mapping[str, Any], settings: Mapping[str, Any], standing: Mapping[str, Any]) -> None:
    doing = f"{'change' if standing else 'create'} scaling group {params['name']}"
    for option in ("launch_template", "min_size", "max_size", "subnets"):
        if not standing and not settings.get(option) and settings.get(option) != 0:
            raise GroupError(doing, f"it has no {option}; declare it")
    sizes = {**standing, **settings}
    for least, most in (("min_size", "desired_capacity"), ("min_size", "max_size"), ("desired_capacity", "max_size")):
        if settings.get(least) is None and settings.get(most) is None:
            continue
        # A desired capacity that is not declared follows its bounds.
        if "desired_capacity" in (least, most) and settings.get("desired_capacity") is None:
            continue
        if sizes[least] > sizes[most]:
            raise GroupError(doing, f"its {least} {sizes[least]} is above its {most} {sizes[most]}; declare them in order")
    for policy in params["policies"] or []:
        if (policy["metric"] == "ALBRequestCountPerTarget") != bool(policy["resource_label"]):
            cause = "a resource_label goes with ALBRequestCountPerTarget, and that with a resource_label"
            raise GroupError(f"put policy {policy['name']} of scaling group {params['name']}", cause)


# What stands.


def described(group: Mapping[str, Any]) -> dict[str, Any]:
    """AutoScalingGroup in the words of the module's options."""
    template = group.get("LaunchTemplate", {})
    return {
        "name": group["AutoScalingGroupName"],
        "arn": group["AutoScalingGroupARN"],
        "status": group.get("Status", ""),
        "launch_template": template.get("LaunchTemplateName", ""),
        "version": str(template.get("Version", "")),
        "subnets": sorted(filter(None, group.get("VPCZoneIdentifier", "").split(","))),
        **{option: group.get(member) for option, member in SETTINGS.items()},
    }


def described_instances(group: Mapping[str, Any], version: str) -> dict[str, Any]:
    """The instances of a group, and those that are not of this version of its launch template."""
    name = group.get("LaunchTemplate", {}).get("LaunchTemplateName", "")
    staying = [one for one in group.get("Instances", []) if not one["LifecycleState"].startswith("Terminat")]
    outdated = [
        one["InstanceId"]
        for one in staying
        if (one.get("LaunchTemplate", {}).get("LaunchTemplateName"), str(one.get("LaunchTemplate", {}).get("Version")))
        != (name, version)
    ]
    return {"running": len(staying), "outdated": sorted(outdated), "version": version}


def described_policies(policies: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The policies by name; one that is not of target tracking has nothing of what can be declared."""
    told = {}
    for policy in policies:
        tracking = policy.get("TargetTrackingConfiguration") or {}
        metric = tracking.get("PredefinedMetricSpecification") or {}
        told[policy["PolicyName"]] = declared(
            {
                "arn": policy["PolicyARN"],
                "metric": metric.get("PredefinedMetricType"),
                "resource_label": metric.get("ResourceLabel"),
                "target": tracking.get("TargetValue"),
                "disable_scale_in": bool(tracking.get("DisableScaleIn")),
            }
        )
    return told


def described_hooks(hooks: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        hook["LifecycleHookName"]: {
            "transition": hook["LifecycleTransition"].rpartition("_")[2].lower(),
            **{option: hook[member] for option, member in HOOK_MEMBERS.items() if hook.get(member) is not None},
        }
        for hook in hooks
    }


def not_ready(group: Mapping[str, Any], unhealthy_targets: Sequence[str]) -> str:
    """What a group that is waited for lacks; empty when it has all."""
    serving = [
        one["InstanceId"]
        for one in group.get("Instances", [])
        if one["LifecycleState"] == "InService" and one["HealthStatus"] == "Healthy"
    ]
    wanted_count = group["DesiredCapacity"]
    if len(serving) < wanted_count:
        return f"with {len(serving)} of {wanted_count} instances in service"
    waiting = sorted(set(serving) & set(unhealthy_targets))
    return f"with targets that are not healthy: {', '.join(waiting)}" if waiting else ""


# What to ask for.


def request(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a group in the API's words."""
    asked = {member: settings[option] for option, member in SETTINGS.items() if option in settings}
    if "launch_template" in settings:
        asked["LaunchTemplate"] = {"LaunchTemplateName": settings["launch_template"], "Version": settings["version"]}
    if "subnets" in settings:
        asked["VPCZoneIdentifier"] = ",".join(settings["subnets"])
    return asked


def policy_request(policy: Mapping[str, Any]) -> dict[str, Any]:
    metric = declared({"PredefinedMetricType": policy["metric"], "ResourceLabel": policy.get("resource_label")})
    tracking = {
        "PredefinedMetricSpecification": metric,
        "TargetValue": policy["target"],
        "DisableScaleIn": policy["disable_scale_in"],
    }
    return {"PolicyType": "TargetTrackingScaling", "TargetTrackingConfiguration": tracking}


def hook_request(hook: Mapping[str, Any]) -> dict[str, Any]:
    members = {member: hook[option] for option, member in HOOK_MEMBERS.items() if option in hook}
    return {"LifecycleTransition": TRANSITION.format(hook["transition"].upper()), **members}


def refresh_request(option: Mapping[str, Any]) -> dict[str, Any]:
    """The preferences of a refresh, which leaves alone what is of the version already."""
    asked = {member: option[name] for name, member in REFRESH_MEMBERS.items() if option[name] is not None}
    return {"Strategy": "Rolling", "Preferences": {"SkipMatching": True, **asked}}
