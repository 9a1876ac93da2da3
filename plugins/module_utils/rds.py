# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What Amazon RDS calls the settings of DB instances and clusters, and the rules by which they may change. All of it is pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from .aws import AwsError
from .versions import Step, step

TAGGING = ("AddTagsToResource", "RemoveTagsFromResource")
# Our option: (request argument, DBInstance field), from the API reference of CreateDBInstance and the DBInstance type.
SETTINGS = {
    "engine": ("Engine", "Engine"),
    "engine_version": ("EngineVersion", "EngineVersion"),
    "instance_class": ("DBInstanceClass", "DBInstanceClass"),
    "allocated_storage": ("AllocatedStorage", "AllocatedStorage"),
    "max_allocated_storage": ("MaxAllocatedStorage", "MaxAllocatedStorage"),
    "storage_type": ("StorageType", "StorageType"),
    "iops": ("Iops", "Iops"),
    "throughput": ("StorageThroughput", "StorageThroughput"),
    "storage_encrypted": ("StorageEncrypted", "StorageEncrypted"),
    "kms_key": ("KmsKeyId", "KmsKeyId"),
    "multi_az": ("MultiAZ", "MultiAZ"),
    "database_name": ("DBName", "DBName"),
    "username": ("MasterUsername", "MasterUsername"),
    "port": ("Port", "Port"),
    "subnet_group": ("DBSubnetGroupName", "DBSubnetGroupName"),
    "security_groups": ("VpcSecurityGroupIds", "VpcSecurityGroups"),
    "parameter_group": ("DBParameterGroupName", "DBParameterGroups"),
    "backup_retention_days": ("BackupRetentionPeriod", "BackupRetentionPeriod"),
    "backup_window": ("PreferredBackupWindow", "PreferredBackupWindow"),
    "maintenance_window": ("PreferredMaintenanceWindow", "PreferredMaintenanceWindow"),
    "copy_tags_to_snapshot": ("CopyTagsToSnapshot", "CopyTagsToSnapshot"),
    "log_exports": ("EnableCloudwatchLogsExports", "EnabledCloudwatchLogsExports"),
    "performance_insights": ("EnablePerformanceInsights", "PerformanceInsightsEnabled"),
    "performance_insights_retention_days": ("PerformanceInsightsRetentionPeriod", "PerformanceInsightsRetentionPeriod"),
    "monitoring_interval": ("MonitoringInterval", "MonitoringInterval"),
    "monitoring_role": ("MonitoringRoleArn", "MonitoringRoleArn"),
    "iam_authentication": ("EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled"),
    "deletion_protection": ("DeletionProtection", "DeletionProtection"),
    "auto_minor_version_upgrade": ("AutoMinorVersionUpgrade", "AutoMinorVersionUpgrade"),
    "publicly_accessible": ("PubliclyAccessible", "PubliclyAccessible"),
    "ca_certificate": ("CACertificateIdentifier", "CACertificateIdentifier"),
    "manage_master_user_password": ("ManageMasterUserPassword", "MasterUserSecret"),
    "master_user_secret_kms_key": ("MasterUserSecretKmsKeyId", "MasterUserSecret"),
    "cluster": ("DBClusterIdentifier", "DBClusterIdentifier"),
}
# The same of a cluster: CreateDBCluster and the DBCluster type.
_ALIKE = """
    engine engine_version storage_encrypted kms_key username port security_groups backup_retention_days backup_window
    maintenance_window copy_tags_to_snapshot log_exports iam_authentication deletion_protection manage_master_user_password
    master_user_secret_kms_key
"""
CAPACITY = {"min_capacity": ("MinCapacity", "MinCapacity"), "max_capacity": ("MaxCapacity", "MaxCapacity")}
CLUSTER_SETTINGS = {
    **{option: SETTINGS[option] for option in _ALIKE.split()},
    "database_name": ("DatabaseName", "DatabaseName"),
    "subnet_group": ("DBSubnetGroupName", "DBSubnetGroup"),
    "parameter_group": ("DBClusterParameterGroupName", "DBClusterParameterGroup"),
    **CAPACITY,  # which is one argument of two options
}
IMMUTABLE = ("engine", "storage_encrypted", "kms_key", "username", "database_name", "subnet_group", "replica_of", "cluster")
# What an instance is to another database, and what it can't do for another one.
RELATIONS = {"replica_of": ("replica", "of", "follow"), "cluster": ("member", "of cluster", "join")}
# AWS wants to hear all of a group when one of it changes.
GROUPS = (
    {"allocated_storage", "storage_type", "iops", "throughput"},
    {"monitoring_interval", "monitoring_role"},
    {"performance_insights", "performance_insights_retention_days"},
)
SWITCHES = {"monitoring_interval": "monitoring_role", "performance_insights": "performance_insights_retention_days"}
LISTS = ("security_groups", "log_exports")
WINDOWS = ("backup_window", "maintenance_window")


