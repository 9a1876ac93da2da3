#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: db_instance
version_added: 0.1.0
short_description: Manage an Amazon RDS DB instance
description:
  - Creates, restores, replicates, changes and deletes a DB instance. Its master password is made and kept by AWS, or read from
    a secret by this module alone, so that it is in no variable and no log.
  - What is already on its way to a change (PendingModifiedValues) counts as changed. A minor engine version that AWS has
    upgraded by itself, and storage that autoscaling has added, are no differences.
  - Follows the Amazon RDS API reference, actions CreateDBInstance, CreateDBInstanceReadReplica, RestoreDBInstanceFromDBSnapshot,
    RestoreDBInstanceToPointInTime, ModifyDBInstance and DeleteDBInstance.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Identifier of the instance.
    type: str
    required: true
  engine:
    description: Database engine, for instance V(postgres) or V(mysql). It stays for life.
    type: str
  engine_version:
    description: Engine version, as precise as it matters. V(16) is any 16, V(16.4) is 16.4 or what AWS has upgraded it to.
    type: str
  allow_major_version_upgrade:
    description: Whether O(engine_version) may ask for a major upgrade.
    type: bool
    default: false
  instance_class:
    description: Instance class, for instance V(db.t4g.micro).
    type: str
  allocated_storage:
    description: Storage in GiB. It can grow, never shrink.
    type: int
  max_allocated_storage:
    description: Up to how many GiB storage autoscaling may grow. The size of the storage itself turns autoscaling off.
    type: int
  storage_type:
    description: Storage type. When an instance is created without it, V(gp3).
    type: str
    choices: [gp2, gp3, io1, io2, standard]
  iops:
    description: Provisioned I/O operations a second.
    type: int
  throughput:
    description: Storage throughput in MiB/s, for V(gp3).
    type: int
  storage_encrypted:
    description: Whether the storage is encrypted, which stays for life. When an instance is created without it, it is.
    type: bool
  kms_key:
    description: ID, alias or ARN of the KMS key that encrypts the storage, for life. Left out, it is the key of Amazon RDS.
    type: str
  multi_az:
    description: Whether a standby in another Availability Zone takes over when the instance fails.
    type: bool
  database_name:
    description: Name of the first database. It stays for life.
    type: str
  publicly_accessible:
    description: Whether the instance has a public address. When an instance is created without it, it has none.
    type: bool
  replica_of:
    description: Identifier, or ARN in another region, of the instance that this one is to be a read replica of.
    type: str
  restore_from_snapshot:
    description: Identifier or ARN of the DB snapshot to create the instance from. Of no meaning once the instance exists.
    type: str
  restore_from_instance:
    description: Identifier of the instance whose automated backups the instance is created from. Of no meaning once it exists.
    type: str
  restore_time:
    description: The moment to restore to, in UTC, for instance V(2026-03-01T12:30:00Z). V(latest) is the last one possible.
    type: str
    default: latest
extends_documentation_fragment:
  - groundwork.cloud.database
  - groundwork.cloud.converge
  - groundwork.cloud.tags
  - amazon.aws.common.modules
  - amazon.aws.region.modules
  - amazon.aws.boto3
"""

EXAMPLES = r"""
- name: PostgreSQL with a password that AWS makes and rotates
  groundwork.cloud.db_instance:
    name: shop-production-postgres
    engine: postgres
    engine_version: "16"
    instance_class: db.t4g.small
    allocated_storage: 100
    max_allocated_storage: 500
    multi_az: true
    username: app
    manage_master_user_password: true
    backup_retention_days: 7
    log_exports: [postgresql, upgrade]
    deletion_protection: true

- name: The same database as it was before the accident
  groundwork.cloud.db_instance:
    name: shop-production-postgres-2
    instance_class: db.t4g.small
    restore_from_instance: shop-production-postgres
    restore_time: "{{ restore_time | default('latest') }}"
    manage_master_user_password: true

