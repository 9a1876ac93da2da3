# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a rule may be: which actions belong to a phase, and what each needs."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from .fields import Check, InvalidError, choice, each, either, exactly_one, fields, flag, integer, mapping, text

MITIGATIONS = ("block", "challenge", "js_challenge", "managed_challenge", "log")
PHASES = {
    "http_request_firewall_custom": (*MITIGATIONS, "skip"),
    "http_request_firewall_managed": ("execute", "skip"),
    "http_ratelimit": MITIGATIONS,
    "http_request_cache_settings": ("set_cache_settings",),
    "http_request_dynamic_redirect": ("redirect",),
    "http_request_transform": ("rewrite",),
    "http_request_late_transform": ("rewrite",),
    "http_response_headers_transform": ("rewrite",),
}
LONGEST_EXPRESSION = 4096
SECONDS = integer(0, 31536000)
NAMES = each(text(r"[\s\S]+"))
STATUS = integer(200, 599)
SENSITIVITY = choice("default", "medium", "low", "eoff")
OVERRIDE = {"action": choice(*MITIGATIONS), "enabled": flag, "sensitivity_level": SENSITIVITY}
VALUE_OR_EXPRESSION = exactly_one(value=text(), expression=text())

EDGE_TTL = fields(
    {"mode": choice("respect_origin", "bypass_by_default", "override_origin")},
    {
        "default": SECONDS,
        "status_code_ttl": each(
            fields(
                {"value": integer(-1, 31536000)},
                {"status_code": STATUS, "status_code_range": fields(optional={"from": STATUS, "to": STATUS})},
            )
        ),
    },
)
BROWSER_TTL = fields({"mode": choice("respect_origin", "bypass_by_default", "override_origin", "bypass")}, {"default": SECONDS})
SOME_OR_ALL = exactly_one(list=NAMES, all=choice(True))
CACHE_KEY = fields(
    optional={
        "cache_by_device_type": flag,
        "cache_deception_armor": flag,
        "ignore_query_strings_order": flag,
        "custom_key": fields(
            optional={
                "query_string": exactly_one(include=SOME_OR_ALL, exclude=SOME_OR_ALL),
                "header": fields(
                    optional={"include": NAMES, "check_presence": NAMES, "contains": mapping(NAMES), "exclude_origin": flag}
                ),
                "cookie": fields(optional={"include": NAMES, "check_presence": NAMES}),
                "user": fields(optional={"device_type": flag, "geo": flag, "lang": flag}),
                "host": fields(optional={"resolved": flag}),
            }
        ),
    }
)
CACHE = fields(
    optional={
        "cache": flag,
        "edge_ttl": EDGE_TTL,
        "browser_ttl": BROWSER_TTL,
        "cache_key": CACHE_KEY,
        "serve_stale": fields(optional={"disable_stale_while_updating": flag}),
        "respect_strong_etags": flag,
        "origin_cache_control": flag,
        "origin_error_page_passthru": flag,
        "read_timeout": integer(1, 6000),
        "additional_cacheable_ports": each(integer(1, 65535)),
    }
)
REDIRECT = fields(
    {
        "from_value": fields(
            {"target_url": VALUE_OR_EXPRESSION},
            {"status_code": choice(301, 302, 303, 307, 308), "preserve_query_string": flag},
        )
    }
)
HEADER = either(
    fields({"operation": choice("remove")}),
    fields({"operation": choice("set", "add"), "expression": text()}),
    fields({"operation": choice("set", "add"), "value": text()}),
)
REWRITE = exactly_one(
    headers=mapping(HEADER),
    uri=fields(optional={"path": VALUE_OR_EXPRESSION, "query": VALUE_OR_EXPRESSION}),
)
SKIP = fields(
    optional={
        "ruleset": choice("current"),
        "phases": each(choice("http_ratelimit", "http_request_sbfm", "http_request_firewall_managed")),
        "products": each(choice("bic", "hot", "rateLimit", "securityLevel", "uaBlock", "waf", "zoneLockdown")),
        "rulesets": NAMES,
        "rules": mapping(NAMES),
    }
)
EXECUTE = fields(
    {"id": text(r"[0-9a-f]{32}", what="an identifier")},
    {
        "overrides": fields(
            optional={
                **OVERRIDE,
                "categories": each(fields({"category": text()}, OVERRIDE)),
                "rules": each(fields({"id": text()}, {**OVERRIDE, "score_threshold": integer(1, 1000)})),
            }
        ),
        "matched_data": fields({"public_key": text()}),
    },
)
BLOCK = fields(optional={"response": fields({"status_code": integer(400, 499), "content": text(), "content_type": text()})})
RATE_LIMIT = fields(
    {
        "characteristics": each(text(r"[a-z_.]+(\[\"[^\"]+\"\])?"), fewest=1),
        "period": choice(10, 15, 20, 30, 40, 45, 60, 90, 120, 180, 240, 300, 480, 600, 900, 1200, 1800, 2400, 3600, 65535, 86400),
    },
    {
        "requests_per_period": integer(1, 1_000_000),
        "mitigation_timeout": integer(0, 86400),
        "counting_expression": text(),
        "requests_to_origin": flag,
        "score_per_period": integer(1, 1_000_000),
        "score_response_header_name": text(),
    },
)
NEEDED: dict[str, Check] = {
    "execute": EXECUTE,
    "redirect": REDIRECT,
    "rewrite": REWRITE,
    "skip": SKIP,
    "set_cache_settings": CACHE,
}
POSSIBLE: dict[str, Check] = {"block": BLOCK}


