# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""How busy others keep this machine, for tests of how long something takes."""

from __future__ import annotations

import os
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Others:
    """The processor time that neither this process, nor what it has run, nor C(pids) have used since this was made."""

    def __init__(self, *pids: int) -> None:
        self._pids = pids
        self._began, self._busy, self._own = time.monotonic(), _busy(), self._used()

    def _used(self) -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system + sum(map(_used_by, self._pids))

    @property
    def cores(self) -> float:
        """How many cores they used, on average."""
        return (_busy() - self._busy - self._used() + self._own) / (time.monotonic() - self._began)


def _busy() -> float:
    """What all processes have used: user, nice, system, irq, softirq and steal of proc_stat(5)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


def _used_by(pid: int) -> float:
    """What a process has used: utime and stime of proc_pid_stat(5), counted from behind its name."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
