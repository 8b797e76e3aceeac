"""The moderators' queue: cases opened and closed by what happens to a remix."""

from __future__ import annotations

from collections.abc import Iterable

from fanlink.core import cases
from fanlink.core.cases import Case, CaseKind, CaseState, Decision
from fanlink.core.digests import digest
from fanlink.core.people import Artist
from fanlink.core.remixes import Remix
from fanlink.server.deciding import Deciding
from fanlink.server.store import Store

UNDECIDED = tuple(str(state) for state in (CaseState.WAITING, CaseState.CLAIMED, CaseState.ESCALATED))


def open_case(asked: Deciding, remix: Remix, kind: CaseKind, *, persons: Iterable[str] = (), text: str = "",
              appealed: str | None = None) -> Case:  # fmt: skip
    """A new case about a remix; the fan and the artist's team may not decide it."""
    number = len(asked.store.find(Case, remix=remix.id)) + 1
    artist = asked.store.get(Artist, remix.artist)
    barred = dict.fromkeys((remix.fan, *(artist.team if artist else ()), *persons))
    case = Case(
        f"case-{digest([remix.id, number])[:32]}", kind, remix.id, CaseState.WAITING, asked.now_ms, tuple(barred), text,
        appealed,
    )  # fmt: skip
    asked.store.save(case)
    return case


def close_cases(asked: Deciding, remix: str) -> None:
    """Ends the cases of a remix about which there is nothing to decide any more."""
    for case in asked.store.find(Case, remix=remix, state=UNDECIDED):
        asked.store.save(cases.close(case))


def last_decision(store: Store, remix: str) -> Decision | None:
    """The newest decision about a remix, which an appeal names."""
    decisions = [decision for case in store.find(Case, remix=remix) for decision in case.decisions]
    return max(decisions, key=lambda one: (one.at_ms, one.id), default=None)
