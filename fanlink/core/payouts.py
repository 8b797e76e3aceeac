"""The life of a payout: due → approved by two → sent → settled | failed, and never sent twice.

A payout is whole minor units of one currency (ISO 4217); what is left stays on the party's account, and a negative
balance is carried. Nobody chooses an amount: a proposal is what the books say is due. So whoever proposed may be one of
the two who approve, and neither of the two may be somebody to whom the money goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from fanlink.core.amounts import PICO, minor_exponent, whole_minor_units
from fanlink.core.bank_accounts import BankAccount
from fanlink.core.digests import digest
from fanlink.core.errors import Reason, Refused
from fanlink.core.ledger import Account, Kind, Transaction, move

APPROVALS_NEEDED = 2
LONGEST_REASON = 500


class State(StrEnum):
    DUE = "due"
    APPROVED = "approved"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"


OPEN = (State.DUE, State.APPROVED)


@dataclass(frozen=True, slots=True)
class Payout:
    """What is to be sent to one party. `id` is its end-to-end reference with the bank, the same for ever.

    `bank_details` is the account that was shown when it was approved; `batch` what it left with; `done_ms` when it
    settled or failed. Times are milliseconds since 1970 UTC.
    """

    id: str
    party: str
    currency: str
    minor_units: int
    proposed_by: str
    state: State = State.DUE
    approved_by: tuple[str, ...] = ()
    bank_details: str = ""
    proposed_ms: int = 0
    batch: str | None = None
    sent_ms: int | None = None
    done_ms: int | None = None
    reason: str | None = None
    version: int = 1

    def __post_init__(self) -> None:
        if self.minor_units <= 0:
            raise Refused("payout_of_nothing", party=self.party)

    @property
    def amount_pico(self) -> int:
        """The amount in pico."""
        return self.minor_units * PICO // 10 ** minor_exponent(self.currency)


@dataclass(frozen=True, slots=True)
class Batch:
    """Payouts of one currency that left together, in order of their ids. `way` is "file" or "provider".

    Everything a payments file says follows from it, so the file is the same however often it is made: `house` is the
    account that it is paid from, as it was set when it was sent. `handed_ms` is when the file was first given away.
    """

    id: str
    currency: str
    payouts: tuple[str, ...]
    way: str
    bank_day: date
    sent_by: str
    sent_ms: int
    handed_ms: int | None = None
    house: BankAccount | None = None
    version: int = 1

    @property
    def message(self) -> str:
        """What the bank knows the file by: made from the payouts in it, 35 characters."""
        return message_id(self.payouts)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides, beside its balance, whether a party can be paid in a currency now."""

    claimed: bool
    held: bool
    has_open: bool
    has_bank: bool
    has_bic: bool
    payable_from_ms: int = 0


def due(
    id: str, party: str, currency: str, balance_micro: int, threshold_minor: int, by: str, bank_details: str = "", at_ms: int = 0
) -> Payout | None:
    """The payout of a balance, or none below the threshold, at nothing and below it."""
    if balance_micro <= 0:
        return None
    units, _ = whole_minor_units(balance_micro, currency)
    if units < max(threshold_minor, 1):
        return None
    return Payout(id, party, currency, units, by, bank_details=bank_details, proposed_ms=at_ms)


def waits_for(balance_micro: int, currency: str, threshold_minor: int, standing: Standing, now_ms: int) -> tuple[str, ...]:
    """All that keeps a balance from being due, as codes; nothing when it is due.

    `nothing_owed`, `below_threshold`, `party_held`, `unclaimed`, `payout_open`, `bank_details_missing`,
    `bank_details_too_new`, `bic_missing` (money outside the euro area goes by BIC).
    """
    units = whole_minor_units(balance_micro, currency)[0] if balance_micro > 0 else 0
    found = (
        ("nothing_owed", balance_micro <= 0),
        ("below_threshold", balance_micro > 0 and units < max(threshold_minor, 1)),
        ("party_held", standing.held),
        ("unclaimed", not standing.claimed),
        ("payout_open", standing.has_open),
        ("bank_details_missing", standing.claimed and not standing.has_bank),
        ("bank_details_too_new", standing.has_bank and now_ms < standing.payable_from_ms),
        ("bic_missing", standing.has_bank and currency != "EUR" and not standing.has_bic),
    )
    return tuple(code for code, holds in found if holds)


