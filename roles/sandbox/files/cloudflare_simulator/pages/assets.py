# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Files on their way into a deployment: which are missing, and the upload of these.

The calls are authorized by a token of their own, a JSON Web Token (RFC 7519) that belongs to a project.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from typing import Any

from ..answers import Answer, ApiError, ok
from ..fields import InvalidError, choice, each, fields, text
from ..routes import Request, route
from ..state import Asset, World

LARGEST_FILE = 25 * 1024 * 1024
MOST_FILES = 20_000
LIFE = 3600
KEY = text(r"[0-9a-f]{32}", what="a key: 32 hexadecimal digits")
HASHES = fields({"hashes": each(KEY, most=MOST_FILES)})
UPLOAD = each(
    fields({"key": KEY, "value": text(), "metadata": fields({"contentType": text(r"[\w.+-]+/[\s\S]+")}), "base64": choice(True)}),
    fewest=1,
    most=5000,
)


@route("GET", "/accounts/{account}/pages/projects/{project}/upload-token")
def upload_token(world: World, request: Request, account: str, project: str) -> Answer:
    claims = {
        "exp": int(time.time()) + LIFE,
        "iat": int(time.time()),
        "account_id": account,
        "project_name": world.project(account, project).name,
        "max_file_count_allowed": MOST_FILES,
    }
    signed = f"{_encoded(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode())}.{_encoded(json.dumps(claims).encode())}"
    return ok({"jwt": f"{signed}.{_signature(world, signed)}"})


@route("POST", "/pages/assets/check-missing")
def check_missing(world: World, request: Request) -> Answer:
    _authorize(world, request)
    return ok([key for key in request.json(HASHES)["hashes"] if key not in world.assets])


@route("POST", "/pages/assets/upload")
def upload(world: World, request: Request) -> Answer:
    _authorize(world, request)
    sent = request.json(UPLOAD)
    assets = {one["key"]: _asset(one, f"[{place}]") for place, one in enumerate(sent)}
    world.assets |= assets
    return ok({"successful_key_count": len(assets), "unsuccessful_keys": []})


@route("POST", "/pages/assets/upsert-hashes")
def upsert_hashes(world: World, request: Request) -> Answer:
    """Keeps files from being forgotten; here none is."""
    _authorize(world, request)
    request.json(HASHES)
    return ok(None)


def _asset(sent: Any, where: str) -> Asset:
    try:
        content = base64.b64decode(sent["value"], validate=True)
    except binascii.Error as error:
        raise InvalidError(f"{where}.value", "must be base64") from error
    if len(content) > LARGEST_FILE:
        raise InvalidError(where, f"a file has at most {LARGEST_FILE} bytes")
    return Asset(content, sent["metadata"]["contentType"])


def _authorize(world: World, request: Request) -> None:
    token = re.fullmatch(r"Bearer ([\w-]+\.([\w-]+))\.([\w-]+)", request.headers.get("authorization", ""))
    if not token or not hmac.compare_digest(token[3], _signature(world, token[1])):
        raise ApiError(401, "Authorization failed", 8000013)
    claims = json.loads(base64.urlsafe_b64decode(token[2] + "=="))
    if claims["exp"] < time.time() or claims["project_name"] not in world.projects:
        raise ApiError(401, "Authorization failed", 8000013)


def _signature(world: World, signed: str) -> str:
    return _encoded(hmac.digest(world.secret, signed.encode(), hashlib.sha256))


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
