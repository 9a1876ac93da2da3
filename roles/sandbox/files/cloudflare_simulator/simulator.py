# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The simulator: it answers calls one at a time, and keeps a record of them."""

from __future__ import annotations

import contextlib
import fnmatch
import json
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from . import account, certificates, client_certificates, control, dns, edge, resolver, routes, rulesets, settings, zones  # noqa: F401
from .answers import Answer, ApiError
from .pages import assets, deployments, domains, projects, sites  # noqa: F401  (importing a family registers its calls)
from .routes import BASE, Request
from .state import World

MOST_REQUESTS = 10_000
LONGEST_BODY = 1024 * 1024


@dataclass
class Refusal:
    """Calls that are refused, so many times."""

    error: ApiError
    times: int
    method: str = "*"
    path: str = "*"

    def meets(self, request: Request) -> bool:
        path = request.path.removeprefix(BASE)
        return self.times > 0 and fnmatch.fnmatchcase(request.method, self.method) and fnmatch.fnmatchcase(path, self.path)


@dataclass
class Simulator:
    code: str
    stop: Callable[[], None]
    ways: edge.Ways = field(default_factory=edge.Ways)
    world: World = field(default_factory=World)
    refusals: list[Refusal] = field(default_factory=list)
    requests: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=MOST_REQUESTS))
    calls: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> Answer:
        with self.lock:
            site = sites.find(self.world, request.headers.get("host", ""))
            if site is not None:
                return sites.answer(self.world, site, request)
            origin = edge.find(self.world, request.headers.get("host", ""))
        # Without the lock: what answers there may ask here.
        return edge.answer(origin, request, self.ways) if origin else self._own(request)

    def _own(self, request: Request) -> Answer:
        with self.lock:
            if request.path.startswith(control.PLACE):
                return control.answer(self, request)
            if request.path == resolver.PLACE:
                return resolver.answer(self.world, request)
            self.calls += 1
            given = self._refused(request) or routes.answer(self.world, request)
            self.requests.append(_told(request, given))
            return given

    def reset(self) -> None:
        self.world, self.refusals, self.calls = World(), [], 0
        self.requests.clear()

    def status(self) -> dict[str, Any]:
        return {"name": control.NAME, "pid": os.getpid(), "code": self.code, "calls": self.calls}

    def _refused(self, request: Request) -> Answer | None:
        refusal = next((one for one in self.refusals if one.meets(request)), None)
        if refusal is None:
            return None
        refusal.times -= 1
        return refusal.error.answer()


def _told(request: Request, given: Answer) -> dict[str, Any]:
    """A request as the record has it; of a body that is not JSON, or is long, its length alone."""
    body: Any = len(request.body) or None
    with contextlib.suppress(ValueError):
        if 0 < len(request.body) <= LONGEST_BODY:
            body = json.loads(request.body)
    return {
        "method": request.method,
        "path": request.path.removeprefix(BASE),
        "query": dict(request.query),
        "host": request.headers.get("host", ""),
        "body": body,
        "status": given.status,
    }
