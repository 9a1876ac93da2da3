# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The live picture of a run that has changed nothing since it was taken: it is kept, and not asked for again.

The callback P(groundwork.cloud.runtime#callback) sees every result, so it opens the place where pictures are kept and empties it
when a task changed something or failed. Without it there is no such place, and every picture is a new one.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from ansible import constants


def _place() -> Path:
    """Ansible's own temporary directory, which all workers of a run share and which goes with it."""
    return Path(constants.DEFAULT_LOCAL_TMP, "groundwork_pictures")


def open_place() -> None:
    _place().mkdir(exist_ok=True)


def forget() -> None:
    for file in _place().glob("*.json"):
        file.unlink(missing_ok=True)


def is_true() -> bool:
    """Whether a picture was taken, and nothing was changed since."""
    return any(_place().glob("*.json"))


def _file(question: Any) -> Path:
    return _place() / f"{hashlib.sha256(json.dumps(question, sort_keys=True, default=str).encode()).hexdigest()}.json"


def kept(question: Any) -> dict[str, Any] | None:
    """The answer to the same question, if nothing was changed since."""
    try:
        answer: dict[str, Any] = json.loads(_file(question).read_text())
    except FileNotFoundError:
        return None
    return answer


def keep(question: Any, answer: dict[str, Any]) -> None:
    """Keep it, whole or not at all: another worker may ask at the same time."""
    if _place().is_dir():
        file = _file(question)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(answer, default=str))
        part.rename(file)
