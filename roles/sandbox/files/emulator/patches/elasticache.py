# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon ElastiCache.

API reference: CreateReplicationGroup, ModifyReplicationGroup, IncreaseReplicaCount, DecreaseReplicaCount,
ModifyReplicationGroupShardConfiguration, DeleteReplicationGroup, DescribeCacheClusters, CreateCacheParameterGroup and its
siblings, DescribeEngineDefaultParameters, ModifyCacheSubnetGroup, DeleteCacheSubnetGroup, ReplicationGroup (Status).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from moto.core.responses import ActionResult, EmptyResult, PaginatedResult
from moto.elasticache import models
from moto.elasticache.exceptions import ElastiCacheException, InvalidParameterValueException
from moto.elasticache.responses import ElastiCacheResponse

from .. import provisioning

# Of each engine's parameters the ones that stacks set: (value, data type).
_PARAMETERS = {
    "activedefrag": ("no", "string"),
    "activerehashing": ("yes", "string"),
    "appendonly": ("no", "string"),
    "client-output-buffer-limit-normal-hard-limit": ("0", "integer"),
    "client-output-buffer-limit-pubsub-hard-limit": ("33554432", "integer"),
    "cluster-allow-reads-when-down": ("no", "string"),
    "cluster-enabled": ("no", "string"),
    "cluster-require-full-coverage": ("no", "string"),
    "hash-max-listpack-entries": ("512", "integer"),
    "latency-tracking": ("no", "string"),
    "lazyfree-lazy-eviction": ("no", "string"),
    "lazyfree-lazy-expire": ("no", "string"),
    "lfu-decay-time": ("1", "integer"),
    "lfu-log-factor": ("10", "integer"),
    "lua-replicate-commands": ("yes", "string"),
    "maxclients": ("65000", "integer"),
    "maxmemory-policy": ("volatile-lru", "string"),
    "maxmemory-samples": ("3", "integer"),
    "min-replicas-max-lag": ("10", "integer"),
    "min-replicas-to-write": ("0", "integer"),
    "notify-keyspace-events": ("", "string"),
    "proto-max-bulk-len": ("536870912", "integer"),
    "repl-backlog-size": ("1048576", "integer"),
    "reserved-memory-percent": ("25", "integer"),
    "slowlog-log-slower-than": ("10000", "integer"),
    "slowlog-max-len": ("128", "integer"),
    "tcp-keepalive": ("300", "integer"),
    "timeout": ("0", "integer"),
    "tracking-table-max-keys": ("1000000", "integer"),
}
_FIXED = {"appendonly", "lua-replicate-commands", "maxclients"}
_LATEST = {"redis": "7.1.0", "valkey": "8.1.0"}


class ParameterGroupNotFound(ElastiCacheException):
    code = "CacheParameterGroupNotFound"


class ParameterGroupAlreadyExists(ElastiCacheException):
    code = "CacheParameterGroupAlreadyExists"


class ParameterGroupInUse(ElastiCacheException):
    code = "InvalidCacheParameterGroupState"


class ReplicationGroupBusy(ElastiCacheException):
    code = "InvalidReplicationGroupState"


class SubnetGroupInUse(ElastiCacheException):
    code = "CacheSubnetGroupInUse"


def full_version(engine: str, version: str | None) -> str:
    """6.2 is 6.2.0, 6.x and nothing are the latest of their kind."""
    if not version:
        return _LATEST.get(engine, "7.1.0")
    numbers = re.findall(r"\d+", version)
    return ".".join([*numbers, "0", "0"][:3])


def family(engine: str, version: str) -> str:
    major = version.split(".")[0]
    return f"{engine}6.x" if (engine, major) == ("redis", "6") else f"{engine}{major}"


def listed(group: Any, source: str | None = None) -> list[dict[str, Any]]:
    parameters = []
    for name, (value, data_type) in _PARAMETERS.items():
        given = group.parameters.get(name)
        parameter = {"ParameterName": name, "ParameterValue": given or value, "DataType": data_type}
        parameter |= {"IsModifiable": name not in _FIXED, "Source": "user" if given else "system", "ChangeType": "immediate"}
        parameter["MinimumEngineVersion"] = "5.0.0"
        parameters.append(parameter)
    return [parameter for parameter in parameters if source in (None, "", parameter["Source"])]


