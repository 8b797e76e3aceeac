"""The audit log: one line for each answered command, each chained to the one before by its hash."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fanlink.core.digests import digest

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who asked what, when, and what came of it. `hash` covers everything else and the hash before."""

    number: int
    at_ms: int
    actor: str
    command: str
    kind: str
    target: str
    outcome: str
    facts: Mapping[str, Any]
    before: str
    hash: str


def line_hash(number: int, at_ms: int, actor: str, command: str, kind: str, target: str, outcome: str,
              facts: Mapping[str, Any], before: str) -> str:
    """SHA-256 of the canonical line and the hash before it."""
    return digest([number, at_ms, actor, command, kind, target, outcome, facts, before])


def chained(number: int, at_ms: int, actor: str, command: str, kind: str, target: str, outcome: str,
            facts: Mapping[str, Any], before: str) -> AuditLine:
    """The next line of the log."""
    made = line_hash(number, at_ms, actor, command, kind, target, outcome, facts, before)
    return AuditLine(number, at_ms, actor, command, kind, target, outcome, facts, before, made)


def broken_at(lines: Iterable[AuditLine]) -> int | None:
    """The number of the first line that does not follow from the one before it; None when the chain is whole."""
    before, expected = FIRST, 1
    for line in lines:
        made = line_hash(line.number, line.at_ms, line.actor, line.command, line.kind, line.target, line.outcome,
                         line.facts, before)
        if line.number != expected or line.before != before or line.hash != made:
            return line.number
        before, expected = line.hash, expected + 1
    return None
