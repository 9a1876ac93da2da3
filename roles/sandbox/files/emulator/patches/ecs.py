# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon ECS.

Follows the Amazon ECS API reference, actions CreateCluster, DeleteCluster, UpdateClusterSettings, RegisterTaskDefinition,
DescribeTaskDefinition, RunTask, DescribeTasks, ListTasks, CreateService, UpdateService, DescribeServices, ListServices and
DeleteService, and the developer guide's "How the Amazon ECS deployment circuit breaker detects failures", "Amazon ECS
stopped tasks error messages" and "Use service discovery to connect Amazon ECS services with DNS names".

A service's deployment is a managed state of moto, C(ecs::deployment): it completes at once, or as slowly as moto's
state transitions are set to, or when the time of C(service deploy) in P(provisioning) has come. It fails when a
container's image is to come from a repository of this very account that does not exist, because then no task could
start on AWS either.

A task that is run by itself ends at once, or as slowly as moto's state transitions of C(ecs::task) are set to. Its
containers are not run, but the end of the few commands that say it themselves is known: C(true), C(false), C(exit 3),
C(echo text), and C(sh -c) with a row of them. What they print is in the log that the container's awslogs options name.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from botocore import xform_name
from moto.core.responses import ActionResult
from moto.core.utils import unix_time_millis, utcnow
from moto.ec2 import ec2_backends
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ecr import ecr_backends
from moto.ecs.exceptions import EcsClientException, ECSException, InvalidParameterException
from moto.ecs.models import Cluster, Container, EC2ContainerServiceBackend, Service, Task, TaskDefinition
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.logs import logs_backends
from moto.moto_api import state_manager
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.managed_state_model import ManagedState

from .. import provisioning
from .servicediscovery import keep_registered