- name: Delete it, and keep a last snapshot
  groundwork.cloud.db_instance:
    name: shop-production-postgres-2
    state: absent
    final_snapshot: shop-production-postgres-2-final
"""

RETURN = r"""
db_instance:
  description:
    - The instance, empty when it is absent. It has its settings under the names of the options, its tags under C(tags), and what
      follows, which is known once it exists.
  returned: always
  type: dict
  contains:
    name:
      description: Its identifier.
      type: str
      sample: shop-production-postgres
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:rds:us-east-1:111122223333:db:shop-production-postgres
    resource_id:
      description: Its identifier for IAM policies, which stays when it is renamed.
      type: str
      sample: db-ABCDEFGHIJKLMNOPQRSTUVWXYZ
    status:
      description: Its status.
      type: str
      sample: available
    endpoint:
      description: Where the database is reached.
      type: dict
      contains:
        address:
          description: The name of its host, empty until it is available.
          type: str
          sample: shop-production-postgres.abcdefghijkl.us-east-1.rds.amazonaws.com
        port:
          description: The port.
          type: int
          sample: 5432
    master_user_secret:
      description: ARN of the secret of a managed password, empty when the password is not managed.
      type: str
      sample: arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-1234-AbCdEf
    replica_of:
      description: The instance that it is a read replica of, empty when it is none.
      type: str
      sample: ""
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, Service, converge, tag_dict, tag_list, tags_part, tags_to_remove
from ..module_utils.plan import Plan, declared, plan
from ..module_utils.rds import (
    SETTINGS,
    DatabaseError,
    changes,
    creation,
    credentials,
    described,
    refuse_creation,
    refuse_deletion,
    refuse_immutable,
    settings,
    version,
)

