# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Origin CA certificates: signed for names of the account's zones, trusted by Cloudflare alone."""

from __future__ import annotations

from . import authority
from .answers import Answer, ApiError, missing, ok
from .fields import InvalidError, choice, each, fields, text
from .routes import Request, paged, route
from .state import Details, World, now

HOSTNAME = text(r"(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", what="a host name, with at most one *. in front")
CREATE = fields(
    {"csr": text(), "hostnames": each(HOSTNAME, fewest=1, most=100), "request_type": choice("origin-rsa", "origin-ecc")},
    {"requested_validity": choice(7, 30, 90, 365, 730, 1095, 5475)},
)


@route("GET", "/certificates")
def list_certificates(world: World, request: Request) -> Answer:
    request.known_query("zone_id", "page", "per_page", "limit", "offset")
    if "zone_id" not in request.query:
        raise InvalidError("zone_id", "is required")
    zone = world.zone(request.query["zone_id"])
    found = [
        one for one in world.origin_certificates.values() if any(world.zone_of(_bare(name)) is zone for name in one["hostnames"])
    ]
    return paged(request, found, usual=20, most=50)


@route("POST", "/certificates")
def create(world: World, request: Request) -> Answer:
    wanted = request.json(CREATE)
    for name in wanted["hostnames"]:
        if world.zone_of(_bare(name)) is None:
            raise ApiError(400, f"{name} belongs to no zone of this account", 1010)
    days = wanted.get("requested_validity", 5475)
    signed = authority.sign(wanted["csr"], wanted["hostnames"], wanted["request_type"], days)
    made = {
        "id": signed.serial,
        "certificate": signed.pem,
        "csr": wanted["csr"],
        "hostnames": wanted["hostnames"],
        "request_type": wanted["request_type"],
        "requested_validity": days,
        "expires_on": signed.expires.strftime("%Y-%m-%d %H:%M:%S +0000 UTC"),
    }
    world.origin_certificates[signed.serial] = made
    return ok(made)


@route("GET", "/certificates/{certificate}")
def get(world: World, request: Request, certificate: str) -> Answer:
    return ok(_find(world, certificate))


@route("DELETE", "/certificates/{certificate}")
def revoke(world: World, request: Request, certificate: str) -> Answer:
    del world.origin_certificates[_find(world, certificate)["id"]]
    return ok({"id": certificate, "revoked_at": now()})


def _bare(name: str) -> str:
    return name.removeprefix("*.")


def _find(world: World, certificate: str) -> Details:
    if certificate not in world.origin_certificates:
        raise missing(f"certificate {certificate}")
    return world.origin_certificates[certificate]
