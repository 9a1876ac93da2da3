# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What Amazon RDS calls the settings of a DB instance, and the rules by which they may change. Everything here is pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .aws import AwsError
from .versions import Step, step

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
}
IMMUTABLE = ("engine", "storage_encrypted", "kms_key", "username", "database_name", "subnet_group", "replica_of")
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
    settings = {option: merged.get(field) for option, (argument, field) in SETTINGS.items()}
    settings["port"] = pending.get("Port") or endpoint.get("Port") or instance.get("DbInstancePort") or None
    settings["max_allocated_storage"] = instance.get("MaxAllocatedStorage") or 0
    settings["subnet_group"] = pending.get("DBSubnetGroupName") or (instance.get("DBSubnetGroup") or {}).get("DBSubnetGroupName")
    groups = instance.get("VpcSecurityGroups") or []
    settings["security_groups"] = sorted(group["VpcSecurityGroupId"] for group in groups if group.get("Status") != "removing")
    settings["parameter_group"] = next((group["DBParameterGroupName"] for group in instance.get("DBParameterGroups") or []), None)
    exports = pending.get("PendingCloudwatchLogsExports") or {}
    enabled = {*(instance.get("EnabledCloudwatchLogsExports") or []), *(exports.get("LogTypesToEnable") or [])}
    settings["log_exports"] = sorted(enabled - {*(exports.get("LogTypesToDisable") or [])})
    settings["performance_insights"] = bool(instance.get("PerformanceInsightsEnabled"))
    settings["manage_master_user_password"] = bool(secret) and secret.get("SecretStatus") != "deleting"
    settings["master_user_secret_kms_key"] = secret.get("KmsKeyId")
    return {
        **{option: value for option, value in settings.items() if value is not None},
        "name": instance["DBInstanceIdentifier"],
        "arn": instance["DBInstanceArn"],
        "resource_id": instance.get("DbiResourceId", ""),
        "status": instance["DBInstanceStatus"],
        "endpoint": {"address": endpoint.get("Address", ""), "port": endpoint.get("Port", 0)},
        "replica_of": instance.get("ReadReplicaSourceDBInstanceIdentifier") or "",
        "master_user_secret": secret.get("SecretArn", ""),
    }


def settings(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared settings of an instance, given how it stands; raises what RDS could never do."""
    want = {option: params[option] for option in [*SETTINGS, "replica_of"] if params[option] is not None}
    want |= {option: sorted(want[option]) for option in LISTS if option in want}
    want |= {option: want[option].lower() for option in WINDOWS if option in want}
    for switch, detail in SWITCHES.items():
        if switch in want and not want[switch]:
            want.pop(detail, None)  # what is off has no details
    if not current:
        return {**want, "name": params["name"]}
    if current["status"] == "creating":
        want = {option: value for option, value in want.items() if option in current}  # the rest is not known yet
    refuse_immutable(params["name"], want, current)
    if current.get("manage_master_user_password") and want.get("manage_master_user_password") is not False:
        refuse(params["name"], "master_user_secret_kms_key", want, current)
    want.pop("replica_of", None)
    want |= storage(params["name"], want, current)
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
    if option == "replica_of":
        if want[option].rsplit(":", 1)[-1] != have.rsplit(":", 1)[-1]:  # by name or by ARN
            stands = f"a replica of {have}" if have else "no replica"
            raise DatabaseError(doing, f"it is {stands} and can't follow {want[option]}; take another name")
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
    series = 1 if current["engine"] == "postgres" else 2  # 15 to 16 is a major upgrade of PostgreSQL, 8.0 to 8.4 one of MySQL
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
    if "log_exports" in differs:
        old, new = set(before.get("log_exports") or []), set(request.pop("EnableCloudwatchLogsExports"))
        request["CloudwatchLogsExportConfiguration"] = {"EnableLogTypes": sorted(new - old), "DisableLogTypes": sorted(old - new)}
    return request


def credentials(text: str, secret: str) -> dict[str, str]:
    """MasterUsername and MasterUserPassword from a secret's JSON text, in the form that RDS's own secrets have."""
    form = '{"username": ..., "password": ...}'
    try:
        document = json.loads(text)
        return {"MasterUsername": str(document["username"]), "MasterUserPassword": str(document["password"])}
    except (ValueError, KeyError, TypeError):  # whose own words may quote the secret
        raise DatabaseError(f"read secret {secret}", f"it is not of the form {form}; give it that form") from None


def refuse_deletion(params: Mapping[str, Any], instance: Mapping[str, Any]) -> None:
    """Raise when an instance is protected, or its data would be lost without a word."""
    doing = f"delete database {params['name']}"
    if instance.get("deletion_protection"):
        raise DatabaseError(doing, "deletion_protection is on; apply it once with deletion_protection: false, then delete it")
    if not (params["final_snapshot"] or params["skip_final_snapshot"] or instance.get("replica_of")):
        raise DatabaseError(doing, "its data would be lost; name a final_snapshot, or say skip_final_snapshot: true")


def refuse_creation(params: Mapping[str, Any]) -> None:
    """Raise when what is declared is not enough for an instance that comes from nothing."""
    missing = [option for option in ("engine", "instance_class", "allocated_storage") if params[option] is None]
    if not (params["username"] or params["credentials_secret"]):
        missing.append("username")
    if not (params["manage_master_user_password"] or params["credentials_secret"]):
        missing.append("manage_master_user_password or credentials_secret")
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
        latest = params["restore_time"] == "latest"
        moment = {"UseLatestRestorableTime": True} if latest else {"RestoreTime": params["restore_time"]}
        return "RestoreDBInstanceToPointInTime", {**request, **moment}
    if source := params["replica_of"]:
        request["SourceDBInstanceIdentifier"] = source
        if ":" in source:
            return "CreateDBInstanceReadReplica", {**request, "SourceRegion": source.split(":")[3]}
        request.pop("KmsKeyId", None)  # in its own region a replica has its source's key
        return "CreateDBInstanceReadReplica", request
    return "CreateDBInstance", {"StorageEncrypted": True, "StorageType": "gp3", **request}
