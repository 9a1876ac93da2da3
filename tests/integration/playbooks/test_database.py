# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A database that goes to another major version: refused before anything is written, then with a parameter group of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.play import Run, play
from support.prerequisites import Prerequisites

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
WAVE = json.dumps({"wave": "Database", "wave_tiers": ["database"]})


def test_major_versions(aws, endpoint, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    (tmp_path / "shop/group_vars").mkdir(parents=True)
    (tmp_path / "shop/hosts.yml").write_text(HOSTS)
    (tmp_path / "shop/group_vars/stack.yml").write_text(STACK)
    made = Prerequisites("shop", "test")
    made.key()
    made.network()
    made.security_group("postgres")
    rds = aws("rds")

    def apply(**settings: Any) -> Run:
        inventories = ("-i", f"{tmp_path}/shop", "-i", "inventories/sandbox", "-e", WAVE, "-e", json.dumps(settings))
        return play("playbooks/wave.yml", *inventories, endpoint=endpoint, directory=tmp_path)

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
