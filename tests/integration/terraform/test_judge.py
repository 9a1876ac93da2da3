# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Terraform judges the emulator: what it made, it must find as it made it, down to the last default.

Its AWS provider reads every attribute of what it manages, and asks for defaults, so a plan after an apply that is not empty,
or an apply that does not come to its end, is a way in which the emulator is not AWS.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
FILES = HERE.parents[2] / "roles/sandbox/files"

# Where Terraform itself looks for providers without asking a registry, and where they are usually unpacked.
# https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
MIRRORS = [
    Path.home() / ".terraform.d/plugins",
    Path.home() / ".local/share/terraform/plugins",
    Path("/usr/local/share/terraform/plugins"),
    Path("/usr/share/terraform/plugins"),
    *sorted(Path("/opt").glob("*/")),
]

Terraform = Callable[..., subprocess.CompletedProcess[str]]


def mirror() -> Path | None:
    """The folder with the providers: C(GROUNDWORK_TF_MIRROR), or the first usual place that has some."""
    named = os.environ.get("GROUNDWORK_TF_MIRROR")
    places = [Path(named)] if named else MIRRORS
    return next((place for place in places if (place / "registry.terraform.io").is_dir()), None)


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
    """Run Terraform on a copy of a configuration, its provider and its state in a directory of the test's own."""
    program = shutil.which("terraform")
    if program is None:
        pytest.skip("terraform is not installed: nothing to judge the emulator with")
    configuration = tmp_path / "nextjs"
    shutil.copytree(HERE / "nextjs", configuration)
    cli = tmp_path / "terraform.rc"
    providers = mirror()
    cli.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{providers}"\n  }}\n}}\n' if providers else "")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    environment |= {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": emulator,
        # An answer that the emulator can't give is an error now, not after twenty-five attempts.
        "AWS_MAX_ATTEMPTS": "2",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CHECKPOINT_DISABLE": "1",
        "NO_PROXY": "127.0.0.1",
        "TF_CLI_CONFIG_FILE": str(cli),
        "TF_IN_AUTOMATION": "1",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [program, f"-chdir={configuration}", *words], env=environment, capture_output=True, text=True, check=False
        )

    if (init := run("init", "-no-color", "-input=false")).returncode:
        pytest.skip(f"terraform has no AWS provider; name a folder that holds one in GROUNDWORK_TF_MIRROR: {init.stderr.strip()}")
    return run


def test_what_terraform_makes_it_finds_as_it_made_it(terraform: Terraform):
    apply = terraform("apply", "-no-color", "-input=false", "-auto-approve", "-parallelism=20")
    assert apply.returncode == 0, apply.stderr
    plan = terraform("plan", "-no-color", "-input=false", "-detailed-exitcode", "-parallelism=20")
    assert plan.returncode == 0, plan.stdout + plan.stderr
