# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the roles of this project run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
PARALLEL = "groundwork.cloud.parallel"


def modules() -> list[tuple[str, dict[str, Any]]]:
    """Every module that a role runs, with its options as they are written."""
    files = sorted(PROJECT.glob("roles/*/tasks/*.yml"))
    return [task for file in files for task in _modules(yaml.safe_load(file.read_text()))]


def _modules(tasks: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for task in tasks or []:
        yield from _modules(task.get("block"))
        for name, options in task.items():
            if name == PARALLEL:
                yield options["module"], options["arguments"]
            elif name.startswith(("amazon.aws.", "community.aws.", "groundwork.cloud.")):
                yield name, options
