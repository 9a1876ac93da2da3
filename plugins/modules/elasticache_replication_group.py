#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: elasticache_replication_group
version_added: 0.1.0
short_description: Manage an Amazon ElastiCache replication group
description:
  - Creates, changes and deletes a Redis OSS or Valkey replication group, with or without cluster mode. It is encrypted in transit
    and at rest unless it is declared otherwise, and its auth token passes from Secrets Manager to ElastiCache through this module
    alone.
  - A minor engine version that AWS has upgraded by itself is no difference.
  - Follows the Amazon ElastiCache API reference, actions CreateReplicationGroup, ModifyReplicationGroup, IncreaseReplicaCount,
    DecreaseReplicaCount, ModifyReplicationGroupShardConfiguration and DeleteReplicationGroup.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Identifier of the replication group.
    type: str
    required: true
  description:
    description: What the group is for. Left out when it is created, its name.
    type: str
  engine:
    description: Engine. A V(redis) group can become a V(valkey) one, not the other way round.
    type: str
    choices: [redis, valkey]
  engine_version:
    description: Engine version, as precise as it matters, for instance V(7.1).
    type: str
  node_type:
    description: Type of the nodes, for instance V(cache.t4g.micro).
    type: str
  nodes:
    description: How many nodes a group without cluster mode has, the primary and its replicas.
    type: int
  shards:
    description: How many shards a group with cluster mode has. To declare it is to turn cluster mode on, which stays for life.
    type: int
  replicas_per_shard:
    description: How many replicas each shard has, beside its primary.
    type: int
  automatic_failover:
    description: Whether a replica takes over when the primary fails. Cluster mode needs it.
    type: bool
  multi_az:
    description: Whether primary and replicas are in different Availability Zones. It needs O(automatic_failover).
    type: bool
  port:
    description: Port that the nodes listen on. It stays for life.
    type: int
  subnet_group:
    description: Cache subnet group. It stays for life.
    type: str
  security_groups:
    description: IDs of all security groups of the nodes.
    type: list
    elements: str
  parameter_group:
    description: Cache parameter group. With O(shards), one whose C(cluster-enabled) is C(yes).
    type: str
  at_rest_encryption:
    description: Whether data is encrypted on disk, for life. When a group is created without it, it is.
    type: bool
  kms_key:
    description: ID, alias or ARN of the KMS key that encrypts data on disk, for life. Left out, it is the key of ElastiCache.
    type: str
  transit_encryption:
    description: Whether clients must use TLS, for life. When a group is created without it, they must.
    type: bool
  auth_token_secret:
    description:
      - Name or ARN of the Secrets Manager secret with the token that clients authenticate with, 16 to 128 printable characters.
      - It is read when the group is created. What the secret becomes later has no effect.
    type: str
  auth_token_key:
    description: Under which key the token is found when the secret is a JSON document.
    type: str
  snapshot_retention_days:
    description: For how many days daily snapshots are kept. V(0) takes none.
    type: int
  snapshot_window:
    description: Daily window for snapshots in UTC, for instance V(02:00-03:00).
    type: str
  maintenance_window:
    description: Weekly window for maintenance in UTC, for instance V(sun:03:30-sun:04:30).
    type: str
  auto_minor_version_upgrade:
    description: Whether AWS upgrades minor engine versions.
    type: bool
  log_delivery:
    description: All logs that are delivered. An empty list turns the delivery off.
    type: list
    elements: dict
    suboptions:
      log_type:
        description: Which log.
        type: str
        choices: [slow-log, engine-log]
        required: true
      destination_type:
        description: Kind of the destination.
        type: str
        choices: [cloudwatch-logs, kinesis-firehose]
        default: cloudwatch-logs
      destination:
        description: Name of the log group or delivery stream.
        type: str
        required: true
      log_format:
        description: Format of the entries.
        type: str
        choices: [json, text]
        default: json
  apply_immediately:
    description:
      - Whether changes are made now, so that what a run reports is true when it ends. The numbers of nodes, replicas and shards
        always change now.
    type: bool
    default: true
  final_snapshot:
    description: Name of the last snapshot, taken when the group is deleted. Left out, its data is lost.
    type: str
  wait:
    description: Whether to wait until the group is available, or gone. Between two steps of one change there is always a wait.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait.
    type: int
    default: 3600
extends_documentation_fragment:
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: A cache whose replica takes over
  groundwork.cloud.elasticache_replication_group:
    name: shop-production-redis
    engine: redis
    engine_version: "7.1"
    node_type: cache.t4g.small
    nodes: 2
    automatic_failover: true
    multi_az: true
    auth_token_secret: shop-production-redis-auth
    snapshot_retention_days: 7

