"""A shelf: one SQLite file that holds the documents of some scopes, each scope with its cursor.

Most scopes share one shelf. A scope that arrives as a large snapshot gets a shelf of its own, because a whole file
is put in place at once while rows have to be copied.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from fanlink.client.api import Change
from fanlink.client.local import Connect, Store
from fanlink.client.local import connect as plain_connect
from fanlink.client.search import TEXT_OF_DATA
from fanlink.core.digests import digest_of_bytes
from fanlink.core.documents import KINDS
from fanlink.core.feeds import line, scope_digest

migrations = Migrations("shelf")


@migrations()
def documents_by_scope(db: Database) -> None:
    """The newest version of each document by scope; a snapshot brings the table with it."""
    db.execute(
        "CREATE TABLE IF NOT EXISTS documents (number INTEGER PRIMARY KEY, scope INTEGER NOT NULL, kind TEXT NOT NULL,"
        " id TEXT NOT NULL, version INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL, data TEXT NOT NULL,"
        " UNIQUE (scope, kind, id))"
    )
    db.execute(
        "CREATE TABLE scopes (number INTEGER PRIMARY KEY, scope TEXT NOT NULL UNIQUE, cursor INTEGER NOT NULL,"
        " agreed INTEGER NOT NULL DEFAULT -1, unindexed INTEGER NOT NULL DEFAULT 0)"
    )
    db.execute("CREATE VIRTUAL TABLE titles USING fts5(words, tokenize = 'unicode61 remove_diacritics 2')")


@migrations()
def digest_of_agreement(db: Database) -> None:
    """The digest on which server and client last agreed, so that what is here can be compared without asking again."""
    db.execute("ALTER TABLE scopes ADD COLUMN agreed_digest TEXT")


PUT = (
    "INSERT INTO documents (scope, kind, id, version, seq, hash, data) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (scope, kind, id) DO UPDATE SET version = excluded.version, seq = excluded.seq,"
    " hash = excluded.hash, data = excluded.data"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A stored document: its scope, version, and canonical JSON with the digest it arrived with."""

    scope: str
    kind: str
    id: str
    version: int
    seq: int
    hash: bytes
    data: str

    @property
    def sound(self) -> bool:
        """True while the bytes are those that arrived."""
        return hashlib.sha256(self.data.encode()).digest() == self.hash


