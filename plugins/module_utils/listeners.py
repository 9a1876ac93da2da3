# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Listeners of an application load balancer and their rules: as declared, as compared and shown, and as the API has them.

Follows the Elastic Load Balancing API reference: Listener, Rule, RuleCondition, Action, RedirectActionConfig.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from .plan import UNKNOWN, Exact, declared

# What is compared of a rule's conditions, and where RuleCondition has it.
VALUES = {"hosts": ("host-header", "HostHeaderConfig"), "paths": ("path-pattern", "PathPatternConfig")}
HEADER = "http-header"
# option -> what RedirectActionConfig calls it, and what it is there when it is left out
REDIRECT = {
    "protocol": ("Protocol", "#{protocol}"),
    "port": ("Port", "#{port}"),
    "host": ("Host", "#{host}"),
    "path": ("Path", "/#{path}"),
    "query": ("Query", "#{query}"),
    "status_code": ("StatusCode", "HTTP_301"),
}
FIXED_RESPONSE = {
    "status_code": ("StatusCode", "404"),
    "content_type": ("ContentType", "text/plain"),
    "body": ("MessageBody", ""),
}


def digest(value: str) -> str:
    """A value that may be a secret, as a plan shows it: who knows two can tell whether they are one."""
    return value if value == UNKNOWN else f"sha256:{hashlib.sha256(value.encode()).hexdigest()[:12]}"


def wanted_listener(listener: Mapping[str, Any], *, purge_rules: bool) -> dict[str, Any]:
    """A declared listener as it is compared; its rules are by priority, and are all that there shall be if C(purge_rules)."""
    want = declared({name: listener.get(name) for name in ("protocol", "ssl_policy", "certificate_arn")})
    want["default_action"] = wanted_action(listener["default_action"])
    if listener.get("rules") is not None:
        rules = {str(rule["priority"]): wanted_rule(rule) for rule in listener["rules"]}
        want["rules"] = Exact(rules) if purge_rules else rules
    return want


def wanted_rule(rule: Mapping[str, Any]) -> Exact:
    headers = {one["name"].lower(): sorted(digest(value) for value in one["values"]) for one in rule.get("headers") or []}
    values = {name: sorted(rule.get(name) or []) for name in VALUES}
    return Exact({**values, "headers": Exact(headers), "action": wanted_action(rule["action"])})


def wanted_action(action: Mapping[str, Any]) -> Exact:
    if action.get("forward"):
        return Exact(forward=action["forward"])
    kind, names = ("redirect", REDIRECT) if action.get("redirect") else ("fixed_response", FIXED_RESPONSE)
    given = declared(action.get(kind) or {})
    return Exact({kind: Exact({name: given.get(name, usual) for name, (_key, usual) in names.items()})})


def described_listener(listener: Mapping[str, Any], rules: list[Mapping[str, Any]]) -> dict[str, Any]:
    """A Listener and its Rules in the words of O(wanted_listener)."""
    certificates = [one["CertificateArn"] for one in listener.get("Certificates") or []]
    return {
        "protocol": listener["Protocol"],
        "ssl_policy": listener.get("SslPolicy") or "",
        "certificate_arn": certificates[0] if certificates else "",
        "default_action": described_actions(listener["DefaultActions"]),
        "rules": {rule["Priority"]: described_rule(rule) for rule in rules if rule["Priority"] != "default"},
    }


def described_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A Rule; what no option of a rule can say is under C(others), so that it never is what was declared."""
    found: dict[str, Any] = {**{name: [] for name in VALUES}, "headers": {}}
    fields = {field: (name, config) for name, (field, config) in VALUES.items()}
    others = []
    for condition in rule["Conditions"]:
        if condition["Field"] in fields:
            name, config = fields[condition["Field"]]
            found[name] = sorted({*found[name], *(condition.get(config) or condition)["Values"]})
        elif condition["Field"] == HEADER:
            header = condition["HttpHeaderConfig"]
            found["headers"][header["HttpHeaderName"].lower()] = sorted(digest(value) for value in header["Values"])
        else:
            others.append(condition["Field"])
    return {**found, "action": described_actions(rule["Actions"]), **({"others": sorted(others)} if others else {})}


def described_actions(actions: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Actions of one of the kinds that options can say; others by their types."""
    (kind, action) = (actions[0]["Type"], actions[0]) if len(actions) == 1 else ("", {})
    if kind == "redirect":
        config = action["RedirectConfig"]
        return {"redirect": {name: config.get(key, usual) for name, (key, usual) in REDIRECT.items()}}
    if kind == "fixed-response":
        config = action["FixedResponseConfig"]
        return {"fixed_response": {name: config.get(key) or usual for name, (key, usual) in FIXED_RESPONSE.items()}}
    groups = [one["TargetGroupArn"] for one in action.get("ForwardConfig", {}).get("TargetGroups", [])]
    sticky = action.get("ForwardConfig", {}).get("TargetGroupStickinessConfig", {}).get("Enabled", False)
    if kind == "forward" and len(groups) < 2 and not sticky:
        return {"forward": action.get("TargetGroupArn") or groups[0]}
    return {"others": [one["Type"] for one in actions]}


def listener_request(listener: Mapping[str, Any]) -> dict[str, Any]:
    """A declared listener as CreateListener and ModifyListener take it."""
    request = {"Protocol": listener.get("protocol"), "Port": listener["port"], "SslPolicy": listener.get("ssl_policy")}
    if listener.get("certificate_arn"):
        request["Certificates"] = [{"CertificateArn": listener["certificate_arn"]}]
    return declared({**request, "DefaultActions": [action_request(listener["default_action"])]})


def rule_request(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The conditions and the action of a declared rule as CreateRule and ModifyRule take them."""
    conditions = [{"Field": field, config: {"Values": rule[name]}} for name, (field, config) in VALUES.items() if rule.get(name)]
    for header in rule.get("headers") or []:
        config = {"HttpHeaderName": header["name"], "Values": header["values"]}
        conditions.append({"Field": HEADER, "HttpHeaderConfig": config})
    return {"Conditions": conditions, "Actions": [action_request(rule["action"])]}


def action_request(action: Mapping[str, Any]) -> dict[str, Any]:
    want = wanted_action(action)
    if "forward" in want:
        return {"Type": "forward", "TargetGroupArn": want["forward"]}
    if "redirect" in want:
        return {"Type": "redirect", "RedirectConfig": {key: want["redirect"][name] for name, (key, _) in REDIRECT.items()}}
    config = {key: want["fixed_response"][name] for name, (key, _usual) in FIXED_RESPONSE.items()}
    return {"Type": "fixed-response", "FixedResponseConfig": config}
