"""Clearance certificates: a small signed file that says a remix is sanctioned, by whom, under what, until when.

The file is JSON: the statement, and an ECDSA signature (P-256, SHA-256, DER, base64) over its canonical form. Anyone
with the server's public key can verify it without asking the server.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from fanlink import wire
from fanlink.core.digests import canonical
from fanlink.core.errors import BadInput
from fanlink.remix.credentials.keys import SigningKey

FORMAT = "fanlink-clearance-1"


@dataclass(frozen=True, slots=True)
class Clearance:
    """What is certified. `sanctioned_by` names each party that agreed; times are milliseconds since 1970, UTC.

    `audio` holds the SHA-256 of each published file, `pcm` that of the samples. `valid_until_ms` None: until withdrawn.
    """

    remix: str
    title: str
    remixer: str
    artist: str
    track: str
    prompt: str
    prompt_version: str
    recipe_digest: str
    audio: tuple[str, ...]
    sanctioned_by: tuple[str, ...]
    issued_ms: int
    valid_until_ms: int | None = None
    pcm: str | None = None


def issue(clearance: Clearance, key: SigningKey) -> bytes:
    """The certificate as the bytes of its file."""
    statement = {"format": FORMAT, **wire.to_json(clearance)}
    signature = key.private.sign(canonical(statement), ec.ECDSA(hashes.SHA256()))
    document = {"statement": statement, "signature": base64.b64encode(signature).decode()}
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"


def verify(path: Path, key_path: Path, now: datetime | None = None) -> dict[str, Any]:
    """Reads a certificate and says whether it holds: `valid`, and `why` not.

    `key_path` is a PEM public key or certificate. `BadInput` for files that are neither.
    """
    document = _document(path)
    public = _public_key(key_path)
    statement = document["statement"]
    now_ms = int((now or datetime.now(UTC)).timestamp() * 1000)
    why = []
    try:
        signature = base64.b64decode(document["signature"], validate=True)
        public.verify(signature, canonical(statement), ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, binascii.Error, ValueError):
        why.append("the signature was not made by this key over this statement")
    until = statement.get("valid_until_ms")
    if isinstance(until, int) and until <= now_ms:
        ended = datetime.fromtimestamp(until / 1000, UTC).date().isoformat()
        why.append(f"it ended on {ended}")
    return {"valid": not why, "why": why, "statement": statement}


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
        statement = document["statement"]
        if statement["format"] != FORMAT or not isinstance(document["signature"], str):
            raise BadInput("is not a clearance certificate of a known format", where=str(path))
        wire.from_json(Clearance, {name: value for name, value in statement.items() if name != "format"}, str(path))
    except OSError as error:
        raise BadInput("cannot be read", where=str(path)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadInput("is not a clearance certificate", where=str(path)) from error
    return document


def _public_key(path: Path) -> ec.EllipticCurvePublicKey:
    try:
        data = path.read_bytes()
        if b"BEGIN CERTIFICATE" in data:
            key = x509.load_pem_x509_certificate(data).public_key()
        else:
            key = serialization.load_pem_public_key(data)
    except OSError as error:
        raise BadInput("cannot be read", where=str(path)) from error
    except ValueError as error:
        raise BadInput("is not a PEM public key or certificate", where=str(path)) from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise BadInput("is not a key of the kind that FanLink signs with (P-256)", where=str(path))
    return key
