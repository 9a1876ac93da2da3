# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Pages: projects, domains, uploads, deployments, and the sites that a visitor sees."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from cloudflare_simulator.pages.keys import digest, key
from support.cloudflare import ApiError, Cloudflare, Response

CONTENT_TYPES = {"html": "text/html", "css": "text/css", "png": "image/png"}


class Landing:
    """A Pages project, and what a client does to deploy to it."""

    def __init__(self, cloudflare: Cloudflare) -> None:
        self.cloudflare = cloudflare
        self.projects = f"/accounts/{cloudflare.account}/pages/projects"
        self.path = f"{self.projects}/landing"
        self.made = cloudflare.post(self.projects, {"name": "landing", "production_branch": "main"})

    def jwt(self) -> str:
        return str(self.cloudflare.get(f"{self.path}/upload-token")["jwt"])

    def assets(self, call: str, body: Any) -> Any:
        return self.cloudflare.call("POST", f"/pages/assets/{call}", body, Authorization=f"Bearer {self.jwt()}")["result"]

    def upload(self, files: Mapping[str, bytes]) -> dict[str, str]:
        """The manifest of files that are there now."""
        manifest = {path: key(content, path) for path, content in files.items()}
        self.assets("upload", [asset(path, content) for path, content in files.items()])
        return manifest

    def deploy(self, files: Mapping[str, bytes], **fields: str) -> Any:
        return self.send({"manifest": json.dumps(self.upload(files)), **fields})

    def send(self, fields: Mapping[str, str]) -> Any:
        lines = []
        for name, value in fields.items():
            lines += ["--limit", f'Content-Disposition: form-data; name="{name}"', "", value]
        body = "\r\n".join([*lines, "--limit--", ""]).encode()
        headers = {"Authorization": "Bearer x", "Content-Type": "multipart/form-data; boundary=limit"}
        answer = self.cloudflare.request("POST", f"/client/v4{self.path}/deployments", body, headers)
        if answer.status >= 400:
            raise ApiError(answer.status, answer.headers, answer.content)
        return answer.content["result"]

    def visit(self, path: str = "/", host: str = "landing.pages.dev", method: str = "GET", **headers: str) -> Response:
        return self.cloudflare.request(method, path, headers=headers, host=host)


def asset(path: str, content: bytes) -> dict[str, Any]:
    kind = CONTENT_TYPES[path.rpartition(".")[2]]
    value = base64.b64encode(content).decode()
    return {"key": key(content, path), "value": value, "metadata": {"contentType": kind}, "base64": True}


@pytest.fixture
def landing(cloudflare: Cloudflare) -> Landing:
    return Landing(cloudflare)


def test_a_project_lives(cloudflare: Cloudflare, landing: Landing):
    assert (landing.made["subdomain"], landing.made["domains"]) == ("landing.pages.dev", ["landing.pages.dev"])
    assert landing.made["canonical_deployment"] is None
    variables = {"API": {"type": "plain_text", "value": "https://api.example"}, "KEY": {"type": "secret_text", "value": "s3cret"}}
    cloudflare.patch(landing.path, {"deployment_configs": {"production": {"env_vars": variables}}})
    stands = cloudflare.get(landing.path)["deployment_configs"]["production"]["env_vars"]
    assert stands == {"API": variables["API"], "KEY": {"type": "secret_text", "value": ""}}, "a secret is never told"
    cloudflare.patch(landing.path, {"deployment_configs": {"production": {"env_vars": {"API": None}}}})
    assert list(cloudflare.get(landing.path)["deployment_configs"]["production"]["env_vars"]) == ["KEY"]
    assert cloudflare.patch(landing.path, {"production_branch": "live"})["production_branch"] == "live"
    assert [one["name"] for one in cloudflare.get(landing.projects)] == ["landing"]
    with pytest.raises(ApiError, match="already exists"):
        cloudflare.post(landing.projects, {"name": "landing", "production_branch": "main"})
    cloudflare.delete(landing.path)
    with pytest.raises(ApiError) as refused:
        cloudflare.get(landing.path)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "Landing", "production_branch": "main"}, "not a project's name"),
        ({"name": "site"}, "production_branch: is required"),
        ({"name": "site", "production_branch": "main", "domains": []}, "domains: unknown field"),
        ({"name": "site", "production_branch": "main", "build_config": {"command": "make"}}, "build_config.command: unknown"),
        (
            {"name": "site", "production_branch": "main", "deployment_configs": {"production": {"env_vars": {"A": "b"}}}},
            "production.env_vars.A: must be an object",
        ),
    ],
)
def test_a_project_that_is_not_valid_is_refused(cloudflare: Cloudflare, landing: Landing, body: Any, message: str):
    with pytest.raises(ApiError, match=message):
        cloudflare.post(landing.projects, body)
    assert len(cloudflare.get(landing.projects)) == 1


