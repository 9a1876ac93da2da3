#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_task_definition
version_added: 0.1.0
short_description: Manage an Amazon ECS task definition
description:
  - Registers a new revision of a task definition when something declared differs from the latest active revision.
  - What AWS fills in, and the order of containers, environment and secrets, are no difference.
  - A new revision takes over from the latest one what is not declared. Older revisions are kept, so that a service can roll back.
  - Follows the Amazon ECS API reference, actions RegisterTaskDefinition, DeregisterTaskDefinition and DeleteTaskDefinitions.
author:
  - The Groundwork authors (@groundwork)
options:
  family:
    description: Name of the family that the revisions belong to.
    type: str
    required: true
  requires_compatibilities:
    description: Where the task shall be able to run.
    type: list
    elements: str
    choices: [FARGATE, EC2, EXTERNAL]
    default: [FARGATE]
  network_mode:
    description: How containers reach the network. On Fargate it is V(awsvpc).
    type: str
    choices: [awsvpc, bridge, host, none]
    default: awsvpc
  cpu:
    description: CPU units of the task, 1024 to a virtual CPU. Required on Fargate, where only some pairs with O(memory) exist.
    type: int
  memory:
    description: MiB of memory of the task. Required on Fargate.
    type: int
  execution_role_arn:
    description: ARN of the role by which Amazon ECS pulls images, reads secrets and writes logs.
    type: str
  task_role_arn:
    description: ARN of the role that the containers have.
    type: str
  runtime_platform:
    description: What the containers run on. AWS takes Linux on X86_64 where nothing is said.
    type: dict
    suboptions:
      cpu_architecture:
        description: Processor architecture.
        type: str
        choices: [X86_64, ARM64]
      operating_system_family:
        description: Operating system, for instance V(LINUX).
        type: str
  ephemeral_storage:
    description: GiB of disk that each task has, from 20 to 200.
    type: int
  containers:
    description:
      - The container definitions, in the form of the API's data type ContainerDefinition, with its names in camel case,
        so that what the AWS documentation shows can be used as it is. They are compared as a whole.
      - C(environment) and C(secrets) may also be mappings, of variable names to values and to ARNs.
      - What must not be seen belongs in C(secrets); C(environment) is shown in diffs, as it is by AWS.
      - Required when O(state=present).
    type: list
    elements: dict
  volumes:
    description: The volumes, in the form of the API's data type Volume. They are compared as a whole.
    type: list
    elements: dict
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
notes:
  - With O(state=absent) every active revision is deregistered, and every inactive one deleted.
"""

EXAMPLES = r"""
- name: The web application on Fargate
  groundwork.cloud.ecs_task_definition:
    family: shop-production-web
    cpu: 512
    memory: 1024
    runtime_platform: {cpu_architecture: ARM64}
    execution_role_arn: arn:aws:iam::111122223333:role/shop-production-web-execution
    containers:
      - name: web
        image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/web:1.4.0
        portMappings: [{containerPort: 3000}]
        environment: {NODE_ENV: production}
        secrets: {DATABASE_URL: "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop-a1b2c3:url::"}
        logConfiguration:
          logDriver: awslogs
          options: {awslogs-group: /shop/web, awslogs-region: us-east-1, awslogs-stream-prefix: web}

- name: Remove all its revisions
  groundwork.cloud.ecs_task_definition:
    family: shop-production-web
    state: absent
"""

RETURN = r"""
task_definition:
  description: The latest active revision; empty when there is none.
  returned: always
  type: dict
  contains:
    family:
      description: Name of the family.
      type: str
      sample: shop-production-web
    revision:
      description: Its number. In check mode, the number that a new revision will have. Known once there is a first revision.
      type: int
      sample: 5
    arn:
      description: Its ARN. In check mode, the ARN that a new revision will have. Known once there is a first revision.
      type: str
      sample: arn:aws:ecs:us-east-1:111122223333:task-definition/shop-production-web:5
    requires_compatibilities:
      description: Where the task can run.
      type: list
      elements: str
      sample: [FARGATE]
    network_mode:
      description: How containers reach the network.
      type: str
      sample: awsvpc
    execution_role_arn:
      description: The role of Amazon ECS, empty when there is none.
      type: str
      sample: arn:aws:iam::111122223333:role/shop-production-web-execution
    task_role_arn:
      description: The role of the containers, empty when there is none.
      type: str
      sample: ""
    runtime_platform:
      description: What the containers run on.
      type: dict
      sample: {"cpu_architecture": "ARM64", "operating_system_family": "LINUX"}
    ephemeral_storage:
      description: GiB of disk.
      type: int
      sample: 20
    cpu:
      description: CPU units of the task.
      type: int
      sample: 512
    memory:
      description: MiB of memory of the task.
      type: int
      sample: 1024
    containers:
      description: The container definitions by name, without what AWS fills in; environment and secrets as mappings.
      type: dict
      sample: {"web": {"image": "nginx", "environment": {"NODE_ENV": "production"}}}
    volumes:
      description: The volumes by name.
      type: dict
      sample: {}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from itertools import batched
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge, tags_part
from ..module_utils.containers import canonical, canonical_volumes, listed
from ..module_utils.ecs import Ecs, EcsError, ecs_tags, from_ecs_tags
from ..module_utils.fargate import check_size
from ..module_utils.plan import Exact, Plan, declared, exact, matches, without_none

