# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Calls, and the functions that answer them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .answers import Answer, ApiError, ok
from .fields import Check, InvalidError
from .state import World

BASE = "/client/v4"
Handler = Callable[..., Answer]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    target: str = "/"  # path and query as they were sent
    client: str = ""  # from where

    def json(self, check: Check) -> Any:
        """The body, which some clients send without a JSON Content-Type."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError as error:
            raise ApiError(400, f"the body is not JSON: {error}", 6007) from error
        check(value, "")
        return value

    def known_query(self, *names: str) -> None:
        for name in self.query:
            if name not in names:
                raise InvalidError(name, "unknown query parameter")


@dataclass(frozen=True)
class Route:
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    authorized: bool


ROUTES: list[Route] = []


def route(method: str, template: str, *, authorized: bool = True) -> Callable[[Handler], Handler]:
    """Answers a call; what stands in braces is passed on by name."""

    def register(handler: Handler) -> Handler:
        pattern = re.compile(BASE + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
        ROUTES.append(Route(method, pattern, handler, authorized))
        return handler

    return register


def answer(world: World, request: Request) -> Answer:
    """The answer to an API call."""
    try:
        chosen, names = _find(request)
        if chosen.authorized:
            _authorize(request)
        return chosen.handler(world, request, **names)
    except InvalidError as invalid:
        return ApiError(400, str(invalid), 1004).answer()
    except ApiError as refused:
        return refused.answer()


def _find(request: Request) -> tuple[Route, dict[str, str]]:
    at_path = [(one, found.groupdict()) for one in ROUTES if (found := one.pattern.fullmatch(request.path))]
    if not at_path:
        raise ApiError(404, f"Could not route to {request.path}, perhaps your object identifier is invalid?", 7003)
    matching = [(one, names) for one, names in at_path if one.method == request.method]
    if not matching:
        raise ApiError(405, f"{request.method} is not allowed for {request.path}", 10405)
    # A fixed path before one with a name in its place.
    return min(matching, key=lambda pair: len(pair[1]))


def _authorize(request: Request) -> None:
    authorization = request.headers.get("authorization")
    if authorization is None:
        raise ApiError(400, "Missing X-Auth-Key, X-Auth-Email or Authorization headers", 9106)
    if not re.fullmatch(r"Bearer \S+", authorization):
        raise ApiError(400, "Invalid format for Authorization header", 6111)


def paged(request: Request, items: Sequence[Any], *, usual: int, most: int, least: int = 1) -> Answer:
    """One page of a list."""
    page = _number(request, "page", 1, 1, 10**9)
    per_page = _number(request, "per_page", usual, least, most)
    shown = items[(page - 1) * per_page : page * per_page]
    info = {
        "page": page,
        "per_page": per_page,
        "count": len(shown),
        "total_count": len(items),
        "total_pages": math.ceil(len(items) / per_page),
    }
    return ok(list(shown), info)


def _number(request: Request, name: str, usual: int, least: int, most: int) -> int:
    given = request.query.get(name, str(usual))
    if not re.fullmatch(r"\d{1,9}", given) or not least <= int(given) <= most:
        raise InvalidError(name, f"must be a whole number from {least} to {most}, not {given!r}")
    return int(given)
