"""Royalty runs: begun by a command, done in small steps that each are durable, stopped and taken up again at any moment.

A run matches lines that waited, posts differences pot by pot, closes the period when it is to be closed, and tells every
party. Each step is read and computed outside of the write transaction, then written together with how far the run is; so
a process that dies in the middle leaves a run that the next one goes on with. A small run is done at once, in its command.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import func, select

from fanlink.core.commands import IssueStatements, RunRoyalties, StopRun
from fanlink.core.errors import Refused, Unavailable
from fanlink.core.ledger import is_closed, open_period
from fanlink.core.money_documents import RunDocument
from fanlink.server import books, intake, splitting, statements, tables, unmatched
from fanlink.server.database import Database
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Run
from fanlink.server.showing import Show
from fanlink.server.statements import Pages
from fanlink.server.store import Store

PERIOD = re.compile(r"(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])")
AT_ONCE_POTS, AT_ONCE_DAYS = 64, 2_000
POTS_A_STEP, GROUPS_A_STEP = 50, 20
RUNNING, STOPPED, DONE = "running", "stopped", "done"
LOOK_AGAIN_S = 0.5
Result = TypeVar("Result")
Act = Callable[[Callable[[Deciding], Any]], Any]
Told = Callable[[Run], None]


def run_id(period: str) -> str:
    """The id of the one run of a period."""
    return f"run-{period}"


def run(asked: Deciding, _data: RunRoyalties) -> None:
    """Posts, for every pot, what it has earned by the period's end less what was posted before. Again changes nothing."""
    period = _period(asked)
    intake.none_under_way(asked.store)
    begin(asked, period, closes=False)


def issue(asked: Deciding, _data: IssueStatements) -> None:
    """Posts what is left of the period, closes it, and tells each party what it earned in it. Refused: `already_issued`, `later_period_issued`."""
    period = _period(asked)
    was = asked.store.get(Run, run_id(period))
    half_done = was is not None and was.closes and was.state != DONE
    shut = books.closed(asked.store)
    if period in shut and not half_done:
        raise Refused("already_issued", period=period)
    intake.none_under_way(asked.store)
    if is_closed(period, shut) and period not in shut:
        raise Refused("later_period_issued", period=period, later=max(shut))
    begin(asked, period, closes=True)


def stop(asked: Deciding, _data: StopRun) -> None:
    """Stops a run where it is; what it posted stands. Refused: `run_not_under_way`."""
    found = asked.store.get(Run, run_id(_period(asked)))
    if found is None or found.state != RUNNING:
        raise Refused("run_not_under_way", period=asked.target)
    asked.store.save(replace(found, state=STOPPED, ended_ms=asked.now_ms, version=found.version + 1))


def begin(asked: Deciding, period: str, *, closes: bool) -> Run:
    """Begins a run, or goes on with one that was stopped; a small one is done when this returns."""
    was = asked.store.get(Run, run_id(period))
    if was is not None and was.state == RUNNING:
        if closes and not was.closes:
            back = {"phase": "close", "cursor": ""} if was.phase == "state" else {}
            was = replace(was, closes=True, version=was.version + 1, **back)  # type: ignore[arg-type]
            asked.store.save(was)
        return was
    if was is not None and was.state == STOPPED and was.closes == closes:
        made = replace(was, state=RUNNING, ended_ms=None, by=asked.actor.id, version=was.version + 1)
    else:
        into = open_period(period, books.closed(asked.store))
        made = Run(
            run_id(period), period, into, closes, RUNNING, "match", "", 0, splitting.group_count(asked.store), 0,
            books.length(asked.store), asked.now_ms, asked.actor.id, version=was.version + 1 if was else 1,
        )  # fmt: skip
    asked.store.save(made)
    if _is_small(asked.store, made):
        pages = Pages()
        while made.state == RUNNING:
            made = take_step(asked, made, prepare(asked.store, made, pages))
    return made


def _period(asked: Deciding) -> str:
    if not PERIOD.fullmatch(asked.target):
        raise Refused("period_unknown", period=asked.target)
    return asked.target


def _is_small(store: Store, made: Run) -> bool:
    days = store.rows(select(func.count()).select_from(tables.pot_days))[0][0]
    waiting = len(unmatched.candidates(store, "", AT_ONCE_POTS + 1))
    return made.total + waiting <= AT_ONCE_POTS and days <= AT_ONCE_DAYS


# Steps --------------------------------------------------------------------------------------------------------------


def prepare(store: Store, made: Run, pages: Pages) -> Any:
    """What the next step rests on, read and computed."""
    if made.phase == "match":
        return unmatched.candidates(store, made.cursor, GROUPS_A_STEP)
    if made.phase == "post":
        after = tuple(json.loads(made.cursor)) if made.cursor else None
        return splitting.plan(store, splitting.groups(store, after, POTS_A_STEP), made.period, made.into)  # type: ignore[arg-type]
    if made.phase == "state":
        return _telling(store, made, pages)
    return ()


