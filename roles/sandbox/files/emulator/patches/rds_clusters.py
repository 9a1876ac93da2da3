# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon Aurora.

API reference: CreateDBCluster, RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime, ModifyDBCluster, DeleteDBCluster,
CreateDBInstance (of a member), DescribeEngineDefaultClusterParameters, and the errors of each.
User guide: "Requirements and limitations for Aurora Serverless v2" (capacity in steps of a half; a cluster has a capacity before
it has such a member), "Viewing DB cluster status" (creating, modifying, deleting), "Publishing Aurora PostgreSQL logs to Amazon
CloudWatch Logs" (which logs there are).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from botocore import xform_name
from moto.core.responses import ActionResult
from moto.rds import models
from moto.rds.exceptions import (
    DBClusterNotFoundError,
    DBClusterParameterGroupNotFoundError,
    DBClusterToBeDeletedHasActiveMembers,
    InvalidDBClusterStateFault,
    InvalidParameterCombination,
    InvalidParameterValue,
    RDSClientError,
)
from moto.rds.responses import RDSResponse

from .. import provisioning
from .rds import key_arn, parameters

_MINORS = {"aurora-postgresql": {"13": "13.22", "14": "14.19", "15": "15.14", "16": "16.10", "17": "17.6"}}
_DEFAULT_MINORS = {"aurora-postgresql": "17.6"}
# The last that AWS makes no new clusters of: Release Notes for Aurora PostgreSQL, "Release calendars".
_WITHDRAWN, _LONG_TERM = {"13": 13, "14": 10, "15": 7, "16": 3}, ("13.9", "14.6")
_LOGS = {"aurora-postgresql": {"postgresql", "instance", "iam-db-auth-error"}}
_KEPT_BY_A_RESTORE = ("engine", "engine_version", "master_username", "storage_encrypted", "kms_key_id", "database_name", "port")
# A change of these is done at once.
_AT_ONCE = {"db_cluster_identifier", "apply_immediately", "deletion_protection", "copy_tags_to_snapshot"}


def refuse_busy(cluster: Any) -> None:
    """Most actions want a cluster that is available."""
    if cluster and provisioning.under_way(cluster):
        raise InvalidDBClusterStateFault(f"DB cluster {cluster.db_cluster_identifier} is not in available state.")


def refuse(backend: Any, engine: str, settings: dict[str, Any]) -> None:
    """What AWS does not take of a cluster, be it new or not."""
    group = settings.get("db_cluster_parameter_group_name")
    if group and not group.startswith("default.") and group not in backend.db_cluster_parameter_groups:
        raise DBClusterParameterGroupNotFoundError(group)
    asked = settings.get("cloudwatch_logs_export_configuration") or {}
    logs = {*(settings.get("enable_cloudwatch_logs_exports") or []), *(asked.get("EnableLogTypes") or [])}
    if wrong := logs - _LOGS.get(engine, logs):
        raise InvalidParameterCombination(f"You cannot use the log types '{', '.join(sorted(wrong))}' with engine {engine}.")
    if capacity := settings.get("serverless_v2_scaling_configuration"):
        low, high = float(capacity.get("MinCapacity", 0.5)), float(capacity.get("MaxCapacity", 1))
        if low % 0.5 or high % 0.5 or not (0 <= low <= high and 1 <= high <= 256):
            raise InvalidParameterValue(f"Serverless v2 capacity {low} to {high} isn't valid.")
    days = settings.get("backup_retention_period")
    if days is not None and not 1 <= int(days) <= 35:
        raise InvalidParameterValue(f"Invalid backup retention period: {days}. Retention period must be between 1 and 35.")


def family(cluster: Any) -> str:
    return f"{cluster.engine}{cluster.engine_version.split('.')[0]}"


