# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

NAME = "shop-production-web"
CONTAINERS = [{"name": "web", "image": "nginx", "portMappings": [{"containerPort": 3000}]}]
UNPULLABLE = [{"name": "web", "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/missing:1"}]


@pytest.fixture
def network(aws) -> dict[str, Any]:
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="web", Description="web", VpcId=vpc)["GroupId"]
    return {"vpc": vpc, "subnets": subnets, "security_groups": [group]}


@pytest.fixture
def register(run_module) -> Callable[..., str]:
    def register(containers: list[dict[str, Any]] = CONTAINERS, **settings: Any) -> str:
        settings = {"family": NAME, "cpu": 256, "memory": 512, **settings}
        return run_module("ecs_task_definition", **settings, containers=containers)["task_definition"]["arn"]

    return register


@pytest.fixture
def web(run_module, network, register) -> dict[str, Any]:
    """A cluster, a task definition and the options of a service."""
    run_module("ecs_cluster", name=NAME)
    register()
    return {
        "cluster": NAME,
        "name": NAME,
        "task_definition": NAME,
        "launch_type": "FARGATE",
        "network": {name: network[name] for name in ("subnets", "security_groups")},
    }


@pytest.fixture
def slow(endpoint):
    """Deployments that are in progress for three answers."""

    def call(path: str, **body: Any) -> None:
        request = urllib.request.Request(f"{endpoint}/moto-api/state-manager/{path}", json.dumps(body).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        urllib.request.urlopen(request).close()

    call("set-transition", model_name="ecs::deployment", transition={"progression": "manual", "times": 3})
    yield
    call("unset-transition", model_name="ecs::deployment")


def service(aws: Any) -> dict[str, Any]:
    found = aws("ecs").describe_services(cluster=NAME, services=[NAME], include=["TAGS"])["services"]
    return found[0] if found and found[0]["status"] == "ACTIVE" else {}


def test_lifecycle(aws, lifecycle, web, network):
    lifecycle(
        "ecs_service",
        present={**web, "initial_count": 2, "tags": {"team": "shop"}},
        change={"network": {"subnets": network["subnets"][:1], "assign_public_ip": True}, "enable_execute_command": True},
        exists=lambda: bool(service(aws)),
        changed=lambda: (
            service(aws)["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "ENABLED"
            and service(aws)["enableExecuteCommand"]
        ),
        absent={"cluster": NAME, "name": NAME},
    )


def test_everything_declared_is_made(aws, run_module, web, network):
    elb = aws("elbv2")
    group = elb.create_target_group(Name="web", Protocol="HTTP", Port=3000, VpcId=network["vpc"], TargetType="ip")
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    declared = {
        **web,
        "desired_count": 3,
        "platform_version": "1.4.0",
        "load_balancers": [{"target_group_arn": arn, "container_name": "web", "container_port": 3000}],
        "deployment": {"minimum_healthy_percent": 50, "maximum_percent": 150, "circuit_breaker": True, "rollback": True},
        "health_check_grace_period": 60,
        "enable_execute_command": True,
        "enable_ecs_managed_tags": True,
        "propagate_tags": "SERVICE",
        "availability_zone_rebalancing": False,
        "tags": {"team": "shop"},
    }
    result = run_module("ecs_service", **declared)["service"]
    stands = service(aws)
    assert stands["loadBalancers"] == [{"targetGroupArn": arn, "containerName": "web", "containerPort": 3000}]
    assert stands["deploymentConfiguration"]["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert stands["deploymentConfiguration"]["minimumHealthyPercent"] == 50
    assert stands["healthCheckGracePeriodSeconds"] == 60
    assert stands["propagateTags"] == "SERVICE"
    assert stands["availabilityZoneRebalancing"] == "DISABLED"
    assert stands["tags"] == [{"key": "team", "value": "shop"}]
    assert (result["running_count"], result["desired_count"], result["status"]) == (3, 3, "ACTIVE")
    assert result["task_definition"] == stands["taskDefinition"]
    assert run_module("ecs_service", **declared)["changed"] is False


def test_a_new_revision_is_deployed_and_a_family_means_the_latest(aws, run_module, web, register):
    run_module("ecs_service", **web)
    second = register(memory=1024)
    assert run_module("ecs_service", **web, check=True)["diff"]["after"]["service"]["task_definition"] == second
    assert run_module("ecs_service", **web)["changed"] is True
    assert service(aws)["taskDefinition"] == second
    assert run_module("ecs_service", **web)["changed"] is False
    assert run_module("ecs_service", **{**web, "task_definition": f"{NAME}:2"})["changed"] is False
    assert run_module("ecs_service", **{**web, "task_definition": f"{NAME}:1"})["changed"] is True


def test_autoscaling_is_never_undone(aws, run_module, web):
    run_module("ecs_service", **web, initial_count=2)
    aws("ecs").update_service(cluster=NAME, service=NAME, desiredCount=7)
    assert run_module("ecs_service", **web, initial_count=2)["changed"] is False
    run_module("ecs_service", **web, initial_count=2, enable_execute_command=True)
    assert service(aws)["desiredCount"] == 7
    run_module("ecs_service", **web, desired_count=3)
    assert service(aws)["desiredCount"] == 3


def test_a_service_is_planned_before_its_cluster_and_task_definition_stand(run_module):
    planned = run_module("ecs_service", cluster=NAME, name=NAME, task_definition=NAME, check=True)
    assert planned["changed"] is True
    assert planned["diff"]["after"]["service"]["task_definition"] == NAME
    assert "there is no active task definition" in run_module("ecs_service", cluster=NAME, name=NAME, task_definition=NAME)["msg"]


@pytest.mark.usefixtures("slow")
def test_a_slow_deployment_is_waited_for(aws, run_module, web):
    result = run_module("ecs_service", **web)["service"]
    assert (result["running_count"], result["rollout_state"]) == (1, "COMPLETED")
    forced = run_module("ecs_service", **web, force_new_deployment=True, wait=False)
    assert forced["changed"] is True
    assert service(aws)["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    again = run_module("ecs_service", **web)
    assert (again["changed"], again["service"]["rollout_state"]) == (False, "COMPLETED")


def test_a_deployment_that_fails_is_told_with_its_reasons_and_tried_again(aws, run_module, web, register):
    web["deployment"] = {"circuit_breaker": True}
    run_module("ecs_service", **web)
    register(UNPULLABLE)
    failed = run_module("ecs_service", **web)
    assert failed["failed"] is True
    assert failed["msg"].startswith(f"wait for service {NAME} to be steady: it ended as FAILED (ECS deployment circuit breaker: ")
    assert "last events: (service" in failed["msg"]
    assert "tasks stopped: CannotPullContainerError" in failed["msg"]
    assert run_module("ecs_service", **web, check=True)["diff"]["before"]["service"]["rollout_state"] == "FAILED"
    aws("ecr").create_repository(repositoryName="missing")
    assert run_module("ecs_service", **web)["service"]["rollout_state"] == "COMPLETED"


def test_a_rollback_is_a_failure(run_module, web, register):
    web["deployment"] = {"circuit_breaker": True, "rollback": True}
    good = run_module("ecs_service", **web)["service"]["task_definition"]
    register(UNPULLABLE)
    failed = run_module("ecs_service", **web)
    assert f"it ended as replaced by a deployment of {good}" in failed["msg"]
    assert "CannotPullContainerError" in failed["msg"]
    assert run_module("ecs_service", **web, check=True)["changed"] is True


def test_without_a_circuit_breaker_the_wait_ends(run_module, web, register):
    register(UNPULLABLE)
    failed = run_module("ecs_service", **web, wait_timeout=1)
    assert "still IN_PROGRESS" in failed["msg"]
    assert "0 of 1 tasks running" in failed["msg"]
    assert failed["msg"].endswith("raise wait_timeout if that is usual")


def test_a_strategy_takes_the_place_of_a_launch_type_but_not_the_reverse(aws, run_module, web):
    run_module("ecs_service", **web)
    del web["launch_type"]
    strategy = [{"capacity_provider": "FARGATE_SPOT"}, {"capacity_provider": "FARGATE", "base": 1}]
    assert run_module("ecs_service", **web, capacity_provider_strategy=strategy)["changed"] is True
    assert run_module("ecs_service", **web, capacity_provider_strategy=strategy[::-1])["changed"] is False
    assert {one["capacityProvider"] for one in service(aws)["capacityProviderStrategy"]} == {"FARGATE", "FARGATE_SPOT"}
    refused = run_module("ecs_service", **web, launch_type="FARGATE")
    assert "it runs on capacity providers, and a launch type can't be changed" in refused["msg"]


def test_tags_are_changed_and_purged_without_a_deployment(aws, run_module, web):
    run_module("ecs_service", **web, tags={"team": "shop"})
    before = service(aws)["deployments"][0]["id"]
    run_module("ecs_service", **web, tags={"stage": "production"}, purge_tags=True)
    assert service(aws)["tags"] == [{"key": "stage", "value": "production"}]
    assert service(aws)["deployments"][0]["id"] == before
