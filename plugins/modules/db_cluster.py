#!/usr/bin/python
# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
---
module: db_cluster
version_added: 0.1.0
short_description: Manage an Amazon Aurora DB cluster
description:
  - Creates, restores, changes and deletes a DB cluster, which is the data. What answers queries are its members, made by
    M(groundwork.cloud.db_instance).
  - Its master password is made and kept by AWS, or read from a secret by this module alone, so that it is in no variable and
    no log.
  - What is already on its way to a change (PendingModifiedValues) counts as changed. A minor engine version that AWS has
    upgraded by itself is no difference.
  - Follows the Amazon RDS API reference, actions CreateDBCluster, RestoreDBClusterFromSnapshot, RestoreDBClusterToPointInTime,
    ModifyDBCluster and DeleteDBCluster.
author:
  - The Groundwork authors (@groundwork)
options:
  name:
    description: Identifier of the cluster.
    type: str
    required: true
  engine:
    description: Database engine, for instance V(aurora-postgresql). It stays for life.
    type: str
  min_capacity:
    description:
      - Aurora capacity units, of about 2 GiB of memory each, that a member of the class C(db.serverless) has at least, in steps
        of a half. V(0) pauses a member that nobody is connected to, in engine versions that can.
    type: float
  max_capacity:
    description: Aurora capacity units that a member of the class C(db.serverless) has at most, in steps of a half.
    type: float
  restore_from_snapshot:
    description: Identifier or ARN of the DB cluster snapshot to create the cluster from. Of no meaning once the cluster exists.
    type: str
  restore_from_cluster:
    description: Identifier of the cluster whose automated backups the cluster is created from. Of no meaning once it exists.
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
- name: Aurora Serverless v2 with a password that AWS makes and rotates
  groundwork.cloud.db_cluster:
    name: shop-production-aurora
    engine: aurora-postgresql
    engine_version: "16"
    min_capacity: 0.5
    max_capacity: 16
    database_name: shop
    username: app
    manage_master_user_password: true
    backup_retention_days: 7
    log_exports: [postgresql]
    deletion_protection: true

- name: A member of it, to connect to
  groundwork.cloud.db_instance:
    name: shop-production-aurora-member-1
    cluster: shop-production-aurora
    engine: aurora-postgresql
    instance_class: db.serverless

- name: The same data as it was before the accident
  groundwork.cloud.db_cluster:
    name: shop-production-aurora-2
    engine: aurora-postgresql
    min_capacity: 0.5
    max_capacity: 16
    restore_from_cluster: shop-production-aurora
    restore_time: "{{ restore_time | default('latest') }}"
    manage_master_user_password: true

- name: Delete it, and keep a last snapshot
  groundwork.cloud.db_cluster:
    name: shop-production-aurora-2
    state: absent
    final_snapshot: shop-production-aurora-2-final
"""

RETURN = r"""
db_cluster:
  description:
    - The cluster, empty when it is absent. It has its settings under the names of the options, its tags under C(tags), and what
      follows, which is known once it exists.
  returned: always
  type: dict
  contains:
    name:
      description: Its identifier.
      type: str
      sample: shop-production-aurora
    arn:
      description: Its ARN.
      type: str
      sample: arn:aws:rds:us-east-1:111122223333:cluster:shop-production-aurora
    resource_id:
      description: Its identifier for IAM policies, which stays when it is renamed.
      type: str
      sample: cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ
    status:
      description: Its status.
      type: str
      sample: available
    endpoint:
      description: Where the member that writes is reached, whichever that is.
      type: dict
      contains:
        address:
          description: The name of its host.
          type: str
          sample: shop-production-aurora.cluster-abcdefghijkl.us-east-1.rds.amazonaws.com
        port:
          description: The port.
          type: int
          sample: 5432
    reader_endpoint:
      description: Where one of the members that read is reached; the one that writes, where it is the only one.
      type: dict
      contains:
        address:
          description: The name of its host.
          type: str
          sample: shop-production-aurora.cluster-ro-abcdefghijkl.us-east-1.rds.amazonaws.com
        port:
          description: The port.
          type: int
          sample: 5432
    members:
      description: Identifiers of its members.
      type: list
      elements: str
      sample: [shop-production-aurora-member-1]
    master_user_secret:
      description: ARN of the secret of a managed password, empty when the password is not managed.
      type: str
      sample: arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!cluster-1234-AbCdEf
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
    "min_capacity": {"type": "float"},
    "max_capacity": {"type": "float"},
    "restore_from_cluster": {"type": "str"},
    **STATE_OPTION,
    **TAG_OPTIONS,
}
ORIGINS = ("restore_from_snapshot", "restore_from_cluster")


def wanted(params: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The declared parts: C(db_cluster), C(tags)."""
    return wanted_database("db_cluster", params, current, rds.cluster_settings, refuse_creation)


def refuse_creation(params: Mapping[str, Any]) -> None:
    if not any(params[origin] for origin in ORIGINS):
        rds.refuse_cluster_creation(params)
    elif params["restore_from_snapshot"] and not params["engine"]:
        cure = "a cluster from a snapshot also needs engine; declare that of the snapshot"
        raise rds.DatabaseError(f"create database {params['name']}", cure)


class DbCluster(Database):
    word, part, status, not_found = "DBCluster", "db_cluster", "Status", "DBClusterNotFoundFault"
    settings = rds.CLUSTER_SETTINGS
    origins = ORIGINS
    creators = {
        "CreateDBCluster": "create_db_cluster",
        "RestoreDBClusterFromSnapshot": "restore_db_cluster_from_snapshot",
        "RestoreDBClusterToPointInTime": "restore_db_cluster_to_point_in_time",
    }

    def described(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        return rds.described_cluster(answer)

    def creation(self, database: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        return rds.cluster_creation(self.params, database)

    def changes(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
        return rds.cluster_changes(before, after)

    def parts(self, current: Mapping[str, Any]) -> dict[str, Any]:
        return wanted(self.params, current)

    def origin(self) -> dict[str, Any]:
        params, found = self.params, dict[str, Any]()
        if params["restore_from_cluster"]:
            found = self.describe(params["restore_from_cluster"])
        if snapshot := params["restore_from_snapshot"]:
            with self.doing(f"read snapshot {snapshot}", "DBClusterSnapshotNotFoundFault"):
                answer = self.client.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=snapshot)
                found = answer["DBClusterSnapshots"][0]
        return found


def main() -> None:
    module = AnsibleAWSModule(
        argument_spec=ARGUMENTS,
        mutually_exclusive=[ORIGINS],
        required_together=[("min_capacity", "max_capacity")],
        supports_check_mode=True,
    )
    converge(module, DbCluster(module), "db_cluster")


if __name__ == "__main__":
    main()
