# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What Amazon ElastiCache calls the settings of a replication group, and how they may change. Everything here is pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .elasticache import CacheError
from .versions import Step, step

# Our option: the request argument, from the API reference of CreateReplicationGroup and ModifyReplicationGroup.
SETTINGS = {
    "description": "ReplicationGroupDescription",
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "node_type": "CacheNodeType",
    "nodes": "NumCacheClusters",
    "shards": "NumNodeGroups",
    "replicas_per_shard": "ReplicasPerNodeGroup",
    "automatic_failover": "AutomaticFailoverEnabled",
    "multi_az": "MultiAZEnabled",
    "port": "Port",
    "subnet_group": "CacheSubnetGroupName",
    "security_groups": "SecurityGroupIds",
    "parameter_group": "CacheParameterGroupName",
    "at_rest_encryption": "AtRestEncryptionEnabled",
    "kms_key": "KmsKeyId",
    "transit_encryption": "TransitEncryptionEnabled",
    "snapshot_retention_days": "SnapshotRetentionLimit",
    "snapshot_window": "SnapshotWindow",
    "maintenance_window": "PreferredMaintenanceWindow",
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "log_delivery": "LogDeliveryConfigurations",
}
IMMUTABLE = ("port", "subnet_group", "at_rest_encryption", "kms_key", "transit_encryption")
COUNTS = ("nodes", "shards", "replicas_per_shard")
DESTINATIONS = {
    "cloudwatch-logs": ("CloudWatchLogsDetails", "LogGroup"),
    "kinesis-firehose": ("KinesisFirehoseDetails", "DeliveryStream"),
}


def described(group: Mapping[str, Any], member: Mapping[str, Any]) -> dict[str, Any]:
    """A ReplicationGroup, and one of its nodes, in the words of our options; what is pending counts as done."""
    pending, member_pending = group.get("PendingModifiedValues") or {}, member.get("PendingModifiedValues") or {}
    shards = group.get("NodeGroups") or []
    primary, reader = ((shards[0].get(key) or {}) if shards else {} for key in ("PrimaryEndpoint", "ReaderEndpoint"))
    configuration = group.get("ConfigurationEndpoint") or {}
    clustered = bool(group.get("ClusterEnabled"))
    counts = {"nodes": len(group.get("MemberClusters") or [])}
    if clustered:
        sizes = [len(shard["NodeGroupMembers"]) for shard in shards]
        counts = {"shards": len(shards), "replicas_per_shard": max(sizes, default=1) - 1}
    failover = pending.get("AutomaticFailoverStatus") or group.get("AutomaticFailover") or ""
    known = {
        "engine": group.get("Engine") or member.get("Engine"),
        "engine_version": member_pending.get("EngineVersion") or member.get("EngineVersion"),
        "subnet_group": member.get("CacheSubnetGroupName"),
        "parameter_group": (member.get("CacheParameterGroup") or {}).get("CacheParameterGroupName"),
        "maintenance_window": member.get("PreferredMaintenanceWindow"),
        "snapshot_window": group.get("SnapshotWindow"),
        "port": primary.get("Port") or configuration.get("Port"),
    }
    groups = member.get("SecurityGroups") or []
    return {
        **{option: value for option, value in known.items() if value is not None},
        **counts,
        "name": group["ReplicationGroupId"],
        "arn": group["ARN"],
        "status": group["Status"],
        "description": group.get("Description", ""),
        "node_type": member_pending.get("CacheNodeType") or group.get("CacheNodeType", ""),
        "automatic_failover": failover in ("enabled", "enabling"),
        "multi_az": group.get("MultiAZ") == "enabled",
        "security_groups": sorted(item["SecurityGroupId"] for item in groups if item.get("Status") != "removing"),
        "at_rest_encryption": bool(group.get("AtRestEncryptionEnabled")),
        "kms_key": group.get("KmsKeyId") or "",
        "transit_encryption": bool(group.get("TransitEncryptionEnabled")),
        "snapshot_retention_days": group.get("SnapshotRetentionLimit", 0),
        "auto_minor_version_upgrade": bool(group.get("AutoMinorVersionUpgrade", True)),
        "log_delivery": deliveries(group, pending),
        "auth_token_enabled": bool(group.get("AuthTokenEnabled")),
        "members": list(group.get("MemberClusters") or []),
        "primary_endpoint": primary.get("Address", ""),
        "reader_endpoint": reader.get("Address", ""),
        "configuration_endpoint": configuration.get("Address", ""),
    }


def deliveries(group: Mapping[str, Any], pending: Mapping[str, Any]) -> list[dict[str, str]]:
    """The logs that are delivered, in our words and order."""
    logs = [log for log in group.get("LogDeliveryConfigurations") or [] if log.get("Status") not in ("disabling",)]
    found = {}
    for log in [*logs, *(pending.get("LogDeliveryConfigurations") or [])]:
        details, key = DESTINATIONS[log["DestinationType"]]
        found[log["LogType"]] = {
            "log_type": log["LogType"],
            "destination_type": log["DestinationType"],
            "destination": log["DestinationDetails"][details][key],
            "log_format": log["LogFormat"],
        }
    return [found[kind] for kind in sorted(found)]


