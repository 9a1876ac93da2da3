# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

from support.cloudflare import standing

PHASES = {
    "http_request_dynamic_redirect": ["redirect"],
    "http_request_firewall_custom": ["block", "managed_challenge"],
    "http_ratelimit": ["block"],
    "http_request_cache_settings": ["set_cache_settings"],
}


def zone() -> str:
    (found,) = standing("/zones")
    assert found["name"] == "example.net"
    return str(found["id"])


def test_settings():
    settings = {one["id"]: one["value"] for one in standing(f"/zones/{zone()}/settings")}
    declared = {"ssl": "full", "min_tls_version": "1.3", "always_use_https": "off", "browser_cache_ttl": 7200}
    assert {name: settings[name] for name in declared} == declared


def test_records_carry_the_mark_of_the_component():
    records = standing(f"/zones/{zone()}/dns_records")
    assert sorted((record["type"], record["name"]) for record in records) == [
        ("CAA", "example.net"),
        ("CNAME", "app.example.net"),
        ("MX", "example.net"),
        ("TXT", "example.net"),
    ]
    assert all("molecule-cloudflare-alternative-edge" in record["comment"] for record in records)
    assert [record["proxied"] for record in records if record["type"] == "CNAME"] == [True]


def test_rules_are_in_their_order():
    def actions(phase: str) -> list[Any]:
        return [rule["action"] for rule in standing(f"/zones/{zone()}/rulesets/phases/{phase}/entrypoint")["rules"]]

    assert {phase: actions(phase) for phase in PHASES} == PHASES
