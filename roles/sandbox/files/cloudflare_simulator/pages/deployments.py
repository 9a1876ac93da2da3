# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Deployments of a project by direct upload: one is the files of a manifest, with C(_headers) and C(_redirects)."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import PurePosixPath
from typing import Any

from ..answers import Answer, ApiError, missing, ok
from ..fields import choice, fields, mapping, text
from ..routes import Request, paged, route
from ..state import Deployment, Details, Project, World, now
from . import files, keys
from .assets import KEY
from .multipart import parts

STAGES = ("queued", "initialize", "clone_repo", "build", "deploy")
FORM = fields(
    {"manifest": text()},
    {
        "branch": text(r"\S+", longest=255, what="a branch"),
        "commit_hash": text(r"[0-9a-f]{0,40}", what="a commit"),
        "commit_message": text(),
        "commit_dirty": choice("true", "false"),
        "pages_build_output_dir": text(),
        "wrangler_config_hash": text(),
        "_headers": text(),
        "_redirects": text(),
    },
)


@route("GET", "/accounts/{account}/pages/projects/{project}/deployments")
def list_deployments(world: World, request: Request, account: str, project: str) -> Answer:
    request.known_query("env", "page", "per_page")
    wanted = request.query.get("env")
    found = [_looked_at(one) for one in world.project(account, project).deployments.values()]
    found = [one for one in found if wanted in (None, one["environment"])]
    return paged(request, list(reversed(found)), usual=25, most=25)


@route("POST", "/accounts/{account}/pages/projects/{project}/deployments")
def create(world: World, request: Request, account: str, project: str) -> Answer:
    found = world.project(account, project)
    form = parts(request.headers.get("content-type", ""), request.body)
    sent = {name: value.decode(errors="replace") for name, value in form.items()}
    FORM(sent, "")
    try:
        manifest = json.loads(sent["manifest"])
    except ValueError as error:
        raise ApiError(400, f"the manifest is not JSON: {error}", 8000096) from error
    mapping(KEY)(manifest, "manifest")
    for path, key in manifest.items():
        if not path.startswith("/") or key not in world.assets:
            raise ApiError(400, f"the file {path} of the manifest was not uploaded", 8000096)
        _prove(world, path, key)
    files.header_rules(sent.get("_headers", ""))
    files.redirects(sent.get("_redirects", ""))
    commit = {"hash": sent.get("commit_hash", ""), "message": sent.get("commit_message", "")}
    branch = sent.get("branch") or found.details["production_branch"]
    details = _describe(found, branch, sent.get("commit_dirty") == "true", commit)
    return ok(_deploy(found, Deployment(details, manifest, sent.get("_headers", ""), sent.get("_redirects", ""))))


@route("GET", "/accounts/{account}/pages/projects/{project}/deployments/{deployment}")
def get(world: World, request: Request, account: str, project: str, deployment: str) -> Answer:
    return ok(_looked_at(_find(world.project(account, project), deployment)))


@route("DELETE", "/accounts/{account}/pages/projects/{project}/deployments/{deployment}")
def delete(world: World, request: Request, account: str, project: str, deployment: str) -> Answer:
    request.known_query("force")
    found = world.project(account, project)
    if _find(found, deployment).details["id"] == found.live:
        raise ApiError(400, "Cannot delete the active production deployment.", 8000034)
    if found.deployments[deployment].details["aliases"] and request.query.get("force") != "true":
        raise ApiError(400, "Cannot delete aliased deployment without force.", 8000035)
    del found.deployments[deployment]
    return ok(None)


@route("POST", "/accounts/{account}/pages/projects/{project}/deployments/{deployment}/retry")
def retry(world: World, request: Request, account: str, project: str, deployment: str) -> Answer:
    found = world.project(account, project)
    former = _find(found, deployment)
    known = former.details["deployment_trigger"]["metadata"]
    commit = {"hash": known["commit_hash"], "message": known["commit_message"]}
    details = _describe(found, known["branch"], known["commit_dirty"], commit)
    return ok(_deploy(found, Deployment(details, former.files, former.headers, former.redirects)))


