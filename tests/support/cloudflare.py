# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A simulator of the Cloudflare API for the length of a test, and a plain way to call it.

In a test, the fixture C(cloudflare) of C(tests/conftest.py) is an empty one, that belongs to the test process alone:

    def test_a_zone(cloudflare: Cloudflare):
        zone = cloudflare.create_zone("example.org")            # its id
        cloudflare.post(f"/zones/{zone}/dns_records", {...})    # the result; ApiError if it is refused
        with cloudflare.recorded() as requests:
            ...                                                 # what is under test, led there by cloudflare.environment
        assert writes(requests) == []

C(cloudflare.url) is what CLOUDFLARE_API_BASE_URL holds (with /client/v4), C(cloudflare.account) the only account there is.
What it can be made to do is told in C(roles/sandbox/files/cloudflare_simulator/control.py):
C(cloudflare.control("POST", "rate-limit", {"times": 2})).
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .emulator import PROJECT, await_answer, free_port

ACCOUNT = "01234567890abcdef01234567890abcd"
TOKEN = "throw-away-token"
BASE = "/client/v4"


class ApiError(Exception):
    """A refusal: C(status), C(headers) and what was told."""

    def __init__(self, status: int, headers: Mapping[str, str], content: Any) -> None:
        super().__init__(f"{status}: {content}")
        self.status = status
        self.headers = headers
        self.content = content


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Cloudflare:
    origin: str
    account: str = ACCOUNT
    token: str = TOKEN

    @property
    def url(self) -> str:
        return self.origin + BASE

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead a client here."""
        return {
            "CLOUDFLARE_API_BASE_URL": self.url,
            "CLOUDFLARE_API_TOKEN": self.token,
            "CLOUDFLARE_ACCOUNT_ID": self.account,
        }

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, host: str | None = None
    ) -> Response:
        """Any HTTP request, as it is answered: C(request("GET", "/about", host="site.pages.dev"))."""
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=30)
        try:
            connection.request(method, path, body, {**(headers or {}), **({"Host": host} if host else {})})
            answer = connection.getresponse()
            return Response(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The whole envelope that an API call is answered with."""
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json", **headers}
        answer = self.request(method, BASE + path, None if body is None else json.dumps(body).encode(), sent)
        if answer.status >= 400:
            raise ApiError(answer.status, answer.headers, answer.content)
        return answer.content

    def get(self, path: str) -> Any:
        return self.call("GET", path)["result"]

    def post(self, path: str, body: Any) -> Any:
        return self.call("POST", path, body)["result"]

    def put(self, path: str, body: Any) -> Any:
        return self.call("PUT", path, body)["result"]

    def patch(self, path: str, body: Any) -> Any:
        return self.call("PATCH", path, body)["result"]

    def delete(self, path: str) -> Any:
        return (self.call("DELETE", path) or {}).get("result")

    def create_zone(self, name: str) -> str:
        zone: str = self.post("/zones", {"name": name, "account": {"id": self.account}, "type": "full"})["id"]
        return zone

    def control(self, method: str, what: str, body: Any = None) -> Any:
        answer = self.request(method, f"/simulator/{what}", None if body is None else json.dumps(body).encode())
        assert answer.status == 200, answer.content
        return answer.content

    def reset(self) -> None:
        self.control("POST", "reset")

    def requests(self) -> list[dict[str, Any]]:
        """Every API call since the start, or since they were forgotten."""
        told: list[dict[str, Any]] = self.control("GET", "requests")["requests"]
        return told

    @contextmanager
    def recorded(self) -> Iterator[list[dict[str, Any]]]:
        """The API calls that are made meanwhile."""
        self.control("DELETE", "requests")
        requests: list[dict[str, Any]] = []
        try:
            yield requests
        finally:
            requests += self.requests()


def here() -> Cloudflare:
    """The one that the environment leads to, as it leads a module."""
    return Cloudflare(os.environ["CLOUDFLARE_API_BASE_URL"].removesuffix(BASE))


def standing(path: str) -> Any:
    """What stands there: C(standing("/zones"))."""
    return here().get(path)


def writes(requests: Iterable[Mapping[str, Any]]) -> list[str]:
    """Those that may change something: C(POST /zones)."""
    return [f"{one['method']} {one['path']}" for one in requests if one["method"] not in ("GET", "HEAD")]


@contextmanager
def running(log: Path, *options: str | Path) -> Iterator[Cloudflare]:
    """Start a simulator of one's own on a free port, and stop it again."""
    port = free_port()
    command = [sys.executable, "-m", "cloudflare_simulator", "--port", str(port), *map(str, options)]
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=PROJECT / "roles/sandbox/files", stdout=output, stderr=output)
    cloudflare = Cloudflare(f"http://127.0.0.1:{port}")
    try:
        await_answer(process, log, lambda: cloudflare.control("GET", "status"))
        yield cloudflare
    finally:
        process.terminate()
        process.wait(10)