class Shelf:
    """Documents of some scopes in one file; a cursor moves in the transaction of its rows."""

    def __init__(self, path: Path, connect: Connect = plain_connect) -> None:
        self.path = path
        self._store = Store(path, migrations, durable=False, connect=connect)
        self._learn_numbers()

    def close(self) -> None:
        self._store.close()

    def check(self) -> None:
        """Reads every page; raises `Damaged` when one is not sound."""
        self._store.check()

    def cursors(self) -> dict[str, int]:
        """How far each scope has been read."""
        return dict(self._store.rows("SELECT scope, cursor FROM scopes"))

    def cursor(self, scope: str) -> int | None:
        """How far one scope has been read."""
        rows = self._store.rows("SELECT cursor FROM scopes WHERE scope = ?", scope)
        return rows[0][0] if rows else None

    def agreed(self) -> dict[str, tuple[int, str | None]]:
        """The cursor of each scope at which its digest last agreed with the server's, -1 when it never did; and the digest."""
        return {scope: (cursor, digest) for scope, cursor, digest in self._store.rows("SELECT scope, agreed, agreed_digest FROM scopes")}

    def agree(self, scope: str, cursor: int, digest: str) -> None:
        """Notes that this digest agreed at this cursor."""
        with self._store.write() as db:
            db.execute("UPDATE scopes SET agreed = ?, agreed_digest = ? WHERE scope = ?", (cursor, digest, scope))

    def apply(self, scope: str, changes: Sequence[Change], cursor: int, *, index: bool = True) -> set[str]:
        """Puts changes and cursor in place, in one transaction; returns the kinds that changed.

        With `index` False the titles wait for `index_titles`, which is how a long pull stays fast.
        """
        sha256 = hashlib.sha256
        with self._store.write() as db:
            number = self._number(db, scope)
            # Only the newest of several changes to one document counts, whatever pages they came in.
            newest = {(change.kind, change.id): change for change in changes}
            gone = [(number, *key) for key, change in newest.items() if change.deleted]
            rows = [
                (number, kind, id_, one.version, one.seq, sha256(one.data).digest(), str(one.data, "utf-8"))
                for (kind, id_), one in newest.items() if not one.deleted
            ]
            self._drop_rows(db, gone)
            db.executemany(PUT, rows)
            db.execute("UPDATE scopes SET cursor = ?, unindexed = unindexed OR ? WHERE number = ?",
                       (cursor, not index and bool(rows), number))
            if index and rows:
                self._index(db, [row[:3] for row in rows])
        if self._numbers.get(scope) != number:
            self._learn_numbers()
        return {kind for kind, _ in newest}

    def index_titles(self) -> int:
        """Indexes the titles of every scope that a long pull or a snapshot left for later; returns how many rows."""
        done = 0
        with self._store.write() as db:
            for (number,) in db.execute("SELECT number FROM scopes WHERE unindexed").fetchall():
                if len(self._numbers) == 1:
                    db.execute("DELETE FROM titles")
                else:
                    db.execute("DELETE FROM titles WHERE rowid IN (SELECT number FROM documents WHERE scope = ?)", (number,))
                done += db.execute(
                    f"INSERT INTO titles (rowid, words) SELECT number, {TEXT_OF_DATA} FROM documents WHERE scope = ?",
                    (number,),
                ).rowcount
                db.execute("UPDATE scopes SET unindexed = 0 WHERE number = ?", (number,))
        return done

    def drop(self, scope: str) -> set[str]:
        """Removes a scope and its cursor; returns the kinds that were in it."""
        with self._store.write() as db:
            kinds = self._empty(db, scope)
            db.execute("DELETE FROM scopes WHERE scope = ?", (scope,))
        self._learn_numbers()
        return kinds

    def adopt(self, scope: str, cursor: int) -> None:
        """Makes a snapshot that was put in place as this file a shelf with one scope, number 1."""
        with self._store.write() as db:
            db.execute("INSERT OR REPLACE INTO scopes (number, scope, cursor, unindexed) VALUES (1, ?, ?, 1)", (scope, cursor))
        self._learn_numbers()

    def copy_in(self, scope: str, cursor: int, rows: Iterable[tuple[str, str, int, int, bytes, str]]) -> set[str]:
        """Replaces a whole scope by the rows (kind, id, version, seq, hash, data) of a small snapshot, at once."""
        with self._store.write() as db:
            kinds = self._empty(db, scope)
            number = self._number(db, scope)
            listed = [(number, *row) for row in rows]
            db.executemany(PUT, listed)
            db.execute("UPDATE scopes SET cursor = ?, agreed = -1, unindexed = 1 WHERE number = ?", (cursor, number))
        self._learn_numbers()
        return kinds | {row[1] for row in listed}

    def digest(self, scope: str, *, read_again: bool = False) -> str:
        """SHA-256 of the scope's sorted lines, as DESIGN.md "On the wire" says.

        With `read_again` every document is hashed anew, so that a bit that flipped on the disk is seen.
        """
        number = self._numbers.get(scope, 0)
        sql = "SELECT kind, id, version, %s FROM documents WHERE scope = ? ORDER BY kind, id"
        with self._store.read() as db:
            if read_again:
                rows = db.execute(sql % "CAST(data AS BLOB)", (number,))
                return scope_digest(line(*key, digest_of_bytes(data)) for *key, data in rows)
            return scope_digest(line(*row) for row in db.execute(sql % "lower(hex(hash))", (number,)))

    def find(self, kind: str, ids: Sequence[str], scope: str | None = None) -> list[Found]:
        """Every stored form of these documents, in whatever scopes they are."""
        numbers = self._some(scope)
        names = {number: name for name, number in self._numbers.items()}
        found = []
        for start in range(0, len(ids), 500):
            some = ids[start:start + 500]
            for number, *rest in self._store.rows(
                f"SELECT scope, kind, id, version, seq, hash, data FROM documents WHERE scope IN ({_marks(numbers)})"
                f" AND kind = ? AND id IN ({_marks(some)})", *numbers, kind, *some,
            ):
                found.append(Found(names[number], *rest))
        return found

    def ids(self, kind: str, scope: str | None = None, query: str | None = None) -> list[tuple[str, int]]:
        """Ids and feed numbers of a kind, of those whose titles match `query` when there is one."""
        numbers = self._some(scope)
        if query:
            return self._store.rows(
                "SELECT d.id, d.seq FROM titles t JOIN documents d ON d.number = t.rowid WHERE titles MATCH ?"
                f" AND d.kind = ? AND d.scope IN ({_marks(numbers)})", query, kind, *numbers,
            )
        return self._store.rows(
            f"SELECT id, seq FROM documents WHERE scope IN ({_marks(numbers)}) AND kind = ?", *numbers, kind
        )

    def kinds(self, scope: str) -> set[str]:
        """The kinds of documents that a scope holds; each is one step in the index, however many documents there are."""
        first = "SELECT 1 FROM documents WHERE scope = ? AND kind = ? LIMIT 1"
        return {kind for kind in KINDS for number in self._some(scope) if self._store.rows(first, number, kind)}

    def count(self) -> int:
        """How many documents are here."""
        return self._store.rows("SELECT count(*) FROM documents")[0][0]

    def _some(self, scope: str | None) -> list[int]:
        if scope is None:
            return list(self._numbers.values())
        return [self._numbers[scope]] if scope in self._numbers else []

    def _number(self, db: sqlite3.Connection, scope: str) -> int:
        db.execute("INSERT INTO scopes (scope, cursor) VALUES (?, 0) ON CONFLICT (scope) DO NOTHING", (scope,))
        return db.execute("SELECT number FROM scopes WHERE scope = ?", (scope,)).fetchone()[0]

    def _learn_numbers(self) -> None:
        self._numbers = {scope: number for number, scope in self._store.rows("SELECT number, scope FROM scopes")}

    def _index(self, db: sqlite3.Connection, keys: list[tuple[Any, ...]]) -> None:
        where = "scope = ? AND kind = ? AND id = ?"
        db.executemany(f"DELETE FROM titles WHERE rowid = (SELECT number FROM documents WHERE {where})", keys)
        db.executemany(
            f"INSERT INTO titles (rowid, words) SELECT number, {TEXT_OF_DATA} FROM documents WHERE {where}", keys
        )

    def _drop_rows(self, db: sqlite3.Connection, keys: list[tuple[Any, ...]]) -> None:
        where = "scope = ? AND kind = ? AND id = ?"
        db.executemany(f"DELETE FROM titles WHERE rowid = (SELECT number FROM documents WHERE {where})", keys)
        db.executemany(f"DELETE FROM documents WHERE {where}", keys)

    def _empty(self, db: sqlite3.Connection, scope: str) -> set[str]:
        found = db.execute("SELECT number FROM scopes WHERE scope = ?", (scope,)).fetchone()
        if found is None:
            return set()
        kinds = {kind for (kind,) in db.execute("SELECT DISTINCT kind FROM documents WHERE scope = ?", found)}
        db.execute("DELETE FROM titles WHERE rowid IN (SELECT number FROM documents WHERE scope = ?)", found)
        db.execute("DELETE FROM documents WHERE scope = ?", found)
        return kinds


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))
