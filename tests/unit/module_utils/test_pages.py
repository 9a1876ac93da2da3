# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils import pages
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import CloudflareError
from ansible_collections.groundwork.cloud.plugins.module_utils.pages import (
    File,
    buckets,
    claims,
    described,
    key,
    message,
    served,
    site,
    status,
)

DIGEST = "ab" * 32


def built(folder: Path, **files: str) -> Path:
    for place, text in files.items():
        path = folder / place.replace("__", "/").replace("DOT", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("name", "called"), [("logo.png", "2082190357cfd3617ccfe04f340c6247"), ("logo.txt", "1a98fb08af91aca4a7df1764a2c4ddb0")]
)
def test_a_file_is_called_what_wrangler_calls_it(name, called):
    """These are of wrangler's own tests."""
    assert key(b"foobar", name) == called


def test_a_name_without_an_ending_is_no_ending():
    assert key(b"", ".html") == key(b"", "html") != key(b"", "a.html")


def test_a_site_is_its_files_and_the_rules_beside_them(tmp_path):
    built(tmp_path, indexDOThtml="a", assets__aDOTcss="b", _headers="/*", _redirects="/a /b", functions__xDOTjs="c")
    built(tmp_path, DOTDS_Store="d", node_modules__x="e", assets__DOTgit__x="f", assets__functions__ok="g", assets___headers="h")
    made = site(tmp_path)
    assert set(made.manifest) == {"/index.html", "/assets/a.css", "/assets/functions/ok", "/assets/_headers"}
    assert made.rules == {"_headers": b"/*", "_redirects": b"/a /b"}
    assert made.manifest["/index.html"] == key(b"a", "index.html")


def test_the_digest_is_of_all_that_is_deployed(tmp_path):
    first = site(built(tmp_path, a="1", b="2")).digest
    assert site(built(tmp_path, a="1")).digest == first
    digests = {
        first,
        site(built(tmp_path, b="3")).digest,
        site(built(tmp_path, _headers="/*")).digest,
        site(built(tmp_path, c="")).digest,
    }
    assert len(digests) == 4


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "it is empty; build the site first"),
        ({"_headers": "/*"}, "it is empty"),
        ({"a": "1", "_workerDOTjs": "x"}, r"it has functions \(_worker.js\), and this uploads files alone"),
        ({"a": "1", "big": "12345"}, "big has 5 bytes, and Pages takes 4; put it into a bucket"),
    ],
)
def test_what_pages_would_refuse_is_refused(tmp_path, monkeypatch, files, said):
    monkeypatch.setattr(pages, "LARGEST_FILE", 4)
    with pytest.raises(CloudflareError, match=f"read the site in {tmp_path}: {said}"):
        site(built(tmp_path, **files))


def test_a_folder_that_is_not_there_is_to_be_built(tmp_path):
    with pytest.raises(CloudflareError, match="there is no such folder; build the site first"):
        site(tmp_path / "dist")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html"),
        ("a.woff2", "font/woff2"),
        ("a.webmanifest", "application/manifest+json"),
        ("README", "application/octet-stream"),
    ],
)
def test_an_asset_has_its_content_and_type(tmp_path, name, kind):
    (tmp_path / name).write_bytes(b"hi")
    assert File(tmp_path / name, "k", 2).asset() == {
        "key": "k",
        "value": "aGk=",
        "metadata": {"contentType": kind},
        "base64": True,
    }


@pytest.mark.parametrize(
    ("sizes", "portions"),
    [
        ([], []),
        ([1, 2, 3], [[3, 2, 1]]),
        ([6, 6, 4], [[6], [6, 4]]),
        ([1, 1, 1, 1, 1], [[1, 1, 1, 1], [1]]),
    ],
)
def test_portions_of_an_upload(monkeypatch, sizes, portions):
    monkeypatch.setattr(pages, "BUCKET_BYTES", 10)
    monkeypatch.setattr(pages, "BUCKET_FILES", 4)
    made = buckets(File(Path(), str(number), size) for number, size in enumerate(sizes))
    assert [[file.size for file in bucket] for bucket in made] == portions


def jwt(told: Any) -> str:
    return f"head.{base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip('=')}.signature"


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (jwt({"exp": 12, "max_file_count_allowed": 5}), {"exp": 12, "max_file_count_allowed": 5}),
        (jwt([1]), {}),
        ("", {}),
        ("a.b.c", {}),
        ("a.!!!!.c", {}),
    ],
)
def test_claims(token, told):
    assert claims(token) == told


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (None, f"content-{DIGEST}"),
        ("Summer sale", f"content-{DIGEST} Summer sale"),
        ("x" * 400, f"content-{DIGEST} {'x' * 311}"),
        ("é" * 200, f"content-{DIGEST} {'é' * 155}"),
    ],
)
def test_a_message_begins_with_what_was_deployed(text, whole):
    assert message(DIGEST, text) == whole


def deployment(
    number: int, branch: str = "main", state: str = "success", stage: str = "deploy", **metadata: Any
) -> dict[str, Any]:
    trigger = {"metadata": {"branch": branch, "commit_message": f"content-{DIGEST} x", **metadata}}
    return {"id": str(number), "deployment_trigger": trigger, "latest_stage": {"name": stage, "status": state}}


def test_described():
    full = {**deployment(1, commit_hash="c"), "url": "u", "aliases": ["a"], "environment": "preview"}
    told = {"id": "1", "branch": "main", "digest": DIGEST, "status": "success"}
    assert described(full) == {**told, "url": "u", "aliases": ["a"], "environment": "preview", "commit_hash": "c"}
    rest = {"url": "", "aliases": [], "environment": "", "branch": "", "commit_hash": "", "digest": "", "status": "idle"}
    assert described({"id": "1"}) == {"id": "1", **rest}
    assert described(deployment(1, commit_message="by hand"))["digest"] == ""


@pytest.mark.parametrize(
    ("stage", "state", "told"),
    [
        ("deploy", "success", "success"),
        ("build", "success", "active"),
        ("queued", "idle", "idle"),
        ("build", "failure", "failure"),
        ("deploy", "active", "active"),
    ],
)
def test_a_deployment_is_ready_after_its_last_stage(stage, state, told):
    assert status({"latest_stage": {"name": stage, "status": state}}) == told


@pytest.mark.parametrize(
    ("deployments", "canonical", "shown"),
    [
        ([], None, None),
        ([deployment(2), deployment(1)], None, "2"),
        ([deployment(2, state="failure"), deployment(1)], None, "1"),
        ([deployment(2, "other"), deployment(1)], None, "1"),
        ([deployment(2, state="active"), deployment(1)], deployment(1), "2"),
        ([deployment(2), deployment(1)], deployment(1), "1"),
        ([deployment(1, state="failure")], None, None),
    ],
)
def test_what_a_branch_shows(deployments, canonical, shown):
    assert served(deployments, canonical, "main").get("id") == shown
