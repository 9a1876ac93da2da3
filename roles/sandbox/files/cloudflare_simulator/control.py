# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What no Cloudflare has: calls that empty the simulator, tell what was asked of it, and make it refuse.

| call | body | what |
| --- | --- | --- |
| GET status, POST stop | | as each program of the sandbox |
| POST reset | | everything is as at the start |
| GET requests | | the API calls since, the last ten thousand: method, path, query, host, body and the status of the answer |
| DELETE requests | | forgets them |
| POST rate-limit | times, retry_after | the next calls are answered with 429 |
| POST refuse | method, path, status, code, message, times | calls that match are refused: method and path are patterns (C(*)) |
| POST settings | zone, setting, editable | whether the plan of a zone lets a setting be changed |
| GET authority | | the certificate of the origin CA, in PEM |
| GET ips | | Cloudflare's own addresses, without a call that counts |
| POST ips | ipv4_cidrs, ipv6_cidrs | Cloudflare's own addresses are others, or none |
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .answers import Answer, ApiError, envelope
from .fields import Check, InvalidError, each, fields, flag, integer, text
from .routes import Request

if TYPE_CHECKING:
    from .simulator import Simulator

NAME = "groundwork.cloud Cloudflare simulator"
PLACE = "/simulator/"


def answer(simulator: Simulator, request: Request) -> Answer:
    called = CALLS.get(f"{request.method} {request.path.removeprefix(PLACE)}")
    if called is None:
        return envelope({"error": f"there is no {request.method} {request.path}"}, 404)
    check, handler = called
    try:
        return envelope(handler(simulator, request.json(check)))
    except (ApiError, InvalidError) as refused:
        return envelope({"error": str(refused)}, 400)


def _status(simulator: Simulator, _given: Any) -> Any:
    return simulator.status()


def _stop(simulator: Simulator, _given: Any) -> Any:
    simulator.stop()
    return simulator.status()


def _reset(simulator: Simulator, _given: Any) -> Any:
    simulator.reset()
    return simulator.status()


def _requests(simulator: Simulator, _given: Any) -> Any:
    return {"requests": list(simulator.requests)}


def _forget(simulator: Simulator, _given: Any) -> Any:
    simulator.requests.clear()
    return {"requests": []}


def _limit(simulator: Simulator, given: Any) -> Any:
    after = str(given.get("retry_after", 1))
    return _refuse_with(simulator, ApiError(429, "Rate limit reached", 10013, {"Retry-After": after}), given)


def _refuse(simulator: Simulator, given: Any) -> Any:
    error = ApiError(given["status"], given.get("message", "Authentication error"), given.get("code", 10000))
    return _refuse_with(simulator, error, given)


def _refuse_with(simulator: Simulator, error: ApiError, given: Any) -> Any:
    from .simulator import Refusal

    where = {name: given[name] for name in ("method", "path") if name in given}
    simulator.refusals.append(Refusal(error, given.get("times", 1), **where))
    return {"refusals": len(simulator.refusals)}


def _settings(simulator: Simulator, given: Any) -> Any:
    zones = [zone for zone in simulator.world.zones.values() if given["zone"] in (zone.name, zone.details["id"])]
    if not zones or given["setting"] not in zones[0].settings:
        raise InvalidError("setting", f"there is no zone {given['zone']} with a setting {given['setting']}")
    zones[0].settings[given["setting"]]["editable"] = given["editable"]
    return zones[0].settings[given["setting"]]


def _ips(simulator: Simulator, given: Any) -> Any:
    simulator.world.ips |= given
    return simulator.world.ips


def _authority(_simulator: Simulator, _given: Any) -> Any:
    from .authority import root

    return {"certificate": root()}


def _cidr(value: Any, where: str) -> None:
    text()(value, where)
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        raise InvalidError(where, str(error)) from error


NOTHING = fields()
TIMES = {"times": integer(1, 10_000)}
WHERE = {"method": text(), "path": text()}
CALLS: dict[str, tuple[Check, Callable[[Simulator, Any], Any]]] = {
    "GET status": (NOTHING, _status),
    "POST stop": (NOTHING, _stop),
    "POST reset": (NOTHING, _reset),
    "GET requests": (NOTHING, _requests),
    "DELETE requests": (NOTHING, _forget),
    "POST rate-limit": (fields(optional={"retry_after": integer(0, 3600), **TIMES, **WHERE}), _limit),
    "POST refuse": (
        fields({"status": integer(400, 599)}, {"code": integer(1000, 10**8), "message": text(), **TIMES, **WHERE}),
        _refuse,
    ),
    "POST settings": (fields({"zone": text(), "setting": text(), "editable": flag}), _settings),
    "GET authority": (NOTHING, _authority),
    "GET ips": (NOTHING, _ips),
    "POST ips": (fields(optional={"ipv4_cidrs": each(_cidr), "ipv6_cidrs": each(_cidr)}), _ips),
}
