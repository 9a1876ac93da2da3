# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The account, its token, and Cloudflare's own addresses."""

from __future__ import annotations

import hashlib
import json

from .answers import Answer, ok
from .routes import Request, paged, route
from .state import ACCOUNT, World


@route("GET", "/user/tokens/verify")
def verify(world: World, request: Request) -> Answer:
    token = request.headers["authorization"].removeprefix("Bearer ")
    return ok({"id": hashlib.sha256(token.encode()).hexdigest()[:32], "status": "active"})


@route("GET", "/accounts/{account}/tokens/verify")
def verify_of_account(world: World, request: Request, account: str) -> Answer:
    world.check_account(account)
    return verify(world, request)


@route("GET", "/accounts")
def list_accounts(world: World, request: Request) -> Answer:
    request.known_query("name", "page", "per_page", "direction")
    return paged(request, [ACCOUNT] if request.query.get("name", ACCOUNT["name"]) == ACCOUNT["name"] else [], usual=20, most=50)


@route("GET", "/accounts/{account}")
def get_account(world: World, request: Request, account: str) -> Answer:
    world.check_account(account)
    return ok(ACCOUNT)


@route("GET", "/ips", authorized=False)
def list_ips(world: World, request: Request) -> Answer:
    request.known_query("networks")
    etag = hashlib.md5(json.dumps(world.ips).encode(), usedforsecurity=False).hexdigest()
    return ok({**world.ips, "etag": etag})
