#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: ecs_cluster
version_added: 0.1.0
short_description: Manage an Amazon ECS cluster
description:
  - Creates, changes and deletes a cluster with its container insights, capacity providers, command logging and tags.
  - Follows the Amazon ECS API reference, actions CreateCluster, UpdateCluster, PutClusterCapacityProviders and DeleteCluster.
  - A cluster that Amazon ECS still shows as C(INACTIVE) after it was deleted counts as absent.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Name of the cluster.
    type: str
    required: true
  container_insights:
    description: Which of the metrics of CloudWatch Container Insights are collected.
    type: str
    choices: [disabled, enabled, enhanced]
  capacity_providers:
    description: Capacity providers that the cluster's services and tasks may use, for instance V(FARGATE) and V(FARGATE_SPOT).
    type: list
    elements: str
  default_capacity_provider_strategy:
    description: How tasks are spread when neither a launch type nor a strategy is given. Its order means nothing.
    type: list
    elements: dict
    suboptions:
      capacity_provider:
        description: One of O(capacity_providers).
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
  execute_command:
    description: How the commands that people run in containers with ECS Exec are logged and encrypted.
    type: dict
    suboptions:
      logging:
        description:
          - V(none) logs nothing, V(default) logs to the task's own C(awslogs) configuration.
          - V(override) logs to O(execute_command.log_group) or O(execute_command.bucket).
        type: str
        choices: [none, default, override]
        required: true
      kms_key:
        description: KMS key that encrypts the data between the client and the container.
        type: str
      log_group:
        description: Name of the CloudWatch log group.
        type: str
      log_group_encrypted:
        description: Whether the log group is encrypted; commands are not run when it is not.
        type: bool
      bucket:
        description: Name of the S3 bucket.
        type: str
      bucket_encrypted:
        description: Whether the bucket is encrypted; commands are not run when it is not.
        type: bool
      prefix:
        description: Beginning of the keys in the bucket.
        type: str
  wait:
    description: Whether to wait until capacity providers are attached, and on deletion until the last tasks have stopped.
    type: bool
    default: true
  wait_timeout:
    description: How many seconds to wait.
    type: int
    default: 300
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A cluster for Fargate, mostly on spot capacity
  groundwork.cloud.ecs_cluster:
    name: shop-production-web
    container_insights: enhanced
    capacity_providers: [FARGATE, FARGATE_SPOT]
    default_capacity_provider_strategy:
      - {capacity_provider: FARGATE, base: 1, weight: 1}
      - {capacity_provider: FARGATE_SPOT, weight: 3}
    execute_command:
      logging: override
      log_group: /shop/production/commands

- name: Remove the cluster
  groundwork.cloud.ecs_cluster:
    name: shop-production-web
    state: absent
