# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Zones. One is pending until its name servers are asked for once more: C(PUT .../activation_check)."""

from __future__ import annotations

import hashlib
import re

from . import settings
from .answers import Answer, ApiError, ok
from .fields import choice, fields, flag, text
from .routes import Request, paged, route
from .state import ACCOUNT, World, Zone, new_id, now

LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
NAME = rf"({LABEL}\.)+{LABEL}"
SERVERS = ("ada", "bob", "cora", "dave", "elle", "finn", "gail", "hank")
CREATE = fields(
    {"name": text(longest=253), "account": fields({"id": text()})},
    {"type": choice("full", "partial", "secondary", "internal"), "jump_start": flag},
)


@route("GET", "/zones")
def list_zones(world: World, request: Request) -> Answer:
    request.known_query("name", "status", "account.id", "account.name", "type", "match", "order", "direction", "page", "per_page")
    query = request.query
    found = [zone.details for zone in world.zones.values()]
    wanted = {name: query[name] for name in ("name", "status", "type") if name in query}
    found = [zone for zone in found if all(zone[name] == value for name, value in wanted.items())]
    account = {name.removeprefix("account."): value for name, value in query.items() if name.startswith("account.")}
    found = [zone for zone in found if account.items() <= zone["account"].items()]
    found.sort(key=lambda zone: str(zone["name"]), reverse=query.get("direction") == "desc")
    return paged(request, found, usual=20, least=5, most=50)


@route("POST", "/zones")
def create(world: World, request: Request) -> Answer:
    wanted = request.json(CREATE)
    world.check_account(wanted["account"]["id"])
    name = wanted["name"].lower().rstrip(".")
    if not re.fullmatch(NAME, name):
        raise ApiError(400, f"{wanted['name']!r} is not a valid zone name", 1099)
    if any(zone.name == name for zone in world.zones.values()):
        raise ApiError(400, f"{name} already exists", 1061)
    first = hashlib.sha256(name.encode()).digest()[0] % len(SERVERS)
    made = now()
    details = {
        "id": new_id(),
        "name": name,
        "status": "pending",
        "paused": False,
        "type": wanted.get("type", "full"),
        "development_mode": 0,
        "name_servers": [f"{SERVERS[first]}.ns.cloudflare.com", f"{SERVERS[first - 1]}.ns.cloudflare.com"],
        "original_name_servers": ["ns1.registrar.example", "ns2.registrar.example"],
        "original_registrar": None,
        "original_dnshost": None,
        "created_on": made,
        "modified_on": made,
        "activated_on": None,
        "meta": {"step": 2, "custom_certificate_quota": 0, "page_rule_quota": 3, "phishing_detected": False},
        "owner": {"id": None, "type": "user", "email": None},
        "account": {"id": ACCOUNT["id"], "name": ACCOUNT["name"]},
        "permissions": ["#zone:edit", "#zone:read", "#dns_records:edit", "#zone_settings:edit", "#ssl:edit", "#waf:edit"],
        "plan": {
            "id": "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
            "name": "Free Website",
            "price": 0,
            "currency": "USD",
            "frequency": "",
            "is_subscribed": False,
            "can_subscribe": False,
            "legacy_id": "free",
            "legacy_discount": False,
            "externally_managed": False,
        },
    }
    world.zones[details["id"]] = Zone(details, settings.defaults())
    return ok(details)


@route("GET", "/zones/{zone}")
def get(world: World, request: Request, zone: str) -> Answer:
    return ok(world.zone(zone).details)


@route("PATCH", "/zones/{zone}")
def edit(world: World, request: Request, zone: str) -> Answer:
    details = world.zone(zone).details
    details |= request.json(fields(optional={"paused": flag})) | {"modified_on": now()}
    return ok(details)


@route("DELETE", "/zones/{zone}")
def delete(world: World, request: Request, zone: str) -> Answer:
    world.zone(zone)
    del world.zones[zone]
    return ok({"id": zone})


@route("PUT", "/zones/{zone}/activation_check")
def check_activation(world: World, request: Request, zone: str) -> Answer:
    """The name servers are always found to be the right ones."""
    details = world.zone(zone).details
    if details["status"] == "pending":
        details |= {"status": "active", "activated_on": now(), "modified_on": now()}
    return ok({"id": zone})
