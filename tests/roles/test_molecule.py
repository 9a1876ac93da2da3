# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Every molecule scenario: a role converges, stays, is what was declared, goes away, and leaves nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support import emulator
from support.cloudflare import Cloudflare

PROJECT = Path(__file__).resolve().parents[2]
SCENARIOS = sorted(path.parts[-3:-1] for path in PROJECT.glob("molecule/*/*/molecule.yml"))
ALTERNATIVES = [role for role, scenario in SCENARIOS if scenario == "alternative"]
# What is little more than one module, whose own tests say the same, and stands in each system.
SMALL = ("certificate", "dns", "iam", "kms", "pages", "registry", "secrets")


def marked(role: str, scenario: str) -> Any:
    return pytest.param(role, scenario, marks=pytest.mark.nightly if role in SMALL else ())


# Two classes, so that the two kinds run on two workers.
class TestDefault:
    @pytest.mark.parametrize(("role", "scenario"), [marked(*one) for one in SCENARIOS if one[1] != "alternative"])
    def test_scenario(self, role: str, scenario: str, endpoint: str, cloudflare_simulator: Cloudflare, tmp_path: Path):
        run(role, scenario, endpoint, cloudflare_simulator, tmp_path)


@pytest.mark.nightly
class TestAlternative:
    @pytest.mark.parametrize("role", ALTERNATIVES)
    def test_scenario(self, role: str, endpoint: str, cloudflare_simulator: Cloudflare, tmp_path: Path):
        run(role, "alternative", endpoint, cloudflare_simulator, tmp_path)


def run(role: str, scenario: str, endpoint: str, cloudflare: Cloudflare, tmp_path: Path) -> None:
    emulator.reset(endpoint)
    cloudflare.reset()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_", "MOLECULE_"))}
    environment |= {
        "GROUNDWORK_AWS_ENDPOINT": endpoint,
        "GROUNDWORK_CLOUDFLARE_ENDPOINT": cloudflare.origin,
        "MOLECULE_EPHEMERAL_DIRECTORY": str(tmp_path),
        "MOLECULE_GLOB": f"molecule/{role}/*/molecule.yml",
        "NO_COLOR": "1",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["molecule", "test", "-s", scenario], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    lines = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 0, "\n".join(lines[-120:])
