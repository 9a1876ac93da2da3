# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The collection as Galaxy's users get it: built, installed where nothing else is, and run by its full name."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.emulator import reset

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
HOSTS = """
stack:
  children:
    kms: {hosts: {encryption: }}
    registry: {hosts: {web: }}
"""
STACK = """
stack_name: shop
stack_environment: test
stack_region: us-east-1
stack_account: "111122223333"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of a user who has the collection installed, and an inventory."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def run(home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a program of Ansible in that directory, where no configuration of the project is seen."""
    base = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "GROUNDWORK_"))}
    base |= {"ANSIBLE_COLLECTIONS_PATH": str(home / "collections"), "ANSIBLE_HOME": str(home / ".ansible")}

    def start(program: str, *words: str, cwd: Path = home, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(BIN / program), *words]
        return subprocess.run(command, cwd=cwd, env=base | environment, capture_output=True, text=True, check=False)

    return start


@pytest.fixture(scope="module")
def tarball(run: Callable[..., Any], home: Path) -> Path:
    built = run("ansible-galaxy", "collection", "build", "--output-path", str(home), cwd=PROJECT)
    assert built.returncode == 0, built.stderr
    return next(home.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def inventory(run: Callable[..., Any], home: Path, tarball: Path) -> Path:
    installed = run("ansible-galaxy", "collection", "install", "--offline", "--no-deps", str(tarball))
    assert installed.returncode == 0, installed.stderr
    place = home / "inventory"
    (place / "group_vars").mkdir(parents=True)
    (place / "hosts.yml").write_text(HOSTS)
    (place / "group_vars/stack.yml").write_text(STACK)
    return place


def test_the_tarball_is_the_collection_and_nothing_else(tarball: Path):
    with tarfile.open(tarball) as archive:
        names = set(archive.getnames())
    assert {name.split("/")[0] for name in names} == {
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "COPYING",
        "FILES.json",
        "MANIFEST.json",
        "README.md",
        "changelogs",
        "docs",
        "examples",
        "group_vars",
        "inventories",
        "meta",
        "playbooks",
        "plugins",
        "roles",
    }
    assert not [name for name in names if name.endswith((".pyc", ".log", ".pem", ".key")) or "/." in name]


def test_an_inventory_of_ones_own_is_validated(run: Callable[..., Any], inventory: Path):
    (inventory / "group_vars/registry.yml").write_text("registry_keep_image: 5\n")
    refused = run("ansible-playbook", "groundwork.cloud.validate", "-i", str(inventory))
    assert refused.returncode != 0
    assert "registry_keep_image" in refused.stdout
    assert "registry_keep_images" in refused.stdout
    (inventory / "group_vars/registry.yml").unlink()


def test_the_playbook_that_no_other_test_runs_is_found_by_its_full_name(run: Callable[..., Any], inventory: Path):
    checked = run("ansible-playbook", "groundwork.cloud.sandbox", "--syntax-check", "-i", str(inventory))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_stack_stands_up_stays_and_goes_away(run: Callable[..., Any], inventory: Path, home: Path, endpoint: str):
    reset(endpoint)
    overlay = home / "collections/ansible_collections/groundwork/cloud/inventories/sandbox"

    def play(playbook: str, *words: str) -> str:
        inventories = ("-i", str(inventory), "-i", str(overlay))
        done = run("ansible-playbook", playbook, *inventories, *words, GROUNDWORK_AWS_ENDPOINT=endpoint)
        assert done.returncode == 0, done.stdout + done.stderr
        return str(done.stdout).partition("PLAY RECAP")[2]

    assert "changed=0" not in play("groundwork.cloud.site")
    again = play("groundwork.cloud.site")
    assert again.count("changed=0") == 2
    gone = play("groundwork.cloud.teardown", "-e", "confirm=shop-test")
    assert "failed=0" in gone
