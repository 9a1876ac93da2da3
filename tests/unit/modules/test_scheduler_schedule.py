# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.scheduler_schedule import (
    ARGUMENTS,
    SchedulerError,
    described,
    merged,
    request,
    sorted_network,
    wanted,
)

NETWORK = {"Subnets": ["subnet-a", "subnet-b"], "SecurityGroups": ["sg-1"], "AssignPublicIp": "ENABLED"}
TARGET = {
    "Arn": "cluster",
    "RoleArn": "role",
    "EcsParameters": {"TaskDefinitionArn": "sync:1", "NetworkConfiguration": {"awsvpcConfiguration": NETWORK}},
}
ANSWER = {
    "Name": "sync",
    "GroupName": "sync",
    "Arn": "arn:aws:scheduler:us-east-1:111122223333:schedule/sync/sync",
    "ScheduleExpression": "rate(5 minutes)",
    "State": "DISABLED",
    "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 3},
    "Target": TARGET,
    "ActionAfterCompletion": "DELETE",
    "CreationDate": 1,
}
STANDING = {"group": {"name": "sync", "arn": "group"}, "schedule": described(ANSWER), "tags": {"a": "1"}}


def params(**declared: Any) -> dict[str, Any]:
    return {**dict.fromkeys(ARGUMENTS), "name": "sync", "state": "present", "purge_tags": False, **declared}


@pytest.mark.parametrize(
    ("declared", "changed"),
    [
        ({}, False),
        ({"schedule_expression": "rate(5 minutes)", "enabled": False, "timezone": "UTC"}, False),
        ({"enabled": True}, True),
        ({"flexible_window_minutes": 0}, True),
        ({"description": "Sync"}, True),
        ({"target": {"Arn": "cluster"}}, False),
        ({"target": TARGET}, False),
        ({"target": {"EcsParameters": {"TaskDefinitionArn": "sync:2"}}}, True),
        ({"tags": {"a": "1"}}, False),
        ({"tags": {"a": "2"}}, True),
        ({"state": "absent"}, True),
    ],
)
def test_what_is_a_change(declared, changed):
    assert plan(STANDING, wanted(params(**declared), STANDING)).changed is changed


def test_the_order_of_subnets_means_nothing():
    network = {**NETWORK, "Subnets": ["subnet-b", "subnet-a"]}
    target = {"EcsParameters": {"NetworkConfiguration": {"awsvpcConfiguration": network}}}
    assert not plan(STANDING, wanted(params(target=target), STANDING)).changed
    assert sorted_network({"Arn": "queue"}) == {"Arn": "queue"}


def test_a_new_one_needs_a_time_and_a_target():
    with pytest.raises(SchedulerError, match="it needs schedule_expression and target; declare that"):
        wanted(params(), {})
    with pytest.raises(SchedulerError, match="it needs target"):
        wanted(params(schedule_expression="rate(1 day)"), {"group": {"name": "sync"}, "tags": {}})
    parts = wanted(params(schedule_expression="rate(1 day)", target=TARGET), {})
    assert parts["schedule"] == {"name": "sync", "schedule_expression": "rate(1 day)", "target": TARGET}


def test_a_change_is_asked_for_whole():
    asked = request({"name": "sync", "schedule_expression": "rate(1 hour)"}, ANSWER)
    assert asked == {
        **{key: value for key, value in ANSWER.items() if key not in ("Arn", "CreationDate")},
        "ScheduleExpression": "rate(1 hour)",
        "ScheduleExpressionTimezone": "UTC",
    }


def test_a_new_one_is_enabled_and_on_time():
    asked = request({"name": "sync", "schedule_expression": "rate(1 hour)", "target": TARGET}, {})
    assert asked == {
        "Name": "sync",
        "GroupName": "sync",
        "ScheduleExpression": "rate(1 hour)",
        "State": "ENABLED",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "Target": TARGET,
    }


def test_what_is_declared_lies_over_what_stands():
    assert merged({"a": {"b": 1, "c": 2}, "d": [1]}, {"a": {"b": 3}, "d": [2]}) == {"a": {"b": 3, "c": 2}, "d": [2]}
    assert merged(None, {"a": 1}) == {"a": 1}
