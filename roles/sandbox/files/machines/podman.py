# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""podman's command line, with settings that work without the rights of a whole host."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

# What podman takes from a host that has all rights, and containers in a container or a small virtual machine have not.
SETTINGS = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
NEEDED = {
    "podman": "podman",
    "debootstrap": "debootstrap",
    "runc": "runc",
    "haproxy": "haproxy",
    "ip": "iproute2",
    "ssh-keygen": "openssh-client",
}


class MachinesError(Exception):
    """What went wrong, as a sentence with its cure."""


def missing() -> str:
    """Why there can be no machines here, with the cure; empty if there can."""
    if os.geteuid() != 0:
        return "containers with addresses of their own need root; run the sandbox as root"
    packages = [package for program, package in NEEDED.items() if not shutil.which(program)]
    names = " ".join(packages)
    return f"what they need is not installed: apt-get install --no-install-recommends {names}" if packages else ""


class Podman:
    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        settings = directory / "containers.conf"
        settings.write_text(SETTINGS)
        self._environment = {**os.environ, "CONTAINERS_CONF": str(settings)}

    def __call__(self, *words: str, data: bytes | None = None) -> str:
        command = ["podman", *words]
        done = subprocess.run(command, env=self._environment, input=data, capture_output=True, check=False)  # noqa: S603
        if done.returncode:
            raise MachinesError(f"{' '.join(command[:3])}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout.decode().strip()

    def listed(self, *words: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self(*words, "--format", "json") or "[]")
        return found or []
