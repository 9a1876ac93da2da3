# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
from threading import Timer
from typing import Any

import pytest

NAME = "shop-production-sync"
STATEMENT = {"Effect": "Allow", "Principal": {"Service": "scheduler.amazonaws.com"}, "Action": "sts:AssumeRole"}
ROLE = {"RoleName": NAME, "AssumeRolePolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})}
NETWORK = {"Subnets": ["subnet-b", "subnet-a"], "SecurityGroups": ["sg-1"], "AssignPublicIp": "ENABLED"}
TARGET = {
    "Arn": "arn:aws:ecs:us-east-1:123456789012:cluster/shop",
    "RoleArn": f"arn:aws:iam::123456789012:role/{NAME}",
    "RetryPolicy": {"MaximumRetryAttempts": "2", "MaximumEventAgeInSeconds": 300},
    "EcsParameters": {
        "TaskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/sync:1",
        "NetworkConfiguration": {"awsvpcConfiguration": NETWORK},
    },
}
SYNC = {"name": NAME, "schedule_expression": "rate(5 minutes)", "target": TARGET}


def schedule(aws: Any) -> dict[str, Any]:
    scheduler = aws("scheduler")
    try:
        return scheduler.get_schedule(GroupName=NAME, Name=NAME)
    except scheduler.exceptions.ResourceNotFoundException:
        return {}


def tags(aws: Any) -> dict[str, str]:
    scheduler = aws("scheduler")
    arn = scheduler.get_schedule_group(Name=NAME)["Arn"]
    return {tag["Key"]: tag["Value"] for tag in scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"]}


@pytest.fixture
def role(aws):
    aws("iam").create_role(**ROLE)


@pytest.mark.usefixtures("role")
def test_lifecycle(aws, lifecycle):
    lifecycle(
        "scheduler_schedule",
        present={**SYNC, "description": "Sync", "timezone": "America/Montevideo", "tags": {"team": "shop", "a": "1"}},
        change={"enabled": False, "flexible_window_minutes": 10, "tags": {"team": "pay"}, "purge_tags": True},
        exists=lambda: bool(schedule(aws)),
        changed=lambda: (
            (schedule(aws)["State"], schedule(aws)["FlexibleTimeWindow"], tags(aws))
            == ("DISABLED", {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 10}, {"team": "pay"})
        ),
        absent={"name": NAME},
    )


@pytest.mark.usefixtures("role")
def test_what_is_not_declared_stays_through_a_change(aws, run_module):
    run_module("scheduler_schedule", **SYNC, timezone="America/Montevideo", enabled=False)
    standing = {
        key: value for key, value in schedule(aws).items() if key in ("Name", "GroupName", "ScheduleExpression", "Target")
    }
    window = {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 3}
    aws("scheduler").update_schedule(**standing, State="DISABLED", FlexibleTimeWindow=window, ActionAfterCompletion="DELETE")
    before = schedule(aws)
    target = {"EcsParameters": {"TaskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/sync:2"}}
    assert run_module("scheduler_schedule", name=NAME, target=target)["changed"] is True
    after = schedule(aws)
    assert after["Target"]["EcsParameters"].pop("TaskDefinitionArn").endswith("sync:2")
    before["Target"]["EcsParameters"].pop("TaskDefinitionArn")
    same = set(before) - {"LastModificationDate", "ResponseMetadata"}
    assert {key: after[key] for key in same} == {key: before[key] for key in same}


def test_a_role_that_was_just_made_is_waited_for(aws, run_module):
    made = Timer(0.4, lambda: aws("iam").create_role(**ROLE))
    made.start()
    assert run_module("scheduler_schedule", **SYNC)["schedule"]["enabled"] is True
    made.join()
    assert schedule(aws)["Target"]["RetryPolicy"]["MaximumRetryAttempts"] == 2


def test_what_can_t_work_is_refused(aws, run_module):
    refused = run_module("scheduler_schedule", **SYNC, wait_timeout=0)
    assert "must allow AWS EventBridge Scheduler to assume the role" in refused["msg"]
    assert "it needs schedule_expression and target" in run_module("scheduler_schedule", name=NAME, check=True)["msg"]
    wrong = {**TARGET, "EcsParameters": {"TaskDefinition": "sync"}}
    assert "TaskDefinitionArn" in run_module("scheduler_schedule", **{**SYNC, "target": wrong}, check=True)["msg"]
    assert schedule(aws) == {}
