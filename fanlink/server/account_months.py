"""How parties' balances moved over a month, read from the postings: what statements tell beside what was earned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from fanlink.core.account_months import AccountMonth, Converted
from fanlink.core.amounts import PICO_PER_MICRO
from fanlink.core.balances import Balance
from fanlink.core.conversions import Conversion
from fanlink.core.ledger import Account, Kind, last_day
from fanlink.server import tables
from fanlink.server.store import Store, chunks

TRANSACTION, POSTING = tables.transactions, tables.postings
OWED = (Kind.PARTY, Kind.HELD)
CONVERSION, PAYOUT = "conversion:", "payout:"
Months = dict[str, AccountMonth]


@dataclass(frozen=True, slots=True)
class Told:
    """What a party is told of its accounts: a month for each currency that ever moved, and the month's conversions."""

    months: Mapping[str, AccountMonth] = field(default_factory=dict)
    conversions: tuple[Converted, ...] = ()

    def of(self, currency: str) -> tuple[tuple[AccountMonth, ...], tuple[Converted, ...]]:
        """What belongs on the statement of one currency."""
        own = tuple(each for each in self.conversions if currency in (each.from_currency, each.to_currency))
        return (self.months.get(currency, AccountMonth(currency)),), own

    @property
    def converted(self) -> set[str]:
        """The currencies that a conversion of the month moved."""
        return {currency for each in self.conversions for currency in (each.from_currency, each.to_currency)}


def converted_parties(store: Store, period: str, after: str = "") -> set[str]:
    """Whose balance a conversion of the month moved."""
    chosen = select(POSTING.c.account).join(TRANSACTION, POSTING.c.transaction_number == TRANSACTION.c.number).where(
        TRANSACTION.c.key.startswith(CONVERSION, autoescape=True), *_in(period)
    ).distinct()  # fmt: skip
    accounts = (Account.parse(row.account) for row in store.rows(chosen))
    return {account.owner for account in accounts if account.kind in OWED and account.owner > after}


def converted_months(store: Store) -> set[str]:
    """The months into which a conversion was posted."""
    chosen = select(TRANSACTION.c.day).where(TRANSACTION.c.key.startswith(CONVERSION, autoescape=True)).distinct()
    return {row.day[:7] for row in store.rows(chosen)}


def of_parties(store: Store, period: str, parties: Sequence[str]) -> dict[str, Told]:
    """What each party is told: closing is today's balance less all that moved it after the month's last day."""
    names = {str(Account(kind, party)): party for party in parties for kind in OWED}
    now = {(one.party, one.currency): one.owed_micro + one.held_micro for one in store.find(Balance, party=tuple(parties))} if parties else {}
    moved: dict[tuple[str, str], dict[str, int]] = {place: {} for place in now}
    posted: dict[str, date] = {}
    for row in _rows(store, period, sorted(names)):
        party = names[row.account]
        sums = moved.setdefault((party, row.currency), {})
        what = _what(row, period)
        sums[what] = sums.get(what, 0) - int(row.amount_pico) // PICO_PER_MICRO
        if what == "converted":
            posted[row.key.removeprefix(CONVERSION)] = date.fromisoformat(row.day)
    found: dict[str, Months] = {party: {} for party in parties}
    for (party, currency), sums in sorted(moved.items()):
        found[party][currency] = _month(currency, sums, now.get((party, currency), 0))
    conversions = _conversions(store, posted)
    return {
        party: Told(months, tuple(each for owner, each in conversions if owner == party)) for party, months in found.items()
    }  # fmt: skip


def _month(currency: str, sums: Mapping[str, int], now_micro: int) -> AccountMonth:
    closing = now_micro - sums.get("after", 0)
    within = {name: micro for name, micro in sums.items() if name != "after"}
    made = AccountMonth(currency, closing - sum(within.values()), closing_micro=closing)
    return replace(made, **{f"{name}_micro": micro for name, micro in within.items()})


def _what(row: Any, period: str) -> str:
    """What kind of movement a posting is; `after` where it came after the month."""
    if row.day > last_day(period).isoformat():
        return "after"
    if row.period is not None:
        return "earned"
    if row.key.startswith(CONVERSION):
        return "converted"
    if row.key.startswith(PAYOUT):
        return "came_back" if row.reverses else "paid_out"
    return "other"


def _rows(store: Store, period: str, accounts: Sequence[str]) -> Iterable[Any]:
    chosen = select(
        TRANSACTION.c.key, TRANSACTION.c.day, TRANSACTION.c.period, TRANSACTION.c.reverses, POSTING.c.account, POSTING.c.currency,
        POSTING.c.amount_pico,
    ).join(POSTING, POSTING.c.transaction_number == TRANSACTION.c.number).where(TRANSACTION.c.day >= f"{period}-01")  # fmt: skip
    store.flush()
    for some in chunks(accounts):
        yield from store.connection.execute(chosen.where(POSTING.c.account.in_(some)), execution_options={"yield_per": 5_000})


def _in(period: str) -> tuple[Any, ...]:
    return TRANSACTION.c.day >= f"{period}-01", TRANSACTION.c.day <= last_day(period).isoformat()


def _conversions(store: Store, posted: Mapping[str, date]) -> list[tuple[str, Converted]]:
    done = [(store.need(Conversion, name), day) for name, day in posted.items()]
    told = [
        (one.party, Converted(
            one.id, day, one.from_currency, one.from_micro, one.to_currency, one.to_micro, one.rate, one.source, one.day,
        ))
        for one, day in done
    ]  # fmt: skip
    return sorted(told, key=lambda each: (each[1].posted_on, each[1].id))
