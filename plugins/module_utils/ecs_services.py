# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Services of Amazon ECS: what is declared, what stands, what to ask for, and how far a deployment is.

Follows the Amazon ECS API reference, data types Service and Deployment, and actions CreateService and UpdateService.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .ecs import EcsError, strategy_described, strategy_request, strategy_wanted
from .plan import declared, without_none

# The options of a service that have options of their own.
SUBOPTIONS: dict[str, Any] = {
    "network": {
        "type": "dict",
        "options": {
            "subnets": {"type": "list", "elements": "str", "required": True},
            "security_groups": {"type": "list", "elements": "str"},
            "assign_public_ip": {"type": "bool"},
        },
    },
    "load_balancers": {
        "type": "list",
        "elements": "dict",
        "options": {
            "target_group_arn": {"type": "str", "required": True},
            "container_name": {"type": "str", "required": True},
            "container_port": {"type": "int", "required": True},
        },
    },
    "service_registries": {
        "type": "list",
        "elements": "dict",
        "options": {
            "registry_arn": {"type": "str", "required": True},
            "container_name": {"type": "str"},
            "container_port": {"type": "int"},
        },
    },
    "deployment": {
        "type": "dict",
        "options": {
            "minimum_healthy_percent": {"type": "int"},
            "maximum_percent": {"type": "int"},
            "circuit_breaker": {"type": "bool"},
            "rollback": {"type": "bool"},
        },
    },
}
# Options by the name of their member in the API.
LOAD_BALANCER = {"target_group_arn": "targetGroupArn", "container_name": "containerName", "container_port": "containerPort"}
REGISTRY = {"registry_arn": "registryArn", "container_name": "containerName", "container_port": "containerPort"}
PLAIN = {
    "task_definition": "taskDefinition",
    "desired_count": "desiredCount",
    "launch_type": "launchType",
    "platform_version": "platformVersion",
    "health_check_grace_period": "healthCheckGracePeriodSeconds",
    "enable_execute_command": "enableExecuteCommand",
    "enable_ecs_managed_tags": "enableECSManagedTags",
    "propagate_tags": "propagateTags",
}
# What the API leaves out is one of these; other options are empty where it says nothing.
DEFAULTS: dict[str, Any] = {
    "health_check_grace_period": 0,
    "enable_execute_command": False,
    "enable_ecs_managed_tags": False,
    "propagate_tags": "NONE",
}
SWITCH = {True: "ENABLED", False: "DISABLED"}
EVENTS_SHOWN = 5


def wanted(params: Mapping[str, Any], current: Mapping[str, Any], task_definition: str | None) -> dict[str, Any]:
    """The declared settings of a service; C(task_definition) is the ARN that the option stands for."""
    name, standing = params["name"], current.get("service", {})
    if not standing and task_definition is None:
        raise EcsError(f"create service {name}", "it has no task definition; declare task_definition")
    count = params["desired_count"]
    settings = {
        "name": name,
        "cluster": params["cluster"],
        "task_definition": task_definition,
        "desired_count": params["initial_count"] if count is None and not standing else count,
        "capacity_provider_strategy": strategy_wanted(params["capacity_provider_strategy"]),
        "network": _network(params["network"]),
        "load_balancers": _in_order(params["load_balancers"]),
        "service_registries": _in_order(params["service_registries"]),
        "deployment": without_none(params["deployment"]),
        "availability_zone_rebalancing": params["availability_zone_rebalancing"],
        **{option: params[option] for option in PLAIN if option not in ("task_definition", "desired_count")},
    }
    if standing and params["launch_type"] not in (None, standing["launch_type"]):
        raise EcsError(
            f"change service {name}",
            f"it runs on {standing['launch_type'] or 'capacity providers'}, and a launch type can't be changed;"
            " declare a capacity_provider_strategy instead, or use another name",
        )
    if standing.get("rollout_state") == "FAILED":
        settings["rollout_state"] = "COMPLETED"
    if params["force_new_deployment"] and standing:
        settings["force_new_deployment"] = True
    return declared(settings)


