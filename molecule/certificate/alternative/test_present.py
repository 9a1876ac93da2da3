# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import boto3
import pytest


@pytest.fixture
def certificates() -> dict[str, Any]:
    acm = boto3.client("acm")
    listed = acm.list_certificates(Includes={"keyTypes": ["RSA_2048", "EC_prime256v1"]})["CertificateSummaryList"]
    found = [acm.describe_certificate(CertificateArn=one["CertificateArn"])["Certificate"] for one in listed]
    return {one["DomainName"]: one for one in found}


def test_certificate_of_several_names(certificates):
    certificate = certificates["example.net"]
    assert certificate["Status"] == "ISSUED"
    assert sorted(certificate["SubjectAlternativeNames"]) == ["*.example.net", "example.net", "www.shop.example.net"]
    assert certificate["KeyAlgorithm"].replace("-", "_") == "EC_prime256v1"


def test_certificate_whose_records_somebody_else_writes(certificates):
    assert certificates["shop.example.com"]["Status"] == "PENDING_VALIDATION"
