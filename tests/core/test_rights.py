"""Stakes, mandates and consents."""

from datetime import date
from fractions import Fraction

import pytest

from fanlink.core import consents
from fanlink.core.consents import Consent, ConsentState
from fanlink.core.errors import Refused
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.parties import Mandate, Right, Stake, claims

NOW = 1_800_000_000_000


def stake(party, right, share):
    return Stake(party, right, Fraction(share))


def whole(*more):
    return [stake("ana", Right.RECORDING, "1"), stake("ana", Right.COMPOSITION, "1"), *more]


def test_stakes_that_sum_to_one_on_both_rights_have_no_claims():
    thirds = [stake(name, Right.COMPOSITION, "1/3") for name in ("ana", "jo", "mo")]
    assert [] == claims([stake("ana", Right.RECORDING, "1"), *thirds])


def test_shares_below_one_are_an_under_claim_that_names_who_is_there():
    (found,) = claims([stake("ana", Right.RECORDING, "2/3"), stake("ana", Right.COMPOSITION, "1")])
    assert ("UnderClaim", "recording", "2/3", ["ana"]) == (
        found.code, found.facts["right"], found.facts["total"], found.facts["parties"]
    )  # fmt: skip


def test_shares_above_one_are_an_over_claim():
    assert ["OverClaim"] == [found.code for found in claims(whole(stake("jo", Right.RECORDING, "1/100")))]


def test_the_same_party_twice_on_one_right_is_a_conflict_even_when_the_sum_is_right():
    halves = [stake("ana", Right.RECORDING, "1/2")] * 2
    assert ["Conflict"] == [found.code for found in claims([*halves, stake("ana", Right.COMPOSITION, "1")])]


def test_a_negative_share_is_a_conflict():
    odd = [stake("ana", Right.RECORDING, "3/2"), stake("jo", Right.RECORDING, "-1/2"), stake("ana", Right.COMPOSITION, "1")]
    assert ["Conflict"] == [found.code for found in claims(odd)]


def test_a_track_with_no_stakes_is_under_claimed_on_both_rights():
    assert ["UnderClaim", "UnderClaim"] == [found.code for found in claims([])]


@pytest.mark.parametrize(
    ("day", "track", "changes", "covered"),
    [
        ("2026-01-01", "t1", {}, True),
        ("2025-12-31", "t1", {}, False),
        ("2026-12-31", "t1", {"ends": date(2026, 12, 31)}, True),
        ("2027-01-01", "t1", {"ends": date(2026, 12, 31)}, False),
        ("2026-06-01", "t1", {"revoked": True}, False),
        ("2026-06-01", "t2", {"tracks": ("t1",)}, False),
        ("2026-06-01", "t1", {"tracks": ("t1",)}, True),
    ],
)
def test_a_mandate_covers_its_tracks_between_its_dates_until_it_is_revoked(day, track, changes, covered):
    mandate = Mandate("m1", "jo", "northside", date(2026, 1, 1), **changes)
    assert covered is mandate.covers(track, date.fromisoformat(day))


def test_a_featured_performer_without_a_stake_must_agree_too():
    assert ("ana", "vera") == consents.who_must_agree(whole(), ["vera"])


def test_a_prompt_asks_for_the_remix_and_each_further_use():
    rails = GuardRails(uses_allowed=(Use.VOICE_CHANGE, Use.REMIX, Use.OWN_RECORDINGS))
    assert (Use.REMIX, Use.OWN_RECORDINGS, Use.VOICE_CHANGE) == consents.uses_needed(rails)


def test_everyone_is_missing_until_they_say_yes_to_each_use():
    asked = consents.asked("c1", "t1", "ana", Use.REMIX)
    uses = [Use.REMIX, Use.MASHUP]
    assert [("ana", Use.REMIX), ("ana", Use.MASHUP)] == consents.missing(["ana"], uses, [asked], NOW)
    granted = consents.grant(asked, "ana-account", NOW)
    assert [("ana", Use.MASHUP)] == consents.missing(["ana"], uses, [granted], NOW)


def test_a_yes_that_has_run_out_is_a_no():
    granted = consents.grant(consents.asked("c1", "t1", "ana", Use.REMIX), "ana", NOW, until_ms=NOW + 5)
    assert granted.allows(NOW + 4)
    assert not granted.allows(NOW + 5)


def test_a_yes_cannot_end_before_it_begins():
    with pytest.raises(Refused, match="consent_ends_in_the_past"):
        consents.grant(consents.asked("c1", "t1", "ana", Use.REMIX), "ana", NOW, until_ms=NOW)


def test_a_counter_needs_words():
    with pytest.raises(Refused, match="counter_needs_a_note"):
        consents.counter(consents.asked("c1", "t1", "ana", Use.REMIX), "ana", NOW, "  ")


def test_a_party_that_withdrew_can_be_asked_again_and_every_step_is_a_new_version():
    consent = consents.asked("c1", "t1", "ana", Use.REMIX)
    for step in (
        lambda it: consents.grant(it, "ana", NOW),
        lambda it: consents.withdraw(it, "ana", NOW, "on reflection"),
        lambda it: consents.ask_again(it, "only the chorus?"),
        lambda it: consents.refuse(it, "ana", NOW, "no"),
    ):
        consent = step(consent)
    assert (ConsentState.REFUSED, 5) == (consent.state, consent.version)


def test_the_default_of_every_use_is_no():
    assert not any(Consent("c", "t", "p", use, ConsentState.ASKED).allows(NOW) for use in Use)
