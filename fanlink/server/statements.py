"""Statements: what each party earned in a period, calculated after a run and issued when the period is closed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from fanlink.core.amounts import pico_of
from fanlink.core.digests import digest
from fanlink.core.documents import StatementDocument
from fanlink.core.ledger import Account, Kind, last_day
from fanlink.core.pots import Pot, Terms, pots_of
from fanlink.core.reports import ReportLine
from fanlink.core.statements import Part, Statement, StatementLine, line_of
from fanlink.server import account_months, books, pots, splitting, tables
from fanlink.server.account_months import Told
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import IssuedStatement
from fanlink.server.showing import Show, party_names
from fanlink.server.store import Store

MOST_SOURCES, MOST_SOURCES_IN_ALL = 500, 5_000
LINE, TRANSACTION, POSTING = tables.report_lines, tables.transactions, tables.postings
Group = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Calculated:
    """What one party is told for a period, a statement for each currency."""

    party: str
    by_currency: Mapping[str, Statement]


def calculate(store: Store, period: str, after: str, limit: int) -> list[Calculated]:
    """The statements of the next parties that something was posted to in a period, from what was posted."""
    owners = _owners(store, period) | account_months.converted_parties(store, period, after)
    return _calculated(store, period, sorted(owner for owner in owners if owner > after)[:limit])


def _calculated(store: Store, period: str, parties: Sequence[str], most_sources: int = MOST_SOURCES) -> list[Calculated]:
    found = []
    accounts = _accounts(store, period, parties)
    told = store.find(IssuedStatement, period=period, party=tuple(parties)) if parties else []
    groups = sorted({group for places in accounts.values() for group in places})
    reading = Reading.of(store, groups)
    moved = account_months.of_parties(store, period, parties)
    for party in parties:
        lines = [
            line for group in sorted(accounts[party]) for line in reading.lines(party, group, period)
        ]  # fmt: skip
        # What a later report took back to nothing is told too, where something was told before.
        known = {one.currency for one in told if one.party == party} | moved[party].converted
        nothing = {currency: Statement(party, period, ()) for currency in sorted(known)}
        made = nothing | _by_currency(party, period, reading.with_sources(lines, period, most_sources))
        found.append(Calculated(party, with_accounts(made, moved[party])))
    return found


def with_accounts(made: Mapping[str, Statement], told: Told) -> dict[str, Statement]:
    """The statements with how each balance moved, and with the month's conversions."""
    found = {}
    for currency, one in sorted(made.items()):
        accounts, conversions = told.of(currency)
        found[currency] = replace(one, accounts=accounts, conversions=conversions)
    return found


def _by_currency(party: str, period: str, lines: Iterable[StatementLine]) -> dict[str, Statement]:
    some: dict[str, list[StatementLine]] = {}
    for line in lines:
        some.setdefault(line.currency, []).append(line)
    return {currency: Statement(party, period, tuple(own)) for currency, own in sorted(some.items())}


def _posted(period: str) -> Any:
    return select(POSTING.c.account, TRANSACTION.c.remix, TRANSACTION.c.currency).join(
        TRANSACTION, POSTING.c.transaction_number == TRANSACTION.c.number
    ).where(TRANSACTION.c.period == period)  # fmt: skip


def _owners(store: Store, period: str) -> set[str]:
    """Every party that runs posted to in a period."""
    rows = store.rows(_posted(period).with_only_columns(POSTING.c.account).distinct())
    return {Account.parse(row.account).owner for row in rows if row.account.startswith((f"{Kind.PARTY}:", f"{Kind.HELD}:"))}


def _accounts(store: Store, period: str, parties: Sequence[str]) -> dict[str, set[Group]]:
    """Each party with the (remix, currency) of what runs posted to it in a period."""
    names = [str(Account(kind, owner)) for owner in parties for kind in (Kind.PARTY, Kind.HELD)]
    found: dict[str, set[Group]] = {owner: set() for owner in parties}
    for row in store.rows(_posted(period).where(POSTING.c.account.in_(names)).distinct()):
        found[Account.parse(row.account).owner].add((row.remix, row.currency))
    return found