def _clusters() -> None:
    backend, cluster = models.RDSBackend, models.DBCluster
    init: Callable[..., None] = cluster.__init__
    create: Callable[..., Any] = backend.create_db_cluster
    modify: Callable[..., Any] = backend.modify_db_cluster

    def created(self: Any, backend: Any, *arguments: Any, **settings: Any) -> None:
        engine = settings.get("engine", "")
        version = settings.get("engine_version") or _DEFAULT_MINORS.get(engine)
        settings["engine_version"] = _MINORS.get(engine, {}).get(version, version)
        if settings.get("storage_encrypted"):
            settings["kms_key_id"] = key_arn(backend, settings.get("kms_key_id") or "alias/aws/rds")
        init(self, backend, *arguments, **settings)
        self.parameter_group = settings.get("db_cluster_parameter_group_name") or f"default.{family(self)}"
        self.preferred_maintenance_window = self.preferred_maintenance_window.lower()
        if not self.storage_encrypted:
            self.kms_key_id = None
        self.storage_type = "aurora" if engine.startswith("aurora") else self.storage_type
        self._status = "available"
        provisioning.begin(self, "db_cluster create", self.db_cluster_identifier, "creating")

    def create_db_cluster(self: Any, settings: dict[str, Any]) -> Any:
        name, version = settings["db_cluster_identifier"], settings.get("engine_version") or ""
        major, _dot, minor = version.partition(".")
        withdrawn = minor.isdigit() and int(minor) <= _WITHDRAWN.get(major, 0) and version not in _LONG_TERM
        if settings.get("engine") == "aurora-postgresql" and withdrawn:
            raise InvalidParameterCombination(f"Cannot find version {version} for aurora-postgresql")
        if name.lower() in self.clusters:
            raise RDSClientError("DBClusterAlreadyExistsFault", f"DB Cluster {name} already exists")
        if group := settings.get("db_subnet_group_name"):
            self.describe_db_subnet_groups(group)  # raises for an unknown one
        refuse(self, settings.get("engine", ""), settings)
        return create(self, settings)

    def modify_db_cluster(self: Any, asked: dict[str, Any]) -> Any:
        standing = self.clusters.get(asked["db_cluster_identifier"])
        if not standing:
            raise DBClusterNotFoundError(asked["db_cluster_identifier"])
        refuse_busy(standing)
        settings = {xform_name(setting): value for setting, value in asked.items()}
        refuse(self, standing.engine, settings)
        exports = settings.pop("cloudwatch_logs_export_configuration", None) or {}
        iam = settings.pop("enable_iam_database_authentication", None)
        for setting in ("apply_immediately", "allow_major_version_upgrade"):
            settings.pop(setting, None)
        if version := settings.get("engine_version"):
            settings["engine_version"] = _MINORS.get(standing.engine, {}).get(version, version)
        modify(self, settings)
        logs = {*standing.enabled_cloudwatch_logs_exports, *(exports.get("EnableLogTypes") or [])}
        standing.enabled_cloudwatch_logs_exports = sorted(logs - {*(exports.get("DisableLogTypes") or [])})
        standing.iam_auth = standing.iam_auth if iam is None else iam
        if {xform_name(setting) for setting in asked} - _AT_ONCE:
            provisioning.begin(standing, "db_cluster modify", standing.db_cluster_identifier, "modifying")
        return standing

    def delete_db_cluster(self: Any, cluster_identifier: str, snapshot_name: str | None = None) -> Any:
        """A cluster goes while its last members do, and the data with it."""
        standing = self.clusters.get(cluster_identifier)
        if not standing:
            raise DBClusterNotFoundError(cluster_identifier)
        refuse_busy(standing)
        if standing.deletion_protection:
            raise InvalidParameterCombination(
                "Cannot delete protected Cluster, please disable deletion protection and try again."
            )
        if any(provisioning.under_way(member) != "deleting" for member in standing._members):
            raise DBClusterToBeDeletedHasActiveMembers()
        if snapshot_name:
            self.create_db_cluster_snapshot(cluster_identifier, snapshot_name)
        if standing.manage_master_user_password:
            standing.master_user_secret.delete_secret()

        automated = self.describe_db_cluster_snapshots(cluster_identifier, "", snapshot_type="automated")
        for one in automated:
            self.delete_db_cluster_snapshot(one.db_cluster_snapshot_identifier)

        def finish() -> None:
            if self.clusters.get(cluster_identifier) is standing:
                del self.clusters[cluster_identifier]

        if not provisioning.end(standing, "db_cluster delete", cluster_identifier, "deleting", finish):
            finish()
        return standing

    def create_db_cluster_snapshot(self: Any, db_cluster_identifier: str, *arguments: Any, **settings: Any) -> Any:
        if arguments[1:2] != ("automated",) and settings.get("snapshot_type") != "automated":
            refuse_busy(self.clusters.get(db_cluster_identifier))
        return snapshot(self, db_cluster_identifier, *arguments, **settings)

    snapshot: Callable[..., Any] = backend.create_db_cluster_snapshot
    cluster.__init__ = created
    cluster.status = property(
        lambda self: provisioning.under_way(self) or self._status, lambda self, status: setattr(self, "_status", status)
    )
    backend.create_db_cluster = create_db_cluster
    backend.modify_db_cluster = modify_db_cluster
    backend.delete_db_cluster = delete_db_cluster
    backend.create_db_cluster_snapshot = create_db_cluster_snapshot


