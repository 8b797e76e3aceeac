"""Royalty runs and statements: differences posted to the books, then said to each party in a form that opens down."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from fanlink.core.commands import IssueStatements, RunRoyalties
from fanlink.core.digests import digest
from fanlink.core.documents import StatementDocument
from fanlink.core.errors import Refused
from fanlink.core.ledger import last_day, open_period, pot_is_split
from fanlink.core.pots import Pot
from fanlink.core.reports import ReportLine
from fanlink.core.statements import Statement, StatementLine, line_of
from fanlink.server import books, pots, reports, sheets, tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import IssuedStatement
from fanlink.server.showing import Show, party_names
from fanlink.server.store import Store

PERIOD = re.compile(r"(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])")
MOST_SOURCES = 500
LINE = tables.report_lines


def run(asked: Deciding, _data: RunRoyalties) -> None:
    """Posts, for every pot, what it has earned by the period's end less what was posted before. Again changes nothing."""
    post(asked, _period(asked))


def _period(asked: Deciding) -> str:
    if not PERIOD.fullmatch(asked.target):
        raise Refused("period_unknown", period=asked.target)
    return asked.target


def post(asked: Deciding, period: str) -> None:
    """The postings of a period; of one that is closed, into the next that is open.

    Where later periods have postings already they are posted anew, differences only: what is posted here was in theirs.
    """
    reports.match_again(asked)
    into = _post(asked, period)
    done = books.periods_posted(asked.store)
    for later in sorted({one for periods in done.values() for one in periods if one > into}):
        _post(asked, later)


def _post(asked: Deciding, period: str) -> str:
    into = open_period(period, books.closed(asked.store))
    posted, done = books.posted(asked.store, until=into), books.periods_posted(asked.store)
    transactions, keys = [], []
    for remix, currency in _remixes(asked.store):
        # Where a later period was posted by then already, the run covers that too: else it would take it back.
        until = max([period, *(one for one in done.get((remix, currency), ()) if one <= into)])
        for pot in pots.at(asked.store, remix, currency, last_day(until)):
            key = (remix, pot.version, currency)
            before = posted.get(key, books.Posted())
            number = books.transaction_count(asked.store, key) + 1
            made = pot_is_split(
                f"run:{remix}/{pot.version}:{currency}:{number}", last_day(into), f"royalties {period}", remix, pot,
                before.earned_micro, before.reserve_pico,
            )  # fmt: skip
            if made is not None:
                transactions.append(made)
                keys.append(key)
    books.append(asked, transactions, into, keys)
    return into


def _remixes(store: Store) -> list[tuple[str, str]]:
    table = tables.pots
    rows = store.rows(select(table.c.remix, table.c.currency).distinct().order_by(table.c.remix, table.c.currency))
    return [(row.remix, row.currency) for row in rows]


def issue(asked: Deciding, _data: IssueStatements) -> None:
    """Posts what is left of the period, tells each party what it earned in it, and closes it. Refused: `already_issued`."""
    period = _period(asked)
    if period in books.closed(asked.store):
        raise Refused("already_issued", period=period)
    post(asked, period)
    lines = _lines(asked.store, period)
    for party, own in sorted(lines.items()):
        by_currency: dict[str, list[StatementLine]] = {}
        for line in own:
            by_currency.setdefault(line.currency, []).append(line)
        for currency, some in sorted(by_currency.items()):
            _keep(asked, Statement(party, period, tuple(some)), currency)
    asked.store.add(tables.periods, {"period": period, "closed_ms": asked.now_ms})


def _lines(store: Store, period: str) -> dict[str, list[StatementLine]]:
    """The lines of every party's statement: one for each pot that posted to it in the period."""
    in_period, before = books.posted(store, only=period), books.posted(store, before=period)
    ends = last_day(period)
    computed: dict[tuple[str, str], dict[str, Pot]] = {}
    lines: dict[str, list[StatementLine]] = {}
    for (remix, version, currency), posted in sorted(in_period.items()):
        if (remix, currency) not in computed:
            computed[remix, currency] = {pot.version: pot for pot in pots.at(store, remix, currency, ends)}
        sheet, pot = sheets.get(store, version), computed[remix, currency].get(version)
        assert sheet is not None and pot is not None, "what was posted has its sheet and its pot"
        sources = _sources(store, remix, version, currency, ends)
        earlier = before.get((remix, version, currency), books.Posted())
        for party in sorted(posted.earned_micro):
            if posted.earned_micro[party]:
                line = line_of(party, sheet, pot, earlier.earned_micro.get(party, 0), sources)
                lines.setdefault(party, []).append(line)
    return lines


def _sources(store: Store, remix: str, sheet: str, currency: str, until: date) -> tuple[ReportLine, ...]:
    """The pot's report lines; left out of a statement where there are more than a person can read there."""
    chosen = select(LINE.c.body).where(
        LINE.c.remix == remix, LINE.c.sheet == sheet, LINE.c.currency == currency,
        LINE.c.period_end <= until.isoformat(),
    )  # fmt: skip
    rows = store.rows(chosen.order_by(LINE.c.service, LINE.c.report_id, LINE.c.line_id).limit(MOST_SOURCES + 1))
    return tuple(ReportLine.from_data(json.loads(row.body)) for row in rows) if len(rows) <= MOST_SOURCES else ()


def _keep(asked: Deciding, statement: Statement, currency: str) -> None:
    assert not statement.faults(), "a statement follows from its own facts"
    name = f"statement-{digest([statement.party, statement.period, currency])[:32]}"
    earned = statement.totals_micro()[currency]
    asked.store.save(
        IssuedStatement(name, statement.party, statement.period, currency, "issued", earned, statement.as_data())
    )


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The statement, for its party and for finance."""
    issued = store.need(IssuedStatement, name)
    document = StatementDocument(
        issued.id, issued.party, party_names(store, [issued.party])[issued.party], issued.period, issued.currency,
        issued.state, issued.earned_micro, issued.statement,
    )  # fmt: skip
    for scope in (f"party:{issued.party}", "finance"):
        yield Shown(scope, document, issued.version)


HANDLERS = {"run_royalties": run, "issue_statements": issue}
SHOWS = {IssuedStatement: Show(("statement",), show)}
