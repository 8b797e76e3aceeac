"""Standing answers: what a party says to a question before it is asked. Without one the party is asked each time.

A standing answer speaks to first questions only. Who refused, wished for something else or took a yes back is always asked in
person, so that no rule can undo what a person decided.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from fanlink.core.consents import Consent, ConsentState, grant, refuse
from fanlink.core.errors import Reason, Refused
from fanlink.core.guard_rails import Use
from fanlink.core.territories import WORLD, canonical

DAY_MS = 86_400_000
LONGEST_TERM_DAYS = 36_500
LONGEST_CONDITIONS = 4_000


class Says(StrEnum):
    """What is said: ask me, yes on these terms, or no."""

    ASK = "ask"
    GRANT = "grant"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """A party's answer to one use, for some tracks, or for all where none is named. `term_days` counts from the question."""

    id: str
    party: str
    use: Use
    says: Says
    tracks: tuple[str, ...] = ()
    territory: str = WORLD
    term_days: int | None = None
    conditions: str = ""
    set_by: str = ""
    set_ms: int = 0
    ended: bool = False
    version: int = 1

    def speaks_to(self, consent: Consent) -> bool:
        """True for a question that it answers."""
        same = (self.party, self.use) == (consent.party, consent.use)
        return same and not self.ended and (not self.tracks or consent.track in self.tracks)


def check(answer: StandingAnswer) -> StandingAnswer:
    """The answer with its territory in the one way to write it; refused with all that is wrong."""
    wrong: list[Reason] = []
    territory = answer.territory
    try:
        territory = canonical(answer.territory)
    except Refused as refused:
        wrong += refused.reasons
    if answer.term_days is not None and not 1 <= answer.term_days <= LONGEST_TERM_DAYS:
        wrong.append(Reason("term_out_of_range", {"days": answer.term_days, "most": LONGEST_TERM_DAYS}))
    if len(answer.conditions) > LONGEST_CONDITIONS:
        wrong.append(Reason("note_too_long", {"characters": len(answer.conditions), "most": LONGEST_CONDITIONS}))
    if wrong:
        raise Refused(wrong)
    return replace(answer, territory=territory)


def answer(consent: Consent, answers: Iterable[StandingAnswer], now_ms: int) -> Consent:
    """A new question, answered where a standing answer speaks to it; one for this track goes before one for all."""
    assert consent.state is ConsentState.ASKED, "only a question is answered"
    fitting = [each for each in answers if each.speaks_to(consent)]
    chosen = min(fitting, key=lambda each: (not each.tracks, each.id), default=None)
    if chosen is None or chosen.says is Says.ASK:
        return consent
    by = f"standing:{chosen.id}"
    if chosen.says is Says.REFUSE:
        return refuse(consent, by, now_ms, chosen.conditions)
    until_ms = None if chosen.term_days is None else now_ms + chosen.term_days * DAY_MS
    return grant(consent, by, now_ms, territory=chosen.territory, until_ms=until_ms, conditions=chosen.conditions)
