# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Settings of a zone: the names, what each may be, and what it is in a new zone."""

from __future__ import annotations

from typing import Any

from .answers import Answer, ApiError, ok
from .fields import Check, InvalidError, anything, choice, each, fields, flag, integer, text
from .routes import Request, route
from .state import Details, World, now

ON_OFF = choice("on", "off")
# The minutes, hours and days that the dashboard offers, in seconds.
CHALLENGE_TTLS = (300, 900, 1800, 2700, 3600, 7200, 10800, 14400, 28800, 57600, 86400, 604800, 2592000, 31536000)
BROWSER_TTLS = (
    *(0, 30, 60, 120, 300, 1200, 1800, 3600, 7200, 10800, 14400, 18000, 28800, 43200, 57600, 72000, 86400),
    *(172800, 259200, 345600, 432000, 691200, 1382400, 2073600, 2678400, 5356800, 16070400, 31536000),
)
STRICT_TRANSPORT = fields(
    optional={
        "enabled": flag,
        "max_age": integer(0, 31536000),
        "include_subdomains": flag,
        "preload": flag,
        "nosniff": flag,
    }
)
NO_STRICT_TRANSPORT = {"enabled": False, "max_age": 0, "include_subdomains": False, "preload": False, "nosniff": False}

SETTINGS: dict[str, tuple[Check, Any]] = {
    "0rtt": (ON_OFF, "off"),
    "always_online": (ON_OFF, "off"),
    "always_use_https": (ON_OFF, "off"),
    "automatic_https_rewrites": (ON_OFF, "on"),
    "brotli": (ON_OFF, "on"),
    "browser_cache_ttl": (choice(*BROWSER_TTLS), 14400),
    "browser_check": (ON_OFF, "on"),
    "cache_level": (choice("aggressive", "basic", "simplified"), "aggressive"),
    "challenge_ttl": (choice(*CHALLENGE_TTLS), 1800),
    "ciphers": (each(text("[A-Z0-9-]+")), []),
    "development_mode": (ON_OFF, "off"),
    "early_hints": (ON_OFF, "off"),
    "email_obfuscation": (ON_OFF, "on"),
    "h2_prioritization": (choice("on", "off", "custom"), "off"),
    "hotlink_protection": (ON_OFF, "off"),
    "http2": (ON_OFF, "on"),
    "http3": (ON_OFF, "on"),
    "ip_geolocation": (ON_OFF, "on"),
    "ipv6": (ON_OFF, "on"),
    "max_upload": (choice(*range(100, 501, 25), *range(1000, 5001, 500)), 100),
    "min_tls_version": (choice("1.0", "1.1", "1.2", "1.3"), "1.0"),
    "mirage": (ON_OFF, "off"),
    "opportunistic_encryption": (ON_OFF, "on"),
    "opportunistic_onion": (ON_OFF, "on"),
    "origin_error_page_pass_thru": (ON_OFF, "off"),
    "polish": (choice("off", "lossless", "lossy"), "off"),
    "prefetch_preload": (ON_OFF, "off"),
    "privacy_pass": (ON_OFF, "on"),
    "pseudo_ipv4": (choice("off", "add_header", "overwrite_header"), "off"),
    "response_buffering": (ON_OFF, "off"),
    "rocket_loader": (ON_OFF, "off"),
    "security_header": (
        fields({"strict_transport_security": STRICT_TRANSPORT}),
        {"strict_transport_security": NO_STRICT_TRANSPORT},
    ),
    "security_level": (choice("off", "essentially_off", "low", "medium", "high", "under_attack"), "medium"),
    "server_side_exclude": (ON_OFF, "on"),
    "sort_query_string_for_cache": (ON_OFF, "off"),
    "ssl": (choice("off", "flexible", "full", "strict"), "full"),
    "tls_1_3": (choice("on", "off", "zrt"), "on"),
    "tls_client_auth": (ON_OFF, "off"),
    "true_client_ip_header": (ON_OFF, "off"),
    "webp": (ON_OFF, "off"),
    "websockets": (ON_OFF, "on"),
}
# What a free zone has no right to change.
NOT_OF_A_FREE_PLAN = (
    "h2_prioritization",
    "max_upload",
    "mirage",
    "origin_error_page_pass_thru",
    "polish",
    "response_buffering",
    "sort_query_string_for_cache",
    "true_client_ip_header",
    "webp",
)


def defaults() -> dict[str, Details]:
    return {
        name: {"id": name, "value": value, "editable": name not in NOT_OF_A_FREE_PLAN, "modified_on": None}
        for name, (_check, value) in SETTINGS.items()
    }


@route("GET", "/zones/{zone}/settings")
def list_settings(world: World, request: Request, zone: str) -> Answer:
    return ok(list(world.zone(zone).settings.values()))


@route("GET", "/zones/{zone}/settings/{setting}")
def get(world: World, request: Request, zone: str, setting: str) -> Answer:
    return ok(find(world, zone, setting))


@route("PATCH", "/zones/{zone}/settings/{setting}")
def edit(world: World, request: Request, zone: str, setting: str) -> Answer:
    found = find(world, zone, setting)
    value = request.json(fields({"value": anything}))["value"]
    try:
        SETTINGS[setting][0](value, "value")
    except InvalidError as invalid:
        raise ApiError(400, f"Invalid value for zone setting {setting}: {invalid}", 1007) from invalid
    if not found["editable"]:
        raise ApiError(400, f"Not allowed to edit setting for {setting}", 1006)
    if setting == "security_header":
        value = {"strict_transport_security": NO_STRICT_TRANSPORT | value["strict_transport_security"]}
    if value != found["value"]:
        found |= {"value": value, "modified_on": now()}
    return ok(found)


def find(world: World, zone: str, setting: str) -> Details:
    settings = world.zone(zone).settings
    if setting not in settings:
        raise ApiError(400, f"Undefined zone setting: {setting}", 1003)
    return settings[setting]
