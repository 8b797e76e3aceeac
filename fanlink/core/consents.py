"""Consent: a party's answer for one track and one use. The default is no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from fanlink.core.errors import Refused
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.lives import Life, take_step
from fanlink.core.parties import Stake


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
    """One party's answer. `territory` is ISO 3166 or "world"; `until_ms` None is without end."""

    id: str
    track: str
    party: str
    use: Use
    state: ConsentState
    territory: str = "world"
    until_ms: int | None = None
    conditions: str = ""
    note: str = ""
    answered_by: str | None = None
    answered_ms: int | None = None
    version: int = 1

    def allows(self, now_ms: int) -> bool:
        """True while the answer is yes and has not run out."""
        return self.state is ConsentState.GRANTED and (self.until_ms is None or now_ms < self.until_ms)


def asked(consent_id: str, track: str, party: str, use: Use) -> Consent:
    """A new question."""
    return Consent(consent_id, track, party, use, ConsentState.ASKED)


def ask_again(consent: Consent, note: str = "") -> Consent:
    """Asks a party again that refused, countered or withdrew."""
    return _moved(consent, "ask", note=note)


def grant(
    consent: Consent, by: str, now_ms: int, *, territory: str = "world", until_ms: int | None = None,
    conditions: str = "",
) -> Consent:
    """The party says yes; refuses an end that has passed."""
    if until_ms is not None and until_ms <= now_ms:
        raise Refused("consent_ends_in_the_past", until_ms=until_ms)
    return _moved(
        consent, "grant", answered_by=by, answered_ms=now_ms, territory=territory, until_ms=until_ms,
        conditions=conditions,
    )


def refuse(consent: Consent, by: str, now_ms: int, note: str = "") -> Consent:
    """The party says no."""
    return _moved(consent, "refuse", answered_by=by, answered_ms=now_ms, note=note)


def counter(consent: Consent, by: str, now_ms: int, note: str) -> Consent:
    """The party would say yes to something else; refuses without a note of what."""
    if not note.strip():
        raise Refused("counter_needs_a_note")
    return _moved(consent, "counter", answered_by=by, answered_ms=now_ms, note=note)


def withdraw(consent: Consent, by: str, now_ms: int, note: str = "") -> Consent:
    """The party takes its yes back."""
    return _moved(consent, "withdraw", answered_by=by, answered_ms=now_ms, note=note)


def uses_needed(rails: GuardRails) -> tuple[Use, ...]:
    """What a prompt with these guard rails asks of everyone: the remix itself, and each further use it allows."""
    return (Use.REMIX, *sorted(set(rails.uses_allowed) - {Use.REMIX}))


def who_must_agree(stakes: Iterable[Stake], featured: Iterable[str]) -> tuple[str, ...]:
    """Every party with a stake, and every featured performer even with a stake of nothing; sorted."""
    return tuple(sorted({stake.party for stake in stakes} | set(featured)))


def missing(
    parties: Iterable[str], uses: Iterable[Use], consents: Iterable[Consent], now_ms: int
) -> list[tuple[str, Use]]:
    """Who has not agreed to what, now; empty when everyone has agreed to every use."""
    allowed = {(consent.party, consent.use) for consent in consents if consent.allows(now_ms)}
    uses = tuple(uses)
    return [(party, use) for party in parties for use in uses if (party, use) not in allowed]


def _moved(consent: Consent, step: str, **changes: object) -> Consent:
    state = take_step(LIFE, step, consent.state)
    return replace(consent, state=state, version=consent.version + 1, **changes)
