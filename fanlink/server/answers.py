"""The answers that were given, for ever: the same id again gets the same answer.

`satisfied` says whether what comes after a command may go on: it was accepted, or a command that replaces it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, select

from fanlink.server import tables
from fanlink.server.database import Database
from fanlink.server.envelopes import Asked
from fanlink.server.nouns import upsert
from fanlink.server.store import as_text, chunks

TABLE = tables.answers
COLUMNS = ("account", "id", "content", "outcome", "satisfied", "replaces", "at_ms", "answer")

GIVEN = select(TABLE).where(TABLE.c.account == bindparam("of"), TABLE.c.id.in_(bindparam("ids", expanding=True)))


class Asking(Protocol):
    account: str
    commands: Any


@dataclass(frozen=True, slots=True)
class Given:
    """One answer as it was given."""

    content: str
    outcome: str
    satisfied: bool
    replaces: str | None
    at_ms: int
    answer: dict[str, Any]


class Answers:
    """What one transaction needs to know of earlier answers, and the ones it gives."""

    def __init__(self, connection: Connection, is_sqlite: bool, now_ms: int) -> None:
        self._connection, self._is_sqlite, self._now_ms = connection, is_sqlite, now_ms
        self._given: dict[tuple[str, str], Given | None] = {}
        self._changed: dict[tuple[str, str], Given] = {}

    def recall(self, requests: Iterable[Asking]) -> None:
        """Reads, in few statements, all earlier answers that the requests may touch."""
        wanted: dict[str, set[str]] = {}
        for request in requests:
            names = wanted.setdefault(request.account, set())
            for asked in request.commands:
                names.add(asked.id)
                names.update(asked.before)
        for account, names in wanted.items():
            self._given |= dict.fromkeys((account, name) for name in names)
            for some in chunks(sorted(names)):
                self._read(account, some)

    def _read(self, account: str, names: list[str]) -> None:
        for row in self._connection.execute(GIVEN, {"of": account, "ids": names}):
            self._given[account, row.id] = Given(
                row.content, row.outcome, bool(row.satisfied), row.replaces, row.at_ms, json.loads(row.answer)
            )

    def given(self, account: str, name: str) -> Given | None:
        """The answer to a command of this account, or None."""
        if (account, name) not in self._given:
            self._given[account, name] = None
            self._read(account, [name])
        return self._given[account, name]

    def keep(self, account: str, asked: Asked, answer: dict[str, Any]) -> None:
        """Keeps an answer; an accepted command satisfies what waited for those that it replaces, back to the first."""
        accepted = answer["outcome"] == "accepted"
        self._set(account, asked.id, Given(
            asked.content, answer["outcome"], accepted, asked.envelope.replaces, self._now_ms, answer
        ))  # fmt: skip
        mended = asked.envelope.replaces if accepted else None
        while mended is not None:
            given = self.given(account, mended)
            if given is None or given.satisfied:
                break
            self._set(account, mended, replace(given, satisfied=True))
            mended = given.replaces

    def _set(self, account: str, name: str, given: Given) -> None:
        self._given[account, name] = self._changed[account, name] = given

    def write(self) -> None:
        """Writes all answers that this transaction gave."""
        rows = [
            {
                "account": account, "id": name, "content": given.content, "outcome": given.outcome,
                "satisfied": int(given.satisfied), "replaces": given.replaces, "at_ms": given.at_ms,
                "answer": as_text(given.answer),
            }
            for (account, name), given in self._changed.items()
        ]  # fmt: skip
        if rows:
            self._connection.execute(upsert(TABLE, COLUMNS, self._is_sqlite), rows)


def recall_one(database: Database, account: str, name: str) -> dict[str, Any] | None:
    """The answer that a command of this account was given; None for one that was never answered here."""
    chosen = select(TABLE.c.answer).where(TABLE.c.account == account, TABLE.c.id == name)
    with database.reading() as connection:
        row = connection.execute(chosen).first()
    return json.loads(row.answer) if row else None