@route("POST", "/accounts/{account}/pages/projects/{project}/deployments/{deployment}/rollback")
def roll_back(world: World, request: Request, account: str, project: str, deployment: str) -> Answer:
    found = world.project(account, project)
    former = _find(found, deployment)
    if former.details["environment"] != "production":
        raise ApiError(400, "Only a production deployment can be rolled back to.", 8000039)
    found.live = deployment
    return ok(former.details)


def _prove(world: World, path: str, key: str) -> None:
    """That the key is that of the file, which is more than Cloudflare is known to do; once for each."""
    named = (key, PurePosixPath(path).suffix)
    if named not in world.proven:
        if not keys.is_key(key, world.assets[key].content, path):
            raise ApiError(400, f"{key} is not the key of the content of {path}", 8000096)
        world.proven.add(named)


def _deploy(project: Project, deployment: Deployment) -> Details:
    details = deployment.details
    project.deployments[details["id"]] = deployment
    if details["environment"] == "production":
        project.live = details["id"]
    for alias in details["aliases"]:
        for other in project.deployments.values():
            if other is not deployment and alias in other.details["aliases"]:
                other.details["aliases"] = []
    return details


def _describe(project: Project, branch: str, dirty: bool, commit: Details) -> Details:
    identifier, made = str(uuid.uuid4()), now()
    subdomain, is_production = project.details["subdomain"], branch == project.details["production_branch"]
    alias = re.sub(r"[^a-z0-9]+", "-", branch.lower())[:28].strip("-")
    stages = [
        {"name": name, "started_on": made, "ended_on": None if name == "deploy" else made, "status": "success"} for name in STAGES
    ]
    stages[-1]["status"] = "active"
    return {
        "id": identifier,
        "short_id": identifier[:8],
        "project_id": project.details["id"],
        "project_name": project.name,
        "environment": "production" if is_production else "preview",
        "url": f"https://{identifier[:8]}.{subdomain}",
        "aliases": [] if is_production else [f"https://{alias}.{subdomain}"],
        "created_on": made,
        "modified_on": made,
        "latest_stage": stages[-1],
        "stages": stages,
        "deployment_trigger": {
            "type": "ad_hoc",
            "metadata": {
                "branch": branch,
                "commit_hash": commit["hash"],
                "commit_message": commit["message"],
                "commit_dirty": dirty,
            },
        },
        "build_config": dict(project.details["build_config"]),
        "env_vars": None,
        "source": _no_source(project),
        "is_skipped": False,
        "uses_functions": False,
    }


def _no_source(project: Project) -> Details:
    """What stands where a repository would: the official client takes no deployment without."""
    names = ("owner", "owner_id", "repo_id", "repo_name")
    lists = ("path_excludes", "path_includes", "preview_branch_excludes", "preview_branch_includes")
    flags = ("deployments_enabled", "pr_comments_enabled", "production_deployments_enabled")
    config: dict[str, Any] = {**dict.fromkeys(names, ""), **{name: [] for name in lists}, **dict.fromkeys(flags, False)}
    branch = {"preview_deployment_setting": "none", "production_branch": project.details["production_branch"]}
    return {"type": "github", "config": config | branch}


def _looked_at(deployment: Deployment) -> Details:
    """It is done when it is asked for."""
    stage = deployment.details["latest_stage"]
    if stage["status"] == "active":
        stage |= {"status": "success", "ended_on": now()}
        deployment.details["modified_on"] = stage["ended_on"]
    return deployment.details


def _find(project: Project, deployment: str) -> Deployment:
    if deployment not in project.deployments:
        raise missing(f"deployment {deployment}", 8000009)
    return project.deployments[deployment]
