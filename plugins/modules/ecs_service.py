#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_service
version_added: 0.1.0
short_description: Manage an Amazon ECS service
description:
  - Creates, changes and deletes a service that keeps tasks running, and waits until its deployment is complete.
  - A deployment that failed is a difference, and is tried again. One that is in progress is waited for.
  - Follows the Amazon ECS API reference, actions CreateService, UpdateService and DeleteService.
author:
  - The Groundwork authors (@groundwork)
options:
  cluster:
    description: Name of the cluster.
    type: str
    required: true
  name:
    description: Name of the service.
    type: str
    required: true
  task_definition:
    description:
      - What the tasks run, as an ARN, as C(family:revision), or as a family, whose latest active revision is then meant.
      - Required when the service is created.
    type: str
  desired_count:
    description:
      - How many tasks run. It is held, so leave it out where Application Auto Scaling sets the number.
    type: int
  initial_count:
    description:
      - How many tasks a new service starts with, where O(desired_count) is left out.
      - Of no effect once the service stands, so that scaling is never undone.
    type: int
    default: 1
  launch_type:
    description:
      - Where the tasks run. It can't be changed once the service stands.
      - Mutually exclusive with O(capacity_provider_strategy).
    type: str
    choices: [FARGATE, EC2, EXTERNAL]
  capacity_provider_strategy:
    description: How the tasks are spread over capacity providers. Its order means nothing; a change starts a new deployment.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: Name of the capacity provider.
        type: str
        required: true
      weight:
        description: The share of tasks placed there, beyond the base.
        type: int
        default: 1
      base:
        description: How many tasks are placed there first.
        type: int
        default: 0
  platform_version:
    description: Version of the Fargate platform, for instance V(LATEST).
    type: str
  network:
    description: The network of tasks whose network mode is C(awsvpc).
    type: dict
    suboptions:
      subnets:
        description: IDs of the subnets.
        type: list
        elements: str
        required: true
      security_groups:
        description: IDs of the security groups. Left out, tasks have the VPC's default one.
        type: list
        elements: str
      assign_public_ip:
        description: Whether tasks have a public address.
        type: bool
  load_balancers:
    description: The target groups that the tasks are registered in. Their order means nothing.
    type: list
    elements: dict
    suboptions:
      target_group_arn:
        description: ARN of the target group.
        type: str
        required: true
      container_name:
        description: Name of the container.
        type: str
        required: true
      container_port:
        description: Port of the container.
        type: int
        required: true
  service_registries:
    description: The AWS Cloud Map services that the tasks are registered in. Their order means nothing.
    type: list
    elements: dict
    suboptions:
      registry_arn:
        description: ARN of the Cloud Map service.
        type: str
        required: true
      container_name:
        description: Name of the container, for SRV records.
        type: str
      container_port:
        description: Port of the container, for SRV records.
        type: int
  deployment:
    description: How a new deployment replaces the one before.
    type: dict
    suboptions:
      minimum_healthy_percent:
        description: The share of the desired count that stays healthy meanwhile.
        type: int
      maximum_percent:
        description: The share of the desired count that may run meanwhile.
        type: int
      circuit_breaker:
        description: Whether a deployment whose tasks do not get healthy is stopped. Without it, it is tried for ever.
        type: bool
      rollback:
        description: Whether the circuit breaker then brings back the last complete deployment.
        type: bool
  health_check_grace_period:
    description: For how many seconds after a task's start its health checks at the load balancer are ignored.
    type: int
  enable_execute_command:
    description: Whether ECS Exec can run commands in tasks that start from now on.
    type: bool
  enable_ecs_managed_tags:
    description: Whether Amazon ECS tags tasks with the names of their cluster and service.
    type: bool
  propagate_tags:
    description: Where the tags of tasks come from.
    type: str
    choices: [TASK_DEFINITION, SERVICE, NONE]
  availability_zone_rebalancing:
    description: Whether Amazon ECS keeps the tasks evenly spread over zones.
    type: bool
  force_new_deployment:
    description: Whether the tasks are replaced even if nothing differs, for instance to pull an image again. Always a change.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the deployment is complete and the desired tasks run, and on deletion until the tasks have stopped.
      - When the deployment fails the module fails too, and shows the service's events and why tasks stopped.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 900
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: The web application behind a load balancer, its count left to Application Auto Scaling
  groundwork.cloud.ecs_service:
    cluster: shop-production-web
    name: shop-production-web
    task_definition: shop-production-web
    initial_count: 2
    launch_type: FARGATE
    network:
      subnets: [subnet-0aaa, subnet-0bbb]
      security_groups: [sg-0ccc]
    load_balancers:
      - target_group_arn: arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef
        container_name: web
        container_port: 3000
    deployment: {minimum_healthy_percent: 100, maximum_percent: 200, circuit_breaker: true, rollback: true}
    health_check_grace_period: 60

