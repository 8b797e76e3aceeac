"""Sales reports: taken whole or not at all, every line under the sheet that was in force when it was earned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from fanlink.core.commands import ImportReport
from fanlink.core.errors import BadInput, Reason, Refused, Unavailable
from fanlink.core.money_documents import ReportDocument
from fanlink.core.reports import BrokenReport
from fanlink.royalties.spool import Progress, Spool
from fanlink.server import checking, intake
from fanlink.server.arriving import Arriving
from fanlink.server.assets import DIGEST
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.known_lines import new_lines
from fanlink.server.nouns import Report
from fanlink.server.showing import Show, account_name
from fanlink.server.store import Store

MOST_TOLD = 200


def take(asked: Deciding, data: ImportReport) -> None:
    """Imports a report, or decides that a large one will arrive. Refused, with every line by number, when one is broken, or says
    something else than before; refused as `import_cancelled` where it was. `Unavailable` while another is arriving, for then nobody can tell.
    """
    checking.demand_not_cancelled(asked)
    asked.new(Report)
    spool = open_file(asked, data.asset, data.name)
    if intake.under_way(asked.store):
        raise Unavailable("another report is being taken in; import this one when that is done")
    services = ", ".join(sorted(spool.services)[:3])
    report = Report(asked.target, data.asset, data.name[:200], services, spool.lines + spool.repeated, 0, {}, asked.now_ms, asked.actor.id)
    if intake.is_large(spool):
        intake.decide(asked, report, spool)
        return
    asked.store.save(report)
    asked.store.flush()  # its lines refer to it
    came = [0]

    def new() -> Iterable[intake.New]:
        for lines, suspects in new_lines(asked.store, spool):
            came[0] += len(lines)
            yield intake.New(lines, suspects)

    made = intake.take_lines(asked, report, new())
    asked.store.save(replace(made, known=report.lines - came[0]))


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


def preview(store: Store, spool: Spool, progress: Progress | None = None) -> dict[str, Any]:
    """What importing the file would do: lines new and known, unmatched and held, sums, and the pots that change."""
    arriving = Arriving("preview")
    new = 0
    changed: list[Reason] = []
    try:
        for lines, suspects in new_lines(store, spool):
            new += len(lines)
            arriving.place(store, lines, suspects)
            if progress:
                progress(new, spool.lines)
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
        report.state, report.arrived, report.moved_ms,
    )  # fmt: skip
    return (Shown("finance", document, report.version),)


HANDLERS = {"import_report": take} | checking.HANDLERS
SHOWS = {Report: Show(("report",), show)}
