# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.listeners import (
    action_request,
    described_actions,
    described_listener,
    described_rule,
    digest,
    listener_request,
    rule_request,
    wanted_action,
    wanted_listener,
    wanted_rule,
)
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import UNKNOWN, Exact, matches

FORWARD = {"forward": "arn:web"}
ANSWER = {"fixed_response": {"status_code": "403", "content_type": None, "body": "Forbidden"}}
TO_HTTPS = {"redirect": {"protocol": "HTTPS", "port": "443", "status_code": None}, "forward": None}
REDIRECTED = {
    "Protocol": "HTTPS",
    "Port": "443",
    "Host": "#{host}",
    "Path": "/#{path}",
    "Query": "#{query}",
    "StatusCode": "HTTP_301",
}


@pytest.mark.parametrize(
    ("action", "request_"),
    [
        (FORWARD, {"Type": "forward", "TargetGroupArn": "arn:web"}),
        (TO_HTTPS, {"Type": "redirect", "RedirectConfig": REDIRECTED}),
        (
            ANSWER,
            {
                "Type": "fixed-response",
                "FixedResponseConfig": {"StatusCode": "403", "ContentType": "text/plain", "MessageBody": "Forbidden"},
            },
        ),
    ],
)
def test_what_is_asked_for_is_what_is_found(action: dict[str, Any], request_: dict[str, Any]):
    assert action_request(action) == request_
    assert matches(described_actions([request_]), wanted_action(action))


TWO = [{"TargetGroupArn": "arn:web", "Weight": 1}, {"TargetGroupArn": "arn:api", "Weight": 1}]


@pytest.mark.parametrize(
    ("actions", "described"),
    [
        ([{"Type": "forward", "ForwardConfig": {"TargetGroups": TWO[:1]}}], FORWARD),
        (
            [
                {
                    "Type": "forward",
                    "TargetGroupArn": "arn:web",
                    "ForwardConfig": {"TargetGroups": TWO[:1], "TargetGroupStickinessConfig": {"Enabled": False}},
                }
            ],
            FORWARD,
        ),
        ([{"Type": "forward", "ForwardConfig": {"TargetGroups": TWO}}], {"others": ["forward"]}),
        (
            [
                {
                    "Type": "forward",
                    "ForwardConfig": {"TargetGroups": TWO[:1], "TargetGroupStickinessConfig": {"Enabled": True}},
                }
            ],
            {"others": ["forward"]},
        ),
        (
            [{"Type": "authenticate-oidc"}, {"Type": "forward", "TargetGroupArn": "arn:web"}],
            {"others": ["authenticate-oidc", "forward"]},
        ),
        (
            [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "503"}}],
            {"fixed_response": {"status_code": "503", "content_type": "text/plain", "body": ""}},
        ),
    ],
)
def test_actions_as_the_api_has_them(actions: list[dict[str, Any]], described: dict[str, Any]):
    assert described_actions(actions) == described


RULE = {
    "priority": 10,
    "hosts": ["b.example.org", "a.example.org"],
    "paths": ["/b", "/a"],
    "headers": [{"name": "X-Lock", "values": ["two", "one"]}],
    "action": FORWARD,
}


def test_a_rule_that_was_asked_for_is_what_was_declared():
    asked = rule_request(RULE)
    assert [condition["Field"] for condition in asked["Conditions"]] == ["host-header", "path-pattern", "http-header"]
    assert described_rule(asked) == wanted_rule(RULE)
    assert wanted_rule(RULE) == {
        "hosts": ["a.example.org", "b.example.org"],
        "paths": ["/a", "/b"],
        "headers": {"x-lock": sorted([digest("one"), digest("two")])},
        "action": FORWARD,
    }


@pytest.mark.parametrize("left_out", ["hosts", "paths", "headers"])
def test_a_rule_with_more_or_fewer_conditions_is_another(left_out: str):
    fewer = {name: value for name, value in RULE.items() if name != left_out}
    assert not matches(described_rule(rule_request(RULE)), wanted_rule(fewer))
    assert not matches(described_rule(rule_request(fewer)), wanted_rule(RULE))


def test_a_condition_that_no_option_says_is_another_rule():
    asked = rule_request(RULE)
    asked["Conditions"].append({"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}})
    assert described_rule(asked)["others"] == ["source-ip"]
    assert not matches(described_rule(asked), wanted_rule(RULE))


def test_values_without_a_config_are_read_too():
    rule = {"Conditions": [{"Field": "path-pattern", "Values": ["/a"]}], "Actions": [action_request(FORWARD)]}
    assert described_rule(rule)["paths"] == ["/a"]


@pytest.mark.parametrize(("value", "shown"), [("one", "sha256:7692c3ad3540"), (UNKNOWN, UNKNOWN)])
def test_a_value_is_not_shown(value: str, shown: str):
    assert digest(value) == shown


@pytest.mark.parametrize(
    "listener",
    [
        {"port": 80, "protocol": "HTTP", "ssl_policy": None, "certificate_arn": None, "default_action": ANSWER, "rules": [RULE]},
        {
            "port": 443,
            "protocol": "HTTPS",
            "ssl_policy": "TLS13",
            "certificate_arn": "arn:certificate",
            "default_action": FORWARD,
        },
    ],
)
def test_a_listener_that_was_asked_for_is_what_was_declared(listener: dict[str, Any]):
    asked = listener_request(listener)
    rules = [{"Priority": str(rule["priority"]), **rule_request(rule)} for rule in listener.get("rules", [])]
    rules.append({"Priority": "default", "Conditions": [], "Actions": asked["DefaultActions"]})
    described = described_listener(asked, rules)
    assert matches(described, wanted_listener(listener, purge_rules=True))
    assert set(described["rules"]) == {str(rule["priority"]) for rule in listener.get("rules", [])}


@pytest.mark.parametrize(("purge", "type_"), [(True, Exact), (False, dict)])
def test_rules_that_are_not_declared_count_when_they_are_purged(purge: bool, type_: type):
    listener = {"port": 80, "protocol": "HTTP", "default_action": ANSWER, "rules": [RULE]}
    assert type(wanted_listener(listener, purge_rules=purge)["rules"]) is type_
    assert "rules" not in wanted_listener({**listener, "rules": None}, purge_rules=purge)
