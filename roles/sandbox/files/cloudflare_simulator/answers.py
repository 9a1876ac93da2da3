# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What an API call is answered with: Cloudflare's envelope."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """A refusal. Codes are Cloudflare's where they are known; nothing should depend on one."""

    def __init__(self, status: int, message: str, code: int = 10000, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers or {}

    def answer(self) -> Answer:
        error = {"code": self.code, "message": str(self)}
        return envelope({"success": False, "errors": [error], "messages": [], "result": None}, self.status, self.headers)


def ok(result: Any, result_info: Mapping[str, Any] | None = None, status: int = 200) -> Answer:
    content = {"success": True, "errors": [], "messages": [], "result": result}
    return envelope(content | ({"result_info": result_info} if result_info else {}), status)


def envelope(content: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"} | dict(headers or {}))


def missing(what: str, code: int = 1001) -> ApiError:
    return ApiError(404, f"{what} could not be found", code)
