# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What docs/systems/nextjs-recovery.md says: a snapshot, a new database from it, the service on that one, the old one gone."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

pytestmark = pytest.mark.system

AROUND = ("key", "network", "cluster:web", "security_group:web", "security_group:postgres", "security_group:postgres2")
RESTORED = ("-i", "tests/system/recovery/restored.yml")
SWITCHED = (*RESTORED, "-i", "tests/system/recovery/switched.yml")


def wave(stack: Any, tier: str, *arguments: str) -> Any:
    run = stack.wave(tier, *arguments)
    assert run.code == 0, run.output[-3000:]
    return run


def database(stack: Any, component: str) -> dict[str, Any]:
    found = stack.aws("rds").describe_db_instances()["DBInstances"]
    return next((one for one in found if one["DBInstanceIdentifier"] == f"shop-test-{component}"), {})


def used(stack: Any) -> tuple[str, str]:
    """The host and the secret of the database that the service uses."""
    ecs = stack.aws("ecs")
    service = ecs.describe_services(cluster="shop-test-web", services=["shop-test-web"])["services"][0]
    container = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]["containerDefinitions"][
        0
    ]
    return container["environment"][0]["value"], container["secrets"][0]["valueFrom"]


class TestRecovery:
    inventory: ClassVar[str] = "tests/system/recovery/hosts.yml"

    def test_a_snapshot_is_taken_once_by_name(self, stack):
        stack.prepare(*AROUND)
        wave(stack, "database")
        wave(stack, "ecs")
        unnamed = stack.play("playbooks/snapshot.yml")
        assert (unnamed.code, unnamed.changed) == (2, set())
        assert "-e component=postgres" in unnamed.failures[0]
        named = ("playbooks/snapshot.yml", "-e", "component=postgres", "-e", "snapshot=before-2-0")
        run = stack.play(*named)
        assert run.code == 0, run.output[-3000:]
        assert run.changed == {("postgres", "Snapshot")}
        assert stack.play(*named).changed == set()
        [snapshot] = stack.aws("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        assert snapshot["DBSnapshotIdentifier"] == "shop-test-postgres-before-2-0"
        assert {tag["Key"]: tag["Value"] for tag in snapshot["TagList"]}["groundwork:component"] == "postgres"

    def test_it_is_restored_into_a_new_database(self, stack):
        run = wave(stack, "database", *RESTORED, "--limit", "postgres2")
        assert run.ran == {"postgres2"}
        old, new = database(stack, "postgres"), database(stack, "postgres2")
        assert (new["Engine"], new["DBName"], new["KmsKeyId"]) == (old["Engine"], old["DBName"], old["KmsKeyId"])
        assert new["MasterUserSecret"]["SecretArn"] != old["MasterUserSecret"]["SecretArn"]
        assert new["DBSubnetGroup"]["DBSubnetGroupName"] == "shop-test-postgres2"
        assert wave(stack, "database", *RESTORED, "--limit", "postgres2").changed == set()

    def test_the_service_is_switched_over_by_data_alone(self, stack):
        before = database(stack, "postgres")
        assert used(stack) == (before["Endpoint"]["Address"], f"{before['MasterUserSecret']['SecretArn']}:password::")
        run = wave(stack, "ecs", *SWITCHED, "--limit", "web")
        assert run.changed == {("web", "Role"), ("web", "Task definition"), ("web", "Service")}
        after = database(stack, "postgres2")
        assert used(stack) == (after["Endpoint"]["Address"], f"{after['MasterUserSecret']['SecretArn']}:password::")

    def test_the_old_database_goes_and_leaves_a_last_snapshot(self, stack):
        gone = ("--limit", "postgres", "-e", '{"database_state": "absent", "destroy_data": ["postgres"]}')
        wave(stack, "database", *SWITCHED, *gone)
        assert database(stack, "postgres") == {}
        assert database(stack, "postgres2")
        snapshots = {
            one["DBSnapshotIdentifier"] for one in stack.aws("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
        }
        assert len(snapshots) == 2
        assert any(name.startswith("shop-test-postgres-final-") for name in snapshots)
        proof = stack.play("playbooks/teardown_proof.yml", *SWITCHED)
        assert proof.code != 0, "the rest of the stack stands"
        assert not any(name in proof.failures[0] for name in snapshots), "a snapshot is not left over"
