"""Snapshots: a whole scope as one compressed SQLite file, put in place at once.

The file has the tables `documents` (as a shelf has it, with scope 1) and `about` (one row: scope, head, digest, rows).
See docs/decisions for why a file and not lines.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import zstandard

from fanlink.client.local import Connect, Damaged

MAGIC = b"SQLite format 3\x00"
MOST_BYTES = 4 * 2**30


@dataclass(frozen=True, slots=True)
class About:
    """What a snapshot says of itself."""

    scope: str
    head: int
    digest: str
    rows: int


def unpack(packed: Iterable[bytes], path: Path) -> None:
    """Writes a compressed snapshot to a file as it arrives; raises `Damaged` when it is not whole."""
    unpacker = zstandard.ZstdDecompressor().decompressobj()
    written = 0
    try:
        with path.open("wb") as file:
            for piece in packed:
                part = unpacker.decompress(piece)
                written += len(part)
                if written > MOST_BYTES:
                    raise Damaged(path, "the snapshot is too large")
                file.write(part)
    except zstandard.ZstdError as error:
        raise Damaged(path, str(error)) from error
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC or not unpacker.eof:
            raise Damaged(path, "the snapshot is not whole")


def about(path: Path, scope: str, connect: Connect) -> About:
    """What the snapshot says of itself; raises `Damaged` when it is not one of this scope."""
    with _reading(path, connect) as db:
        found = db.execute("SELECT scope, head, digest, rows FROM about").fetchone()
    if found is None or found[0] != scope:
        raise Damaged(path, f"not a snapshot of {scope}")
    return About(*found)


def rows(path: Path, connect: Connect) -> list[tuple[str, str, int, int, bytes, str]]:
    """Every document as (kind, id, version, seq, hash, data)."""
    with _reading(path, connect) as db:
        return db.execute("SELECT kind, id, version, seq, hash, data FROM documents").fetchall()


@contextmanager
def _reading(path: Path, connect: Connect) -> Iterator[sqlite3.Connection]:
    try:
        with closing(connect(path)) as db:
            yield db
    except sqlite3.DatabaseError as error:
        raise Damaged(path, str(error)) from error