- name: Remove the service and stop its tasks
  groundwork.cloud.ecs_service:
    cluster: shop-production-web
    name: shop-production-web
    state: absent
"""

RETURN = r"""
service:
  description: The service, with all its settings in the words of the options; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-web
    cluster:
      description: Name of its cluster.
      type: str
      sample: shop-production-web
    arn:
      description: Its ARN. Known once the service exists.
      type: str
      sample: arn:aws:ecs:us-east-1:111122223333:service/shop-production-web/shop-production-web
    status:
      description: Its status. Known once the service exists.
      type: str
      sample: ACTIVE
    task_definition:
      description: ARN of the task definition that it runs.
      type: str
      sample: arn:aws:ecs:us-east-1:111122223333:task-definition/shop-production-web:5
    desired_count:
      description: How many tasks shall run.
      type: int
      sample: 2
    running_count:
      description: How many tasks run. Known once the service exists.
      type: int
      sample: 2
    rollout_state:
      description: How far the latest deployment is, C(COMPLETED), C(IN_PROGRESS) or C(FAILED). Known once the service exists.
      type: str
      sample: COMPLETED
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge, tags_part
from ..module_utils.ecs import STRATEGY_OPTION, Ecs, EcsError, ecs_tags, from_ecs_tags
from ..module_utils.ecs_services import SUBOPTIONS, described, failed, primary, progress, request, steady, stop_reason, wanted
from ..module_utils.plan import Plan, plan

ARGUMENTS: dict[str, Any] = {
    "cluster": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
    "task_definition": {"type": "str"},
    "desired_count": {"type": "int"},
    "initial_count": {"type": "int", "default": 1},
    "launch_type": {"type": "str", "choices": ["FARGATE", "EC2", "EXTERNAL"]},
    "capacity_provider_strategy": STRATEGY_OPTION,
    "platform_version": {"type": "str"},
    **SUBOPTIONS,
    "health_check_grace_period": {"type": "int"},
    "enable_execute_command": {"type": "bool"},
    "enable_ecs_managed_tags": {"type": "bool"},
    "propagate_tags": {"type": "str", "choices": ["TASK_DEFINITION", "SERVICE", "NONE"]},
    "availability_zone_rebalancing": {"type": "bool"},
    "force_new_deployment": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 900},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
TASKS_SHOWN = 3


