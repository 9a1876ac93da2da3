# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A program of the sandbox, seen to as the role does it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from .emulator import PROJECT

FILES = PROJECT / "roles/sandbox/files"

See = Callable[..., subprocess.CompletedProcess[str]]


def program(package: str, *options: str) -> See:
    """Its command with options that stay: C(program("emulator", "--port", "4577")("present", "--check"))."""

    def run(state: str, *more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", package, state, *options, *more]
        return subprocess.run(command, cwd=FILES, capture_output=True, text=True, timeout=90, check=False)

    return run


def told(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """What it said of itself when all went well."""
    assert run.returncode == 0, run.stderr
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer
