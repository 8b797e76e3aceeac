"""A sheet version that is signed after a report came in: lines whose period ends on its day or later belong to it all the same.

A report may name days that are still to come, and whoever signs may agree on any day from today on. So a signed version takes the
lines over that earlier versions hold of its days; what runs posted for them is put right by the next run, as any correction is.
"""

from __future__ import annotations

from sqlalchemy import and_, select, update

from fanlink.core.amounts import pico_of
from fanlink.core.commands import SignSheet
from fanlink.core.ledger import Account, Kind, move, pot_owner
from fanlink.core.shares import SplitSheet
from fanlink.server import books, pots, sheets, tables
from fanlink.server.deciding import Deciding
from fanlink.server.unmatched import Moved

LINE = tables.report_lines


def sign(asked: Deciding, data: SignSheet) -> None:
    """One party says yes; with the last yes the version is kept, counts from its day on, and takes over the lines of those days."""
    sheet = sheets.sign(asked, data)
    if sheet is not None:
        take_over(asked, sheet)


def take_over(asked: Deciding, sheet: SplitSheet) -> None:
    """Moves the lines of a new version's days onto its pots; those that a hold keeps go there once they are released."""
    here = and_(
        LINE.c.remix == sheet.remix_id, LINE.c.period_end >= sheet.effective_from.isoformat(), LINE.c.sheet.is_not(None),
        LINE.c.sheet != sheet.id,
    )  # fmt: skip
    found: dict[tuple[str, str, str], Moved] = {}
    chosen = select(LINE.c.sheet, LINE.c.currency, LINE.c.period_end, LINE.c.revenue).where(here, LINE.c.hold.is_(None))
    asked.store.flush()
    for row in asked.store.connection.execute(chosen, execution_options={"yield_per": 5_000}):
        one = found.setdefault((row.sheet, row.currency, row.period_end), Moved())
        one.pico += pico_of(row.revenue)
        one.lines += 1
    asked.store.change(update(LINE).where(here).values(sheet=sheet.id))
    days: dict[tuple[str, str, str, str], Moved] = {}
    sums: dict[tuple[str, str], int] = {}
    for (was, currency, day), one in found.items():
        days[sheet.remix_id, was, currency, day] = Moved(-one.pico, -one.lines)
        onto = days.setdefault((sheet.remix_id, sheet.id, currency, day), Moved())
        onto.pico += one.pico
        onto.lines += one.lines
        sums[was, currency] = sums.get((was, currency), 0) + one.pico
    pots.take_in(asked, days)
    about = f"lines of days that a later sheet of {sheet.remix_id} covers"
    books.append(asked, [
        move(f"match:{sheet.id}:{was}:{currency}", books.open_day(asked), about, Account(Kind.POT, pot_owner(sheet.remix_id, was)),
             Account(Kind.POT, pot_owner(sheet.remix_id, sheet.id)), currency, pico)
        for (was, currency), pico in sorted(sums.items()) if pico
    ])  # fmt: skip


HANDLERS = {"sign_sheet": sign}
SHOWS: dict[type, object] = {}
