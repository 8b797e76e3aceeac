"""Sales reports: taken whole or not at all, every line under the sheet that was in force when it was earned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import bindparam, select, tuple_, update

from fanlink.core.amounts import plain
from fanlink.core.commands import ImportReport
from fanlink.core.documents import ReportDocument
from fanlink.core.errors import BadInput, Reason, Refused
from fanlink.core.ledger import Account, Kind, Transaction, move, pot_owner, revenue_arrives
from fanlink.core.pots import Terms, in_force, in_order
from fanlink.core.remixes import Remix
from fanlink.core.reports import BrokenReport, ReportLine
from fanlink.server import books, pots, sheets, tables
from fanlink.server.assets import DIGEST
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Report
from fanlink.server.showing import Show, account_name
from fanlink.server.store import Store, as_text, chunks

LINE = tables.report_lines
MOST_TOLD = 200
Key = tuple[str, str, str]


class Matcher:
    """Which sheet version a line counts for; a remix's versions are read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._terms: dict[str, tuple[Terms, ...]] = {}

    def sheet(self, remix: str, period_end: date) -> str | None:
        """The sheet in force then; None for what was never published here, or not yet under any sheet."""
        if remix not in self._terms:
            value = self._store.get(Remix, remix)
            known = sheets.of_remix(self._store, remix) if value is not None and value.ever_published else []
            self._terms[remix] = in_order(sheet.terms() for sheet in known)
        terms = in_force(self._terms[remix], period_end)
        return terms.version if terms else None


def take(asked: Deciding, data: ImportReport) -> None:
    """Imports a report. Refused, with every line by number, when one is broken, or says something else than before."""
    asked.new(Report)
    if not DIGEST.fullmatch(data.asset):
        raise Refused("asset_missing", asset=data.asset)
    try:
        lines = asked.reports.lines(data.asset, data.name[:200] or "report")
    except BadInput as error:
        raise _broken(error) from error
    new = _new_lines(asked.store, lines)
    matcher = Matcher(asked.store)
    matched = [(line, matcher.sheet(line.remix_id, line.period_end)) for line in new]
    totals: dict[str, int] = {}
    for line in new:
        totals[line.currency] = totals.get(line.currency, 0) + line.revenue_pico
    services = sorted({line.service for line in lines})
    report = Report(
        asked.target, data.asset, data.name[:200], ", ".join(services[:3]), len(lines),
        sum(sheet is None for _, sheet in matched), {name: plain(pico) for name, pico in sorted(totals.items())},
        asked.now_ms, asked.actor.id,
    )  # fmt: skip
    asked.store.save(report)
    _keep_lines(asked.store, report.id, matched)
    pots.take_in(asked, [(line.remix_id, sheet, line.currency, line.revenue_pico) for line, sheet in matched if sheet])
    books.append(asked, list(_arrivals(asked, report.id, matched)))


def _broken(error: BadInput) -> Refused:
    if not isinstance(error, BrokenReport):
        return Refused("broken_report", what=str(error))
    reasons = [
        Reason("broken_line", {"file": fault.file, "line": fault.line, "column": fault.column, "what": fault.reason})
        for fault in error.faults[:MOST_TOLD]
    ]
    more = len(error.faults) + error.more - len(reasons)
    return Refused([*reasons, Reason("more_broken_lines", {"lines": more})] if more else reasons)


def _new_lines(store: Store, lines: Sequence[ReportLine]) -> list[ReportLine]:
    """The lines that were not there; refused as `line_changed` where one says something else under the same key."""
    known: dict[Key, str] = {}
    keys = sorted({line.key for line in lines})
    for some in chunks(keys, 250):
        chosen = select(LINE.c.service, LINE.c.report_id, LINE.c.line_id, LINE.c.content)
        there = chosen.where(tuple_(LINE.c.service, LINE.c.report_id, LINE.c.line_id).in_(some))
        known |= {(row.service, row.report_id, row.line_id): row.content for row in store.rows(there)}
    new, wrong = [], []
    for line in lines:
        content = line.content
        if line.key not in known:
            known[line.key] = content
            new.append(line)
        elif known[line.key] != content:
            service, report, name = line.key
            wrong.append(Reason("line_changed", {"service": service, "report": report, "line_id": name}))
    if wrong:
        raise Refused(wrong[:MOST_TOLD])
    return new


def _keep_lines(store: Store, record: str, matched: Iterable[tuple[ReportLine, str | None]]) -> None:
    rows = [
        {
            "service": line.service, "report_id": line.report_id, "line_id": line.line_id, "record": record,
            "remix": line.remix_id, "sheet": sheet, "currency": line.currency,
            "period_end": line.period_end.isoformat(), "revenue": line.revenue, "content": line.content,
            "body": as_text(line.as_data()),
        }
        for line, sheet in matched
    ]  # fmt: skip
    store.add(LINE, *rows)


def _arrivals(asked: Deciding, report: str, matched: Iterable[tuple[ReportLine, str | None]]) -> Iterable[Transaction]:
    onto: dict[tuple[str, str], dict[Account, int]] = {}
    for line, sheet in matched:
        accounts = onto.setdefault((line.service, line.currency), {})
        account = (
            Account(Kind.POT, pot_owner(line.remix_id, sheet)) if sheet else Account(Kind.UNMATCHED, line.service)
        )
        accounts[account] = accounts.get(account, 0) + line.revenue_pico
    day = books.open_day(asked)
    for (service, currency), accounts in sorted(onto.items()):
        key = f"report:{report}:{service}:{currency}"
        made = revenue_arrives(key, day, f"report {report}", service, currency, accounts)
        if made is not None:
            yield made


def match_again(asked: Deciding) -> int:
    """Lines that had no sheet and have one now move onto their pots; tells how many."""
    chosen = select(LINE).where(LINE.c.sheet.is_(None), LINE.c.remix.in_(select(tables.remixes.c.id)))
    matcher, found, transactions = Matcher(asked.store), [], []
    for row in asked.store.rows(chosen.order_by(LINE.c.service, LINE.c.report_id, LINE.c.line_id)):
        line = ReportLine.from_data(json.loads(row.body))
        sheet = matcher.sheet(line.remix_id, line.period_end)
        if sheet is not None:
            found.append((line, sheet))
    day = books.open_day(asked)
    for line, sheet in found:
        if line.revenue_pico:
            transactions.append(move(
                f"match:{':'.join(line.key)}", day, f"line {line.line_id} of {line.report_id} found its remix",
                Account(Kind.UNMATCHED, line.service), Account(Kind.POT, pot_owner(line.remix_id, sheet)), line.currency,
                line.revenue_pico,
            ))  # fmt: skip
    if found:
        changed = update(LINE).where(
            LINE.c.service == bindparam("a"), LINE.c.report_id == bindparam("b"), LINE.c.line_id == bindparam("c")
        ).values(sheet=bindparam("of"))
        asked.store.change(changed, [{"a": line.service, "b": line.report_id, "c": line.line_id, "of": sheet} for line, sheet in found])
    pots.take_in(asked, [(line.remix_id, sheet, line.currency, line.revenue_pico) for line, sheet in found])
    books.append(asked, transactions)
    return len(found)


def show(store: Store, report_id: str, _now_ms: int) -> Iterable[Shown]:
    """The report, for finance."""
    report = store.need(Report, report_id)
    document = ReportDocument(
        report.id, report.name, report.service, report.lines, report.unmatched, report.totals, report.imported_ms,
        account_name(store, report.imported_by),
    )  # fmt: skip
    return (Shown("finance", document, report.version),)


HANDLERS = {"import_report": take}
SHOWS = {Report: Show(("report",), show)}
