# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""An emulator for the length of a test."""

from __future__ import annotations

import base64
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_answer(process: subprocess.Popen[bytes], log: Path, ask: Callable[[], object], timeout: float = 60) -> None:
    """Ask a server until it answers. It may take a while to start where all else is busy."""
    end = time.monotonic() + timeout
    while True:
        try:
            ask()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, f"it does not answer after {timeout:.0f} s: {log.read_text()}"
            time.sleep(0.1)
        else:
            return


@contextmanager
def running(log: Path, *options: str, port: int = 0) -> Iterator[str]:
    """Start an emulator of one's own, on a free port if none is given, and stop it again; yields its URL."""
    url = f"http://127.0.0.1:{port or free_port()}"
    command = [sys.executable, "-m", "emulator", "--port", url.rsplit(":", 1)[1], *options]
    environment = {**os.environ, "MOTO_RECORDER_FILEPATH": str(log.with_name("recording"))}
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=PROJECT / "roles/sandbox/files", env=environment, stdout=output, stderr=output)
    try:
        await_answer(process, log, lambda: urllib.request.urlopen(f"{url}/moto-api/", timeout=5).close())
        yield url
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def recorded(url: str) -> Iterator[list[str]]:
    """What is asked of the emulator meanwhile: C(sts:GetCallerIdentity), or C(s3:GET /bucket) where an API has no names."""
    asked: list[str] = []
    with recorded_requests(url) as requests:
        yield asked
    asked += map(_operation, requests)


@contextmanager
def recorded_requests(url: str) -> Iterator[list[dict[str, Any]]]:
    """The requests themselves: method, url, headers and body."""
    requests: list[dict[str, Any]] = []
    recorder = f"{url}/moto-api/recorder"
    for verb in ("reset", "start"):
        urllib.request.urlopen(urllib.request.Request(f"{recorder}/{verb}-recording", method="POST")).close()
    try:
        yield requests
    finally:
        urllib.request.urlopen(urllib.request.Request(f"{recorder}/stop-recording", method="POST")).close()
        with urllib.request.urlopen(f"{recorder}/download-recording") as answer:
            requests += map(json.loads, answer.read().decode().splitlines())


def _operation(request: dict[str, Any]) -> str:
    """The service, from the request's signature, and the operation as each of AWS's protocols says it."""
    headers = {name.lower(): value for name, value in request["headers"].items()}
    signature = re.search(r"Credential=[^/]*/[^/]*/[^/]*/([^/]*)/", headers.get("authorization", ""))
    body = base64.b64decode(request["body"]).decode(errors="replace") if request["body_encoded"] else str(request["body"])
    action = re.search(r"(?:^|&)Action=(\w+)", body)
    path = urllib.parse.urlsplit(request["url"]).path
    named = headers.get("x-amz-target", "").rpartition(".")[2] or (action[1] if action else f"{request['method']} {path}")
    return f"{signature[1] if signature else 'unsigned'}:{named}"


def reset(url: str) -> None:
    """Empty the account."""
    urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST")).close()


def slow_down(url: str, call_ms: int = 0, scale: float = 0.0) -> None:
    """Delay every answer, and let what AWS provisions take its time divided by a scale; without arguments neither any more."""
    asked = json.dumps({"delay_ms": call_ms, "provisioning_scale": scale}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{url}/_groundwork/faults", asked)).close()


def provisioned(url: str) -> list[dict[str, Any]]:
    """What AWS would have taken its time for since the account was emptied: kind, resource, and when each began and ends."""
    with urllib.request.urlopen(f"{url}/_groundwork/provisioning") as answer:
        told: list[dict[str, Any]] = json.load(answer)
        return told
