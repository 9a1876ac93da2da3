# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An emulator that outlives the command which started it: start it, empty it, stop it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .foreground import MOTO
from .front import NAME, OURS, Faults, fingerprint

STATES = ("present", "empty", "absent")


class EmulatorError(Exception):
    """What went wrong, as a sentence with its cure."""


class TakenError(EmulatorError):
    """Something else answers at the emulator's address."""


class Emulator:
    """The emulator at one address. Its log and its process id lie in files that carry the port."""

    def __init__(self, host: str, port: int, directory: Path, timeout: float) -> None:
        self._host = host
        self._port = port
        self._directory = directory
        self._timeout = timeout
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.log = directory / f"emulator-{port}.log"
        self.pid_file = directory / f"emulator-{port}.pid"

    def see_to(self, state: str, faults: Faults, *, check: bool = False) -> dict[str, Any]:
        """Bring the emulator into a state and tell what stands; with C(check), only tell what would be changed."""
        try:
            before = self.status()
        except TakenError:
            # What is not ours need not go for ours to be absent.
            if state != "absent":
                raise
            before = None
        todo = self._todo(state, before, faults)
        if todo and not check:
            for doing in todo.values():
                doing()
        after = self.status() if todo and not check else before
        return {
            "changed": bool(todo),
            "did": list(todo),
            "endpoint": self.url,
            "log": str(self.log),
            "pid_file": str(self.pid_file),
            "status": after,
            "outdated": bool(after and after["code"] != fingerprint()),
        }

    def _todo(self, state: str, status: dict[str, Any] | None, faults: Faults) -> dict[str, Callable[[], None]]:
        if state == "absent":
            return {"stop": lambda: self._stop(status["pid"])} if status else {}
        if status is None:
            self._check_moto()
            return {"start": lambda: self._start(faults)}
        todo: dict[str, Callable[[], None]] = {}
        if status["faults"] != asdict(faults):
            todo["change faults"] = lambda: self._post(f"{OURS}faults", asdict(faults))
        if state == "empty" and status["calls"]:
            todo["empty"] = lambda: self._post("/moto-api/reset")
        return todo

    def status(self) -> dict[str, Any] | None:
        """What our emulator says of itself; None when nothing listens there."""
        try:
            answer = json.loads(self._ask("GET", f"{OURS}status"))
        except ConnectionRefusedError:
            return None
        except (OSError, http.client.HTTPException, ValueError):
            answer = None
        if not isinstance(answer, dict) or answer.get("name") != NAME:
            raise TakenError(
                f"{self.url} is taken by something that is not the groundwork emulator; "
                "stop that, or name another port: GROUNDWORK_AWS_ENDPOINT=http://127.0.0.1:4577"
            )
        return answer

    def _check_moto(self) -> None:
        missing = [name for name in ("moto", "flask", "flask_cors", "werkzeug") if find_spec(name) is None]
        if missing:
            raise EmulatorError(
                f"{missing[0]} is not there; install the emulator's engine: {sys.executable} -m pip install '{MOTO}'"
            )

    def _start(self, faults: Faults) -> None:
        options = {
            "--host": self._host,
            "--port": self._port,
            "--delay-ms": faults.delay_ms,
            "--provisioning-scale": faults.provisioning_scale,
            "--throttle-share": faults.throttle_share,
            "--seed": faults.seed,
            "--pid-file": self.pid_file.absolute(),
        }
        words = [str(word) for option in options.items() for word in option]
        self._directory.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            began = log.tell()
            process = subprocess.Popen(  # noqa: S603  (our own program, no shell)
                [sys.executable, "-m", __package__, *words],
                cwd=Path(__file__).parent.parent,
                # moto writes a recording of requests, when one is asked for, into the directory that it runs in.
                env={**os.environ, "MOTO_RECORDER_FILEPATH": str(self.log.with_suffix(".recording").absolute())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait("answer", lambda: process.poll() is not None or self.status() is not None)
        except EmulatorError:
            process.kill()
            raise
        # Someone else's start may have been faster: then ours has ended, and theirs is as good.
        if process.poll() is not None and self.status() is None:
            said = self.log.read_bytes()[began:].decode(errors="replace").strip()
            raise EmulatorError(f"the emulator ended at once: {said.splitlines()[-1] if said else 'no word'} (log: {self.log})")

    def _stop(self, pid: int) -> None:
        self._post(f"{OURS}stop")
        self._wait("stop", self._refuses)
        # It closes its listener first, then finishes what it is answering, and last removes its file.
        self._wait("finish", lambda: not self.pid_file.exists() or self.pid_file.read_text().strip() != str(pid))

    def _refuses(self) -> bool:
        try:
            socket.create_connection((self._host, self._port), timeout=10).close()
        except ConnectionRefusedError:
            return True
        except OSError:
            pass  # reset or late: it is about to go
        return False

    def _post(self, path: str, value: Any = None) -> None:
        self._ask("POST", path, json.dumps(value).encode() if value else b"")

    def _ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """The body of an answer. No proxy of the environment stands between."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=10)
        try:
            connection.request(method, path, body, {"Connection": "close"})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if answer.status >= 400 and method == "POST":
            raise EmulatorError(f"{method} {self.url}{path}: {content.decode(errors='replace').strip()}")
        return content

    def _wait(self, what: str, done: Callable[[], bool]) -> None:
        give_up = time.monotonic() + self._timeout
        while not done():
            if time.monotonic() > give_up:
                raise EmulatorError(f"the emulator did not {what} within {self._timeout:g} s; its log is {self.log}")
            time.sleep(0.05)
