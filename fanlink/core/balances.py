"""What a party has with us in one currency, as the postings make it: owed, held, on its way to the bank."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fanlink.core.amounts import PICO_PER_MICRO
from fanlink.core.ledger import Kind, Posting

_FIELDS = {Kind.PARTY: "owed_micro", Kind.HELD: "held_micro", Kind.SENT: "sent_micro"}


@dataclass(frozen=True, slots=True)
class Balance:
    """Whole millionths, above nothing when the house owes them. `since_ms` is since when it owes anything on `owed`."""

    id: str
    party: str
    currency: str
    owed_micro: int = 0
    held_micro: int = 0
    sent_micro: int = 0
    since_ms: int | None = None
    version: int = 1


def concerns(posting: Posting) -> bool:
    """Whether a posting moves what a party has."""
    return posting.account.kind in _FIELDS


def posted(balance: Balance, posting: Posting, now_ms: int) -> Balance:
    """The balance after a posting on one of the party's accounts; a credit (below zero) is owed to the party."""
    assert concerns(posting) and (posting.account.owner, posting.currency) == (balance.party, balance.currency)
    field = _FIELDS[posting.account.kind]
    after = replace(balance, **{field: getattr(balance, field) - posting.amount_pico // PICO_PER_MICRO})
    if after.owed_micro <= 0:
        return replace(after, since_ms=None)
    return after if after.since_ms is not None else replace(after, since_ms=now_ms)
