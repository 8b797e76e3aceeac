"""The outbox's file: its tables and how they came to be. Migrations are never edited, only added."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database, Migrations

from fanlink.client.local import Connect, Damaged, Store, set_aside

migrations = Migrations("outbox")


@migrations()
def commands_and_settings(db: Database) -> None:
    """What was asked for, and whose outbox this is."""
    db.execute(
        """
        CREATE TABLE commands (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            account TEXT,
            kind TEXT NOT NULL,
            target TEXT NOT NULL,
            base_version INTEGER,
            data TEXT NOT NULL,
            after TEXT NOT NULL,
            replaces TEXT,
            state TEXT NOT NULL,
            made_ms INTEGER NOT NULL,
            not_before_ms INTEGER NOT NULL,
            reasons TEXT NOT NULL DEFAULT '[]',
            now TEXT,
            base TEXT,
            answered_ms INTEGER,
            sent INTEGER NOT NULL DEFAULT 0,
            settled INTEGER NOT NULL DEFAULT 0,
            dealt_with INTEGER NOT NULL DEFAULT 0,
            opinion INTEGER NOT NULL DEFAULT 0,
            seal TEXT NOT NULL
        )
        """
    )
    db.execute("CREATE INDEX commands_by_state ON commands (state, number)")
    db.execute("CREATE INDEX commands_by_replaces ON commands (replaces) WHERE replaces IS NOT NULL")
    db.execute("CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)")


@migrations()
def uploads(db: Database) -> None:
    """Files of this person that the server does not have yet; a command that names one waits for it."""
    db.execute("CREATE TABLE uploads (digest TEXT PRIMARY KEY, bytes INTEGER NOT NULL, added_ms INTEGER NOT NULL)")


def opened(path: Path, now_ms: Callable[[], int], connect: Connect) -> Store:
    """The outbox's file, durable in every transaction; a broken one is set aside."""
    try:
        return Store(path, migrations, durable=True, connect=connect)
    except Damaged:
        set_aside(path, now_ms())
        return Store(path, migrations, durable=True, connect=connect)