@dataclass(slots=True)
class Reading:
    """Sheets, days and postings of some remixes and currencies, read once for all parties that share them."""

    store: Store
    days: dict[Group, list[Any]]
    booked: dict[Group, books.Booked]
    sheets: dict[str, dict[str, Any]]
    _parts: dict[tuple[str, str, str, str], tuple[Part, ...]]

    @staticmethod
    def of(store: Store, groups: Sequence[Group]) -> Reading:
        sheets = splitting.sheets_of(store, {remix for remix, _ in groups})
        return Reading(
            store, pots.gross_of(store, groups), books.of_groups(store, groups),
            {remix: {sheet.id: sheet for sheet in found} for remix, found in sheets.items()}, {},
        )  # fmt: skip

    def terms(self, group: Group) -> tuple[Terms, ...]:
        """The versions of a remix's sheet as the formula sees them."""
        return tuple(sheet.terms() for sheet in self.sheets[group[0]].values())

    def lines(self, party: str, group: Group, period: str) -> Iterable[StatementLine]:
        """A line for each pot that posted to the party in the period, from the gross that was split by then."""
        booked = self.booked[group]
        before, up_to = booked.before(period), booked.up_to(period)
        split = pots_of(self.terms(group), {version: one.gross_pico for version, one in up_to.items()}, group[1])
        in_period = booked.periods.get(period, {})
        for pot in split:
            if pot.version in in_period and in_period[pot.version].earned_micro.get(party):
                yield self.line(party, group[0], pot, before.get(pot.version, books.Posted()), period)

    def line(self, party: str, remix: str, pot: Pot, before: books.Posted, period: str) -> StatementLine:
        """The line of one pot, without its report lines."""
        return line_of(
            party, self.sheets[remix][pot.version], pot, before.earned_micro.get(party, 0), (), before.gross_pico,
            self.parts(remix, pot, period),
        )  # fmt: skip

    def cut(self, remix: str, sheet: str, currency: str, gross_pico: int, period: str) -> str:
        """The last day of the period up to which the pot's lines add up to its gross; empty where none does."""
        found, total = "", 0
        for row in sorted(self.days[remix, currency], key=lambda row: row.period_end):
            if row.sheet == sheet and row.period_end <= last_day(period).isoformat():
                total += int(row.gross_pico)
                found = row.period_end if total == gross_pico else found
        return found

    def parts(self, remix: str, pot: Pot, period: str) -> tuple[Part, ...]:
        """The month's lines of a pot by service and territory, streamed; what is not split yet is not among them."""
        key = remix, pot.version, pot.currency, period
        if key not in self._parts:
            until = self.cut(remix, pot.version, pot.currency, pot.gross_pico, period)
            chosen = select(LINE.c.body, LINE.c.revenue).where(
                *_pot(remix, pot.version, pot.currency), LINE.c.period_end >= f"{period}-01", LINE.c.period_end <= until
            )
            self.store.flush()
            sums: dict[tuple[str, str], list[int]] = {}
            for row in self.store.connection.execute(chosen, execution_options={"yield_per": 5_000}):
                body = json.loads(row.body)
                one = sums.setdefault((body["service"], body["territory"]), [0, 0, 0])
                for place, amount in enumerate((1, int(body["units"]), pico_of(row.revenue))):
                    one[place] += amount
            self._parts[key] = tuple(Part(service, territory, *one) for (service, territory), one in sorted(sums.items()))
        return self._parts[key]

    def with_sources(self, lines: Iterable[StatementLine], period: str, most: int = MOST_SOURCES) -> list[StatementLine]:
        """The lines with their report lines, as far as a person can read them in one place."""
        room = max(most, MOST_SOURCES_IN_ALL)
        made = []
        for line in lines:
            sources = self.sources(line, period, min(most, room))
            room -= len(sources)
            made.append(opened(line, sources))
        return made

    def sources(self, line: StatementLine, period: str, most: int) -> tuple[ReportLine, ...]:
        """The report lines that a line's gross is the sum of; none where they are too many to be read there."""
        pot = (line.remix_id, line.sheet, line.currency)
        until = self.cut(*pot, line.gross_pico, period)
        chosen = select(LINE.c.body).where(*_pot(*pot), LINE.c.period_end <= until)
        chosen = chosen.order_by(LINE.c.period_end, LINE.c.service, LINE.c.report_id, LINE.c.line_id).limit(most + 1)
        rows = self.store.rows(chosen)
        return tuple(ReportLine.from_data(json.loads(row.body)) for row in rows) if len(rows) <= most else ()


def opened(line: StatementLine, sources: tuple[ReportLine, ...]) -> StatementLine:
    """The line with its report lines, and the other names that these give the remix."""
    names = sorted({source.remix_id for source in sources} - {line.remix_id})
    return replace(line, sources=sources, reported_as=tuple(names))


def _pot(remix: str, sheet: str, currency: str) -> tuple[Any, ...]:
    return LINE.c.remix == remix, LINE.c.sheet == sheet, LINE.c.currency == currency, LINE.c.hold.is_(None)


def statement_id(party: str, period: str, currency: str) -> str:
    """The id of the one statement of a party, a period and a currency."""
    return f"statement-{digest([party, period, currency])[:32]}"


