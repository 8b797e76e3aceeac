"""Who can hold rights, sign and be paid; and how much of a track each of them holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from fanlink.core.errors import Reason


class PartyKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class Right(StrEnum):
    RECORDING = "recording"
    COMPOSITION = "composition"


@dataclass(frozen=True, slots=True)
class Party:
    """A person or organisation that can hold rights, sign and be paid."""

    id: str
    name: str
    kind: PartyKind = PartyKind.PERSON
    ipi: str | None = None
    isni: str | None = None


@dataclass(frozen=True, slots=True)
class Stake:
    """A party's exact share of a track's recording or composition."""

    party: str
    right: Right
    share: Fraction


@dataclass(frozen=True, slots=True)
class Mandate:
    """A dated, revocable right of `agent` to answer for `principal`; no `tracks` named means the whole catalogue."""

    id: str
    principal: str
    agent: str
    begins: date
    ends: date | None = None
    tracks: tuple[str, ...] = ()
    revoked: bool = False

    def covers(self, track: str, today: date) -> bool:
        """True when the agent may answer for the principal about this track today."""
        dated = self.begins <= today and (self.ends is None or today <= self.ends)
        return dated and not self.revoked and (not self.tracks or track in self.tracks)


def claims(stakes: Iterable[Stake]) -> list[Reason]:
    """What is wrong with the stakes of a track: `UnderClaim`, `OverClaim` or `Conflict` for each right.

    The words are those of DDEX claims: shares below 100 %, above it, or a party that claims the same right twice.
    """
    found: list[Reason] = []
    by_right: dict[Right, list[Stake]] = defaultdict(list)
    for stake in stakes:
        by_right[stake.right].append(stake)
    for right in Right:
        held = by_right[right]
        total = sum((stake.share for stake in held), Fraction(0))
        parties = [stake.party for stake in held]
        twice = sorted({party for party in parties if parties.count(party) > 1})
        wrong = sorted({stake.party for stake in held if not 0 <= stake.share <= 1})
        if twice or wrong:
            found.append(Reason("Conflict", {"right": str(right), "parties": twice or wrong}))
        if total != 1:
            code = "UnderClaim" if total < 1 else "OverClaim"
            found.append(Reason(code, {"right": str(right), "total": str(total), "parties": sorted(set(parties))}))
    return found
