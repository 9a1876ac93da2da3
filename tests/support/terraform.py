# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Terraform on a copy of the nextjs system's configuration, against an emulator."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parents[1] / "integration/terraform/nextjs"

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


class MissingError(Exception):
    """What Terraform needs is not installed."""


def mirror() -> Path | None:
    """The folder with the providers: C(GROUNDWORK_TF_MIRROR), or the first usual place that has some."""
    named = os.environ.get("GROUNDWORK_TF_MIRROR")
    places = [Path(named)] if named else MIRRORS
    return next((place for place in places if (place / "registry.terraform.io").is_dir()), None)


def terraform_at(endpoint: str, directory: Path) -> Terraform:
    """Run Terraform, with its provider and its state in a directory of one's own. Raises C(MissingError) with what to install."""
    program = shutil.which("terraform")
    if program is None:
        raise MissingError("terraform is not installed")
    configuration = directory / "nextjs"
    shutil.copytree(CONFIGURATION, configuration)
    cli = directory / "terraform.rc"
    providers = mirror()
    cli.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{providers}"\n  }}\n}}\n' if providers else "")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_"))}
    environment |= {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint,
        # An answer that the emulator can't give is an error now, not after twenty-five attempts.
        "AWS_MAX_ATTEMPTS": "2",
        "AWS_SECRET_ACCESS_KEY": "test",
        "CHECKPOINT_DISABLE": "1",
        "NO_PROXY": "127.0.0.1",
        "TF_CLI_CONFIG_FILE": str(cli),
        "TF_IN_AUTOMATION": "1",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [program, f"-chdir={configuration}", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    if (init := run("init", "-no-color", "-input=false")).returncode:
        cure = "name a folder that holds one in GROUNDWORK_TF_MIRROR"
        raise MissingError(f"terraform has no AWS provider; {cure}: {init.stderr.strip()}")
    return run
