# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from support.cloudflare import ApiError, Cloudflare

BLOCK = {"ref": "admin", "action": "block", "expression": 'http.request.uri.path eq "/admin"'}
LIMIT = {"characteristics": ["ip.src", "cf.colo.id"], "period": 10, "requests_per_period": 200, "mitigation_timeout": 10}
RULES: dict[str, dict[str, Any]] = {
    "http_request_firewall_custom": BLOCK,
    "http_request_firewall_managed": {
        "action": "execute",
        "expression": "true",
        "action_parameters": {"id": "efb7b8c949ac4650a09736fc376e9aee"},
    },
    "http_ratelimit": {"action": "block", "expression": "true", "ratelimit": LIMIT},
    "http_request_cache_settings": {
        "action": "set_cache_settings",
        "expression": 'starts_with(http.request.uri.path, "/_next/static/")',
        "action_parameters": {"cache": True, "edge_ttl": {"mode": "override_origin", "default": 3600}},
    },
    "http_request_dynamic_redirect": {
        "action": "redirect",
        "expression": 'http.host eq "example.org"',
        "action_parameters": {
            "from_value": {
                "status_code": 301,
                "preserve_query_string": True,
                "target_url": {"expression": 'concat("https://www.example.org", http.request.uri.path)'},
            }
        },
    },
    "http_request_late_transform": {
        "action": "rewrite",
        "expression": "true",
        "action_parameters": {"headers": {"X-Origin-Secret": {"operation": "set", "value": "s3cret"}}},
    },
}


@pytest.fixture
def rulesets(cloudflare: Cloudflare) -> str:
    """Where the rulesets of an empty zone are."""
    return f"/zones/{cloudflare.create_zone('example.org')}/rulesets"


@pytest.mark.parametrize("phase", RULES)
def test_an_entry_point_lives(cloudflare: Cloudflare, rulesets: str, phase: str):
    entrypoint = f"{rulesets}/phases/{phase}/entrypoint"
    with pytest.raises(ApiError) as refused:
        cloudflare.get(entrypoint)
    assert refused.value.status == 404

    made = cloudflare.put(entrypoint, {"rules": [RULES[phase]]})
    assert (made["kind"], made["phase"], made["version"]) == ("zone", phase, "1")
    assert RULES[phase].items() <= made["rules"][0].items()
    assert cloudflare.get(entrypoint) == made
    assert cloudflare.get(f"{rulesets}/{made['id']}") == made

    emptied = cloudflare.put(entrypoint, {"rules": []})
    assert (emptied["id"], emptied["version"], emptied["rules"]) == (made["id"], "2", [])
    assert cloudflare.delete(f"{rulesets}/{made['id']}") is None
    with pytest.raises(ApiError):
        cloudflare.get(entrypoint)


def test_a_ref_keeps_a_rule(cloudflare: Cloudflare, rulesets: str):
    entrypoint = f"{rulesets}/phases/http_request_firewall_custom/entrypoint"
    other = {**BLOCK, "ref": "other"}
    first = cloudflare.put(entrypoint, {"rules": [BLOCK, other]})["rules"]
    second = cloudflare.put(entrypoint, {"rules": [other, {**BLOCK, "enabled": False}]})["rules"]
    assert second[0] == first[1]
    assert (second[1]["id"], second[1]["version"], second[1]["enabled"]) == (first[0]["id"], "2", False)

    nameless = {name: value for name, value in BLOCK.items() if name != "ref"}
    made = cloudflare.put(entrypoint, {"rules": [nameless]})["rules"][0]
    assert made["ref"] == made["id"] != first[0]["id"]


def test_one_rule_of_many(cloudflare: Cloudflare, rulesets: str):
    created = {"name": "default", "kind": "zone", "phase": "http_request_firewall_custom"}
    ruleset = cloudflare.post(rulesets, created)
    with pytest.raises(ApiError, match="exists already in the phase"):
        cloudflare.post(rulesets, created)
    place = f"{rulesets}/{ruleset['id']}/rules"
    rule = cloudflare.post(place, BLOCK)["rules"][0]
    cloudflare.post(place, {**BLOCK, "ref": "second"})
    edited = cloudflare.patch(f"{place}/{rule['id']}", {**BLOCK, "enabled": False})["rules"]
    assert [one["enabled"] for one in edited] == [False, True]
    assert [one["ref"] for one in cloudflare.delete(f"{place}/{rule['id']}")["rules"]] == ["second"]
    assert cloudflare.put(f"{rulesets}/{ruleset['id']}", {"rules": [], "description": "none"})["description"] == "none"


