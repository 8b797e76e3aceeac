"""The life of a payout: due → approved by two → sent → settled | failed, and never sent twice.

A payout is whole minor units of one currency (ISO 4217); what is left stays on the party's account, and a negative
balance is carried.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from fanlink.core.amounts import whole_minor_units
from fanlink.core.errors import Refused

APPROVALS_NEEDED = 2


class State(StrEnum):
    DUE = "due"
    APPROVED = "approved"
    SENT = "sent"
    SETTLED = "settled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Payout:
    """What is to be sent to one party. `id` is its end-to-end reference with the bank, the same for ever."""

    id: str
    party: str
    currency: str
    minor_units: int
    proposed_by: str
    state: State = State.DUE
    approved_by: tuple[str, ...] = ()
    file_digest: str | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        if self.minor_units <= 0:
            raise Refused("payout_of_nothing", party=self.party)


def due(id: str, party: str, currency: str, balance_micro: int, threshold_minor: int, by: str) -> Payout | None:
    """The payout of a balance, or none below the threshold, at nothing and below it."""
    if balance_micro <= 0:
        return None
    units, _ = whole_minor_units(balance_micro, currency)
    return Payout(id, party, currency, units, by) if units >= max(threshold_minor, 1) else None


def approve(payout: Payout, by: str) -> Payout:
    """One person's approval; two different people are needed, and neither is the one who proposed or is paid.

    Refused: `payout_not_due`, `approved_by_proposer`, `approved_by_payee`, `approved_already`.
    """
    _need(payout, State.DUE, "payout_not_due")
    if by == payout.proposed_by:
        raise Refused("approved_by_proposer", by=by)
    if by == payout.party:
        raise Refused("approved_by_payee", by=by)
    if by in payout.approved_by:
        raise Refused("approved_already", by=by)
    approvals = (*payout.approved_by, by)
    state = State.APPROVED if len(approvals) >= APPROVALS_NEEDED else State.DUE
    return replace(payout, approved_by=approvals, state=state)


def send(payout: Payout, file_digest: str) -> Payout:
    """The payout leaves in the payments file with this digest. The same file again changes nothing."""
    if payout.state is State.SENT and payout.file_digest == file_digest:
        return payout
    _need(payout, State.APPROVED, "payout_not_approved")
    return replace(payout, state=State.SENT, file_digest=file_digest)


def settle(payout: Payout) -> Payout:
    """The bank says that it arrived."""
    if payout.state is State.SETTLED:
        return payout
    _need(payout, State.SENT, "payout_not_sent")
    return replace(payout, state=State.SETTLED)


def fail(payout: Payout, reason: str) -> Payout:
    """The bank says that it came back; the money returns to the party's account, and a new payout may be made."""
    if payout.state is State.FAILED:
        return payout
    _need(payout, State.SENT, "payout_not_sent")
    return replace(payout, state=State.FAILED, reason=reason)


def _need(payout: Payout, state: State, code: str) -> None:
    if payout.state is not state:
        raise Refused(code, payout=payout.id, state=str(payout.state))
