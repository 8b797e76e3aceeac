"""What a run posts for each remix and currency: computed from a read, posted only where that read still holds.

The plan is made outside of the write transaction. Inside it, a pot that changed meanwhile is planned again, so that nothing
is ever posted from what is no longer true.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from fanlink.core.ledger import last_day, pot_is_split
from fanlink.core.pots import Terms, in_order
from fanlink.core.shares import SplitSheet
from fanlink.server import books, pots, tables
from fanlink.server.books import Booked, Split
from fanlink.server.deciding import Deciding
from fanlink.server.party_holds import held_parties
from fanlink.server.store import Store, chunks

POT, TRANSACTION, SHEET = tables.pots, tables.transactions, tables.sheets
Group = tuple[str, str]
Mark = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to post for one remix and currency, and what that rests on: a mark, and the parties whose money was held."""

    group: Group
    mark: Mark
    splits: tuple[Split, ...]
    held: frozenset[str] = frozenset()


def groups(store: Store, after: Group | None, limit: int) -> list[Group]:
    """The next remixes and currencies that have a pot."""
    chosen = select(POT.c.remix, POT.c.currency).distinct().order_by(POT.c.remix, POT.c.currency).limit(limit)
    if after is not None:
        remix, currency = after
        chosen = chosen.where(or_(POT.c.remix > remix, and_(POT.c.remix == remix, POT.c.currency > currency)))
    return [(row.remix, row.currency) for row in store.rows(chosen)]


def group_count(store: Store) -> int:
    """How many remixes and currencies there are."""
    inner = select(POT.c.remix, POT.c.currency).distinct().subquery()
    return store.rows(select(func.count()).select_from(inner))[0][0]


def plan(store: Store, some: Sequence[Group], period: str, into: str) -> list[Plan]:
    """The plans of some remixes and currencies for a period that is posted into `into`."""
    marked, days, booked = marks(store, some), pots.gross_of(store, some), books.of_groups(store, some)
    terms, held = terms_of(store, {remix for remix, _ in some}), held_parties(store)
    return [
        Plan(group, marked[group], tuple(_splits(group, days[group], booked[group], terms[group[0]], period, into, held)), held)
        for group in some
    ]


def post(asked: Deciding, plans: Sequence[Plan], period: str, into: str) -> int:
    """Posts the plans, those made anew whose pots changed since; tells how many transactions that were."""
    now, held = marks(asked.store, [each.group for each in plans]), held_parties(asked.store)
    stale = [each.group for each in plans if (now[each.group], held) != (each.mark, each.held)]
    good = [each for each in plans if (now[each.group], held) == (each.mark, each.held)] + plan(asked.store, stale, period, into)
    splits = [split for each in sorted(good, key=lambda each: each.group) for split in each.splits]
    books.append_splits(asked, splits)
    return len(splits)


def marks(store: Store, some: Sequence[Group]) -> dict[Group, Mark]:
    """What changes whenever a pot takes in a line or is posted: the versions of its pots, and how often it was posted."""
    versions = select(POT.c.remix, POT.c.currency, func.sum(POT.c.version)).group_by(POT.c.remix, POT.c.currency)
    counts = select(TRANSACTION.c.remix, TRANSACTION.c.currency, func.count()).group_by(TRANSACTION.c.remix, TRANSACTION.c.currency)
    found: dict[Group, list[int]] = {group: [0, 0] for group in some}
    for ids in chunks(sorted({remix for remix, _ in some})):
        for place, (chosen, column) in enumerate(((versions, POT.c.remix), (counts, TRANSACTION.c.remix))):
            for remix, currency, number in store.rows(chosen.where(column.in_(ids))):
                if (remix, currency) in found:
                    found[remix, currency][place] = int(number)
    return {group: (version, count) for group, (version, count) in found.items()}


def terms_of(store: Store, remixes: Iterable[str]) -> dict[str, tuple[Terms, ...]]:
    """Every sheet version of some remixes as the formula sees them, by effective date."""
    return {remix: in_order(sheet.terms() for sheet in found) for remix, found in sheets_of(store, remixes).items()}


def sheets_of(store: Store, remixes: Iterable[str]) -> dict[str, list[SplitSheet]]:
    """Every sheet version of some remixes."""
    wanted = sorted(set(remixes))
    found: dict[str, list[SplitSheet]] = {remix: [] for remix in wanted}
    for some in chunks(wanted):
        chosen = select(SHEET.c.remix, SHEET.c.body).where(SHEET.c.remix.in_(some)).order_by(SHEET.c.effective_from)
        for row in store.rows(chosen):
            found[row.remix].append(SplitSheet.from_data(json.loads(row.body)))
    return found


def _splits(
    group: Group, days: list[object], booked: Booked, terms: tuple[Terms, ...], period: str, into: str, held: frozenset[str]
) -> Iterable[Split]:
    """The differences for `into`, and for every later period that was posted already: what comes earlier changes them."""
    remix, currency = group
    numbers = dict(booked.numbers)
    # Where a month up to `into` was posted already, the run covers that too: else it would take it back.
    until = max([period, *(each for each in booked.periods if each <= into)])
    for target in sorted({into, *(each for each in booked.periods if each > into)}):
        ends = last_day(until if target == into else target)
        before = booked.up_to(target)
        for pot in pots.computed(terms, days, currency, ends):
            was = before.get(pot.version, books.Posted())
            number = numbers.get(pot.version, 0) + 1
            made = pot_is_split(
                f"run:{remix}/{pot.version}:{currency}:{number}", last_day(target), f"royalties {period}", remix, pot,
                was.earned_micro, was.reserve_pico, held,
            )  # fmt: skip
            if made is not None:
                numbers[pot.version] = number
                difference = books.Posted()
                for posting in made.postings:
                    difference.take(str(posting.account), str(posting.amount_pico))
                booked.periods.setdefault(target, {}).setdefault(pot.version, books.Posted()).add(difference)
                yield Split(made, (remix, pot.version, currency), target)
