"""How server and client agree that they hold the same documents of a scope."""

from __future__ import annotations

from collections.abc import Iterable

from fanlink.core.digests import digest_of_bytes


def line(kind: str, document_id: str, version: int, data_digest: str) -> str:
    """One live document in a scope's digest; `data_digest` is SHA-256 of the canonical JSON of its data."""
    return f"{kind}\t{document_id}\t{version}\t{data_digest}"


def scope_digest(lines: Iterable[str]) -> str:
    """SHA-256 of the scope's lines, sorted by code point and joined by line feeds; deleted documents have no line."""
    return digest_of_bytes("\n".join(sorted(lines)).encode())
