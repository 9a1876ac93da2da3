# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from support.cloudflare import Cloudflare, writes

ZONE = "example.org"
CUSTOM = "http_request_firewall_custom"
GIT = {"ref": "git", "action": "block", "expression": 'http.request.uri.path contains "/.git/"', "description": "not ours"}
BOTS = {"ref": "bots", "action": "managed_challenge", "expression": "cf.client.bot"}
OURS: dict[str, Any] = {"zone": ZONE, "owner": "shop"}
MANAGED = {"id": "efb7b8c949ac4650a09736fc376e9aee"}
SKIP = {"action": "skip", "action_parameters": {"ruleset": "current"}, "logging": {"enabled": True}}
PHASES = {
    CUSTOM: [GIT, {"ref": "us", "expression": "ip.src eq 192.0.2.1", **SKIP}],
    "http_request_firewall_managed": [
        {"ref": "managed", "action": "execute", "expression": "true", "action_parameters": MANAGED}
    ],
    "http_ratelimit": [
        {
            "ref": "api",
            "action": "block",
            "expression": 'starts_with(http.request.uri.path, "/api/")',
            "ratelimit": {
                "characteristics": ["ip.src", "cf.colo.id"],
                "period": 10,
                "requests_per_period": 200,
                "mitigation_timeout": 10,
            },
        }
    ],
    "http_request_cache_settings": [
        {
            "ref": "assets",
            "action": "set_cache_settings",
            "expression": 'starts_with(http.request.uri.path, "/_next/static/")',
            "action_parameters": {"cache": True, "edge_ttl": {"mode": "override_origin", "default": 3600}},
        }
    ],
    "http_request_dynamic_redirect": [
        {
            "ref": "www",
            "action": "redirect",
            "expression": 'http.host eq "www.example.org"',
            "action_parameters": {
                "from_value": {
                    "status_code": 301,
                    "preserve_query_string": True,
                    "target_url": {"expression": 'concat("https://example.org", http.request.uri.path)'},
                }
            },
        }
    ],
    "http_response_headers_transform": [
        {
            "ref": "headers",
            "action": "rewrite",
            "expression": "true",
            "action_parameters": {"headers": {"X-Frame-Options": {"operation": "set", "value": "DENY"}}},
        }
    ],
}


@pytest.fixture
def zone(cloudflare: Cloudflare) -> str:
    return cloudflare.create_zone(ZONE)


@pytest.fixture
def rules(cloudflare: Cloudflare, zone: str) -> Any:
    def rules(phase: str = CUSTOM) -> list[dict[str, Any]]:
        found = [one for one in cloudflare.get(f"/zones/{zone}/rulesets") if one["phase"] == phase and one["kind"] == "zone"]
        return cloudflare.get(f"/zones/{zone}/rulesets/{found[0]['id']}")["rules"] if found else []

    return rules


def put(cloudflare: Cloudflare, zone: str, *made: dict[str, Any]) -> None:
    cloudflare.put(f"/zones/{zone}/rulesets/phases/{CUSTOM}/entrypoint", {"rules": list(made)})


@pytest.mark.parametrize("phase", PHASES)
def test_lifecycle(zone, cloudflare, rules, lifecycle, phase):
    first = PHASES[phase][0]
    lifecycle(
        "cloudflare_ruleset",
        present={**OURS, "phase": phase, "rules": PHASES[phase]},
        change={"rules": [{**first, "description": "changed"}, *PHASES[phase][1:]]},
        exists=lambda: [rule["ref"] for rule in rules(phase)] == [f"shop__{rule['ref']}" for rule in PHASES[phase]],
        changed=lambda: bool(rules(phase)) and rules(phase)[0]["description"] == "changed",
    )


def test_a_rule_stays_the_same_rule_wherever_it_stands(cloudflare, zone, converges, rules):
    converges("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[GIT, BOTS])
    ids = {rule["ref"]: rule["id"] for rule in rules()}
    told = converges("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[BOTS, {**GIT, "enabled": False}])
    assert [(rule["ref"], rule["id"], rule["enabled"]) for rule in rules()] == [
        ("shop__bots", ids["shop__bots"], True),
        ("shop__git", ids["shop__git"], False),
    ]
    assert told["rules"]["order"] == {"refs": ["shop__bots", "shop__git"]}


def test_the_diff_shows_the_rule_that_changes_and_no_other(cloudflare, zone, run_module):
    run_module("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[GIT, BOTS])
    changed = run_module("cloudflare_ruleset", check=True, **OURS, phase=CUSTOM, rules=[{**GIT, "action": "log"}, BOTS])
    assert set(changed["diff"]["after"]) == {"shop__git"}
    assert (changed["diff"]["before"]["shop__git"]["action"], changed["diff"]["after"]["shop__git"]["action"]) == ("block", "log")


def test_a_rule_that_is_not_listed_any_more_goes(cloudflare, zone, converges, rules):
    converges("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[GIT, BOTS])
    converges("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[BOTS])
    assert [rule["ref"] for rule in rules()] == ["shop__bots"]


def test_rules_of_others_are_refused_kept_or_dropped_as_told(cloudflare, zone, run_module, converges, rules):
    put(cloudflare, zone, {"action": "log", "expression": "ssl", "description": "by hand"})
    by_hand = rules()[0]["id"]
    for check in (True, False):
        with cloudflare.recorded() as requests:
            refused = run_module("cloudflare_ruleset", check=check, **OURS, phase=CUSTOM, rules=[GIT])
        said = f"plan the rules of {CUSTOM}: there are rules that shop did not make (by hand); say others: keep or others: drop"
        assert refused["msg"].startswith(said)
        assert writes(requests) == []
    converges("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[GIT], others="keep")
    assert [rule["ref"] for rule in rules()] == ["shop__git", by_hand]
    assert rules()[1]["id"] == by_hand
    converges("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[GIT], others="drop")
    assert [rule["ref"] for rule in rules()] == ["shop__git"]


def test_absent_leaves_the_rules_of_others(cloudflare, zone, run_module, rules):
    put(cloudflare, zone, {"action": "log", "expression": "ssl"})
    run_module("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[GIT], others="keep")
    assert run_module("cloudflare_ruleset", **OURS, phase=CUSTOM, state="absent")["changed"] is True
    assert [rule["action"] for rule in rules()] == ["log"]
    assert run_module("cloudflare_ruleset", **OURS, phase=CUSTOM, state="absent")["changed"] is False


def test_what_cloudflare_adds_is_no_difference(cloudflare, zone, run_module):
    """A rule of the owner to which somebody added what is not declared."""
    more = {"response": {"status_code": 403, "content": "no", "content_type": "text/plain"}}
    put(cloudflare, zone, {**GIT, "ref": "shop__git", "action_parameters": more})
    assert run_module("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[GIT])["changed"] is False


def test_an_expression_that_is_none_tells_what_cloudflare_says_and_changes_nothing(cloudflare, zone, run_module, rules):
    refused = run_module("cloudflare_ruleset", **OURS, phase=CUSTOM, rules=[GIT, {**BOTS, "expression": 'http.host eq "a'}])
    assert refused["msg"].startswith(f"put the rules of {CUSTOM} of zone example.org: ")
    assert rules() == []


def test_a_token_that_may_not_is_told_the_permission_of_the_phase(cloudflare, zone, run_module):
    cloudflare.control("POST", "refuse", {"status": 403, "method": "PUT", "path": "*"})
    phase = "http_request_cache_settings"
    refused = run_module("cloudflare_ruleset", **OURS, phase=phase, rules=PHASES[phase])
    assert refused["msg"].endswith("give the token the permission Cache Settings Write")
