"""The life of a split sheet after the first: proposed, answered by another proposal or signed by all, in force from a day.

The first sheet of a remix is bound when it is submitted. A later version is proposed by anyone on it and signed by everyone who
is paid by the old or by the new one; the signed versions are only ever added. Which one is in force is computed from the
days, not stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from fanlink.core.errors import Refused
from fanlink.core.lives import Life, take_step
from fanlink.core.shares import SplitSheet, succeed


class SheetState(StrEnum):
    PROPOSED = "proposed"
    COUNTERED = "countered"
    SIGNED = "signed"


class Standing(StrEnum):
    """Where a signed version is on a day."""

    TO_COME = "to_come"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"


LIFE: Life[SheetState] = {
    "sign": {SheetState.PROPOSED: SheetState.PROPOSED},
    "complete": {SheetState.PROPOSED: SheetState.SIGNED},
    "counter": {SheetState.PROPOSED: SheetState.COUNTERED},
}


@dataclass(frozen=True, slots=True)
class SheetProposal:
    """A version that is proposed, with everyone who must sign it. `counters` and `countered_by` name other proposals.

    `data` is the sheet as `SplitSheet.as_data` writes it, and never changes.
    """

    id: str
    remix: str
    data: Mapping[str, Any]
    parties: tuple[str, ...]
    by: str
    at_ms: int
    note: str = ""
    state: SheetState = SheetState.PROPOSED
    signed: tuple[str, ...] = ()
    counters: str = ""
    countered_by: str = ""
    version: int = 1

    @property
    def sheet(self) -> SplitSheet:
        """The version as a value."""
        return SplitSheet.from_data(self.data)

    @property
    def unsigned(self) -> tuple[str, ...]:
        """Who has not signed yet."""
        return tuple(party for party in self.parties if party not in self.signed)


def who_must_sign(now: SplitSheet, new: SplitSheet) -> tuple[str, ...]:
    """Everyone paid by the old version or by the new one: nobody's part changes without a word from them."""
    return tuple(sorted(now.parties() | new.parties()))


def propose(
    proposal_id: str, sheets: Sequence[SplitSheet], new: SplitSheet, by: str, now_ms: int, today: date, note: str = "",
    counters: str = "",
) -> SheetProposal:  # fmt: skip
    """A proposal for the version after the last; refused where it would reach backwards or change nothing."""
    assert sheets, "a remix that was accepted has a sheet"
    succeed(sheets, new, today)
    last = max(sheets, key=lambda sheet: sheet.effective_from)
    if (last.as_data()["shares"], last.recoupment) == (new.as_data()["shares"], new.recoupment):
        raise Refused("nothing_changed", digest=last.id)
    return SheetProposal(proposal_id, new.remix_id, new.as_data(), who_must_sign(last, new), by, now_ms, note, counters=counters)


def sign(proposal: SheetProposal, party: str, sheets: Iterable[SplitSheet], today: date) -> SheetProposal:
    """One party says yes. The last yes completes it; refused where its day has passed by then, or another came between."""
    take_step(LIFE, "sign", proposal.state)
    if party not in proposal.parties:
        raise Refused("party_not_in_template", party=party)
    if party in proposal.signed:
        raise Refused("already_signed", party=party)
    succeed(sheets, proposal.sheet, today)
    signed = tuple(sorted((*proposal.signed, party)))
    state = take_step(LIFE, "complete", proposal.state) if set(signed) >= set(proposal.parties) else proposal.state
    return replace(proposal, signed=signed, state=state, version=proposal.version + 1)


def counter(proposal: SheetProposal, countered_by: str) -> SheetProposal:
    """Another proposal takes its place; it can no longer be signed."""
    state = take_step(LIFE, "counter", proposal.state)
    return replace(proposal, state=state, countered_by=countered_by, version=proposal.version + 1)


def standing(sheets: Iterable[SplitSheet], today: date) -> dict[str, Standing]:
    """Where each signed version is today, by its id: at most one is in force, those before it are superseded."""
    ordered = sorted(sheets, key=lambda sheet: sheet.effective_from)
    begun = [sheet.id for sheet in ordered if sheet.effective_from <= today]
    found = {sheet.id: Standing.TO_COME for sheet in ordered}
    found |= dict.fromkeys(begun[:-1], Standing.SUPERSEDED)
    return found | dict.fromkeys(begun[-1:], Standing.IN_FORCE)
