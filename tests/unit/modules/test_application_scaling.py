# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.scaling_policies import described_policy, request, wanted_policy
from ansible_collections.groundwork.cloud.plugins.modules.application_scaling import ARGUMENTS, ScalingError, wanted

STANDING = {"scalable_target": {"min_capacity": 1, "max_capacity": 4}, "policies": {}, "tags": {}}
TRACKING = {
    "PolicyARN": "arn:cpu",
    "TargetTrackingScalingPolicyConfiguration": {
        "TargetValue": 70.0,
        "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        "ScaleOutCooldown": 60,
    },
}
STEPS = {
    "PolicyARN": "arn:idle",
    "StepScalingPolicyConfiguration": {
        "AdjustmentType": "ChangeInCapacity",
        "StepAdjustments": [
            {"MetricIntervalLowerBound": 10.0, "ScalingAdjustment": 2},
            {"MetricIntervalLowerBound": 0.0, "MetricIntervalUpperBound": 10.0, "ScalingAdjustment": 1},
        ],
        "Cooldown": 60,
    },
}


def options(**given: Any) -> dict[str, Any]:
    return {**{name: spec.get("default") for name, spec in ARGUMENTS.items()}, "resource_id": "service/main/web", **given}


@pytest.mark.parametrize("policy", [TRACKING, STEPS])
def test_a_policy_read_and_sent_again_is_the_same(policy):
    standing = described_policy(policy)
    sent = request(standing, {})
    configuration = next(key for key in policy if key.endswith("Configuration"))
    assert sent[configuration].items() >= {k: v for k, v in policy[configuration].items() if k != "StepAdjustments"}.items()
    assert described_policy({"PolicyARN": standing["arn"], **sent}) == standing


def test_steps_are_in_order():
    steps = [{"lower_bound": 10.0, "upper_bound": None, "adjustment": 2}, {"lower_bound": None, "adjustment": 1}]
    policy = {"name": "cpu", "target_tracking": None, "step_scaling": {"adjustment_type": "ChangeInCapacity", "steps": steps}}
    assert wanted_policy(policy, {})["step_scaling"]["steps"] == [{"adjustment": 1}, {"lower_bound": 10.0, "adjustment": 2}]


def test_what_is_left_out_of_a_policy_is_sent_as_it_stands():
    standing = described_policy(TRACKING)
    sent = request({"target_tracking": {"metric": "ECSServiceAverageCPUUtilization", "target": 60.0}}, standing)
    assert sent["TargetTrackingScalingPolicyConfiguration"]["ScaleOutCooldown"] == 60
    assert sent["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 60


@pytest.mark.parametrize(
    ("given", "current", "cure"),
    [
        ({"min_capacity": 1}, {}, "declare min_capacity and max_capacity"),
        ({"min_capacity": 3, "max_capacity": 2}, {}, "its min_capacity 3 is above its max_capacity 2"),
        ({"min_capacity": 5}, STANDING, "its min_capacity 5 is above its max_capacity 4"),
    ],
)
def test_impossible_bounds_are_refused(given, current, cure):
    with pytest.raises(ScalingError, match=cure):
        wanted(options(**given), current)


def test_policies_are_only_purged_where_there_are_any():
    assert "policies" not in wanted(options(policies=[], purge_policies=True), STANDING)
    standing = {**STANDING, "policies": {"cpu": described_policy(TRACKING)}}
    assert wanted(options(policies=[], purge_policies=True), standing)["policies"] == {}
    assert "policies" not in wanted(options(policies=[]), standing)