@pytest.mark.parametrize(
    ("length", "digested"),
    [
        (0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
        (1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"),
        (1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"),
        (1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"),
        (31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"),
    ],
)
def test_blake3(length: int, digested: str):
    """The test vectors of its authors: github.com/BLAKE3-team/BLAKE3, test_vectors.json."""
    assert digest(bytes(number % 251 for number in range(length))).hex() == digested


def test_only_what_is_missing_is_uploaded(landing: Landing):
    manifest = landing.upload({"/index.html": b"one"})
    unknown = "0" * 32
    assert landing.assets("check-missing", {"hashes": [*manifest.values(), unknown]}) == [unknown]
    assert landing.assets("upsert-hashes", {"hashes": list(manifest.values())}) is None


def test_uploads_need_a_token_of_their_own(cloudflare: Cloudflare, landing: Landing):
    head, claims, signature = landing.jwt().split(".")
    longer = {**json.loads(base64.urlsafe_b64decode(claims + "==")), "exp": 9999999999}
    forged = base64.urlsafe_b64encode(json.dumps(longer).encode()).decode().rstrip("=")
    for token in ("throw-away-token", f"{head}.{forged}.{signature}", f"{head}.{claims}.{signature[::-1]}"):
        with pytest.raises(ApiError, match="Authorization failed") as refused:
            cloudflare.call("POST", "/pages/assets/check-missing", {"hashes": []}, Authorization=f"Bearer {token}")
        assert refused.value.status == 401
        assert refused.value.content["errors"][0]["code"] == 8000013


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "short"}, "is not a key"),
        ({"value": "not base64!"}, "must be base64"),
        ({"base64": False}, "base64: must be one of True"),
        ({"metadata": {}}, "contentType: is required"),
        ({"path": "/index.html"}, "path: unknown field"),
    ],
)
def test_a_file_that_is_not_valid_is_refused(landing: Landing, change: dict[str, Any], message: str):
    with pytest.raises(ApiError, match=message):
        landing.assets("upload", [{**asset("/index.html", b"one"), **change}])


def test_a_deployment_lives(cloudflare: Cloudflare, landing: Landing):
    deployments = f"{landing.path}/deployments"
    assert landing.visit().status == 404
    first = landing.deploy({"/index.html": b"one"}, branch="main", commit_hash="a" * 40, commit_message="first")
    assert (first["environment"], first["latest_stage"]["status"]) == ("production", "active")
    assert first["deployment_trigger"]["metadata"]["commit_message"] == "first"
    assert cloudflare.get(f"{deployments}/{first['id']}")["latest_stage"]["status"] == "success"
    assert landing.visit().body == b"one"

    second = landing.deploy({"/index.html": b"two"})
    preview = landing.deploy({"/index.html": b"three"}, branch="Feature/New")
    assert (second["environment"], preview["environment"]) == ("production", "preview")
    assert landing.visit().body == b"two"
    assert landing.visit(host=f"{first['short_id']}.landing.pages.dev").body == b"one"
    assert landing.visit(host="feature-new.landing.pages.dev").body == b"three"
    assert [one["id"] for one in cloudflare.get(f"{deployments}?env=production")] == [second["id"], first["id"]]
    project = cloudflare.get(landing.path)
    assert (project["canonical_deployment"]["id"], project["latest_deployment"]["id"]) == (second["id"], preview["id"])

    cloudflare.post(f"{deployments}/{first['id']}/rollback", {})
    assert landing.visit().body == b"one"
    again = cloudflare.post(f"{deployments}/{second['id']}/retry", {})
    assert (again["id"] != second["id"], landing.visit().body) == (True, b"two")
    with pytest.raises(ApiError, match="active production deployment"):
        cloudflare.delete(f"{deployments}/{again['id']}")
    with pytest.raises(ApiError, match="without force"):
        cloudflare.delete(f"{deployments}/{preview['id']}")
    with pytest.raises(ApiError, match="Only a production deployment"):
        cloudflare.post(f"{deployments}/{preview['id']}/rollback", {})
    cloudflare.delete(f"{deployments}/{preview['id']}?force=true")
    cloudflare.delete(f"{deployments}/{first['id']}")
    assert len(cloudflare.get(deployments)) == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "manifest: is required"),
        ({"manifest": "{"}, "the manifest is not JSON"),
        ({"manifest": '{"/index.html": "00000000000000000000000000000000"}'}, "index.html of the manifest was not uploaded"),
        ({"manifest": '{"/index.html": 7}'}, "must be a string, not a number"),
        ({"manifest": '{"/index.css": "KEY"}'}, "is not the key of the content of /index.css"),
        ({"manifest": '{"index.html": "KEY"}'}, "the file index.html of the manifest was not uploaded"),
        ({"manifest": "{}", "brunch": "main"}, "brunch: unknown field"),
        ({"manifest": "{}", "commit_dirty": "maybe"}, "commit_dirty: must be one of"),
        ({"manifest": "{}", "_redirects": "/old"}, "_redirects, line 1"),
        ({"manifest": "{}", "_redirects": "/old /new 404"}, "404 is no status for /new"),
        ({"manifest": "{}", "_redirects": "/old https://elsewhere.example 200"}, "200 is no status"),
        ({"manifest": "{}", "_headers": "  X-Frame-Options: DENY"}, "_headers, line 1"),
    ],
)
def test_a_deployment_that_is_not_valid_is_refused(cloudflare: Cloudflare, landing: Landing, fields: Any, message: str):
    uploaded = landing.upload({"/index.html": b"one"})["/index.html"]
    with pytest.raises(ApiError, match=message):
        landing.send({name: value.replace("KEY", uploaded) for name, value in fields.items()})
    assert cloudflare.get(f"{landing.path}/deployments") == []


