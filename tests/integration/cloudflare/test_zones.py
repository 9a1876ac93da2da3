# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import re
from typing import Any

import pytest
from support.cloudflare import ApiError, Cloudflare


def test_a_zone_lives(cloudflare: Cloudflare):
    account = {"id": cloudflare.account}
    made = cloudflare.post("/zones", {"name": "Example.ORG", "account": account, "type": "full"})
    assert (made["name"], made["status"], len(made["name_servers"])) == ("example.org", "pending", 2)
    assert re.fullmatch(r"[0-9a-f]{32}", made["id"])
    cloudflare.create_zone("other.example")
    assert [zone["id"] for zone in cloudflare.get("/zones?name=example.org")] == [made["id"]]
    assert cloudflare.get("/zones?name=unknown.example") == []
    assert cloudflare.get(f"/zones?account.id={cloudflare.account}&status=active") == []

    assert cloudflare.put(f"/zones/{made['id']}/activation_check", {}) == {"id": made["id"]}
    assert cloudflare.get(f"/zones/{made['id']}")["status"] == "active"
    assert cloudflare.patch(f"/zones/{made['id']}", {"paused": True})["paused"] is True
    assert cloudflare.delete(f"/zones/{made['id']}") == {"id": made["id"]}
    assert [zone["name"] for zone in cloudflare.get("/zones")] == ["other.example"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"account": {"id": "ACCOUNT"}}, "name: is required"),
        ({"name": "example.org"}, "account: is required"),
        ({"name": "example.org", "account": {"id": "ACCOUNT"}, "plan": "pro"}, "plan: unknown field"),
        ({"name": 7, "account": {"id": "ACCOUNT"}}, "name: must be a string, not a number"),
        ({"name": "example", "account": {"id": "ACCOUNT"}}, "not a valid zone name"),
        ({"name": "-a.example", "account": {"id": "ACCOUNT"}}, "not a valid zone name"),
        ({"name": "example.org", "account": {"id": "ACCOUNT"}, "type": "half"}, "type: must be one of"),
        ({"name": "taken.example", "account": {"id": "ACCOUNT"}}, "taken.example already exists"),
        ({"name": "example.org", "account": {"id": "ffffffffffffffffffffffffffffffff"}}, "account f+ could not be found"),
    ],
)
def test_a_zone_that_is_not_valid_is_refused(cloudflare: Cloudflare, body: dict[str, Any], message: str):
    cloudflare.create_zone("taken.example")
    if body.get("account") == {"id": "ACCOUNT"}:
        body = {**body, "account": {"id": cloudflare.account}}
    with pytest.raises(ApiError, match=message):
        cloudflare.post("/zones", body)
    assert len(cloudflare.get("/zones")) == 1


def test_settings_are_kept(cloudflare: Cloudflare):
    zone, other = cloudflare.create_zone("example.org"), cloudflare.create_zone("other.example")
    settings = {one["id"]: one for one in cloudflare.get(f"/zones/{zone}/settings")}
    assert settings["ssl"] == {"id": "ssl", "value": "full", "editable": True, "modified_on": None}
    changes: dict[str, Any] = {
        "ssl": "strict",
        "always_use_https": "on",
        "min_tls_version": "1.2",
        "browser_cache_ttl": 0,
        "ciphers": ["ECDHE-RSA-AES128-GCM-SHA256"],
        "security_header": {"strict_transport_security": {"enabled": True, "max_age": 31536000}},
    }
    for name, value in changes.items():
        cloudflare.patch(f"/zones/{zone}/settings/{name}", {"value": value})
    assert cloudflare.get(f"/zones/{zone}/settings/ssl")["value"] == "strict"
    now = {one["id"]: one for one in cloudflare.get(f"/zones/{zone}/settings")}
    assert {name for name, one in now.items() if one != settings[name]} == set(changes)
    assert now["security_header"]["value"]["strict_transport_security"]["preload"] is False
    assert cloudflare.get(f"/zones/{other}/settings/ssl")["value"] == "full"

    modified = now["ssl"]["modified_on"]
    assert cloudflare.patch(f"/zones/{zone}/settings/ssl", {"value": "strict"})["modified_on"] == modified


@pytest.mark.parametrize(
    ("setting", "body", "message"),
    [
        ("ssl", {"value": "nonsense"}, "'strict', not 'nonsense'"),
        ("ssl", {"value": "on"}, "must be one of 'off', 'flexible', 'full', 'strict'"),
        ("ssl", {}, "value: is required"),
        ("ssl", {"value": "full", "id": "ssl"}, "id: unknown field"),
        ("http3", {"value": True}, "must be one of 'on', 'off', not True"),
        ("min_tls_version", {"value": 1.2}, "must be one of"),
        ("browser_cache_ttl", {"value": 5}, "must be one of"),
        ("browser_cache_ttl", {"value": False}, "must be one of"),
        ("security_header", {"value": {"strict_transport_security": {"maxage": 1}}}, "maxage: unknown field"),
        ("mirage", {"value": "on"}, "Not allowed to edit setting for mirage"),
        ("always_use_htps", {"value": "on"}, "Undefined zone setting: always_use_htps"),
    ],
)
def test_a_setting_that_is_not_valid_is_refused(cloudflare: Cloudflare, setting: str, body: dict[str, Any], message: str):
    zone = cloudflare.create_zone("example.org")
    with pytest.raises(ApiError, match=message) as refused:
        cloudflare.patch(f"/zones/{zone}/settings/{setting}", body)
    assert refused.value.status == 400


def test_a_setting_can_be_taken_away(cloudflare: Cloudflare):
    """As a plan does that does not have it."""
    zone = cloudflare.create_zone("example.org")
    cloudflare.control("POST", "settings", {"zone": "example.org", "setting": "http3", "editable": False})
    assert cloudflare.get(f"/zones/{zone}/settings/http3")["editable"] is False
    with pytest.raises(ApiError, match="Not allowed to edit"):
        cloudflare.patch(f"/zones/{zone}/settings/http3", {"value": "off"})
    cloudflare.control("POST", "settings", {"zone": zone, "setting": "http3", "editable": True})
    assert cloudflare.patch(f"/zones/{zone}/settings/http3", {"value": "off"})["value"] == "off"
