"""The audit log's rows: one line for each command that was answered, and for each act of the system's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from fanlink.core import audit
from fanlink.core.audit import AuditLine
from fanlink.server import tables
from fanlink.server.envelopes import Asked
from fanlink.server.store import as_text

TABLE = tables.audit
LAST = select(TABLE.c.number, TABLE.c.hash).order_by(TABLE.c.number.desc()).limit(1)
HASHES = select(TABLE.c.number, TABLE.c.hash).where(TABLE.c.number.in_(bindparam("numbers", expanding=True)))


class AuditLog:
    """The lines that one transaction adds; the first of them reads where the chain ends."""

    def __init__(self, connection: Connection, now_ms: int) -> None:
        self._connection, self._now_ms = connection, now_ms
        self._lines: list[AuditLine] = []

    def add(self, actor: str, asked: Asked, answer: dict[str, Any]) -> None:
        """Notes an answered command, with the codes of what was found."""
        envelope = asked.envelope
        facts: dict[str, Any] = {"content": asked.content}
        if answer.get("findings"):
            facts["codes"] = sorted({finding["code"] for finding in answer["findings"]})
        self.note(actor, envelope.id, envelope.kind, envelope.target, answer["outcome"], facts)

    def note(self, actor: str, command: str, kind: str, target: str, outcome: str, facts: dict[str, Any]) -> None:
        """Notes an act."""
        number, before = self._end()
        self._lines.append(
            audit.chained(number + 1, self._now_ms, actor, command, kind, target, outcome, facts, before)
        )

    @property
    def length(self) -> int:
        """How many lines this transaction adds so far."""
        return len(self._lines)

    def back_to(self, length: int) -> None:
        """Drops the lines of a command that was refused after all."""
        del self._lines[length:]

    def _end(self) -> tuple[int, str]:
        if self._lines:
            return self._lines[-1].number, self._lines[-1].hash
        return newest(self._connection)

    def write(self) -> None:
        """Writes the lines."""
        rows = [
            {
                "number": line.number, "at_ms": line.at_ms, "actor": line.actor, "command": line.command,
                "kind": line.kind, "target": line.target, "outcome": line.outcome, "facts": as_text(line.facts),
                "before": line.before, "hash": line.hash,
            }
            for line in self._lines
        ]  # fmt: skip
        if rows:
            self._connection.execute(insert(TABLE), rows)


def newest(connection: Connection) -> tuple[int, str]:
    """The number and the hash of the last line; 0 and zeros while there is none."""
    last = connection.execute(LAST).first()
    return (last.number, last.hash) if last else (0, audit.FIRST)


def hashes(connection: Connection, numbers: Sequence[int]) -> dict[int, str]:
    """The hashes of the lines with these numbers, of those that are there."""
    return {row.number: row.hash for row in connection.execute(HASHES, {"numbers": list(numbers)})}


def told(connection: Connection, at: Sequence[int]) -> dict[str, Any]:
    """What clients are told of the log: its last line, and those with these numbers, each by number and hash."""
    number, last = newest(connection)
    found = hashes(connection, at) if at else {}
    return {
        "newest": {"number": number, "hash": last},
        "at": [{"number": one, "hash": found[one]} for one in dict.fromkeys(at) if one in found],
    }


def lines(connection: Connection, after: int, limit: int) -> Iterator[AuditLine]:
    """The lines after a number, in order."""
    chosen = select(TABLE).where(TABLE.c.number > after).order_by(TABLE.c.number).limit(limit)
    for row in connection.execute(chosen):
        yield AuditLine(
            row.number, row.at_ms, row.actor, row.command, row.kind, row.target, row.outcome, json.loads(row.facts),
            row.before, row.hash,
        )  # fmt: skip


def every(connection: Connection) -> Iterator[AuditLine]:
    """All lines as they stand, in order, read as they are needed; facts that are not as they were written are no facts."""
    chosen = select(TABLE).order_by(TABLE.c.number).execution_options(yield_per=2_000)
    for row in connection.execute(chosen):
        yield AuditLine(
            row.number, row.at_ms, row.actor, row.command, row.kind, row.target, row.outcome, _facts(row.facts),
            row.before, row.hash,
        )  # fmt: skip


def _facts(text: str) -> dict[str, Any]:
    with suppress(ValueError):
        facts = json.loads(text)
        if as_text(facts) == text:
            return facts
    return {"not_as_it_was_written": text}