def parameter_group(backend: Any, name: str) -> Any:
    groups = vars(backend).setdefault("cache_parameter_groups", {})
    if name in groups:
        return groups[name]
    if found := re.fullmatch(r"default\.((?:redis|valkey)[\d.x]+?)(\.cluster\.on)?", name):
        values = {"cluster-enabled": "yes"} if found[2] else {}
        return new_parameter_group(backend, name, found[1], "Default parameter group", values)
    raise ParameterGroupNotFound(f"CacheParameterGroup {name} not found.")


def new_parameter_group(backend: Any, name: str, of_family: str, description: str, values: dict[str, str]) -> Any:
    return SimpleNamespace(
        cache_parameter_group_name=name,
        cache_parameter_group_family=of_family,
        description=description,
        is_global=False,
        arn=f"arn:aws:elasticache:{backend.region_name}:{backend.account_id}:parametergroup:{name}",
        parameters=values,
    )


class ParameterGroupActions:
    """The handlers of parameter groups, which moto does not have."""

    elasticache_backend: Any
    _get_param: Callable[..., Any]

    def create_cache_parameter_group(self) -> ActionResult:
        backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName").lower()
        groups = vars(backend).setdefault("cache_parameter_groups", {})
        if name in groups:
            raise ParameterGroupAlreadyExists(f"CacheParameterGroup {name} already exists.")
        arguments = self._get_param("CacheParameterGroupFamily"), self._get_param("Description")
        groups[name] = new_parameter_group(backend, name, *arguments, {})
        backend.tagging_service.tag_resource(groups[name].arn, self._get_param("Tags", []))
        return ActionResult({"CacheParameterGroup": groups[name]})

    def describe_cache_parameter_groups(self) -> ActionResult:
        backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
        every = list(vars(backend).setdefault("cache_parameter_groups", {}).values())
        return ActionResult({"CacheParameterGroups": [parameter_group(backend, name)] if name else every})

    def describe_cache_parameters(self) -> ActionResult:
        group = parameter_group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
        return ActionResult({"Parameters": listed(group, self._get_param("Source"))})

    def describe_engine_default_parameters(self) -> ActionResult:
        of_family = self._get_param("CacheParameterGroupFamily")
        parameters = listed(SimpleNamespace(parameters={}))
        return ActionResult({"EngineDefaults": {"CacheParameterGroupFamily": of_family, "Parameters": parameters}})

    def modify_cache_parameter_group(self) -> ActionResult:
        group = parameter_group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
        for parameter in self._get_param("ParameterNameValues", []):
            name = parameter["ParameterName"]
            if name not in _PARAMETERS or name in _FIXED:
                raise InvalidParameterValueException(f"The parameter {name} does not exist or can't be modified.")
            group.parameters[name] = parameter["ParameterValue"]
        return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})

    def reset_cache_parameter_group(self) -> ActionResult:
        group = parameter_group(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
        names = [parameter["ParameterName"] for parameter in self._get_param("ParameterNameValues", [])]
        for name in names or list(group.parameters):
            group.parameters.pop(name, None)
        return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})

    def delete_cache_parameter_group(self) -> EmptyResult:
        backend, name = self.elasticache_backend, self._get_param("CacheParameterGroupName")
        parameter_group(backend, name)
        if any(group.cache_parameter_group_name == name for group in backend.replication_groups.values()):
            raise ParameterGroupInUse(f"One or more cache clusters are still using parameter group {name}.")
        backend.cache_parameter_groups.pop(name, None)
        return EmptyResult()


class SubnetGroupActions:
    elasticache_backend: Any
    _get_param: Callable[..., Any]

    def modify_cache_subnet_group(self) -> ActionResult:
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        old = backend.describe_cache_subnet_groups(name)[0]
        description = self._get_param("CacheSubnetGroupDescription") or old.cache_subnet_group_description
        subnets = self._get_param("SubnetIds") or old.subnet_ids
        new = models.CacheSubnetGroup(backend.account_id, backend.region_name, name, description, subnets, old.tags)
        backend.cache_subnet_groups[name] = new
        return ActionResult({"CacheSubnetGroup": new})

    def delete_cache_subnet_group(self) -> EmptyResult:
        backend, name = self.elasticache_backend, self._get_param("CacheSubnetGroupName")
        backend.describe_cache_subnet_groups(name)
        if any(group.cache_subnet_group_name == name for group in backend.replication_groups.values()):
            raise SubnetGroupInUse(f"Cache subnet group {name} is currently in use by a cache cluster.")
        del backend.cache_subnet_groups[name]
        return EmptyResult()


