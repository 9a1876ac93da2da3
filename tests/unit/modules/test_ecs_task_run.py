# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.ecs import EcsError
from ansible_collections.groundwork.cloud.plugins.module_utils.ecs_tasks import (
    exit_code,
    log_of,
    problem,
    refuse_secrets,
    request,
    same_work,
    watched,
)
from ansible_collections.groundwork.cloud.plugins.modules.ecs_task_run import ARGUMENTS

ARN = "arn:aws:ecs:us-east-1:111122223333:task-definition/web:4"
TASK = "arn:aws:ecs:us-east-1:111122223333:task/main/0123456789abcdef"
AWSLOGS = {"awslogs-group": "web", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "app"}
DEFINITION: dict[str, Any] = {
    "family": "web",
    "containerDefinitions": [
        {"name": "proxy", "essential": False},
        {"name": "web", "secrets": [{"name": "PASSWORD", "valueFrom": "arn:aws:..."}]},
        {"name": "metrics"},
    ],
}


def options(**given: Any) -> dict[str, Any]:
    return {
        **{name: spec.get("default") for name, spec in ARGUMENTS.items()},
        "cluster": "main",
        "task_definition": "web",
        **given,
    }


def test_the_first_essential_container_counts_unless_one_is_named():
    assert watched(DEFINITION, None)["name"] == "web"
    assert watched(DEFINITION, "metrics")["name"] == "metrics"
    with pytest.raises(EcsError, match="it has no container api; name one of proxy, web, metrics"):
        watched(DEFINITION, "api")


def test_a_secret_is_not_overridden_in_plain_sight():
    refuse_secrets(options(environment={"MODE": "migrate"}), watched(DEFINITION, "web"))
    with pytest.raises(EcsError, match="environment would show PASSWORD, kept in secrets there"):
        refuse_secrets(options(environment={"PASSWORD": "x"}), watched(DEFINITION, "web"))


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, {}),
        ({"command": [], "environment": {}, "tags": {}}, {}),
        ({"command": ["a", "b"]}, {"overrides": {"containerOverrides": [{"name": "web", "command": ["a", "b"]}]}}),
        (
            {"environment": {"WORKERS": 2}, "cpu": 512, "memory": 1024},
            {
                "overrides": {
                    "cpu": "512",
                    "memory": "1024",
                    "containerOverrides": [{"name": "web", "environment": [{"name": "WORKERS", "value": "2"}]}],
                }
            },
        ),
        (
            {"started_by": "shop-migration", "tags": {"a": "b"}},
            {"startedBy": "shop-migration", "tags": [{"key": "a", "value": "b"}]},
        ),
        (
            {"network": {"subnets": ["subnet-1"], "security_groups": None, "assign_public_ip": True}},
            {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED"}}},
        ),
    ],
)
def test_request(given, asked):
    always = {"cluster": "main", "taskDefinition": ARN, "launchType": "FARGATE"}
    assert request(options(**given), ARN, "web") == {**always, **asked}


@pytest.mark.parametrize(
    ("task", "given", "same"),
    [
        ({}, {}, True),
        ({"overrides": {"containerOverrides": [{"name": "web"}, {"name": "proxy"}]}}, {}, True),
        ({"overrides": {"containerOverrides": [{"name": "web", "command": ["a"]}]}}, {"command": ["a"]}, True),
        ({"overrides": {"containerOverrides": [{"name": "web", "command": ["b"]}]}}, {"command": ["a"]}, False),
        ({"overrides": {"containerOverrides": [{"name": "proxy", "command": ["a"]}]}}, {"command": ["a"]}, False),
        ({}, {"environment": {"A": "1"}}, False),
        ({"taskDefinitionArn": ARN[:-1] + "3"}, {}, False),
    ],
)
def test_only_a_task_that_does_the_same_is_taken_for_ones_own(task, given, same):
    assert same_work({"taskDefinitionArn": ARN, **task}, request(options(**given), ARN, "web")) is same


@pytest.mark.parametrize(
    ("task", "code", "said"),
    [
        ({"containers": [{"name": "web", "exitCode": 0}]}, 0, ""),
        (
            {"stoppedReason": "Essential container in task exited", "containers": [{"name": "web", "exitCode": 3}]},
            3,
            "its container web ended with exit code 3: Essential container in task exited (web exit code 3)",
        ),
        (
            {"stoppedReason": "CannotPullContainerError: not found", "containers": [{"name": "web"}]},
            None,
            "its container web never started: CannotPullContainerError: not found",
        ),
        (
            {"stoppedReason": "Essential container in task exited", "containers": [{"name": "proxy", "exitCode": 0}]},
            None,
            "its container web never started: Essential container in task exited",
        ),
    ],
)
def test_problem(task, code, said):
    assert exit_code(task, "web") == code
    assert problem(task, "web") == said


@pytest.mark.parametrize(
    ("logging", "log"),
    [
        (
            {"logDriver": "awslogs", "options": AWSLOGS},
            {"group": "web", "stream": "app/web/0123456789abcdef", "region": "us-east-1"},
        ),
        ({"logDriver": "awslogs", "options": {"awslogs-group": "web"}}, {}),
        ({"logDriver": "awsfirelens"}, {}),
        (None, {}),
    ],
)
def test_log_of(logging, log):
    assert log_of({"name": "web", **({"logConfiguration": logging} if logging else {})}, TASK) == log
