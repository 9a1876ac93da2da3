# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from support.certificates import ECC, csr
from support.cloudflare import Cloudflare, writes

OURS: dict[str, Any] = {"zone": "example.org", "hostnames": ["example.org", "*.example.org"], "request_type": "origin-ecc"}

REQUEST, OTHER = csr(ECC), csr(ec.generate_private_key(ec.SECP256R1()))


@pytest.fixture
def standing(cloudflare: Cloudflare) -> Any:
    zone = cloudflare.create_zone("example.org")
    return lambda: cloudflare.get(f"/certificates?zone_id={zone}")


def test_lifecycle(cloudflare, standing, lifecycle):
    """Another key is another certificate; the one before stays until it is revoked with it."""
    lifecycle(
        "cloudflare_origin_certificate",
        present={**OURS, "csr": REQUEST, "validity": 90},
        change={"csr": OTHER},
        exists=lambda: len(standing()) > 0,
        changed=lambda: len(standing()) == 2,
        absent=OURS,
    )


def test_a_certificate_is_of_the_key_and_told(cloudflare, standing, converges):
    told = converges("cloudflare_origin_certificate", **OURS, csr=REQUEST)["certificate"]
    (made,) = standing()
    assert (told["id"], told["certificate"]) == (made["id"], made["certificate"])
    assert told["hostnames"] == ["*.example.org", "example.org"]
    assert x509.load_pem_x509_certificate(told["certificate"].encode()).public_key() == ECC.public_key()


def test_a_certificate_is_renewed_before_it_expires_and_the_old_one_stays(cloudflare, standing, run_module, converges):
    run_module("cloudflare_origin_certificate", **OURS, csr=REQUEST, validity=7, renew_before=1)
    options = {**OURS, "csr": REQUEST, "validity": 90}
    assert run_module("cloudflare_origin_certificate", **options, renew_before=5)["changed"] is False
    converges("cloudflare_origin_certificate", **options, renew_before=8)
    assert len(standing()) == 2
    assert run_module("cloudflare_origin_certificate", **options, renew_before=8)["certificate"]["id"] == standing()[1]["id"]


def test_only_certificates_of_the_names_are_revoked(cloudflare, standing, run_module):
    run_module("cloudflare_origin_certificate", **OURS, csr=REQUEST)
    other = {**OURS, "hostnames": ["api.example.org"]}
    run_module("cloudflare_origin_certificate", **other, csr=OTHER)
    run_module("cloudflare_origin_certificate", **OURS, state="absent")
    assert [one["hostnames"] for one in standing()] == [["api.example.org"]]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"csr": None}, "plan the certificate of *.example.org, example.org: csr is missing; make a key and a request of it"),
        ({"csr": "x", "validity": 7, "renew_before": 9}, "plan the certificate of *.example.org, example.org: it is valid for 7"),
    ],
)
def test_what_can_not_be_is_refused_before_any_call(cloudflare, standing, run_module, options, said):
    with cloudflare.recorded() as requests:
        refused = run_module("cloudflare_origin_certificate", **OURS, **options)
    assert refused["msg"].startswith(said)
    assert requests == []


def test_a_request_that_is_none_tells_what_cloudflare_says(cloudflare, standing, run_module):
    refused = run_module("cloudflare_origin_certificate", **OURS, csr="x")
    said = "have the origin certificate of *.example.org, example.org signed: Failed to parse CSR"
    assert refused["msg"].startswith(said)


def test_a_plan_asks_and_does_not_write(cloudflare, standing, run_module):
    with cloudflare.recorded() as requests:
        assert run_module("cloudflare_origin_certificate", check=True, **OURS, csr=REQUEST)["changed"] is True
    assert writes(requests) == []