"""

RETURN = r"""
cluster:
  description: The cluster; empty when it is absent.
  returned: always
  type: dict
  contains:
    name:
      description: Its name.
      type: str
      sample: shop-production-web
    arn:
      description: Its ARN. Known once the cluster exists.
      type: str
      sample: arn:aws:ecs:us-east-1:111122223333:cluster/shop-production-web
    status:
      description: Its status. Known once the cluster exists.
      type: str
      sample: ACTIVE
    container_insights:
      description: Which metrics of Container Insights are collected.
      type: str
      sample: enhanced
    capacity_providers:
      description: Its capacity providers.
      type: list
      elements: str
      sample: [FARGATE, FARGATE_SPOT]
    default_capacity_provider_strategy:
      description: How tasks are spread by default.
      type: list
      elements: dict
      sample: [{"capacity_provider": "FARGATE", "weight": 1, "base": 1}]
    execute_command:
      description: How commands run with ECS Exec are logged.
      type: dict
      sample: {"logging": "override", "log_group": "/shop/production/commands"}
    tags:
      description: The tags.
      type: dict
      sample: {"groundwork:stack": "shop"}
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge, tags_part
from ..module_utils.ecs import (
    STRATEGY_OPTION,
    Ecs,
    EcsError,
    ecs_tags,
    from_ecs_tags,
    strategy_described,
    strategy_request,
    strategy_wanted,
)
from ..module_utils.plan import Plan, declared, without_none

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "container_insights": {"type": "str", "choices": ["disabled", "enabled", "enhanced"]},
    "capacity_providers": {"type": "list", "elements": "str"},
    "default_capacity_provider_strategy": STRATEGY_OPTION,
    "execute_command": {
        "type": "dict",
        "options": {
            "logging": {"type": "str", "choices": ["none", "default", "override"], "required": True},
            "kms_key": {"type": "str", "no_log": False},
            "log_group": {"type": "str"},
            "log_group_encrypted": {"type": "bool"},
            "bucket": {"type": "str"},
            "bucket_encrypted": {"type": "bool"},
            "prefix": {"type": "str"},
        },
    },
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 300},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
# Option -> member of the API's ExecuteCommandLogConfiguration, and the value when it is left out.
LOG_MEMBERS = {
    "log_group": ("cloudWatchLogGroupName", ""),
    "log_group_encrypted": ("cloudWatchEncryptionEnabled", False),
    "bucket": ("s3BucketName", ""),
    "bucket_encrypted": ("s3EncryptionEnabled", False),
    "prefix": ("s3KeyPrefix", ""),
}
# Tasks of a deleted service are still stopping, or capacity providers still being attached: both end by themselves.
STILL_ENDING = ("ClusterContainsTasksException", "UpdateInProgressException", "ClusterContainsServicesException")