# What CreateService keeps beside what moto does, with the value that AWS fills in.
SERVICE_DEFAULTS: dict[str, Any] = {
    "availabilityZoneRebalancing": "ENABLED",
    "capacityProviderStrategy": [],
    "enableECSManagedTags": False,
    "enableExecuteCommand": False,
    "healthCheckGracePeriodSeconds": 0,
    "placementConstraints": [],
    "placementStrategy": [],
}
DEPLOYMENT_DEFAULTS: dict[str, Any] = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}
# A change of one of these starts a new deployment; other settings only hold for tasks that start later.
DEPLOYED = {"network_configuration", "platform_version", "capacity_provider_strategy", "load_balancers", "service_registries"}
HEALTH_CHECK_DEFAULTS = {"interval": 30, "timeout": 5, "retries": 3}
ECR_IMAGE = re.compile(r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.amazonaws\.com/(?P<repository>[^:@]+)")


class ClusterInUseError(ECSException):
    code = 400


def apply() -> None:
    """Correct moto's Amazon ECS."""
    for model in ("ecs::deployment", "ecs::task"):
        state_manager.register_default_transition(model, {"progression": "immediate"})
    _correct_clusters()
    _correct_task_definitions()
    _correct_tasks()
    _correct_services()


def _correct_clusters() -> None:
    backend, response = EC2ContainerServiceBackend, EC2ContainerServiceResponse
    create, delete, tagged = backend.create_cluster, backend.delete_cluster, backend.iter_tagged_resources

    def create_cluster(self: Any, cluster_name: str, *arguments: Any, **options: Any) -> Cluster:
        standing = self.clusters.get(cluster_name)
        if standing and standing.status == "ACTIVE":
            return standing
        cluster = create(self, cluster_name, *arguments, **options)
        cluster.capacity_providers = cluster.capacity_providers or []
        cluster.default_capacity_provider_strategy = cluster.default_capacity_provider_strategy or []
        return cluster

    def delete_cluster(self: Any, cluster_str: str) -> Cluster:
        cluster = self._get_cluster(cluster_str)
        if _active_services(self, cluster):
            message = "The Cluster cannot be deleted while Services are active."
            raise ClusterInUseError("ClusterContainsServicesException", message)
        if cluster.registered_container_instances_count:
            message = "The Cluster cannot be deleted while Container Instances are active or draining."
            raise ClusterInUseError("ClusterContainsContainerInstancesException", message)
        cluster.tags = []
        return delete(self, cluster_str)

    def update_cluster_settings(self: Any) -> ActionResult:
        name, settings = self._get_param("cluster"), self._get_param("settings")
        return ActionResult({"cluster": self.ecs_backend.update_cluster(name, settings, None, None)})

    def describe_clusters(self: Any, cluster_names: list[str]) -> Any:
        clusters, failures = describe(self, cluster_names)
        for cluster in clusters:
            cluster.active_services_count = len(_active_services(self, cluster))
        return clusters, failures

    def iter_tagged_resources(self: Any) -> Any:
        gone = {service.arn for service in self.services.values() if service.status == "INACTIVE"}
        gone |= {cluster.arn for cluster in self.clusters.values() if cluster.status == "INACTIVE"}
        return (resource for resource in tagged(self) if resource.arn not in gone)

    describe = backend.describe_clusters
    backend.create_cluster, backend.delete_cluster, backend.describe_clusters = create_cluster, delete_cluster, describe_clusters
    backend.iter_tagged_resources = iter_tagged_resources
    response.update_cluster_settings = update_cluster_settings


def _active_services(backend: Any, cluster: Cluster) -> list[Service]:
    return [one for one in backend.services.values() if one.cluster_arn == cluster.arn and one.status == "ACTIVE"]


def _correct_task_definitions() -> None:
    backend = EC2ContainerServiceBackend
    register, describe = backend.register_task_definition, backend.describe_task_definition

    def register_task_definition(self: Any, family: str, container_definitions: Any, *arguments: Any, **options: Any) -> Any:
        definition = register(self, family, container_definitions, *arguments, **options)
        for container in definition.container_definitions:
            _fill_in(container, definition.network_mode)
        return definition

    def last_revision(self: Any, family: str) -> int:
        """A family's latest revision that is active; a new one counts on from the latest of all."""
        return max(self.task_definitions.get(family, {}), default=0)

    def describe_task_definition(self: Any, task_definition_str: str) -> TaskDefinition:
        family = task_definition_str.split("/")[-1]
        if ":" in family:
            return describe(self, task_definition_str)
        active = [one for one in self.task_definitions.get(family, {}).values() if one.status == "ACTIVE"]
        if not active:
            raise EcsClientException("Unable to describe task definition.")
        return max(active, key=lambda one: one.revision)

    backend.register_task_definition, backend.describe_task_definition = register_task_definition, describe_task_definition
    backend._get_last_task_definition_revision_id = last_revision


def _fill_in(container: dict[str, Any], network_mode: str) -> None:
    """Write what AWS fills in when it registers a container definition."""
    container.setdefault("systemControls", [])
    for port in container["portMappings"]:
        port.setdefault("protocol", "tcp")
        port.setdefault("hostPort", port.get("containerPort", 0) if network_mode in ("awsvpc", "host") else 0)
    if "healthCheck" in container:
        container["healthCheck"] = HEALTH_CHECK_DEFAULTS | container["healthCheck"]


def _correct_tasks() -> None:
    backend = EC2ContainerServiceBackend
    requirements, list_all, init = backend._calculate_task_resource_requirements, backend.list_tasks, Task.__init__
    describe = backend.describe_tasks

    def task_requirements(task_definition: TaskDefinition) -> dict[str, Any]:
        """A task's size is its own where it is given, else the sum of its containers'."""
        declared = [{"memory": 0, **container} for container in task_definition.container_definitions]
        needs = requirements(SimpleNamespace(container_definitions=declared))
        needs["MEMORY"] = int(task_definition.memory or needs["MEMORY"])
        return needs

    def create(self: Any, cluster: Cluster, task_definition: TaskDefinition, *arguments: Any, **options: Any) -> None:
        network = (options.get("networking_configuration") or {}).get("awsvpcConfiguration", {})
        network.setdefault("securityGroups", [])
        init(self, cluster, task_definition, *arguments, **options)
        self.containers = [
            Container(SimpleNamespace(arn=task_definition.arn, container_definitions=[one]))
            for one in task_definition.container_definitions
        ]
        for container in self.containers:
            container.exitCode = None  # it has not ended
        self.stop_code = None

    def describe_tasks(self: Any, cluster_str: str, tasks: list[str]) -> list[Task]:
        described = describe(self, cluster_str, tasks)
        for task in described:
            _end(self, task)
        return described

    def list_tasks(self: Any, *arguments: Any, **options: Any) -> list[Task]:
        named = ("cluster_str", "container_instance", "family", "started_by", "service_name", "desiredStatus")
        given = {**dict(zip(named, arguments, strict=False)), **options}
        for task in [task for tasks in self.tasks.values() for task in tasks.values()]:
            _end(self, task)
        tasks = list_all(self, **{**given, "desiredStatus": given.get("desiredStatus") or "RUNNING"})
        if service := given.get("service_name"):
            tasks = [task for task in tasks if task.group == f"service:{service.split('/')[-1]}"]
        return tasks

    NetworkInterface.private_dns_name = ""  # set by moto only where the VPC has DNS host names, and read from every task's
    backend._calculate_task_resource_requirements = staticmethod(task_requirements)
    backend.list_tasks, backend.describe_tasks = list_tasks, describe_tasks
    Task.__init__ = create


def _end(backend: Any, task: Task) -> None:
    """Write how a task ended, once it has."""
    if task.status != "STOPPED" or task.stop_code:
        return
    _release(backend, task)
    if task.desired_status == "STOPPED":
        task.stop_code = "UserInitiated"
        return
    task.desired_status = "STOPPED"
    definition = backend.describe_task_definition(task.task_definition_arn)
    if image := _unpullable(backend, definition):
        _failed_to_start(task, image)
        return
    task.stop_code, task.stopped_reason = "EssentialContainerExited", "Essential container in task exited"
    overrides = {one["name"]: one for one in task.overrides.get("containerOverrides", [])}
    for container, declared in zip(task.containers, definition.container_definitions, strict=True):
        command = overrides.get(container.name, {}).get("command") or declared.get("command") or []
        container.last_status = "STOPPED"
        container.exitCode, output = _ending(command)
        _log(backend, task, declared, output)


def _release(backend: Any, task: Task) -> None:
    """A stopped task has no network interfaces any more."""
    details = [detail for attachment in task.attachments for detail in attachment["details"]]
    for interface in [detail["value"] for detail in details if detail["name"] == "networkInterfaceId"]:
        ec2_backends[backend.account_id][backend.region_name].delete_network_interface(interface)


def _failed_to_start(task: Any, image: str) -> None:
    task.stop_code = "TaskFailedToStart"
    task.stopped_reason = f"CannotPullContainerError: failed to resolve ref {image}: {image}: not found"


def _ending(command: list[str]) -> tuple[int, list[str]]:
    """The exit code of a command that says it itself, and what it prints."""
    script = command[2] if command[:2] in (["sh", "-c"], ["/bin/sh", "-c"]) and len(command) > 2 else shlex.join(command)
    output: list[str] = []
    for step in re.split(r";|&&", script):
        program, *arguments = shlex.split(step) or ["true"]
        if program == "echo":
            output.append(" ".join(arguments))
        elif program == "exit":
            return int(arguments[0]), output
        elif program == "false":
            return 1, output
    return 0, output


def _log(backend: Any, task: Task, container: Mapping[str, Any], lines: list[str]) -> None:
    options = container.get("logConfiguration", {}).get("options", {})
    group = logs_backends[backend.account_id][backend.region_name].groups.get(options.get("awslogs-group"))
    if group and "awslogs-stream-prefix" in options:
        stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{task.id}"
        group.create_log_stream(stream)
        group.put_log_events(stream, [{"timestamp": int(unix_time_millis()), "message": line} for line in lines])


def _correct_services() -> None:
    backend, response = EC2ContainerServiceBackend, EC2ContainerServiceResponse
    create, describe, delete = response.create_service, backend.describe_services, backend.delete_service
    list_all, validate = backend.list_services, Service._validate_network

    def validate_network(self: Any, configuration: dict[str, Any]) -> dict[str, Any]:
        network = configuration["awsvpcConfiguration"]
        network.setdefault("securityGroups", [])
        network.setdefault("assignPublicIp", "DISABLED")
        return validate(self, configuration)

    def create_service(self: Any) -> ActionResult:
        wanted, ecs = self._get_params(), self.ecs_backend
        standing = ecs.services.get(f"{wanted.get('cluster', 'default').split('/')[-1]}:{wanted['serviceName']}")
        if standing and standing.status != "INACTIVE":
            raise InvalidParameterException("Creation of service was not idempotent.")
        result = create(self)
        service = result.result["service"]
        for name, value in SERVICE_DEFAULTS.items():
            setattr(service, xform_name(name), wanted.get(name, value))
        service.deployment_configuration = DEPLOYMENT_DEFAULTS | wanted.get("deploymentConfiguration", {})
        service.created_at = utcnow()
        if service.capacity_provider_strategy:
            service.launch_type = None
        if not service.platform_version and service.launch_type != "EC2":
            service.platform_version, service.platform_family = "LATEST", "Linux"
        if "MOTO_ECS_SERVICE_RUNNING" not in os.environ and service.deployments:
            service.deployments = []
            _deploy(ecs, service)
        return result

    def update_service(self: Any, service_properties: dict[str, Any]) -> Service:
        service = self._get_service(service_properties["cluster"], service_properties["service"].split("/")[-1])
        if service.status != "ACTIVE":
            raise ECSException("ServiceNotActiveException", "Service was not ACTIVE.")
        _progress(self, service)
        given = {name: value for name, value in service_properties.items() if value is not None}
        given = {name: value for name, value in given.items() if name not in ("cluster", "service")}
        due = bool(given.pop("force_new_deployment", False))
        if "task_definition" in given:
            given["task_definition"] = self.describe_task_definition(given["task_definition"]).arn
            due |= given["task_definition"] != service.task_definition
        if "network_configuration" in given:
            given["network_configuration"] = service._validate_network(given["network_configuration"])
        if "deployment_configuration" in given:
            given["deployment_configuration"] = service.deployment_configuration | given["deployment_configuration"]
        due |= any(name in DEPLOYED and getattr(service, name) != value for name, value in given.items())
        if given.get("capacity_provider_strategy"):
            given["launch_type"] = None
        for name, value in given.items():
            setattr(service, name, value)
        if due and service.deployments:
            _deploy(self, service)
        return service

    def describe_services(self: Any, cluster_str: str, service_names_or_arns: list[str]) -> Any:
        services, failures = describe(self, cluster_str, service_names_or_arns)
        for service in services:
            if rollout := getattr(service, "rollout", None):
                rollout.advance()
            _progress(self, service)
        return services, failures

    def list_services(self: Any, *arguments: Any, **options: Any) -> list[str]:
        gone = {service.arn for service in self.services.values() if service.status == "INACTIVE"}
        return [arn for arn in list_all(self, *arguments, **options) if arn not in gone]

    def delete_service(self: Any, cluster_name: str, service_name: str, force: bool) -> Service:
        service = delete(self, cluster_name, service_name, force)
        service.desired_count = service.running_count = 0
        service.deployments, service.tags, service.rollout = [], [], None
        _register(self, service)
        return service

    Service._validate_network = validate_network
    response.create_service = create_service
    backend.update_service, backend.describe_services, backend.delete_service = update_service, describe_services, delete_service
    backend.list_services = list_services


def _deploy(backend: Any, service: Any, reason: str = "") -> None:
    """Start a deployment: it becomes the primary one, and the one before it drains."""
    identity = f"ecs-svc/{mock_random.randint(10**18, 10**19 - 1)}"
    service.rollout = ManagedState("ecs::deployment", [("IN_PROGRESS", "ENDED")])
    provisioning.begin(service.rollout, "service deploy", service.arn, "IN_PROGRESS")
    service.unpullable = _unpullable(backend, backend.describe_task_definition(service.task_definition))
    standing = [{**one, "status": "ACTIVE"} for one in service.deployments[:1]]
    primary = {
        "id": identity,
        "status": "PRIMARY",
        "taskDefinition": service.task_definition,
        "createdAt": utcnow(),
        "updatedAt": utcnow(),
        "failedTasks": 0,
        "capacityProviderStrategy": service.capacity_provider_strategy,
        "launchType": service.launch_type,
        "platformVersion": service.platform_version,
        "networkConfiguration": service.network_configuration,
        "rolloutState": "IN_PROGRESS",
        "rolloutStateReason": reason or f"ECS deployment {identity} in progress.",
        "desiredCount": service.desired_count,
        "pendingCount": service.desired_count,
        "runningCount": 0,
    }
    service.deployments = [primary, *standing]
    if not standing:
        service.running_count, service.pending_count = 0, service.desired_count


def _progress(backend: Any, service: Any) -> None:
    """Bring a service as far as its deployment has come."""
    if service.status != "ACTIVE" or not getattr(service, "rollout", None) or not service.deployments:
        return
    primary = service.deployments[0]
    if service.rollout.status == "IN_PROGRESS" or provisioning.under_way(service.rollout):
        return
    if service.unpullable:
        _fail(backend, service, primary)
        return
    service.running_count, service.pending_count = service.desired_count, 0
    primary |= {"desiredCount": service.desired_count, "runningCount": service.desired_count, "pendingCount": 0}
    if primary["rolloutState"] == "IN_PROGRESS":
        reason = f"ECS deployment {primary['id']} completed."
        primary |= {"rolloutState": "COMPLETED", "rolloutStateReason": reason, "updatedAt": utcnow()}
        _tell(service, f"(service {service.name}) has reached a steady state.")
    service.deployments = [primary]
    _register(backend, service)


def _register(backend: Any, service: Any) -> None:
    """Amazon ECS developer guide, "Use service discovery": as many instances in AWS Cloud Map as tasks run."""
    network = (service.network_configuration or {}).get("awsvpcConfiguration")
    if not network:
        return
    registries = {one["registryArn"]: service.running_count for one in service.service_registries or []}
    attributes = {
        "EC2_SUBNET_ID": network["subnets"][0],
        "ECS_CLUSTER_NAME": service.cluster_name,
        "ECS_SERVICE_NAME": service.name,
        "REGION": backend.region_name,
    }
    keep_registered(backend.account_id, backend.region_name, service.arn, registries, attributes)


def _fail(backend: Any, service: Any, deployment: dict[str, Any]) -> None:
    """What happens when the tasks of a deployment can't start: without the circuit breaker nothing more, for ever."""
    if not deployment["failedTasks"]:
        _stopped_task(backend, service, deployment)
        deployment["failedTasks"] = 3
    breaker = service.deployment_configuration["deploymentCircuitBreaker"]
    if not breaker["enable"] or deployment["rolloutState"] == "FAILED":
        return
    name = f"(service {service.name}) (deployment {deployment['id']})"
    _tell(service, f"{name} deployment failed: tasks failed to start.")
    reason = "ECS deployment circuit breaker: tasks failed to start."
    deployment |= {"rolloutState": "FAILED", "rolloutStateReason": reason, "updatedAt": utcnow()}
    before = next((one for one in service.deployments[1:] if one["rolloutState"] == "COMPLETED"), None)
    if breaker["rollback"] and before:
        _tell(service, f"{name} rolling back to deployment {before['id']}.")
        service.task_definition = before["taskDefinition"]
        _deploy(backend, service, f"ECS deployment circuit breaker: rolling back to deploymentId {before['id']}.")


def _unpullable(backend: Any, definition: TaskDefinition) -> str:
    """The image that no task can pull, because its repository is one of this account and does not exist."""
    for container in definition.container_definitions:
        image = ECR_IMAGE.match(container["image"])
        if not image or (image["account"], image["region"]) != (backend.account_id, backend.region_name):
            continue
        if image["repository"] not in ecr_backends[backend.account_id][backend.region_name].repositories:
            return str(container["image"])
    return ""


def _stopped_task(backend: Any, service: Any, deployment: Mapping[str, Any]) -> None:
    """A task that ended before it ran, as one finds it afterwards."""
    task = Task(
        cluster=backend._get_cluster(service.cluster_name),
        task_definition=backend.describe_task_definition(service.task_definition),
        container_instance_arn=None,
        resource_requirements=None,
        backend=backend,
        group=f"service:{service.name}",
        started_by=deployment["id"],
        launch_type=service.launch_type or "",
        networking_configuration=service.network_configuration or None,
    )
    _release(backend, task)
    task.last_status = task.desired_status = "STOPPED"
    _failed_to_start(task, service.unpullable)
    backend.tasks.setdefault(service.cluster_name, {})[task.task_arn] = task


def _tell(service: Any, message: str) -> None:
    service.events = [{"id": str(mock_random.uuid4()), "createdAt": utcnow(), "message": message}, *service.events][:100]