class DatabaseError(AwsError):
    """A failed call to Amazon RDS."""


def described(instance: Mapping[str, Any]) -> dict[str, Any]:
    """A DBInstance in the words of our options, with what is pending as if it were done."""
    pending = {key: value for key, value in (instance.get("PendingModifiedValues") or {}).items() if value is not None}
    merged = {**instance, **pending}
    endpoint, secret = instance.get("Endpoint") or {}, instance.get("MasterUserSecret") or {}
    settings = {option: merged.get(field) for option, (argument, field) in SETTINGS.items()} | _described_alike(instance, pending)
    settings["port"] = pending.get("Port") or endpoint.get("Port") or instance.get("DbInstancePort") or None
    settings["max_allocated_storage"] = instance.get("MaxAllocatedStorage") or 0
    settings["subnet_group"] = pending.get("DBSubnetGroupName") or (instance.get("DBSubnetGroup") or {}).get("DBSubnetGroupName")
    settings["parameter_group"] = next((group["DBParameterGroupName"] for group in instance.get("DBParameterGroups") or []), None)
    settings["performance_insights"] = bool(instance.get("PerformanceInsightsEnabled"))
    return {
        **{option: value for option, value in settings.items() if value is not None},
        "name": instance["DBInstanceIdentifier"],
        "arn": instance["DBInstanceArn"],
        "resource_id": instance.get("DbiResourceId", ""),
        "status": instance["DBInstanceStatus"],
        "endpoint": {"address": endpoint.get("Address", ""), "port": endpoint.get("Port", 0)},
        "replica_of": instance.get("ReadReplicaSourceDBInstanceIdentifier") or "",
        "cluster": instance.get("DBClusterIdentifier") or "",
        "master_user_secret": secret.get("SecretArn", ""),
    }


