"""Plays that look bought: rules with versions over the optional columns of a report, where it has them.

A rule only proposes that a line is held. Held lines stay out of the pot, can be seen by those concerned, and are
released or reversed by a person; a line without the columns is never suspicious.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fanlink.core.reports import ReportLine

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a line is to be held: the rule with its version, and what it counted."""

    key: Key
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Limits:
    """What the rules count against. A change of a limit or a rule is a new version."""

    version: str = "1"
    burst_plays: int = 30
    burst: timedelta = timedelta(minutes=10)
    few_payers_plays: int = 100
    few_payers: int = 3
    thin_remixes: int = 50
    thin_plays_each: int = 2


def suspicious(lines: Iterable[ReportLine], limits: Limits | None = None) -> tuple[Suspicion, ...]:
    """Every reason to hold a line, in the order of lines and rules; a line may have several."""
    lines, limits = tuple(lines), limits or Limits()
    found = [suspicion for rule in RULES for suspicion in rule(lines, limits)]
    place = {line.key: number for number, line in enumerate(lines)}
    return tuple(sorted(found, key=lambda one: (place[one.key], one.rule)))


def bursts(lines: Sequence[ReportLine], limits: Limits) -> Iterable[Suspicion]:
    """One listener plays one remix more often, within minutes, than anyone listens."""
    for group in _grouped(
        lines, lambda line: line.play_at and line.listener_hash and (line.remix_id, line.listener_hash)
    ):
        timed = sorted(((datetime.fromisoformat(str(line.play_at)), line) for line in group), key=lambda pair: pair[0])
        held: dict[Key, int] = {}
        first = 0
        for last, (at, _) in enumerate(timed):
            while at - timed[first][0] > limits.burst:
                first += 1
            plays = last - first + 1
            if plays >= limits.burst_plays:
                held |= {line.key: plays for _, line in timed[first : last + 1]}
        minutes = limits.burst // timedelta(minutes=1)
        yield from (_held(key, "burst", limits, f"{plays} plays in {minutes} minutes") for key, plays in held.items())


def few_payers(lines: Sequence[ReportLine], limits: Limits) -> Iterable[Suspicion]:
    """Very many plays of one remix are paid by very few accounts."""
    for group in _grouped(lines, lambda line: line.payer_hash and line.remix_id):
        payers = {line.payer_hash for line in group}
        if len(group) >= limits.few_payers_plays and len(payers) <= limits.few_payers:
            reason = f"{len(group)} plays paid by {len(payers)}"
            yield from (_held(line.key, "few_payers", limits, reason) for line in group)


def thin_spread(lines: Sequence[ReportLine], limits: Limits) -> Iterable[Suspicion]:
    """One payer plays very many remixes, each hardly ever: a farm that hides in breadth."""
    for group in _grouped(lines, lambda line: line.payer_hash):
        per_remix = Counter(line.remix_id for line in group)
        if len(per_remix) >= limits.thin_remixes and len(group) <= len(per_remix) * limits.thin_plays_each:
            reason = f"{len(group)} plays over {len(per_remix)} remixes by one payer"
            yield from (_held(line.key, "thin_spread", limits, reason) for line in group)


RULES: tuple[Callable[[Sequence[ReportLine], Limits], Iterable[Suspicion]], ...] = (bursts, few_payers, thin_spread)


def _grouped(lines: Iterable[ReportLine], by: Callable[[ReportLine], object]) -> Iterable[list[ReportLine]]:
    groups: dict[object, list[ReportLine]] = {}
    for line in lines:
        place = by(line)
        if place:
            groups.setdefault(place, []).append(line)
    return groups.values()


def _held(key: Key, rule: str, limits: Limits, reason: str) -> Suspicion:
    return Suspicion(key, f"{rule}/{limits.version}", reason)
