"""Who owns a track, who has agreed to what, and who is missing: from documents alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from fanlink.core.consents import Consent, ConsentState, who_must_agree
from fanlink.core.documents import MandateDocument, Share, TrackDocument
from fanlink.core.guard_rails import Use
from fanlink.core.parties import Phase, Right
from fanlink.desktop import formats, words


@dataclass(frozen=True, slots=True)
class Agreement:
    """One use of one track: every party with its answer, None where nobody has asked."""

    use: Use
    answers: tuple[tuple[str, Consent | None], ...]
    now_ms: int

    @property
    def agreed(self) -> tuple[str, ...]:
        """Who says yes, now."""
        return tuple(party for party, consent in self.answers if consent is not None and consent.allows(self.now_ms))

    @property
    def missing(self) -> tuple[str, ...]:
        """Who does not."""
        yes = self.agreed
        return tuple(party for party, _consent in self.answers if party not in yes)

    @property
    def whole(self) -> bool:
        """True when everyone has agreed."""
        return not self.missing

    def tone(self, party: str) -> str:
        """How a party's answer looks: ok, warn, bad, or none where nobody has asked."""
        consent = dict(self.answers).get(party)
        if consent is None:
            return ""
        if consent.allows(self.now_ms):
            return "ok"
        return "bad" if consent.state in (ConsentState.REFUSED, ConsentState.WITHDRAWN) else "warn"


def acting_for(mine: Iterable[str], mandates: Iterable[MandateDocument], now_ms: int) -> tuple[str, ...]:
    """My parties, then those for which a mandate lets me answer today."""
    own, today = tuple(mine), datetime.fromtimestamp(now_ms / 1000, UTC).date()
    others = [each.mandate.principal for each in mandates if each.mandate.agent in own and each.mandate.phase_on(today) is Phase.RUNNING]
    return tuple(dict.fromkeys((*own, *others)))


def parties(track: TrackDocument) -> tuple[str, ...]:
    """Everyone who is asked about a track."""
    return who_must_agree(track.stakes, track.featured, track.contested)


def agreement(track: TrackDocument, use: Use, now_ms: int) -> Agreement:
    """Who has agreed to one use."""
    answers = {consent.party: consent for consent in track.consents if consent.use is use}
    return Agreement(use, tuple((party, answers.get(party)) for party in parties(track)), now_ms)


def agreements(track: TrackDocument, now_ms: int) -> list[Agreement]:
    """The remix itself, and every further use that somebody was asked about."""
    asked = {consent.use for consent in track.consents} | {Use.REMIX}
    return [agreement(track, use, now_ms) for use in Use if use in asked]


def owners(track: TrackDocument, right: Right) -> list[tuple[str, Fraction]]:
    """Who owns one right, the largest share first."""
    held = [(stake.party, stake.share) for stake in track.stakes if stake.right is right]
    return sorted(held, key=lambda line: (-line[1], line[0]))


def names(ids: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """Names of parties; an id stands for itself where the name is not known."""
    return [known.get(id_, id_) for id_ in ids]


def split_lines(shares: Iterable[Share], mine: Iterable[str]) -> list[tuple[str, str, Fraction, bool]]:
    """Name, role, exact share and whether it is mine, the largest first: a split as its owners read it."""
    mine = set(mine)
    lines = [(each.name, words.ROLES.get(each.role, formats.human(each.role)), each.share, each.party in mine) for each in shares]
    return sorted(lines, key=lambda line: (-line[2], line[0]))
