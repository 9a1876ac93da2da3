# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What the world is told of the records here: DNS over HTTPS, as Cloudflare's "DNS over HTTPS, JSON" page has it."""

from __future__ import annotations

from .answers import Answer, envelope
from .routes import Request
from .state import World

PLACE = "/dns-query"
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "MX": 15, "TXT": 16, "AAAA": 28, "CAA": 257}


def answer(world: World, request: Request) -> Answer:
    """The records of one name and type that no proxy hides; zones are asked whether they are active or not."""
    name, kind = request.query.get("name", "").lower().rstrip("."), request.query.get("type", "A").upper()
    held = [record for zone in world.zones.values() for record in zone.records.values()]
    told = [
        {"name": name, "type": TYPES[kind], "TTL": record["ttl"], "data": record["content"]}
        for record in held
        if (record["name"], record["type"]) == (name, kind) and kind in TYPES and not record.get("proxied")
    ]
    return envelope({"Status": 0, "Answer": told} if told else {"Status": 3})
