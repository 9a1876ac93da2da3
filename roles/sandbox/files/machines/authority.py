# Copyright: Contributors to the Groundwork project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Certificates of the load balancers: signed by an authority of this sandbox, as nobody has the keys of those that AWS issues."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DAYS = 3650


class Authority:
    """Its own certificate is C(file), for who wants to trust it; what it signs lies in C(place)."""

    def __init__(self, file: Path, place: Path) -> None:
        self.file = file
        self._key_file = file.with_suffix(".key")
        self._place = place

    def certificate(self, names: Sequence[str]) -> str:
        """The file of a key and a certificate for these names, made when it is first asked for."""
        file = self._place / f"{hashlib.sha256(' '.join(names).encode()).hexdigest()[:16]}.pem"
        if not file.exists():
            from cryptography import x509
            from cryptography.hazmat.primitives.asymmetric import ec

            key = ec.generate_private_key(ec.SECP256R1())
            issuer, signer = self._own()
            names_in_it = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
            certificate = _signed(key, names[0], issuer, signer, names_in_it, authority=False)
            _write(file, _pem(key) + certificate)
        return str(file)

    def _own(self) -> tuple[Any, Any]:
        """The name and the key that it signs with."""
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Groundwork sandbox load balancers")])
        if self._key_file.exists() and self.file.exists():
            return name, serialization.load_pem_private_key(self._key_file.read_bytes(), password=None)
        key = ec.generate_private_key(ec.SECP256R1())
        _write(self._key_file, _pem(key))
        self.file.write_bytes(_signed(key, "Groundwork sandbox load balancers", name, key, None, authority=True))
        return name, key


def _signed(key: Any, subject: str, issuer: Any, signer: Any, names: Any, *, authority: bool) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject[:64])]))
        .issuer_name(issuer)
        .not_valid_before(now - timedelta(minutes=5))  # a clock may be a little late
        .not_valid_after(now + timedelta(days=DAYS))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if authority:
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)  # certificates and their revocation
        builder = builder.add_extension(usage, critical=True)
    else:
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    pkcs8 = serialization.PrivateFormat.PKCS8
    pem: bytes = key.private_bytes(serialization.Encoding.PEM, pkcs8, serialization.NoEncryption())
    return pem


def _write(file: Path, content: bytes) -> None:
    """For root's eyes, from its first byte on."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(content)
