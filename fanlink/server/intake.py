"""Large reports taken in: read and compared with the books outside of the write door, decided at once, then written step by step.

A file of any size is checked whole before its command is decided, so it is taken or refused as a whole, in one short
transaction. From then on the report is `arriving`: each step writes some lines with their pots, groups, holds and postings in
one transaction that holds the door for a moment. The uploaded file is all that is needed to go on: after a crash it is read
and compared again, and the lines that came before are known by then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select

from fanlink.core.amounts import pico_of_any_size, plain
from fanlink.core.errors import BadInput, Refused, Unavailable
from fanlink.royalties.spool import Progress, Spool
from fanlink.royalties.spooled import Spooled
from fanlink.server import books, holds, pots, tables, unmatched
from fanlink.server.arriving import ROW, Arriving
from fanlink.server.checking import Checking
from fanlink.server.database import Database
from fanlink.server.deciding import Deciding
from fanlink.server.known_lines import CHUNK, Changed, known_of, may_be_known
from fanlink.server.nouns import Report
from fanlink.server.report_files import LOOK_EVERY_S, ReportFiles
from fanlink.server.store import Store, chunks

log = logging.getLogger("fanlink.server")
REPORT, LINE = tables.reports, tables.report_lines
AT_ONCE_LINES = 2_000
LINES_A_STEP, POTS_A_STEP = 6000, 240
MOST_LATE_LINES = 20_000
LEFT_ALONE_MS = 15_000
ARRIVING, TAKEN = "arriving", "taken"
Look = Callable[[Callable[[Store], Any]], Any]
Act = Callable[[Callable[[Deciding], Any]], Any]


@dataclass(slots=True)
class Comparison:
    """A file held against the books: the reports that were in them, what the file says otherwise, and, once it is being taken
    in, how far that is."""

    reports: frozenset[str]
    changed: Changed
    place: int = 0
    arrived: int = 0


class New:
    """New lines, with what makes some of them suspicious, by their numbers; their JSON is ready before the door opens."""

    def __init__(self, lines: Sequence[Spooled], suspects: Mapping[int, list[tuple[str, str]]]) -> None:
        self.lines, self.suspects = lines, suspects
        self.bodies = [line.body for line in lines]


def is_large(spool: Spool) -> bool:
    """Whether a report is taken in step by step."""
    return spool.lines > AT_ONCE_LINES


def under_way(store: Store) -> list[str]:
    """The ids of the reports that are arriving; one at a time."""
    return [row.id for row in store.rows(select(REPORT.c.id).where(REPORT.c.state == ARRIVING).order_by(REPORT.c.id))]


def none_under_way(store: Store) -> None:
    """Refused as `report_arriving` while a report is: what is asked for would see a part of it only."""
    for name in under_way(store):
        report = store.need(Report, name)
        raise Refused("report_arriving", report=report.name, arrived=report.arrived, lines=report.lines - report.known)


# Before the command ---------------------------------------------------------------------------------------------


def prepare(database: Database, files: ReportFiles, digest: str, name: str, checking: Checking | None = None) -> None:
    """Reads an uploaded report and, where it is large, compares it with the books: all that can be done before the door opens.

    `Unavailable` while another report is arriving; `Stopped` when its import is cancelled meanwhile: nothing of it is kept then.
    """
    files.prepare(digest, name, checking and checking.of("reading"))
    progress = checking and checking.of("comparing")
    try:
        spool = files.lines(digest, name)
    except (BadInput, Refused):
        return  # the command itself says what is wrong
    if is_large(spool) and digest not in files.comparisons:
        look = _looking(database)
        arriving = look(lambda store: [store.need(Report, one).asset for one in under_way(store)])
        if digest in arriving:
            return
        if arriving:
            raise _wait()
        while not files.comparing.acquire(timeout=LOOK_EVERY_S):  # who asks again while it goes on must not begin it anew
            if progress:
                progress(0, 0)
        try:
            with files.kept(digest):
                if digest not in files.comparisons:
                    files.comparisons[digest] = compare(spool, look, progress)
        finally:
            files.comparing.release()


def compare(spool: Spool, look: Look, progress: Progress | None = None) -> Comparison:
    """Marks the lines that the books know and finds those that they know otherwise, some thousands at a time."""
    spool.forget_known()
    made = Comparison(frozenset(look(_taken)), Changed())
    done = 0
    if look(lambda store: may_be_known(store, spool)):
        for chunk in spool.chunks(CHUNK):
            known = look(lambda store, chunk=chunk: known_of(store, chunk))
            made.changed.look(chunk, known)
            spool.know(line.number for line in chunk if line.key in known)
            done += len(chunk)
            if progress:
                progress(done, spool.lines)
    if not made.changed.reasons and spool.known() < spool.lines:
        spool.put_in_order((lambda: progress(spool.lines, spool.lines)) if progress else None)
    return made


def _taken(store: Store) -> list[str]:
    return [row.id for row in store.rows(select(REPORT.c.id).where(REPORT.c.state == TAKEN))]


def _looking(database: Database) -> Look:
    def look(read: Callable[[Store], Any]) -> Any:
        with database.reading() as connection:
            return read(Store(connection, database.is_sqlite))

    return look


def _wait() -> Unavailable:
    return Unavailable("another report is being taken in; import this one when that is done")


# The decision ---------------------------------------------------------------------------------------------------


def decide(asked: Deciding, report: Report, spool: Spool) -> None:
    """Takes a large report as a whole: from here on it arrives, whatever happens. Refused: `line_changed`."""
    files = asked.reports
    found = files.comparisons.get(report.asset)
    if found is None:
        if not files.comparing.acquire(blocking=False):
            raise Unavailable("this report is still being compared with the books; ask again when that is done")
        try:
            found = files.comparisons[report.asset] = compare(spool, lambda read: read(asked.store))
        finally:
            files.comparing.release()
    _catch_up(asked.store, files, report.asset, spool, found)
    found.changed.check()
    new = spool.lines - spool.known()
    report = replace(report, known=report.lines - new, moved_ms=asked.now_ms)
    asked.store.save(replace(report, state=ARRIVING) if new else report)
    if new:
        files.keep(report.asset)


def _catch_up(store: Store, files: ReportFiles, digest: str, spool: Spool, found: Comparison) -> None:
    """Compares with the reports that came since: few lines, for another large one makes everyone compare again."""
    late = sorted(set(_taken(store)) - found.reports)
    counts = [store.rows(select(func.count()).where(LINE.c.record.in_(some)))[0][0] for some in chunks(late)]
    if sum(counts) > MOST_LATE_LINES:
        del files.comparisons[digest]
        raise _wait()
    for some in chunks(late):
        for row in store.rows(select(LINE.c.service, LINE.c.report_id, LINE.c.line_id, LINE.c.content).where(LINE.c.record.in_(some))):
            key = (row.service, row.report_id, row.line_id)
            mine = spool.line_of(key)
            if mine is not None:
                spool.know([mine[0]])
                if mine[1] != row.content:
                    found.changed.add(key, mine[0])
    found.reports |= set(late)


# Steps ----------------------------------------------------------------------------------------------------------


def go_on(database: Database, act: Act, files: ReportFiles, name: str, now_ms: int | None = None) -> Report | None:
    """One step of a report that is arriving; None when it is not, or another process is at it.

    With `now_ms` one that this process did not begin is left alone until nobody has moved it for a while.
    """
    look = _looking(database)
    report = look(lambda store: store.get(Report, name))
    if report is None or report.state != ARRIVING:
        return None
    if report.asset not in files.comparisons and now_ms is not None and now_ms - report.moved_ms < LEFT_ALONE_MS:
        return None
    spool, found = _found_again(files, report, look)
    if found.arrived != report.arrived:
        files.let_go(report.asset)
        return None
    some, suspects, place = spool.new_lines(found.place, LINES_A_STEP, POTS_A_STEP)
    new = New(some, suspects)
    made = act(lambda asked: _take(asked, name, found.arrived, new))
    if made is None or made.state != ARRIVING:
        files.let_go(report.asset)
        return made
    found.place, found.arrived = place, made.arrived
    return made


def _found_again(files: ReportFiles, report: Report, look: Look) -> tuple[Spool, Comparison]:
    """The lines and how far they are; read and compared again, where another process decided."""
    spool = files.lines(report.asset, report.name)
    if report.asset not in files.comparisons:
        files.keep(report.asset)
        with files.comparing:
            found = compare(spool, look)
        found.arrived = report.lines - report.known - (spool.lines - spool.known())
        files.comparisons[report.asset] = found
    return spool, files.comparisons[report.asset]


def _take(asked: Deciding, name: str, arrived: int, new: New) -> Report | None:
    """Writes some lines, and how far the report is; nothing where another process came first."""
    report = asked.store.need(Report, name)
    if report.state != ARRIVING or report.arrived != arrived:
        return None
    assert new.lines, "a report that is arriving has lines to come"
    made = take_lines(asked, report, [new], f":{arrived}")
    count = arrived + len(new.lines)
    made = replace(
        made, arrived=count, moved_ms=asked.now_ms, version=report.version + 1,
        state=TAKEN if count == report.lines - report.known else ARRIVING,
    )  # fmt: skip
    asked.store.save(made)
    return made


def take_lines(asked: Deciding, report: Report, new: Iterable[New], suffix: str = "") -> Report:
    """Writes new lines with all that follows from them, and gives the report with them added; the caller saves it."""
    arriving = Arriving(report.id)
    for some in new:
        asked.store.add_many(LINE, ROW, arriving.place(asked.store, some.lines, some.suspects, some.bodies))
    pots.take_in(asked, arriving.days)
    unmatched.take_in(asked, arriving.unmatched)
    holds.take_in(asked, report.id, arriving.held)
    books.append(asked, arriving.transactions(report.id, books.open_day(asked), suffix))
    totals = {currency: pico_of_any_size(amount) for currency, amount in report.totals.items()}
    for currency, amount in arriving.totals().items():
        totals[currency] = totals.get(currency, 0) + pico_of_any_size(amount)
    return replace(
        report, unmatched=report.unmatched + arriving.unmatched_lines, held=report.held + arriving.held_lines,
        totals={currency: plain(pico) for currency, pico in sorted(totals.items())},
    )  # fmt: skip


def finish(database: Database, act: Act, files: ReportFiles, name: str, told: Callable[[int, int], None] | None = None) -> None:
    """Takes steps until the report is taken; one that another process is at is waited for by the caller."""
    made = go_on(database, act, files, name)
    while made is not None:
        if told:
            told(made.arrived, made.lines - made.known)
        made = go_on(database, act, files, name)


def step(database: Database, act: Act, files: ReportFiles, now_ms: int) -> bool:
    """A step of whatever report is arriving; whether there was one to do."""
    for name in _looking(database)(under_way):
        try:
            if go_on(database, act, files, name, now_ms) is not None:
                return True
        except (BadInput, Refused) as error:
            log.error("report %s cannot go on: its file is not what it was (%s)", name, error)
    return False