class EcsService(Ecs):
    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self._may_wait: bool = module.params["wait"] and not module.check_mode

    @property
    def key(self) -> dict[str, str]:
        return {"cluster": self.params["cluster"], "service": self.params["name"]}

    def read(self) -> dict[str, Any]:
        service = self._service()
        if service.get("status") == "DRAINING" and self._may_wait:
            self._gone()
        if service.get("status") != "ACTIVE":
            return {}
        current = {"service": described(service), "tags": from_ecs_tags(service.get("tags"))}
        if self._unfinished(current):
            self._steady(primary(service).get("id", ""))
            return self.read()
        return current

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if self.params["state"] == "absent":
            return {"service": None}
        return {"service": wanted(self.params, current, self._definition()), **tags_part(self.params)}

    def apply(self, todo: Plan) -> None:
        name = self.params["name"]
        if "service" in todo.delete:
            with self.doing(f"delete service {name}", "ServiceNotFoundException", "ServiceNotActiveException"):
                self.client.delete_service(**self.key, force=True)  # scales to nothing first
            if self.params["wait"]:
                self._gone()
            return
        if "service" in todo.create:
            service = self._create(todo.create["service"], todo.after("tags") or {})
        else:
            service = self._update(*todo.update["service"]) if "service" in todo.update else {}
        if "tags" in todo.update:
            self.tag(f"service {name}", self._service()["serviceArn"], *todo.update["tags"])
        if service and self.params["wait"]:
            self._steady(primary(service).get("id", ""))

    def _service(self) -> dict[str, Any]:
        with self.doing(f"read service {self.params['name']}", "ClusterNotFoundException"):
            cluster, name = self.key.values()
            found = self.client.describe_services(cluster=cluster, services=[name], include=["TAGS"])["services"]
            return found[0] if found else {}
        return {}

    def _definition(self) -> str | None:
        """The ARN that the option stands for; the option itself where there is no such task definition yet."""
        definition: str | None = self.params["task_definition"]
        if definition is None or definition.startswith("arn:"):
            return definition
        with self.doing(f"read task definition {definition}", "ClientException"):
            found = self.client.describe_task_definition(taskDefinition=definition)["taskDefinition"]
            return str(found["taskDefinitionArn"])
        return definition

    def _create(self, service: Mapping[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
        cluster, name = self.key.values()
        self._require_definition(service)
        members = {**request(service, {}), **({"tags": ecs_tags(tags)} if tags else {})}  # empty tags are refused
        with self.doing(f"create service {name}"):
            # In a new account, the role that Amazon ECS makes for itself can't be assumed at once.
            create = partial(self.client.create_service, cluster=cluster, serviceName=name, **members)
            return dict(self.persist(f"service {name} to be created", create, "service linked role", timeout=60)["service"])
        return {}

    def _update(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        self._require_definition(after)
        changed = {option: value for option, value in after.items() if before.get(option) != value}
        with self.doing(f"change service {self.params['name']}"):
            return dict(self.client.update_service(**self.key, **request(changed, self._service()))["service"])
        return {}

    def _require_definition(self, service: Mapping[str, Any]) -> None:
        if not (definition := service.get("task_definition", "arn:")).startswith("arn:"):
            raise EcsError(
                f"deploy service {self.params['name']}", f"there is no active task definition {definition}; register it"
            )

    def _unfinished(self, current: Mapping[str, Any]) -> bool:
        """Whether all is as declared, and only an earlier deployment has yet to end."""
        if not self._may_wait or self.params["state"] == "absent" or current["service"]["rollout_state"] != "IN_PROGRESS":
            return False
        return not plan(current, self.wanted(current)).changed

    def _steady(self, deployment: str) -> None:
        name = self.params["name"]
        self.wait(
            f"service {name} to be steady",
            self._service,
            lambda service: steady(service, deployment),
            state=lambda service: progress(service, deployment, self._stopped(deployment)),
            failed=lambda service: failed(service, deployment),
        )

    def _stopped(self, deployment: str) -> list[str]:
        """Why the last tasks of a deployment stopped."""
        cluster, name = self.key.values()
        with self.doing(f"read the stopped tasks of service {name}"):
            arns = self.client.list_tasks(cluster=cluster, serviceName=name, desiredStatus="STOPPED")["taskArns"]
            tasks = self.client.describe_tasks(cluster=cluster, tasks=arns)["tasks"] if arns else []
        return [stop_reason(task) for task in tasks if task.get("startedBy") == deployment][:TASKS_SHOWN]

    def _gone(self) -> None:
        self.wait(
            f"the tasks of service {self.params['name']} to stop",
            self._service,
            lambda service: service.get("status", "INACTIVE") == "INACTIVE",
            state=lambda service: f"{service['status']} with {service['runningCount']} tasks",
        )


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS,
        mutually_exclusive=[("launch_type", "capacity_provider_strategy")],
        supports_check_mode=True,
    )
    converge(module, EcsService(module), "service")


if __name__ == "__main__":
    main()
