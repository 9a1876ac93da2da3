# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from support.cloudflare import Cloudflare, writes


@pytest.fixture
def project(cloudflare: Cloudflare) -> Any:
    def project() -> dict[str, Any]:
        listed = cloudflare.get(f"/accounts/{cloudflare.account}/pages/projects")
        return next((one for one in listed if one["name"] == "landing"), {})

    return project


def variables(project: dict[str, Any], environment: str = "production") -> dict[str, Any]:
    return project["deployment_configs"][environment]["env_vars"] or {}


def test_lifecycle(cloudflare, project, lifecycle):
    lifecycle(
        "cloudflare_pages_project",
        present={"name": "landing", "production": {"variables": {"API": "https://api.example.org", "SIZE": 3}}},
        change={"production_branch": "live"},
        exists=lambda: bool(project()),
        changed=lambda: project()["production_branch"] == "live",
    )


def test_only_declared_variables_change_unless_purged(cloudflare, project, converges):
    converges("cloudflare_pages_project", name="landing", production={"variables": {"A": "1", "B": "2"}})
    converges("cloudflare_pages_project", name="landing", production={"variables": {"A": "3"}})
    assert {name: one["value"] for name, one in variables(project()).items()} == {"A": "3", "B": "2"}
    converges("cloudflare_pages_project", name="landing", production={"variables": {"A": "3"}}, purge_variables=True)
    assert {name: one["value"] for name, one in variables(project()).items()} == {"A": "3"}
    told = converges("cloudflare_pages_project", name="landing", preview={"compatibility_flags": ["nodejs_compat"]})
    assert told["project"]["preview"]["compatibility_flags"] == ["nodejs_compat"]
    assert set(variables(project())) == {"A"}


def test_a_secret_is_written_once_or_always_and_told_never(cloudflare, project, run_module, converges):
    options: dict[str, Any] = {"name": "landing", "production": {"secrets": {"KEY": "open-sesame"}}}
    told = converges("cloudflare_pages_project", **options)
    assert told["project"]["production"]["secrets"] == {"KEY": "there"}
    assert variables(project())["KEY"]["type"] == "secret_text"
    check = run_module("cloudflare_pages_project", check=True, **options, update_secrets="always")
    with cloudflare.recorded() as requests:
        always = run_module("cloudflare_pages_project", **options, update_secrets="always")
    assert (check["changed"], always["changed"]) == (True, True)
    assert requests[-2]["body"]["deployment_configs"]["production"]["env_vars"]["KEY"]["value"] == "open-sesame"
    assert not any("open-sesame" in str(one) for one in (told, check, always))


def test_a_name_that_pages_refuses_changes_nothing(cloudflare, run_module, project):
    refused = run_module("cloudflare_pages_project", name="Landing_Page")
    assert refused["msg"].startswith("create project Landing_Page: ")
    assert project() == {}


def test_a_plan_asks_and_does_not_write(cloudflare, run_module):
    with cloudflare.recorded() as requests:
        assert run_module("cloudflare_pages_project", check=True, name="landing")["changed"] is True
    assert writes(requests) == []


def test_a_token_that_may_not_is_told_what_it_lacks(cloudflare, run_module):
    cloudflare.control("POST", "refuse", {"status": 403, "method": "POST", "path": "*"})
    refused = run_module("cloudflare_pages_project", name="landing")
    assert refused["msg"].endswith("give the token the permission Cloudflare Pages Write")
