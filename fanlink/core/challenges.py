"""A challenge: a prompt version with dates, a rubric, judges and prizes. Its phase is read off the clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from fanlink.core.errors import Reason, Refused
from fanlink.core.lives import Life, take_step


class ChallengeState(StrEnum):
    """What people decided; the phase follows from it and the clock."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    DECIDED = "decided"
    FINAL = "final"
    CANCELLED = "cancelled"


class Phase(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    JUDGING = "judging"
    DECIDED = "decided"
    FINAL = "final"
    CANCELLED = "cancelled"


_S = ChallengeState
LIFE: Life[ChallengeState] = {
    "edit": {_S.DRAFT: _S.DRAFT},
    "schedule": {_S.DRAFT: _S.SCHEDULED},
    "extend": {_S.SCHEDULED: _S.SCHEDULED},
    "decide": {_S.SCHEDULED: _S.DECIDED},
    "finish": {_S.DECIDED: _S.FINAL},
    "cancel": {_S.DRAFT: _S.CANCELLED, _S.SCHEDULED: _S.CANCELLED},
}


@dataclass(frozen=True, slots=True)
class Dates:
    """When a challenge opens, stops taking entries, and must be decided; milliseconds since 1970, UTC."""

    opens_ms: int
    closes_ms: int
    decides_ms: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the rubric; judges give 0 to `points`."""

    name: str
    points: int


@dataclass(frozen=True, slots=True)
class Prize:
    place: int
    what: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A remix entered into a challenge; `scores` holds each judge's points by criterion."""

    id: str
    challenge: str
    remix: str
    fan: str
    entered_ms: int
    scores: tuple[tuple[str, tuple[tuple[str, int], ...]], ...] = ()
    place: int | None = None
    withdrawn: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class Challenge:
    """`announced` says that it was scheduled once: a draft that is cancelled is nobody's but its team's."""

    id: str
    artist: str
    prompt: str
    prompt_version: str
    title: str
    about: str
    dates: Dates
    rubric: tuple[Criterion, ...]
    judges: tuple[str, ...]
    prizes: tuple[Prize, ...] = ()
    state: ChallengeState = ChallengeState.DRAFT
    reason: str = ""
    winners: tuple[str, ...] = ()
    version: int = 1
    announced: bool = False


def phase(challenge: Challenge, now_ms: int) -> Phase:
    """Where the challenge is now, from its dates and the clock."""
    if challenge.state is not _S.SCHEDULED:
        return Phase(challenge.state.value)
    if now_ms < challenge.dates.opens_ms:
        return Phase.SCHEDULED
    return Phase.OPEN if now_ms < challenge.dates.closes_ms else Phase.JUDGING


def check(challenge: Challenge) -> list[Reason]:
    """All that keeps a challenge from being scheduled."""
    wrong: list[Reason] = []
    dates = challenge.dates
    if not challenge.title.strip():
        wrong.append(Reason("title_empty"))
    if not dates.opens_ms < dates.closes_ms <= dates.decides_ms:
        wrong.append(Reason("dates_out_of_order"))
    if not challenge.rubric or any(line.points < 1 or not line.name.strip() for line in challenge.rubric):
        wrong.append(Reason("rubric_missing"))
    if not challenge.judges:
        wrong.append(Reason("judges_missing"))
    return wrong


def edit(challenge: Challenge, changed: Challenge) -> Challenge:
    """Changes a draft."""
    state = take_step(LIFE, "edit", challenge.state)
    return replace(changed, id=challenge.id, state=state, version=challenge.version + 1)


def schedule(challenge: Challenge, now_ms: int) -> Challenge:
    """Announces it; refuses what is incomplete, and dates that have passed."""
    wrong = check(challenge)
    if challenge.dates.closes_ms <= now_ms:
        wrong.append(Reason("dates_in_the_past"))
    if wrong:
        raise Refused(wrong)
    return replace(_moved(challenge, "schedule"), announced=True)


def extend(challenge: Challenge, dates: Dates) -> Challenge:
    """Later dates; earlier ones are refused, for people count on them."""
    was = challenge.dates
    if dates.closes_ms < was.closes_ms or dates.decides_ms < was.decides_ms or dates.opens_ms > was.opens_ms:
        raise Refused("dates_shortened")
    if not dates.opens_ms < dates.closes_ms <= dates.decides_ms:
        raise Refused("dates_out_of_order")
    return replace(_moved(challenge, "extend"), dates=dates)


def enter(challenge: Challenge, entry: Entry, now_ms: int) -> Entry:
    """Enters a remix; refuses outside the open phase, and judges of this challenge."""
    now = phase(challenge, now_ms)
    if now is not Phase.OPEN:
        raise Refused("challenge_not_open", phase=str(now))
    if entry.fan in challenge.judges:
        raise Refused("judge_cannot_enter")
    return entry


def score(challenge: Challenge, entry: Entry, judge: str, points: dict[str, int], now_ms: int) -> Entry:
    """One judge's points; refuses who is no judge, points off the rubric, and any time but judging."""
    if judge not in challenge.judges:
        raise Refused("not_a_judge")
    if phase(challenge, now_ms) is not Phase.JUDGING:
        raise Refused("not_judging", phase=str(phase(challenge, now_ms)))
    most = {line.name: line.points for line in challenge.rubric}
    if set(points) != set(most) or any(not 0 <= points[name] <= most[name] for name in most):
        raise Refused("points_off_the_rubric", rubric=dict(most))
    scores = dict(entry.scores) | {judge: tuple(sorted(points.items()))}
    return replace(entry, scores=tuple(sorted(scores.items())), version=entry.version + 1)


def decide(challenge: Challenge, winners: tuple[str, ...], now_ms: int) -> Challenge:
    """Names the winning entries, first place first; refused before judging."""
    if phase(challenge, now_ms) is not Phase.JUDGING:
        raise Refused("not_judging", phase=str(phase(challenge, now_ms)))
    return replace(_moved(challenge, "decide"), winners=winners)


def finish(challenge: Challenge) -> Challenge:
    """After prizes are settled and objections heard."""
    return _moved(challenge, "finish")


def cancel(challenge: Challenge, reason: str) -> Challenge:
    """Ends it; refused without a reason."""
    if not reason.strip():
        raise Refused("reason_missing", step="cancel")
    return replace(_moved(challenge, "cancel"), reason=reason)


def _moved(challenge: Challenge, step: str) -> Challenge:
    return replace(challenge, state=take_step(LIFE, step, challenge.state), version=challenge.version + 1)
