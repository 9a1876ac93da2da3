# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Origin CA certificates, and the client certificate that Cloudflare shows to an origin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from support.certificates import ECC, RSA, Key, client_certificate, csr, pem
from support.cloudflare import ApiError, Cloudflare


@pytest.fixture
def zone(cloudflare: Cloudflare) -> str:
    return cloudflare.create_zone("example.org")


@pytest.mark.parametrize(("request_type", "key"), [("origin-ecc", ECC), ("origin-rsa", RSA)])
def test_an_origin_certificate_lives(cloudflare: Cloudflare, zone: str, request_type: str, key: Key):
    names = ["example.org", "*.example.org"]
    wanted = {"csr": csr(key), "hostnames": names, "request_type": request_type, "requested_validity": 90}
    made = cloudflare.post("/certificates", wanted)
    certificate = x509.load_pem_x509_certificate(made["certificate"].encode())
    certificate.verify_directly_issued_by(
        x509.load_pem_x509_certificate(cloudflare.control("GET", "authority")["certificate"].encode())
    )
    assert certificate.public_key() == key.public_key()
    assert (
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName)
        == names
    )
    assert timedelta(days=89) < certificate.not_valid_after_utc - datetime.now(UTC) < timedelta(days=91)
    assert made["id"] == str(certificate.serial_number)

    assert cloudflare.get(f"/certificates/{made['id']}") == made
    assert cloudflare.get(f"/certificates?zone_id={zone}") == [made]
    assert cloudflare.get(f"/certificates?zone_id={cloudflare.create_zone('other.example')}") == []
    assert cloudflare.delete(f"/certificates/{made['id']}")["id"] == made["id"]
    assert cloudflare.get(f"/certificates?zone_id={zone}") == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"hostnames": ["example.net"]}, "example.net belongs to no zone"),
        ({"hostnames": []}, "hostnames: must have from 1 to 100 entries"),
        ({"hostnames": ["*.*.example.org"]}, "is not a host name"),
        ({"csr": "nonsense"}, "Failed to parse CSR"),
        ({"request_type": "origin-rsa"}, "not one for origin-rsa"),
        ({"requested_validity": 100}, "requested_validity: must be one of"),
        ({"zone_id": "x"}, "zone_id: unknown field"),
    ],
)
def test_an_origin_certificate_that_is_not_valid_is_refused(cloudflare: Cloudflare, zone: str, change: Any, message: str):
    with pytest.raises(ApiError, match=message):
        cloudflare.post("/certificates", {"csr": csr(ECC), "hostnames": ["example.org"], "request_type": "origin-ecc", **change})
    assert cloudflare.get(f"/certificates?zone_id={zone}") == []


def test_authenticated_origin_pulls(cloudflare: Cloudflare, zone: str):
    place = f"/zones/{zone}/origin_tls_client_auth"
    assert cloudflare.get(f"{place}/settings") == {"enabled": False}
    wanted = client_certificate(ECC)
    made = cloudflare.post(place, wanted)
    assert made["certificate"] == wanted["certificate"]
    assert "private_key" not in made
    assert cloudflare.get(f"{place}/{made['id']}")["status"] == "active"
    assert [one["id"] for one in cloudflare.get(place)] == [made["id"]]
    assert cloudflare.put(f"{place}/settings", {"enabled": True}) == {"enabled": True}
    assert cloudflare.get(f"{place}/settings") == {"enabled": True}
    with pytest.raises(ApiError, match="uploaded before"):
        cloudflare.post(place, wanted)
    cloudflare.delete(f"{place}/{made['id']}")
    assert cloudflare.get(place) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"private_key": pem(RSA)}, "does not match the certificate"),
        ({"private_key": "nonsense"}, "not a valid one in PEM"),
        ({"certificate": "nonsense"}, "not a valid one in PEM"),
        (client_certificate(ECC, days=-1), "has expired"),
        ({"enabled": True}, "enabled: unknown field"),
    ],
)
def test_a_client_certificate_that_is_not_valid_is_refused(cloudflare: Cloudflare, zone: str, change: Any, message: str):
    with pytest.raises(ApiError, match=message):
        cloudflare.post(f"/zones/{zone}/origin_tls_client_auth", {**client_certificate(ECC), **change})
    assert cloudflare.get(f"/zones/{zone}/origin_tls_client_auth") == []
