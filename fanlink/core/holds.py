"""Lines that look bought: held outside every pot, seen by those whose money it is, then released or rejected by a person.

A hold is all lines of one report, one remix and one currency that a rule named. Nothing is ever decided by the rule alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from fanlink.core.errors import Refused
from fanlink.core.lives import Life, take_step

LONGEST_TEXT = 4000


class HoldState(StrEnum):
    """Where a hold is. A rejected one may still be appealed once."""

    HELD = "held"
    APPEALED = "appealed"
    RELEASED = "released"
    REJECTED = "rejected"


class HoldOutcome(StrEnum):
    """What finance decides of a hold."""

    RELEASE = "release"
    REJECT = "reject"


_S = HoldState
LIFE: Life[HoldState] = {
    "appeal": {_S.HELD: _S.APPEALED, _S.REJECTED: _S.APPEALED},
    "release": {_S.HELD: _S.RELEASED, _S.APPEALED: _S.RELEASED},
    "reject": {_S.HELD: _S.REJECTED, _S.APPEALED: _S.REJECTED},
}


@dataclass(frozen=True, slots=True)
class Why:
    """One rule with its version, what it counted, and how many lines of the hold it named."""

    rule: str
    reason: str
    lines: int


@dataclass(frozen=True, slots=True)
class Hold:
    """The held lines of one report, remix and currency. `returned` is true while the service does not owe them any more."""

    id: str
    record: str
    service: str
    remix: str
    currency: str
    lines: int
    units: int
    revenue_pico: int
    why: tuple[Why, ...]
    held_ms: int
    state: HoldState = HoldState.HELD
    returned: bool = False
    appeal: str = ""
    appealed_by: str = ""
    letter: str = ""
    decided_by: str = ""
    decided_ms: int | None = None
    version: int = 1


def appeal(hold: Hold, text: str, by: str) -> Hold:
    """A party says why these plays are real. Refused: `illegal_step`, `appeal_empty`, `already_appealed`."""
    if not text.strip():
        raise Refused("appeal_empty", id=hold.id)
    if hold.appeal:
        raise Refused("already_appealed", id=hold.id)
    state = take_step(LIFE, "appeal", hold.state)
    return replace(hold, state=state, appeal=text[:LONGEST_TEXT], appealed_by=by, version=hold.version + 1)


def decide(hold: Hold, outcome: HoldOutcome, letter: str, by: str, now_ms: int) -> Hold:
    """Releases or rejects. Refused: `illegal_step`, `letter_missing` for a no, `own_decision` for who rejected it before."""
    state = take_step(LIFE, str(outcome), hold.state)
    if outcome is HoldOutcome.REJECT and not letter.strip():
        raise Refused("letter_missing", id=hold.id)
    if hold.decided_by == by:
        raise Refused("own_decision", id=hold.id)
    returned = outcome is HoldOutcome.REJECT
    return replace(
        hold, state=state, returned=returned, letter=letter[:LONGEST_TEXT], decided_by=by, decided_ms=now_ms,
        version=hold.version + 1,
    )  # fmt: skip


def why_data(why: tuple[Why, ...]) -> tuple[Mapping[str, Any], ...]:
    """The reasons as plain data, for documents."""
    return tuple({"rule": one.rule, "reason": one.reason, "lines": one.lines} for one in why)
