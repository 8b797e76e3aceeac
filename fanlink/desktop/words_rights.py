"""Words for mandates, standing answers, split sheets and what may be refused about them. Tables, and the small things that pages of rights share."""

from __future__ import annotations

from datetime import UTC, date, datetime

from PySide6.QtCore import QDate

from fanlink.core.parties import Phase
from fanlink.core.sheets import SheetState, Standing
from fanlink.core.standing import Says

Chip = tuple[str, str]

REFUSED: dict[str, str] = {
    "search_too_short": "Write at least {least} letters of the name, or a whole IPI or ISNI.",
    "sheet_not_here": "The split of the remix it rests on is not on this computer yet, so what you would sign cannot be shown.",
    "split_differs": "The split of the remix it rests on has changed since you looked. Open the draft, look at who is paid now, and send it again.",
    "parent_of_another_track": "The remix it rests on is made of another track. Choose one of the same track, or none.",
    "remix_keeps_its_parent": "It keeps the earlier remix that it was first sent with. Start a new remix for another.",
}  # fmt: skip

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
