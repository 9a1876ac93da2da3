# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Authenticated origin pulls of a zone: the client certificate that Cloudflare shows to the origin, and whether it does."""

from __future__ import annotations

from . import authority
from .answers import Answer, ApiError, missing, ok
from .fields import fields, flag, text
from .routes import Request, paged, route
from .state import Details, World, Zone, new_id, now


@route("GET", "/zones/{zone}/origin_tls_client_auth/settings")
def get_settings(world: World, request: Request, zone: str) -> Answer:
    return ok({"enabled": world.zone(zone).shows_client_certificate})


@route("PUT", "/zones/{zone}/origin_tls_client_auth/settings")
def put_settings(world: World, request: Request, zone: str) -> Answer:
    wanted = request.json(fields({"enabled": flag}))
    world.zone(zone).shows_client_certificate = wanted["enabled"]
    return ok(wanted)


@route("GET", "/zones/{zone}/origin_tls_client_auth")
def list_certificates(world: World, request: Request, zone: str) -> Answer:
    request.known_query("page", "per_page")
    return paged(request, [_looked_at(one) for one in world.zone(zone).client_certificates.values()], usual=20, most=50)


@route("POST", "/zones/{zone}/origin_tls_client_auth")
def upload(world: World, request: Request, zone: str) -> Answer:
    in_zone, wanted = world.zone(zone), request.json(fields({"certificate": text(), "private_key": text()}))
    found = authority.read(wanted["certificate"], wanted["private_key"])
    if any(one["certificate"].strip() == wanted["certificate"].strip() for one in in_zone.client_certificates.values()):
        raise ApiError(400, "this certificate was uploaded before", 1406)
    made = {
        "id": new_id(),
        "certificate": wanted["certificate"],
        "issuer": found.issuer.rfc4514_string(),
        "signature": found.signature_algorithm_oid._name,
        "expires_on": found.not_valid_after_utc.isoformat().replace("+00:00", "Z"),
        "status": "initializing",
        "uploaded_on": now(),
        "enabled": in_zone.shows_client_certificate,
    }
    in_zone.client_certificates[made["id"]] = made
    return ok(made)


@route("GET", "/zones/{zone}/origin_tls_client_auth/{certificate}")
def get(world: World, request: Request, zone: str, certificate: str) -> Answer:
    return ok(_looked_at(_find(world.zone(zone), certificate)))


@route("DELETE", "/zones/{zone}/origin_tls_client_auth/{certificate}")
def delete(world: World, request: Request, zone: str, certificate: str) -> Answer:
    certificates = world.zone(zone).client_certificates
    found = _find(world.zone(zone), certificate)
    del certificates[certificate]
    return ok({**found, "status": "deleted"})


def _looked_at(certificate: Details) -> Details:
    """It is deployed when it is asked for."""
    certificate["status"] = "active"
    return certificate


def _find(zone: Zone, certificate: str) -> Details:
    if certificate not in zone.client_certificates:
        raise missing(f"certificate {certificate}")
    return zone.client_certificates[certificate]
