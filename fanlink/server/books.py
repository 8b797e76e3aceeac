"""The books' rows: transactions that balance, each chained to the one before, never changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select

from fanlink.core.amounts import PICO_PER_MICRO
from fanlink.core.ledger import Account, Kind, Posting, Transaction, open_period
from fanlink.server import balances, tables
from fanlink.server.deciding import Deciding
from fanlink.server.mandates import day_of
from fanlink.server.store import Store, chunks

TRANSACTION, POSTING = tables.transactions, tables.postings
PotKey = tuple[str, str, str]


@dataclass(slots=True)
class Posted:
    """What was posted for one pot: per party (its own and its held account together), and to the reserve."""

    earned_micro: dict[str, int] = field(default_factory=dict)
    reserve_pico: int = 0

    def take(self, account: str, amount_pico: str) -> None:
        """Adds one posting of a run; an amount below zero is owed."""
        to, amount = Account.parse(account), -int(amount_pico)
        if to.kind in (Kind.PARTY, Kind.HELD):
            self.earned_micro[to.owner] = self.earned_micro.get(to.owner, 0) + amount // PICO_PER_MICRO
        elif to.kind is Kind.RESERVE:
            self.reserve_pico += amount

    def add(self, other: Posted) -> None:
        """Adds what another period posted."""
        self.reserve_pico += other.reserve_pico
        for party, micro in other.earned_micro.items():
            self.earned_micro[party] = self.earned_micro.get(party, 0) + micro

    @property
    def gross_pico(self) -> int:
        """What was split: everything earned and the reserve."""
        return sum(self.earned_micro.values()) * PICO_PER_MICRO + self.reserve_pico


@dataclass(frozen=True, slots=True)
class Split:
    """A transaction of a run: the pot that it splits, and the period that it is posted into."""

    transaction: Transaction
    pot: PotKey
    into: str


def append_splits(asked: Deciding, splits: Sequence[Split]) -> None:
    """Adds what a run posts."""
    _append(asked, [(split.transaction, split.into, split.pot) for split in splits])


def append(asked: Deciding, transactions: Iterable[Transaction]) -> None:
    """Adds transactions that no run makes."""
    _append(asked, [(transaction, None, (None, None, None)) for transaction in transactions])


def _append(asked: Deciding, transactions: Sequence[tuple[Transaction, str | None, tuple[str | None, ...]]]) -> None:
    if not transactions:
        return
    last = asked.store.rows(select(TRANSACTION.c.number, TRANSACTION.c.link).order_by(TRANSACTION.c.number.desc()).limit(1))
    number, link = (last[0].number, last[0].link) if last else (0, "")
    rows, sides = [], []
    for transaction, period, (remix, sheet, currency) in transactions:
        number, link = number + 1, transaction.chained(link)
        rows.append({
            "number": number, "key": transaction.key, "day": transaction.day.isoformat(), "period": period,
            "about": transaction.about, "remix": remix, "sheet": sheet, "currency": currency,
            "reverses": transaction.reverses, "link": link,
        })  # fmt: skip
        sides += [
            {"transaction_number": number, "place": side, "account": str(posting.account), "currency": posting.currency,
             "amount_pico": str(posting.amount_pico)}
            for side, posting in enumerate(transaction.postings)
        ]  # fmt: skip
    asked.store.add(TRANSACTION, *rows)
    asked.store.add(POSTING, *sides)
    balances.move(asked, [transaction for transaction, _, _ in transactions])


def length(store: Store) -> int:
    """How many transactions there are."""
    return store.rows(select(func.max(TRANSACTION.c.number)))[0][0] or 0


@dataclass(slots=True)
class Booked:
    """What runs posted for the pots of one remix in one currency: by period and sheet, and how many transactions each pot has."""

    periods: dict[str, dict[str, Posted]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def up_to(self, period: str) -> dict[str, Posted]:
        """By sheet, what was posted into periods up to this one."""
        return self._sum(lambda each: each <= period)

    def before(self, period: str) -> dict[str, Posted]:
        """By sheet, what was posted into earlier periods."""
        return self._sum(lambda each: each < period)

    def _sum(self, wanted: Callable[[str], bool]) -> dict[str, Posted]:
        sums: dict[str, Posted] = {}
        for period, by_sheet in self.periods.items():
            if wanted(period):
                for sheet, one in by_sheet.items():
                    sums.setdefault(sheet, Posted()).add(one)
        return sums


def of_groups(store: Store, groups: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Booked]:
    """What was posted for some (remix, currency)."""
    found: dict[tuple[str, str], Booked] = {group: Booked() for group in groups}
    chosen = select(
        TRANSACTION.c.number, TRANSACTION.c.remix, TRANSACTION.c.sheet, TRANSACTION.c.currency, TRANSACTION.c.period,
        POSTING.c.account, POSTING.c.amount_pico,
    ).join(POSTING, POSTING.c.transaction_number == TRANSACTION.c.number).where(TRANSACTION.c.period.is_not(None))
    last = 0
    for some in chunks(sorted({remix for remix, _ in groups})):
        for row in store.rows(chosen.where(TRANSACTION.c.remix.in_(some)).order_by(TRANSACTION.c.number)):
            booked = found.get((row.remix, row.currency))
            if booked is None:
                continue
            if row.number != last:
                booked.numbers[row.sheet] = booked.numbers.get(row.sheet, 0) + 1
                last = row.number
            booked.periods.setdefault(row.period, {}).setdefault(row.sheet, Posted()).take(row.account, row.amount_pico)
    return found


def posted(store: Store) -> dict[PotKey, Posted]:
    """What runs have posted per pot, in all periods."""
    chosen = select(
        TRANSACTION.c.remix, TRANSACTION.c.sheet, TRANSACTION.c.currency, POSTING.c.account, POSTING.c.amount_pico
    ).join(POSTING, POSTING.c.transaction_number == TRANSACTION.c.number).where(TRANSACTION.c.period.is_not(None))
    found: dict[PotKey, Posted] = {}
    for row in store.rows(chosen):
        found.setdefault((row.remix, row.sheet, row.currency), Posted()).take(row.account, row.amount_pico)
    return found


def owed(store: Store, party: str, until: date) -> dict[str, dict[str, int]]:
    """What a party's accounts hold at the end of a day, in pico: kind of account to currency; above zero we owe it."""
    accounts = [str(Account(kind, party)) for kind in (Kind.PARTY, Kind.HELD, Kind.SENT)]
    chosen = select(POSTING.c.account, POSTING.c.currency, POSTING.c.amount_pico).join(
        TRANSACTION, POSTING.c.transaction_number == TRANSACTION.c.number
    ).where(POSTING.c.account.in_(accounts), TRANSACTION.c.day <= until.isoformat())  # fmt: skip
    found: dict[str, dict[str, int]] = {}
    for row in store.rows(chosen):
        held = found.setdefault(str(Account.parse(row.account).kind), {})
        held[row.currency] = held.get(row.currency, 0) - int(row.amount_pico)
    return found


def transaction(store: Store, key: str) -> Transaction | None:
    """What was posted under a key; None where nothing was."""
    rows = store.rows(select(TRANSACTION).where(TRANSACTION.c.key == key))
    if not rows:
        return None
    (row,) = rows
    sides = store.rows(select(POSTING).where(POSTING.c.transaction_number == row.number).order_by(POSTING.c.place))
    postings = tuple(Posting(Account.parse(side.account), side.currency, int(side.amount_pico)) for side in sides)
    return Transaction(row.key, date.fromisoformat(row.day), row.about, postings, row.reverses)


def closed(store: Store) -> set[str]:
    """The periods whose statements were issued."""
    return {row.period for row in store.rows(select(tables.periods.c.period))}


def open_day(asked: Deciding) -> date:
    """Today, or the first day of the next period that is open."""
    today = day_of(asked.now_ms)
    period = f"{today.year:04d}-{today.month:02d}"
    following = open_period(period, closed(asked.store))
    return today if following == period else date.fromisoformat(f"{following}-01")