def keep(asked: Deciding, calculated: Sequence[Calculated], state: str) -> None:
    """Keeps what was calculated; what was issued is never changed."""
    for each in calculated:
        for currency, statement in each.by_currency.items():
            assert not statement.faults() and not statement.account_faults(), "a statement follows from its own facts"
            name = statement_id(each.party, statement.period, currency)
            was = asked.store.get(IssuedStatement, name)
            data = statement.as_data()
            if was is not None and (was.state == "issued" or (was.state, was.statement) == (state, data)):
                continue
            earned = statement.totals_micro().get(currency, 0)
            version = was.version + 1 if was else 1
            asked.store.save(IssuedStatement(name, each.party, statement.period, currency, state, earned, data, version))


def refresh(asked: Deciding, party: str, period: str) -> None:
    """Tells a conversion on the party's calculated statements of its month at once; where there are none yet, the next run does."""
    if any(one.state != "issued" for one in asked.store.find(IssuedStatement, party=party, period=period)):
        keep(asked, _calculated(asked.store, period, [party]), "calculated")


def unissued(store: Store, until: str) -> list[str]:
    """The months up to this one that parties are still to be told of for good, oldest first.

    Closing a month closes all before it: those with postings or conversions whose statements were never issued.
    """
    table = tables.statements
    kept = {row.period for row in store.rows(select(table.c.period).where(table.c.period <= until).distinct())}
    waiting = select(table.c.period).where(table.c.period <= until, table.c.body.contains('"state":"calculated"')).distinct()
    posted = select(TRANSACTION.c.period).where(TRANSACTION.c.period <= until).distinct()
    told = kept - {row.period for row in store.rows(waiting)}
    months = {until} | kept | {row.period for row in store.rows(posted)} | account_months.converted_months(store)
    return sorted(month for month in months if month <= until and month not in told)


def of_party(store: Store, party: str, period: str, most_sources: int = MOST_SOURCES) -> tuple[str, dict[str, Statement]]:
    """(state, statement by currency) of a party: as issued or calculated, else what a run would post now (`open`)."""
    kept = store.find(IssuedStatement, party=party, period=period)
    if any(one.state != "issued" for one in kept):
        return "calculated", dict(_calculated(store, period, [party], most_sources)[0].by_currency)
    if kept:
        found = {one.currency: Statement.from_data(dict(one.statement)) for one in sorted(kept, key=lambda one: one.currency)}
        groups = sorted({(line.remix_id, line.currency) for one in found.values() for line in one.lines})
        reading = Reading.of(store, groups)
        return "issued", {
            currency: replace(one, lines=tuple(
                line if line.sources else opened(line, reading.sources(line, period, most_sources)) for line in one.lines
            ))
            for currency, one in found.items()
        }  # fmt: skip
    table = tables.documents
    mine = select(table.c.data).where(table.c.scope == f"party:{party}", table.c.kind == "pot", table.c.deleted == 0)
    groups = sorted({(data["remix"], data["currency"]) for data in (json.loads(row.data) for row in store.rows(mine))})
    reading = Reading.of(store, groups)
    lines = []
    for group in groups:
        before = reading.booked[group].before(period)
        for pot in pots.computed(reading.terms(group), reading.days[group], group[1], last_day(period)):
            was = before.get(pot.version, books.Posted())
            if pot.earned_micro.get(party, 0) != was.earned_micro.get(party, 0):
                lines.append(reading.line(party, group[0], pot, was, period))
    told = account_months.of_parties(store, period, [party])[party]
    return "open", _open(party, period, reading.with_sources(lines, period, most_sources), told)


def _open(party: str, period: str, lines: Iterable[StatementLine], told: Told) -> dict[str, Statement]:
    """What a run would post now, beside what has moved the balances so far; the closing counts the run as done."""
    made = dict.fromkeys(sorted(told.converted), Statement(party, period, ())) | _by_currency(party, period, lines)
    found = {}
    for currency, one in sorted(made.items()):
        (month,), conversions = told.of(currency)
        more = one.totals_micro().get(currency, 0) - month.earned_micro
        month = replace(month, earned_micro=month.earned_micro + more, closing_micro=month.closing_micro + more)
        found[currency] = replace(one, accounts=(month,), conversions=conversions)
    return found


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The statement, for its party and for finance."""
    issued = store.need(IssuedStatement, name)
    document = StatementDocument(
        issued.id, issued.party, party_names(store, [issued.party])[issued.party], issued.period, issued.currency,
        issued.state, issued.earned_micro, issued.statement,
    )  # fmt: skip
    for scope in (f"party:{issued.party}", "finance"):
        yield Shown(scope, document, issued.version)


HANDLERS: dict[str, Any] = {}
SHOWS = {IssuedStatement: Show(("statement",), show)}
