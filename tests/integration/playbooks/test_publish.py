# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A release is published once, can be downloaded by a presigned URL, and nothing is published by mistake."""

from __future__ import annotations

import io
import tarfile
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.plugins.loader import lookup_loader
from support.play import Run, play

INVENTORIES = ("-i", "inventories/simple/development", "-i", "inventories/sandbox")
TAGS = {"stack": "simple", "environment": "development", "component": "artifacts"}
NAMED = ("-e", "component=web", "-e", "version=1.0.0")
KEY = "web/1.0.0.tar.gz"


def packed(archive: Path, content: str) -> str:
    with tarfile.open(archive, "w:gz") as tar:
        entry = tarfile.TarInfo("main.js")
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content.encode()))
    return str(archive)


@pytest.fixture
def bucket(aws: Any) -> str:
    s3 = aws("s3")
    s3.create_bucket(Bucket="simple-development-artifacts")
    tags = [{"Key": f"groundwork:{name}", "Value": value} for name, value in TAGS.items()]
    s3.put_bucket_tagging(Bucket="simple-development-artifacts", Tagging={"TagSet": tags})
    return "simple-development-artifacts"


@pytest.fixture
def publish(endpoint: str, tmp_path: Path) -> Callable[..., Run]:
    def run(*arguments: str) -> Run:
        return play("playbooks/publish.yml", *INVENTORIES, *arguments, endpoint=endpoint, directory=tmp_path)

    return run


def test_a_release_is_published_once(aws, aws_environment, bucket, publish, tmp_path):
    s3 = aws("s3")
    archive = ("-e", f"archive={packed(tmp_path / 'web.tar.gz', 'first')}")

    plan = publish(*NAMED, *archive, "--check", "--diff")
    assert (plan.code, plan.changed) == (0, {("web", "Release")}), plan.output
    assert KEY in plan.output
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)

    run = publish(*NAMED, *archive)
    assert (run.code, run.changed) == (0, {("web", "Release")}), run.output
    first = (tmp_path / "web.tar.gz").read_bytes()
    # As a machine gets it: by a URL, and without credentials.
    lookup = lookup_loader.get("groundwork.cloud.presigned_url")
    (url,) = lookup.run([KEY], {}, bucket=bucket, environment=aws_environment)
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == first

    again = publish(*NAMED, *archive)
    assert (again.code, again.changed) == (0, set()), again.output

    packed(tmp_path / "web.tar.gz", "second")
    refused = publish(*NAMED, *archive)
    assert (refused.code, refused.changed) == (2, set())
    assert "another content was published there" in refused.failures[0]
    assert s3.get_object(Bucket=bucket, Key=KEY)["Body"].read() == first


def test_what_is_refused_before_anything(aws, aws_environment, publish, tmp_path):
    archive = packed(tmp_path / "web.tar.gz", "first")
    (tmp_path / "web.zip").write_bytes(b"PK")
    for named, said in (
        (("-e", "component=notes", "-e", "version=1.0.0"), "-e component=web"),
        (("-e", "component=web", "-e", "version=../1"), "../1 is no version"),
        ((*NAMED, "-e", f"archive={tmp_path / 'web.zip'}"), "web.zip is no archive of an application (gzip"),
        ((*NAMED, "-e", f"archive={archive}"), "artifacts is not there yet; stand it up with site.yml first"),
    ):
        run = publish(*named)
        assert (run.code, run.changed) == (2, set()), run.output
        assert said in run.failures[0]
