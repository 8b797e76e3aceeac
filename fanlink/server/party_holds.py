"""Holds: a party whose money stays where it is. What it is owed moves to its held account, and back when it is released."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from fanlink.core import party_holds as rules
from fanlink.core.amounts import PICO_PER_MICRO
from fanlink.core.commands import HoldParty, ReleaseParty
from fanlink.core.ledger import Account, Kind, Transaction, move
from fanlink.core.parties import Party
from fanlink.core.party_holds import PartyHold
from fanlink.server import balances, books, tables
from fanlink.server.deciding import Deciding
from fanlink.server.store import Store


def hold(asked: Deciding, data: HoldParty) -> None:
    """The party is held: nothing of it is approved or sent until it is released."""
    asked.known(Party, [asked.target])
    held = rules.hold(asked.store.get(PartyHold, asked.target), asked.target, data.reason, asked.actor.id, asked.now_ms)
    asked.store.save(held)
    books.append(asked, list(_moved(asked, held, Kind.PARTY, Kind.HELD)))
    balances.touch(asked, asked.target)


def release(asked: Deciding, _data: ReleaseParty) -> None:
    """The party is held no longer. Nobody releases their own."""
    before = asked.store.get(PartyHold, asked.target)
    released = rules.release(before, asked.target, asked.actor.id, asked.now_ms, asked.actor.parties)
    asked.store.save(released)
    books.append(asked, list(_moved(asked, released, Kind.HELD, Kind.PARTY)))
    balances.touch(asked, asked.target)


def _moved(asked: Deciding, held: PartyHold, off: Kind, onto: Kind) -> Iterable[Transaction]:
    """What the party is owed in each currency, from one of its accounts onto the other."""
    day = books.open_day(asked)
    for balance in balances.of_party(asked.store, held.id):
        micro = balance.owed_micro if off is Kind.PARTY else balance.held_micro
        if micro:
            key = f"hold:{held.id}:{held.version}:{onto}:{balance.currency}"
            about = f"hold of {held.id}" if onto is Kind.HELD else f"release of {held.id}"
            debit, credit = Account(off, held.id), Account(onto, held.id)
            yield move(key, day, about, debit, credit, balance.currency, micro * PICO_PER_MICRO)


def held_parties(store: Store) -> frozenset[str]:
    """All parties that are held now: a run posts what they earn to their held accounts."""
    table = tables.party_holds
    return frozenset(row.id for row in store.rows(select(table.c.id).where(table.c.is_held == 1)))


HANDLERS: dict[str, Any] = {"hold_party": hold, "release_party": release}
SHOWS: dict[type, Any] = {}
