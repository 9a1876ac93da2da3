# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""The certificate authority behind origin certificates: a real one, made when it is first asked."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .answers import ApiError

NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "CloudFlare, Inc."),
        x509.NameAttribute(NameOID.COMMON_NAME, "Groundwork sandbox origin CA"),
    ]
)
KINDS = {"origin-rsa": rsa.RSAPublicKey, "origin-ecc": ec.EllipticCurvePublicKey}


@dataclass(frozen=True)
class Signed:
    serial: str
    pem: str
    expires: datetime


def sign(csr: str, hostnames: Sequence[str], request_type: str, days: int) -> Signed:
    """A certificate for the key of a signing request, and for these names alone."""
    try:
        request = x509.load_pem_x509_csr(csr.encode())
    except ValueError as error:
        raise ApiError(400, "Failed to parse CSR", 1101) from error
    if not request.is_signature_valid:
        raise ApiError(400, "the CSR is not signed with the key that it is for", 1101)
    if not isinstance(request.public_key(), KINDS[request_type]):
        raise ApiError(400, f"the key of the CSR is not one for {request_type}", 1102)
    _ca, key = _authority()
    now = datetime.now(UTC)
    made = (
        _builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CloudFlare Origin Certificate")]), now, days)
        .public_key(request.public_key())
        .serial_number(secrets.randbits(152))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in hostnames]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Signed(str(made.serial_number), _pem(made), made.not_valid_after_utc)


def root() -> str:
    """The certificate of the authority itself."""
    return _pem(_authority()[0])


def read(certificate: str, private_key: str) -> x509.Certificate:
    """A certificate that goes with a key."""
    try:
        found = x509.load_pem_x509_certificate(certificate.encode())
        key = serialization.load_pem_private_key(private_key.encode(), password=None)
    except (TypeError, ValueError) as error:
        raise ApiError(400, "the certificate or the private key is not a valid one in PEM", 1400) from error
    if found.public_key() != key.public_key():
        raise ApiError(400, "the private key does not match the certificate", 1410)
    if found.not_valid_after_utc < datetime.now(UTC):
        raise ApiError(400, "the certificate has expired", 1411)
    return found


@cache
def _authority() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        False, False, False, False, False, True, True, False, False
    )  # it signs certificates and their revocation
    made = (
        _builder(NAME, datetime.now(UTC), 7300)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made, key


def _builder(subject: x509.Name, now: datetime, days: int) -> x509.CertificateBuilder:
    # A clock may be a little late.
    begins = now - timedelta(minutes=5)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(NAME)
        .not_valid_before(begins)
        .not_valid_after(now + timedelta(days=days))
    )


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
