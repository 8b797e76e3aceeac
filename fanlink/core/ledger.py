"""The books: double entry, append-only, balanced or impossible to build.

An amount above zero debits its account (the house has more, or owes less), one below zero credits it (the house owes
more). All amounts are in pico of the currency's unit; what parties are owed is always whole millionths. A correction
is the reversal of a transaction and a new one, never a change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from fanlink.core.amounts import CURRENCY, PICO_PER_MICRO, plain
from fanlink.core.digests import digest
from fanlink.core.errors import Reason, Refused
from fanlink.core.pots import Pot, differences


class Kind(StrEnum):
    """What an account holds. Its owner is a service, a party, a pot or a bank."""

    SERVICE = "service"  # what a service owes for its reports
    UNMATCHED = "unmatched"  # revenue of lines whose remix or sheet is not known; owner: service
    HELD_LINES = "held_lines"  # revenue of suspicious lines, outside every pot; owner: service
    POT = "pot"  # revenue that came in and is not yet split; owner: remix/sheet version
    RESERVE = "reserve"  # what the floor of each share leaves over; owner: remix/sheet version
    PARTY = "party"  # what a party is owed
    HELD = "held"  # what a held party is owed but not paid
    SENT = "sent"  # payouts that left and are not settled; owner: party
    BANK = "bank"  # money that arrived or left; owner: bank account
    EXCHANGE = "exchange"  # the two sides of a conversion; owner: rate source


_WHOLE_MICRO = frozenset({Kind.PARTY, Kind.HELD, Kind.SENT})


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One account; it holds each currency apart."""

    kind: Kind
    owner: str

    def __post_init__(self) -> None:
        if not self.owner:
            raise Refused("account_without_owner", kind=str(self.kind))

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner}"

    @staticmethod
    def parse(text: str) -> Account:
        """The account that `str` wrote; `ValueError` for an unknown kind."""
        kind, _, owner = text.partition(":")
        return Account(Kind(kind), owner)


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of a transaction: an amount other than zero on an account, in one currency."""

    account: Account
    currency: str
    amount_pico: int

    def __post_init__(self) -> None:
        assert isinstance(self.amount_pico, int), "money is whole pico"
        reasons = []
        if self.amount_pico == 0:
            reasons.append(Reason("posting_of_nothing", {"account": str(self.account)}))
        if not CURRENCY.fullmatch(self.currency):
            reasons.append(Reason("currency_unknown", {"currency": self.currency}))
        if self.account.kind in _WHOLE_MICRO and self.amount_pico % PICO_PER_MICRO:
            reasons.append(Reason("posting_below_a_millionth", {"account": str(self.account)}))
        if reasons:
            raise Refused(reasons)


@dataclass(frozen=True, slots=True)
class Transaction:
    """Postings that sum to zero in every currency, of one day, for one reason.

    `about` names what it rests on (a report, a run, a payout); `key` makes it idempotent: a ledger takes one
    transaction per key. `reverses` is the key of the transaction this one undoes.
    Refused: `transaction_empty`, `transaction_unbalanced` (per currency, with the difference).
    """

    key: str
    day: date
    about: str
    postings: tuple[Posting, ...]
    reverses: str | None = None

    def __post_init__(self) -> None:
        totals: dict[str, int] = {}
        for posting in self.postings:
            totals[posting.currency] = totals.get(posting.currency, 0) + posting.amount_pico
        reasons = [
            Reason("transaction_unbalanced", {"currency": currency, "by": plain(total)})
            for currency, total in sorted(totals.items()) if total
        ]  # fmt: skip
        if not self.postings:
            reasons.append(Reason("transaction_empty", {"key": self.key}))
        if reasons:
            raise Refused(reasons)

    def as_data(self) -> dict[str, object]:
        return {
            "key": self.key,
            "day": self.day.isoformat(),
            "about": self.about,
            "postings": [
                [str(posting.account), posting.currency, plain(posting.amount_pico)] for posting in self.postings
            ],
            "reverses": self.reverses,
        }

    def chained(self, before: str) -> str:
        """The link of this transaction in the hash chain, after the link `before` (empty for the first)."""
        return digest({"before": before, "transaction": self.as_data()})

    def reversal(self, key: str, day: date, about: str) -> Transaction:
        """The transaction that undoes this one, dated in an open period."""
        turned = tuple(replace(posting, amount_pico=-posting.amount_pico) for posting in self.postings)
        return Transaction(key, day, about, turned, reverses=self.key)


def balances(transactions: Iterable[Transaction], until: date | None = None) -> dict[tuple[Account, str], int]:
    """What each account holds per currency, in pico, after all days up to `until`; accounts at zero are left out."""
    sums: dict[tuple[Account, str], int] = {}
    for transaction in transactions:
        if until is None or transaction.day <= until:
            for posting in transaction.postings:
                place = posting.account, posting.currency
                sums[place] = sums.get(place, 0) + posting.amount_pico
    return {place: amount for place, amount in sums.items() if amount}


def move(
    key: str, day: date, about: str, debit: Account, credit: Account, currency: str, amount_pico: int
) -> Transaction:
    """The amount onto `debit` and off `credit`; a negative amount goes the other way. Zero is refused."""
    return Transaction(
        key, day, about, (Posting(debit, currency, amount_pico), Posting(credit, currency, -amount_pico))
    )


def pot_owner(remix_id: str, version: str) -> str:
    """How a pot is called as the owner of an account."""
    return f"{remix_id}/{version}"


def revenue_arrives(
    key: str, day: date, about: str, service: str, currency: str, onto: Mapping[Account, int]
) -> Transaction | None:
    """A report's lines as one transaction: the service owes, and pots (or unmatched, or held lines) have.

    `onto` is pico per account; accounts whose lines add up to nothing get no posting, and None says that none does.
    """
    credits = tuple(Posting(account, currency, -pico) for account, pico in sorted(onto.items()) if pico)
    total = sum(onto.values())
    debit = (Posting(Account(Kind.SERVICE, service), currency, total),) if total else ()
    return Transaction(key, day, about, debit + credits) if credits else None


def pot_is_split(
    key: str, day: date, about: str, remix_id: str, pot: Pot,
    posted_micro: Mapping[str, int], posted_reserve_pico: int, held: frozenset[str] = frozenset(),
) -> Transaction | None:  # fmt: skip
    """What a run posts for one pot: the entitlement less everything posted before. None where that is nothing.

    `posted_micro` is what the runs before posted per party for this pot, on its own and its held account together.
    The postings of a party in `held` go to its held account. The pot's account ends at what is not split yet: zero,
    when all its revenue had arrived.
    """
    changes = differences(posted_micro, pot.earned_micro)
    reserve = pot.reserve_pico - posted_reserve_pico
    owner = pot_owner(remix_id, pot.version)
    postings = [
        Posting(Account(Kind.HELD if party in held else Kind.PARTY, party), pot.currency, -micro * PICO_PER_MICRO)
        for party, micro in changes.items()
    ]
    if reserve:
        postings.append(Posting(Account(Kind.RESERVE, owner), pot.currency, -reserve))
    moved = -sum(posting.amount_pico for posting in postings)
    if moved:
        postings.insert(0, Posting(Account(Kind.POT, owner), pot.currency, moved))
    return Transaction(key, day, about, tuple(postings)) if postings else None


def is_closed(period: str, closed: Iterable[str]) -> bool:
    """Whether nothing may be posted into a period any more: books are closed in order, so a later one closes it too."""
    return period <= max(closed, default="")


def open_period(period: str, closed: Iterable[str]) -> str:
    """The period a run for `period` (YYYY-MM) posts into: itself, or the first one after all that are closed."""
    last = max(closed, default="")
    return next_period(last) if period <= last else period


def next_period(period: str) -> str:
    """The month after, `2026-12` to `2027-01`."""
    year, month = (int(part) for part in period.split("-"))
    return f"{year + month // 12:04d}-{month % 12 + 1:02d}"


def last_day(period: str) -> date:
    """The last day of the month `YYYY-MM`."""
    year, month = (int(part) for part in next_period(period).split("-"))
    return date.fromordinal(date(year, month, 1).toordinal() - 1)