def described_cluster(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a DBCluster."""
    pending = {key: value for key, value in (cluster.get("PendingModifiedValues") or {}).items() if value is not None}
    merged = {**cluster, **(cluster.get("ServerlessV2ScalingConfiguration") or {}), **pending}
    settings = {option: merged.get(field) for option, (argument, field) in CLUSTER_SETTINGS.items()}
    settings |= _described_alike(cluster, pending)
    port = cluster.get("Port") or 0
    return {
        **{option: value for option, value in settings.items() if value is not None},
        "name": cluster["DBClusterIdentifier"],
        "arn": cluster["DBClusterArn"],
        "resource_id": cluster.get("DbClusterResourceId", ""),
        "status": cluster["Status"],
        "endpoint": {"address": cluster.get("Endpoint") or "", "port": port},
        "reader_endpoint": {"address": cluster.get("ReaderEndpoint") or "", "port": port},
        "members": sorted(member["DBInstanceIdentifier"] for member in cluster.get("DBClusterMembers") or []),
        "master_user_secret": (cluster.get("MasterUserSecret") or {}).get("SecretArn", ""),
    }


def _described_alike(database: Mapping[str, Any], pending: Mapping[str, Any]) -> dict[str, Any]:
    """What instances and clusters describe in the same words, but not in those of an option."""
    groups, secret = database.get("VpcSecurityGroups") or [], database.get("MasterUserSecret") or {}
    exports = pending.get("PendingCloudwatchLogsExports") or {}
    enabled = {*(database.get("EnabledCloudwatchLogsExports") or []), *(exports.get("LogTypesToEnable") or [])}
    return {
        "security_groups": sorted(group["VpcSecurityGroupId"] for group in groups if group.get("Status") != "removing"),
        "log_exports": sorted(enabled - {*(exports.get("LogTypesToDisable") or [])}),
        "manage_master_user_password": bool(secret) and secret.get("SecretStatus") != "deleting",
        "master_user_secret_kms_key": secret.get("KmsKeyId"),
    }


def settings(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared settings of an instance, given how it stands; raises what RDS could never do."""
    want = _declared(params, [*SETTINGS, "replica_of"])
    for switch, detail in SWITCHES.items():
        if switch in want and not want[switch]:
            want.pop(detail, None)  # what is off has no details
    if not current:
        return {**want, "name": params["name"]}
    want = _of_standing(params, want, current)
    return want | storage(params["name"], want, current)


def cluster_settings(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a cluster."""
    want = _declared(params, CLUSTER_SETTINGS)
    return _of_standing(params, want, current) if current else {**want, "name": params["name"]}


def _declared(params: Mapping[str, Any], options: Iterable[str]) -> dict[str, Any]:
    want = {option: params[option] for option in options if params[option] is not None}
    want |= {option: sorted(want[option]) for option in LISTS if option in want}
    return want | {option: want[option].lower() for option in WINDOWS if option in want}


def _of_standing(params: Mapping[str, Any], want: dict[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """What is declared of a database that stands; raises what it could never become."""
    if current["status"] == "creating":
        want = {option: value for option, value in want.items() if option in current}  # the rest is not known yet
    refuse_immutable(params["name"], want, current)
    if current.get("manage_master_user_password") and want.get("manage_master_user_password") is not False:
        refuse(params["name"], "master_user_secret_kms_key", want, current)
    want = {option: value for option, value in want.items() if option not in RELATIONS}
    if "engine_version" in want:
        want["engine_version"] = version(params, current)
    leaves = want.get("manage_master_user_password") is False and current.get("manage_master_user_password")
    if leaves and not params["credentials_secret"]:
        raise DatabaseError(
            f"change database {params['name']}", "without a managed password it needs another; name it with credentials_secret"
        )
    return want


def refuse_immutable(name: str, want: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    """Raise when a declared setting is one that stays for life and stands otherwise; what is not known passes."""
    for option in IMMUTABLE:
        refuse(name, option, want, current)


def refuse(name: str, option: str, want: Mapping[str, Any], current: Mapping[str, Any]) -> None:
    have, doing = current.get(option), f"change database {name}"
    if option not in want or have is None:
        return
    if option in RELATIONS:
        noun, of, verb = RELATIONS[option]
        if want[option].rsplit(":", 1)[-1] != have.rsplit(":", 1)[-1]:  # by name or by ARN
            stands = f"a {noun} {of} {have}" if have else f"no {noun}"
            raise DatabaseError(doing, f"it is {stands} and can't {verb} {want[option]}; take another name")
    elif have not in ("", want[option]):
        cure = "keep it, or restore a snapshot under another name"
        raise DatabaseError(doing, f"its {option} is {have} and can't be changed to {want[option]}; {cure}")


def storage(name: str, want: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The storage to declare: what autoscaling has added stays, anything else that would shrink is refused."""
    have, size, limit = current["allocated_storage"], want.get("allocated_storage"), want.get("max_allocated_storage")
    doing, grown = f"change database {name}", dict[str, Any]()
    if size is not None and size < have:
        if max(current["max_allocated_storage"], limit or 0) < have:
            raise DatabaseError(doing, f"its storage of {have} GiB can't shrink to {size}; declare at least {have}")
        grown["allocated_storage"] = have
    if limit is not None and limit < have:
        raise DatabaseError(doing, f"its storage is {have} GiB, above max_allocated_storage {limit}; declare at least {have}")
    if limit == max(have, size or 0) and not current["max_allocated_storage"]:
        grown["max_allocated_storage"] = 0  # no room to grow is how RDS is told to turn autoscaling off
    return grown


def version(params: Mapping[str, Any], current: Mapping[str, Any]) -> str:
    """The engine version to declare: the one that stands, unless an upgrade was declared and is possible."""
    want, have = str(params["engine_version"]), str(current["engine_version"])
    doing = f"change database {params['name']}"
    series = 1 if "postgres" in current["engine"] else 2  # 15 to 16 is a major upgrade of PostgreSQL, 8.0 to 8.4 one of MySQL
    match step(have, want, series):
        case Step.NONE:
            return have
        case Step.BACK:
            raise DatabaseError(doing, f"its engine version is {have} and can't go back to {want}; declare {have}")
        case Step.MAJOR if not params["allow_major_version_upgrade"]:
            raise DatabaseError(doing, f"{have} to {want} is a major upgrade; set allow_major_version_upgrade after a snapshot")
    return want


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """ModifyDBInstance's arguments for what differs."""
    differs = {option for option in after if option in SETTINGS and before.get(option) != after[option]}
    for group in GROUPS:
        if group & differs:
            differs |= group & set(after)
    request = {SETTINGS[option][0]: after[option] for option in SETTINGS if option in differs}
    if "port" in differs:
        request["DBPortNumber"] = request.pop("Port")
    return _exports(before, request)


def cluster_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """ModifyDBCluster's arguments for what differs."""
    differs = {option for option in after if before.get(option) != after[option]}
    if CAPACITY.keys() & differs:
        differs |= CAPACITY.keys() & after.keys()
    return _exports(before, cluster_arguments({option: after[option] for option in after if option in differs}))


def cluster_arguments(cluster: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as CreateDBCluster takes them."""
    request = {CLUSTER_SETTINGS[option][0]: value for option, value in cluster.items() if option in CLUSTER_SETTINGS}
    capacity = {name: request.pop(name) for name, _field in CAPACITY.values() if name in request}
    return {**request, "ServerlessV2ScalingConfiguration": capacity} if capacity else request


def _exports(before: Mapping[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """A change names the logs to turn on and off, where a creation names all."""
    exports = request.pop("EnableCloudwatchLogsExports", None)
    if exports is None:
        return request
    old, new = set(before.get("log_exports") or []), set(exports)
    turned = {"EnableLogTypes": sorted(new - old), "DisableLogTypes": sorted(old - new)}
    return {**request, "CloudwatchLogsExportConfiguration": turned}


def credentials(text: str, secret: str) -> dict[str, str]:
    """MasterUsername and MasterUserPassword from a secret's JSON text, in the form that RDS's own secrets have."""
    form = '{"username": ..., "password": ...}'
    try:
        document = json.loads(text)
        return {"MasterUsername": str(document["username"]), "MasterUserPassword": str(document["password"])}
    except (ValueError, KeyError, TypeError):  # whose own words may quote the secret
        raise DatabaseError(f"read secret {secret}", f"it is not of the form {form}; give it that form") from None


def shares_data(instance: Mapping[str, Any]) -> bool:
    """Whether another database has the data of this one, so that it has no snapshot of its own."""
    return any(instance.get(relation) for relation in RELATIONS)


def refuse_deletion(params: Mapping[str, Any], instance: Mapping[str, Any]) -> None:
    """Raise when an instance is protected, or its data would be lost without a word."""
    doing = f"delete database {params['name']}"
    if instance.get("deletion_protection") and params["deletion_protection"] is not False:
        raise DatabaseError(doing, "deletion_protection is on; say deletion_protection: false, which lifts it first")
    if not (params["final_snapshot"] or params["skip_final_snapshot"] or shares_data(instance)):
        raise DatabaseError(doing, "its data would be lost; name a final_snapshot, or say skip_final_snapshot: true")


def refuse_creation(params: Mapping[str, Any]) -> None:
    """Raise when what is declared is not enough for an instance that comes from nothing."""
    if params["cluster"]:
        _refuse_missing(params, [option for option in ("engine", "instance_class") if params[option] is None])
    else:
        _refuse_missing(params, _missing(params, "engine", "instance_class", "allocated_storage"))


def refuse_cluster_creation(params: Mapping[str, Any]) -> None:
    """The same of a cluster."""
    _refuse_missing(params, _missing(params, "engine"))


def _missing(params: Mapping[str, Any], *options: str) -> list[str]:
    missing = [option for option in options if params[option] is None]
    if not (params["username"] or params["credentials_secret"]):
        missing.append("username")
    if not (params["manage_master_user_password"] or params["credentials_secret"]):
        missing.append("manage_master_user_password or credentials_secret")
    return missing


def _refuse_missing(params: Mapping[str, Any], missing: Iterable[str]) -> None:
    if missing:
        raise DatabaseError(f"create database {params['name']}", f"a new database also needs {', '.join(missing)}; declare them")


def creation(params: Mapping[str, Any], instance: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The operation that creates an instance, from nothing or from another, and its arguments.

    An operation may not take them all: what it does not is to be changed once the instance stands. The defaults are ours:
    private, encrypted, on gp3; but a restored instance and a replica have the storage of what they come from.
    """
    request = {SETTINGS[option][0]: value for option, value in instance.items() if option in SETTINGS}
    request = {"PubliclyAccessible": False, "DBInstanceIdentifier": params["name"], **request}
    if request.get("MaxAllocatedStorage") == request.get("AllocatedStorage"):
        request.pop("MaxAllocatedStorage", None)  # autoscaling is off until it is turned on
    if params["restore_from_snapshot"] or params["restore_from_instance"]:
        request.pop("DBName", None)  # what is restored keeps its databases; most engines refuse to hear of one
    if snapshot := params["restore_from_snapshot"]:
        return "RestoreDBInstanceFromDBSnapshot", {**request, "DBSnapshotIdentifier": snapshot}
    if source := params["restore_from_instance"]:
        request |= {"SourceDBInstanceIdentifier": source, "TargetDBInstanceIdentifier": params["name"]}
        return "RestoreDBInstanceToPointInTime", {**request, **_moment(params, "RestoreTime")}
    if source := params["replica_of"]:
        request["SourceDBInstanceIdentifier"] = source
        if ":" in source:
            return "CreateDBInstanceReadReplica", {**request, "SourceRegion": source.split(":")[3]}
        request.pop("KmsKeyId", None)  # in its own region a replica has its source's key
        return "CreateDBInstanceReadReplica", request
    if zone := params["availability_zone"]:
        request["AvailabilityZone"] = zone
    if params["cluster"]:
        return "CreateDBInstance", request  # its storage is the cluster's
    return "CreateDBInstance", {"StorageEncrypted": True, "StorageType": "gp3", **request}


def cluster_creation(params: Mapping[str, Any], cluster: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The same of a cluster."""
    request = {**cluster_arguments(cluster), "DBClusterIdentifier": params["name"]}
    if params["restore_from_snapshot"] or params["restore_from_cluster"]:
        request.pop("DatabaseName", None)  # what is restored keeps its databases
    if snapshot := params["restore_from_snapshot"]:
        return "RestoreDBClusterFromSnapshot", {**request, "SnapshotIdentifier": snapshot}
    if source := params["restore_from_cluster"]:
        request["SourceDBClusterIdentifier"] = source
        return "RestoreDBClusterToPointInTime", {**request, **_moment(params, "RestoreToTime")}
    return "CreateDBCluster", {"StorageEncrypted": True, **request}


def _moment(params: Mapping[str, Any], argument: str) -> dict[str, Any]:
    return {"UseLatestRestorableTime": True} if params["restore_time"] == "latest" else {argument: params["restore_time"]}
