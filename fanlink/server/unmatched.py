"""Lines whose remix is not known, or that lie before its first sheet: kept on an account of their own until they find it.

Lines wait in groups: one for each name that a service uses for a remix. A group finds its remix by itself when one is
published under that name, or by a person's hand, which can be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import and_, select, update

from fanlink.core.amounts import pico_of, plain
from fanlink.core.commands import MatchLines, UnmatchLines
from fanlink.core.errors import Refused
from fanlink.core.ledger import Account, Kind, Transaction, pot_owner
from fanlink.core.ledger import Posting as Side
from fanlink.core.money_documents import UnmatchedDocument
from fanlink.core.remixes import Remix
from fanlink.server import books, pots, tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.matching import Matcher, group_id
from fanlink.server.nouns import Unmatched
from fanlink.server.showing import Show
from fanlink.server.store import Store

LINE = tables.report_lines


@dataclass(slots=True)
class Moved:
    """Lines of a group by (sheet, currency, day): count and pico."""

    pico: int = 0
    lines: int = 0


def take_in(asked: Deciding, groups: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    """Adds a report's unmatched lines to their groups."""
    for (service, reported), by_currency in sorted(groups.items()):
        _change(asked, service, reported, {currency: (one.lines, one.pico) for currency, one in by_currency.items()})


def _change(asked: Deciding, service: str, reported: str, by_currency: Mapping[str, tuple[int, int]]) -> Unmatched:
    name = group_id(service, reported)
    was = asked.store.get(Unmatched, name) or Unmatched(name, service, reported, 0, {}, asked.now_ms, version=0)
    totals = dict(was.totals_pico)
    for currency, (_, pico) in by_currency.items():
        totals[currency] = totals.get(currency, 0) + pico
    lines = was.lines + sum(count for count, _ in by_currency.values())
    changed = replace(was, lines=lines, totals_pico=totals if lines else {}, version=was.version + 1)
    asked.store.save(changed)
    return changed


def match(asked: Deciding, data: MatchLines) -> None:
    """Finance says which remix a service means. Refused: `already_matched`, `remix_never_published`, `no_sheet_in_force`."""
    group = asked.need(Unmatched)
    asked.same(group)
    if group.remix is not None:
        raise Refused("already_matched", id=group.id, remix=group.remix)
    remix = asked.store.need(Remix, data.remix)
    if not remix.ever_published:
        raise Refused("remix_never_published", remix=remix.id)
    asked.store.save(replace(group, remix=remix.id, matched_by=asked.actor.id, version=group.version + 1))
    if group.lines and not settle(asked, group.id):
        raise Refused("no_sheet_in_force", remix=remix.id)


def unmatch(asked: Deciding, _data: UnmatchLines) -> None:
    """Takes a match by hand back: the lines wait again, and the pots lose them. Refused: `not_matched`."""
    group = asked.need(Unmatched)
    asked.same(group)
    if group.remix is None:
        raise Refused("not_matched", id=group.id)
    remix = group.remix
    asked.store.save(replace(group, remix=None, matched_by="", matched_lines=0, version=group.version + 1))
    here = and_(
        LINE.c.service == group.service, LINE.c.reported == group.reported, LINE.c.remix == remix, LINE.c.hold.is_(None)
    )
    found = _sums(asked.store, and_(here, LINE.c.sheet.is_not(None)))
    by_currency: dict[str, tuple[int, int]] = {}
    transactions = []
    for (_, currency, _), one in sorted(found.items()):
        count, pico = by_currency.get(currency, (0, 0))
        by_currency[currency] = count + one.lines, pico + one.pico
    pots.take_in(asked, {(remix, sheet, currency, day): Moved(-one.pico, -one.lines) for (sheet, currency, day), one in found.items()})
    asked.store.change(update(LINE).where(here).values(remix=group.reported, sheet=None))
    held = and_(LINE.c.service == group.service, LINE.c.reported == group.reported, LINE.c.remix == remix)
    asked.store.change(update(LINE).where(held).values(remix=group.reported, sheet=None))  # those that a hold keeps
    _change(asked, group.service, group.reported, by_currency)
    for (sheet, currency), pico in _by_sheet(found).items():
        transactions += _move(asked, group, f"unmatch:{group.id}:{group.version}", remix, sheet, currency, -pico)
    books.append(asked, transactions)
    settle(asked, group.id)