def check_rule(rule: Any, where: str, phase: str, managed: Container[str]) -> None:
    """A rule as it is sent for a phase; C(managed) are the rulesets that can be executed."""
    actions = choice(*PHASES[phase])
    action = rule.get("action") if isinstance(rule, dict) else None
    if action is not None:
        try:
            actions(action, f"{where}.action")
        except InvalidError as invalid:
            raise InvalidError("", f"{invalid}, in the phase {phase}") from invalid
    needed: dict[str, Check] = {"action": actions, "expression": expression}
    possible: dict[str, Check] = {
        "id": text(r"[0-9a-f]{32}", what="an identifier"),
        "ref": text(r"[\s\S]+", longest=100),
        "description": text(longest=500),
        "enabled": flag,
        "logging": fields({"enabled": flag}),
    }
    if action in NEEDED:
        needed["action_parameters"] = NEEDED[action]
    elif action in POSSIBLE:
        possible["action_parameters"] = POSSIBLE[action]
    if phase == "http_ratelimit":
        needed["ratelimit"] = RATE_LIMIT
    fields(needed, possible)(rule, where)
    if action == "execute" and rule["action_parameters"]["id"] not in managed:
        raise InvalidError(f"{where}.action_parameters.id", "there is no such managed ruleset")
    if phase == "http_ratelimit":
        _check_rate_limit(rule["ratelimit"], f"{where}.ratelimit", action)


def _check_rate_limit(limit: dict[str, Any], where: str, action: str | None) -> None:
    if "cf.colo.id" not in limit["characteristics"]:
        raise InvalidError(f"{where}.characteristics", "must have cf.colo.id")
    if ("requests_per_period" in limit) == ("score_per_period" in limit):
        raise InvalidError(where, "must have either requests_per_period or score_per_period")
    if action in ("challenge", "js_challenge", "managed_challenge") and limit.get("mitigation_timeout", 0):
        raise InvalidError(f"{where}.mitigation_timeout", f"must be 0 for the action {action}")


def expression(value: Any, where: str) -> None:
    """Not a parser: what is empty, too long, or does not end what it opens, is found."""
    text(r"[\s\S]*\S[\s\S]*", longest=LONGEST_EXPRESSION, what="an expression")(value, where)
    open_ones: list[str] = []
    quoted = escaped = False
    for letter in value:
        if quoted:
            quoted, escaped = letter != '"' or escaped, letter == "\\" and not escaped
        elif letter == '"':
            quoted = True
        elif letter in "({[":
            open_ones.append(letter)
        elif letter in ")}]" and (not open_ones or open_ones.pop() + letter not in ("()", "{}", "[]")):
            raise InvalidError(where, f"unmatched {letter} in {value!r}")
    if quoted or open_ones:
        raise InvalidError(where, f"unexpected end of {value!r}")
