# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Rulesets: a phase of a zone, and the rules in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .answers import Answer, ApiError, missing, ok
from .fields import InvalidError, anything, choice, each, fields, text
from .routes import Request, route
from .rules import PHASES, check_rule
from .state import Details, World, Zone, new_id, now

# Cloudflare's own, which a rule of a zone can execute.
MANAGED = {
    "efb7b8c949ac4650a09736fc376e9aee": "Cloudflare Managed Ruleset",
    "4814384a9e5d4991b9815dcfc25d2f1f": "Cloudflare OWASP Core Ruleset",
    "c2e184081120413c86c3ab7e14069605": "Cloudflare Exposed Credentials Check Ruleset",
}
MADE_BY_CLOUDFLARE = "2026-01-01T00:00:00Z"
MOST_RULES = 1000
DESCRIBED = {"description": text(), "name": text(r"[\s\S]+")}
RULES = each(anything, most=MOST_RULES)  # looked at when the phase is known


@route("GET", "/zones/{zone}/rulesets")
def list_rulesets(world: World, request: Request, zone: str) -> Answer:
    request.known_query("cursor", "per_page")
    managed = [_managed(ruleset) for ruleset in MANAGED]
    found = [{name: value for name, value in one.items() if name != "rules"} for one in world.zone(zone).rulesets.values()]
    listed, start, size = found + managed, request.query.get("cursor", "0"), request.query.get("per_page", "50")
    if not (start.isdecimal() and size.isdecimal() and 1 <= int(size) <= 50):
        raise InvalidError("per_page", "must be from 1 to 50, and cursor one that was handed out")
    end = int(start) + int(size)
    info: Details = {"count": len(listed[int(start) : end]), "per_page": int(size)}
    if end < len(listed):
        # The API reference has it in one place, the official client looks for it in the other.
        info |= {"cursor": str(end), "cursors": {"after": str(end)}}
    return ok(listed[int(start) : end], info)


@route("POST", "/zones/{zone}/rulesets")
def create(world: World, request: Request, zone: str) -> Answer:
    in_zone = world.zone(zone)
    check = {"name": text(r"[\s\S]+"), "kind": choice("zone"), "phase": choice(*PHASES)}
    wanted = request.json(fields(check, {"description": text(), "rules": RULES}))
    if _entrypoint(in_zone, wanted["phase"]):
        raise ApiError(409, f"a ruleset of kind zone exists already in the phase {wanted['phase']}", 20217)
    return ok(_write(in_zone, None, wanted["phase"], {"rules": [], **wanted}))


@route("GET", "/zones/{zone}/rulesets/phases/{phase}/entrypoint")
def get_entrypoint(world: World, request: Request, zone: str, phase: str) -> Answer:
    choice(*PHASES)(phase, "phase")
    found = _entrypoint(world.zone(zone), phase)
    if found is None:
        raise ApiError(404, f"could not find entrypoint ruleset in the {phase} phase", 10003)
    return ok(found)


@route("PUT", "/zones/{zone}/rulesets/phases/{phase}/entrypoint")
def put_entrypoint(world: World, request: Request, zone: str, phase: str) -> Answer:
    choice(*PHASES)(phase, "phase")
    in_zone, wanted = world.zone(zone), request.json(fields({"rules": RULES}, DESCRIBED))
    return ok(_write(in_zone, _entrypoint(in_zone, phase), phase, wanted))


@route("GET", "/zones/{zone}/rulesets/{ruleset}")
def get(world: World, request: Request, zone: str, ruleset: str) -> Answer:
    return ok({**_managed(ruleset), "rules": []} if ruleset in MANAGED else _find(world.zone(zone), ruleset))


@route("PUT", "/zones/{zone}/rulesets/{ruleset}")
def replace(world: World, request: Request, zone: str, ruleset: str) -> Answer:
    in_zone = world.zone(zone)
    found, wanted = _find(in_zone, ruleset), request.json(fields({"rules": RULES}, DESCRIBED))
    return ok(_write(in_zone, found, found["phase"], wanted))


@route("DELETE", "/zones/{zone}/rulesets/{ruleset}")
def delete(world: World, request: Request, zone: str, ruleset: str) -> Answer:
    in_zone = world.zone(zone)
    del in_zone.rulesets[_find(in_zone, ruleset)["id"]]
    return Answer(204, b"")


