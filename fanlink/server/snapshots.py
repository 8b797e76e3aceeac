"""Snapshots: a whole scope as one compressed SQLite file, which a client puts in place at once.

The file has the tables `documents` (scope is always 1 there) and `about` (one row: scope, head, digest, rows).
The newest one of a scope is kept for whoever asks next, until the scope has moved.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
from collections import OrderedDict, deque
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import zstandard

from fanlink.server import feed
from fanlink.server.database import Database

KEPT = 16
TABLES = (
    "CREATE TABLE documents (number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,"
    " version INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, data TEXT NOT NULL, UNIQUE (scope, kind, id))",
    "CREATE TABLE about (scope TEXT NOT NULL, head INTEGER NOT NULL, digest TEXT NOT NULL, rows INTEGER NOT NULL)",
)
ROW = "INSERT INTO documents (scope, kind, id, version, seq, hash, data) VALUES (1, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A compressed file, and the head that it holds everything up to."""

    path: Path
    head: int


class Snapshots:
    """Makes snapshots, one at a time: each is work for the disk. `close` removes what is kept."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._folder: Path | None = None
        self._kept: OrderedDict[str, Snapshot] = OrderedDict()
        self._leaving: deque[Path] = deque()
        self._made = 0
        self._lock = threading.Lock()

    def of(self, scope: str) -> Snapshot:
        """The scope as it is now."""
        with self._lock:
            with self._database.reading() as connection:
                (now,) = feed.heads(connection, (scope,))
                kept = self._kept.get(scope)
                if kept is None or kept.head != now.head:
                    self._forget(scope)
                    kept = self._make(connection, now)
            self._kept[scope] = kept
            self._kept.move_to_end(scope)
            while len(self._kept) > KEPT:
                self._forget(next(iter(self._kept)))
            return kept

    def close(self) -> None:
        """Removes the files."""
        with self._lock:
            if self._folder is not None:
                shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None
            self._kept.clear()

    def _forget(self, scope: str) -> None:
        """Drops a snapshot; its file stays a while, for someone may be about to read it."""
        kept = self._kept.pop(scope, None)
        if kept is not None:
            self._leaving.append(kept.path)
        while len(self._leaving) > KEPT:
            self._leaving.popleft().unlink(missing_ok=True)

    def _make(self, connection: object, now: feed.Scope) -> Snapshot:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="fanlink-snapshots-"))
        self._made += 1
        plain, packed = self._folder / "making.db", self._folder / f"{self._made}.zst"
        plain.unlink(missing_ok=True)
        with closing(sqlite3.connect(plain)) as file:
            file.execute("PRAGMA journal_mode=OFF")
            file.execute("PRAGMA synchronous=OFF")
            for table in TABLES:
                file.execute(table)
            rows = (
                (row.kind, row.id, row.version, row.seq, bytes.fromhex(row.digest), row.data)
                for row in feed.live(connection, now.scope)  # type: ignore[arg-type]
            )
            count = file.executemany(ROW, rows).rowcount
            digest = feed.digest(connection, now.scope)  # type: ignore[arg-type]
            file.execute("INSERT INTO about VALUES (?, ?, ?, ?)", (now.scope, now.head, digest, max(count, 0)))
            file.commit()
        with plain.open("rb") as source, packed.open("wb") as target:
            zstandard.ZstdCompressor(level=3).copy_stream(source, target, size=plain.stat().st_size)
        plain.unlink()
        return Snapshot(packed, now.head)