def rebuild(group: Any, shards: int, replicas: int) -> None:
    """Lay the nodes of a group out: as many shards as asked, each a primary and its replicas, over the zones in turn."""
    clustered = group.cluster_enabled
    group.node_groups, group.member_clusters = [], []
    for shard in range(1, shards + 1):
        node_group: dict[str, Any] = {"node_group_id": f"{shard:04}", "status": "available", "node_group_members": []}
        if clustered:
            first, last = 16384 * (shard - 1) // shards, 16384 * shard // shards - 1
            node_group["slots"] = f"{first}-{last}"
        else:
            node_group["primary_endpoint"] = {"address": f"master.{group.domain}", "port": group.port}
            node_group["reader_endpoint"] = {"address": f"replica.{group.domain}", "port": group.port}
        for node in range(1, replicas + 2):
            part = f"{shard:04}-{node:03}" if clustered else f"{node:03}"
            member = {"cache_cluster_id": f"{group.replication_group_id}-{part}", "cache_node_id": "0001"}
            member["preferred_availability_zone"] = f"{group.region}{'abc'[(shard + node) % 3]}"
            if not clustered:
                member["current_role"] = "primary" if node == 1 else "replica"
                member["read_endpoint"] = {"address": f"{member['cache_cluster_id']}.{group.domain}", "port": group.port}
            node_group["node_group_members"].append(member)
            group.member_clusters.append(member["cache_cluster_id"])
        group.node_groups.append(node_group)


def as_far_as_it_is(group: Any) -> Any:
    """A group as it is shown: while it is created it has no endpoints yet."""
    if group.status != "creating":
        return group
    shown = copy.copy(group)
    shown.node_groups, shown.configuration_endpoint = [], None
    return shown


def modified(group: Any) -> None:
    provisioning.begin(group, "replication_group modify", group.replication_group_id, "modifying")


def replicas_of(group: Any) -> int:
    return len(group.node_groups[0]["node_group_members"]) - 1


def cache_cluster(group: Any, member: dict[str, Any]) -> Any:
    """A member of a replication group as DescribeCacheClusters shows it."""
    name = member["cache_cluster_id"]
    zone = member["preferred_availability_zone"]
    endpoint = {"Address": f"{name}.{group.domain}", "Port": group.port}
    node = {"CacheNodeId": "0001", "CacheNodeStatus": "available", "Endpoint": endpoint, "ParameterGroupStatus": "in-sync"}
    parameter = {"CacheParameterGroupName": group.cache_parameter_group_name, "ParameterApplyStatus": "in-sync"}
    return SimpleNamespace(
        cache_cluster_id=name,
        cache_cluster_status=group.status,
        cache_cluster_create_time=group.replication_group_create_time,
        num_cache_nodes=1,
        preferred_availability_zone=zone,
        cache_parameter_group=parameter,
        security_groups=[{"SecurityGroupId": item, "Status": "active"} for item in group.security_group_ids or []],
        cache_nodes=[{**node, "CacheNodeCreateTime": group.replication_group_create_time, "CustomerAvailabilityZone": zone}],
        arn=group.arn.replace(f"replicationgroup:{group.replication_group_id}", f"cluster:{name}"),
        replication_group_log_delivery_enabled=bool(group.log_delivery_configurations),
        **{key: getattr(group, key) for key in _SHARED},
    )


_SHARED = (
    "replication_group_id",
    "cache_node_type",
    "engine",
    "engine_version",
    "preferred_maintenance_window",
    "cache_subnet_group_name",
    "auto_minor_version_upgrade",
    "snapshot_retention_limit",
    "snapshot_window",
    "auth_token_enabled",
    "transit_encryption_enabled",
    "at_rest_encryption_enabled",
    "network_type",
    "ip_discovery",
    "transit_encryption_mode",
)
# ModifyReplicationGroup: argument, and the attribute that it sets.
_MODIFIED = {
    "ReplicationGroupDescription": "description",
    "Engine": "engine",
    "CacheNodeType": "cache_node_type",
    "CacheParameterGroupName": "cache_parameter_group_name",
    "SecurityGroupIds": "security_group_ids",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "NotificationTopicArn": "notification_topic_arn",
    "TransitEncryptionEnabled": "transit_encryption_enabled",
    "TransitEncryptionMode": "transit_encryption_mode",
}


