# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Terraform judges the emulator: what it made, it must find as it made it, down to the last default.

Its AWS provider reads every attribute of what it manages, and asks for defaults, so a plan after an apply that is not empty,
or an apply that does not come to its end, is a way in which the emulator is not AWS.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.emulator import PROJECT
from support.terraform import MissingError, Terraform, terraform_at

FILES = PROJECT / "roles/sandbox/files"
pytestmark = pytest.mark.nightly


@pytest.fixture
def emulator(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[str]:
    """The URL of an emulator that only Terraform asks."""
    port = str(free_port())
    command = [sys.executable, "-m", "emulator", "--port", port, "--directory", str(tmp_path / "state")]
    subprocess.run([*command, "present"], cwd=FILES, check=True, capture_output=True)
    yield f"http://127.0.0.1:{port}"
    subprocess.run([*command, "absent"], cwd=FILES, check=True, capture_output=True)


@pytest.fixture
def terraform(tmp_path: Path, emulator: str) -> Terraform:
    try:
        return terraform_at(emulator, tmp_path)
    except MissingError as missing:
        pytest.skip(f"{missing}: nothing to judge the emulator with")


def test_what_terraform_makes_it_finds_as_it_made_it(terraform: Terraform):
    apply = terraform("apply", "-no-color", "-input=false", "-auto-approve", "-parallelism=20")
    assert apply.returncode == 0, apply.stderr
    plan = terraform("plan", "-no-color", "-input=false", "-detailed-exitcode", "-parallelism=20")
    assert plan.returncode == 0, plan.stdout + plan.stderr
