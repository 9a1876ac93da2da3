# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.ecs import EcsError
from ansible_collections.groundwork.cloud.plugins.module_utils.ecs_services import (
    described,
    failed,
    progress,
    request,
    steady,
    stop_reason,
    wanted,
)
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import matches
from ansible_collections.groundwork.cloud.plugins.modules.ecs_service import ARGUMENTS

DEFINITION = "arn:aws:ecs:us-east-1:111122223333:task-definition/web:4"
SERVICE: dict[str, Any] = {
    "serviceName": "web",
    "serviceArn": "arn:aws:ecs:us-east-1:111122223333:service/main/web",
    "clusterArn": "arn:aws:ecs:us-east-1:111122223333:cluster/main",
    "status": "ACTIVE",
    "desiredCount": 4,
    "runningCount": 4,
    "taskDefinition": DEFINITION,
    "launchType": "FARGATE",
    "platformVersion": "LATEST",
    "loadBalancers": [
        {"targetGroupArn": "arn:b", "containerName": "web", "containerPort": 2},
        {"targetGroupArn": "arn:a", "containerName": "web", "containerPort": 1},
    ],
    "networkConfiguration": {
        "awsvpcConfiguration": {"subnets": ["subnet-b", "subnet-a"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}
    },
    "deploymentConfiguration": {
        "deploymentCircuitBreaker": {"enable": True, "rollback": False},
        "maximumPercent": 200,
        "minimumHealthyPercent": 50,
        "strategy": "ROLLING",
    },
    "deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "COMPLETED"}],
}


def options(**given: Any) -> dict[str, Any]:
    return {**{name: spec.get("default") for name, spec in ARGUMENTS.items()}, "cluster": "main", "name": "web", **given}


def standing(**given: Any) -> dict[str, Any]:
    return {"service": described({**SERVICE, **given})}


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ({}, True),
        ({"initial_count": 2}, True),
        ({"desired_count": 4}, True),
        ({"desired_count": 2}, False),
        ({"network": {"subnets": ["subnet-a", "subnet-b"], "security_groups": None, "assign_public_ip": None}}, True),
        ({"network": {"subnets": ["subnet-b", "subnet-a"], "assign_public_ip": False}}, True),
        ({"network": {"subnets": ["subnet-a"]}}, False),
        ({"network": {"subnets": ["subnet-a", "subnet-b"], "security_groups": ["sg-2"]}}, False),
        ({"load_balancers": []}, False),
        ({"deployment": {"minimum_healthy_percent": 50, "circuit_breaker": True, "rollback": None}}, True),
        ({"deployment": {"rollback": True}}, False),
        ({"enable_execute_command": True}, False),
        ({"capacity_provider_strategy": [{"capacity_provider": "FARGATE", "weight": 1, "base": 0}]}, False),
        ({"force_new_deployment": True}, False),
    ],
)
def test_only_what_is_declared_differs(given, same):
    current = standing()
    assert matches(current["service"], wanted(options(**given), current, None)) is same


def test_the_order_of_load_balancers_means_nothing():
    current = standing()
    balancers = [
        {"target_group_arn": "arn:a", "container_name": "web", "container_port": 1},
        {"target_group_arn": "arn:b", "container_name": "web", "container_port": 2},
    ]
    for declared in (balancers, balancers[::-1]):
        assert matches(current["service"], wanted(options(load_balancers=declared), current, None))


def test_the_count_of_a_new_service():
    assert wanted(options(initial_count=2), {}, DEFINITION)["desired_count"] == 2
    assert wanted(options(initial_count=1, desired_count=0), {}, DEFINITION)["desired_count"] == 0


def test_a_failed_deployment_is_tried_again():
    current = standing(deployments=[{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "FAILED"}])
    due = wanted(options(), current, None)
    assert due["rollout_state"] == "COMPLETED"
    assert request({"rollout_state": "COMPLETED"}, SERVICE) == {"forceNewDeployment": True}


@pytest.mark.parametrize(
    ("given", "current", "cure"),
    [
        ({}, {}, "create service web: it has no task definition; declare task_definition"),
        ({"launch_type": "EC2"}, standing(), "it runs on FARGATE, and a launch type can't be changed"),
        (
            {"launch_type": "FARGATE"},
            standing(launchType=""),
            "it runs on capacity providers, and a launch type",
        ),
    ],
)
def test_what_cannot_be_is_refused(given, current, cure):
    with pytest.raises(EcsError, match=cure):
        wanted(options(**given), current, None)


def test_what_the_api_takes_whole_is_sent_whole():
    sent = request({"network": {"subnets": ["subnet-a"]}, "deployment": {"rollback": True}}, SERVICE)
    assert sent["networkConfiguration"]["awsvpcConfiguration"] == {
        "subnets": ["subnet-a"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "DISABLED",
    }
    assert sent["deploymentConfiguration"] == {
        "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        "maximumPercent": 200,
        "minimumHealthyPercent": 50,
        "strategy": "ROLLING",
    }


@pytest.mark.parametrize(
    ("change", "is_steady", "has_failed"),
    [
        ({}, True, False),
        ({"runningCount": 3}, False, False),
        ({"deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "IN_PROGRESS"}]}, False, False),
        ({"deployments": [{"id": "ecs-svc/1", "status": "PRIMARY", "rolloutState": "FAILED"}]}, False, True),
        ({"deployments": [{"id": "ecs-svc/0", "status": "PRIMARY", "rolloutState": "COMPLETED"}]}, False, True),
        ({"status": "INACTIVE", "deployments": []}, False, True),
    ],
)
def test_how_far_a_deployment_is(change, is_steady, has_failed):
    service = {**SERVICE, **change}
    assert steady(service, "ecs-svc/1") is is_steady
    assert failed(service, "ecs-svc/1") is has_failed


def test_a_service_that_is_not_to_be_seen_yet_is_waited_for():
    assert not steady({}, "ecs-svc/1")
    assert not failed({}, "ecs-svc/1")
    assert progress({}, "ecs-svc/1", []) == "not to be seen"


def test_progress_says_what_one_would_look_up():
    deployment = {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "rolloutState": "FAILED",
        "rolloutStateReason": "tasks failed.",
    }
    service = {**SERVICE, "runningCount": 0, "deployments": [deployment], "events": [{"message": "(service web) was unable"}]}
    reason = stop_reason({"stoppedReason": "Essential container exited", "containers": [{"name": "web", "exitCode": 1}]})
    assert progress(service, "ecs-svc/1", [reason]) == (
        "FAILED (tasks failed.), 0 of 4 tasks running; last events: (service web) was unable;"
        " tasks stopped: Essential container exited (web exit code 1)"
    )
