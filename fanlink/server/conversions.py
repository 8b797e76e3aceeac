"""Conversions: asked for by the party, posted by finance at a rate that it names, with where the rate came from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fanlink.core import conversions
from fanlink.core.commands import AskConversion, ConvertBalance, WithdrawConversion
from fanlink.core.conversions import Conversion
from fanlink.core.errors import Refused
from fanlink.core.money_documents import ConversionDocument
from fanlink.core.parties import Party
from fanlink.core.party_holds import PartyHold
from fanlink.server import balances, books, statements
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.mandates import day_of
from fanlink.server.showing import Show, party_names
from fanlink.server.store import Store


def ask(asked: Deciding, data: AskConversion) -> None:
    """The party wants another currency."""
    asked.may(parties=(data.party,))
    asked.new(Conversion)
    asked.known(Party, [data.party])
    asked.store.save(conversions.ask(
        asked.target, data.party, data.from_currency, data.to_currency, data.amount, asked.actor.id, asked.now_ms
    ))  # fmt: skip


def withdraw(asked: Deciding, _data: WithdrawConversion) -> None:
    """The party wants it no longer."""
    wish = asked.need(Conversion)
    asked.may(parties=(wish.party,))
    asked.same(wish)
    asked.store.save(conversions.withdraw(wish))


def convert(asked: Deciding, data: ConvertBalance) -> None:
    """Posts the conversion. What payouts that are under way will take stays in its currency.

    Refused besides as `conversions.convert` says: `party_held`, `day_ahead`.
    """
    wish = asked.need(Conversion)
    asked.same(wish)
    if data.day > day_of(asked.now_ms):
        raise Refused("day_ahead", day=data.day.isoformat())
    hold = asked.store.get(PartyHold, wish.party)
    if hold is not None and hold.is_held:
        raise Refused("party_held", party=wish.party)
    balance = asked.store.get(balances.Balance, balances.balance_id(wish.party, wish.from_currency))
    under_way = sum(one.amount_pico for one in balances.open_payouts(asked.store, wish.party, wish.from_currency))
    free = (balance.owed_micro if balance else 0) - under_way // balances.PICO_PER_MICRO
    done = conversions.convert(wish, free, data.rate, data.source, data.day, asked.actor.id, asked.actor.parties)
    asked.store.save(done)
    day = books.open_day(asked)
    books.append(asked, [conversions.transaction(done, day)])
    statements.refresh(asked, done.party, f"{day:%Y-%m}")


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The wish and what was posted for it, for the party and for finance."""
    wish = store.need(Conversion, name)
    document = ConversionDocument(wish.id, wish, party_names(store, [wish.party])[wish.party])
    return tuple(Shown(scope, document, wish.version) for scope in (f"party:{wish.party}", "finance"))


HANDLERS: dict[str, Any] = {"ask_conversion": ask, "withdraw_conversion": withdraw, "convert_balance": convert}
SHOWS = {Conversion: Show(("conversion",), show)}
