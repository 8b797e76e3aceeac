"""The server's own signing key: made on first use, kept in files of the home and never in the database.

A small certificate authority (valid ten years) signs the key that signs files (valid two years), because C2PA 2.2
does not take self-signed signers. Whoever trusts `authority.pem` sees the files as trusted.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fanlink.core.errors import BadInput

AUTHORITY_DAYS, SIGNER_DAYS = 3_650, 730
NO_USAGE = dict.fromkeys(
    (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ),
    False,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, its certificate chain (signer first) and the authority's certificate, all as PEM."""

    private_pem: bytes
    chain_pem: bytes
    authority_pem: bytes

    @property
    def private(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self.private_pem, None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    @property
    def public_pem(self) -> bytes:
        """The public half, which anyone may have."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def load_or_make(folder: Path, name: str, now: datetime | None = None) -> SigningKey:
    """The key of a server, made on first use; `folder` is then readable by its owner only.

    `BadInput` when only some of its files are there: a half-lost key is never replaced without being told.
    """
    paths = [folder / file for file in ("signer-key.pem", "signer-chain.pem", "authority.pem")]
    there = [path.exists() for path in paths]
    if not any(there):
        made = make(name, now or datetime.now(UTC))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path, data in zip(paths, (made.private_pem, made.chain_pem, made.authority_pem), strict=True):
            _write_private(path, data)
        public = folder / "public.pem"
        public.write_bytes(made.public_pem)
        return made
    if not all(there):
        lost = ", ".join(path.name for path, found in zip(paths, there, strict=True) if not found)
        raise BadInput(f"the signing key is incomplete: {lost} is missing; restore it from a backup", where=str(folder))
    return SigningKey(*(path.read_bytes() for path in paths))


def make(name: str, now: datetime) -> SigningKey:
    """A new authority and signer on the curve P-256, in memory."""
    authority_key, signer_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = _name(name, "FanLink authority")
    authority = (
        _certificate(issuer, issuer, authority_key.public_key(), now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(**{**NO_USAGE, "key_cert_sign": True, "crl_sign": True}), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    signer = (
        _certificate(_name(name, "FanLink signer"), issuer, signer_key.public_key(), now, SIGNER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**{**NO_USAGE, "digital_signature": True}), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    private = signer_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem = [certificate.public_bytes(serialization.Encoding.PEM) for certificate in (signer, authority)]
    return SigningKey(private, b"".join(pem), pem[1])


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _write_private(path: Path, data: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
