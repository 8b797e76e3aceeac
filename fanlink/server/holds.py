"""Holds: suspicious lines outside their pots, shown to those whose money it is, appealed by a party, decided by finance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select, update

from fanlink.core import holds as rules
from fanlink.core.amounts import pico_of, plain
from fanlink.core.commands import AppealHold, DecideHold
from fanlink.core.digests import digest
from fanlink.core.errors import Refused
from fanlink.core.holds import Hold, HoldOutcome, Why
from fanlink.core.ledger import Account, Kind, Posting, Transaction, move, pot_owner
from fanlink.core.lives import open_steps
from fanlink.core.money_documents import HoldDocument
from fanlink.core.remixes import Remix
from fanlink.server import books, pots, sheets, tables, unmatched
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import Report
from fanlink.server.showing import Show
from fanlink.server.store import Store

LINE = tables.report_lines
MOST_WHY = 20


@dataclass(slots=True)
class Held:
    """What one hold comes to while a report is read; each rule is told with its weightiest reason."""

    pico: int = 0
    lines: int = 0
    units: int = 0
    why: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, pico: int, units: int, why: Sequence[tuple[str, str]]) -> None:
        self.pico += pico
        self.lines += 1
        self.units += units
        for rule, reason in why:
            was, count = self.why.get(rule, ("", 0))
            self.why[rule] = max(was, reason, key=lambda text: (len(text), text)), count + 1


def hold_id(record: str, service: str, remix: str, currency: str) -> str:
    """The id of the one hold of a report, a service, a remix and a currency."""
    return f"hold-{digest([record, service, remix, currency])[:32]}"


def take_in(asked: Deciding, record: str, found: Mapping[tuple[str, str, str], Held]) -> None:
    """Keeps what a report's rules held."""
    for (service, remix, currency), held in sorted(found.items()):
        why = tuple(Why(rule, reason, count) for rule, (reason, count) in sorted(held.why.items()))[:MOST_WHY]
        name = hold_id(record, service, remix, currency)
        was = asked.store.get(Hold, name)
        if was is not None:  # lines of the same report that came before: it is still arriving
            asked.store.save(_added(was, held, why))
            continue
        asked.store.save(Hold(
            name, record, service, remix, currency, held.lines, held.units, held.pico, why, asked.now_ms,
        ))  # fmt: skip


def _added(was: Hold, held: Held, why: tuple[Why, ...]) -> Hold:
    reasons = {one.rule: one for one in was.why}
    for one in why:
        before = reasons.get(one.rule, Why(one.rule, "", 0))
        weightiest = max(before.reason, one.reason, key=lambda text: (len(text), text))
        reasons[one.rule] = Why(one.rule, weightiest, before.lines + one.lines)
    return replace(
        was, lines=was.lines + held.lines, units=was.units + held.units, revenue_pico=was.revenue_pico + held.pico,
        why=tuple(reasons[rule] for rule in sorted(reasons))[:MOST_WHY], version=was.version + 1,
    )  # fmt: skip


def parties(store: Store, hold: Hold) -> frozenset[str]:
    """Those whose money is held: every party on any sheet of the remix, if it was ever public."""
    remix = store.get(Remix, hold.remix)
    if remix is None or not remix.ever_published:
        return frozenset()
    return frozenset(party for sheet in sheets.of_remix(store, hold.remix) for party in sheet.parties())


def appeal(asked: Deciding, data: AppealHold) -> None:
    """A party on the sheet says why the plays are real; once."""
    hold = asked.need(Hold)
    asked.may(parties=tuple(parties(asked.store, hold)))
    asked.fresh(hold, replace(hold, appealed_by="", decided_by=""))
    changed = rules.appeal(hold, data.text, asked.actor.id)
    asked.store.save(changed)


