"""Documents of what happens to money: what was reported and stated, waits, is held, is run, owed, paid out and converted, and who is invited to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from fanlink.core.conversions import Conversion
from fanlink.core.invitations import InvitationState
from fanlink.core.payouts import State


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """Scope finance: an imported report. Of its `lines`, `known` were there before; `totals` are of the others.

    A large one is `arriving` until all its new lines have been taken in; `arrived` counts them, `moved_ms` is when they last did.
    """

    KIND: ClassVar[str] = "report"
    id: str
    name: str
    service: str
    lines: int
    unmatched: int
    totals: Mapping[str, str]
    imported_ms: int
    imported_by: str
    held: int = 0
    known: int = 0
    state: str = "taken"
    arrived: int = 0
    moved_ms: int = 0


@dataclass(frozen=True, slots=True)
class StatementDocument:
    """Scopes party and finance: what a party earned in a period. `statement` is `statements.Statement` as JSON.

    A statement of more lines than can be read in one place has several pages, each a document with its own lines and its own
    `earned_micro`; what the party earned is the sum of the pages.
    """

    KIND: ClassVar[str] = "statement"
    id: str
    party: str
    party_name: str
    period: str
    currency: str
    state: str
    earned_micro: int
    statement: Mapping[str, Any]
    page: int = 1


@dataclass(frozen=True, slots=True)
class BalanceDocument:
    """Scopes party and finance: what a party has in one currency, and what keeps it from being paid.

    Amounts are whole millionths, the threshold whole minor units. `waits_for` are codes of `payouts.waits_for`, without
    those that the clock decides: `payable_from_ms` says that. `bank` is the masked account, empty without one.
    """

    KIND: ClassVar[str] = "balance"
    id: str
    party: str
    party_name: str
    currency: str
    owed_micro: int
    held_micro: int
    sent_micro: int
    since_ms: int | None
    threshold_minor: int
    claimed: bool
    waits_for: tuple[str, ...] = ()
    bank: str = ""
    payable_from_ms: int = 0
    held_because: str = ""
    invited_until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class PayoutDocument:
    """Scopes party and finance: one payout. Who proposed and approved it is told to finance alone."""

    KIND: ClassVar[str] = "payout"
    id: str
    party: str
    party_name: str
    currency: str
    minor_units: int
    state: State
    approvals: int
    account: str
    proposed_ms: int
    sent_ms: int | None = None
    done_ms: int | None = None
    reason: str = ""
    batch: str | None = None
    proposed_by: str = ""
    approved_by: tuple[str, ...] = ()
    approver_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchDocument:
    """Scope finance: payouts that left together. `handed_ms` is when its file was first given away."""

    KIND: ClassVar[str] = "payout_batch"
    id: str
    currency: str
    payouts: tuple[str, ...]
    minor_units: int
    way: str
    bank_day: date
    sent_by: str
    sent_ms: int
    handed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """A bank account as a screen shows it: enough to tell it from another. `iban` and `bic` are in documents of older servers only."""

    name: str
    masked: str = ""
    has_bic: bool = False
    iban: str = ""
    bic: str | None = None


@dataclass(frozen=True, slots=True)
class BankDetailsDocument:
    """Scope party: where its payouts go, without the number itself. Nobody else is given this document."""

    KIND: ClassVar[str] = "bank_details"
    id: str
    party: str
    party_name: str
    account: ShownAccount
    number: int
    set_by: str
    set_ms: int
    payable_from_ms: int


@dataclass(frozen=True, slots=True)
class ConversionDocument:
    """Scopes party and finance: a wish for another currency, and what was posted for it."""

    KIND: ClassVar[str] = "conversion"
    id: str
    conversion: Conversion
    party_name: str


@dataclass(frozen=True, slots=True)
class InvitationDocument:
    """Scopes finance and the inviting person: who was asked to claim what a party has here."""

    KIND: ClassVar[str] = "invitation"
    id: str
    party: str
    party_name: str
    state: InvitationState
    invited_by: str
    invited_ms: int
    expires_ms: int
    used_ms: int | None = None


@dataclass(frozen=True, slots=True)
class UnmatchedDocument:
    """Scope finance: lines that a service reported for a remix that is not known, or under no sheet yet.

    `lines` and `totals` are what still waits; `remix` is the one that the lines were matched to by hand. `reason` is
    `remix_unknown`, `remix_never_published` or `no_sheet_in_force`.
    """

    KIND: ClassVar[str] = "unmatched"
    id: str
    service: str
    reported: str
    reason: str
    lines: int
    totals: Mapping[str, str]
    first_ms: int
    remix: str | None = None
    remix_title: str = ""
    matched_lines: int = 0


@dataclass(frozen=True, slots=True)
class HoldDocument:
    """Scopes party (each on the remix's sheet) and finance: lines outside the pot because a rule named them.

    `why` has a rule with its version, what it counted, and its lines. `revenue` is a decimal string.
    """

    KIND: ClassVar[str] = "hold"
    id: str
    remix: str
    remix_title: str
    service: str
    report: str
    currency: str
    revenue: str
    lines: int
    units: int
    state: str
    why: tuple[Mapping[str, Any], ...]
    held_ms: int
    appeal: str = ""
    letter: str = ""
    decided_ms: int | None = None
    open_steps: tuple[str, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class RunDocument:
    """Scope finance: a royalty run of a period. `into` is the period it posts into, `done` of `total` pots are posted."""

    KIND: ClassVar[str] = "run"
    id: str
    period: str
    into: str
    state: str
    phase: str
    done: int
    total: int
    posted: int
    started_ms: int
    ended_ms: int | None = None
    closes: bool = False


MONEY_DOCUMENTS = (
    BalanceDocument | PayoutDocument | BatchDocument | BankDetailsDocument | ConversionDocument | InvitationDocument
    | UnmatchedDocument | HoldDocument | RunDocument | ReportDocument | StatementDocument
)
