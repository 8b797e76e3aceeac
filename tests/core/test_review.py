"""Remixes, cases and challenges: who may do what, when, and why."""

from dataclasses import replace

import pytest

from fanlink.core import cases, challenges, remixes
from fanlink.core.cases import Case, CaseKind, CaseState, Decision, Outcome
from fanlink.core.challenges import Challenge, Criterion, Dates, Entry, Phase
from fanlink.core.errors import Refused
from fanlink.core.recipes import Recipe, Section, StemUse
from fanlink.core.remixes import Remix, RemixState

NOW = 1_800_000_000_000
DAY = 86_400_000
RECIPE = Recipe("1", 1, "t", "w", {}, "", 100, 0, 0.0, {"vocals": StemUse()}, (), (Section("intro", 1, 4),))


def remix(state=RemixState.IN_REVIEW):
    return Remix("r1", "mara", "party-mara", "luma", "t1", "p1", "d1", "Night", RECIPE, "rd", state=state)


def case(**changes):
    return replace(Case("c1", CaseKind.SUBMISSION, "r1", CaseState.WAITING, NOW, persons=("mara",)), **changes)


def decision(outcome=Outcome.APPROVE, by="sam", reasons=(), at_ms=NOW):
    return Decision("d1", outcome, by, at_ms, reasons)


@pytest.mark.parametrize("step", ["reject", "request_changes", "take_down"])
def test_no_refusal_goes_without_its_reason(step):
    with pytest.raises(Refused, match="reason_missing"):
        remixes.move(remix(), step, "sam", NOW)


@pytest.mark.parametrize("state", [RemixState.IN_REVIEW, RemixState.PUBLISHED, RemixState.APPROVED])
def test_a_reinstated_remix_is_where_it_was_before(state):
    before = remixes.move(remix(RemixState.APPROVED), "publish", "system", NOW)
    before = replace(before, state=state, steps=(replace(before.steps[0], state=state),))
    down = remixes.move(before, "take_down", "jo", NOW + 1, reasons=("rights_claim",))
    assert state is remixes.move(down, "reinstate", "jo", NOW + 2).state


def test_every_step_is_kept_with_who_took_it_and_why():
    moved = remixes.move(remix(), "reject", "sam", NOW, reasons=("quality",), letter="The vocal drifts in bar 9.")
    (step,) = moved.steps
    assert ("reject", RemixState.REJECTED, "sam", ("quality",)) == (step.step, step.state, step.by, step.reasons)
    assert 2 == moved.version


def test_nobody_decides_or_claims_their_own_case():
    for act in (lambda: cases.claim(case(), "mara", NOW), lambda: cases.decide(case(), decision(by="mara"))):
        with pytest.raises(Refused, match="own_case"):
            act()


def test_a_claim_keeps_others_out_until_its_lease_ends():
    held = cases.claim(case(), "sam", NOW)
    with pytest.raises(Refused, match="claimed_by_another"):
        cases.claim(held, "ida", NOW + 1)
    with pytest.raises(Refused, match="claimed_by_another"):
        cases.decide(held, decision(by="ida", at_ms=NOW + 1))
    assert "ida" == cases.claim(held, "ida", NOW + cases.LEASE_MS).claimed_by
    assert CaseState.DECIDED is cases.decide(held, decision(by="ida", at_ms=NOW + cases.LEASE_MS)).state