ARGUMENTS: dict[str, Any] = {
    "family": {"type": "str", "required": True},
    "requires_compatibilities": {
        "type": "list",
        "elements": "str",
        "choices": ["FARGATE", "EC2", "EXTERNAL"],
        "default": ["FARGATE"],
    },
    "network_mode": {"type": "str", "choices": ["awsvpc", "bridge", "host", "none"], "default": "awsvpc"},
    "cpu": {"type": "int"},
    "memory": {"type": "int"},
    "execution_role_arn": {"type": "str"},
    "task_role_arn": {"type": "str"},
    "runtime_platform": {
        "type": "dict",
        "options": {
            "cpu_architecture": {"type": "str", "choices": ["X86_64", "ARM64"]},
            "operating_system_family": {"type": "str"},
        },
    },
    "ephemeral_storage": {"type": "int"},
    "containers": {"type": "list", "elements": "dict"},
    "volumes": {"type": "list", "elements": "dict"},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
SMALLEST_DISK = 20  # GiB, what a task has where nothing is said; the API refuses the number itself
DELETED_AT_ONCE = 10  # DeleteTaskDefinitions: up to 10 at a time


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(task_definition), C(tags).

    Where a new revision is due, its number and ARN are part of the plan, so that a plan of the service can name it.
    """
    if params["state"] == "absent":
        return {"task_definition": None}
    if problem := refusal(params):
        raise EcsError(f"plan task definition {params['family']}", problem)
    settings = {
        "family": params["family"],
        "requires_compatibilities": sorted(params["requires_compatibilities"]),
        "containers": exact(canonical(listed(params["containers"]))),
        "volumes": None if params["volumes"] is None else exact(canonical_volumes(params["volumes"])),
        "runtime_platform": without_none(params["runtime_platform"]),
        **{option: params[option] for option in ("cpu", "memory", "network_mode", "ephemeral_storage")},
        **{option: params[option] for option in ("execution_role_arn", "task_role_arn")},
    }
    definition, standing = declared(settings), current.get("task_definition")
    if standing and not matches(standing, definition):
        revision = standing["revision"] + 1
        definition |= {"revision": revision, "arn": f"{standing['arn'].rpartition(':')[0]}:{revision}"}
    return {"task_definition": definition, **tags_part(params)}


def refusal(params: Mapping[str, Any]) -> str | None:
    """What of the declared task AWS would refuse, and the cure."""
    names = [container.get("name") for container in params["containers"]]
    if not names or not all(names) or not all(container.get("image") for container in params["containers"]):
        return "each of its containers needs a name and an image; name at least one with both"
    if len(set(names)) < len(names):
        return "two of its containers have the same name; give each its own"
    if "FARGATE" in params["requires_compatibilities"]:
        if params["cpu"] is None or params["memory"] is None:
            return "Fargate needs the size of the task; declare cpu and memory"
        if params["network_mode"] != "awsvpc":
            return f"Fargate has no network mode {params['network_mode']}; use awsvpc"
        return check_size(params["cpu"], params["memory"])
    return None


def described(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon ECS's TaskDefinition in the words of this module's options."""
    platform = definition.get("runtimePlatform", {})
    return {
        "family": definition["family"],
        "revision": definition["revision"],
        "arn": definition["taskDefinitionArn"],
        "requires_compatibilities": sorted(definition.get("requiresCompatibilities", [])),
        "network_mode": definition.get("networkMode", "bridge"),
        "cpu": int(definition.get("cpu") or 0),
        "memory": int(definition.get("memory") or 0),
        "execution_role_arn": definition.get("executionRoleArn", ""),
        "task_role_arn": definition.get("taskRoleArn", ""),
        "runtime_platform": {
            "cpu_architecture": platform.get("cpuArchitecture", "X86_64"),
            "operating_system_family": platform.get("operatingSystemFamily", "LINUX"),
        },
        "ephemeral_storage": definition.get("ephemeralStorage", {}).get("sizeInGiB", SMALLEST_DISK),
        "containers": canonical(definition["containerDefinitions"]),
        "volumes": canonical_volumes(definition.get("volumes", [])),
    }


def request(params: Mapping[str, Any]) -> dict[str, Any]:
    """The declared options in the API's words; a member is None where it is left out, or is to be as if it were."""
    platform = without_none(params["runtime_platform"] or {})
    members = {"cpu_architecture": "cpuArchitecture", "operating_system_family": "operatingSystemFamily"}
    disk = params["ephemeral_storage"] or 0
    return {
        "family": params["family"],
        "requiresCompatibilities": params["requires_compatibilities"],
        "networkMode": params["network_mode"],
        "cpu": params["cpu"],
        "memory": params["memory"],
        "executionRoleArn": params["execution_role_arn"],
        "taskRoleArn": params["task_role_arn"],
        "runtimePlatform": {members[option]: value for option, value in platform.items()} or None,
        "ephemeralStorage": {"sizeInGiB": disk} if disk > SMALLEST_DISK else None,
        "containerDefinitions": listed(params["containers"]),
        "volumes": params["volumes"],
    }


class TaskDefinition(Ecs):
    def __init__(self, module: AnsibleAWSModule) -> None:
        super().__init__(module)
        self._standing: dict[str, Any] = {}
        self._tags: dict[str, str] = {}

    def read(self) -> dict[str, Any]:
        family = self.params["family"]
        self._standing, self._tags = {}, {}
        with self.doing(f"read task definition {family}", "ClientException"):  # there is none
            answer = self.client.describe_task_definition(taskDefinition=family, include=["TAGS"])
            self._standing, self._tags = answer["taskDefinition"], from_ecs_tags(answer.get("tags"))
        return {"task_definition": described(self._standing), "tags": self._tags} if self._standing else {}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if self.params["state"] == "absent":
            return wanted(self.params, current)
        typed = self._request()
        options = {"containers": typed["containerDefinitions"], "volumes": typed.get("volumes")}
        return wanted({**self.params, **{name: value for name, value in options.items() if value is not None}}, current)

    def apply(self, todo: Plan) -> None:
        family = self.params["family"]
        if "task_definition" in todo.delete:
            self._delete()
        elif "task_definition" in todo.create or "task_definition" in todo.update:
            after = todo.after("tags") or {}
            tags = dict(after) if isinstance(after, Exact) else {**self._tags, **after}
            members = {**self._request(), **({"tags": ecs_tags(tags)} if tags else {})}  # empty tags are refused
            with self.doing(f"register task definition {family}"):
                self.client.register_task_definition(**members)
        else:
            self.tag(f"task definition {family}", self._standing["taskDefinitionArn"], *todo.update["tags"])

    def _request(self) -> dict[str, Any]:
        """A new revision: what is declared, and what the latest revision has beside it."""
        known = self.client.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
        inherited = {member: value for member, value in self._standing.items() if member in known}
        asked = declared(request(self.params))
        if "runtimePlatform" in asked:
            asked["runtimePlatform"] = {**inherited.get("runtimePlatform", {}), **asked["runtimePlatform"]}
        if self.params["ephemeral_storage"] == SMALLEST_DISK:
            inherited.pop("ephemeralStorage", None)
        return self.checked(f"plan task definition {self.params['family']}", "RegisterTaskDefinition", **{**inherited, **asked})

    def _delete(self) -> None:
        family = self.params["family"]
        with self.doing(f"deregister task definition {family}"):
            for arn in self.pages("list_task_definitions", "taskDefinitionArns", familyPrefix=family, status="ACTIVE"):
                self.client.deregister_task_definition(taskDefinition=arn)
        with self.doing(f"delete task definition {family}"):
            inactive = self.pages("list_task_definitions", "taskDefinitionArns", familyPrefix=family, status="INACTIVE")
            for some in batched(inactive, DELETED_AT_ONCE):
                failures = self.client.delete_task_definitions(taskDefinitions=list(some)).get("failures", [])
                if failures:
                    raise EcsError(f"delete task definition {failures[0].get('arn')}", failures[0].get("reason", "it failed"))


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS, required_if=[("state", "present", ["containers"])], supports_check_mode=True
    )
    converge(module, TaskDefinition(module), "task_definition")


if __name__ == "__main__":
    main()
