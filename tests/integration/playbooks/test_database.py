# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Databases that change: what is refused before anything is written, and a major version with a parameter group of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulator import provisioned, slow_down
from support.play import Run
from support.prerequisites import Prerequisites
from support.small_stack import written

HOSTS = """\
stack:
  children:
    kms: {hosts: {encryption: }}
    network: {hosts: {main: }}
    database: {hosts: {postgres: }}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
database_instance_class: db.t4g.micro
database_log_exports: []
"""
NAME = "shop-test-postgres"
WAVE = json.dumps({"wave": "Database", "wave_tiers": ["database"]})


AURORA: dict[str, Any] = {
    "database_engine": "aurora-postgresql",
    "database_engine_version": "15.10",
    "database_min_capacity": 0.5,
    "database_max_capacity": 2,
    "database_log_exports": ["postgresql"],
}


@pytest.fixture
def apply(aws, endpoint, monkeypatch, tmp_path: Path) -> Callable[..., Run]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    stack = written(tmp_path, endpoint, HOSTS, STACK)
    made = Prerequisites("shop", "test")
    made.key()
    made.network()
    made.security_group("postgres")

    def run(**settings: Any) -> Run:
        return stack("playbooks/wave.yml", "-e", WAVE, "-e", json.dumps(settings))

    return run


def test_major_versions(aws, apply):
    rds = aws("rds")

    def groups() -> list[str]:
        listed = rds.describe_db_parameter_groups()["DBParameterGroups"]
        return sorted(group["DBParameterGroupName"] for group in listed if group["DBParameterGroupName"].startswith("shop-"))

    assert apply().code == 0
    assert groups() == ["shop-test-postgres-postgres16"]

    refused = apply(database_engine_version="17")
    assert refused.code != 0
    assert "postgres is postgres 16, database_engine_version says 17" in refused.failures[0]
    assert "set database_allow_major_upgrade for one run" in refused.failures[0]
    back = apply(database_engine_version="15", database_allow_major_upgrade=True)
    assert "A database can not go back" in back.failures[0]
    assert (refused.changed | back.changed, groups()) == (set(), ["shop-test-postgres-postgres16"])

    upgraded = apply(database_engine_version="17", database_allow_major_upgrade=True)
    assert upgraded.code == 0, upgraded.output[-3000:]
    instance = rds.describe_db_instances()["DBInstances"][0]
    assert instance["EngineVersion"].split(".")[0] == "17"
    assert instance["DBParameterGroups"][0]["DBParameterGroupName"] == "shop-test-postgres-postgres17"
    assert groups() == ["shop-test-postgres-postgres17"], "the former one is gone"
    assert apply(database_engine_version="17").changed == set()


def test_a_cluster_is_begun_with_all_its_members_and_changes_with_them(aws, endpoint, apply):
    rds = aws("rds")

    def groups() -> list[str]:
        listed = rds.describe_db_cluster_parameter_groups()["DBClusterParameterGroups"]
        return [group["DBClusterParameterGroupName"] for group in listed]

    slow_down(endpoint, scale=60)
    try:
        made = apply(**AURORA, database_read_replicas=1)
    finally:
        slow_down(endpoint)
    assert made.code == 0, made.output[-3000:]
    times = {change["resource"]: change for change in provisioned(endpoint)}
    first, second = times[f"{NAME}-member-1"], times[f"{NAME}-member-2"]
    assert times[NAME]["ends"] < first["began"] < second["began"] < first["ends"]
    assert {one["DBInstanceStatus"] for one in rds.describe_db_instances()["DBInstances"]} == {"available"}

    other = apply()
    assert (other.code, other.changed) == (2, set())
    assert "postgres is a cluster, which database_engine postgres can not make it" in other.failures[0]
    assert "postgres is aurora-postgresql 15" in apply(**{**AURORA, "database_engine_version": "16"}).failures[0]

    changed = {"database_engine_version": "16", "database_allow_major_upgrade": True, "database_max_capacity": 4}
    upgraded = apply(**{**AURORA, **changed}, database_read_replicas=0)
    assert upgraded.code == 0, upgraded.output[-3000:]
    cluster = rds.describe_db_clusters()["DBClusters"][0]
    assert cluster["EngineVersion"].startswith("16.")
    assert cluster["ServerlessV2ScalingConfiguration"] == {"MinCapacity": 0.5, "MaxCapacity": 4}
    assert (cluster["DBClusterParameterGroup"], groups()) == (f"{NAME}-aurora-postgresql16", [f"{NAME}-aurora-postgresql16"])
    assert [member["DBInstanceIdentifier"] for member in cluster["DBClusterMembers"]] == [f"{NAME}-member-1"]
    assert apply(**{**AURORA, **changed}, database_read_replicas=0).changed == set()
