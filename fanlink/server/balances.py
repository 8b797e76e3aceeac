"""Balances: moved by every posting in the transaction that posts it, and shown with what keeps them from being paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from fanlink.core import balances, payouts
from fanlink.core.amounts import PICO_PER_MICRO
from fanlink.core.balances import Balance
from fanlink.core.digests import digest
from fanlink.core.invitations import Invitation
from fanlink.core.ledger import Transaction
from fanlink.core.money_documents import BalanceDocument
from fanlink.core.party_holds import PartyHold
from fanlink.core.payouts import Payout, Standing
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import SealedDetails
from fanlink.server.settings import Settings
from fanlink.server.showing import Show, party_names
from fanlink.server.store import Store, chunks

TABLE = tables.balances
BY_THE_CLOCK = frozenset({"bank_details_too_new"})
OPEN = tuple(str(state) for state in payouts.OPEN)
MOST_AT_ONCE = 500


def balance_id(party: str, currency: str) -> str:
    """The id of the one balance of a party in a currency."""
    return f"balance-{digest([party, currency])[:32]}"


def move(asked: Deciding, transactions: Iterable[Transaction]) -> None:
    """Brings balances up to what was posted; each is saved once."""
    changed: dict[str, Balance] = {}
    for transaction in transactions:
        for posting in filter(balances.concerns, transaction.postings):
            name = balance_id(posting.account.owner, posting.currency)
            was = changed.get(name) or asked.store.get(Balance, name) or Balance(
                name, posting.account.owner, posting.currency, version=0
            )  # fmt: skip
            changed[name] = balances.posted(was, posting, asked.now_ms)
    for after in changed.values():
        asked.store.save(replace(after, version=after.version + 1))


def of_party(store: Store, party: str) -> list[Balance]:
    """All balances of a party, by id."""
    return store.find(Balance, party=party)


def touch(asked: Deciding, party: str) -> None:
    """Has the party's balances shown anew: something that decides about them has changed."""
    for balance in of_party(asked.store, party):
        asked.store.touch(Balance, balance.id)


def owed_at_micro(store: Store, day: date) -> dict[tuple[str, str], int]:
    """What each party was owed per currency at the end of a day, in whole millionths."""
    posting, transaction = tables.postings, tables.transactions
    chosen = (
        select(posting.c.account, posting.c.currency, posting.c.amount_pico)
        .join(transaction, transaction.c.number == posting.c.transaction_number)
        .where(transaction.c.day <= day.isoformat(), posting.c.account.like("party:%"))
    )
    sums: dict[tuple[str, str], int] = {}
    for row in store.rows(chosen):
        place = row.account.removeprefix("party:"), row.currency
        sums[place] = sums.get(place, 0) - int(row.amount_pico) // PICO_PER_MICRO
    return sums


# What decides beside the amount ---------------------------------------------------------------------------------


class Standings:
    """What decides whether parties can be paid, for those named or for all: a few looks, however many they are."""

    def __init__(self, store: Store, parties: Iterable[str] | None = None) -> None:
        self._store = store
        self._parties = None if parties is None else sorted(set(parties))
        account, answers, payout, hold = tables.accounts, tables.answers_for, tables.payouts, tables.party_holds
        self._claimed = {row.party for row in self._rows(select(account.c.party), account.c.party)}
        self._claimed |= {row.party for row in self._rows(select(answers.c.party), answers.c.party)}
        opened = select(payout.c.party, payout.c.currency).where(payout.c.state.in_(OPEN))
        self._open = {(row.party, row.currency) for row in self._rows(opened, payout.c.party)}
        self.held = {row.id for row in self._rows(select(hold.c.id).where(hold.c.is_held == 1), hold.c.id)}
        details = tables.bank_details
        newest: dict[str, tuple[int, str]] = {}
        for row in self._rows(select(details.c.party, details.c.number, details.c.id), details.c.party):
            newest[row.party] = max(newest.get(row.party, (0, "")), (row.number, row.id))
        self._details = {party: name for party, (_, name) in newest.items()}

    def _rows(self, chosen: Select, party: Any) -> list[Any]:
        if self._parties is None:
            return self._store.rows(chosen)
        if len(self._parties) == 1:  # the most frequent by far, and a list in a query costs more than the query
            return self._store.rows(chosen.where(party == self._parties[0]))
        return [row for some in chunks(self._parties) for row in self._store.rows(chosen.where(party.in_(some)))]

    def details(self, party: str) -> SealedDetails | None:
        """The newest bank details of a party."""
        name = self._details.get(party)
        return self._store.get(SealedDetails, name) if name else None

    def of(self, party: str, currency: str) -> Standing:
        """How a party stands in a currency."""
        details = self.details(party)
        return Standing(
            party in self._claimed, party in self.held, (party, currency) in self._open, details is not None,
            details is not None and details.has_bic, details.payable_from_ms if details else 0,
        )  # fmt: skip


def waits_for(balance: Balance, standings: Standings, settings: Settings, now_ms: int, owed_micro: int | None = None) -> tuple[str, ...]:
    """All that keeps a balance from being paid now."""
    threshold, standing = settings.payout_threshold_minor(balance.currency), standings.of(balance.party, balance.currency)
    owed = balance.owed_micro if owed_micro is None else owed_micro
    return payouts.waits_for(owed, balance.currency, threshold, standing, now_ms)


# Documents ------------------------------------------------------------------------------------------------------


def document(store: Store, balance: Balance, settings: Settings, now_ms: int) -> BalanceDocument:
    """A balance as its party and finance see it."""
    standings = Standings(store, [balance.party])
    standing, details = standings.of(balance.party, balance.currency), standings.details(balance.party)
    waits = tuple(code for code in waits_for(balance, standings, settings, now_ms) if code not in BY_THE_CLOCK)
    hold = store.get(PartyHold, balance.party) if standing.held else None
    invited = [one.expires_ms for one in store.find(Invitation, party=balance.party, state="open")]
    return BalanceDocument(
        balance.id, balance.party, party_names(store, [balance.party])[balance.party], balance.currency, balance.owed_micro,
        balance.held_micro, balance.sent_micro, balance.since_ms, settings.payout_threshold_minor(balance.currency),
        standing.claimed, waits, details.masked if details else "", standing.payable_from_ms,
        hold.reason if hold else "", max(invited, default=None),
    )  # fmt: skip


def show(store: Store, name: str, now_ms: int) -> Iterable[Shown]:
    """The balance, for its party and for finance."""
    balance = store.need(Balance, name)
    made = document(store, balance, store.settings, now_ms)
    return tuple(Shown(scope, made, balance.version) for scope in (f"party:{balance.party}", "finance"))


def not_shown_yet(store: Store) -> list[str]:
    """Balances that a step of the database made from older books: nobody has seen them."""
    return [row.id for row in store.rows(select(TABLE.c.id).where(TABLE.c.version == 0).limit(MOST_AT_ONCE))]


def show_first(asked: Deciding) -> int:
    """Shows those balances, and tells how many."""
    names = not_shown_yet(asked.store)
    for name in names:
        asked.store.save(replace(asked.store.need(Balance, name), version=1))
    return len(names)


def open_payouts(store: Store, party: str, currency: str) -> list[Payout]:
    """The payouts of a party in a currency that have not left yet."""
    return store.find(Payout, party=party, currency=currency, state=OPEN)


HANDLERS: dict[str, Any] = {}
SHOWS = {Balance: Show(("balance",), show)}
