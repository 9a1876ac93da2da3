# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import API_URL, CloudflareError
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_pages_deployment import Deployment

PROJECT = "/accounts/{account}/pages/projects/{project}"


class Pages:
    """Answers as Cloudflare does, with upload tokens that last so many seconds."""

    def __init__(self, *, seconds: float = 3600, most: int = 20_000) -> None:
        self.asked: list[str] = []
        self.seconds, self.most = seconds, most

    def ask(self, doing: str, operation: str, body: Any = None, **options: Any) -> Any:
        self.asked.append(operation.replace(PROJECT, "").strip())
        if operation.endswith("upload-token"):
            told = json.dumps({"exp": time.time() + self.seconds, "max_file_count_allowed": self.most})
            return {"jwt": f"head.{base64.urlsafe_b64encode(told.encode()).decode()}.signature"}
        if operation.endswith("check-missing"):
            return body["hashes"]
        if operation == f"GET {PROJECT}":
            return {"production_branch": "live"}
        if operation == f"GET {PROJECT}/deployments":
            return []
        return {"id": "1", "latest_stage": {"name": "deploy", "status": "success"}} if "/deployments" in operation else None

    def pages(self, doing: str, operation: str, **options: Any) -> list[Any]:
        self.asked.append(operation.replace(PROJECT, "").strip())
        return []


@pytest.fixture
def deployment(tmp_path: Path) -> Any:
    (tmp_path / "index.html").write_text("hello")
    (tmp_path / "b.html").write_text("b")

    def deployment(api: Pages, branch: str | None = "preview") -> Deployment:
        rest = {"account": "a", "project": "p", "commit_hash": None, "commit_message": None, "wait": True, "wait_timeout": 1}
        params = {"api_url": API_URL, "api_token": "t", "directory": str(tmp_path), "branch": branch, **rest}
        made = Deployment(SimpleNamespace(params=params))
        made.api = api
        return made

    return deployment


@pytest.mark.parametrize(("seconds", "tokens"), [(3600, 1), (10, 4)])
def test_a_token_is_used_until_it_is_about_to_run_out(deployment, seconds, tokens):
    api = Pages(seconds=seconds)
    made = deployment(api)
    current = made.read()
    made.apply(plan(current, made.wanted(current)))
    assert api.asked.count("GET /upload-token") == tokens
    assert [one for one in api.asked if one.startswith("POST")] == [
        "POST /pages/assets/check-missing",
        "POST /pages/assets/upload",
        "POST /pages/assets/upsert-hashes",
        "POST /deployments",
    ]


def test_more_files_than_the_token_allows_are_refused_before_any_is_sent(deployment):
    api = Pages(most=1)
    made = deployment(api)
    current = made.read()
    with pytest.raises(CloudflareError, match="upload the files of project p: there are 2, and Pages takes 1; leave some out"):
        made.apply(plan(current, made.wanted(current)))
    assert not any(one.startswith("POST") for one in api.asked)


@pytest.mark.parametrize(("branch", "deployed"), [(None, "live"), ("live", "live"), ("sale", "sale")])
def test_the_branch_is_that_of_production_unless_another_is_named(deployment, branch, deployed):
    made = deployment(Pages(), branch)
    made.read()
    assert made.wanted({})["deployment"]["branch"] == deployed
