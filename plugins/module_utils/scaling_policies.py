# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Scaling policies of Application Auto Scaling: what is declared, what stands, and what to ask for.

Follows the Application Auto Scaling API reference, data type ScalingPolicy and action PutScalingPolicy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .plan import without_none

# The options of a policy.
TRACKING: dict[str, Any] = {
    "metric": {"type": "str", "required": True},
    "resource_label": {"type": "str"},
    "target": {"type": "float", "required": True},
    "scale_in_cooldown": {"type": "int"},
    "scale_out_cooldown": {"type": "int"},
    "disable_scale_in": {"type": "bool", "default": False},
}
STEP: dict[str, Any] = {
    "lower_bound": {"type": "float"},
    "upper_bound": {"type": "float"},
    "adjustment": {"type": "int", "required": True},
}
STEPS: dict[str, Any] = {
    "adjustment_type": {
        "type": "str",
        "choices": ["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"],
        "required": True,
    },
    "steps": {"type": "list", "elements": "dict", "options": STEP, "required": True},
    "cooldown": {"type": "int"},
    "metric_aggregation": {"type": "str", "choices": ["Average", "Minimum", "Maximum"]},
    "min_adjustment_magnitude": {"type": "int"},
}
POLICIES: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "name": {"type": "str", "required": True},
        "target_tracking": {"type": "dict", "options": TRACKING},
        "step_scaling": {"type": "dict", "options": STEPS},
    },
    "required_one_of": [("target_tracking", "step_scaling")],
    "mutually_exclusive": [("target_tracking", "step_scaling")],
}
# Kind of policy -> the API's name of it, of its configuration, and of the configuration's members by option.
KINDS = {
    "target_tracking": ("TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration"),
    "step_scaling": ("StepScaling", "StepScalingPolicyConfiguration"),
}
MEMBERS = {
    "target": "TargetValue",
    "scale_in_cooldown": "ScaleInCooldown",
    "scale_out_cooldown": "ScaleOutCooldown",
    "disable_scale_in": "DisableScaleIn",
    "adjustment_type": "AdjustmentType",
    "cooldown": "Cooldown",
    "metric_aggregation": "MetricAggregationType",
    "min_adjustment_magnitude": "MinAdjustmentMagnitude",
}
STEP_MEMBERS = {
    "lower_bound": "MetricIntervalLowerBound",
    "upper_bound": "MetricIntervalUpperBound",
    "adjustment": "ScalingAdjustment",
}
METRIC_MEMBERS = {"metric": "PredefinedMetricType", "resource_label": "ResourceLabel"}


def wanted_policy(policy: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """A declared policy, with the ARN that it keeps."""
    kind = next(kind for kind in KINDS if policy[kind] is not None)
    settings = without_none(policy[kind])
    if "steps" in settings:
        settings["steps"] = _in_order(settings["steps"])
    return {kind: settings, **({"arn": standing["arn"]} if kind in standing else {})}


def described_policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    """Application Auto Scaling's ScalingPolicy in the words of this module's options."""
    for kind, (_shape, configuration) in KINDS.items():
        if members := policy.get(configuration):
            settings = {option: members[member] for option, member in MEMBERS.items() if member in members}
            if kind == "step_scaling":
                steps = members.get("StepAdjustments", [])
                settings["steps"] = _in_order([_from_api(step, STEP_MEMBERS) for step in steps])
            else:
                settings = {"disable_scale_in": False, **settings}
                settings |= _from_api(members.get("PredefinedMetricSpecification", {}), METRIC_MEMBERS)
            return {kind: settings, "arn": policy["PolicyARN"]}
    return {"arn": policy["PolicyARN"]}


def request(policy: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """A policy in the API's words; what is not declared stays as it stands."""
    kind = next(kind for kind in KINDS if kind in policy)
    settings = {**standing.get(kind, {}), **policy[kind]}
    members: dict[str, Any] = {member: settings[option] for option, member in MEMBERS.items() if option in settings}
    if kind == "step_scaling":
        members["StepAdjustments"] = [_to_api(step, STEP_MEMBERS) for step in settings["steps"]]
    else:
        members["PredefinedMetricSpecification"] = _to_api(settings, METRIC_MEMBERS)
    type_name, configuration = KINDS[kind]
    return {"PolicyType": type_name, configuration: members}


def _in_order(steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(steps, key=lambda step: float(step.get("lower_bound", "-inf")))


def _from_api(value: Mapping[str, Any], members: Mapping[str, str]) -> dict[str, Any]:
    return {option: value[member] for option, member in members.items() if member in value}


def _to_api(value: Mapping[str, Any], members: Mapping[str, str]) -> dict[str, Any]:
    return {member: value[option] for option, member in members.items() if option in value}
