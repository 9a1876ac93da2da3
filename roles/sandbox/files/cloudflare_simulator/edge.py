# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The edge: a request for a host with a proxied record goes on to its origin, from an address of Cloudflare's.

Follows Cloudflare's pages "HTTP headers", "SSL modes", "5xx errors" and "Request header transform rules". A visitor is taken to
have come by HTTPS. Of rules those are carried out that give a host's requests headers; no client certificate is shown.
"""

from __future__ import annotations

import errno
import http.client
import json
import re
import secrets
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from service.edge import address

from .answers import Answer
from .routes import Request
from .state import World, Zone

PATIENCE = 15.0
HEADERS = "http_request_late_transform"
ABOUT_HOSTS = re.compile(r'http\.host (?:eq|in) (\{[^}]*\}|"[^"]*")')
NOT_PASSED_ON = ("connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade")


@dataclass(frozen=True)
class Ways:
    """How this edge comes to origins."""

    port: int = 0  # of the simulator
    names: Path | None = None  # a JSON file of the addresses of load balancers by their DNS names
    authority: Path | None = None  # who signs the certificates of load balancers


@dataclass(frozen=True)
class Origin:
    host: str
    content: str  # of the record
    mode: str  # the zone's setting ssl
    ranges: tuple[str, ...]
    headers: Mapping[str, str] = field(default_factory=dict)  # that rules of the zone set

    @property
    def is_secure(self) -> bool:
        return self.mode in ("full", "strict")


class UnreachableError(Exception):
    """Status and reason of what a visitor is answered instead."""


def find(world: World, host: str) -> Origin | None:
    """Where a host's requests go; none, where no proxied record has that name, or a wildcard's."""
    host = host.partition(":")[0].lower()
    if not (zone := world.zone_of(host)):
        return None
    for name in (host, f"*.{host.partition('.')[2]}"):
        for record in zone.records.values():
            if record["name"] == name and record["type"] in ("A", "CNAME") and record.get("proxied"):
                mode, ranges = zone.settings["ssl"]["value"], tuple(world.ips["ipv4_cidrs"])
                return Origin(host, record["content"].lower(), mode, ranges, headers_set(zone, host))
    return None


def headers_set(zone: Zone, host: str) -> dict[str, str]:
    """The headers that rules of the zone set for a host. An expression about anything else than the host is true of none."""
    found: dict[str, str] = {}
    for ruleset in zone.rulesets.values():
        for rule in ruleset["rules"] if ruleset["phase"] == HEADERS else []:
            of_hosts = ABOUT_HOSTS.fullmatch(rule["expression"])
            if rule.get("enabled", True) and (rule["expression"] == "true" or (of_hosts and f'"{host}"' in of_hosts[1])):
                headers = rule["action_parameters"]["headers"]
                found |= {name.lower(): header["value"] for name, header in headers.items() if header["operation"] == "set"}
    return found


def answer(origin: Origin, request: Request, ways: Ways) -> Answer:
    try:
        return _asked(origin, request, ways)
    except UnreachableError as error:
        status, said = error.args
        return Answer(status, f"{said}\n".encode(), {"Content-Type": "text/plain"})


def _asked(origin: Origin, request: Request, ways: Ways) -> Answer:
    connection = http.client.HTTPConnection(origin.host, timeout=PATIENCE)
    connection.sock = _connected(origin, ways)
    try:
        connection.request(
            request.method, request.target, request.body or None, passed_on(request.headers, request.client) | origin.headers
        )
        given = connection.getresponse()
        body = given.read()
    except (OSError, http.client.HTTPException) as error:
        raise UnreachableError(
            520, f"{origin.content} closed the connection; its security group may not let the edge in"
        ) from error
    finally:
        connection.close()
    for name in (*NOT_PASSED_ON, "server", "date"):
        del given.headers[name]
    return Answer(given.status, body, cast("Mapping[str, str]", given.headers))


def _connected(origin: Origin, ways: Ways) -> socket.socket:
    place = (_resolved(origin.content, ways), 443 if origin.is_secure else 80)
    source = address(origin.ranges, ways.port)
    try:
        plain = socket.create_connection(place, PATIENCE, (source, 0))
        return _context(origin, ways).wrap_socket(plain, server_hostname=origin.host) if origin.is_secure else plain
    except ssl.SSLCertVerificationError as error:
        raise UnreachableError(526, f"the certificate of {origin.content} is not valid for {origin.host}") from error
    except (ssl.SSLError, ConnectionResetError) as error:
        status = 525 if origin.is_secure else 520
        raise UnreachableError(status, f"{origin.content} closes the connection; does it let the edge in?") from error
    except ConnectionRefusedError as error:
        raise UnreachableError(521, f"{origin.content} refuses connections at port {place[1]}") from error
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise UnreachableError(522, f"{source} is not an address of this host; start playbooks/sandbox.yml") from error
        raise UnreachableError(522, f"{origin.content} is not reached: {error}") from error


def _context(origin: Origin, ways: Ways) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if origin.mode != "strict":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif ways.authority and ways.authority.exists():
        context.load_verify_locations(ways.authority)
    return context


def _resolved(name: str, ways: Ways) -> str:
    """The address of an origin. No other resolver is asked: what stands here reaches nothing outside."""
    if name.replace(".", "").isdigit():
        return name
    known: dict[str, str] = json.loads(ways.names.read_text()) if ways.names and ways.names.exists() else {}
    if name not in known:
        raise UnreachableError(530, f"{name} is not a load balancer that runs here")
    return known[name]


def passed_on(headers: Mapping[str, str], client: str) -> dict[str, str]:
    """The visitor's headers, with what Cloudflare adds."""
    before = headers.get("x-forwarded-for")
    return {name: value for name, value in headers.items() if name not in NOT_PASSED_ON} | {
        "cf-connecting-ip": client,
        "cf-ray": f"{secrets.token_hex(8)}-SBX",
        "cf-visitor": '{"scheme":"https"}',
        "cdn-loop": "cloudflare",
        "x-forwarded-for": f"{before}, {client}" if before else client,
        "x-forwarded-proto": "https",
    }