ARGUMENTS: dict[str, Any] = {
    **{option: {"type": "str"} for option in ("engine", "engine_version", "instance_class", "username")},
    "kms_key": {"type": "str", "no_log": False},
    **{option: {"type": "str"} for option in ("database_name", "subnet_group", "parameter_group", "monitoring_role")},
    **{option: {"type": "str"} for option in ("backup_window", "maintenance_window", "ca_certificate", "final_snapshot")},
    **{option: {"type": "str"} for option in ("replica_of", "restore_from_snapshot", "restore_from_instance")},
    **{option: {"type": "int"} for option in ("allocated_storage", "max_allocated_storage", "iops", "throughput", "port")},
    **{option: {"type": "int"} for option in ("backup_retention_days", "monitoring_interval")},
    **{option: {"type": "bool"} for option in ("storage_encrypted", "multi_az", "copy_tags_to_snapshot", "performance_insights")},
    **{option: {"type": "bool"} for option in ("iam_authentication", "deletion_protection", "auto_minor_version_upgrade")},
    **{option: {"type": "bool", "default": False} for option in ("allow_major_version_upgrade", "skip_final_snapshot")},
    **{option: {"type": "bool", "default": True} for option in ("apply_immediately", "wait")},
    **{option: {"type": "list", "elements": "str"} for option in ("security_groups", "log_exports")},
    "name": {"type": "str", "required": True},
    "performance_insights_retention_days": {"type": "int"},
    "publicly_accessible": {"type": "bool"},
    "storage_type": {"type": "str", "choices": ["gp2", "gp3", "io1", "io2", "standard"]},
    "manage_master_user_password": {"type": "bool", "no_log": False},
    "master_user_secret_kms_key": {"type": "str", "no_log": False},
    "credentials_secret": {"type": "str", "no_log": False},
    "restore_time": {"type": "str", "default": "latest"},
    "wait_timeout": {"type": "int", "default": 3600},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
ORIGINS = ("replica_of", "restore_from_snapshot", "restore_from_instance")
INHERITED = ("engine", "engine_version", "username", "kms_key", "database_name")
CREATORS = {
    "CreateDBInstance": "create_db_instance",
    "CreateDBInstanceReadReplica": "create_db_instance_read_replica",
    "RestoreDBInstanceFromDBSnapshot": "restore_db_instance_from_db_snapshot",
    "RestoreDBInstanceToPointInTime": "restore_db_instance_to_point_in_time",
}
READY = ("available", "storage-optimization")
HOPELESS = ("failed", "stopped", "storage-full", "restore-error", "inaccessible-encryption-credentials")


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(db_instance), C(tags)."""
    instance = current.get("db_instance", {})
    if params["manage_master_user_password"] and params["credentials_secret"]:
        raise DatabaseError(
            f"plan database {params['name']}", "its password is managed or comes from credentials_secret; declare one of the two"
        )
    if params["state"] == "absent":
        if instance:
            refuse_deletion(params, instance)
        return {"db_instance": None}
    if not instance and not any(params[origin] for origin in ORIGINS):
        refuse_creation(params)
    return {"db_instance": settings(params, instance), **tags_part(params)}


class DbInstance(Service):
    name = "rds"
    error = DatabaseError

    @property
    def key(self) -> dict[str, str]:
        return {"DBInstanceIdentifier": self.params["name"]}

    def describe(self, name: str) -> dict[str, Any]:
        with self.doing(f"read database {name}", "DBInstanceNotFound"):
            answer: dict[str, Any] = self.client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
            return answer
        return {}

    def read(self) -> dict[str, Any]:
        answer = self.describe(self.params["name"])
        if _status(answer) == "creating" and self.params["wait"] and self.params["state"] == "present":
            answer = self._await_ready(settled=False)
        if not answer or answer["DBInstanceStatus"] == "deleting":
            return {}
        return {"db_instance": self.in_our_words(described(answer)), "tags": tag_dict(answer.get("TagList"))}

    def in_our_words(self, instance: dict[str, Any]) -> dict[str, Any]:
        for option in ("kms_key", "master_user_secret_kms_key"):
            if option in instance:
                instance[option] = self.as_declared(instance[option], self.params[option])
        return instance

    def wanted(self, current: Mapping[str, Any]) -> dict[str, Any]:
        if not current and self.params["state"] == "present":
            want = {option: self.params[option] for option in SETTINGS if self.params[option] is not None}
            self._refuse_origin(want, self._origin())
        return wanted(self.params, current)

    def _origin(self) -> dict[str, Any]:
        """What a new instance inherits for life from the instance or snapshot that it comes from, where that is known."""
        params, found = self.params, {}
        if name := params["restore_from_instance"] or params["replica_of"]:
            found = self.describe(name) if ":" not in name else {}  # an ARN is another region's
        if params["restore_from_snapshot"]:
            with self.doing(f"read snapshot {params['restore_from_snapshot']}", "DBSnapshotNotFound"):
                found = self.client.describe_db_snapshots(DBSnapshotIdentifier=params["restore_from_snapshot"])["DBSnapshots"][0]
        inherited = {option: SETTINGS[option][1] for option in INHERITED}
        inherited["storage_encrypted"] = "Encrypted" if params["restore_from_snapshot"] else "StorageEncrypted"
        return self.in_our_words(declared({option: found.get(key) for option, key in inherited.items()}))

    def _refuse_origin(self, want: Mapping[str, Any], origin: Mapping[str, Any]) -> None:
        refuse_immutable(self.params["name"], want, origin)
        if "engine_version" in want and "engine_version" in origin:
            version(self.params, origin)

    def apply(self, todo: Plan) -> None:
        if "db_instance" in todo.delete:
            self._delete(todo.delete["db_instance"])
            return
        if "db_instance" in todo.create:
            self._create(todo.create["db_instance"], todo.after("tags") or {})
            if not any(self.params[origin] for origin in ORIGINS):
                return
            self._own_password()
            current = self.read()
            todo = plan(current, self.wanted(current))  # what a restore or a replica does not take
        if "db_instance" in todo.update:
            self._modify(*todo.update["db_instance"])
        if "tags" in todo.update:
            self._tag(todo)

    def _create(self, instance: Mapping[str, Any], tags: Mapping[str, str]) -> None:
        operation, request = creation(self.params, instance)
        if operation == "CreateDBInstance" and self.params["credentials_secret"]:
            request = {**self._credentials(), **request}
        taken = {*self.client.meta.service_model.operation_model(operation).input_shape.members, "SourceRegion"}
        request = {key: value for key, value in {**request, "Tags": tag_list(tags)}.items() if key in taken}
        self._await_gone()
        with self.doing(f"create database {self.params['name']}"):
            getattr(self.client, CREATORS[operation])(**request)
        if self.params["wait"] or operation != "CreateDBInstance":
            self._await_ready()

    def _credentials(self) -> dict[str, str]:
        secret = self.params["credentials_secret"]
        return credentials(self.secret_text(secret), secret)

    def _own_password(self) -> None:
        """A restored instance has the password of what it comes from; from now on it has that of its own secret."""
        if self.params["replica_of"] or not self.params["credentials_secret"]:
            return
        password = self._credentials()["MasterUserPassword"]
        with self.doing(f"set the master password of database {self.params['name']}"):
            self.client.modify_db_instance(**self.key, MasterUserPassword=password, ApplyImmediately=True)
        self._await_ready()

    def _modify(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        request = changes(before, after)
        if request.get("ManageMasterUserPassword") is False:
            request["MasterUserPassword"] = self._credentials()["MasterUserPassword"]
        if "EngineVersion" in request:
            request["AllowMajorVersionUpgrade"] = self.params["allow_major_version_upgrade"]
        self._await_ready(settled=False)
        with self.doing(f"change database {self.params['name']}"):
            self.client.modify_db_instance(**self.key, ApplyImmediately=self.params["apply_immediately"], **request)
        if self.params["wait"]:
            self._await_ready(settled=self.params["apply_immediately"])

    def _delete(self, instance: Mapping[str, Any]) -> None:
        none = self.params["skip_final_snapshot"] or instance.get("replica_of")
        last = None if none else self.params["final_snapshot"]
        how = {"SkipFinalSnapshot": not last, **declared({"FinalDBSnapshotIdentifier": last})}
        with self.doing(f"delete database {self.params['name']}", "DBInstanceNotFound"):
            self.client.delete_db_instance(**self.key, **how)
        if self.params["wait"]:
            self._await_gone()

    def _tag(self, todo: Plan) -> None:
        with self.doing(f"tag database {self.params['name']}"):
            arn = self.describe(self.params["name"])["DBInstanceArn"]
            self.client.add_tags_to_resource(ResourceName=arn, Tags=tag_list(todo.update["tags"][1]))
            if gone := tags_to_remove(todo):
                self.client.remove_tags_from_resource(ResourceName=arn, TagKeys=gone)

    def _await_ready(self, *, settled: bool = True) -> dict[str, Any]:
        """Wait until the instance takes changes and, when C(settled), none is under way."""

        def ready(instance: Mapping[str, Any]) -> bool:
            pending = settled and any(value is not None for value in (instance.get("PendingModifiedValues") or {}).values())
            return instance.get("DBInstanceStatus") in READY and not pending

        def hopeless(instance: Mapping[str, Any]) -> bool:
            status = instance.get("DBInstanceStatus", "deleted")
            return status in (*HOPELESS, "deleted") or status.startswith("incompatible-")

        name = self.params["name"]
        return self.wait(f"database {name}", lambda: self.describe(name), ready, state=_status, failed=hopeless)

    def _await_gone(self) -> None:
        name = self.params["name"]
        self.wait(f"the end of database {name}", lambda: self.describe(name), lambda found: not found, state=_status)


def _status(instance: Mapping[str, Any]) -> str:
    return str(instance.get("DBInstanceStatus", "deleted"))


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS,
        mutually_exclusive=[ORIGINS],
        supports_check_mode=True,
    )
    converge(module, DbInstance(module), "db_instance")


if __name__ == "__main__":
    main()
