"""Files on this computer: opened, brought up to date, refused when newer, set aside when broken.

The one border to SQLite's errors: above it there are only `NewerFile`, `Damaged` and `DiskTrouble`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from fanlink.core.errors import BadInput, Unavailable

Connect = Callable[[Path], sqlite3.Connection]

BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
DISK = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
}
CHECKPOINT_PAGES = 8_000  # 32 MB of log
SIDE_FILES = ("", "-wal", "-shm")


class NewerFile(BadInput):
    """The file was written by a newer FanLink; it is left exactly as it is."""

    def __init__(self, path: Path, unknown: list[str]) -> None:
        self.unknown = unknown
        super().__init__(
            "this file was made by a newer version of FanLink; install that version again, nothing was changed",
            where=str(path),
        )


class Damaged(Unavailable):
    """The file cannot be trusted; whoever owns it sets it aside and makes a new one."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}")


class DiskTrouble(Unavailable):
    """The disk is full, locked or will not answer; nothing was written, it can be tried again."""


def connect(path: Path) -> sqlite3.Connection:
    """A plain connection that any thread may use; `Store` sees to it that one does at a time."""
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10.0, cached_statements=256)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors in our words; an error that is neither damage nor disk is a bug and stays what it is."""
    try:
        yield
    except UnicodeDecodeError as error:
        # SQLite quotes what is wrong in a definition, and what is wrong may not even be text.
        raise Damaged(path, str(error)) from error
    except sqlite3.DatabaseError as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        # Text that is not UTF-8 any more is the one thing that Python itself finds wrong, without a code.
        not_text = isinstance(error, sqlite3.OperationalError) and not hasattr(error, "sqlite_errorcode")
        if code in BROKEN or not_text:
            raise Damaged(path, str(error)) from error
        if code in DISK:
            raise DiskTrouble(f"{path.name}: {error}") from error
        raise


class Closed(Unavailable):
    """The file was let go of, as when a broken one is set aside while another thread reads."""


class Store:
    """One SQLite file: a writer and a reader, each used by one thread at a time.

    The reader has its own connection, so a page can be drawn while a long pull is being written.
    """

    def __init__(self, path: Path, migrations: Migrations, *, durable: bool, connect: Connect = connect) -> None:
        self.path, self.durable = path, durable
        self._writing, self._reading = threading.RLock(), threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        try:
            with translated(path):
                self._writer = self._connected(connect)
                self.database = Database(self._writer, execute_plugins=False)
                self._bring_up_to_date(migrations)
                self._reader = self._connected(connect)
                self._reader.execute("PRAGMA query_only=ON")
        except BaseException:
            self.close()
            raise

    def _connected(self, connect: Connect) -> sqlite3.Connection:
        connection = connect(self.path)
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            # In WAL, NORMAL may forget the last transactions after a power cut but keeps cursor and rows together.
            connection.execute(f"PRAGMA synchronous={'FULL' if self.durable else 'NORMAL'}")
            connection.execute("PRAGMA cache_size=-32768")
            if not self.durable:
                # A long pull touches the same pages of the index again and again: fewer times into the file is cheaper.
                connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _bring_up_to_date(self, migrations: Migrations) -> None:
        known = {migration.name for migration in migrations._migrations}
        applied = {migration.name for migration in migrations.applied(self.database)}
        unknown = sorted(applied - known)
        if unknown and known <= applied:
            raise NewerFile(self.path, unknown)
        if unknown:
            # A newer version only adds steps; a name that took the place of one of ours is a flipped bit.
            raise Damaged(self.path, f"no version of it ever had the steps {', '.join(sorted(applied))}")
        if self.durable:
            self.check()
        try:
            migrations.apply(self.database)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR:
                raise
            # A step that does not fit what is there: the list of steps, or a table, is not what was written.
            raise Damaged(self.path, str(error)) from error
        found = _columns(self._writer)
        wrong = [name for name, columns in _columns_of(migrations).items() if found.get(name) != columns]
        if wrong:
            # A letter that flipped in a table's definition spoils no page, so no other check sees it.
            raise Damaged(self.path, f"not the tables of any version: {', '.join(wrong)}")

    def check(self) -> None:
        """Reads every page and every index, which may miss a row; raises `Damaged` when one is not sound."""
        with translated(self.path):
            (found,) = self._writer.execute("PRAGMA integrity_check(1)").fetchone()
        if found != "ok":
            raise Damaged(self.path, found)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: everything in the block, or nothing."""
        with self._writing, translated(self.path):
            if self._writer is None:
                raise Closed(self.path.name)
            with self.database.atomic():
                yield self._writer

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection that only reads what is committed."""
        with self._reading, translated(self.path):
            if self._reader is None:
                raise Closed(self.path.name)
            yield self._reader

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Every row of one query."""
        with self.read() as reader:
            return reader.execute(sql, values).fetchall()

    def close(self) -> None:
        """Lets go of the file once nobody is at it; what was committed is in it."""
        with self._writing, self._reading:
            connections, self._reader, self._writer = (self._reader, self._writer), None, None
            for connection in connections:
                if connection is not None:
                    with suppress(sqlite3.Error):
                        connection.close()


def _columns(db: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """The columns of every table, but for what SQLite and its modules keep for themselves."""
    tables = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    virtual = tuple(name for name, sql in tables if str(sql).startswith("CREATE VIRTUAL"))
    named = [name for name, _ in tables if not str(name).startswith(("sqlite_", "_sqlite_", *virtual))]
    return {name: [tuple(row) for row in db.execute("SELECT * FROM pragma_table_info(?)", (name,))] for name in named}


@cache
def _columns_of(migrations: Migrations) -> dict[str, list[tuple[Any, ...]]]:
    """What `_columns` finds in a new file of this version."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrations.apply(Database(db, execute_plugins=False))
        return _columns(db)


def set_aside(path: Path, now_ms: int) -> Path:
    """Renames a broken file and what belongs to it; nothing is deleted, someone may want to look at it."""
    kept = path.with_name(f"{path.name}.damaged-{now_ms}")
    number = 0
    while kept.exists():
        number += 1
        kept = path.with_name(f"{path.name}.damaged-{now_ms}-{number}")
    for ending in SIDE_FILES:
        part = path.with_name(path.name + ending)
        if part.exists():
            os.replace(part, kept.with_name(kept.name + ending))
    return kept
