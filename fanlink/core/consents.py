"""Consent: a party's answer for one track and one use. The default is no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from fanlink.core.errors import Refused
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.lives import Life, take_step
from fanlink.core.parties import Stake
from fanlink.core.territories import WORLD, canonical, covers


class ConsentState(StrEnum):
    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    COUNTERED = "countered"
    WITHDRAWN = "withdrawn"


LIFE: Life[ConsentState] = {
    "ask": {
        ConsentState.REFUSED: ConsentState.ASKED,
        ConsentState.COUNTERED: ConsentState.ASKED,
        ConsentState.WITHDRAWN: ConsentState.ASKED,
    },
    "grant": {ConsentState.ASKED: ConsentState.GRANTED},
    "refuse": {ConsentState.ASKED: ConsentState.REFUSED},
    "counter": {ConsentState.ASKED: ConsentState.COUNTERED},
    "withdraw": {ConsentState.GRANTED: ConsentState.WITHDRAWN},
}


@dataclass(frozen=True, slots=True)
class Consent:
    """One party's answer. `territory` is as in `territories`; `until_ms` None is without end.

    `asking` is what the artist's team wrote with its question, `note` what the party answered. `wanted` is the territory
    asked for when a yes is too narrow for a prompt.
    """

    id: str
    track: str
    party: str
    use: Use
    state: ConsentState
    territory: str = WORLD
    until_ms: int | None = None
    conditions: str = ""
    note: str = ""
    answered_by: str | None = None
    answered_ms: int | None = None
    version: int = 1
    asking: str = ""
    wanted: str = ""

    @property
    def open(self) -> bool:
        """True while the party has something to answer: a question, or one for more than it granted."""
        return self.state is ConsentState.ASKED or bool(self.wanted)

    def allows(self, now_ms: int, territory: str | None = None) -> bool:
        """True while the answer is yes and has not run out; with a territory, only when the yes holds in all of it."""
        lasting = self.state is ConsentState.GRANTED and (self.until_ms is None or now_ms < self.until_ms)
        return lasting and (territory is None or covers(self.territory, territory))


def asked(consent_id: str, track: str, party: str, use: Use, asking: str = "") -> Consent:
    """A new question."""
    return Consent(consent_id, track, party, use, ConsentState.ASKED, asking=asking)


def ask_again(consent: Consent, asking: str = "") -> Consent:
    """Asks a party again that refused, countered or withdrew. What it answered then stays to be read."""
    return _moved(consent, "ask", asking=asking)


def ask_wider(consent: Consent, territory: str, asking: str = "") -> Consent:
    """Asks a party for more places than it granted. Its yes stands meanwhile: other prompts may rest on it."""
    assert consent.state is ConsentState.GRANTED, "only a yes can be too narrow"
    return replace(consent, wanted=territory, asking=asking, version=consent.version + 1)


def grant(
    consent: Consent, by: str, now_ms: int, *, territory: str = "world", until_ms: int | None = None,
    conditions: str = "",
) -> Consent:
    """The party says yes; refuses an end that has passed and a territory that is none.

    A yes that was asked to be wider (`wanted`) can only grow: `grant_narrows`. To take something of it back, withdraw.
    """
    territory = canonical(territory)
    if until_ms is not None and until_ms <= now_ms:
        raise Refused("consent_ends_in_the_past", until_ms=until_ms)
    answer = {"answered_by": by, "answered_ms": now_ms, "territory": territory, "until_ms": until_ms, "conditions": conditions}
    if not consent.wanted:
        return _moved(consent, "grant", **answer)
    sooner = until_ms is not None and (consent.until_ms is None or until_ms < consent.until_ms)
    if sooner or not covers(territory, consent.territory):
        raise Refused("grant_narrows", territory=consent.territory, until_ms=consent.until_ms)
    return replace(consent, wanted="", version=consent.version + 1, **answer)


def refuse(consent: Consent, by: str, now_ms: int, note: str = "") -> Consent:
    """The party says no; to a question for more than it granted, what it granted stays."""
    return _declined(consent, "refuse", by, now_ms, note)


def counter(consent: Consent, by: str, now_ms: int, note: str) -> Consent:
    """The party would say yes to something else; refuses without a note of what."""
    if not note.strip():
        raise Refused("counter_needs_a_note")
    return _declined(consent, "counter", by, now_ms, note)


def withdraw(consent: Consent, by: str, now_ms: int, note: str = "") -> Consent:
    """The party takes its yes back."""
    return _moved(consent, "withdraw", answered_by=by, answered_ms=now_ms, note=note, wanted="")


def uses_needed(rails: GuardRails) -> tuple[Use, ...]:
    """What a prompt with these guard rails asks of everyone: the remix itself, and each further use it allows."""
    return (Use.REMIX, *sorted(set(rails.uses_allowed) - {Use.REMIX}))


def who_must_agree(
    stakes: Iterable[Stake], featured: Iterable[str], open_claims: Iterable[Stake] = ()
) -> tuple[str, ...]:
    """Every party with a stake or an open claim, and every featured performer even with a stake of nothing; sorted."""
    return tuple(sorted({stake.party for stake in (*stakes, *open_claims)} | set(featured)))


def missing(
    parties: Iterable[str], uses: Iterable[Use], consents: Iterable[Consent], now_ms: int, territory: str = WORLD
) -> list[tuple[str, Use]]:
    """Who has not agreed to what, now and in all of the territory; empty when everyone has agreed to every use."""
    allowed = {(consent.party, consent.use) for consent in consents if consent.allows(now_ms, territory)}
    uses = tuple(uses)
    return [(party, use) for party in parties for use in uses if (party, use) not in allowed]


def _declined(consent: Consent, step: str, by: str, now_ms: int, note: str) -> Consent:
    answer = {"answered_by": by, "answered_ms": now_ms, "note": note}
    if consent.wanted:
        return replace(consent, wanted="", version=consent.version + 1, **answer)
    return _moved(consent, step, **answer)


def _moved(consent: Consent, step: str, **changes: object) -> Consent:
    state = take_step(LIFE, step, consent.state)
    return replace(consent, state=state, version=consent.version + 1, **changes)
