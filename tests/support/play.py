# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run a playbook as a user would, and tell what it did."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .emulator import PROJECT


@dataclass(frozen=True)
class Run:
    """What a playbook did: its exit code, what it printed, and every task result."""

    code: int
    output: str
    events: Sequence[dict[str, Any]]

    @property
    def changed(self) -> set[tuple[str, str]]:
        """Component and task of every change."""
        return {(event["component"], event["task"]) for event in self.events if event["changed"]}

    @property
    def failures(self) -> list[str]:
        return [f"{event['component']}: {event['task']}: {event['msg']}" for event in self.events if event["status"] == "failed"]

    @property
    def ran(self) -> set[str]:
        """The components that did anything."""
        return {event["component"] for event in self.events if event["status"] == "ok"}


def play(playbook: str, *arguments: str, endpoint: str, directory: Path, cwd: Path = PROJECT, **variables: str) -> Run:
    """Run C(ansible-playbook) against the emulator at C(endpoint); C(directory) keeps its traces.

    C(variables) are further ones of the environment.
    """
    events = directory / "events.jsonl"
    events.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    environment |= {
        "GROUNDWORK_AWS_ENDPOINT": endpoint,
        "GROUNDWORK_EVENTS": str(events),
        "ANSIBLE_CALLBACK_PLUGINS": str(PROJECT / "tests/support/callback_plugins"),
        "ANSIBLE_CALLBACKS_ENABLED": "events,groundwork.cloud.runtime",
        "ANSIBLE_LOG_PATH": str(directory / "ansible.log"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        **variables,
    }
    command = ["ansible-playbook", playbook, *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    lines = events.read_text().splitlines() if events.exists() else []
    return Run(done.returncode, done.stdout + done.stderr, [json.loads(line) for line in lines])
