# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import CloudflareError
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import Exact, plan
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_pages_project import described, request, wanted

NOTHING = dict.fromkeys(["variables", "secrets", "compatibility_date", "compatibility_flags"])


def asked(**options: Any) -> dict[str, Any]:
    rest = {"production_branch": None, "production": None, "preview": None, "state": "present"}
    return {"name": "site", "update_secrets": "on_create", "purge_variables": False, **rest, **options}


def environment(**options: Any) -> dict[str, Any]:
    return {**NOTHING, **options}


STANDING = described(
    {
        "name": "site",
        "production_branch": "main",
        "subdomain": "site.pages.dev",
        "deployment_configs": {
            "production": {
                "env_vars": {
                    "API": {"type": "plain_text", "value": "a"},
                    "OLD": {"type": "plain_text", "value": "o"},
                    "KEY": {"type": "secret_text", "value": ""},
                    "GONE": None,
                },
                "compatibility_date": "2026-01-01",
            }
        },
    }
)


def test_described():
    assert STANDING["project"] == {"name": "site", "production_branch": "main", "subdomain": "site.pages.dev"}
    assert STANDING["production"] == {
        "variables": {"API": "a", "OLD": "o"},
        "secrets": {"KEY": "there"},
        "compatibility_date": "2026-01-01",
        "compatibility_flags": [],
    }
    assert STANDING["preview"] == {"variables": {}, "secrets": {}, "compatibility_date": "", "compatibility_flags": []}
    assert described(None) == {}


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({}, {"project": {"name": "site"}}),
        ({"production_branch": "live"}, {"project": {"name": "site", "production_branch": "live"}}),
        ({"state": "absent", "production": environment(variables={})}, {"project": None}),
        (
            {"preview": environment(variables={"N": 1}, compatibility_flags=["x"])},
            {"project": {"name": "site"}, "preview": {"variables": {"N": "1"}, "compatibility_flags": ["x"]}},
        ),
        (
            {"production": environment(secrets={"KEY": "s"})},
            {"project": {"name": "site"}, "production": {"secrets": {"KEY": "there"}}},
        ),
    ],
)
def test_only_what_was_said_is_wanted(options, parts):
    assert wanted(asked(**options)) == parts


def test_with_purge_all_variables_are_compared():
    made = wanted(asked(purge_variables=True, production=environment(variables={}, secrets={})))["production"]
    assert (type(made["variables"]), type(made["secrets"])) == (Exact, Exact)


def test_a_name_is_a_variable_or_a_secret():
    with pytest.raises(CloudflareError, match="plan project site: A is both a variable and a secret of preview; choose one"):
        wanted(asked(preview=environment(variables={"A": 1}, secrets={"A": 1})))


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ({}, {}),
        ({"production_branch": "live"}, {"name": "site", "production_branch": "live"}),
        ({"production": environment(variables={"API": "a"}, secrets={"KEY": "s"})}, {}),
        (
            {"production": environment(variables={"API": "b"}, secrets={"NEW": "s", "KEY": "t"})},
            {"env_vars": {"API": {"type": "plain_text", "value": "b"}, "NEW": {"type": "secret_text", "value": "s"}}},
        ),
        (
            {"production": environment(secrets={"KEY": "s"}), "update_secrets": "always"},
            {"env_vars": {"KEY": {"type": "secret_text", "value": "s"}}},
        ),
        (
            {"production": environment(variables={"API": "a"}, secrets={}), "purge_variables": True},
            {"env_vars": {"OLD": None, "KEY": None}},
        ),
        ({"production": environment(variables={"API": "a"}), "purge_variables": True}, {"env_vars": {"OLD": None}}),
        (
            {"production": environment(variables={"KEY": "now"}, secrets={"API": "now"}), "purge_variables": True},
            {
                "env_vars": {
                    "KEY": {"type": "plain_text", "value": "now"},
                    "API": {"type": "secret_text", "value": "now"},
                    "OLD": None,
                }
            },
        ),
        ({"production": environment(compatibility_date="2026-02-02")}, {"compatibility_date": "2026-02-02"}),
    ],
)
def test_a_change_is_sent_and_nothing_else(options, body):
    params = asked(**options)
    sent = request(plan(STANDING, wanted(params)), params, STANDING)
    assert sent == (body if not body or "name" in body else {"deployment_configs": {"production": body}})


def test_a_new_project_is_sent_whole():
    params = asked(preview=environment(variables={"A": "1"}))
    assert request(plan({}, wanted(params)), params, {}) == {
        "name": "site",
        "deployment_configs": {"preview": {"env_vars": {"A": {"type": "plain_text", "value": "1"}}}},
    }
