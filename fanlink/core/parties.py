"""Who can hold rights, sign and be paid; and how much of a track each of them holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from fanlink.core import plain_text
from fanlink.core.errors import Reason, Refused
from fanlink.core.identifiers import parse_ipi, parse_isni


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
    version: int = 1


@dataclass(frozen=True, slots=True)
class Stake:
    """A party's exact share of a track's recording or composition."""

    party: str
    right: Right
    share: Fraction


class Phase(StrEnum):
    """Where a mandate is between its days."""

    COMING = "coming"
    RUNNING = "running"
    OVER = "over"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Mandate:
    """A dated, revocable right of `agent` to answer for `principal`; no `tracks` named means the whole catalogue.

    `phase` is what was last told of it; `phase_on` is what holds.
    """

    id: str
    principal: str
    agent: str
    begins: date
    ends: date | None = None
    tracks: tuple[str, ...] = ()
    revoked: bool = False
    phase: Phase = Phase.COMING
    version: int = 1

    def phase_on(self, today: date) -> Phase:
        """Where it is on a UTC day; both its first and its last day are in it."""
        if self.revoked:
            return Phase.REVOKED
        if today < self.begins:
            return Phase.COMING
        return Phase.OVER if self.ends is not None and self.ends < today else Phase.RUNNING

    def covers(self, track: str, today: date) -> bool:
        """True when the agent may answer for the principal about this track today."""
        return self.phase_on(today) is Phase.RUNNING and (not self.tracks or track in self.tracks)


LONGEST_NAME = 200


def check_party(name: str, ipi: str | None, isni: str | None) -> tuple[str, str | None, str | None]:
    """Name, IPI and ISNI in their bare forms; refused with all that is wrong, check digits included."""
    wrong: list[Reason] = []
    plain = " ".join(name.split())
    if not plain:
        wrong.append(Reason("name_empty"))
    if len(plain) > LONGEST_NAME:
        wrong.append(Reason("name_too_long", {"characters": len(plain), "most": LONGEST_NAME}))
    wrong += plain_text.faults(plain, "name")
    bare: list[str | None] = []
    for parse, given in ((parse_ipi, ipi), (parse_isni, isni)):
        try:
            bare.append(parse(given) if given and given.strip() else None)
        except Refused as refused:
            wrong += refused.reasons
    if wrong:
        raise Refused(wrong)
    return plain, bare[0], bare[1]


def check_stakes(stakes: Iterable[Stake]) -> list[Reason]:
    """Stakes that cannot be: a share below nothing or above the whole. What they add up to is for `claims` to say."""
    return [
        Reason("stake_out_of_range", {"party": stake.party, "right": str(stake.right), "share": str(stake.share)})
        for stake in stakes if not 0 <= stake.share <= 1
    ]  # fmt: skip


def contested(
    before: Iterable[Stake], open_before: Iterable[Stake], after: Iterable[Stake], agreed: Iterable[str]
) -> tuple[Stake, ...]:
    """The claims that stay open when stakes are declared anew: what a party held, or claimed, and would lose.

    `agreed` are the parties for which the person who declares may speak. A claim ends when its party agrees, or gets as
    much again. A performer who was featured holds a stake of nothing, and loses it by no longer being named.
    """
    now: dict[tuple[str, Right], Fraction] = {}
    for stake in after:
        key = stake.party, stake.right
        now[key] = now.get(key, Fraction(0)) + stake.share
    claimed: dict[tuple[str, Right], Fraction] = {}
    for stake in (*before, *open_before):
        key = stake.party, stake.right
        claimed[key] = max(claimed.get(key, Fraction(0)), stake.share)
    spoken = set(agreed)
    return tuple(
        Stake(party, right, share) for (party, right), share in sorted(claimed.items())
        if party not in spoken and now.get((party, right), Fraction(-1)) < share
    )  # fmt: skip


def claims(stakes: Iterable[Stake], open_claims: Iterable[Stake] = ()) -> list[Reason]:
    """What is wrong with the stakes of a track: `UnderClaim`, `OverClaim` or `Conflict` for each right.

    The words are those of DDEX claims: shares below 100 %, above it, or two answers to who holds what: a party that claims the
    same right twice, or one that has not agreed to hold less than before. `must_act` names who can mend it: the parties
    that claim too much or contradict each other; where too little is claimed, the artist's team (empty).
    """
    found: list[Reason] = []
    by_right: dict[Right, list[Stake]] = defaultdict(list)
    for stake in stakes:
        by_right[stake.right].append(stake)
    disputed: dict[Right, list[str]] = defaultdict(list)
    for stake in open_claims:
        disputed[stake.right].append(stake.party)
    for right in Right:
        held = by_right[right]
        total = sum((stake.share for stake in held), Fraction(0))
        parties = [stake.party for stake in held]
        twice = sorted({party for party in parties if parties.count(party) > 1})
        wrong = sorted({stake.party for stake in held if not 0 <= stake.share <= 1})
        at_odds = twice or wrong
        if at_odds:
            found.append(Reason("Conflict", {"right": str(right), "parties": at_odds, "must_act": at_odds}))
        if disputed[right]:
            names = sorted(set(disputed[right]))
            found.append(Reason("Conflict", {"right": str(right), "parties": names, "must_act": names}))
        if total != 1:
            code = "UnderClaim" if total < 1 else "OverClaim"
            names = sorted(set(parties))
            facts = {"right": str(right), "total": str(total), "parties": names, "must_act": names if total > 1 else []}
            found.append(Reason(code, facts))
    return found
