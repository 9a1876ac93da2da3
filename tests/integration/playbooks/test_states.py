# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a component's state says is done: by a wave, which goes straight to it, and by a role that is used on its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulator import PROJECT, recorded, slow_down
from support.play import Run
from support.small_stack import written

HOSTS = """\
stack:
  children:
    database: {hosts: {postgres: }}
    registry: {hosts: {web: }}
    secrets: {hosts: {session: }}
"""
STACK = """\
stack_name: shop
stack_environment: test
stack_region: us-east-1
secrets_entries: [{name: key, description: Signs sessions}]
"""
ALONE = """\
- hosts: registry
  gather_facts: false
  environment: "{{ stack_aws }}"
  vars: {found: {}}
  roles: [groundwork.cloud.registry]
"""
GONE = {("web", "Remove the repository")}
TWICE = [{"import_playbook": f"{PROJECT}/playbooks/wave.yml"}] * 2


@pytest.fixture
def stack(endpoint: str, aws_environment: dict[str, str], tmp_path: Path) -> Callable[..., Run]:
    """Run a playbook with some settings: C(stack("playbooks/wave.yml", "--check", registry_state="absent"))."""
    shop = written(tmp_path, endpoint, HOSTS, STACK)
    wave = {"wave": "Stores", "wave_tiers": ["registry", "secrets"]}

    def run(playbook: str, *arguments: str, **settings: Any) -> Run:
        done = shop(playbook, "-e", json.dumps({**wave, **settings}), *arguments)
        assert done.code == 0, done.output[-3000:]
        return done

    return run


def test_what_is_declared_absent_goes_alone(stack: Callable[..., Run], aws: Callable[[str], Any]):
    stack("playbooks/wave.yml")
    assert len(aws("ecr").describe_repositories()["repositories"]) == 1
    for arguments in (("--check",), ()):
        assert stack("playbooks/wave.yml", *arguments, registry_state="absent").changed == GONE
    assert aws("ecr").describe_repositories()["repositories"] == []
    assert len(aws("secretsmanager").list_secrets()["SecretList"]) == 1
    assert stack("playbooks/wave.yml", registry_state="absent").changed == set()


def test_a_role_alone_does_what_its_state_says(stack: Callable[..., Run], aws: Callable[[str], Any], tmp_path: Path):
    (tmp_path / "alone.yml").write_text(ALONE)
    (tmp_path / "group_vars").symlink_to(PROJECT / "group_vars")
    stack(f"{tmp_path}/alone.yml")
    assert len(aws("ecr").describe_repositories()["repositories"]) == 1
    assert stack(f"{tmp_path}/alone.yml", registry_state="absent").changed == GONE
    assert aws("ecr").describe_repositories()["repositories"] == []


def test_what_is_being_made_is_looked_at_in_each_wave(
    stack: Callable[..., Run], aws: Callable[[str], Any], endpoint: str, tmp_path: Path
):
    """As after an interruption: a database gets its address, and nobody changed anything."""
    tags = {"groundwork:stack": "shop", "groundwork:environment": "test", "groundwork:component": "postgres"}
    settings = {
        "DBInstanceClass": "db.t4g.micro",
        "Engine": "postgres",
        "MasterUsername": "app",
        "MasterUserPassword": "secret12",
    }
    slow_down(endpoint, scale=1)
    try:
        told = [{"Key": name, "Value": value} for name, value in tags.items()]
        aws("rds").create_db_instance(DBInstanceIdentifier="shop-test-postgres", AllocatedStorage=20, Tags=told, **settings)
        (tmp_path / "twice.yml").write_text(json.dumps(TWICE))
        stack(f"{tmp_path}/twice.yml")
        with recorded(endpoint) as asked:
            stack(f"{tmp_path}/twice.yml")
        assert asked.count("rds:DescribeDBInstances") == 2
    finally:
        slow_down(endpoint)
    aws("rds").delete_db_instance(DBInstanceIdentifier="shop-test-postgres", SkipFinalSnapshot=True)
    with recorded(endpoint) as asked:
        stack(f"{tmp_path}/twice.yml")
    assert asked.count("rds:DescribeDBInstances") == 1


def test_hosts_that_are_no_components_have_no_part_in_a_wave(stack: Callable[..., Run], tmp_path: Path):
    """A group of somebody's may have the name of a tier."""
    (tmp_path / "others.yml").write_text("cache: {hosts: {elsewhere: }}\n")
    ran = stack("playbooks/wave.yml", "-i", f"{tmp_path}/others.yml", wave_tiers=["cache", "registry"]).ran
    assert ran & {"web", "elsewhere"} == {"web"}