- name: The same in cluster mode
  groundwork.cloud.elasticache_replication_group:
    name: shop-production-sharded
    engine: valkey
    engine_version: "8.0"
    node_type: cache.t4g.small
    shards: 3
    replicas_per_shard: 1
    automatic_failover: true

- name: Delete the first, and keep a last snapshot
  groundwork.cloud.elasticache_replication_group:
    name: shop-production-redis
    state: absent
    final_snapshot: shop-production-redis-final
"""

RETURN = r"""
replication_group:
  description:
    - The group, empty when it is absent. It has its settings under the names of the options, its tags under C(tags), and what
      follows, which is known once it exists.
  returned: always
  type: dict
  contains:
    name:
      description: Its identifier.
      type: str
      sample: shop-production-redis
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:elasticache:us-east-1:111122223333:replicationgroup:shop-production-redis
    status:
      description: Its status.
      type: str
      sample: available
    primary_endpoint:
      description: Where writes go; empty in cluster mode and until it is available.
      type: str
      sample: master.shop-production-redis.abc123.use1.cache.amazonaws.com
    reader_endpoint:
      description: Where reads can go; empty in cluster mode and until it is available.
      type: str
      sample: replica.shop-production-redis.abc123.use1.cache.amazonaws.com
    configuration_endpoint:
      description: Where clients learn of the shards; empty without cluster mode.
      type: str
      sample: ""
    port:
      description: The port.
      type: int
      sample: 6379
    members:
      description: The names of its nodes.
      type: list
      elements: str
      sample: [shop-production-redis-001, shop-production-redis-002]
    auth_token_enabled:
      description: Whether clients authenticate with a token.
      type: bool
      sample: true
"""

from collections.abc import Callable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge, tag_list, tags_part
from ..module_utils.elasticache import CacheError, CacheService
from ..module_utils.plan import Plan, declared
from ..module_utils.replication_group import changes, creation, described, settings, token

ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "engine": {"type": "str", "choices": ["redis", "valkey"]},
    **{option: {"type": "str"} for option in ("description", "engine_version", "node_type", "subnet_group", "parameter_group")},
    "kms_key": {"type": "str", "no_log": False},
    **{option: {"type": "str"} for option in ("snapshot_window", "maintenance_window", "final_snapshot")},
    **{option: {"type": "int"} for option in ("nodes", "shards", "replicas_per_shard", "port", "snapshot_retention_days")},
    **{option: {"type": "bool"} for option in ("automatic_failover", "multi_az", "at_rest_encryption", "transit_encryption")},
    **{option: {"type": "bool", "default": True} for option in ("apply_immediately", "wait")},
    "auto_minor_version_upgrade": {"type": "bool"},
    "security_groups": {"type": "list", "elements": "str"},
    "auth_token_secret": {"type": "str", "no_log": False},
    "auth_token_key": {"type": "str", "no_log": False},
    "log_delivery": {
        "type": "list",
        "elements": "dict",
        "options": {
            "log_type": {"type": "str", "choices": ["slow-log", "engine-log"], "required": True},
            "destination_type": {
                "type": "str",
                "choices": ["cloudwatch-logs", "kinesis-firehose"],
                "default": "cloudwatch-logs",
            },
            "destination": {"type": "str", "required": True},
            "log_format": {"type": "str", "choices": ["json", "text"], "default": "json"},
        },
    },
    "wait_timeout": {"type": "int", "default": 3600},
    **STATE_OPTION,
    **TAG_OPTIONS,
}


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(replication_group), C(tags)."""
    if params["state"] == "absent":
        return {"replication_group": None}
    return {"replication_group": settings(params, current.get("replication_group", {})), **tags_part(params)}


