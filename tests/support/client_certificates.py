# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Keys, and what is signed with them, for modules that hand them to Cloudflare."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PEM = serialization.Encoding.PEM
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.org")])


@cache
def key(number: int) -> ec.EllipticCurvePrivateKey:
    """One key a number."""
    return ec.generate_private_key(ec.SECP256R1())


def key_pem(number: int) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key(number).private_bytes(PEM, form, serialization.NoEncryption()).decode()


@cache
def request_pem(number: int) -> str:
    """A certificate signing request of that key."""
    made = x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(key(number), hashes.SHA256())
    return made.public_bytes(PEM).decode()


@cache
def certificate_pem(number: int) -> str:
    """A client certificate that signs itself."""
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key(number).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key(number), hashes.SHA256())
    )
    return made.public_bytes(PEM).decode()