def test_a_custom_domain_is_served_when_a_cname_leads_to_it(cloudflare: Cloudflare, landing: Landing):
    landing.deploy({"/index.html": b"one"})
    zone = cloudflare.create_zone("example.org")
    domains = f"{landing.path}/domains"
    made = cloudflare.post(domains, {"name": "www.example.org"})
    assert (made["status"], made["zone_tag"]) == ("initializing", zone)
    assert cloudflare.get(f"{domains}/www.example.org")["status"] == "pending"
    assert landing.visit(host="www.example.org").status == 404

    record = {"type": "CNAME", "name": "www", "content": "landing.pages.dev", "ttl": 1, "proxied": True}
    cloudflare.post(f"/zones/{zone}/dns_records", record)
    assert cloudflare.patch(f"{domains}/www.example.org", {})["status"] == "active"
    assert landing.visit(host="www.example.org").body == b"one"
    assert cloudflare.get(landing.path)["domains"] == ["landing.pages.dev", "www.example.org"]
    with pytest.raises(ApiError, match="already added"):
        cloudflare.post(domains, {"name": "www.example.org"})
    with pytest.raises(ApiError, match="not a domain name"):
        cloudflare.post(domains, {"name": "*.example.org"})

    cloudflare.delete(f"{domains}/www.example.org")
    assert cloudflare.get(domains) == []