class ReplicationGroup(CacheService):
    @property
    def key(self) -> dict[str, str]:
        return {"ReplicationGroupId": self.params["name"]}

    def describe(self) -> dict[str, Any]:
        with self.doing(f"read cache {self.params['name']}", "ReplicationGroupNotFoundFault"):
            answer: dict[str, Any] = self.client.describe_replication_groups(**self.key)["ReplicationGroups"][0]
            return answer
        return {}

    def read(self) -> dict[str, Any]:
        answer, member = self.describe(), {}
        if _status(answer) == "creating" and self.params["wait"] and self.params["state"] == "present":
            answer = self._await_ready(settled=False)
        if not answer or answer["Status"] == "deleting":
            return {}
        # A group does not tell its version, parameter group or security groups; its nodes, which are alike, do.
        with self.doing(f"read the nodes of cache {self.params['name']}", "CacheClusterNotFound"):
            for name in answer.get("MemberClusters", [])[:1]:
                member = self.client.describe_cache_clusters(CacheClusterId=name)["CacheClusters"][0]
        group = described(answer, member)
        group["kms_key"] = self.as_declared(group["kms_key"], self.params["kms_key"])
        return {"replication_group": group, "tags": self.tags_of(answer["ARN"]) if self.params["tags"] is not None else {}}

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def apply(self, todo: Plan) -> None:
        if "replication_group" in todo.delete:
            self._delete()
        elif "replication_group" in todo.create:
            self._create(todo.create["replication_group"], todo.after("tags") or {})
        else:
            if "replication_group" in todo.update:
                self._change(*todo.update["replication_group"])
            if "tags" in todo.update:
                self.tag(self.params["name"], self.describe()["ARN"], *todo.update["tags"])

    def _create(self, group: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        request = creation(group)
        if secret := self.params["auth_token_secret"]:
            request["AuthToken"] = token(self.secret_text(secret), secret, self.params["auth_token_key"])
        self._await_gone()
        with self.doing(f"create cache {self.params['name']}"):
            self.client.create_replication_group(**self.key, **request, Tags=tag_list(tags))
        if self.params["wait"]:
            self._await_ready()

    def _change(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Replicas come before what needs them, failover for one, and go after it."""
        grown = {key for key in ("nodes", "replicas_per_shard") if after.get(key, 0) > before.get(key, 0)}
        steps: list[Callable[[], None]] = [
            lambda: self._count(before, after, grown),
            lambda: self._modify(before, after),
            lambda: self._count(before, after, {"nodes", "replicas_per_shard"} - grown),
            lambda: self._reshard(before, after),
        ]
        for step in steps:
            self._await_ready(settled=False)
            with self.doing(f"change cache {self.params['name']}"):
                step()
        if self.params["wait"]:
            self._await_ready(settled=self.params["apply_immediately"])

    def _modify(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        if request := changes(before, after):
            self.client.modify_replication_group(**self.key, **request, ApplyImmediately=self.params["apply_immediately"])

    def _count(self, before: Mapping[str, Any], after: Mapping[str, Any], options: set[str]) -> None:
        for option in options:
            if option in after and after[option] != before[option]:
                grows = after[option] > before[option]
                call = self.client.increase_replica_count if grows else self.client.decrease_replica_count
                replicas = after[option] - 1 if option == "nodes" else after[option]
                call(**self.key, NewReplicaCount=replicas, ApplyImmediately=True)

    def _reshard(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        count = after.get("shards", before.get("shards"))
        if count == before.get("shards"):
            return
        names = [shard["NodeGroupId"] for shard in self.describe()["NodeGroups"]]
        request = {"NodeGroupCount": count, **declared({"NodeGroupsToRemove": names[count:] or None})}
        self.client.modify_replication_group_shard_configuration(**self.key, **request, ApplyImmediately=True)

    def _delete(self) -> None:
        name = self.params["name"]
        last = declared({"FinalSnapshotIdentifier": self.params["final_snapshot"]})
        self._await_ready(settled=False)
        with self.doing(f"delete cache {name}", "ReplicationGroupNotFoundFault"):
            self.client.delete_replication_group(**self.key, RetainPrimaryCluster=False, **last)
        if self.params["wait"]:
            self._await_gone()

    def _await_ready(self, *, settled: bool = True) -> dict[str, Any]:
        """Wait until the group takes changes and, when C(settled), none is under way."""

        def ready(group: Mapping[str, Any]) -> bool:
            pending = settled and any(value is not None for value in (group.get("PendingModifiedValues") or {}).values())
            failover = str(group.get("AutomaticFailover", "")).endswith("ing")
            return group.get("Status") in ("available", "create-failed") and not pending and not (settled and failover)

        name = self.params["name"]
        group = self.wait(f"cache {name}", self.describe, ready, state=_status, failed=lambda group: not group)
        if self.params["state"] == "present" and _status(group) == "create-failed":
            raise CacheError(f"create cache {name}", "ElastiCache could not; see its events, then delete it and try again")
        return group

    def _await_gone(self) -> None:
        self.wait(f"the end of cache {self.params['name']}", self.describe, lambda group: not group, state=_status)


def _status(group: Mapping[str, Any]) -> str:
    return str(group.get("Status", "deleted"))


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS,
        mutually_exclusive=[("nodes", "shards"), ("nodes", "replicas_per_shard")],
        required_by={"replicas_per_shard": ["shards"], "auth_token_key": ["auth_token_secret"]},
        supports_check_mode=True,
    )
    converge(module, ReplicationGroup(module), "replication_group")


if __name__ == "__main__":
    main()
