# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""DNS records, and many changes of them at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .answers import Answer, ApiError, missing, ok
from .fields import anything, at_least, choice, each, fields, text
from .record_types import BY_TYPE, PROXIABLE, common, normalized
from .routes import Request, paged, route
from .state import Details, World, Zone, new_id, now

MOST_IN_A_BATCH = 200  # of a free zone
ID = text(r"[0-9a-f]{32}", what="an identifier")
BATCH = fields(
    optional={
        "deletes": each(fields({"id": ID})),
        "patches": each(anything),
        "puts": each(anything),
        "posts": each(anything),
    }
)
ADDRESSES = {"A", "AAAA", "CNAME"}
TEXTS = ("name", "content", "comment")
COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "exact": lambda actual, wanted: actual == wanted,
    "contains": lambda actual, wanted: wanted in actual,
    "startswith": lambda actual, wanted: actual.startswith(wanted),
    "endswith": lambda actual, wanted: actual.endswith(wanted),
}


@route("GET", "/zones/{zone}/dns_records")
def list_records(world: World, request: Request, zone: str) -> Answer:
    query = request.query
    filters = {name: value for name, value in query.items() if name.partition(".")[0] in (*TEXTS, "type", "proxied", "search")}
    request.known_query(*filters, "match", "order", "direction", "page", "per_page")
    combine = any if query.get("match") == "any" and filters else all
    found = [
        record
        for record in world.zone(zone).records.values()
        if combine(_matches(record, name, value) for name, value in filters.items())
    ]
    order = query.get("order", "name")
    choice("type", "name", "content", "ttl", "proxied")(order, "order")
    found.sort(key=lambda record: str(record[order]).lower(), reverse=query.get("direction") == "desc")
    return paged(request, found, usual=100, most=5_000_000)


@route("POST", "/zones/{zone}/dns_records")
def create(world: World, request: Request, zone: str) -> Answer:
    in_zone = world.zone(zone)
    return ok(_post(in_zone, in_zone.records, request.json(anything)))


@route("POST", "/zones/{zone}/dns_records/batch")
def batch(world: World, request: Request, zone: str) -> Answer:
    """Deletes, patches, puts and posts, in this order; all of them, or none."""
    in_zone, wanted = world.zone(zone), request.json(BATCH)
    if not 0 < sum(map(len, wanted.values())) <= MOST_IN_A_BATCH:
        raise ApiError(400, f"a batch has from 1 to {MOST_IN_A_BATCH} changes", 81000)
    records = dict(in_zone.records)
    done = {
        "deletes": [records.pop(_find(records, one["id"])["id"]) for one in wanted.get("deletes", [])],
        "patches": [_change(in_zone, records, one, whole=False) for one in wanted.get("patches", [])],
        "puts": [_change(in_zone, records, one, whole=True) for one in wanted.get("puts", [])],
        "posts": [_post(in_zone, records, one) for one in wanted.get("posts", [])],
    }
    in_zone.records = records
    return ok({kind: changes for kind, changes in done.items() if kind in wanted})


@route("GET", "/zones/{zone}/dns_records/{record}")
def get(world: World, request: Request, zone: str, record: str) -> Answer:
    return ok(_find(world.zone(zone).records, record))


@route("PATCH", "/zones/{zone}/dns_records/{record}")
def edit(world: World, request: Request, zone: str, record: str) -> Answer:
    in_zone = world.zone(zone)
    return ok(_change(in_zone, in_zone.records, request.json(anything), whole=False, record=record))


@route("PUT", "/zones/{zone}/dns_records/{record}")
def replace(world: World, request: Request, zone: str, record: str) -> Answer:
    in_zone = world.zone(zone)
    return ok(_change(in_zone, in_zone.records, request.json(anything), whole=True, record=record))


@route("DELETE", "/zones/{zone}/dns_records/{record}")
def delete(world: World, request: Request, zone: str, record: str) -> Answer:
    records = world.zone(zone).records
    del records[_find(records, record)["id"]]
    return ok({"id": record})


def _post(zone: Zone, records: dict[str, Details], wanted: Any) -> Details:
    made = now()
    return _store(zone, records, {"id": new_id(), "created_on": made}, wanted)


def _change(zone: Zone, records: dict[str, Details], wanted: Any, *, whole: bool, record: str | None = None) -> Details:
    """A record that is replaced, or of which some fields are."""
    if record is None:
        at_least(id=ID)(wanted, "")
        record, wanted = wanted["id"], {name: value for name, value in wanted.items() if name != "id"}
    before = _find(records, record)
    if not whole:
        fields(optional=dict.fromkeys((*common(), "content", "data", "priority"), anything))(wanted, "")
        kept = BY_TYPE[before["type"]].known if wanted.get("type", before["type"]) == before["type"] else common()
        wanted = {name: before[name] for name in kept if name in before} | wanted
        # What is computed of data is not to be given.
        if "data" in BY_TYPE.get(wanted["type"], BY_TYPE["A"]).known:
            wanted.pop("content", None)
    return _store(zone, records, {"id": record, "created_on": before["created_on"]}, wanted)


def _store(zone: Zone, records: dict[str, Details], base: Mapping[str, Any], wanted: Any) -> Details:
    record = {**base, **normalized(wanted, zone.name)}
    others = [one for one in records.values() if one["id"] != record["id"] and one["name"] == record["name"]]
    if any(all(one.get(name) == record.get(name) for name in ("type", "content", "priority")) for one in others):
        raise ApiError(400, "An identical record already exists.", 81058)
    kinds = {one["type"] for one in others}
    if "CNAME" in kinds | {record["type"]} and ADDRESSES & kinds and record["type"] in ADDRESSES:
        raise ApiError(400, f"An A, AAAA, or CNAME record with that host already exists: {record['name']}", 81053)
    made = now()
    record |= {"modified_on": made, "meta": {}, "proxiable": record["type"] in PROXIABLE}
    record |= {"comment_modified_on": made} if record["comment"] else {}
    record |= {"tags_modified_on": made} if record["tags"] else {}
    records[record["id"]] = record
    return record


def _find(records: Mapping[str, Details], record: str) -> Details:
    if record not in records:
        raise missing(f"record {record}", 81044)
    return records[record]


def _matches(record: Details, name: str, wanted: str) -> bool:
    field, _dot, comparison = name.partition(".")
    if field == "search":
        return any(wanted.lower() in str(record[text] or "").lower() for text in TEXTS)
    if field in ("type", "proxied"):
        return str(record[field]).lower() == wanted.lower()
    if comparison in ("present", "absent"):
        return (record[field] is not None) is (comparison == "present")
    choice(*COMPARISONS)(comparison or "exact", name)
    actual = re.sub(r"[\x00-\x1f]", "", str(record[field] or "")).lower()
    return COMPARISONS[comparison or "exact"](actual, wanted.lower())
