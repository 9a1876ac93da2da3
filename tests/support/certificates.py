# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""A certificate that can serve, and what certificates are made of."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "example.org")])
ECC = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)


def issued_certificate(aws: Callable[[str], Any], domain: str) -> str:
    """Request a certificate, and wait until it is issued; its ARN. The zone that its record needs is gone again."""
    acm, route53 = aws("acm"), aws("route53")
    zone = route53.create_hosted_zone(Name=domain, CallerReference=domain)["HostedZone"]["Id"]
    arn: str = acm.request_certificate(DomainName=domain, ValidationMethod="DNS")["CertificateArn"]
    record = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"][0]["ResourceRecord"]
    written = {"Name": record["Name"], "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": record["Value"]}]}

    def change(action: str) -> None:
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": written}]}
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch=batch)

    change("CREATE")
    give_up = time.monotonic() + 30
    while acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] != "ISSUED":
        assert time.monotonic() < give_up, "it is not issued"
        time.sleep(0.1)
    change("DELETE")
    route53.delete_hosted_zone(Id=zone)
    return arn


def csr(key: Key) -> str:
    """A signing request for a key."""
    made = x509.CertificateSigningRequestBuilder().subject_name(NAME).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def client_certificate(key: Key, days: int = 30) -> dict[str, str]:
    """A certificate that is signed with its own key, and the key."""
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return {"certificate": made.public_bytes(serialization.Encoding.PEM).decode(), "private_key": pem(key)}


def pem(key: Key) -> str:
    kind = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()