@route("POST", "/zones/{zone}/rulesets/{ruleset}/rules")
def add_rule(world: World, request: Request, zone: str, ruleset: str) -> Answer:
    in_zone = world.zone(zone)
    found, wanted = _find(in_zone, ruleset), request.json(anything)
    return ok(_write(in_zone, found, found["phase"], {"rules": [*_sent(found), wanted]}))


@route("PATCH", "/zones/{zone}/rulesets/{ruleset}/rules/{rule}")
def edit_rule(world: World, request: Request, zone: str, ruleset: str, rule: str) -> Answer:
    in_zone = world.zone(zone)
    found = _find(in_zone, ruleset)
    _find_rule(found, rule)
    wanted = {"id": rule, **request.json(anything)}
    return ok(_write(in_zone, found, found["phase"], {"rules": [wanted if one["id"] == rule else one for one in _sent(found)]}))


@route("DELETE", "/zones/{zone}/rulesets/{ruleset}/rules/{rule}")
def delete_rule(world: World, request: Request, zone: str, ruleset: str, rule: str) -> Answer:
    in_zone = world.zone(zone)
    found = _find(in_zone, ruleset)
    _find_rule(found, rule)
    return ok(_write(in_zone, found, found["phase"], {"rules": [one for one in _sent(found) if one["id"] != rule]}))


def _write(zone: Zone, before: Details | None, phase: str, wanted: Mapping[str, Any]) -> Details:
    for place, rule in enumerate(wanted["rules"]):
        check_rule(rule, f"rules[{place}]", phase, MANAGED)
    refs = [rule["ref"] for rule in wanted["rules"] if "ref" in rule]
    for ref in refs:
        if refs.count(ref) > 1:
            raise InvalidError("rules", f"the ref {ref!r} is there twice")
    made = now()
    ruleset = {
        "id": before["id"] if before else new_id(),
        "name": wanted.get("name", before["name"] if before else "default"),
        "description": wanted.get("description", before["description"] if before else ""),
        "kind": "zone",
        "phase": phase,
        "version": str(int(before["version"]) + 1) if before else "1",
        "last_updated": made,
        "rules": [_kept_or_made(rule, before["rules"] if before else [], made) for rule in wanted["rules"]],
    }
    zone.rulesets[ruleset["id"]] = ruleset
    return ruleset


def _kept_or_made(wanted: Details, before: list[Details], made: str) -> Details:
    """A rule is the same one as before by its id, or else by its ref; only one that differs has a new version."""
    same = [one for one in before if one["id"] == wanted.get("id") or one["ref"] == wanted.get("ref")]
    if "id" in wanted and wanted["id"] not in [one["id"] for one in same]:
        raise ApiError(400, f"there is no rule {wanted['id']} in this ruleset", 20119)
    rule = {"id": same[0]["id"] if same else new_id(), "enabled": True, "description": "", **wanted}
    rule["ref"] = wanted.get("ref", same[0]["ref"] if same else rule["id"])
    stands = {name: value for name, value in same[0].items() if name not in MADE} if same else None
    if stands == rule:
        return same[0]
    return rule | {"version": str(int(same[0]["version"]) + 1) if same else "1", "last_updated": made}


MADE = ("version", "last_updated")


def _sent(ruleset: Details) -> list[Details]:
    """Its rules, as a client would send them back."""
    return [{name: value for name, value in rule.items() if name not in MADE} for rule in ruleset["rules"]]


def _managed(ruleset: str) -> Details:
    return {
        "id": ruleset,
        "name": MANAGED[ruleset],
        "description": "Created by the Cloudflare security team.",
        "kind": "managed",
        "phase": "http_request_firewall_managed",
        "version": "1",
        "last_updated": MADE_BY_CLOUDFLARE,
    }


def _entrypoint(zone: Zone, phase: str) -> Details | None:
    return next((one for one in zone.rulesets.values() if one["phase"] == phase), None)


def _find(zone: Zone, ruleset: str) -> Details:
    if ruleset not in zone.rulesets:
        raise missing(f"ruleset {ruleset}", 10003)
    return zone.rulesets[ruleset]


def _find_rule(ruleset: Details, rule: str) -> None:
    if rule not in [one["id"] for one in ruleset["rules"]]:
        raise missing(f"rule {rule}", 10003)
