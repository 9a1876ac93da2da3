# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.groundwork.cloud.plugins.module_utils.cloudflare import CloudflareError
from ansible_collections.groundwork.cloud.plugins.modules.cloudflare_origin_certificate import (
    check,
    described,
    meant,
    moment,
    usable,
)

NAMES = ["example.org", "*.example.org"]
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def asked(**options: Any) -> dict[str, Any]:
    rest = {"csr": "CSR", "request_type": "origin-rsa", "validity": 90, "renew_before": 30, "state": "present"}
    return {"hostnames": NAMES, **rest, **options}


def signed(number: int, expires: str = "2027-01-01T00:00:00Z", **more: Any) -> dict[str, Any]:
    made = {"id": str(number), "hostnames": NAMES, "expires_on": expires, "request_type": "origin-rsa", "csr": "CSR\n"}
    return {**made, **more}


@pytest.mark.parametrize("text", ["2041-11-17T12:00:00Z", "2041-11-17T12:00:00.12345Z", "2041-11-17 12:00:00 +0000 UTC"])
def test_cloudflare_tells_times_in_two_ways(text):
    assert moment(text) == datetime(2041, 11, 17, 12, tzinfo=UTC)


def test_described():
    assert described(signed(1, certificate="PEM")) == {
        "id": "1",
        "certificate": "PEM",
        "hostnames": ["*.example.org", "example.org"],
        "request_type": "origin-rsa",
        "csr": "CSR\n",
        "expires_on": "2027-01-01T00:00:00+00:00",
    }
    bare = described({"id": "1", "expires_on": "2027-01-01T00:00:00Z"})
    assert (bare["certificate"], bare["hostnames"], bare["request_type"], bare["csr"]) == ("", [], "", "")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"hostnames": []}, "plan the certificate: it has no hostnames; give it one"),
        ({"csr": None}, r"plan the certificate of \*.example.org, example.org: csr is missing; make a key and a request"),
        ({"validity": 30}, "it is valid for 30 days and would be renewed 30 days before that; lower renew_before"),
    ],
)
def test_what_can_not_be_is_refused(options, said):
    with pytest.raises(CloudflareError, match=said):
        check(asked(**options))


@pytest.mark.parametrize("options", [{}, {"state": "absent", "csr": None}])
def test_what_can_be_passes(options):
    check(asked(**options))


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ({}, ["2", "1", "5"]),
        ({"csr": None}, ["2", "1", "3", "5"]),
        ({"csr": " CSR "}, ["2", "1", "5"]),
        ({"hostnames": ["*.Example.org", "example.org."]}, ["2", "1", "5"]),
        ({"hostnames": ["example.org"]}, ["4"]),
    ],
)
def test_a_certificate_is_of_all_names_and_the_request(options, ids):
    certificates = [
        signed(1),
        signed(2, "2028-01-01 00:00:00 +0000 UTC"),
        signed(3, csr="other"),
        signed(4, hostnames=["example.org"]),
        signed(5, "2026-12-01T00:00:00Z", csr=None),
    ]
    assert [one["id"] for one in meant(certificates, asked(**options))] == ids


@pytest.mark.parametrize(
    ("certificates", "options", "found"),
    [
        ([signed(1)], {}, "1"),
        ([signed(1, "2026-11-20T00:00:00Z")], {}, None),
        ([signed(1, "2026-11-20T00:00:00Z")], {"renew_before": 5}, "1"),
        ([signed(1)], {"request_type": "origin-ecc"}, None),
        ([signed(1, request_type="origin-ecc"), signed(2)], {}, "2"),
        ([], {}, None),
    ],
)
def test_one_that_expires_soon_is_not_usable(certificates, options, found):
    assert (usable(map(described, certificates), asked(**options), NOW) or {}).get("id") == found