def _restores() -> None:
    """A restored cluster has the data, the users and their passwords of its source; all else is asked for anew."""
    backend = models.RDSBackend

    def restored(self: Any, source: Any, asked: dict[str, Any]) -> Any:
        settings = {xform_name(setting): value for setting, value in asked.items()}
        kept = {name: getattr(source, name) for name in _KEPT_BY_A_RESTORE}
        password = secrets.token_urlsafe(16)  # stands for that of the source
        given = {name: value for name, value in settings.items() if value is not None}
        return self.create_db_cluster({**kept, "master_user_password": password, **given})

    def from_snapshot(self: Any, from_snapshot_id: str, overrides: dict[str, Any]) -> Any:
        found = self.describe_db_cluster_snapshots(db_cluster_identifier=None, db_snapshot_identifier=from_snapshot_id)
        return restored(self, found[0].cluster, overrides)

    def to_time(self: Any, source_db_cluster_identifier: str, **asked: Any) -> Any:
        source = self.describe_db_clusters(db_cluster_identifier=source_db_cluster_identifier)[0]
        for setting in ("restore_type", "restore_to_time", "use_latest_restorable_time"):
            asked.pop(setting, None)
        return restored(self, source, asked)

    backend.restore_db_cluster_from_snapshot = from_snapshot
    backend.restore_db_cluster_to_point_in_time = to_time


def _members() -> None:
    """A member has the network, the port and the logs of its cluster, and its data is in the cluster's snapshots."""
    member = models.DBInstanceClustered
    init: Callable[..., None] = member.__init__

    def created(self: Any, db_cluster_identifier: str, promotion_tier: int = 1, **settings: Any) -> None:
        cluster = settings["backend"].clusters.get(db_cluster_identifier)
        refuse_busy(cluster)
        if cluster:
            serverless = settings.get("db_instance_class") == "db.serverless"
            if serverless and not cluster.serverless_v2_scaling_configuration:
                first = "Set the Serverless v2 scaling configuration on the parent DB cluster"
                raise InvalidDBClusterStateFault(f"{first} before creating a Serverless v2 DB instance.")
            if cluster.db_subnet_group_name != "default":
                settings.setdefault("db_subnet_group_name", cluster.db_subnet_group_name)
            settings["port"] = cluster.port
        init(self, db_cluster_identifier, promotion_tier, **settings)
        self.promotion_tier = int(promotion_tier)

    member.__init__ = created
    member.enabled_cloudwatch_logs_exports = property(
        lambda self: getattr(getattr(self, "cluster", None), "enabled_cloudwatch_logs_exports", []), lambda self, logs: None
    )
    member.save_automated_backup = lambda self: None


def _parameters() -> None:
    def describe_engine_default_cluster_parameters(self: Any) -> ActionResult:
        asked = self.params.get("DBParameterGroupFamily")
        return ActionResult({"EngineDefaults": {"DBParameterGroupFamily": asked, "Parameters": parameters(asked, {}, None)}})

    RDSResponse.describe_engine_default_cluster_parameters = describe_engine_default_cluster_parameters


def apply() -> None:
    _clusters()
    _restores()
    _members()
    _parameters()
