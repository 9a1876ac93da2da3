# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""One HAProxy for all load balancers: it has what stands, goes on serving when that changes, and says who is healthy."""

from __future__ import annotations

import csv
import io
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from .configuration import configuration, health, servers
from .live import Live
from .podman import MachinesError

PATIENCE = 10.0
Checked = dict[str, tuple[str, str | None, str | None]]


class Balancers:
    def __init__(self) -> None:
        # The path of a UNIX socket is short, and the directory of the program may be anywhere.
        self.place = Path(tempfile.mkdtemp(prefix="groundwork-balancers-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._running = ""
        self._live = Live()
        self._passed: set[tuple[str, str]] = set()

    def follow(self, live: Live) -> None:
        """Let HAProxy have what stands now."""
        self._live = live
        wanted = configuration(live.balancers, live.groups, self._passed, str(self.place)) if live.balancers else ""
        if wanted == self._running and self._alive():
            return
        if not wanted:
            self._stop()
        else:
            self._load(wanted)
        self._running = wanted

    def health(self) -> dict[str, Checked]:
        """What the checks say of each target, by its target group's ARN."""
        found: dict[str, Checked] = {arn: {} for arn in self._live.groups}
        arns = {group.name: arn for arn, group in self._live.groups.items()}
        for row in csv.DictReader(io.StringIO(self._ask("show stat -1 4 -1").lstrip("# "))) if self._alive() else ():
            if row["status"] != "no check" and row["pxname"] in arns:
                found[arns[row["pxname"]]][row["svname"]] = said = health(row)
                if said[0] == "healthy":
                    self._passed.add((row["pxname"], row["svname"]))
        return found

    def close(self) -> None:
        self._stop()
        shutil.rmtree(self.place, ignore_errors=True)

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _load(self, wanted: str) -> None:
        file = self.place / "haproxy.cfg"
        file.write_text(wanted)
        alive = self._alive()
        (self.place / "servers").write_text(servers(self._ask("show servers state") if alive else "", self._live.groups))
        checked = subprocess.run(["haproxy", "-c", "-q", "-f", str(file)], capture_output=True, text=True, check=False)  # noqa: S603, S607
        if checked.returncode:
            raise MachinesError(f"haproxy: {' '.join(checked.stderr.split())[-500:]}")
        before = self._worker() if alive else ""
        if alive and self._process:
            self._process.send_signal(signal.SIGUSR2)  # the master starts a worker that takes the listeners over
        else:
            # It ends with this process, however that ends.
            words = ["setpriv", "--pdeathsig", "TERM", "haproxy", "-W", "-f", str(file)]
            with (self.place / "haproxy.log").open("wb") as log:
                self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)  # noqa: S603
        give_up = time.monotonic() + PATIENCE
        while self._worker() in ("", before):
            if time.monotonic() > give_up or not self._alive():
                raise MachinesError(f"haproxy: {(self.place / 'haproxy.log').read_text()[-500:]}")
            time.sleep(0.05)

    def _worker(self) -> str:
        """The process id of the worker that serves now."""
        with suppress(OSError):
            lines = dict(line.split(": ", 1) for line in self._ask("show info").splitlines() if ": " in line)
            return lines.get("Pid", "")
        return ""

    def _ask(self, command: str) -> str:
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(PATIENCE)
            asked.connect(str(self.place / "haproxy.sock"))
            asked.sendall(command.encode() + b"\n")
            return b"".join(iter(lambda: asked.recv(65536), b"")).decode()

    def _stop(self) -> None:
        if self._process and self._alive():
            self._process.terminate()
            self._process.wait(PATIENCE)
        self._process = None
