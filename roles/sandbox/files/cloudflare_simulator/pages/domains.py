# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Domains of a project. One is active as soon as a CNAME in a zone of the account leads to the project."""

from __future__ import annotations

from ..answers import Answer, ApiError, missing, ok
from ..fields import fields, text
from ..routes import Request, route
from ..state import Details, Project, World, new_id, now

NAME = text(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", longest=253, what="a domain name")


@route("GET", "/accounts/{account}/pages/projects/{project}/domains")
def list_domains(world: World, request: Request, account: str, project: str) -> Answer:
    found = world.project(account, project)
    listed = [_looked_at(world, found, name) for name in found.domains]
    return ok(listed, {"page": 1, "per_page": 100, "count": len(listed), "total_count": len(listed), "total_pages": 1})


@route("POST", "/accounts/{account}/pages/projects/{project}/domains")
def create(world: World, request: Request, account: str, project: str) -> Answer:
    found = world.project(account, project)
    name = request.json(fields({"name": NAME}))["name"]
    if any(name in one.domains for one in world.projects.values()):
        raise ApiError(400, "You have already added this custom domain.", 8000018)
    zone = world.zone_of(name)
    identifier = new_id()
    found.domains[name] = {
        "id": identifier,
        "domain_id": new_id(),
        "name": name,
        "status": "initializing",
        "certificate_authority": "google",
        "validation_data": {"method": "http", "status": "initializing"},
        "verification_data": {"status": "pending"},
        "zone_tag": zone.details["id"] if zone else "",
        "created_on": now(),
    }
    return ok(found.domains[name])


@route("GET", "/accounts/{account}/pages/projects/{project}/domains/{domain}")
def get(world: World, request: Request, account: str, project: str, domain: str) -> Answer:
    return ok(_looked_at(world, world.project(account, project), domain))


@route("PATCH", "/accounts/{account}/pages/projects/{project}/domains/{domain}")
def validate_again(world: World, request: Request, account: str, project: str, domain: str) -> Answer:
    request.json(fields())
    return ok(_looked_at(world, world.project(account, project), domain))


@route("DELETE", "/accounts/{account}/pages/projects/{project}/domains/{domain}")
def delete(world: World, request: Request, account: str, project: str, domain: str) -> Answer:
    found = world.project(account, project)
    _find(found, domain)
    del found.domains[domain]
    return ok(None)


def leads_here(world: World, project: Project, name: str) -> bool:
    zone = world.zone_of(name)
    records = zone.records.values() if zone else []
    return any((one["type"], one["name"], one["content"]) == ("CNAME", name, project.details["subdomain"]) for one in records)


def _looked_at(world: World, project: Project, name: str) -> Details:
    status = "active" if leads_here(world, project, name) else "pending"
    domain = _find(project, name)
    domain |= {"status": status, "validation_data": {"method": "http", "status": status}, "verification_data": {"status": status}}
    return domain


def _find(project: Project, name: str) -> Details:
    if name not in project.domains:
        raise missing(f"domain {name}", 8000021)
    return project.domains[name]