def approve(payout: Payout, by: str, by_parties: Iterable[str] = ()) -> Payout:
    """One person's approval; two different people are needed, and the money goes to none of them.

    `by_parties` are all that the person answers or acts for.
    Refused: `payout_not_due`, `approved_by_payee`, `approved_already`.
    """
    _need(payout, (State.DUE,), "payout_not_due")
    if by == payout.party or payout.party in set(by_parties):
        raise Refused("approved_by_payee", by=by)
    if by in payout.approved_by:
        raise Refused("approved_already", by=by)
    approvals = (*payout.approved_by, by)
    state = State.APPROVED if len(approvals) >= APPROVALS_NEEDED else State.DUE
    return replace(payout, approved_by=approvals, state=state, version=payout.version + 1)


def send(payout: Payout, batch: str, at_ms: int = 0) -> Payout:
    """The payout leaves with this batch. With the same one again nothing changes."""
    if payout.state is State.SENT and payout.batch == batch:
        return payout
    _need(payout, (State.APPROVED,), "payout_not_approved")
    return replace(payout, state=State.SENT, batch=batch, sent_ms=at_ms, version=payout.version + 1)


def settle(payout: Payout, at_ms: int = 0) -> Payout:
    """The bank says that it arrived."""
    if payout.state is State.SETTLED:
        return payout
    _need(payout, (State.SENT,), "payout_not_sent")
    return replace(payout, state=State.SETTLED, done_ms=at_ms, version=payout.version + 1)


def fail(payout: Payout, reason: str, at_ms: int = 0) -> Payout:
    """It came back, or is given up before it left; a new payout of the same money may be made then.

    What was sent returns to the party's account by a reversal. Refused: `reason_needed`, `payout_settled`.
    """
    if payout.state is State.FAILED:
        return payout
    _need(payout, (*OPEN, State.SENT), "payout_settled")
    said = " ".join(reason.split())[:LONGEST_REASON]
    if not said:
        raise Refused("reason_needed", payout=payout.id)
    return replace(payout, state=State.FAILED, reason=said, done_ms=at_ms, version=payout.version + 1)


def batch_of(id: str, payouts: Iterable[Payout], way: str, bank_day: date, by: str, at_ms: int) -> Batch:
    """Payouts of one currency, put together. Refused: `no_payouts`, `payout_repeated`, `currencies_mixed`."""
    ordered = sorted(payouts, key=lambda one: one.id)
    if not ordered:
        raise Refused("no_payouts")
    ids = tuple(one.id for one in ordered)
    reasons = [Reason("payout_repeated", {"payout": one}) for one, after in zip(ids, ids[1:], strict=False) if one == after]
    currencies = sorted({one.currency for one in ordered})
    if len(currencies) > 1:
        reasons.append(Reason("currencies_mixed", {"currencies": list(currencies)}))
    if reasons:
        raise Refused(reasons)
    return Batch(id, currencies[0], ids, way, bank_day, by, at_ms)


def message_id(payouts: Iterable[str]) -> str:
    """The id of the payments file with these payouts: 35 characters, the same for the same payouts."""
    return digest(sorted(payouts))[:35]


# In the books ---------------------------------------------------------------------------------------------------


def sent_key(payout: str) -> str:
    """The key of the transaction with which a payout leaves; the books take one of it, ever."""
    return f"payout:{payout}:sent"


def sent_transaction(payout: Payout, day: date) -> Transaction:
    """Off the party's account, onto what is on its way."""
    way, party = Account(Kind.SENT, payout.party), Account(Kind.PARTY, payout.party)
    return move(sent_key(payout.id), day, f"payout {payout.id}", party, way, payout.currency, payout.amount_pico)


def settled_transaction(payout: Payout, day: date, bank: str) -> Transaction:
    """What was on its way has left the bank account."""
    way, key = Account(Kind.SENT, payout.party), f"payout:{payout.id}:settled"
    return move(key, day, f"payout {payout.id} arrived", way, Account(Kind.BANK, bank), payout.currency, payout.amount_pico)


def failed_transaction(payout: Payout, sent: Transaction, day: date) -> Transaction:
    """Undoes `sent`, with which the payout had left."""
    assert sent.key == sent_key(payout.id)
    return sent.reversal(f"payout:{payout.id}:failed", day, f"payout {payout.id} came back")


def _need(payout: Payout, states: tuple[State, ...], code: str) -> None:
    if payout.state not in states:
        raise Refused(code, payout=payout.id, state=str(payout.state))
