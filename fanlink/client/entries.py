"""One command as the outbox holds it, and the two forms it takes: a row in the file and JSON on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fanlink import wire
from fanlink.core import commands
from fanlink.core.commands import Command
from fanlink.core.digests import canonical, digest_of_bytes
from fanlink.core.errors import Reason


class EntryState(StrEnum):
    """Where a command is. Refused, conflict and blocked wait for a person; accepted ones are history."""

    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CONFLICT = "conflict"
    BLOCKED = "blocked"


NEEDS_A_PERSON = (EntryState.REFUSED, EntryState.CONFLICT, EntryState.BLOCKED)
ON_THE_WAY = (EntryState.WAITING, EntryState.SENDING)


@dataclass(frozen=True, slots=True)
class Entry:
    """A command with what became of it so far.

    `now` is what the server says the target is now, `base` what the person saw when acting; both as JSON.
    `sent` counts how often it left this computer: from the first time on it may have happened and cannot be undone.
    `settled` is True once what it did has come back as documents. `opinion` keeps a decision that came second.
    """

    number: int
    command: Command
    account: str | None
    state: EntryState
    made_ms: int
    not_before_ms: int = 0
    reasons: tuple[Reason, ...] = ()
    now: Mapping[str, Any] | None = None
    base: Mapping[str, Any] | None = None
    answered_ms: int | None = None
    sent: int = 0
    settled: bool = False
    dealt_with: bool = False
    opinion: bool = False

    @property
    def id(self) -> str:
        return self.command.id

    @property
    def needs_you(self) -> bool:
        """True while a person must look at it."""
        return self.state in NEEDS_A_PERSON and not self.dealt_with


COLUMNS = (
    "number, id, account, kind, target, base_version, data, after, replaces, state, made_ms, not_before_ms, reasons,"
    " now, base, answered_ms, sent, settled, dealt_with, opinion, seal"
)


def envelope(command: Command) -> dict[str, Any]:
    """A command as it goes over the wire."""
    made = {
        "id": command.id, "kind": command.kind, "target": command.target, "base_version": command.base_version,
        "data": wire.to_json(command.data), "after": list(command.after),
    }
    return made | {"replaces": command.replaces} if command.replaces else made


def command_of(made: Mapping[str, Any]) -> Command:
    """The command in an envelope; `BadInput` when this version does not know its kind or fields."""
    kind = commands.KINDS.get(made["kind"])
    if kind is None:
        raise wire.BadInput(f"unknown kind of command {made['kind']!r}", where=str(made["id"]))
    data = wire.from_json(kind, made["data"], where=str(made["id"]))
    return Command(
        made["id"], made["target"], data, made.get("base_version"), tuple(made.get("after", ())), made.get("replaces")
    )


def seal(made: Mapping[str, Any], account: str | None) -> str:
    """A digest over what the person asked for, so that a flipped bit is never sent in their name."""
    return digest_of_bytes(canonical([made, account]))


def entry_of(row: tuple[Any, ...]) -> Entry:
    """The entry in a row of COLUMNS."""
    (number, id_, account, kind, target, base_version, data, after, replaces, state, made_ms, not_before_ms, reasons,
     now, base, answered_ms, sent, settled, dealt_with, opinion, _seal) = row
    command = command_of({
        "id": id_, "kind": kind, "target": target, "base_version": base_version, "data": json.loads(data),
        "after": json.loads(after), "replaces": replaces,
    })
    return Entry(
        number, command, account, EntryState(state), made_ms, not_before_ms,
        tuple(Reason(code, facts) for code, facts in json.loads(reasons)),
        json.loads(now) if now else None, json.loads(base) if base else None, answered_ms, sent,
        bool(settled), bool(dealt_with), bool(opinion),
    )


def envelope_of(row: tuple[Any, ...]) -> dict[str, Any]:
    """The wire form of a row of COLUMNS, without building the value in between."""
    made = {
        "id": row[1], "kind": row[3], "target": row[4], "base_version": row[5], "data": json.loads(row[6]),
        "after": json.loads(row[7]),
    }
    return made | {"replaces": row[8]} if row[8] else made


def said(
    made: Mapping[str, Any], account: str | None, made_ms: int, not_before_ms: int, base: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A command as the journal holds it."""
    return {"do": made, "account": account, "made_ms": made_ms, "not_before_ms": not_before_ms, "base": base}


def said_row(row: tuple[Any, ...], account: str | None = None, answered_order: int | None = None) -> dict[str, Any]:
    """A row of COLUMNS as the journal holds it; what is blocked on this computer alone, with why.

    What was accepted says when, and in which transaction, `answered_order`.
    """
    made = said(envelope_of(row), account or row[2], row[10], row[11], json.loads(row[14]) if row[14] else None)
    if row[9] == "accepted":
        return made | {"accepted": [row[15], answered_order]}
    return made | {"blocked": json.loads(row[12])} if row[9] == "blocked" and row[15] is None else made


def text(value: Any) -> str:
    """Canonical JSON for a column."""
    return canonical(value).decode()
