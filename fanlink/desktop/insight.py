"""Numbers about moderation, from cases alone: how old the queue is, what was decided, how often an appeal turned it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from fanlink.core.cases import CaseKind, CaseState, Outcome
from fanlink.core.documents import CaseDocument
from fanlink.desktop import formats

AGES = (("under 1 h", formats.HOUR), ("1 to 4 h", 4 * formats.HOUR), ("4 to 24 h", formats.DAY), ("1 to 3 days", 3 * formats.DAY), ("older", 10**15))
DAYS = 30


@dataclass(frozen=True, slots=True)
class Insight:
    """What the page shows. Nothing in it is about one moderator: nobody is ranked."""

    waiting: int
    oldest_ms: int
    ages: list[tuple[str, int]]
    outcomes: dict[str, int]
    by_day: list[int]
    median_ms: int
    overturned: int
    appeals: int


def of_cases(cases: Iterable[CaseDocument], now_ms: int) -> Insight:
    """Counts everything once."""
    cases = list(cases)
    ages = [now_ms - each.case.opened_ms for each in cases if each.case.state is not CaseState.DECIDED]
    decided = [each for each in cases if each.case.state is CaseState.DECIDED and each.case.decisions]
    outcomes = Counter(str(each.case.decisions[-1].outcome) for each in decided)
    took = sorted(each.case.decisions[-1].at_ms - each.case.opened_ms for each in decided)
    days = [0] * DAYS
    for each in decided:
        ago = (now_ms - each.case.decisions[-1].at_ms) // formats.DAY
        if 0 <= ago < DAYS:
            days[DAYS - 1 - ago] += 1
    appeals = [each for each in decided if each.case.kind is CaseKind.APPEAL and each.case.decisions[-1].outcome is not Outcome.ESCALATE]
    overturned = sum(each.case.decisions[-1].outcome is Outcome.OVERTURN for each in appeals)
    return Insight(
        len(ages), max(ages, default=0), in_ages(ages), dict(outcomes.most_common()), days, took[len(took) // 2] if took else 0,
        overturned, len(appeals),
    )  # fmt: skip


def in_ages(ages: Iterable[int]) -> list[tuple[str, int]]:
    """How many are how old."""
    counted = dict.fromkeys((name for name, _most in AGES), 0)
    for age in ages:
        counted[next(name for name, most in AGES if age < most)] += 1
    return list(counted.items())


def lasting(ms: int) -> str:
    """A span in one or two words."""
    if ms < formats.HOUR:
        return f"{ms // formats.MINUTE} min"
    return f"{ms // formats.HOUR} h" if ms < 3 * formats.DAY else f"{ms // formats.DAY} days"
