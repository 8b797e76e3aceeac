"""One canonical form of a value, and its digest: how two computers agree that they mean the same thing."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: Any) -> bytes:
    """The canonical JSON of plain JSON data: sorted keys, no spaces, UTF-8.

    A float is written as Python's shortest form that reads back the same (IEEE 754 double), so the same typed
    value has the same bytes on every machine. NaN and infinities are refused with `ValueError`.
    """
    return _ENCODER.encode(value).encode()


def digest(value: Any) -> str:
    """SHA-256 of the canonical form, as 64 hex digits."""
    return digest_of_bytes(canonical(value))


def digest_of_bytes(data: bytes) -> str:
    """SHA-256 of the bytes, as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
