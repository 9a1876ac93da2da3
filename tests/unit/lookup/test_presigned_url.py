# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import importlib
import os
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible.errors import AnsibleLookupError
from ansible.plugins.loader import lookup_loader

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "hidden"}
STACK = {**KEYS, "AWS_REGION": "sa-east-1"}


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No credentials but those that a test gives."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))


def urls(*keys: str, **options: Any) -> list[str]:
    plugin = lookup_loader.get("groundwork.cloud.presigned_url")
    return plugin.run(list(keys), {}, **{"bucket": "artifacts", "environment": STACK, **options})


def test_each_key_has_a_url_signed_by_version_4():
    first, second = urls("web/1.0.0.tar.gz", "a b/ü.txt")
    parts, query = urlsplit(first), parse_qs(urlsplit(first).query)
    assert (parts.scheme, parts.netloc, parts.path) == ("https", "artifacts.s3.sa-east-1.amazonaws.com", "/web/1.0.0.tar.gz")
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Credential"][0].startswith("AKIDEXAMPLE/")
    assert query["X-Amz-Credential"][0].endswith("/sa-east-1/s3/aws4_request")
    assert query["X-Amz-Expires"] == ["900"]
    assert "X-Amz-Security-Token" not in query
    assert "hidden" not in first
    assert urlsplit(second).path == "/a%20b/%C3%BC.txt"


def test_the_environment_says_how_aws_is_reached_and_for_no_longer():
    before = dict(os.environ)
    token = {"AWS_SESSION_TOKEN": "session", "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    (url,) = urls("a", environment={**STACK, **token}, expires_seconds=60)
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("http://127.0.0.1:4566/artifacts/a?")
    assert (query["X-Amz-Security-Token"], query["X-Amz-Expires"]) == (["session"], ["60"])
    assert dict(os.environ) == before


def test_what_the_environment_leaves_open_is_the_user_s_own(monkeypatch):
    for name, value in STACK.items():
        monkeypatch.setenv(name, value)
    (url,) = urls("a", environment={"AWS_REGION": "us-east-1"})
    assert urlsplit(url).netloc == "artifacts.s3.us-east-1.amazonaws.com"
    assert parse_qs(urlsplit(url).query)["X-Amz-Credential"][0].endswith("/us-east-1/s3/aws4_request")


@pytest.mark.parametrize(
    ("keys", "options", "said"),
    [
        (["a"], {"expires_seconds": 0}, "expires_seconds is 0; give 1 to 604800"),
        (["a"], {"expires_seconds": 604801}, "expires_seconds is 604801"),
        (["a", ""], {}, "a key is empty"),
        (["a"], {"environment": {"AWS_REGION": "us-east-1"}}, "sign a URL of artifacts: Unable to locate credentials"),
        (["a"], {"environment": {**STACK, "AWS_PROFILE": "nobody"}}, r"could not be found; check AWS_REGION and the credentials"),
        (["a"], {"bucket": "not a bucket"}, "Invalid bucket name"),
    ],
)
def test_what_is_refused(keys: list[str], options: dict[str, Any], said: str):
    before = dict(os.environ)
    with pytest.raises(AnsibleLookupError, match=said):
        urls(*keys, **options)
    assert dict(os.environ) == before


def test_a_controller_without_boto3_is_told_so(monkeypatch):
    module = sys.modules[type(lookup_loader.get("groundwork.cloud.presigned_url")).__module__]
    monkeypatch.setitem(sys.modules, "boto3", None)
    importlib.reload(module)
    with pytest.raises(AnsibleLookupError, match="sign a URL of artifacts: boto3 is missing here; install it"):
        module.presigned_urls(["a"], "artifacts", STACK, 60)
    monkeypatch.undo()
    importlib.reload(module)
