"""The outbox's file: its tables and how they came to be. Migrations are never edited, only added."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database, Migrations

from fanlink.client.entries import COLUMNS, envelope_of, seal
from fanlink.client.journal import Journal, Told
from fanlink.client.local import Connect, Damaged, Store, set_aside
from fanlink.core.digests import canonical

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


@migrations()
def order_of_answers(db: Database) -> None:
    """Which answer came last, whatever the clock said: a server that lost its memory is found out by it."""
    db.execute("ALTER TABLE commands ADD COLUMN answered_order INTEGER")


@migrations()
def what_uploads_are(db: Database) -> None:
    """What commands call a file, whose it is, where the server receives it, and why it would not have it."""
    db.execute("ALTER TABLE uploads ADD COLUMN name TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE uploads ADD COLUMN purpose TEXT NOT NULL DEFAULT 'file'")
    db.execute("ALTER TABLE uploads ADD COLUMN label TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE uploads ADD COLUMN account TEXT")
    db.execute("ALTER TABLE uploads ADD COLUMN location TEXT")
    db.execute("ALTER TABLE uploads ADD COLUMN state TEXT NOT NULL DEFAULT 'waiting'")
    db.execute("ALTER TABLE uploads ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]'")
    db.execute("UPDATE uploads SET name = digest")


@migrations()
def checkpoints_of_the_log(db: Database) -> None:
    """What the server's audit log was like when it was seen, by the server's address, and the changes of it that were found."""
    db.execute(
        "CREATE TABLE checkpoints (server TEXT NOT NULL, number INTEGER NOT NULL, hash TEXT NOT NULL, seen_ms INTEGER NOT"
        " NULL, seal TEXT NOT NULL, PRIMARY KEY (server, number))"
    )
    db.execute(
        "CREATE TABLE log_changes (number INTEGER PRIMARY KEY AUTOINCREMENT, server TEXT NOT NULL, facts TEXT NOT NULL,"
        " read INTEGER NOT NULL DEFAULT 0)"
    )


LACKING = "lacking"


@dataclass(slots=True)
class Opened:
    """An outbox's file with its journal, and where a broken one was put."""

    store: Store
    journal: Journal
    set_aside: Path | None = None


def opened(path: Path, now_ms: Callable[[], int], connect: Connect) -> Opened:
    """The outbox's file, durable in every transaction; a broken one is set aside and written anew from the journal."""
    journal = Journal(path.with_name("outbox.journal"))
    told = journal.read()
    try:
        store = Store(path, migrations, durable=True, connect=connect)
        try:
            with store.read() as db:
                _trust(path, db, told)
        except BaseException:
            store.close()
            raise
        return Opened(store, journal)
    except Damaged:
        kept = set_aside(path, now_ms())
        store = Store(path, migrations, durable=True, connect=connect)
        _recover(store, told)
        return Opened(store, journal, kept)


def _trust(path: Path, db: sqlite3.Connection, told: Told) -> None:
    """Raises `Damaged` when the file forgot a transaction that the journal knows, or a command is not what was asked."""
    (number,) = db.execute("SELECT ifnull(max(value + 0), 0) FROM settings WHERE name = 'moves'").fetchone()
    if number < told.number:
        raise Damaged(path, f"ends at transaction {number}, the journal at {told.number}")
    rows = db.execute(f"SELECT {COLUMNS} FROM commands WHERE state IN ('waiting', 'sending')").fetchall()
    for row in rows:
        try:
            sound = seal(envelope_of(row), row[2]) == row[-1]
        except (ValueError, TypeError) as error:
            raise Damaged(path, f"command {row[1]}: {error}") from error
        if not sound:
            raise Damaged(path, f"command {row[1]} is not what was asked")


def _recover(store: Store, told: Told) -> None:
    """Everything that was asked and not taken back; what was not accepted is asked again, and answered as before.

    What some of it comes after and the journal does not have was put away, or asked elsewhere: LACKING, for the day when the
    server does not know it either.
    """
    with store.write() as db:
        for said in told.asked.values():
            # Counted as sent, for it may have been.
            insert(db, said["do"], said["account"], said["made_ms"], said["not_before_ms"], said["base"], sent=1)
            if "accepted" in said:
                db.execute(
                    "UPDATE commands SET state = 'accepted', answered_ms = ?, answered_order = ? WHERE id = ?",
                    (*said["accepted"], said["do"]["id"]),
                )
            if "blocked" in said:
                reasons = canonical(said["blocked"]).decode()
                db.execute("UPDATE commands SET state = 'blocked', reasons = ?, sent = 0 WHERE id = ?", (reasons, said["do"]["id"]))
        lacking = {on for said in told.asked.values() for on in said["do"]["after"]} - set(told.asked)
        lacking |= set(json.loads(told.facts.pop(LACKING, None) or "[]"))
        db.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (LACKING, canonical(sorted(lacking)).decode()))
        for digest, (size_bytes, added_ms, *more) in told.uploads.items():
            name, purpose, label, account = more or (digest, "file", "", None)  # an older journal says less
            db.execute(
                "INSERT INTO uploads (digest, bytes, added_ms, name, purpose, label, account) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (digest, size_bytes, added_ms, name, purpose, label, account),
            )
        for name, value in told.facts.items():
            if value is not None:
                db.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (name, value))
        db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ('moves', ?)", (told.number,))


def insert(
    db: sqlite3.Connection, made: Mapping[str, Any], account: str | None, made_ms: int, not_before_ms: int,
    base: Mapping[str, Any] | None, sent: int = 0,
) -> None:
    """A new waiting command, from its wire form."""
    db.execute(
        "INSERT INTO commands (id, account, kind, target, base_version, data, after, replaces, state, made_ms,"
        " not_before_ms, base, seal, sent) VALUES (?,?,?,?,?,?,?,?,'waiting',?,?,?,?,?)",
        (made["id"], account, made["kind"], made["target"], made["base_version"], canonical(made["data"]).decode(),
         canonical(made["after"]).decode(), made.get("replaces"), made_ms, not_before_ms,
         canonical(base).decode() if base else None, seal(made, account), sent),
    )


def count_move(db: sqlite3.Connection) -> int:
    """Counts this transaction, so that a file which loses it can be told from one that never had it."""
    db.execute("INSERT INTO settings (name, value) VALUES ('moves', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1")
    return int(db.execute("SELECT value FROM settings WHERE name = 'moves'").fetchone()[0])


def was_lost(db: sqlite3.Connection, command_id: str) -> bool:
    """Whether a broken outbox lost this command, on which others rest."""
    row = db.execute("SELECT value FROM settings WHERE name = ?", (LACKING,)).fetchone()
    return row is not None and command_id in json.loads(row[0])
