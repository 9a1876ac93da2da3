# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import CloudflareError
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_ruleset import arranged, declared_rules, described, parts

CUSTOM = "http_request_firewall_custom"
LEFT_OUT = {"description": "", "enabled": True, "action_parameters": None, "ratelimit": None, "logging": None}


def rule(ref: str, **more: Any) -> dict[str, Any]:
    return {**LEFT_OUT, "ref": ref, "action": "block", "expression": "ssl", **more}


def asked(*rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"phase": CUSTOM, "owner": "shop", "rules": list(rules), "others": "refuse", "state": "present", **more}


def standing(*refs: str) -> list[dict[str, Any]]:
    made = [{"ref": ref, "action": "block", "expression": "ssl", "id": f"id of {ref}", "version": "3"} for ref in refs]
    return described({"id": "ruleset", "rules": made})


def test_what_cloudflare_adds_is_not_described():
    assert standing("shop__a") == [{"ref": "shop__a", "action": "block", "expression": "ssl", "description": "", "enabled": True}]


@pytest.mark.parametrize("ruleset", [None, {"rules": None}, {"rules": []}, {}])
def test_a_phase_that_never_had_rules_has_none(ruleset):
    assert described(ruleset) == []


def test_only_what_was_said_is_declared():
    (made,) = declared_rules(asked(rule("a", logging={"enabled": True})))
    assert made == {
        "ref": "shop__a",
        "action": "block",
        "expression": "ssl",
        "description": "",
        "enabled": True,
        "logging": {"enabled": True},
    }


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (asked(owner="a__b"), "plan the rules of a__b: an owner has no __ in its name"),
        (asked(rules=None), f"plan the rules of {CUSTOM}: rules is missing; list them, or say state: absent"),
        (asked(rule("a"), rule("a")), f"plan rule a of {CUSTOM}: its ref is there twice"),
        (asked(rule("a"), phase="http_request_origin"), "the action of this phase is route, and not block"),
        (asked(rule("a"), phase="http_ratelimit"), "every rule of http_ratelimit has a ratelimit, and no other"),
        (asked(rule("a", ratelimit={})), "every rule of http_ratelimit has a ratelimit, and no other"),
    ],
)
def test_what_cloudflare_would_refuse_is_refused(options, said):
    with pytest.raises(CloudflareError, match=said):
        declared_rules(options)


@pytest.mark.parametrize(
    ("options", "stands", "refs"),
    [
        (asked(rule("a"), rule("b")), [], ["shop__a", "shop__b"]),
        (asked(rule("a")), ["shop__b"], ["shop__a"]),
        (asked(rule("a"), others="keep"), ["theirs", "shop__b", "shop-two__c"], ["shop__a", "theirs", "shop-two__c"]),
        (asked(rule("a"), others="drop"), ["theirs"], ["shop__a"]),
        (asked(state="absent", rules=None), ["theirs", "shop__a"], ["theirs"]),
        (asked(state="absent", others="drop"), ["theirs", "shop__a"], []),
    ],
)
def test_what_a_phase_shall_have(options, stands, refs):
    assert [rule["ref"] for rule in arranged(options, standing(*stands))] == refs


def test_rules_of_others_are_not_dropped_unasked():
    others = standing("theirs", "more")
    others[1]["description"] = "made by hand"
    said = r"there are rules that shop did not make \(theirs, made by hand\); say others: keep or others: drop, or remove them"
    with pytest.raises(CloudflareError, match=said):
        arranged(asked(rule("a")), others)


@pytest.mark.parametrize(
    ("have", "want", "changed"),
    [
        (["shop__a", "shop__b"], ["shop__a", "shop__b"], set()),
        (["shop__a", "shop__b"], ["shop__b", "shop__a"], {"order"}),
        (["shop__a"], ["shop__a", "shop__b"], {"order", "shop__b"}),
        (["shop__a", "shop__b"], ["shop__a"], {"order", "shop__b"}),
        ([], [], set()),
    ],
)
def test_each_rule_is_a_part_and_so_is_their_order(have, want, changed):
    current, desired = parts(standing(*have), "shop"), parts(standing(*want), "shop")
    todo = plan(current, dict.fromkeys(current) | desired)
    assert {*todo.create, *todo.update, *todo.delete} == changed