SITE = {
    "/index.html": b"first page",
    "/about.html": b"about",
    "/blog/index.html": b"blog",
    "/blog/404.html": b"no such post",
    "/404.html": b"no such page",
    "/css/main.css": b"body {}",
    "/docs/intro.html": b"intro",
}


@pytest.mark.parametrize(
    ("path", "status", "found"),
    [
        ("/", 200, b"first page"),
        ("/about", 200, b"about"),
        ("/blog/", 200, b"blog"),
        ("/css/main.css", 200, b"body {}"),
        ("/nothing", 404, b"no such page"),
        ("/blog/2026/nothing", 404, b"no such post"),
        ("/index.html", 308, "/"),
        ("/index", 308, "/"),
        ("/about.html", 308, "/about"),
        ("/about/", 308, "/about"),
        ("/blog", 308, "/blog/"),
        ("/blog/index.html", 308, "/blog/"),
        ("/old", 302, "/about"),
        ("/old?a=b", 302, "/about?a=b"),
        ("/posts/7/edit", 301, "https://cms.example/posts/7"),
        ("/wiki/a/b.html", 307, "/docs/a/b.html"),
        ("/manual", 200, b"intro"),
    ],
)
def test_what_a_visitor_sees(landing: Landing, path: str, status: int, found: bytes | str):
    redirects = "# old places\n/old /about\n/posts/:id/edit https://cms.example/posts/:id 301\n/wiki/* /docs/:splat 307\n"
    landing.deploy(SITE, _redirects=redirects + "/manual /docs/intro 200\n")
    answer = landing.visit(path)
    assert answer.status == status
    assert (answer.headers["Location"] if isinstance(found, str) else answer.body) == found


def test_a_site_is_reached_by_its_url_through_the_simulator_as_a_proxy(landing: Landing):
    """For a client that can name a proxy (C(http_proxy)), but no host of its own."""
    landing.deploy(SITE)
    assert landing.visit("http://landing.pages.dev/about").body == b"about"


def test_a_site_of_one_page(landing: Landing):
    """One without a 404.html answers with its first page."""
    landing.deploy({"/index.html": b"application"})
    answer = landing.visit("/users/7")
    assert (answer.status, answer.body) == (200, b"application")


def test_headers_of_a_site(landing: Landing):
    headers = """
# for all
/*
  X-Frame-Options: DENY
  X-Robots-Tag: nosnippet
/about
  X-Robots-Tag: noindex
  ! X-Content-Type-Options
/css/*
  Cache-Control: public, max-age=31556952, immutable
/docs/:page
  X-Page: :page
https://landing.pages.dev/*
  X-Origin: pages
https://:version.landing.pages.dev/*
  X-Preview: no
"""
    landing.deploy(SITE, _headers=headers)
    first, about, style = landing.visit("/"), landing.visit("/about"), landing.visit("/css/main.css")
    assert (first.headers["X-Frame-Options"], first.headers["Content-Type"]) == ("DENY", "text/html")
    assert (first.headers["X-Origin"], first.headers["Access-Control-Allow-Origin"]) == ("pages", "*")
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["X-Preview"] is None
    assert about.headers["X-Robots-Tag"] == "nosnippet, noindex"
    assert about.headers["X-Content-Type-Options"] is None
    assert style.headers["Cache-Control"] == "public, max-age=31556952, immutable"
    assert landing.visit("/docs/intro").headers["X-Page"] == "intro"


def test_a_page_that_is_known_is_not_sent_again(landing: Landing):
    landing.deploy(SITE)
    first = landing.visit("/")
    assert landing.visit("/", **{"If-None-Match": first.headers["ETag"]}).status == 304
    head = landing.visit("/", method="HEAD")
    assert (head.status, head.body, head.headers["Content-Length"]) == (200, b"", "10")
    assert landing.visit("/", method="POST").status == 405
    assert landing.visit("/", host="unknown.pages.dev").status == 404
