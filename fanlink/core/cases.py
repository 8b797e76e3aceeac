"""A case: what a moderator decides about. Decisions are never changed; an appeal names the one it is about."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from fanlink.core.errors import Refused
from fanlink.core.lives import Life, take_step

LEASE_MS = 15 * 60_000

REASONS = (
    "rule_broken", "near_duplicate", "voice_likeness", "undisclosed_synthetic", "spam", "impersonation",
    "quality", "title_or_text", "rights_claim", "other",
)


class CaseState(StrEnum):
    WAITING = "waiting"
    CLAIMED = "claimed"
    DECIDED = "decided"
    ESCALATED = "escalated"


class CaseKind(StrEnum):
    SUBMISSION = "submission"
    REPORT = "report"
    APPEAL = "appeal"


class Outcome(StrEnum):
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    ESCALATE = "escalate"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    TAKE_DOWN = "take_down"
    DISMISS = "dismiss"


OUTCOMES: dict[CaseKind, tuple[Outcome, ...]] = {
    CaseKind.SUBMISSION: (Outcome.APPROVE, Outcome.REQUEST_CHANGES, Outcome.REJECT, Outcome.ESCALATE),
    CaseKind.REPORT: (Outcome.DISMISS, Outcome.TAKE_DOWN, Outcome.ESCALATE),
    CaseKind.APPEAL: (Outcome.UPHOLD, Outcome.OVERTURN, Outcome.ESCALATE),
}

NEEDS_A_REASON = (Outcome.REQUEST_CHANGES, Outcome.REJECT, Outcome.UPHOLD, Outcome.TAKE_DOWN)

_S = CaseState
LIFE: Life[CaseState] = {
    "claim": {_S.WAITING: _S.CLAIMED, _S.ESCALATED: _S.CLAIMED},
    "release": {_S.CLAIMED: _S.WAITING},
    "decide": {_S.WAITING: _S.DECIDED, _S.CLAIMED: _S.DECIDED, _S.ESCALATED: _S.DECIDED},
    "escalate": {_S.WAITING: _S.ESCALATED, _S.CLAIMED: _S.ESCALATED},
    "close": {_S.WAITING: _S.DECIDED, _S.CLAIMED: _S.DECIDED, _S.ESCALATED: _S.DECIDED},
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom and why; `subject_version` is the version that was seen."""

    id: str
    outcome: Outcome
    by: str
    at_ms: int
    reasons: tuple[str, ...] = ()
    letter: str = ""
    subject_version: int = 1


@dataclass(frozen=True, slots=True)
class Case:
    """A remix, a report or an appeal that waits for a moderator.

    `persons` may not decide it: the fan it is about, the artist's team, who reported, who decided what is appealed.
    `opinions` are decisions that came too late to count: they stay visible and change nothing.
    """

    id: str
    kind: CaseKind
    remix: str
    state: CaseState
    opened_ms: int
    persons: tuple[str, ...] = ()
    text: str = ""
    appealed_decision: str | None = None
    claimed_by: str | None = None
    lease_until_ms: int | None = None
    decisions: tuple[Decision, ...] = ()
    version: int = 1
    opinions: tuple[Decision, ...] = ()


def claim(case: Case, by: str, now_ms: int) -> Case:
    """Takes the case for a quarter of an hour; refuses while someone else's lease runs, and for one's own case."""
    _not_about(case, by)
    held = case.state is _S.CLAIMED and (case.lease_until_ms or 0) > now_ms
    if held and case.claimed_by != by:
        raise Refused("claimed_by_another", by=case.claimed_by, until_ms=case.lease_until_ms)
    state = _S.CLAIMED if case.state is _S.CLAIMED else take_step(LIFE, "claim", case.state)
    return replace(case, state=state, claimed_by=by, lease_until_ms=now_ms + LEASE_MS, version=case.version + 1)


def release(case: Case, by: str) -> Case:
    """Gives the case back to the queue."""
    if case.claimed_by != by:
        raise Refused("claimed_by_another", by=case.claimed_by, until_ms=case.lease_until_ms)
    state = take_step(LIFE, "release", case.state)
    return replace(case, state=state, claimed_by=None, lease_until_ms=None, version=case.version + 1)


def decide(case: Case, decision: Decision) -> Case:
    """Adds a decision. Refuses one's own case, an outcome that does not fit, and a no without a reason."""
    _not_about(case, decision.by)
    if decision.outcome not in OUTCOMES[case.kind]:
        raise Refused("outcome_not_open", outcome=str(decision.outcome), open_outcomes=[str(o) for o in OUTCOMES[case.kind]])
    if decision.outcome in NEEDS_A_REASON and not decision.reasons:
        raise Refused("reason_missing", outcome=str(decision.outcome))
    unknown = [reason for reason in decision.reasons if reason not in REASONS]
    if unknown:
        raise Refused("reason_unknown", reasons=unknown, known=list(REASONS))
    other = case.claimed_by not in (None, decision.by) and (case.lease_until_ms or 0) > decision.at_ms
    if case.state is _S.CLAIMED and other:
        raise Refused("claimed_by_another", by=case.claimed_by, until_ms=case.lease_until_ms)
    state = take_step(LIFE, "escalate" if decision.outcome is Outcome.ESCALATE else "decide", case.state)
    return replace(
        case, state=state, claimed_by=None, lease_until_ms=None, decisions=(*case.decisions, decision),
        version=case.version + 1,
    )


def opine(case: Case, decision: Decision) -> Case:
    """Keeps a decision that was made on an older version as an opinion; the state and the version stay."""
    _not_about(case, decision.by)
    return replace(case, opinions=(*case.opinions, decision))


def close(case: Case) -> Case:
    """Ends a case that no longer has anything to decide about, as when the fan withdrew the remix."""
    state = take_step(LIFE, "close", case.state)
    return replace(case, state=state, claimed_by=None, lease_until_ms=None, version=case.version + 1)


def _not_about(case: Case, person: str) -> None:
    if person in case.persons:
        raise Refused("own_case", case=case.id)