def settle(asked: Deciding, name: str) -> int:
    """Moves the lines of a group that have a sheet by now onto their pots; tells how many. Lines of a held group stay."""
    group = asked.store.need(Unmatched, name)
    remix = group.remix or group.reported
    matcher = Matcher(asked.store)
    here = and_(
        LINE.c.service == group.service, LINE.c.reported == group.reported, LINE.c.sheet.is_(None), LINE.c.hold.is_(None)
    )
    found: dict[tuple[str, str, str], Moved] = {}
    spans: dict[str, list[str]] = {}
    for (_, currency, day), one in _sums(asked.store, here).items():
        sheet = matcher.sheet(remix, day)
        if sheet is not None:
            found[sheet, currency, day] = one
            spans.setdefault(sheet, []).append(day)
    if not found:
        return 0
    for sheet, days in sorted(spans.items()):
        some = and_(here, LINE.c.period_end >= min(days), LINE.c.period_end <= max(days))
        asked.store.change(update(LINE).where(some).values(remix=remix, sheet=sheet))
    pots.take_in(asked, {(remix, sheet, currency, day): one for (sheet, currency, day), one in found.items()})
    left: dict[str, tuple[int, int]] = {}
    for (_, currency, _), one in found.items():
        count, pico = left.get(currency, (0, 0))
        left[currency] = count - one.lines, pico - one.pico
    changed = _change(asked, group.service, group.reported, left)
    moved = sum(one.lines for one in found.values())
    asked.store.save(replace(changed, matched_lines=group.matched_lines + moved))
    transactions = []
    for (sheet, currency), pico in _by_sheet(found).items():
        transactions += _move(asked, group, f"match:{group.id}:{changed.version}", remix, sheet, currency, pico)
    books.append(asked, transactions)
    return moved


def _sums(store: Store, where: Any) -> dict[tuple[str, str, str], Moved]:
    """Lines by (sheet, currency, day), streamed: sums of decimals are exact only here, not in the database."""
    store.flush()
    found: dict[tuple[str, str, str], Moved] = {}
    chosen = select(LINE.c.sheet, LINE.c.currency, LINE.c.period_end, LINE.c.revenue).where(where)
    for row in store.connection.execute(chosen, execution_options={"yield_per": 5_000}):
        one = found.setdefault((row.sheet or "", row.currency, row.period_end), Moved())
        one.pico += pico_of(row.revenue)
        one.lines += 1
    return found


def _by_sheet(found: Mapping[tuple[str, str, str], Moved]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for (sheet, currency, _), one in found.items():
        sums[sheet, currency] = sums.get((sheet, currency), 0) + one.pico
    return dict(sorted(sums.items()))


def _move(asked: Deciding, group: Unmatched, key: str, remix: str, sheet: str, currency: str, pico: int) -> list[Transaction]:
    """The amount off the unmatched account and onto the pot; a negative one goes back."""
    if not pico:
        return []
    sides = (
        Side(Account(Kind.UNMATCHED, group.service), currency, pico),
        Side(Account(Kind.POT, pot_owner(remix, sheet)), currency, -pico),
    )
    about = f"lines of {group.service} that name {group.reported}"
    return [Transaction(f"{key}:{sheet}:{currency}", books.open_day(asked), about, sides)]


def candidates(store: Store, after: str, limit: int) -> list[str]:
    """Groups after a name whose remix can be there by now: it was published, or matched by hand."""
    table, remixes = tables.unmatched, tables.remixes
    known = table.c.reported.in_(select(remixes.c.id).where(remixes.c.published_ms.is_not(None)))
    chosen = select(table.c.id).where(table.c.waiting > 0, table.c.id > after, known).order_by(table.c.id).limit(limit)
    return [row.id for row in store.rows(chosen)]


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The group, for finance; nothing once no line waits and none was matched by hand."""
    group = store.need(Unmatched, name)
    if not group.lines and group.remix is None:
        return
    known = store.get(Remix, group.remix or group.reported)
    reason = "remix_unknown" if known is None else "no_sheet_in_force" if known.ever_published else "remix_never_published"
    document = UnmatchedDocument(
        group.id, group.service, group.reported, reason, group.lines,
        {currency: plain(pico) for currency, pico in sorted(group.totals_pico.items())}, group.first_ms, group.remix,
        known.title if known and group.remix else "", group.matched_lines if group.remix else 0,
    )  # fmt: skip
    yield Shown("finance", document, group.version)


HANDLERS = {"match_lines": match, "unmatch_lines": unmatch}
SHOWS = {Unmatched: Show(("unmatched",), show)}