def test_the_list_has_cloudflares_own(cloudflare: Cloudflare, rulesets: str):
    cloudflare.put(f"{rulesets}/phases/http_ratelimit/entrypoint", {"rules": []})
    listed = cloudflare.get(rulesets)
    assert [one["phase"] for one in listed if one["kind"] == "zone"] == ["http_ratelimit"]
    assert "efb7b8c949ac4650a09736fc376e9aee" in [one["id"] for one in listed if one["kind"] == "managed"]
    first = cloudflare.call("GET", f"{rulesets}?per_page=3")
    rest = cloudflare.get(f"{rulesets}?per_page=3&cursor={first['result_info']['cursors']['after']}")
    assert [one["id"] for one in first["result"] + rest] == [one["id"] for one in listed]


CUSTOM, CACHE = "http_request_firewall_custom", "http_request_cache_settings"


@pytest.mark.parametrize(
    ("phase", "rules", "message"),
    [
        (CUSTOM, [{**BLOCK, "action": "redirect"}], r"rules\[0\].action: .* not 'redirect', in the phase http_request_fire"),
        (CUSTOM, [{"action": "block", "expresion": "true"}], "expresion: unknown field"),
        (CUSTOM, [{"action": "block"}], r"rules\[0\].expression: is required"),
        (CUSTOM, [{"expression": "true"}], r"rules\[0\].action: is required"),
        (CUSTOM, [{**BLOCK, "expression": ""}], "is not an expression"),
        (CUSTOM, [{**BLOCK, "expression": "(true"}], "unexpected end"),
        (CUSTOM, [{**BLOCK, "expression": 'http.host eq "a'}], "unexpected end"),
        (CUSTOM, [{**BLOCK, "expression": "true)"}], r"unmatched \)"),
        (CUSTOM, [{**BLOCK, "enabled": "yes"}], "enabled: must be true or false"),
        (CUSTOM, [{**BLOCK, "ratelimit": LIMIT}], "ratelimit: unknown field"),
        (CUSTOM, [BLOCK, BLOCK], "the ref 'admin' is there twice"),
        (CUSTOM, [{**BLOCK, "id": "0" * 32}], "there is no rule 0+ in this ruleset"),
        (CUSTOM, [{**BLOCK, "version": "1"}], "version: unknown field"),
        (CUSTOM, "none", "rules: must be a list, not a string"),
        (CACHE, [{**RULES[CACHE], "action_parameters": {"cache": "yes"}}], "action_parameters.cache: must be true or false"),
        (CACHE, [{"action": "set_cache_settings", "expression": "true"}], "action_parameters: is required"),
        (CACHE, [{**RULES[CACHE], "action_parameters": {"edge_ttl": {"mode": "never"}}}], "edge_ttl.mode: must be one of"),
        ("http_ratelimit", [BLOCK], "ratelimit: is required"),
        ("http_ratelimit", [{**BLOCK, "ratelimit": {**LIMIT, "period": 11}}], "period: must be one of"),
        ("http_ratelimit", [{**BLOCK, "ratelimit": {**LIMIT, "characteristics": ["ip.src"]}}], "must have cf.colo.id"),
        ("http_ratelimit", [{**BLOCK, "action": "managed_challenge", "ratelimit": LIMIT}], "must be 0 for the action"),
        (
            "http_request_firewall_managed",
            [{**RULES["http_request_firewall_managed"], "action_parameters": {"id": "0" * 32}}],
            "there is no such managed ruleset",
        ),
        (
            "http_request_late_transform",
            [{**RULES["http_request_late_transform"], "action_parameters": {"headers": {"x": {"operation": "set"}}}}],
            "x.value: is required",
        ),
        ("http_request_nowhere", [], "phase: must be one of"),
    ],
)
def test_rules_that_do_not_fit_are_refused(cloudflare: Cloudflare, rulesets: str, phase: str, rules: Any, message: str):
    with pytest.raises(ApiError, match=message) as refused:
        cloudflare.put(f"{rulesets}/phases/{phase}/entrypoint", {"rules": rules})
    assert refused.value.status == 400
    assert [one for one in cloudflare.get(rulesets) if one["kind"] == "zone"] == []


@pytest.mark.parametrize("field", ["kind", "phase", "id", "version"])
def test_what_the_server_makes_is_not_sent(cloudflare: Cloudflare, rulesets: str, field: str):
    with pytest.raises(ApiError, match=f"{field}: unknown field"):
        cloudflare.put(f"{rulesets}/phases/{CUSTOM}/entrypoint", {"rules": [], field: "zone"})