def delivery_requests(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """LogDeliveryConfigurations that turn C(before) into C(after)."""
    requests: list[dict[str, Any]] = []
    for log in after:
        if log not in before:
            details, key = DESTINATIONS[log["destination_type"]]
            request = {"LogType": log["log_type"], "DestinationType": log["destination_type"], "LogFormat": log["log_format"]}
            requests.append({**request, "DestinationDetails": {details: {key: log["destination"]}}, "Enabled": True})
    kept = {log["log_type"] for log in after}
    return requests + [{"LogType": log["log_type"], "Enabled": False} for log in before if log["log_type"] not in kept]


def settings(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared settings of a group, given how it stands; raises what ElastiCache could never do."""
    want = {option: params[option] for option in SETTINGS if params[option] is not None}
    want |= {option: want[option].lower() for option in ("snapshot_window", "maintenance_window") if option in want}
    if "security_groups" in want:
        want["security_groups"] = sorted(want["security_groups"])
    if "log_delivery" in want:
        want["log_delivery"] = sorted(want["log_delivery"], key=lambda log: str(log["log_type"]))
    doing = f"{'change' if current else 'create'} cache {params['name']}"
    for option in COUNTS:
        if current and option in want and option not in current:
            mode = "has no cluster mode; declare nodes" if "nodes" in current else "is in cluster mode; declare shards"
            raise CacheError(doing, f"it {mode}, or take another name")
    refuse_failover(doing, {**current, **want})
    if not current:
        missing = [option for option in ("engine", "node_type") if option not in want]
        if missing:
            raise CacheError(doing, f"a new cache also needs {', '.join(missing)}; declare them")
        if params["auth_token_secret"] and want.get("transit_encryption") is False:
            raise CacheError(doing, "an auth token needs encryption in transit; leave transit_encryption out, or set it to true")
        return {"description": params["name"], **want, "name": params["name"]}
    if current["status"] == "creating":
        want = {option: value for option, value in want.items() if option in current}  # the rest is not known yet
    for option in IMMUTABLE:
        if option in want and current.get(option) not in (None, "", want[option]):
            stands = f"its {option} is {current[option]} and can't be changed to {want[option]}"
            raise CacheError(doing, f"{stands}; keep it, or restore a snapshot under another name")
    if (want.get("engine"), current.get("engine")) == ("redis", "valkey"):
        raise CacheError(doing, "it has become a valkey cache and can't go back to redis; declare engine: valkey")
    if "engine_version" in want and want.get("engine", current.get("engine")) == current.get("engine"):
        have, new = str(current["engine_version"]), want["engine_version"]
        match step(have, new, 1):
            case Step.NONE:
                want["engine_version"] = have
            case Step.BACK:
                raise CacheError(doing, f"its engine version is {have} and can't go back to {new}; declare {have}")
    return want


def refuse_failover(doing: str, group: Mapping[str, Any]) -> None:
    clustered = "shards" in group
    if clustered and group.get("automatic_failover") is False:
        raise CacheError(doing, "cluster mode needs automatic_failover; leave it out, or set it to true")
    if group.get("automatic_failover") and not clustered and group.get("nodes", 1) < 2:
        raise CacheError(doing, "automatic_failover needs a replica; declare nodes: 2 or more, or automatic_failover: false")
    if group.get("multi_az") and not (clustered or group.get("automatic_failover")):
        raise CacheError(doing, "multi_az needs automatic_failover; set it to true")


def creation(group: Mapping[str, Any]) -> dict[str, Any]:
    """CreateReplicationGroup's arguments, with our defaults: encrypted on disk and on the way."""
    request = {SETTINGS[option]: value for option, value in group.items() if option in SETTINGS and option != "log_delivery"}
    if group.get("log_delivery"):
        request["LogDeliveryConfigurations"] = delivery_requests([], group["log_delivery"])
    if "shards" in group:
        request |= {"ClusterMode": "enabled", "AutomaticFailoverEnabled": True}
    return {"AtRestEncryptionEnabled": True, "TransitEncryptionEnabled": True, **request}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """ModifyReplicationGroup's arguments for what differs; how many nodes there are is not among them."""
    differs = [option for option in SETTINGS if option in after and option not in COUNTS and before.get(option) != after[option]]
    request = {SETTINGS[option]: after[option] for option in differs}
    if "log_delivery" in differs:
        request["LogDeliveryConfigurations"] = delivery_requests(before["log_delivery"], after["log_delivery"])
    if "engine" in differs or "engine_version" in differs:
        together = ("engine", "engine_version", "parameter_group")  # a new series needs a parameter group of its family
        request |= {SETTINGS[option]: after[option] for option in together if option in after}
    if {"automatic_failover", "multi_az"} & set(differs):
        request |= {SETTINGS[option]: after[option] for option in ("automatic_failover", "multi_az") if option in after}
    return request


def token(text: str, secret: str, key: str | None) -> str:
    """The auth token in a secret's text: all of it, or what its JSON document has under C(key)."""
    doing = f"read secret {secret}"
    if key is None:
        found = text
    else:
        try:
            found = str(json.loads(text)[key])
        except (ValueError, KeyError, TypeError):  # whose own words may quote the secret
            raise CacheError(doing, f"it is no JSON document with a {key}; name its key with auth_token_key") from None
    if not re.fullmatch(r"[!-~]{16,128}", found) or set(found) & set('@"/'):
        raise CacheError(doing, 'it is no token of 16 to 128 printable characters without @, ", / and spaces; generate one')
    return found
