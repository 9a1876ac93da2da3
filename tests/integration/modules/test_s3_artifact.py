# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.s3_artifact import Artifact
from support.emulator import recorded

WHERE = {"bucket": "artifacts", "key": "web/1.0.0.tar.gz"}


@pytest.fixture
def content(aws: Any) -> Callable[[], bytes | None]:
    """What is published; makes the bucket."""
    s3 = aws("s3")
    s3.create_bucket(Bucket=WHERE["bucket"])

    def read() -> bytes | None:
        try:
            body: bytes = s3.get_object(Bucket=WHERE["bucket"], Key=WHERE["key"])["Body"].read()
        except s3.exceptions.NoSuchKey:
            return None
        return body

    return read


@pytest.fixture
def src(tmp_path: Path) -> Path:
    (tmp_path / "web.tar.gz").write_bytes(b"one")
    return tmp_path / "web.tar.gz"


def test_it_is_published_once(content, run_module, src):
    for check, change, stands in ((True, True, None), (False, True, b"one"), (True, False, b"one"), (False, False, b"one")):
        result = run_module("s3_artifact", check=check, **WHERE, src=str(src))
        assert (result.get("msg"), result["changed"]) == (None, change)
        assert bool(result["diff"]["after"]) is change
        assert content() == stands
        assert result["artifact"]["size"] == 3


def test_without_a_file_it_says_whether_it_is_published(content, run_module, src):
    missing = run_module("s3_artifact", **WHERE)
    assert missing["msg"] == "find s3://artifacts/web/1.0.0.tar.gz: nothing is published there; publish it with src"
    published = run_module("s3_artifact", **WHERE, src=str(src))["artifact"]
    found = run_module("s3_artifact", **WHERE)
    assert (found["changed"], found["artifact"]) == (False, published)


def test_amazon_s3_keeps_the_digest_so_that_the_content_is_not_read(content, endpoint, run_module, src):
    run_module("s3_artifact", **WHERE, src=str(src))
    with recorded(endpoint) as asked:
        assert run_module("s3_artifact", **WHERE, src=str(src))["changed"] is False
    assert [call.partition(" ")[0] for call in asked] == ["s3:HEAD"]


@pytest.mark.parametrize("check", [True, False])
def test_another_content_is_refused(content, run_module, src, check):
    run_module("s3_artifact", **WHERE, src=str(src))
    src.write_bytes(b"two")
    refused = run_module("s3_artifact", check=check, **WHERE, src=str(src))
    assert refused["failed"] is True
    assert "web.tar.gz as s3://artifacts/web/1.0.0.tar.gz: another content was published there" in refused["msg"]
    assert refused["msg"].endswith("publish this under a new version")
    assert content() == b"one"


def test_what_something_else_has_put_is_compared_by_its_content(aws, content, run_module, src):
    aws("s3").put_object(Bucket=WHERE["bucket"], Key=WHERE["key"], Body=b"one")
    assert run_module("s3_artifact", **WHERE, src=str(src))["changed"] is False
    aws("s3").put_object(Bucket=WHERE["bucket"], Key=WHERE["key"], Body=b"two")
    assert "another content" in run_module("s3_artifact", **WHERE, src=str(src))["msg"]


def test_who_publishes_at_the_same_time_does_not_win_over_the_first(aws, content, run_module, src, monkeypatch):
    wanted = Artifact.wanted

    def meanwhile(artifact: Artifact, current: Any) -> dict[str, Any]:
        aws("s3").put_object(Bucket=WHERE["bucket"], Key=WHERE["key"], Body=b"first")
        return wanted(artifact, current)

    monkeypatch.setattr(Artifact, "wanted", meanwhile)
    refused = run_module("s3_artifact", **WHERE, src=str(src))
    assert "something was published there meanwhile; run again to compare" in refused["msg"]
    assert content() == b"first"


def test_a_file_or_a_bucket_that_is_not_there(content, run_module, src, tmp_path):
    missing = run_module("s3_artifact", check=True, **WHERE, src=str(tmp_path / "none"))
    assert missing["msg"].endswith("the file can't be read: No such file or directory; build it first")
    nowhere = run_module("s3_artifact", bucket="nobody-s-bucket", key="a", src=str(src))
    assert "NoSuchBucket" in nowhere["msg"]
