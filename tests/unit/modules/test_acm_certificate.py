# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

import pytest
from ansible_collections.groundwork.cloud.plugins.modules.acm_certificate import (
    CertificateError,
    chosen,
    described,
    kept,
    names,
    status,
    waits,
    wanted,
)

PARAMS = {
    "state": "present",
    "name": "shop-test-site",
    "domain_name": "example.org",
    "subject_alternative_names": None,
    "key_algorithm": None,
    "hosted_zone": None,
    "keep_records": False,
    "purge_superseded": False,
    "wait": None,
    "tags": None,
    "purge_tags": False,
}
ONE = {
    "arn": "one",
    "status": "ISSUED",
    "subject_alternative_names": ["example.org", "www.example.org"],
    "key_algorithm": "RSA_2048",
    "created": 1,
}
RECORD = {"name": "_a.example.org.", "type": "CNAME", "value": "_b.acm-validations.aws."}


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        (None, None),
        ([], ["example.org"]),
        (["WWW.example.org", "example.org"], ["example.org", "www.example.org"]),
    ],
)
def test_names(others, expected):
    assert names({**PARAMS, "subject_alternative_names": others}) == expected


@pytest.mark.parametrize(
    ("options", "certificates", "expected"),
    [
        ({}, [], None),
        ({}, [ONE], "one"),
        ({"subject_alternative_names": ["www.example.org"]}, [ONE], "one"),
        ({"subject_alternative_names": []}, [ONE], None),
        ({"key_algorithm": "EC_prime256v1"}, [ONE], None),
        ({}, [{**ONE, "status": "FAILED"}], None),
        ({}, [{**ONE, "status": "EXPIRED"}], None),
        ({}, [ONE, {**ONE, "arn": "two", "created": 2}], "two"),
        ({}, [ONE, {**ONE, "arn": "two", "created": 2, "status": "PENDING_VALIDATION"}], "one"),
    ],
)
def test_chosen(options, certificates, expected):
    found = chosen(certificates, {**PARAMS, **options})
    assert (found and found["arn"]) == expected


@pytest.mark.parametrize(
    ("wait", "zone", "expected"),
    [(None, None, False), (None, "example.org", True), (True, None, True), (False, "example.org", False)],
)
def test_waits_where_the_records_are_written(wait, zone, expected):
    assert waits({"wait": wait, "hosted_zone": zone}) is expected


@pytest.mark.parametrize(
    ("one", "purge", "stays"),
    [
        ({"status": "ISSUED", "in_use_by": []}, False, True),
        ({"status": "ISSUED", "in_use_by": []}, True, False),
        ({"status": "ISSUED", "in_use_by": ["alb"]}, True, True),
        ({"status": "FAILED", "in_use_by": []}, False, False),
        ({"status": "VALIDATION_TIMED_OUT", "in_use_by": []}, False, False),
        ({"status": "EXPIRED", "in_use_by": ["alb"]}, True, True),
    ],
)
def test_kept(one, purge, stays):
    assert bool(kept({"old": one}, purge)) is stays


@pytest.mark.parametrize(
    ("options", "current", "expected"),
    [
        ({"state": "absent"}, {}, {"certificate": None, "superseded": None, "zone_records": None}),
        ({"state": "absent", "keep_records": True}, {}, {"certificate": None, "superseded": None}),
        ({}, {}, {"certificate": {"name": "shop-test-site", "domain_name": "example.org"}, "superseded": None}),
        (
            {"hosted_zone": "Z1", "tags": {"a": 1}},
            {"certificate": {"validation_records": [RECORD]}},
            {
                "certificate": {"name": "shop-test-site", "domain_name": "example.org", "status": "ISSUED"},
                "zone_records": {"_a.example.org.": "_b.acm-validations.aws."},
                "tags": {"a": "1", "Name": "shop-test-site"},
                "superseded": None,
            },
        ),
    ],
)
def test_wanted(options, current, expected):
    assert wanted({**PARAMS, **options}, current) == expected


def test_the_tag_name_is_the_name():
    with pytest.raises(CertificateError, match="leave that tag out"):
        wanted({**PARAMS, "tags": {"Name": "other"}}, {})


def test_described():
    option = {"ResourceRecord": {"Name": RECORD["name"], "Type": "CNAME", "Value": RECORD["value"]}}
    detail = {
        "CertificateArn": "one",
        "DomainName": "example.org",
        "SubjectAlternativeNames": ["example.org", "*.example.org"],
        "KeyAlgorithm": "RSA-2048",
        "Status": "PENDING_VALIDATION",
        "DomainValidationOptions": [option, option],
    }
    incomplete = {**detail, "DomainValidationOptions": [option, {"DomainName": "www.example.org"}]}
    assert described(incomplete, {})["validation_records"] == [], "all of them, or none yet"
    assert described(detail, {"Name": "shop"}) == {
        "name": "shop",
        "arn": "one",
        "domain_name": "example.org",
        "subject_alternative_names": ["*.example.org", "example.org"],
        "key_algorithm": "RSA_2048",
        "status": "PENDING_VALIDATION",
        "in_use_by": [],
        "validation_records": [RECORD],
    }


def test_status_says_why():
    assert status({"status": "ISSUED"}) == "ISSUED"
    assert status({"status": "FAILED", "failure_reason": "CAA_ERROR"}).startswith("FAILED (CAA_ERROR); correct that")
