# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Amazon RDS.

API reference: CreateDBInstance, CreateDBInstanceReadReplica, RestoreDBInstanceFromDBSnapshot,
RestoreDBInstanceToPointInTime, ModifyDBInstance, DescribeDBParameterGroups, DescribeDBParameters,
DescribeEngineDefaultParameters, ModifyDBParameterGroup, DescribeDBClusterParameters, ModifyDBSubnetGroup.
User guide: "Amazon RDS DB instance storage" (what gp3 includes), "Upgrading the engine version" (a version may be
given without its minor part), "Viewing Amazon RDS DB instance status" (creating, modifying, deleting), and the error
InvalidDBInstanceState of the actions above.
"""

from __future__ import annotations

import copy
import json
import secrets
import string
from collections.abc import Callable, Iterable
from typing import Any

from botocore import xform_name
from moto.core.responses import ActionResult
from moto.kms.exceptions import NotFoundException
from moto.moto_api._internal import mock_random
from moto.rds import models
from moto.rds.exceptions import DBParameterGroupNotFoundError, InvalidParameterValue, RDSClientError
from moto.rds.responses import RDSResponse

from .. import provisioning

# Of each engine's parameters the ones that stacks set: name to data type; a leading "!" marks those that wait for a reboot.
_POSTGRES = {
    "boolean": "autovacuum log_checkpoints log_connections log_disconnections log_duration log_hostname log_lock_waits jit"
    " rds.force_ssl !rds.logical_replication rds.log_retention_period_enabled synchronize_seqscans track_io_timing"
    " !rds.force_autovacuum_logging_level_enabled log_parser_stats log_planner_stats log_statement_stats enable_seqscan"
    " enable_hashjoin enable_nestloop auto_explain.log_analyze auto_explain.log_buffers pg_stat_statements.save"
    " hot_standby_feedback",
    "integer": "autovacuum_max_workers autovacuum_naptime autovacuum_vacuum_cost_delay autovacuum_vacuum_cost_limit"
    " autovacuum_vacuum_threshold autovacuum_analyze_threshold checkpoint_timeout deadlock_timeout default_statistics_target"
    " effective_cache_size effective_io_concurrency idle_in_transaction_session_timeout idle_session_timeout lock_timeout"
    " log_autovacuum_min_duration log_min_duration_statement log_min_duration_sample log_rotation_age log_rotation_size"
    " log_temp_files maintenance_work_mem !max_connections !max_locks_per_transaction !max_prepared_transactions"
    " !max_replication_slots max_parallel_workers max_parallel_workers_per_gather max_slot_wal_keep_size"
    " max_standby_streaming_delay !max_wal_senders max_wal_size !max_worker_processes min_wal_size !pg_stat_statements.max"
    " rds.log_retention_period rds.restrict_password_commands !shared_buffers statement_timeout tcp_keepalives_count"
    " tcp_keepalives_idle tcp_keepalives_interval temp_buffers !track_activity_query_size !wal_buffers wal_keep_size"
    " wal_receiver_timeout wal_sender_timeout work_mem auto_explain.log_min_duration",
    "float": "autovacuum_analyze_scale_factor autovacuum_vacuum_scale_factor checkpoint_completion_target cpu_tuple_cost"
    " random_page_cost seq_page_cost log_statement_sample_rate",
    "string": "application_name client_encoding datestyle default_transaction_isolation intervalstyle log_error_verbosity"
    " log_line_prefix log_min_error_statement log_min_messages log_statement log_destination password_encryption"
    " pg_stat_statements.track pgaudit.log pgaudit.role rds.force_autovacuum_logging_level search_path session_replication_role"
    " !shared_preload_libraries ssl_min_protocol_version ssl_max_protocol_version synchronous_commit timezone track_functions",
}
_MYSQL = {
    "boolean": "event_scheduler explicit_defaults_for_timestamp general_log innodb_file_per_table innodb_print_all_deadlocks"
    " local_infile log_bin_trust_function_creators log_queries_not_using_indexes !performance_schema require_secure_transport"
    " slow_query_log innodb_adaptive_hash_index",
    "integer": "connect_timeout group_concat_max_len innodb_buffer_pool_size innodb_flush_log_at_trx_commit innodb_io_capacity"
    " innodb_lock_wait_timeout interactive_timeout join_buffer_size !lower_case_table_names max_allowed_packet max_connect_errors"
    " max_connections max_execution_time max_heap_table_size net_read_timeout net_write_timeout sort_buffer_size sync_binlog"
    " table_open_cache thread_cache_size tmp_table_size wait_timeout",
    "float": "long_query_time",
    "string": "binlog_format binlog_row_image character_set_client character_set_connection character_set_database"
    " character_set_results character_set_server collation_connection collation_server !default_authentication_plugin"
    " init_connect innodb_monitor_enable log_output sql_mode time_zone tls_version transaction_isolation",
}
_MINORS = {
    "postgres": {"13": "13.22", "14": "14.19", "15": "15.14", "16": "16.10", "17": "17.6"},
    "mysql": {"8.0": "8.0.43", "8.4": "8.4.6"},
    "mariadb": {"10.6": "10.6.23", "10.11": "10.11.14", "11.4": "11.4.8"},
}
_DEFAULT_MINORS = {"postgres": "17.6", "mysql": "8.4.6", "mariadb": "11.4.8"}


def catalogue(family: str | None) -> dict[str, dict[str, Any]]:
    """The parameters of a family as the engine has them, before anybody sets one."""
    table = _MYSQL if any(engine in (family or "") for engine in ("mysql", "mariadb")) else _POSTGRES
    parameters = {}
    for data_type, names in table.items():
        for name in names.split():
            parameters[name.lstrip("!")] = {
                "ParameterName": name.lstrip("!"),
                "DataType": data_type,
                "ApplyType": "static" if name.startswith("!") else "dynamic",
                "ApplyMethod": "pending-reboot",
                "IsModifiable": True,
                "Source": "engine-default",
            }
            if data_type == "boolean":
                parameters[name.lstrip("!")]["AllowedValues"] = "0,1"
    return parameters


def parameters(family: str | None, given: dict[str, dict[str, Any]], source: str | None) -> list[dict[str, Any]]:
    known = catalogue(family)
    every = {**known, **{name: {**known.get(name, {}), **value, "Source": "user"} for name, value in given.items()}}
    return [parameter for parameter in every.values() if source in (None, parameter["Source"])]


def refuse_unknown(family: str | None, new_parameters: Iterable[dict[str, Any]]) -> None:
    known = catalogue(family)
    for parameter in new_parameters:
        if parameter["ParameterName"] not in known:
            raise InvalidParameterValue(f"Could not find parameter with name: {parameter['ParameterName']}")


def _parameter_groups() -> None:
    backend, response = models.RDSBackend, RDSResponse
    describe_groups: Callable[..., Any] = backend.describe_db_parameter_groups
    update: Callable[..., Any] = models.DBParameterGroup.update_parameters
    update_cluster: Callable[..., Any] = models.DBClusterParameterGroup.update_cluster_parameters

    def describe_db_parameter_groups(self: Any, arguments: dict[str, Any]) -> list[Any]:
        groups: list[Any] = describe_groups(self, arguments)
        if arguments.get("db_parameter_group_name") and not groups:
            raise DBParameterGroupNotFoundError(arguments["db_parameter_group_name"])
        return groups

    def describe_db_parameters(self: Any) -> ActionResult:
        name = self.params.get("DBParameterGroupName")
        group = self.backend.describe_db_parameter_groups({"db_parameter_group_name": name})[0]
        return ActionResult({"Parameters": parameters(group.family, group.parameters, self.params.get("Source"))})

    def describe_engine_default_parameters(self: Any) -> ActionResult:
        family = self.params.get("DBParameterGroupFamily")
        defaults = {"DBParameterGroupFamily": family, "Parameters": parameters(family, {}, None)}
        return ActionResult({"EngineDefaults": defaults})

    def describe_db_cluster_parameters(self: Any) -> ActionResult:
        name = self.params.get("DBClusterParameterGroupName")
        self.backend.describe_db_cluster_parameters(name)  # raises for an unknown group
        group = self.backend.db_cluster_parameter_groups[name]
        family = group.db_parameter_group_family
        return ActionResult({"Parameters": parameters(family, group.parameters, self.params.get("Source"))})

    def update_parameters(self: Any, new_parameters: Iterable[dict[str, Any]]) -> None:
        given = list(new_parameters)
        refuse_unknown(self.family, given)
        update(self, given)

    def update_cluster_parameters(self: Any, new_parameters: Iterable[dict[str, Any]]) -> None:
        given = list(new_parameters)
        refuse_unknown(self.db_parameter_group_family, given)
        update_cluster(self, given)

    backend.describe_db_parameter_groups = describe_db_parameter_groups
    response.describe_db_parameters = describe_db_parameters
    response.describe_engine_default_parameters = describe_engine_default_parameters
    response.describe_db_cluster_parameters = describe_db_cluster_parameters
    models.DBParameterGroup.update_parameters = update_parameters
    models.DBClusterParameterGroup.update_cluster_parameters = update_cluster_parameters


def _subnet_groups() -> None:
    """A subnet group that is changed is still there."""
    backend = models.RDSBackend
    modify: Callable[..., Any] = backend.modify_db_subnet_group

    def modify_db_subnet_group(self: Any, subnet_name: str, *arguments: Any) -> Any:
        self.describe_db_subnet_groups(subnet_name)  # raises for an unknown group
        self.subnet_groups[subnet_name] = modify(self, subnet_name, *arguments)
        return self.subnet_groups[subnet_name]

    backend.modify_db_subnet_group = modify_db_subnet_group


def _storage() -> None:
    """gp3 always has I/O operations and throughput; the other types answer 0 for the throughput."""

    def large(self: Any) -> bool:
        return (getattr(self, "_allocated_storage", 0) or 0) >= 400 and not self.engine.startswith("sqlserver")

    def get_iops(self: Any) -> Any:
        if self._iops or getattr(self, "_storage_type", "") != "gp3":
            return self._iops
        return 12000 if large(self) else 3000

    def get_throughput(self: Any) -> int:
        if self.storage_type != "gp3":
            return 0
        return getattr(self, "_storage_throughput", None) or (500 if large(self) else 125)

    instance = models.DBInstance
    instance.iops = property(get_iops, lambda self, value: setattr(self, "_iops", value))
    instance.storage_throughput = property(get_throughput, lambda self, value: setattr(self, "_storage_throughput", value))


def begin_creation(instance: Any) -> None:
    kind = "db_instance create with standby" if instance.multi_az else "db_instance create"
    provisioning.begin(instance, kind, instance.db_instance_identifier, "creating")


def new_resource_id() -> str:
    return "db-" + "".join(mock_random.choices(string.ascii_uppercase + string.digits, k=26))


def key_arn(backend: Any, key: str) -> str:
    """RDS answers with a key's ARN, however it was asked for, and with that of its own key when none was."""
    try:
        return str(backend.kms.describe_key(key).arn)
    except NotFoundException:
        return key


