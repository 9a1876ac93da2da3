# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""What a visitor of a site sees: the live deployment of a project at its own and at custom domains, others at their own."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from ..answers import Answer
from ..routes import Request
from ..state import Deployment, World
from . import files
from .domains import leads_here

ALWAYS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=0, must-revalidate",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Site:
    host: str
    deployment: Deployment | None  # none, when nothing is served there


def find(world: World, host: str) -> Site | None:
    """The site at a host; none, when the host is not that of a site."""
    host = host.partition(":")[0].lower()
    for project in world.projects.values():
        live = project.deployments.get(project.live)
        if host == project.details["subdomain"]:
            return Site(host, live)
        if host in project.domains:
            return Site(host, live if leads_here(world, project, host) else None)
        for one in project.deployments.values():
            if f"https://{host}" in (one.details["url"], *one.details["aliases"]):
                return Site(host, one)
    return Site(host, None) if host.endswith(".pages.dev") else None


def answer(world: World, site: Site, request: Request) -> Answer:
    if site.deployment is None:
        return Answer(404, b"There is nothing here yet.\n", {"Content-Type": "text/plain"})
    if request.method not in ("GET", "HEAD"):
        return Answer(405, b"", {"Allow": "GET, HEAD"})
    path, moved = _redirected(site.deployment, request)
    if moved is not None:
        return moved
    given = _asset(world, site.deployment.files, path, request.headers.get("if-none-match", ""))
    return Answer(given.status, given.body, _with_rules(site, request.path, given.headers))


def _redirected(deployment: Deployment, request: Request) -> tuple[str, Answer | None]:
    """The path that is to be served, or where else to go."""
    for rule in files.redirects(deployment.redirects):
        found = rule.path.fullmatch(request.path)
        if not found:
            continue
        target = files.filled(rule.target, found)
        if rule.status == 200:
            return target, None
        query = "&".join(f"{name}={value}" if value else name for name, value in request.query.items())
        location = f"{target}?{query}" if query and "?" not in target else target
        return request.path, Answer(rule.status, b"", {"Location": location})
    return request.path, None


def _asset(world: World, manifest: Mapping[str, str], path: str, known: str) -> Answer:
    """The file at a path. A page has one address: without C(.html) or C(index)."""
    proper = _proper(manifest, path)
    if proper != path:
        return Answer(308, b"", {"Location": proper})
    file = next((one for one in (path, f"{path}.html", f"{path}index.html") if one in manifest), None)
    status = 200
    if file is None:
        file, status = _instead(manifest, path)
    if file is None:
        return Answer(404, b"", ALWAYS)
    asset = world.assets[manifest[file]]
    etag = f'"{hashlib.sha256(asset.content).hexdigest()[:32]}"'
    if status == 200 and etag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Answer(304, b"", {**ALWAYS, "ETag": etag})
    return Answer(status, asset.content, {**ALWAYS, "Content-Type": asset.content_type, "ETag": etag})


def _proper(manifest: Mapping[str, str], path: str) -> str:
    if path.endswith("/index.html") and path in manifest:
        return path.removesuffix("index.html")
    if path.endswith("/index") and f"{path}.html" in manifest:
        return path.removesuffix("index")
    if path.endswith(".html") and path in manifest:
        return path.removesuffix(".html")
    if path.endswith("/") and path != "/" and f"{path}index.html" not in manifest and f"{path[:-1]}.html" in manifest:
        return path[:-1]
    if path not in manifest and f"{path}.html" not in manifest and f"{path}/index.html" in manifest:
        return f"{path}/"
    return path


def _instead(manifest: Mapping[str, str], path: str) -> tuple[str | None, int]:
    """The nearest C(404.html) above. A site that has none is an application of one page: the first."""
    above = path
    while above:
        above = above.rpartition("/")[0]
        if f"{above}/404.html" in manifest:
            return f"{above}/404.html", 404
    return ("/index.html", 200) if "/index.html" in manifest else (None, 404)


def _with_rules(site: Site, path: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of every rule that is met: a value of our own goes, values of several rules are joined."""
    result, given = {name.lower(): (name, value) for name, value in headers.items()}, set[str]()
    assert site.deployment is not None  # noqa: S101  (asked before)
    for rule in files.header_rules(site.deployment.headers):
        found = rule.path.fullmatch(path)
        if not found or rule.host not in ("", site.host):
            continue
        for name in rule.removed:
            result.pop(name.lower(), None)
        for name, template in rule.set:
            value = files.filled(template, found)
            before = result.get(name.lower()) if name.lower() in given else None
            result[name.lower()] = (name, f"{before[1]}, {value}" if before else value)
            given.add(name.lower())
    return dict(result.values())
