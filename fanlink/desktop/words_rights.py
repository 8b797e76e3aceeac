"""Words for mandates, standing answers and split sheets. Tables, and the small things that pages of rights share."""

from __future__ import annotations

from datetime import UTC, date, datetime

from PySide6.QtCore import QDate

from fanlink.core.parties import Phase
from fanlink.core.sheets import SheetState, Standing
from fanlink.core.standing import Says

Chip = tuple[str, str]

PHASES: dict[Phase, Chip] = {
    Phase.COMING: ("Not yet", "accent"), Phase.RUNNING: ("In force", "ok"), Phase.OVER: ("Over", ""), Phase.REVOKED: ("Ended", ""),
}  # fmt: skip

SAYS: dict[Says, Chip] = {
    Says.ASK: ("Always ask me", "warn"), Says.GRANT: ("Agree", "ok"), Says.REFUSE: ("Refuse", "bad"),
}  # fmt: skip

SHEET_STATES: dict[SheetState, Chip] = {
    SheetState.PROPOSED: ("Proposed", "warn"), SheetState.COUNTERED: ("Answered with another", ""), SheetState.SIGNED: ("Signed by all", "ok"),
}  # fmt: skip

STANDINGS: dict[Standing, Chip] = {
    Standing.TO_COME: ("To come", "accent"), Standing.IN_FORCE: ("In force", "ok"), Standing.SUPERSEDED: ("Superseded", ""),
}  # fmt: skip


def day_of(now_ms: int) -> date:
    """The UTC day, which is what mandates and sheets count in."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).date()


def shown_day(day: date) -> QDate:
    """A day for a field of days."""
    return QDate(day.year, day.month, day.day)


def day_in(field: QDate) -> date:
    """The day that a field of days shows."""
    return date(field.year(), field.month(), field.day())