def _telling(store: Store, made: Run, pages: Pages) -> tuple[str, list[statements.Calculated], str]:
    """The next pages to be told, of which month, and the cursor after them; closing tells of every month that it closes, oldest first."""
    # A run that an earlier version began names only a party.
    month, cursor = made.cursor.split(" ", 1) if " " in made.cursor else (made.into if made.cursor else "", made.cursor)
    months = [each for each in (statements.unissued(store, made.into) if made.closes else [made.into]) if each >= month]
    if month and month not in months:
        months.insert(0, month)  # all of it may be told by now, but for its last parties
    for each in months:
        found, after = statements.calculate(store, each, cursor if each == month else "", pages)
        if after:
            return each, found, after
    return made.into, [], ""


def take_step(asked: Deciding, made: Run, prepared: Any) -> Run:
    """Writes one step of a run, and how far it is now."""
    moved = replace(made, version=made.version + 1)
    if made.phase == "post" and is_closed(made.into, books.closed(asked.store)):  # closed meanwhile: once more, into the next one
        into = open_period(made.period, books.closed(asked.store))
        moved = replace(moved, into=into, cursor="", done=0)
    elif made.phase == "match":
        for name in prepared:
            unmatched.settle(asked, name)
        moved = replace(moved, cursor=prepared[-1]) if prepared else replace(
            moved, phase="post", cursor="", ledger=books.length(asked.store), total=splitting.group_count(asked.store)
        )  # fmt: skip
    elif made.phase == "post":
        count = splitting.post(asked, prepared, made.period, made.into)
        moved = replace(
            moved, cursor=json.dumps(prepared[-1].group), done=made.done + len(prepared), posted=made.posted + count
        ) if prepared else replace(moved, phase="close" if made.closes else "state", cursor="")  # fmt: skip
    elif made.phase == "close":
        if made.period not in books.closed(asked.store):
            asked.store.add(tables.periods, {"period": made.period, "closed_ms": asked.now_ms})
        moved = replace(moved, phase="state", cursor="")
    else:
        month, pages, after = prepared
        statements.keep(asked, pages, "issued" if made.closes else "calculated")
        moved = replace(moved, cursor=f"{month} {after}") if after else replace(moved, state=DONE, cursor="", ended_ms=asked.now_ms)
    asked.store.save(moved)
    return moved


def go_on(database: Database, act: Act, name: str, pages: Pages | None = None) -> Run | None:
    """One step of a run that is under way; None when it is not, or another process did the step first.

    Whoever takes several steps gives them the same `pages`.
    """
    pages = Pages() if pages is None else pages
    with database.reading() as connection:
        store = Store(connection, database.is_sqlite)
        made = store.get(Run, name)
        prepared = prepare(store, made, pages) if made is not None and made.state == RUNNING else None
    if prepared is None:
        return None

    def write(asked: Deciding) -> Run | None:
        now = asked.store.need(Run, name)
        if now.version != made.version or now.state != RUNNING:  # type: ignore[union-attr]
            return now
        return take_step(asked, now, prepared)

    return act(write)


def finish(database: Database, act: Act, name: str, told: Told | None = None) -> Run | None:
    """Takes steps until the run is done or stopped."""
    pages = Pages()
    made = go_on(database, act, name, pages)
    last = made
    while made is not None:
        last = made
        if told:
            told(made)
        made = go_on(database, act, name, pages)
    return last


def under_way(store: Store) -> list[str]:
    """The ids of the runs that are not done."""
    chosen = select(tables.runs.c.id).where(tables.runs.c.state == RUNNING).order_by(tables.runs.c.id)
    return [row.id for row in store.rows(chosen)]


class Runner:
    """A thread of the server that goes on with whatever run is under way, also one that a dead process left.

    `also` does a step of whatever else is, and says whether there was one.
    """

    def __init__(self, database: Database, act: Act, also: Callable[[], bool]) -> None:
        self._database, self._act, self._also = database, act, also
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fanlink-runs", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it after the step at hand."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        pages = Pages()
        while not self._stopped.wait(LOOK_AGAIN_S):
            try:
                while not self._stopped.is_set() and self._also():
                    pass
                with self._database.reading() as connection:
                    names = under_way(Store(connection, self._database.is_sqlite))
                for name in names:
                    while not self._stopped.is_set() and go_on(self._database, self._act, name, pages) is not None:
                        pass
            except Unavailable:
                continue


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """How far the run is, for finance."""
    made = store.need(Run, name)
    document = RunDocument(
        made.id, made.period, made.into, made.state, made.phase, made.done, made.total, made.posted, made.started_ms,
        made.ended_ms, made.closes,
    )  # fmt: skip
    return (Shown("finance", document, made.version),)


HANDLERS = {"run_royalties": run, "issue_statements": issue, "stop_run": stop}
SHOWS = {Run: Show(("run",), show)}
