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
  - Creates, restores, replicates, changes and deletes a DB instance, one of its own or a member of an Aurora cluster.
  - Its master password is made and kept by AWS, or read from a secret by this module alone, so that it is in no variable and
    no log.
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
  multi_az:
    description: Whether a standby in another Availability Zone takes over when the instance fails.
    type: bool
  publicly_accessible:
    description: Whether the instance has a public address. When an instance is created without it, it has none.
    type: bool
  performance_insights:
    description: Whether Performance Insights is on.
    type: bool
  performance_insights_retention_days:
    description: For how many days Performance Insights keeps its data.
    type: int
  monitoring_interval:
    description: Seconds between two points of Enhanced Monitoring. V(0) turns it off.
    type: int
  monitoring_role:
    description: ARN of the role that sends Enhanced Monitoring to CloudWatch Logs.
    type: str
  auto_minor_version_upgrade:
    description: Whether AWS upgrades minor engine versions in the maintenance window.
    type: bool
  ca_certificate:
    description: Identifier of the certificate authority, for instance V(rds-ca-rsa2048-g1).
    type: str
  replica_of:
    description: Identifier, or ARN in another region, of the instance that this one is to be a read replica of.
    type: str
  cluster:
    description:
      - Identifier of the DB cluster that the instance is a member of, for life. The first member writes, the others read, until
        one of them has to take over.
      - A member has the storage, the master user, the backups and the logs of its cluster, so none of those is declared here.
    type: str
  availability_zone:
    description: Availability Zone to create the instance in. Of no meaning once it exists. Left out, AWS chooses.
    type: str
  restore_from_snapshot:
    description: Identifier or ARN of the DB snapshot to create the instance from. Of no meaning once the instance exists.
    type: str
  restore_from_instance:
    description: Identifier of the instance whose automated backups the instance is created from. Of no meaning once it exists.
    type: str
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

- name: A member of an Aurora Serverless v2 cluster
  groundwork.cloud.db_instance:
    name: shop-production-aurora-member-1
    cluster: shop-production-aurora
    engine: aurora-postgresql
    instance_class: db.serverless

- name: Delete the database, and keep a last snapshot
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
    cluster:
      description: The cluster that it is a member of, empty when it is of none.
      type: str
      sample: ""
"""

from collections.abc import Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

from ..module_utils import rds
from ..module_utils.aws import STATE_OPTION, TAG_OPTIONS, converge
from ..module_utils.database import OPTIONS, Database
from ..module_utils.database import wanted as wanted_database

ARGUMENTS: dict[str, Any] = {
    **OPTIONS,
    **{option: {"type": "str"} for option in ("instance_class", "monitoring_role", "ca_certificate", "cluster")},
    **{option: {"type": "str"} for option in ("replica_of", "restore_from_instance", "availability_zone")},
    **{option: {"type": "int"} for option in ("allocated_storage", "max_allocated_storage", "iops", "throughput")},
    **{option: {"type": "int"} for option in ("monitoring_interval", "performance_insights_retention_days")},
    **{option: {"type": "bool"} for option in ("multi_az", "performance_insights", "auto_minor_version_upgrade")},
    "publicly_accessible": {"type": "bool"},
    "storage_type": {"type": "str", "choices": ["gp2", "gp3", "io1", "io2", "standard"]},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
ORIGINS = ("replica_of", "restore_from_snapshot", "restore_from_instance")


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(db_instance), C(tags)."""
    return wanted_database("db_instance", params, current, rds.settings, refuse_creation)


def refuse_creation(params: Mapping[str, Any]) -> None:
    if not any(params[origin] for origin in ORIGINS):
        rds.refuse_creation(params)


class DbInstance(Database):
    word, part, status, not_found = "DBInstance", "db_instance", "DBInstanceStatus", "DBInstanceNotFound"
    settings = rds.SETTINGS
    origins = ORIGINS
    creators = {
        "CreateDBInstance": "create_db_instance",
        "CreateDBInstanceReadReplica": "create_db_instance_read_replica",
        "RestoreDBInstanceFromDBSnapshot": "restore_db_instance_from_db_snapshot",
        "RestoreDBInstanceToPointInTime": "restore_db_instance_to_point_in_time",
    }
    passing = ("InvalidDBClusterStateFault",)  # its cluster is being made

    def described(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        return rds.described(answer)

    def creation(self, database: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        return rds.creation(self.params, database)

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        return rds.changes(before, after)

    def parts(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def origin(self) -> dict[str, Any]:
        params, found = self.params, dict[str, Any]()
        if name := params["restore_from_instance"] or params["replica_of"]:
            found = self.describe(name) if ":" not in name else {}  # an ARN is another region's
        if params["restore_from_snapshot"]:
            with self.doing(f"read snapshot {params['restore_from_snapshot']}", "DBSnapshotNotFound"):
                found = self.client.describe_db_snapshots(DBSnapshotIdentifier=params["restore_from_snapshot"])["DBSnapshots"][0]
        return found


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS,
        mutually_exclusive=[(*ORIGINS, "cluster")],
        supports_check_mode=True,
    )
    converge(module, DbInstance(module), "db_instance")


if __name__ == "__main__":
    main()