def _instances() -> None:
    backend, instance = models.RDSBackend, models.DBInstance
    init: Callable[..., None] = instance.__init__
    update: Callable[..., None] = instance.update
    create_replica: Callable[..., Any] = backend.create_db_instance_read_replica
    from_snapshot: Callable[..., Any] = backend.restore_db_instance_from_db_snapshot
    to_time: Callable[..., Any] = backend.restore_db_instance_to_point_in_time

    def created(self: Any, backend: Any, *arguments: Any, **settings: Any) -> None:
        minors = _MINORS.get(settings.get("engine", ""), {})
        version = settings.get("engine_version") or _DEFAULT_MINORS.get(settings.get("engine", ""))
        if version:
            settings["engine_version"] = minors.get(version, version)
        if settings.get("ca_certificate_identifier") is None:
            settings["ca_certificate_identifier"] = "rds-ca-rsa2048-g1"
        if settings.get("storage_encrypted") and not settings.get("db_cluster_identifier"):
            settings["kms_key_id"] = key_arn(backend, settings.get("kms_key_id") or "alias/aws/rds")
        init(self, backend, *arguments, **settings)
        self.dbi_resource_id = new_resource_id()
        insights = settings.get("enable_performance_insights", settings.get("performance_insights_enabled"))
        self.performance_insights_enabled = bool(insights)
        if insights:
            self.performance_insights_retention_period = settings.get("performance_insights_retention_period") or 7
        begin_creation(self)

    def updated(self: Any, **settings: Any) -> None:
        update(self, **settings)
        if settings.get("db_port_number"):
            self.port = settings["db_port_number"]
        if settings.get("enable_performance_insights") is not None:
            self.performance_insights_enabled = settings["enable_performance_insights"]
            if self.performance_insights_enabled:
                self.performance_insights_retention_period = settings.get("performance_insights_retention_period") or 7

    def create_db_instance_read_replica(self: Any, settings: dict[str, Any]) -> Any:
        """A replica shares the data of its source, not its managed password, its protection, its backups or its standby."""
        if ":" not in settings["source_db_instance_identifier"]:
            refuse_busy(self, settings["source_db_instance_identifier"])
        replica = create_replica(self, settings)
        replica.enabled_cloudwatch_logs_exports = list(settings.get("enable_cloudwatch_logs_exports") or [])
        replica.deletion_protection = bool(settings.get("deletion_protection"))
        replica.multi_az = bool(settings.get("multi_az"))
        replica.tags = copy.copy(settings.get("tags") or [])
        replica.dbi_resource_id = new_resource_id()
        replica.performance_insights_enabled = bool(settings.get("enable_performance_insights"))
        replica.backup_retention_period = 0
        replica.manage_master_user_password = False
        replica.__dict__.pop("master_user_secret", None)
        replica.__dict__.pop("under_way", None)
        begin_creation(replica)
        return replica

    def restored(instance: Any, asked: dict[str, Any]) -> Any:
        """A restored instance has the data of its source; what guards and watches that is asked for anew."""
        for attribute in ("deletion_protection", "multi_az"):
            setattr(instance, attribute, bool(asked.get(attribute)))
        instance.enabled_cloudwatch_logs_exports = list(asked.get("enable_cloudwatch_logs_exports") or [])
        instance.tags = list(asked.get("tags") or [])
        if not asked.get("manage_master_user_password"):
            instance.update(manage_master_user_password=False)
        return instance

    def restore_from_snapshot(self: Any, from_snapshot_id: str, overrides: dict[str, Any]) -> Any:
        return restored(from_snapshot(self, from_snapshot_id, overrides), overrides)

    def restore_to_time(self: Any, source: str, target: str, overrides: dict[str, Any]) -> Any:
        return restored(to_time(self, source, target, overrides), overrides)

    def generate_secret_string(self: Any) -> str:
        username = getattr(self.resource, "master_username", None) or "admin"
        return json.dumps({"username": username, "password": secrets.token_urlsafe(24)})

    instance.__init__ = created
    instance.update = updated
    backend.create_db_instance_read_replica = create_db_instance_read_replica
    backend.restore_db_instance_from_db_snapshot = restore_from_snapshot
    backend.restore_db_instance_to_point_in_time = restore_to_time
    models.MasterUserSecret._generate_secret_string = generate_secret_string