def decide(asked: Deciding, data: DecideHold) -> None:
    """Finance releases the lines to their pots, or gives the revenue back. Refused: `own_case` for who would earn from it."""
    hold = asked.need(Hold)
    if set(asked.actor.parties) & parties(asked.store, hold) or hold.appealed_by == asked.actor.id:
        raise Refused("own_case", id=hold.id)
    asked.fresh(hold)
    report = asked.store.need(Report, hold.record)
    if report.state == "arriving":
        raise Refused("report_arriving", report=report.name, arrived=report.arrived, lines=report.lines - report.known)
    changed = rules.decide(hold, data.outcome, data.letter, asked.actor.id, asked.now_ms)
    asked.store.save(changed)
    if data.outcome is HoldOutcome.RELEASE:
        _release(asked, hold)
    elif not hold.returned and hold.revenue_pico:
        _post(asked, hold, changed, {Account(Kind.SERVICE, hold.service): hold.revenue_pico})


def _release(asked: Deciding, hold: Hold) -> None:
    """The lines go where they would have gone when they came: onto their pots, or among the unmatched."""
    here = LINE.c.hold == hold.id
    days: dict[tuple[str, str, str, str], Held] = {}
    waiting: dict[tuple[str, str], dict[str, Held]] = {}
    onto: dict[Account, int] = {}
    chosen = select(LINE.c.service, LINE.c.reported, LINE.c.remix, LINE.c.sheet, LINE.c.currency, LINE.c.period_end, LINE.c.revenue)
    asked.store.flush()
    for row in asked.store.connection.execute(chosen.where(here), execution_options={"yield_per": 5_000}):
        pico = pico_of(row.revenue)
        if row.sheet is None:
            one = waiting.setdefault((row.service, row.reported), {}).setdefault(row.currency, Held())
            account = Account(Kind.UNMATCHED, row.service)
        else:
            one = days.setdefault((row.remix, row.sheet, row.currency, row.period_end), Held())
            account = Account(Kind.POT, pot_owner(row.remix, row.sheet))
        one.pico += pico
        one.lines += 1
        onto[account] = onto.get(account, 0) + pico
    asked.store.change(update(LINE).where(here).values(hold=None))
    pots.take_in(asked, days)
    unmatched.take_in(asked, waiting)
    _post(asked, hold, asked.store.need(Hold, hold.id), {account: -pico for account, pico in onto.items()})
    for service, reported in sorted(waiting):
        unmatched.settle(asked, unmatched.group_id(service, reported))


def _post(asked: Deciding, hold: Hold, changed: Hold, onto: Mapping[Account, int]) -> None:
    """Moves the held revenue: `onto` is what the other accounts are debited, in pico."""
    key, about = f"hold:{hold.id}:{changed.version}", f"hold {hold.id} {changed.state}"
    source = Account(Kind.SERVICE if hold.returned else Kind.HELD_LINES, hold.service)
    day = books.open_day(asked)
    if set(onto) == {Account(Kind.SERVICE, hold.service)}:
        books.append(asked, [move(key, day, about, source, *onto, hold.currency, hold.revenue_pico)])
        return
    sides = [Posting(account, hold.currency, pico) for account, pico in sorted(onto.items()) if pico]
    total = -sum(side.amount_pico for side in sides)
    if total:
        sides.insert(0, Posting(source, hold.currency, total))
    if sides:
        books.append(asked, [Transaction(key, day, about, tuple(sides))])


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """The hold, for each party on the remix's sheets and for finance."""
    hold = store.need(Hold, name)
    remix, report = store.get(Remix, hold.remix), store.need(Report, hold.record)
    steps = [step for step in open_steps(rules.LIFE, hold.state) if step != "appeal" or not hold.appeal]
    document = HoldDocument(
        hold.id, hold.remix, remix.title if remix else "", hold.service, report.name, hold.currency, plain(hold.revenue_pico),
        hold.lines, hold.units, str(hold.state), rules.why_data(hold.why), hold.held_ms, hold.appeal, hold.letter,
        hold.decided_ms, tuple(steps), hold.version,
    )  # fmt: skip
    for scope in ("finance", *(f"party:{party}" for party in sorted(parties(store, hold)))):
        yield Shown(scope, document, hold.version)


HANDLERS = {"appeal_hold": appeal, "decide_hold": decide}
SHOWS = {Hold: Show(("hold",), show)}
