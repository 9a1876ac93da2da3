# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Pages projects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..answers import Answer, ApiError, ok
from ..fields import choice, each, either, fields, flag, integer, mapping, null_or, text
from ..routes import Request, paged, route
from ..state import Deployment, Details, Project, World, new_id, now

NAME = text(r"[a-z0-9]([a-z0-9-]{0,56}[a-z0-9])?", what="a project's name: up to 58 small letters, digits and hyphens")
BRANCH = text(r"\S+", longest=255, what="a branch")
VARIABLE = null_or(fields({"type": choice("plain_text", "secret_text"), "value": text()}))
ENVIRONMENT = fields(
    optional={
        "always_use_latest_compatibility_date": flag,
        "build_image_major_version": integer(1, 3),
        "compatibility_date": text(r"\d{4}-\d\d-\d\d", what="a date"),
        "compatibility_flags": each(text()),
        "env_vars": either(choice(None), mapping(VARIABLE)),
        "fail_open": flag,
        "usage_model": choice("standard", "bundled", "unbound"),
    }
)
BUILD = fields(
    optional={
        "build_caching": null_or(flag),
        **dict.fromkeys(
            ("build_command", "destination_dir", "root_dir", "web_analytics_tag", "web_analytics_token"), null_or(text())
        ),
    }
)
POSSIBLE = {"build_config": BUILD, "deployment_configs": fields(optional={"preview": ENVIRONMENT, "production": ENVIRONMENT})}
CREATE = fields({"name": NAME, "production_branch": BRANCH}, POSSIBLE)
EDIT = fields(optional={"production_branch": BRANCH, **POSSIBLE})


@route("GET", "/accounts/{account}/pages/projects")
def list_projects(world: World, request: Request, account: str) -> Answer:
    world.check_account(account)
    request.known_query("page", "per_page")
    return paged(request, [described(one) for one in world.projects.values()], usual=10, most=10)


@route("POST", "/accounts/{account}/pages/projects")
def create(world: World, request: Request, account: str) -> Answer:
    world.check_account(account)
    wanted = request.json(CREATE)
    if wanted["name"] in world.projects:
        raise ApiError(409, "A project with this name already exists. Choose a different project name.", 8000002)
    details = {
        "id": new_id(),
        "name": wanted["name"],
        "subdomain": f"{wanted['name']}.pages.dev",
        "created_on": now(),
        "production_branch": wanted["production_branch"],
        "production_script_name": f"pages-worker--{wanted['name']}-production",
        "preview_script_name": f"pages-worker--{wanted['name']}-preview",
        "framework": "",
        "framework_version": "",
        "uses_functions": False,
        "build_config": dict.fromkeys(
            ("build_command", "destination_dir", "root_dir", "web_analytics_tag", "web_analytics_token", "build_caching")
        ),
        "deployment_configs": {environment: _unconfigured() for environment in ("preview", "production")},
    }
    project = world.projects[wanted["name"]] = Project(details)
    _configure(project, wanted)
    return ok(described(project))


@route("GET", "/accounts/{account}/pages/projects/{project}")
def get(world: World, request: Request, account: str, project: str) -> Answer:
    return ok(described(world.project(account, project)))


@route("PATCH", "/accounts/{account}/pages/projects/{project}")
def edit(world: World, request: Request, account: str, project: str) -> Answer:
    found = world.project(account, project)
    wanted = request.json(EDIT)
    found.details |= {name: wanted[name] for name in ("production_branch",) if name in wanted}
    _configure(found, wanted)
    return ok(described(found))


@route("DELETE", "/accounts/{account}/pages/projects/{project}")
def delete(world: World, request: Request, account: str, project: str) -> Answer:
    del world.projects[world.project(account, project).name]
    return ok(None)


def described(project: Project) -> Details:
    latest = max(project.deployments.values(), key=lambda one: str(one.details["created_on"]), default=None)
    live = project.deployments.get(project.live)
    return {
        **project.details,
        "domains": [project.details["subdomain"], *project.domains],
        "deployment_configs": {name: _shown(one) for name, one in project.details["deployment_configs"].items()},
        "canonical_deployment": _details(live),
        "latest_deployment": _details(latest),
    }


def _details(deployment: Deployment | None) -> Details | None:
    return deployment.details if deployment else None


def _unconfigured() -> Details:
    return {
        "fail_open": True,
        "always_use_latest_compatibility_date": False,
        "compatibility_date": "2026-11-01",
        "compatibility_flags": [],
        "build_image_major_version": 3,
        "usage_model": "standard",
        "env_vars": None,
    }


def _configure(project: Project, wanted: Mapping[str, Any]) -> None:
    project.details["build_config"] |= wanted.get("build_config", {})
    for environment, config in wanted.get("deployment_configs", {}).items():
        stands = project.details["deployment_configs"][environment]
        variables = {**(stands["env_vars"] or {}), **(config.get("env_vars") or {})}
        # A variable that is null goes; one that is not named stays.
        stands |= config | {"env_vars": {name: value for name, value in variables.items() if value is not None} or None}


def _shown(config: Details) -> Details:
    """Secrets are never told."""
    variables = {
        name: {**variable, "value": "" if variable["type"] == "secret_text" else variable["value"]}
        for name, variable in (config["env_vars"] or {}).items()
    }
    return {**config, "env_vars": variables or None}
