"""Sales reports: taken whole or not at all, every line under the sheet that was in force when it was earned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import select, tuple_

from fanlink.core.commands import ImportReport
from fanlink.core.documents import ReportDocument
from fanlink.core.errors import BadInput, Reason, Refused
from fanlink.core.reports import BrokenReport, ReportLine
from fanlink.royalties.spool import Spool
from fanlink.server import books, holds, pots, tables, unmatched
from fanlink.server.arriving import Arriving
from fanlink.server.assets import DIGEST
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Report
from fanlink.server.showing import Show, account_name
from fanlink.server.store import Store, chunks

LINE = tables.report_lines
MOST_TOLD = 200
CHUNK = 2_000
Numbered = tuple[int, ReportLine, str]


def take(asked: Deciding, data: ImportReport) -> None:
    """Imports a report. Refused, with every line by number, when one is broken, or says something else than before."""
    asked.new(Report)
    spool = open_file(asked, data.asset, data.name)
    services = ", ".join(sorted(spool.services)[:3])
    report = Report(asked.target, data.asset, data.name[:200], services, spool.lines + spool.repeated, 0, {}, asked.now_ms, asked.actor.id)
    asked.store.save(report)
    asked.store.flush()  # its lines refer to it
    arriving, came = Arriving(report.id), 0
    for new, suspects in new_lines(asked.store, spool):
        came += len(new)
        rows = arriving.place(asked.store, new, suspects)
        asked.store.add(LINE, *rows)
    asked.store.save(replace(
        report, unmatched=arriving.unmatched_lines, held=arriving.held_lines, known=report.lines - came, totals=arriving.totals(),
    ))  # fmt: skip
    pots.take_in(asked, arriving.days)
    unmatched.take_in(asked, arriving.unmatched)
    holds.take_in(asked, report.id, arriving.held)
    books.append(asked, arriving.transactions(report.id, books.open_day(asked)))


def open_file(asked: Deciding, asset: str, name: str) -> Spool:
    """The uploaded file's lines; refused as `asset_missing`, `broken_line` (each, the first 200) or `broken_report`."""
    if not DIGEST.fullmatch(asset):
        raise Refused("asset_missing", asset=asset)
    try:
        return asked.reports.lines(asset, name[:200] or "report")
    except BadInput as error:
        raise broken(error) from error


def broken(error: BadInput) -> Refused:
    """Why a file is not taken, line by line."""
    if not isinstance(error, BrokenReport):
        return Refused("broken_report", what=str(error))
    reasons = [
        Reason("broken_line", {"file": fault.file, "line": fault.line, "column": fault.column, "what": fault.reason})
        for fault in error.faults[:MOST_TOLD]
    ]
    more = len(error.faults) + error.more - len(reasons)
    return Refused([*reasons, Reason("more_broken_lines", {"lines": more})] if more else reasons)


def new_lines(store: Store, spool: Spool) -> Iterable[tuple[list[Numbered], dict[int, list[tuple[str, str]]]]]:
    """The lines that were not there, with what makes some suspicious, some thousands at a time.

    Refused as `line_changed`, after all of the file was looked at, where lines say something else under the same key.
    """
    wrong: list[Reason] = []
    more = 0
    for chunk in spool.chunks(CHUNK):
        known = _known(store, [line for _, line, _ in chunk])
        for number, line, content in chunk:
            if known.get(line.key, content) != content:
                service, report, name = line.key
                if len(wrong) < MOST_TOLD:
                    wrong.append(Reason("line_changed", {"service": service, "report": report, "line_id": name, "line": number}))
                else:
                    more += 1
        new = [one for one in chunk if one[1].key not in known]
        if new and not wrong:
            yield new, spool.suspects(chunk[0][0], chunk[-1][0])
    if wrong:
        raise Refused([*wrong, Reason("more_changed_lines", {"lines": more})] if more else wrong)


def _known(store: Store, lines: list[ReportLine]) -> dict[tuple[str, str, str], str]:
    known: dict[tuple[str, str, str], str] = {}
    for some in chunks(sorted({line.key for line in lines}), 250):
        chosen = select(LINE.c.service, LINE.c.report_id, LINE.c.line_id, LINE.c.content)
        there = chosen.where(tuple_(LINE.c.service, LINE.c.report_id, LINE.c.line_id).in_(some))
        known |= {(row.service, row.report_id, row.line_id): row.content for row in store.rows(there)}
    return known


def preview(store: Store, spool: Spool) -> dict[str, Any]:
    """What importing the file would do: lines new and known, unmatched and held, sums, and the pots that change."""
    arriving = Arriving("preview")
    new = 0
    changed: list[Reason] = []
    try:
        for lines, suspects in new_lines(store, spool):
            new += len(lines)
            arriving.place(store, lines, suspects)
    except Refused as refused:
        changed = list(refused.reasons)
    return {
        "lines": spool.lines + spool.repeated, "new": new, "known": spool.lines - new, "repeated": spool.repeated,
        "unmatched": arriving.unmatched_lines, "held": arriving.held_lines, "refunds": spool.refunds,
        "units": spool.units, "totals": arriving.totals(), "services": sorted(spool.services)[:50],
        "first": spool.first and spool.first.isoformat(), "last": spool.last and spool.last.isoformat(),
        "pots": arriving.pots_told(), "pots_changed": len(arriving.pots()),
        "changed_lines": [dict(reason.facts) for reason in changed],
    }  # fmt: skip


def show(store: Store, report_id: str, _now_ms: int) -> Iterable[Shown]:
    """The report, for finance."""
    report = store.need(Report, report_id)
    document = ReportDocument(
        report.id, report.name, report.service, report.lines, report.unmatched, report.totals, report.imported_ms,
        account_name(store, report.imported_by), report.held, report.known,
    )  # fmt: skip
    return (Shown("finance", document, report.version),)


HANDLERS = {"import_report": take}
SHOWS = {Report: Show(("report",), show)}
