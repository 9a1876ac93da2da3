# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Draw the diagrams that documents have a place for, each from its inventory; with --check, say which are out of date instead."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PLACE = re.compile(r"^<!-- diagram: (\S+) (\S+) -->$", re.MULTILINE)


def draw(document: Path, system: str, environment: str) -> None:
    """By the playbook, as a user does."""
    inventory = ["-i", f"inventories/{system}/{environment}", "-e", "stack_machines=false"]
    command = ["ansible-playbook", "playbooks/diagram.yml", *inventory, "-e", f"diagram_file={document}"]
    traces = {"ANSIBLE_LOG_PATH": str(document.parent / "ansible.log")}
    done = subprocess.run(command, cwd=PROJECT, env=os.environ | traces, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(f"draw {system} {environment}: {done.stdout}{done.stderr}")


def main() -> int:
    stale = []
    with tempfile.TemporaryDirectory() as directory:
        for document in sorted(PROJECT.glob("docs/**/*.md")):
            text = document.read_text(encoding="utf-8")
            copy = Path(directory, document.name)
            copy.write_text(text, encoding="utf-8")
            for system, environment in PLACE.findall(text):
                draw(copy, system, environment)
            if (drawn := copy.read_text(encoding="utf-8")) != text:
                stale.append(str(document.relative_to(PROJECT)))
                if "--check" not in sys.argv:
                    document.write_text(drawn, encoding="utf-8")
    if stale and "--check" in sys.argv:
        print(f"out of date: {', '.join(stale)}; run make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
