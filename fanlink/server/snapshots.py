"""Snapshots: a whole scope as one compressed SQLite file, which a client puts in place as it is.

The newest ones are remembered, so that many fresh clients cost one. docs/decisions says what is in the file.
"""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import zstandard

from fanlink.server.feed import Scope

MOST_REMEMBERED = 8
LEVEL = 3

TABLES = """
CREATE TABLE documents (number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    version INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, data TEXT NOT NULL, UNIQUE (scope, kind, id));
CREATE TABLE about (scope TEXT NOT NULL, head INTEGER NOT NULL, digest TEXT NOT NULL, rows INTEGER NOT NULL);
"""


class Snapshots:
    """The packed file of each scope that was asked for lately, as it was at its head."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[int, bytes]] = {}

    def kept(self, scope: Scope) -> bytes | None:
        """The file, when one was made at this head."""
        with self._lock:
            head, packed = self._kept.get(scope.scope, (-1, b""))
            return packed if head == scope.head else None

    def keep(self, scope: Scope, packed: bytes) -> bytes:
        """Remembers a file in the place of the one that is longest here."""
        with self._lock:
            self._kept.pop(scope.scope, None)
            while len(self._kept) >= MOST_REMEMBERED:
                del self._kept[next(iter(self._kept))]
            self._kept[scope.scope] = (scope.head, packed)
        return packed


def pack(scope: Scope, digest: str, rows: Iterable[Any]) -> bytes:
    """The live documents of a scope as a compressed SQLite file."""
    with tempfile.TemporaryDirectory(prefix="fanlink-snapshot-") as folder:
        path = Path(folder) / "snapshot.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as file:
            file.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {TABLES} BEGIN;")
            # In the order of their keys, so that the index is written from one end to the other.
            listed = sorted(
                (row.kind, row.id, row.version, row.seq, bytes.fromhex(row.digest), row.data) for row in rows
            )
            file.executemany(
                "INSERT INTO documents (scope, kind, id, version, seq, hash, data) VALUES (1, ?, ?, ?, ?, ?, ?)", listed
            )
            file.execute("INSERT INTO about VALUES (?, ?, ?, ?)", (scope.scope, scope.head, digest, len(listed)))
            file.execute("COMMIT")
        return zstandard.ZstdCompressor(level=LEVEL).compress(path.read_bytes())
