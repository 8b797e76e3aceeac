"""Pots: what each has taken in, what the formula makes of it, and the documents that let anyone compute it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Protocol

from sqlalchemy import select, tuple_

from fanlink.core.amounts import PICO_PER_MICRO, plain
from fanlink.core.digests import digest
from fanlink.core.documents import PotDocument
from fanlink.core.pots import Pot, Terms, in_order, pots_of
from fanlink.core.remixes import Remix
from fanlink.server import books, sheets, tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Takings
from fanlink.server.showing import Show, shares
from fanlink.server.store import Place, Store, chunks

DAY = tables.pot_days


def pot_id(remix: str, sheet: str, currency: str) -> str:
    """The id of the one pot of a remix under a sheet version in a currency."""
    return f"pot-{digest([remix, sheet, currency])[:32]}"


class Taken(Protocol):
    """Lines added up."""

    pico: int
    lines: int


def take_in(asked: Deciding, days: Mapping[tuple[str, str, str, str], Taken]) -> None:
    """Adds sums of lines by (remix, sheet, currency, day) to their pots."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    _add_days(asked.store, days)
    for (remix, sheet, currency, _), one in days.items():
        taken = sums.setdefault((remix, sheet, currency), [0, 0])
        taken[0] += one.pico
        taken[1] += one.lines
    for key, (pico, count) in sorted(sums.items()):
        name = pot_id(*key)
        was = asked.store.get(Takings, name)
        if was is None:
            asked.store.save(Takings(name, *key, pico, count))
        else:
            changed = replace(was, gross_pico=was.gross_pico + pico, lines=was.lines + count, version=was.version + 1)
            asked.store.save(changed)


def _add_days(store: Store, days: Mapping[tuple[str, str, str, str], Taken]) -> None:
    for some in chunks(sorted(days), 200):
        there = tuple_(DAY.c.remix, DAY.c.sheet, DAY.c.currency, DAY.c.period_end).in_(some)
        known = {tuple(row[:4]): row for row in store.rows(select(*DAY.c).where(there))}
        rows = []
        for key in some:
            was = known.get(key)
            gross, lines = (int(was.gross_pico), was.lines) if was else (0, 0)
            rows.append(dict(zip(("remix", "sheet", "currency", "period_end"), key, strict=True)) | {
                "gross_pico": str(gross + days[key].pico), "lines": lines + days[key].lines,
            })  # fmt: skip
        store.put(DAY, *rows)


def gross_of(store: Store, groups: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[Any]]:
    """The days of all pots of some (remix, currency): rows with sheet, period_end, gross_pico."""
    found: dict[tuple[str, str], list[Any]] = {group: [] for group in groups}
    for some in chunks(sorted({remix for remix, _ in groups})):
        for row in store.rows(select(*DAY.c).where(DAY.c.remix.in_(some))):
            if (row.remix, row.currency) in found:
                found[row.remix, row.currency].append(row)
    return found


def at(store: Store, remix: str, currency: str, until: date | None = None) -> tuple[Pot, ...]:
    """What the formula says of a remix's pots in a currency, over all lines with `period_end` up to a day (or all)."""
    days = gross_of(store, [(remix, currency)])[remix, currency]
    terms = in_order(sheet.terms() for sheet in sheets.of_remix(store, remix))
    return computed(terms, days, currency, until)


def computed(terms: Sequence[Terms], days: Iterable[Any], currency: str, until: date | None) -> tuple[Pot, ...]:
    """The pots that a remix's days lead to."""
    last = until.isoformat() if until else "9999-12-31"
    gross: dict[str, int] = {}
    for row in days:
        if row.period_end <= last:
            gross[row.sheet] = gross.get(row.sheet, 0) + int(row.gross_pico)
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