def wanted(params: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(cluster), C(tags)."""
    if params["state"] == "absent":
        return {"cluster": None}
    strategy, providers = strategy_wanted(params["default_capacity_provider_strategy"]), params["capacity_providers"]
    unknown = sorted({one["capacity_provider"] for one in strategy or []} - set(providers or []))
    if providers is not None and unknown:
        raise EcsError(
            f"plan cluster {params['name']}",
            f"its default strategy uses {', '.join(unknown)}, which capacity_providers does not name; add it there",
        )
    settings = {
        "name": params["name"],
        "container_insights": params["container_insights"],
        "capacity_providers": None if providers is None else sorted(providers),
        "default_capacity_provider_strategy": strategy,
        "execute_command": without_none(params["execute_command"]),
    }
    return {"cluster": declared(settings), **tags_part(params)}


def described(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """Amazon ECS's Cluster in the words of this module's options."""
    settings = {setting["name"]: setting["value"] for setting in cluster.get("settings", [])}
    command = cluster.get("configuration", {}).get("executeCommandConfiguration", {})
    logs = command.get("logConfiguration", {})
    return {
        "name": cluster["clusterName"],
        "arn": cluster["clusterArn"],
        "status": cluster["status"],
        "container_insights": settings.get("containerInsights", "disabled"),
        "capacity_providers": sorted(cluster.get("capacityProviders", [])),
        "default_capacity_provider_strategy": strategy_described(cluster.get("defaultCapacityProviderStrategy")),
        "execute_command": {
            "logging": command.get("logging", "DEFAULT").lower(),
            "kms_key": command.get("kmsKeyId", ""),
            **{option: logs.get(member, default) for option, (member, default) in LOG_MEMBERS.items()},
        },
    }


def request(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """The settings and the configuration of a cluster in the API's words, where they are declared."""
    members: dict[str, Any] = {}
    if "container_insights" in cluster:
        members["settings"] = [{"name": "containerInsights", "value": cluster["container_insights"]}]
    if command := cluster.get("execute_command"):
        logs = {member: command[option] for option, (member, _default) in LOG_MEMBERS.items() if command.get(option)}
        configuration = {"logging": command["logging"].upper(), **({"logConfiguration": logs} if logs else {})}
        if command.get("kms_key"):
            configuration["kmsKeyId"] = command["kms_key"]
        members["configuration"] = {"executeCommandConfiguration": configuration}
    return members


class Cluster(Ecs):
    def read(self) -> dict[str, Any]:
        cluster = self._cluster()
        if not cluster or cluster["status"] == "INACTIVE":
            return {}
        return {"cluster": described(cluster), "tags": from_ecs_tags(cluster.get("tags"))}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params)

    def apply(self, todo: Plan) -> None:
        if "cluster" in todo.delete:
            self._delete()
            return
        if "cluster" in todo.create:
            self._create(todo.create["cluster"], todo.after("tags") or {})
        elif "cluster" in todo.update:
            self._update(*todo.update["cluster"])
        if "tags" in todo.update:
            self.tag(f"cluster {self.params['name']}", self._cluster()["clusterArn"], *todo.update["tags"])
        if self.params["wait"]:
            self._attached()

    def _cluster(self) -> dict[str, Any]:
        name = self.params["name"]
        with self.doing(f"read cluster {name}"):
            found = self.client.describe_clusters(clusters=[name], include=["TAGS", "SETTINGS", "CONFIGURATIONS"])["clusters"]
        return found[0] if found else {}

    def _create(self, cluster: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        name = self.params["name"]
        members = {
            **request(cluster),
            "capacityProviders": cluster.get("capacity_providers"),
            "defaultCapacityProviderStrategy": strategy_request(cluster.get("default_capacity_provider_strategy", [])),
            "tags": ecs_tags(tags),
        }
        members = {member: value for member, value in members.items() if value}  # empty tags are refused

        with self.doing(f"create cluster {name}"):
            # In a new account, the role that Amazon ECS makes for itself can't be assumed at once.
            self.persist(
                f"cluster {name} to be created",
                lambda: self.client.create_cluster(clusterName=name, **members),
                "service linked role",
                timeout=60,
            )

    def _update(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        name = self.params["name"]
        standing = described(self._cluster())
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        if "execute_command" in changed:
            changed["execute_command"] = {**standing["execute_command"], **changed["execute_command"]}
        if members := request(changed):
            with self.doing(f"change cluster {name}"):
                self.client.update_cluster(cluster=name, **members)
        if {"capacity_providers", "default_capacity_provider_strategy"} & set(changed):
            strategy = after.get("default_capacity_provider_strategy", standing["default_capacity_provider_strategy"])
            with self.doing(f"change the capacity providers of cluster {name}"):
                self.client.put_cluster_capacity_providers(
                    cluster=name,
                    capacityProviders=after.get("capacity_providers", standing["capacity_providers"]),
                    defaultCapacityProviderStrategy=strategy_request(strategy),
                )

    def _attached(self) -> None:
        def status() -> str:
            return str(self._cluster().get("attachmentsStatus", ""))

        self.wait(
            f"the capacity providers of cluster {self.params['name']}",
            status,
            lambda state: state != "UPDATE_IN_PROGRESS",
            failed=lambda state: state == "UPDATE_FAILED",
        )

    def _delete(self) -> None:
        name = self.params["name"]
        cluster = self._cluster()
        uses = {"active services": "activeServicesCount", "container instances": "registeredContainerInstancesCount"}
        if held := [f"{cluster[member]} {what}" for what, member in uses.items() if cluster.get(member)]:
            raise EcsError(f"delete cluster {name}", f"it still has {' and '.join(held)}; remove them first")

        with self.doing(f"delete cluster {name}", "ClusterNotFoundException"):
            self.persist(
                f"the last tasks of cluster {name} to stop",
                lambda: self.client.delete_cluster(cluster=name),
                *(STILL_ENDING if self.params["wait"] else ()),
            )


def main() -> None:
    module = AnsibleAWSModule(argument_spec=ARGUMENTS, supports_check_mode=True)
    converge(module, Cluster(module), "cluster")


if __name__ == "__main__":
    main()