# A change of these is done at once.
_AT_ONCE = {"db_instance_identifier", "apply_immediately", "deletion_protection", "copy_tags_to_snapshot"}


def refuse_busy(backend: Any, name: str) -> None:
    """Most actions want an instance that is available."""
    for instance in backend.databases.values():
        if instance.db_instance_identifier == name and provisioning.under_way(instance):
            raise RDSClientError("InvalidDBInstanceState", "Database instance is not in available state.")


def _time_that_it_takes() -> None:
    """While it is created an instance has no endpoint, and while anything is under way it takes no other change."""
    backend, instance = models.RDSBackend, models.DBInstance
    modify: Callable[..., Any] = backend.modify_db_instance
    delete: Callable[..., Any] = backend.delete_db_instance
    snapshot: Callable[..., Any] = RDSResponse.create_db_snapshot
    endpoint: property = instance.endpoint

    def modify_db_instance(self: Any, name: str, settings: dict[str, Any]) -> Any:
        refuse_busy(self, name)
        changed = modify(self, name, settings)
        if {xform_name(setting) for setting in settings} - _AT_ONCE:
            provisioning.begin(changed, "db_instance modify", changed.db_instance_identifier, "modifying")
        return changed

    def delete_db_instance(self: Any, db_instance_identifier: str, *arguments: Any, **settings: Any) -> Any:
        standing = self.databases.get(db_instance_identifier)
        if standing and provisioning.under_way(standing) == "deleting":
            said = f"Instance {db_instance_identifier} is already being deleted."
            raise RDSClientError("InvalidDBInstanceState", said)
        if settings.get("final_db_snapshot_identifier"):
            refuse_busy(self, db_instance_identifier)
        deleted = delete(self, db_instance_identifier, *arguments, **settings)

        def finish() -> None:
            if self.databases.get(db_instance_identifier) is deleted:
                del self.databases[db_instance_identifier]

        if provisioning.end(deleted, "db_instance delete", db_instance_identifier, "deleting", finish):
            self.databases[db_instance_identifier] = deleted
        return deleted

    def create_db_snapshot(self: Any) -> ActionResult:
        refuse_busy(self.backend, self.params["DBInstanceIdentifier"])
        answer: ActionResult = snapshot(self)
        return answer

    def get_endpoint(self: Any) -> dict[str, Any] | None:
        return None if provisioning.under_way(self) == "creating" else endpoint.__get__(self)

    instance.status = property(
        lambda self: provisioning.under_way(self) or self._status, lambda self, status: setattr(self, "_status", status)
    )
    instance.endpoint = property(get_endpoint)
    backend.modify_db_instance = modify_db_instance
    backend.delete_db_instance = delete_db_instance
    RDSResponse.create_db_snapshot = create_db_snapshot


def apply() -> None:
    _parameter_groups()
    _subnet_groups()
    _storage()
    _instances()
    _time_that_it_takes()