def _log_deliveries(given: list[dict[str, Any]], standing: list[dict[str, Any]]) -> list[dict[str, Any]]:
    logs = {log["LogType"]: log for log in standing}
    for request in given:
        if request.get("Enabled") is False:
            logs.pop(request["LogType"], None)
        else:
            keys = ("LogType", "DestinationType", "DestinationDetails", "LogFormat")
            logs[request["LogType"]] = {**{key: request.get(key) for key in keys}, "Status": "active"}
    return list(logs.values())


class ReplicationGroupActions:
    elasticache_backend: Any
    _get_param: Callable[..., Any]
    _get_bool_param: Callable[..., Any]
    _get_int_param: Callable[..., Any]

    def _group(self) -> Any:
        return self.elasticache_backend.describe_replication_groups(self._get_param("ReplicationGroupId"))[0]

    def _available_group(self) -> Any:
        group = self._group()
        if group.status != "available":
            raise ReplicationGroupBusy(f"Replication group {group.replication_group_id} is not in available state.")
        return group

    def describe_replication_groups(self) -> PaginatedResult:
        groups = self.elasticache_backend.describe_replication_groups(self._get_param("ReplicationGroupId"))
        return PaginatedResult({"ReplicationGroups": [as_far_as_it_is(group) for group in groups]})

    def modify_replication_group(self) -> ActionResult:
        group = self._available_group()
        for argument, attribute in _MODIFIED.items():
            if (value := self._get_param(argument)) is not None:
                setattr(group, attribute, value)
        if version := self._get_param("EngineVersion"):
            group.engine_version = full_version(group.engine, version)
        for argument, attribute in {"AutomaticFailoverEnabled": "automatic_failover", "MultiAZEnabled": "multi_az"}.items():
            if (flag := self._get_bool_param(argument)) is not None:
                setattr(group, attribute, "enabled" if flag else "disabled")
        if self._get_param("AuthToken"):
            group.auth_token_enabled = True
        logs = self._get_param("LogDeliveryConfigurations", [])
        group.log_delivery_configurations = _log_deliveries(logs, group.log_delivery_configurations)
        modified(group)
        return ActionResult({"ReplicationGroup": group})

    def increase_replica_count(self) -> ActionResult:
        group, count = self._available_group(), self._get_int_param("NewReplicaCount")
        if count <= replicas_of(group):
            raise InvalidParameterValueException("The number of replicas must be greater than it is.")
        rebuild(group, len(group.node_groups), count)
        modified(group)
        return ActionResult({"ReplicationGroup": group})

    def decrease_replica_count(self) -> ActionResult:
        group, count = self._available_group(), self._get_int_param("NewReplicaCount")
        if count >= replicas_of(group):
            raise InvalidParameterValueException("The number of replicas must be less than it is.")
        if count == 0 and group.automatic_failover == "enabled" and not group.cluster_enabled:
            raise InvalidParameterValueException("Automatic failover needs at least one replica.")
        rebuild(group, len(group.node_groups), count)
        modified(group)
        return ActionResult({"ReplicationGroup": group})

    def modify_replication_group_shard_configuration(self) -> ActionResult:
        group, count = self._available_group(), self._get_int_param("NodeGroupCount")
        kept = self._get_param("NodeGroupsToRemove") or self._get_param("NodeGroupsToRetain")
        if count < len(group.node_groups) and not kept:
            raise InvalidParameterValueException("Name the node groups to remove, or those to retain.")
        rebuild(group, count, replicas_of(group))
        modified(group)
        return ActionResult({"ReplicationGroup": group})

    def delete_replication_group(self) -> ActionResult:
        backend, group = self.elasticache_backend, self._available_group()
        if name := self._get_param("FinalSnapshotIdentifier"):
            backend.create_snapshot(name, group.replication_group_id, None, None, None)

        def finish() -> None:
            group.status = "deleting"
            backend.replication_groups.pop(group.replication_group_id, None)

        if not provisioning.end(group, "replication_group delete", group.replication_group_id, "deleting", finish):
            finish()
        return ActionResult({"ReplicationGroup": group})

    def describe_cache_clusters(self) -> PaginatedResult:
        backend, name = self.elasticache_backend, self._get_param("CacheClusterId")
        members = [
            cache_cluster(group, member)
            for group in backend.replication_groups.values()
            for node_group in group.node_groups
            for member in node_group["node_group_members"]
        ]
        if found := [cluster for cluster in members if cluster.cache_cluster_id == name]:
            return PaginatedResult({"CacheClusters": found})
        alone = name or self._get_bool_param("ShowCacheClustersNotInReplicationGroups")
        clusters = backend.describe_cache_clusters(name)
        return PaginatedResult({"CacheClusters": clusters if alone else [*clusters, *members]})


