# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations


class ModuleDocFragment:
    """What a database of Amazon RDS is asked for, be it an instance or a cluster."""

    DOCUMENTATION = r"""
options:
  engine_version:
    description: Engine version, as precise as it matters. V(16) is any 16, V(16.4) is 16.4 or what AWS has upgraded it to.
    type: str
  allow_major_version_upgrade:
    description: Whether O(engine_version) may ask for a major upgrade.
    type: bool
    default: false
  storage_encrypted:
    description: Whether the storage is encrypted, which stays for life. When a database is created without it, it is.
    type: bool
  kms_key:
    description: ID, alias or ARN of the KMS key that encrypts the storage, for life. Left out, it is the key of Amazon RDS.
    type: str
  database_name:
    description: Name of the first database. It stays for life.
    type: str
  restore_time:
    description: The moment to restore to, in UTC, for instance V(2026-03-01T12:30:00Z). V(latest) is the last one possible.
    type: str
    default: latest
  username:
    description: Name of the master user. It stays for life. Left out, it comes from O(credentials_secret).
    type: str
  manage_master_user_password:
    description: Whether Amazon RDS makes the master password, keeps it in Secrets Manager and rotates it.
    type: bool
  master_user_secret_kms_key:
    description: ID, alias or ARN of the KMS key that encrypts the secret of a managed password.
    type: str
  credentials_secret:
    description:
      - Name or ARN of the Secrets Manager secret with the master user and password, as C({"username":..., "password":...}).
      - It is read when the database is created, or leaves a managed password. What the secret becomes later has no effect.
    type: str
  port:
    description: Port that the database listens on.
    type: int
  subnet_group:
    description: DB subnet group. It stays for life.
    type: str
  security_groups:
    description: IDs of all security groups of the database.
    type: list
    elements: str
  parameter_group:
    description: Its parameter group, that of a cluster for a cluster. Static parameters take effect at the next reboot.
    type: str
  backup_retention_days:
    description: For how many days automated backups are kept. V(0) turns those of an instance off.
    type: int
  backup_window:
    description: Daily window for backups in UTC, for instance V(03:00-04:00).
    type: str
  maintenance_window:
    description: Weekly window for maintenance in UTC, for instance V(sun:04:30-sun:05:30).
    type: str
  copy_tags_to_snapshot:
    description: Whether snapshots carry the tags of the database.
    type: bool
  log_exports:
    description: All logs that go to CloudWatch Logs, for instance V(postgresql) and V(upgrade).
    type: list
    elements: str
  iam_authentication:
    description: Whether database users can sign in with IAM.
    type: bool
  deletion_protection:
    description: Whether the database can't be deleted. With O(state=absent), V(false) lifts that first.
    type: bool
  apply_immediately:
    description:
      - Whether changes are made now, so that what a run reports is true when it ends. Some, an instance class for one, interrupt
        the database.
      - With V(false) such changes wait for the maintenance window, and count as made.
    type: bool
    default: true
  final_snapshot:
    description: Identifier of the last snapshot, taken when the database is deleted. Replicas and members have none.
    type: str
  skip_final_snapshot:
    description: Whether the database is deleted without a last snapshot, even if O(final_snapshot) names one.
    type: bool
    default: false
  wait:
    description:
      - Whether to wait until the database is available, or gone. One that is being restored, and needs settings that a
        restore does not take, is always waited for.
    type: bool
    default: true
  wait_timeout:
    description: For how many seconds to wait.
    type: int
    default: 3600
"""
