# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.cloudflare import Cloudflare, writes

FILES = {
    "index.html": "<h1>Shop</h1>",
    "assets/site.css": "h1 {}",
    "assets/same.css": "h1 {}",
    "_headers": "/*\n  X-Frame-Options: DENY\n",
    "_redirects": "/old / 301\n",
}


@pytest.fixture
def project(cloudflare: Cloudflare) -> str:
    projects = f"/accounts/{cloudflare.account}/pages/projects"
    cloudflare.post(projects, {"name": "landing", "production_branch": "main"})
    return f"{projects}/landing"


@pytest.fixture
def built(tmp_path: Path) -> Any:
    def built(**changed: str) -> str:
        for place, text in {**FILES, **changed}.items():
            path = tmp_path / "dist" / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return str(tmp_path / "dist")

    return built


@pytest.fixture
def visit(cloudflare: Cloudflare) -> Any:
    return lambda path="/", host="landing.pages.dev": cloudflare.request("GET", path, host=host)


def uploads(requests: list[dict[str, Any]]) -> list[int]:
    """How many files each upload had."""
    return [len(one["body"]) for one in requests if one["path"] == "/pages/assets/upload"]


def test_a_folder_is_deployed_once_and_served(cloudflare, project, built, visit, converges):
    with cloudflare.recorded() as requests:
        told = converges("cloudflare_pages_deployment", project="landing", directory=built(), commit_message="first")[
            "deployment"
        ]
    assert uploads(requests) == [2], "two files have one content"
    assert visit().body == b"<h1>Shop</h1>"
    assert visit().headers["X-Frame-Options"] == "DENY"
    assert (visit("/old").status, visit("/old").headers["Location"]) == (301, "/")
    assert visit("/assets/site.css").headers["Content-Type"].startswith("text/css")
    (deployment,) = cloudflare.get(f"{project}/deployments")
    assert (told["id"], told["branch"], told["environment"], told["status"]) == (
        deployment["id"],
        "main",
        "production",
        "success",
    )
    message = deployment["deployment_trigger"]["metadata"]["commit_message"]
    assert message == f"content-{told['digest']} first"


def test_a_plan_writes_nothing_not_even_what_is_missing(cloudflare, project, built, run_module):
    with cloudflare.recorded() as requests:
        planned = run_module("cloudflare_pages_deployment", check=True, project="landing", directory=built())
    assert planned["changed"] is True
    assert planned["diff"]["before"] == {}
    assert planned["diff"]["after"]["deployment"]["branch"] == "main"
    assert writes(requests) == []


def test_only_what_is_new_is_uploaded(cloudflare, project, built, visit, run_module, converges):
    run_module("cloudflare_pages_deployment", project="landing", directory=built())
    with cloudflare.recorded() as requests:
        converges("cloudflare_pages_deployment", project="landing", directory=built(**{"index.html": "<h1>Sale</h1>"}))
    assert uploads(requests) == [1]
    assert visit().body == b"<h1>Sale</h1>"
    with cloudflare.recorded() as requests:
        back = run_module("cloudflare_pages_deployment", project="landing", directory=built())
    assert (back["changed"], back["deployment"]["uploaded"], uploads(requests)) == (True, 0, [])
    assert visit().body == b"<h1>Shop</h1>"


@pytest.mark.parametrize("place", ["_headers", "_redirects"])
def test_rules_are_part_of_what_is_deployed(cloudflare, project, built, run_module, converges, place):
    run_module("cloudflare_pages_deployment", project="landing", directory=built())
    converges("cloudflare_pages_deployment", project="landing", directory=built(**{place: ""}))


def test_another_branch_is_a_preview(cloudflare, project, built, visit, converges, run_module):
    run_module("cloudflare_pages_deployment", project="landing", directory=built())
    sale = {"project": "landing", "branch": "summer-sale", "commit_hash": "6ef8a9f2"}
    told = converges("cloudflare_pages_deployment", **sale, directory=built(**{"index.html": "<h1>Sale</h1>"}))["deployment"]
    assert (told["environment"], told["commit_hash"]) == ("preview", "6ef8a9f2")
    assert told["aliases"] == ["https://summer-sale.landing.pages.dev"]
    assert visit(host="summer-sale.landing.pages.dev").body == b"<h1>Sale</h1>"
    assert visit().body == b"<h1>Shop</h1>"


def test_what_somebody_rolled_back_is_deployed_again(cloudflare, project, built, visit, run_module, converges):
    first = run_module("cloudflare_pages_deployment", project="landing", directory=built())["deployment"]["id"]
    sale = built(**{"index.html": "<h1>Sale</h1>"})
    run_module("cloudflare_pages_deployment", project="landing", directory=sale)
    cloudflare.post(f"{project}/deployments/{first}/rollback", {})
    assert visit().body == b"<h1>Shop</h1>"
    converges("cloudflare_pages_deployment", project="landing", directory=sale)
    assert visit().body == b"<h1>Sale</h1>"


def test_many_files_are_several_uploads(cloudflare, project, built, run_module, monkeypatch):
    from ansible_collections.groundwork.cloud.plugins.module_utils import pages

    monkeypatch.setattr(pages, "BUCKET_FILES", 3)
    directory = built(**{f"page{number}.html": f"{number}" for number in range(5)})
    with cloudflare.recorded() as requests:
        run_module("cloudflare_pages_deployment", project="landing", directory=directory)
    assert uploads(requests) == [3, 3, 1]


def test_an_upload_that_fails_inside_cloudflare_is_made_again(cloudflare, project, built, visit, run_module):
    cloudflare.control("POST", "refuse", {"status": 500, "method": "POST", "path": "/pages/assets/upload"})
    assert run_module("cloudflare_pages_deployment", project="landing", directory=built())["changed"] is True
    assert visit().status == 200


def test_files_that_could_not_be_noted_are_deployed_all_the_same(cloudflare, project, built, visit, run_module):
    cloudflare.control("POST", "refuse", {"status": 400, "method": "POST", "path": "/pages/assets/upsert-hashes"})
    assert run_module("cloudflare_pages_deployment", project="landing", directory=built())["changed"] is True
    assert visit().status == 200


def test_a_project_to_be_made_can_be_planned_for_and_not_deployed_to(cloudflare, built, run_module):
    options = {"project": "landing", "directory": built()}
    assert run_module("cloudflare_pages_deployment", check=True, **options)["changed"] is True
    refused = run_module("cloudflare_pages_deployment", **options)
    assert refused["msg"] == ("deploy to project landing: there is no such project; make it with cloudflare_pages_project first")


def test_a_folder_that_is_not_built_is_told(cloudflare, project, run_module, tmp_path):
    refused = run_module("cloudflare_pages_deployment", project="landing", directory=str(tmp_path / "dist"))
    assert refused["msg"] == f"read the site in {tmp_path}/dist: there is no such folder; build the site first"


def test_no_waiting(cloudflare, project, built, run_module):
    told = run_module("cloudflare_pages_deployment", project="landing", directory=built(), wait=False)
    assert told["changed"] is True
    assert run_module("cloudflare_pages_deployment", project="landing", directory=built())["changed"] is False