def _replication_groups() -> None:
    backend = models.ElastiCacheBackend
    create: Callable[..., Any] = backend.create_replication_group

    def create_replication_group(self: Any, **settings: Any) -> Any:
        engine = settings["engine"] = (settings.get("engine") or "redis").lower()
        version = settings["engine_version"] = full_version(engine, settings.get("engine_version"))
        shards, mode = settings.get("num_node_groups") or 1, settings.get("cluster_mode")
        suffix = ".cluster.on" if mode == "enabled" or shards > 1 else ""
        name = settings.get("cache_parameter_group_name") or f"default.{family(engine, version)}{suffix}"
        settings["cache_parameter_group_name"] = name
        clustered = parameter_group(self, name).parameters.get("cluster-enabled") == "yes"
        if shards > 1 and not clustered:
            raise InvalidParameterValueException(f"Parameter group {name} needs cluster-enabled for several node groups.")
        settings["cluster_mode"] = "enabled" if clustered else "disabled"
        if settings.get("auth_token") and not settings.get("transit_encryption_enabled"):
            raise InvalidParameterValueException("An AuthToken needs TransitEncryptionEnabled.")
        replicas = settings.get("replicas_per_node_group")
        replicas = (settings.get("num_cache_clusters") or 1) - 1 if replicas is None else replicas
        if settings.get("automatic_failover_enabled") and replicas == 0 and not clustered:
            raise InvalidParameterValueException("Automatic failover needs at least one replica.")
        logs = settings.pop("log_delivery_configurations") or []
        group = create(self, **settings, log_delivery_configurations=[])
        group.log_delivery_configurations = _log_deliveries(logs, [])
        group.region, group.domain = self.region_name, f"{group.replication_group_id}.abc123.use1.cache.amazonaws.com"
        if clustered:
            group.configuration_endpoint = {"address": f"clustercfg.{group.domain}", "port": group.port}
        if group.auto_minor_version_upgrade is None:
            group.auto_minor_version_upgrade = True
        group.preferred_maintenance_window = (group.preferred_maintenance_window or "sun:05:00-sun:06:00").lower()
        group.transit_encryption_mode = "required" if group.transit_encryption_enabled else None
        rebuild(group, shards, replicas)
        provisioning.begin(group, "replication_group create", group.replication_group_id, "creating")
        return group

    backend.create_replication_group = create_replication_group
    create_answer: Callable[..., ActionResult] = ElastiCacheResponse.create_replication_group

    def answer(self: Any) -> ActionResult:
        return ActionResult({"ReplicationGroup": as_far_as_it_is(create_answer(self).result["ReplicationGroup"])})

    ElastiCacheResponse.create_replication_group = answer
    models.ReplicationGroup.status = property(
        lambda self: provisioning.under_way(self) or self._status, lambda self, status: setattr(self, "_status", status)
    )


def apply() -> None:
    for actions in (ParameterGroupActions, SubnetGroupActions, ReplicationGroupActions):
        for name, handler in vars(actions).items():
            if callable(handler) and not name.startswith("__"):
                setattr(ElastiCacheResponse, name, handler)
    _replication_groups()
    init: Callable[..., None] = models.ElastiCacheBackend.__init__

    def created(self: Any, region_name: str, account_id: str) -> None:
        init(self, region_name, account_id)
        kinds = "cluster|snapshot|subnetgroup|parametergroup|replicationgroup|user|usergroup"
        self.arn_regex = re.compile(rf"^arn:aws:elasticache:.*:[0-9]*:({kinds}):.*$")
        self.cache_parameter_groups = {}

    models.ElastiCacheBackend.__init__ = created
