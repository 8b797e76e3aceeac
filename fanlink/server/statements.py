"""Statements: what each party earned in a period, calculated after a run and issued when the period is closed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Integer, bindparam, select

from fanlink.core.amounts import pico_of
from fanlink.core.digests import digest
from fanlink.core.ledger import Account, Kind, last_day
from fanlink.core.money_documents import StatementDocument
from fanlink.core.pots import Pot, Terms, pots_of
from fanlink.core.reports import ReportLine
from fanlink.core.statements import Part, Statement, StatementLine, line_of
from fanlink.server import account_months, books, pots, splitting, tables
from fanlink.server.account_months import Told
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import IssuedStatement
from fanlink.server.showing import Show, party_names
from fanlink.server.store import Store, chunks

MOST_SOURCES, MOST_SOURCES_IN_ALL = 500, 2_000
LINES_A_PAGE, LINES_A_STEP, LEAST_A_PARTY, PARTIES_A_LOOK = 250, 250, 10, 200
LINE, TRANSACTION, POSTING = tables.report_lines, tables.transactions, tables.postings
Group = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Calculated:
    """One page of what a party is told for a period in one currency. `cursor` names the pages after it."""

    party: str
    currency: str
    page: int
    statement: Statement
    data: Mapping[str, Any]
    cursor: str


@dataclass(frozen=True, slots=True)
class Page:
    """The (remix, currency) whose lines one page of a statement has, and of how many pages it is one.

    A page that was told before, or that a conversion is told on, is told even of nothing.
    """

    currency: str
    number: int
    groups: tuple[Group, ...]
    of: int
    is_told: bool


@dataclass(slots=True)
class Pages:
    """The pages of the party that is being told, for the books as they are: found once, and not anew for each of its pages."""

    _key: tuple[Any, ...] = ()
    _found: Sequence[Page] = ()

    def of(self, store: Store, party: str, period: str, converted: bool) -> Sequence[Page]:
        """All pages of a party's statements for a period."""
        key = (party, period, converted, books.length(store))
        if key != self._key:
            self._key, self._found = key, _pages(store, party, period, converted)
        return self._found


def calculate(store: Store, period: str, cursor: str, pages: Pages) -> tuple[list[Calculated], str]:
    """The next pages of what parties are told for a period, from what was posted, and the cursor after them; an empty one ends.

    A step has so many lines that writing it holds the door for a moment only, whoever they belong to.
    """
    wanted, after = _next_pages(store, period, cursor, pages)
    return _calculated(store, period, wanted, after), after


def _calculated(
    store: Store, period: str, wanted: Sequence[tuple[str, Page]], after: str = "", most_sources: int = MOST_SOURCES
) -> list[Calculated]:
    reading = Reading.of(store, sorted({group for _, page in wanted for group in page.groups}))
    moved = account_months.of_parties(store, period, sorted({party for party, page in wanted if page.number == 1}))
    found = []
    for party, page in wanted:
        lines = [line for group in page.groups for line in reading.lines(party, group, period)]
        if not lines and not page.is_told:
            continue
        statement = Statement(party, period, tuple(reading.with_sources(lines, period, most_sources)))
        if page.number == 1:
            statement = with_account(statement, page.currency, moved[party], pages=page.of)
        assert not statement.faults() and not statement.account_faults(), "a statement follows from its own facts"
        found.append(Calculated(party, page.currency, page.number, statement, statement.as_data(), after))
    return found


def with_account(one: Statement, currency: str, told: Told, *, pages: int = 1) -> Statement:
    """The statement, or its first page, with how the balance moved and with the month's conversions."""
    accounts, conversions = told.of(currency)
    if pages == 1:
        return replace(one, accounts=accounts, conversions=conversions)
    elsewhere_micro = accounts[0].earned_micro - one.totals_micro().get(currency, 0)
    return replace(one, accounts=accounts, conversions=conversions, elsewhere_micro=elsewhere_micro, pages=pages)


def _next_pages(store: Store, period: str, cursor: str, pages: Pages) -> tuple[list[tuple[str, Page]], str]:
    """As many pages as a step takes, and where the next step goes on: a party and how many of its pages it has had."""
    party, done = _place(cursor)
    wanted: list[tuple[str, Page]] = []
    room, owners = LINES_A_STEP, _owners(store, party, done > 0)
    converted = account_months.converted_parties(store, period)
    for owner in owners:
        for number, page in enumerate(pages.of(store, owner, period, owner in converted)[done:], start=done + 1):
            if wanted and len(page.groups) > room:
                return wanted, json.dumps([owner, number - 1] if number > 1 else [party, 0])
            wanted.append((owner, page))
            room -= max(len(page.groups), LEAST_A_PARTY)
        party, done = owner, 0
        if room <= 0:
            break
    return wanted, json.dumps([party, 0]) if owners else ""


