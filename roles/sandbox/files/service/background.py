# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A program that outlives the command which started it: start it, empty it, stop it."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

FILES = Path(__file__).parent.parent
STATES = ("present", "empty", "absent")


class ServiceError(Exception):
    """What went wrong, as a sentence with its cure."""


class TakenError(ServiceError):
    """Something else answers at the program's address."""


class Service:
    """A program of the sandbox at one address; a subclass says which. Its log and process id lie in files that carry the port."""

    package: ClassVar[str]  # what is run, and what its files are called
    noun: ClassVar[str]  # what messages call it
    name: ClassVar[str]  # what its status calls it
    control: ClassVar[str]  # where its status is, and what stops it
    emptying: ClassVar[str]  # what empties it
    variable: ClassVar[str]  # the environment variable that leads to it
    another_port: ClassVar[int]  # to suggest, when the usual one is taken
    modules: ClassVar[tuple[str, ...]]  # what it imports that is not Python's own
    requirement: ClassVar[str]  # what to install to have these

    def __init__(self, host: str, port: int, directory: Path, timeout: float) -> None:
        self._host = host
        self._port = port
        self._directory = directory
        self._timeout = timeout
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self.log = directory / f"{self.package}-{port}.log"
        self.pid_file = directory / f"{self.package}-{port}.pid"

    def options(self) -> Mapping[str, object]:
        """What it is started with, beside its address."""
        return {}

    def environment(self) -> Mapping[str, str]:
        """Variables that it is started with."""
        return {}

    def settings(self, status: Mapping[str, Any]) -> dict[str, Callable[[], None]]:
        """What of its settings is to be changed while it runs, and how."""
        return {}

    def lacking(self) -> str:
        """Why it cannot run here, with the cure, where the others go on without it; empty where it can."""
        return ""

    def is_empty(self, status: Mapping[str, Any]) -> bool:
        """Whether nothing stands in it."""
        return not status["calls"]

    def see_to(self, state: str, *, check: bool = False) -> dict[str, Any]:
        """Bring it into a state and tell what stands; with C(check), only tell what would be changed."""
        try:
            before = self.status()
        except TakenError:
            # What is not ours need not go for ours to be absent.
            if state != "absent":
                raise
            before = None
        todo = self._todo(state, before)
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
            "lacking": "" if after or state == "absent" else self.lacking(),
            "outdated": bool(after and after["code"] != fingerprint(self.package)),
        }

    def _todo(self, state: str, status: dict[str, Any] | None) -> dict[str, Callable[[], None]]:
        if state == "absent":
            return {"stop": lambda: self._stop(status["pid"])} if status else {}
        if status is None:
            if self.lacking():
                return {}
            self._check_modules()
            return {"start": self._start}
        todo = self.settings(status)
        if state == "empty" and not self.is_empty(status):
            todo["empty"] = lambda: self.post(self.emptying)
        return todo

    def status(self) -> dict[str, Any] | None:
        """What it says of itself; None when nothing listens there."""
        try:
            answer = json.loads(self._ask("GET", f"{self.control}status"))
        except ConnectionRefusedError:
            return None
        except (OSError, http.client.HTTPException, ValueError):
            answer = None
        if not isinstance(answer, dict) or answer.get("name") != self.name:
            raise TakenError(
                f"{self.url} is taken by something that is not the groundwork {self.noun}; "
                f"stop that, or name another port: {self.variable}=http://127.0.0.1:{self.another_port}"
            )
        return answer

    def _check_modules(self) -> None:
        missing = [name for name in self.modules if find_spec(name) is None]
        if missing:
            raise ServiceError(
                f"{missing[0]} is not there; install the {self.noun}'s engine: "
                f"{sys.executable} -m pip install '{self.requirement}'"
            )

    def _start(self) -> None:
        options = {"--host": self._host, "--port": self._port, "--pid-file": self.pid_file.absolute(), **self.options()}
        words = [str(word) for option in options.items() for word in option]
        self._directory.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            began = log.tell()
            process = subprocess.Popen(  # noqa: S603  (our own program, no shell)
                [sys.executable, "-m", self.package, *words],
                cwd=FILES,
                env={**os.environ, **self.environment()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self._wait("answer", lambda: process.poll() is not None or self.status() is not None)
        except ServiceError:
            process.kill()
            raise
        status = self.status()
        if status is None:
            said = self.log.read_bytes()[began:].decode(errors="replace").strip()
            raise ServiceError(f"the {self.noun} ended at once: {said.splitlines()[-1] if said else 'no word'} (log: {self.log})")
        # Someone else's start may have been faster, and theirs is as good. Ours would take its place when that is stopped.
        if status["pid"] != process.pid:
            process.kill()
            process.wait()

    def _stop(self, pid: int) -> None:
        self.post(f"{self.control}stop")
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

    def post(self, path: str, value: Any = None) -> None:
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
            raise ServiceError(f"{method} {self.url}{path}: {content.decode(errors='replace').strip()}")
        return content

    def _wait(self, what: str, done: Callable[[], bool]) -> None:
        give_up = time.monotonic() + self._timeout
        while not done():
            if time.monotonic() > give_up:
                raise ServiceError(f"the {self.noun} did not {what} within {self._timeout:g} s; its log is {self.log}")
            time.sleep(0.05)


def fingerprint(package: str) -> str:
    """A digest of a program's files: one that runs older code than these can be told."""
    digest = hashlib.sha256()
    for file in sorted(file for place in (package, __package__) for file in (FILES / place).rglob("*")):
        if file.suffix in (".py", ".json"):
            digest.update(str(file.relative_to(FILES)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
