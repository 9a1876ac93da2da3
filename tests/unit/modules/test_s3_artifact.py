# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.plan import plan
from ansible_collections.groundwork.cloud.plugins.modules.s3_artifact import LARGEST, ArtifactError, kept_sha256, wanted

DIGEST = hashlib.sha256(b"web")
FILE = {"bucket": "artifacts", "key": "web/1.0.0.tar.gz", "sha256": DIGEST.hexdigest(), "size": 3}


def test_a_new_artifact_is_created_and_the_same_is_no_change():
    assert plan({}, wanted(FILE, {}, "publish")).create == {"artifact": FILE}
    standing = {"artifact": dict(FILE)}
    assert not plan(standing, wanted(FILE, standing, "publish")).changed


@pytest.mark.parametrize(
    ("file", "standing", "said"),
    [
        ({"size": 0}, {}, "publish: the file has 0 bytes; an artifact has 1 to 5368709120"),
        ({"size": LARGEST + 1}, {}, "publish: the file has 5368709121 bytes"),
        (
            {"sha256": "00112233445566"},
            {"artifact": FILE},
            r"another content .*SHA-256 \w{12}, and this file has 001122334455; .* new version",
        ),
    ],
)
def test_what_is_refused(file: dict[str, Any], standing: dict[str, Any], said: str):
    with pytest.raises(ArtifactError, match=said):
        wanted({**FILE, **file}, standing, "publish")


@pytest.mark.parametrize(
    ("head", "digest"),
    [
        ({"ChecksumSHA256": base64.b64encode(DIGEST.digest()).decode()}, DIGEST.hexdigest()),
        ({"ChecksumSHA256": f"{base64.b64encode(DIGEST.digest()).decode()}-2"}, ""),
        ({"ChecksumCRC32": "emyG8Q=="}, ""),
    ],
)
def test_the_digest_that_amazon_s3_keeps(head: dict[str, str], digest: str):
    assert kept_sha256(head) == digest
