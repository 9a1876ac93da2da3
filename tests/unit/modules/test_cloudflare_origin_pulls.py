# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import CloudflareError
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_origin_pulls import described, pem, wanted


def asked(**options: Any) -> dict[str, Any]:
    rest = {"enabled": None, "certificate": None, "private_key": None, "purge": False, "state": "present"}
    return {**rest, **options}


def there(number: int, text: str, status: str = "active") -> dict[str, Any]:
    return {"id": str(number), "certificate": text, "status": status, "expires_on": "2027", "issuer": "us"}


CURRENT = {"origin_pulls": {"enabled": True}, "certificate": {"id": "1"}, "certificate 2": {"id": "2"}}


def test_white_space_does_not_make_another_certificate():
    assert pem("\n A \r\nB\n\n") == pem("A\nB") == "A\nB"


def test_the_declared_certificate_is_told_from_others_and_what_is_going_is_gone():
    listed = [there(1, "A\nB\n"), there(2, "C"), there(3, "D", "pending_deletion"), there(4, "A\nB", "deleted")]
    known = {"status": "active", "expires_on": "2027"}
    assert described(listed, "A\nB") == {
        "certificate": {"id": "1", "certificate": "A\nB", **known},
        "certificate 2": {"id": "2", "certificate": "C", **known},
    }
    assert set(described(listed, None)) == {"certificate 1", "certificate 2"}


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({}, {}),
        ({"enabled": False}, {"origin_pulls": {"enabled": False}}),
        ({"certificate": "A "}, {"certificate": {"certificate": "A"}}),
        ({"purge": True}, {"certificate 2": None}),
        ({"state": "absent"}, {"origin_pulls": {"enabled": False}, "certificate": None}),
        ({"state": "absent", "purge": True}, {"origin_pulls": {"enabled": False}, "certificate": None, "certificate 2": None}),
    ],
)
def test_only_what_was_said_is_wanted(options, parts):
    assert wanted(asked(**options), CURRENT) == parts


def test_a_new_certificate_has_its_key():
    with pytest.raises(CloudflareError, match="upload the client certificate: private_key is missing"):
        wanted(asked(certificate="A"), {"origin_pulls": {"enabled": True}})
    assert wanted(asked(certificate="A", private_key="K"), {}) == {"certificate": {"certificate": "A"}}