def _place(cursor: str) -> tuple[str, int]:
    """(party, how many of its pages were told so far); 0 where all were. A run of an earlier version has only the party."""
    if not cursor.startswith("["):
        return cursor, 0
    party, done = json.loads(cursor)
    return party, done


def _owners(store: Store, party: str, again: bool) -> list[str]:
    """The parties after one, or from it on."""
    table = tables.parties
    chosen = select(table.c.id).where(table.c.id >= party if again else table.c.id > party)
    return [row.id for row in store.rows(chosen.order_by(table.c.id).limit(PARTIES_A_LOOK))]


def _pages(store: Store, party: str, period: str, converted: bool) -> list[Page]:
    """The pages of a party's statements for a period: what was posted to it or converted, and what it was told before."""
    joined = select(TRANSACTION.c.remix, TRANSACTION.c.currency).join(POSTING, POSTING.c.transaction_number == TRANSACTION.c.number)
    accounts = [str(Account(kind, party)) for kind in (Kind.PARTY, Kind.HELD)]
    mine = joined.where(TRANSACTION.c.period == period, POSTING.c.account.in_(accounts)).distinct()
    by: dict[str, list[Group]] = {}
    for row in store.rows(mine):
        by.setdefault(row.currency, []).append((row.remix, row.currency))
    made = {
        (currency, number): tuple(some)
        for currency, groups in by.items() for number, some in enumerate(chunks(sorted(groups), LINES_A_PAGE), start=1)
    }  # fmt: skip
    # What a later report took back to nothing is told too, where something was told before.
    table = tables.statements
    rows = store.rows(select(table.c.currency, table.c.page).where(table.c.party == party, table.c.period == period))
    told = {(row.currency, row.page) for row in rows}
    if converted:
        told |= {(currency, 1) for currency in account_months.of_parties(store, period, [party])[party].converted}
    places = sorted({*made, *told})
    many = Counter(currency for currency, _ in places)
    return [
        Page(currency, number, made.get((currency, number), ()), many[currency], (currency, number) in told or (number == 1 and many[currency] > 1))
        for currency, number in places
    ]  # fmt: skip


def _by_currency(party: str, period: str, lines: Iterable[StatementLine]) -> dict[str, Statement]:
    some: dict[str, list[StatementLine]] = {}
    for line in lines:
        some.setdefault(line.currency, []).append(line)
    return {currency: Statement(party, period, tuple(own)) for currency, own in sorted(some.items())}


@dataclass(slots=True)
class Reading:
    """Sheets, days and postings of some remixes and currencies, read once for all parties that share them."""

    store: Store
    days: dict[Group, list[Any]]
    booked: dict[Group, books.Booked]
    sheets: dict[str, dict[str, Any]]
    _parts: dict[tuple[str, str, str, str], tuple[Part, ...]]
    _split: dict[tuple[Group, str], tuple[tuple[Pot, ...], dict[str, books.Posted]]] = field(default_factory=dict)

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

    def split(self, group: Group, period: str) -> tuple[tuple[Pot, ...], dict[str, books.Posted]]:
        """The pots of a remix from the gross that was split by then, and what earlier periods had: computed once for all parties."""
        if (group, period) not in self._split:
            booked = self.booked[group]
            gross = {version: one.gross_pico for version, one in booked.up_to(period).items()}
            self._split[group, period] = tuple(pots_of(self.terms(group), gross, group[1])), booked.before(period)
        return self._split[group, period]

    def lines(self, party: str, group: Group, period: str) -> Iterable[StatementLine]:
        """A line for each pot that posted to the party in the period, from the gross that was split by then."""
        split, before = self.split(group, period)
        in_period = self.booked[group].periods.get(period, {})
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
            bound = _bound(remix, pot.version, pot.currency, until) | {"first": f"{period}-01"}
            self.store.flush()
            sums: dict[tuple[str, str], list[int]] = {}
            for row in self.store.connection.execute(MONTH_OF_POT, bound, execution_options={"yield_per": 5_000}):
                body = json.loads(row.body)
                one = sums.setdefault((body["service"], body["territory"]), [0, 0, 0])
                for place, amount in enumerate((1, int(body["units"]), pico_of(row.revenue))):
                    one[place] += amount
            self._parts[key] = tuple(Part(service, territory, *one) for (service, territory), one in sorted(sums.items()))
        return self._parts[key]

    def with_sources(self, lines: Iterable[StatementLine], period: str, most: int = MOST_SOURCES) -> list[StatementLine]:
        """The lines with their report lines, as far as a person can read them in one place."""
        room = max(most, MOST_SOURCES_IN_ALL)  # of one page, or of a file
        made = []
        for line in lines:
            sources = self.sources(line, period, min(most, room))
            room -= len(sources)
            made.append(opened(line, sources))
        return made

    def sources(self, line: StatementLine, period: str, most: int) -> tuple[ReportLine, ...]:
        """The report lines that a line's gross is the sum of; none where they are too many to be read there."""
        if most <= 0:
            return ()
        pot = (line.remix_id, line.sheet, line.currency)
        until = self.cut(*pot, line.gross_pico, period)
        rows = self.store.rows(FIRST_OF_POT, _bound(*pot, until) | {"most": most + 1})
        return tuple(ReportLine.kept(json.loads(row.body)) for row in rows) if len(rows) <= most else ()


