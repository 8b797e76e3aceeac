"""Files that have to go up. They are in the outbox's file, because a command that names one rests on it.

A file is kept under the SHA-256 of its bytes; `name` is what commands call it: the same, but for a recording the digest of
its samples. A file that the server refused stays, with the reason, until its command is mended or taken back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from fanlink.client.entries import text
from fanlink.client.journal import Journal
from fanlink.client.local import Store
from fanlink.client.outbox_file import count_move
from fanlink.core.errors import Reason

FILE, RECORDING = "file", "recording"


class UploadState(StrEnum):
    """`up` is kept while a command names the file, for a server that forgets may want it again."""

    WAITING = "waiting"
    REFUSED = "refused"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send. `location` is where the server receives it, once it does; `label` is what people call it."""

    digest: str
    size_bytes: int
    name: str
    purpose: str
    label: str
    location: str | None
    state: UploadState
    reasons: tuple[Reason, ...]


COLUMNS = "digest, bytes, name, purpose, label, location, state, reasons"


class Uploads:
    """The files of whoever is signed in."""

    def __init__(self, store: Store, journal: Journal, account: Callable[[], str | None]) -> None:
        self._store, self._journal, self._account = store, journal, account

    def add(
        self, digest: str, size_bytes: int, now_ms: int, *, name: str = "", purpose: str = FILE, label: str = ""
    ) -> None:
        """Notes durably that this file has to go up; one that was refused before is tried again."""
        row = [digest, size_bytes, now_ms, name or digest, purpose, label, self._account()]
        with self._store.write() as db:
            db.execute(
                "INSERT INTO uploads (digest, bytes, added_ms, name, purpose, label, account) VALUES (?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (digest) DO UPDATE SET state = 'waiting', reasons = '[]', location = NULL, name = excluded.name,"
                " purpose = excluded.purpose, label = excluded.label, account = excluded.account", row,
            )
            number = count_move(db)
        self._journal.add(number, {"upload": row})

    def get(self, digest: str) -> Upload | None:
        """One file, when it has to go up or is up and named."""
        found = self._read("digest = ?", digest)
        return found[0] if found else None

    def all(self) -> tuple[Upload, ...]:
        """What is not up, oldest first: what waits and what was refused."""
        return self._read("state <> 'up'")

    def waiting(self) -> tuple[str, ...]:
        """Digests of what has not gone up yet, oldest first."""
        return tuple(upload.digest for upload in self._read("state = 'waiting'"))

    def held(self) -> tuple[str, ...]:
        """What commands call the files that the server does not have: those that name one wait."""
        return tuple(upload.name for upload in self.all())

    def at(self, digest: str, location: str | None) -> None:
        """Where the server receives it; None when it no longer does."""
        self._set(digest, "location = ?", location)

    def done(self, digest: str) -> None:
        """The server has it."""
        self._set(digest, "state = 'up', location = NULL, reasons = '[]'")
        self.tidy()

    def refused(self, digest: str, reasons: tuple[Reason, ...]) -> None:
        """The server will not have it as it is."""
        told = text([[reason.code, dict(reason.facts)] for reason in reasons])
        self._set(digest, "state = 'refused', location = NULL, reasons = ?", told)

    def again(self, digest: str | None = None) -> None:
        """Sends one file again; without a digest all that were up, for a server that lost what it had."""
        if digest is None:
            with self._store.write() as db:
                db.execute("UPDATE uploads SET state = 'waiting', location = NULL WHERE state = 'up'")
        else:
            self._set(digest, "state = 'waiting', location = NULL, reasons = '[]'")

    def drop(self, digest: str) -> None:
        """It need not go up any more."""
        with self._store.write() as db:
            db.execute("DELETE FROM uploads WHERE digest = ?", (digest,))

    def names_of(self, digest: str) -> str | None:
        """What commands call the file, when it is among these."""
        rows = self._store.rows("SELECT name FROM uploads WHERE digest = ?", digest)
        return rows[0][0] if rows else None

    def tidy(self) -> None:
        """Forgets what is up and no command names, and what was refused and nobody needs any more."""
        with self._store.write() as db:
            db.execute(
                "DELETE FROM uploads WHERE state <> 'waiting' AND NOT EXISTS (SELECT 1 FROM commands WHERE instr(data, name)"
                " AND NOT (uploads.state = 'refused' AND dealt_with))"
            )

    def _set(self, digest: str, what: str, *values: object) -> None:
        with self._store.write() as db:
            db.execute(f"UPDATE uploads SET {what} WHERE digest = ?", (*values, digest))

    def _read(self, where: str, *values: object) -> tuple[Upload, ...]:
        rows = self._store.rows(
            f"SELECT {COLUMNS} FROM uploads WHERE {where} AND (account IS NULL OR account = ?) ORDER BY added_ms, digest",
            *values, self._account(),
        )
        return tuple(
            Upload(digest, size, name or digest, purpose, label, location, UploadState(state), _reasons(reasons))
            for digest, size, name, purpose, label, location, state, reasons in rows
        )


def _reasons(told: str) -> tuple[Reason, ...]:
    return tuple(Reason(code, facts) for code, facts in json.loads(told))
