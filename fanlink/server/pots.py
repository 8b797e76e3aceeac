"""Pots: what each has taken in, what the formula makes of it, and the documents that let anyone compute it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select

from fanlink.core.amounts import PICO_PER_MICRO, pico_of, plain
from fanlink.core.digests import digest
from fanlink.core.documents import PotDocument
from fanlink.core.pots import Pot, in_order, pots_of
from fanlink.core.remixes import Remix
from fanlink.server import books, sheets, tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Takings
from fanlink.server.showing import Show, shares
from fanlink.server.store import Place, Store

LINE = tables.report_lines


def pot_id(remix: str, sheet: str, currency: str) -> str:
    """The id of the one pot of a remix under a sheet version in a currency."""
    return f"pot-{digest([remix, sheet, currency])[:32]}"


def take_in(asked: Deciding, lines: Iterable[tuple[str, str, str, int]]) -> None:
    """Adds lines (remix, sheet, currency, pico) to their pots."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for remix, sheet, currency, pico in lines:
        taken = sums.setdefault((remix, sheet, currency), [0, 0])
        taken[0] += pico
        taken[1] += 1
    for key, (pico, count) in sorted(sums.items()):
        name = pot_id(*key)
        was = asked.store.get(Takings, name)
        if was is None:
            asked.store.save(Takings(name, *key, pico, count))
        else:
            changed = replace(was, gross_pico=was.gross_pico + pico, lines=was.lines + count, version=was.version + 1)
            asked.store.save(changed)


def at(store: Store, remix: str, currency: str, until: date | None = None) -> tuple[Pot, ...]:
    """What the formula says of a remix's pots in a currency, over all lines with `period_end` up to a day (or all)."""
    chosen = select(LINE.c.sheet, LINE.c.revenue).where(
        LINE.c.remix == remix, LINE.c.currency == currency, LINE.c.sheet.is_not(None)
    )
    if until is not None:
        chosen = chosen.where(LINE.c.period_end <= until.isoformat())
    gross: dict[str, int] = {}
    for row in store.rows(chosen):
        gross[row.sheet] = gross.get(row.sheet, 0) + pico_of(row.revenue)
    terms = in_order(sheet.terms() for sheet in sheets.of_remix(store, remix))
    return pots_of(terms, gross, currency)


def everything_posted(store: Store) -> list[dict[str, Any]]:
    """Every pot as the books have it: gross of what was split, the reserve, and what each party has earned."""
    return [
        {
            "remix": remix, "sheet": sheet, "currency": currency,
            "gross": plain(sum(pot.earned_micro.values()) * PICO_PER_MICRO + pot.reserve_pico),
            "reserve": plain(pot.reserve_pico), "earned_micro": dict(sorted(pot.earned_micro.items())),
        }
        for (remix, sheet, currency), pot in sorted(books.posted(store).items())
    ]  # fmt: skip


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The pot for each party on its sheet and for finance."""
    takings = store.need(Takings, name)
    remix, sheet = store.need(Remix, takings.remix), sheets.get(store, takings.sheet)
    assert sheet is not None, "a pot has its sheet"
    before = 0
    if sheet.recoupment is not None:
        found = [pot for pot in at(store, remix.id, takings.currency) if pot.version == sheet.id]
        before = found[0].recouped_before_pico if found else 0
    document = PotDocument(
        takings.id, remix.id, remix.title, sheet.id, takings.currency, plain(takings.gross_pico),
        shares(store, sheet.leaves()), takings.lines, sheet.as_data()["recoup"], plain(before),
    )  # fmt: skip
    for scope in ("finance", *(f"party:{party}" for party in sorted(sheet.parties()))):
        yield Shown(scope, document, takings.version)


def _also(store: Store, takings: Takings) -> Iterable[Place]:
    """An earlier pot's gross decides what later ones recoup."""
    others = store.find(Takings, remix=takings.remix, currency=takings.currency)
    return tuple((Takings, other.id) for other in others)


HANDLERS: dict[str, Any] = {}
SHOWS = {Takings: Show(("pot",), show, _also)}