def opened(line: StatementLine, sources: tuple[ReportLine, ...]) -> StatementLine:
    """The line with its report lines, and the other names that these give the remix."""
    names = sorted({source.remix_id for source in sources} - {line.remix_id})
    return replace(line, sources=sources, reported_as=tuple(names))


def _bound(remix: str, sheet: str, currency: str, until: str) -> dict[str, Any]:
    return {"remix": remix, "sheet": sheet, "currency": currency, "until": until}


# Built once and kept: there is one of each for every pot of every party, and building one takes as long as running it.
_OF_POT = (
    LINE.c.remix == bindparam("remix"), LINE.c.sheet == bindparam("sheet"), LINE.c.currency == bindparam("currency"),
    LINE.c.hold.is_(None), LINE.c.period_end <= bindparam("until"),
)  # fmt: skip
MONTH_OF_POT = select(LINE.c.body, LINE.c.revenue).where(*_OF_POT, LINE.c.period_end >= bindparam("first"))
FIRST_OF_POT = (
    select(LINE.c.body).where(*_OF_POT).order_by(LINE.c.period_end, LINE.c.service, LINE.c.report_id, LINE.c.line_id)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip


def statement_id(party: str, period: str, currency: str, page: int = 1) -> str:
    """The id of one page of the one statement of a party, a period and a currency."""
    return f"statement-{digest([party, period, currency, *([page] if page > 1 else [])])[:32]}"


def keep(asked: Deciding, calculated: Sequence[Calculated], state: str) -> None:
    """Keeps what was calculated; what was issued is never changed."""
    for each in calculated:
        period = each.statement.period
        name = statement_id(each.party, period, each.currency, each.page)
        was = asked.store.get(IssuedStatement, name)
        if was is not None and (was.state == "issued" or (was.state, was.statement) == (state, each.data)):
            continue
        earned = each.statement.totals_micro().get(each.currency, 0)
        version = was.version + 1 if was else 1
        asked.store.save(
            IssuedStatement(name, each.party, period, each.currency, state, earned, each.data, version, each.page)
        )


def refresh(asked: Deciding, party: str, period: str) -> None:
    """Tells a conversion on the party's calculated statements of its month at once; where there are none yet, the next run does."""
    if any(one.state != "issued" for one in asked.store.find(IssuedStatement, party=party, period=period)):
        keep(asked, _of_one(asked.store, party, period), "calculated")


def _of_one(store: Store, party: str, period: str, most_sources: int = MOST_SOURCES) -> list[Calculated]:
    converted = party in account_months.converted_parties(store, period)
    return _calculated(store, period, [(party, page) for page in _pages(store, party, period, converted)], "", most_sources)


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


def _whole(pages: Iterable[tuple[str, Statement]]) -> dict[str, Statement]:
    """The statement of each currency, put together from its pages in order."""
    found: dict[str, Statement] = {}
    for currency, page in pages:
        first = found.get(currency)
        found[currency] = replace(first, lines=first.lines + page.lines) if first else replace(page, elsewhere_micro=0, pages=0)
    return found


def of_party(store: Store, party: str, period: str, most_sources: int = MOST_SOURCES) -> tuple[str, dict[str, Statement]]:
    """(state, statement by currency) of a party: as issued or calculated, else what a run would post now (`open`)."""
    kept = store.find(IssuedStatement, party=party, period=period)
    if any(one.state != "issued" for one in kept):
        return "calculated", _whole((one.currency, one.statement) for one in _of_one(store, party, period, most_sources))
    if kept:
        found = _whole(
            (one.currency, Statement.from_data(dict(one.statement))) for one in sorted(kept, key=lambda one: (one.currency, one.page))
        )
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
        issued.state, issued.earned_micro, issued.statement, issued.page,
    )  # fmt: skip
    for scope in (f"party:{issued.party}", "finance"):
        yield Shown(scope, document, issued.version)


HANDLERS: dict[str, Any] = {}
SHOWS = {IssuedStatement: Show(("statement",), show)}