def described(service: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon ECS's Service in the words of the module's options."""
    network = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
    deployment = service.get("deploymentConfiguration", {})
    breaker = deployment.get("deploymentCircuitBreaker", {})
    return {
        "name": service["serviceName"],
        "cluster": service["clusterArn"].split("/")[-1],
        "arn": service["serviceArn"],
        "status": service["status"],
        "running_count": service["runningCount"],
        "rollout_state": primary(service).get("rolloutState", "COMPLETED"),
        **{option: service.get(member, DEFAULTS.get(option, "")) for option, member in PLAIN.items()},
        "capacity_provider_strategy": strategy_described(service.get("capacityProviderStrategy")),
        "network": _network(
            {
                "subnets": network.get("subnets", []),
                "security_groups": network.get("securityGroups", []),
                "assign_public_ip": network.get("assignPublicIp") == SWITCH[True],
            }
        ),
        "load_balancers": _from_api(service.get("loadBalancers", []), LOAD_BALANCER),
        "service_registries": _from_api(service.get("serviceRegistries", []), REGISTRY),
        "deployment": {
            "minimum_healthy_percent": deployment.get("minimumHealthyPercent", 100),
            "maximum_percent": deployment.get("maximumPercent", 200),
            "circuit_breaker": breaker.get("enable", False),
            "rollback": breaker.get("rollback", False),
        },
        "availability_zone_rebalancing": service.get("availabilityZoneRebalancing") == SWITCH[True],
    }


def request(settings: Mapping[str, Any], service: Mapping[str, Any]) -> dict[str, Any]:
    """Settings in the API's words. C(service) is what stands, for members that the API takes only as a whole."""
    members = {member: settings[option] for option, member in PLAIN.items() if option in settings}
    if "network" in settings:
        standing = service.get("networkConfiguration", {}).get("awsvpcConfiguration", {})
        members["networkConfiguration"] = {"awsvpcConfiguration": {**standing, **_network_request(settings["network"])}}
    if "deployment" in settings:
        standing = service.get("deploymentConfiguration", {})
        members["deploymentConfiguration"] = {**standing, **_deployment_request(settings["deployment"], standing)}
    if "capacity_provider_strategy" in settings:
        members["capacityProviderStrategy"] = strategy_request(settings["capacity_provider_strategy"])
    if "load_balancers" in settings:
        members["loadBalancers"] = _to_api(settings["load_balancers"], LOAD_BALANCER)
    if "service_registries" in settings:
        members["serviceRegistries"] = _to_api(settings["service_registries"], REGISTRY)
    if "availability_zone_rebalancing" in settings:
        members["availabilityZoneRebalancing"] = SWITCH[settings["availability_zone_rebalancing"]]
    # A strategy can only be changed together with the tasks; a failed deployment is tried again with new ones.
    if service and {"capacity_provider_strategy", "rollout_state", "force_new_deployment"} & set(settings):
        members["forceNewDeployment"] = True
    return members


def primary(service: Mapping[str, Any]) -> dict[str, Any]:
    """The deployment that a service is to end with; empty for a service that something else deploys."""
    return next((one for one in service.get("deployments", []) if one["status"] == "PRIMARY"), {})


def steady(service: Mapping[str, Any], deployment: str) -> bool:
    """Whether a deployment is complete and all tasks run."""
    if not service:
        return False  # just created, and not to be seen yet
    latest = primary(service)
    complete = latest.get("id", "") == deployment and latest.get("rolloutState", "COMPLETED") == "COMPLETED"
    return bool(complete and service["runningCount"] == service["desiredCount"])


def failed(service: Mapping[str, Any], deployment: str) -> bool:
    """Whether a deployment can't become complete any more: it failed, or another one took its place."""
    if not service:
        return False
    latest = primary(service)
    return latest.get("id", "") != deployment or latest.get("rolloutState") == "FAILED" or service["status"] != "ACTIVE"


def progress(service: Mapping[str, Any], deployment: str, stopped: list[str]) -> str:
    """How far a deployment is and why, with the service's last events and why tasks stopped."""
    if not service:
        return "not to be seen"
    latest = primary(service)
    if latest.get("id", "") == deployment:
        said = f"{latest.get('rolloutState', service['status'])} ({latest.get('rolloutStateReason', 'no reason given')})"
    else:
        said = f"replaced by a deployment of {service['taskDefinition']} ({latest.get('rolloutStateReason', 'no reason given')})"
    counts = f"{service['runningCount']} of {service['desiredCount']} tasks running"
    events = [event["message"] for event in service.get("events", [])[:EVENTS_SHOWN]]
    return "; ".join(
        [f"{said}, {counts}"]
        + ([f"last events: {' | '.join(events)}"] if events else [])
        + ([f"tasks stopped: {' | '.join(stopped)}"] if stopped else [])
    )


def stop_reason(task: Mapping[str, Any]) -> str:
    """Why a task stopped, and how each of its containers ended."""
    ends = [
        f"{container['name']} {container.get('reason') or 'exit code ' + str(container.get('exitCode'))}"
        for container in task.get("containers", [])
        if container.get("reason") or container.get("exitCode")
    ]
    return f"{task.get('stoppedReason', 'no reason given')}" + (f" ({', '.join(ends)})" if ends else "")


def _network(network: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if network is None:
        return None
    return {option: sorted(value) if isinstance(value, list) else value for option, value in declared(network).items()}


def _network_request(network: Mapping[str, Any]) -> dict[str, Any]:
    members = {"subnets": network.get("subnets"), "securityGroups": network.get("security_groups")}
    if "assign_public_ip" in network:
        members["assignPublicIp"] = SWITCH[network["assign_public_ip"]]
    return declared(members)


def _deployment_request(deployment: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    members = {
        "minimumHealthyPercent": deployment.get("minimum_healthy_percent"),
        "maximumPercent": deployment.get("maximum_percent"),
    }
    breaker = {"enable": deployment.get("circuit_breaker"), "rollback": deployment.get("rollback")}
    before = {"enable": False, "rollback": False, **standing.get("deploymentCircuitBreaker", {})}
    return {**declared(members), "deploymentCircuitBreaker": {**before, **declared(breaker)}}


def _in_order(items: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Target groups or registries in an order of their own: the one they are declared in means nothing."""
    return None if items is None else sorted((declared(item) for item in items), key=lambda item: str(sorted(item.items())))


def _from_api(items: list[dict[str, Any]], members: Mapping[str, str]) -> list[dict[str, Any]]:
    return _in_order([{option: item.get(member) for option, member in members.items()} for item in items]) or []


def _to_api(items: list[dict[str, Any]], members: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{members[option]: value for option, value in item.items()} for item in items]
