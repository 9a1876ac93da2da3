# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the workers of one run tell each other: lines of JSON in files of a directory that goes when the run ends."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def add(directory: str, name: str, entries: Iterable[Mapping[str, Any]]) -> None:
    """Add entries in one write, so that those of several workers do not mix."""
    lines = "".join(json.dumps(entry, default=str) + "\n" for entry in entries).encode()
    file = os.open(Path(directory, name), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(file, lines)
    finally:
        os.close(file)


def entries(directory: str, name: str) -> list[dict[str, Any]]:
    """All entries so far, without one that is being written; none when nobody has added one."""
    file = Path(directory, name)
    lines = file.read_bytes().split(b"\n")[:-1] if file.exists() else []
    return [json.loads(line) for line in lines]
