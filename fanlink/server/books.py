"""The books' rows: transactions that balance, each chained to the one before, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from fanlink.core.amounts import PICO_PER_MICRO
from fanlink.core.ledger import Account, Kind, Transaction, open_period
from fanlink.server import tables
from fanlink.server.consents import day_of
from fanlink.server.deciding import Deciding
from fanlink.server.store import Store

TRANSACTION, POSTING = tables.transactions, tables.postings
PotKey = tuple[str, str, str]


@dataclass(slots=True)
class Posted:
    """What was posted for one pot: per party (its own and its held account together), and to the reserve."""

    earned_micro: dict[str, int] = field(default_factory=dict)
    reserve_pico: int = 0


def append(asked: Deciding, transactions: list[Transaction], period: str | None = None, pots: list[PotKey] | None = None) -> None:
    """Adds transactions to the books; `pots` names the pot of each, `period` the one that it is posted into."""
    if not transactions:
        return
    last = asked.store.rows(select(TRANSACTION.c.number, TRANSACTION.c.link).order_by(TRANSACTION.c.number.desc()).limit(1))
    number, link = (last[0].number, last[0].link) if last else (0, "")
    rows, sides = [], []
    for place, transaction in enumerate(transactions):
        number, link = number + 1, transaction.chained(link)
        remix, sheet, currency = pots[place] if pots else (None, None, None)
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


def posted(store: Store, *, until: str | None = None, before: str | None = None, only: str | None = None) -> dict[PotKey, Posted]:
    """What runs have posted per pot: into periods up to `until`, or before `before`, or in `only`; all of it without one."""
    chosen = select(
        TRANSACTION.c.remix, TRANSACTION.c.sheet, TRANSACTION.c.currency, POSTING.c.account, POSTING.c.amount_pico
    ).join(POSTING, POSTING.c.transaction_number == TRANSACTION.c.number).where(TRANSACTION.c.period.is_not(None))
    if until is not None:
        chosen = chosen.where(TRANSACTION.c.period <= until)
    if before is not None:
        chosen = chosen.where(TRANSACTION.c.period < before)
    if only is not None:
        chosen = chosen.where(TRANSACTION.c.period == only)
    found: dict[PotKey, Posted] = {}
    for row in store.rows(chosen):
        pot = found.setdefault((row.remix, row.sheet, row.currency), Posted())
        account, amount = Account.parse(row.account), -int(row.amount_pico)
        if account.kind in (Kind.PARTY, Kind.HELD):
            pot.earned_micro[account.owner] = pot.earned_micro.get(account.owner, 0) + amount // PICO_PER_MICRO
        elif account.kind is Kind.RESERVE:
            pot.reserve_pico += amount
    return found


def periods_posted(store: Store) -> dict[tuple[str, str], set[str]]:
    """The periods that runs have posted into, by remix and currency."""
    chosen = select(TRANSACTION.c.remix, TRANSACTION.c.currency, TRANSACTION.c.period).where(TRANSACTION.c.period.is_not(None))
    found: dict[tuple[str, str], set[str]] = {}
    for row in store.rows(chosen.distinct()):
        found.setdefault((row.remix, row.currency), set()).add(row.period)
    return found


def closed(store: Store) -> set[str]:
    """The periods whose statements were issued."""
    return {row.period for row in store.rows(select(tables.periods.c.period))}


def open_day(asked: Deciding) -> date:
    """Today, or the first day of the next period that is open."""
    today = day_of(asked.now_ms)
    period = f"{today.year:04d}-{today.month:02d}"
    following = open_period(period, closed(asked.store))
    return today if following == period else date.fromisoformat(f"{following}-01")


def transaction_count(store: Store, pot: PotKey) -> int:
    """How many transactions a pot has; it makes the key of the next one."""
    chosen = select(TRANSACTION.c.number).where(
        TRANSACTION.c.remix == pot[0], TRANSACTION.c.sheet == pot[1], TRANSACTION.c.currency == pot[2]
    )
    return len(store.rows(chosen))