@pytest.mark.parametrize(
    ("kind", "outcome", "reasons", "code"),
    [
        (CaseKind.SUBMISSION, Outcome.REJECT, (), "reason_missing"),
        (CaseKind.SUBMISSION, Outcome.REJECT, ("because",), "reason_unknown"),
        (CaseKind.SUBMISSION, Outcome.UPHOLD, ("quality",), "outcome_not_open"),
        (CaseKind.APPEAL, Outcome.APPROVE, (), "outcome_not_open"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused(kind, outcome, reasons, code):
    with pytest.raises(Refused, match=code):
        cases.decide(case(kind=kind), decision(outcome, reasons=reasons))


def test_an_escalated_case_can_be_decided_and_keeps_both_decisions():
    escalated = cases.decide(case(), decision(Outcome.ESCALATE))
    decided = cases.decide(escalated, decision(Outcome.APPROVE, by="ida"))
    assert (CaseState.DECIDED, 2) == (decided.state, len(decided.decisions))


def challenge(**changes):
    dates = Dates(NOW, NOW + 7 * DAY, NOW + 14 * DAY)
    made = Challenge("ch", "luma", "p1", "d1", "Night week", "", dates, (Criterion("Mood", 10),), ("jo",))
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("at", "phase"),
    [(-1, Phase.SCHEDULED), (0, Phase.OPEN), (7 * DAY - 1, Phase.OPEN), (7 * DAY, Phase.JUDGING), (99 * DAY, Phase.JUDGING)],
)
def test_the_phase_is_read_off_the_clock(at, phase):
    assert phase is challenges.phase(challenges.schedule(challenge(), NOW - DAY), NOW + at)


def test_all_that_keeps_a_challenge_from_being_scheduled_is_told():
    poor = challenge(title=" ", dates=Dates(NOW, NOW - 2, NOW), rubric=(), judges=())
    with pytest.raises(Refused) as refused:
        challenges.schedule(poor, NOW)
    assert ["title_empty", "dates_out_of_order", "rubric_missing", "judges_missing", "dates_in_the_past"] == [
        reason.code for reason in refused.value.reasons
    ]


def test_dates_are_extended_and_never_shortened():
    scheduled = challenges.schedule(challenge(), NOW - DAY)
    later = Dates(NOW, NOW + 8 * DAY, NOW + 15 * DAY)
    assert later == challenges.extend(scheduled, later).dates
    for shorter in (Dates(NOW, NOW + 6 * DAY, NOW + 14 * DAY), Dates(NOW + 1, NOW + 7 * DAY, NOW + 14 * DAY)):
        with pytest.raises(Refused, match="dates_shortened"):
            challenges.extend(scheduled, shorter)


def entry(fan="mara"):
    return Entry("e1", "ch", "r1", fan, NOW)


def test_entries_are_taken_while_it_is_open_and_not_from_judges():
    scheduled = challenges.schedule(challenge(), NOW - DAY)
    assert entry() == challenges.enter(scheduled, entry(), NOW)
    with pytest.raises(Refused, match="challenge_not_open"):
        challenges.enter(scheduled, entry(), NOW + 7 * DAY)
    with pytest.raises(Refused, match="judge_cannot_enter"):
        challenges.enter(scheduled, entry("jo"), NOW)


def test_judges_score_on_the_rubric_while_judging():
    judging, at = challenges.schedule(challenge(), NOW - DAY), NOW + 8 * DAY
    assert (("jo", (("Mood", 7),)),) == challenges.score(judging, entry(), "jo", {"Mood": 7}, at).scores
    for judge, points, when, code in (
        ("sam", {"Mood": 7}, at, "not_a_judge"),
        ("jo", {"Mood": 11}, at, "points_off_the_rubric"),
        ("jo", {"Craft": 1}, at, "points_off_the_rubric"),
        ("jo", {"Mood": 7}, NOW, "not_judging"),
    ):
        with pytest.raises(Refused, match=code):
            challenges.score(judging, entry(), judge, points, when)


def test_a_challenge_is_cancelled_with_a_reason_and_then_it_is_over():
    with pytest.raises(Refused, match="reason_missing"):
        challenges.cancel(challenge(), " ")
    cancelled = challenges.cancel(challenge(), "consent_ended")
    assert Phase.CANCELLED is challenges.phase(cancelled, NOW)
    with pytest.raises(Refused, match="illegal_step"):
        challenges.cancel(cancelled, "again")
