"""Planted bugs in what parties say before they are asked, and in later split sheets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fanlink.core import sheets, standing
from fanlink.core.consents import Consent, ConsentState
from fanlink.server import consents, matching, parties, prompts
from fanlink.simulation.planting import Bug, Planter


def _speaks_again(plant: Planter) -> None:
    """A standing answer speaks to a second question too, after a no or a yes that was taken back."""
    def make(was: Any) -> Any:
        def ask(asked: Any, track: str, party: str, use: Any, *more: Any) -> None:
            was(asked, track, party, use, *more)
            consent = asked.store.need(Consent, consents.consent_id(track, party, use))
            if consent.state is ConsentState.ASKED:
                asked.store.save(standing.answer(consent, parties.of_party(asked.store, party, use), asked.now_ms))
        return ask
    plant.wrap(prompts, "_ask", make)


def _outlives_the_catalogue(plant: Planter) -> None:
    """Who takes a catalogue out still says yes to the next question."""
    plant.put(consents, "_end_standing", lambda asked, data, tracks: 0)


def _term_forgotten(plant: Planter) -> None:
    """A standing yes for some days is given without end."""
    def make(was: Any) -> Any:
        return lambda consent, answers, now_ms: was(consent, [replace(one, term_days=None) for one in answers], now_ms)
    plant.wrap(standing, "answer", make)


def _all_before_one(plant: Planter) -> None:
    """What is said of all tracks goes before what is said of this one."""
    def make(was: Any) -> Any:
        def answer(consent: Any, answers: Any, now_ms: int) -> Any:
            fitting = [one for one in answers if one.speaks_to(consent)]
            return was(consent, [one for one in fitting if not one.tracks] or fitting, now_ms)
        return answer
    plant.wrap(standing, "answer", make)


def _losers_need_not_sign(plant: Planter) -> None:
    """A new version of a sheet is signed by those whom it pays, not by those whom it pays no more."""
    plant.put(sheets, "who_must_sign", lambda now, new: tuple(sorted(new.parties())))


def _newest_counts_for_all(plant: Planter) -> None:
    """A line counts for the sheet that was signed last, whatever its day."""
    def sheet(self: Any, remix: str, day: str) -> str | None:
        if remix not in self._sheets:
            self._know_sheets([remix])
        days, names = self._sheets[remix]
        return names[-1] if names and days[0] <= day else None
    plant.put(matching.Matcher, "sheet", sheet)


def _backwards(plant: Planter) -> None:
    """A version of a sheet may begin before the one before it."""
    plant.put(sheets, "succeed", lambda known, new, today: new)


def _countered_and_signed(plant: Planter) -> None:
    """A proposal that another one took the place of is signed all the same."""
    plant.put(sheets, "counter", lambda proposal, by: replace(proposal, countered_by=by, version=proposal.version + 1))


RIGHTS = {
    bug.name: bug for bug in (
        Bug("standing-answer-speaks-again", "A rule undoes what a person decided.", _speaks_again, "consent"),
        Bug("standing-yes-outlives-the-catalogue", "Taking a catalogue out leaves a standing yes.", _outlives_the_catalogue, "consent"),
        Bug("standing-term-forgotten", "A standing yes for a time is given for ever.", _term_forgotten, "consent"),
        Bug("sheet-without-those-who-lose", "A split changes without a word from those who are paid no more.", _losers_need_not_sign, "money"),
        Bug("newest-sheet-counts-for-all", "A line of an earlier day is split by a later sheet.", _newest_counts_for_all, "money"),
        Bug("sheet-goes-backwards", "A later version of a sheet counts from an earlier day.", _backwards, "money"),
        Bug("countered-and-signed", "A split that was answered with another is signed.", _countered_and_signed, "money"),
        Bug("standing-for-all-goes-first", "A no for one track is overruled by a yes for all.", _all_before_one, "consent"),
    )
}  # fmt: skip
