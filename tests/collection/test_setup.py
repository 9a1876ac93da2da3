# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""C(tools/setup), which C(make) calls with the virtual environment first on PATH."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_a_changed_lock_makes_the_environment_anew(tmp_path: Path):
    for folder in ("tools", "requirements"):
        (tmp_path / folder).mkdir()
    shutil.copy(PROJECT / "tools/setup", tmp_path / "tools/setup")
    lock = tmp_path / "requirements/core-2.21.txt"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GROUNDWORK_")}
    environment["PATH"] = f"{tmp_path}/.venv/bin:{environment['PATH']}"
    for text in ("# first\n", "# second\n", "# second\n"):
        lock.write_text(text)
        done = subprocess.run([tmp_path / "tools/setup"], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / ".venv/locked").read_text() == text
    assert done.stdout == ""
