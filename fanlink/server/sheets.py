"""Split sheets: the template that a remix's prompt version pins, with the fan bound in. Versions are only ever added."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import bindparam, select

from fanlink.core import lineage
from fanlink.core import sheets as rules
from fanlink.core.catalogue import Track
from fanlink.core.commands import ProposeSheet, SignSheet
from fanlink.core.documents import SheetDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.lineage import SheetAbove
from fanlink.core.parties import Party
from fanlink.core.prompts import Prompt
from fanlink.core.remixes import Remix
from fanlink.core.shares import SplitSheet, Template
from fanlink.core.sheets import SheetProposal, SheetState
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.mandates import day_of, scopes_of, who_answers
from fanlink.server.showing import Show, artist_name, cover_of, party_names
from fanlink.server.store import Place, Store, as_text
from fanlink.server.templates import LONGEST_NOTE, pinned, read_tree

TABLE = tables.sheets
BY_ID = select(TABLE.c.body).where(TABLE.c.id == bindparam("id"))


def bind(asked: Deciding, prompt: Prompt, prompt_version: str, fan_party: str, parent: SplitSheet | None) -> SplitSheet:
    """The remix's own sheet, in force from today (UTC); refused where the template cannot take this remix."""
    version = prompt.published(prompt_version)
    assert version is not None, "the version was looked up before"
    template = pinned(asked.store, prompt.track, version.text.template)
    if template is None:
        raise Refused("template_unknown", template=version.text.template)
    sheet = Template.from_data(template.tree).bind(asked.target, fan_party, day_of(asked.now_ms), parent)
    _keep(asked.store, sheet)
    return sheet


def _keep(store: Store, sheet: SplitSheet) -> None:
    if get(store, sheet.id) is None:
        store.add(TABLE, {
            "id": sheet.id, "remix": sheet.remix_id, "effective_from": sheet.effective_from.isoformat(),
            "body": as_text(sheet.as_data()),
        })  # fmt: skip


def get(store: Store, sheet_id: str) -> SplitSheet | None:
    """A sheet by its digest."""
    rows = store.rows(BY_ID, {"id": sheet_id})
    return _sheet(rows[0].body) if rows else None


@lru_cache(1_024)
def _sheet(body: str) -> SplitSheet:
    """A sheet never changes: those of a remix are asked for again and again while its pots are shown."""
    return SplitSheet.from_data(json.loads(body))


def of_remix(store: Store, remix: str) -> list[SplitSheet]:
    """All versions of a remix's sheet, by the day from which each is in force."""
    chosen = select(TABLE.c.body).where(TABLE.c.remix == remix).order_by(TABLE.c.effective_from)
    return [_sheet(row.body) for row in store.rows(chosen)]


def in_force(store: Store, remix: str, now_ms: int) -> SplitSheet:
    """The version in force today; a remix that was ever accepted has one."""
    today = day_of(now_ms)
    found = [sheet for sheet in of_remix(store, remix) if sheet.effective_from <= today]
    if not found:
        raise Refused("sheet_missing", remix=remix)
    return found[-1]


# Later versions -------------------------------------------------------------------------------------------------


def propose(asked: Deciding, data: ProposeSheet) -> None:
    """The next version of a remix's sheet, by anyone who is paid by it; everyone on the old and the new one signs it."""
    remix = asked.store.need(Remix, data.remix)
    known = of_remix(asked.store, remix.id)
    readers = _parties(known, _proposals(asked.store, remix.id))
    agents = {agent for party in readers for agent in who_answers(asked, party, remix.track)}
    asked.may(parties=tuple(sorted(agents)))
    asked.new(SheetProposal)
    if not remix.ever_published:
        raise Refused("not_published", remix=remix.id)
    new = _read(data, remix, known[-1])
    unknown = [party for party in sorted(new.parties()) if asked.store.get(Party, party) is None]
    if unknown:
        raise Refused(Reason("party_unknown", {"party": party}) for party in unknown)
    if len(data.note) > LONGEST_NOTE:
        raise Refused("note_too_long", characters=len(data.note), most=LONGEST_NOTE)
    if data.counters:
        was = asked.store.need(SheetProposal, data.counters)
        if was.remix != remix.id:
            raise Refused("not_found", noun="sheet proposal", id=data.counters)
        asked.store.save(rules.counter(was, asked.target))
    today = day_of(asked.now_ms)
    made = rules.propose(asked.target, known, new, asked.actor.id, asked.now_ms, today, data.note, data.counters)
    asked.store.save(made)


def _read(data: ProposeSheet, remix: Remix, last: SplitSheet) -> SplitSheet:
    whole = {
        "remix": remix.id, "effective_from": data.effective_from.isoformat(), "parent": last.parent,
        "generation": last.generation,
    }  # fmt: skip
    return read_tree({**data.tree, **whole, "template": None}, SplitSheet.from_data)


def sign(asked: Deciding, data: SignSheet) -> SplitSheet | None:
    """One party says yes; with the last yes the version is kept, and given back: it counts from its day on."""
    proposal = asked.need(SheetProposal)
    remix = asked.store.need(Remix, proposal.remix)
    asked.may(parties=who_answers(asked, data.party, remix.track))
    asked.fresh(proposal)
    signed = rules.sign(proposal, data.party, of_remix(asked.store, remix.id), day_of(asked.now_ms))
    asked.store.save(signed)
    if signed.state is SheetState.SIGNED:
        _keep(asked.store, signed.sheet)
        asked.note("sheet_signed", remix.id, sheet=signed.sheet.id, effective_from=signed.sheet.effective_from.isoformat())
        return signed.sheet
    return None


def _proposals(store: Store, remix: str) -> tuple[SheetProposal, ...]:
    return tuple(sorted(store.find(SheetProposal, remix=remix), key=lambda one: (one.at_ms, one.id)))


def _parties(known: list[SplitSheet], proposals: tuple[SheetProposal, ...]) -> list[str]:
    """Everyone who is paid by a version, or is asked to sign one."""
    return sorted({party for one in known for party in one.parties()} | {party for one in proposals for party in one.parties})


def shown(store: Store, remix: Remix, track: Track, now_ms: int) -> Iterable[Shown]:
    """The sheet of a remix that has been public, for everyone who is or would be paid by it."""
    if not remix.ever_published:
        return
    proposals = _proposals(store, remix.id)
    known = of_remix(store, remix.id)
    readers = _parties(known, proposals)
    leaves = {party for one in (*known, *(each.sheet for each in proposals)) for party in one.parties()}
    titles, parents = _lineage(store, known)
    document = SheetDocument(
        remix.id, remix.title, artist_name(store, remix.artist), track.facts.title, tuple(one.as_data() for one in known),
        proposals, party_names(store, leaves), titles, cover_of(store, track), track.id, parents,
    )  # fmt: skip
    version = len(known) + sum(one.version for one in proposals)
    for scope in scopes_of(store, readers, track.id, now_ms):
        yield Shown(scope, document, version)


def above(store: Store, remix: Remix, now_ms: int) -> tuple[SheetAbove, ...]:
    """What is public of a published remix's sheet: what a remix of it would stand under."""
    known = of_remix(store, remix.id)
    titles, parents = _lineage(store, known)
    lines = {one.id: (remix.title, *lineage.titles_from(one.parent, titles, parents)) for one in known}
    names = party_names(store, {party for one in known for party in one.parties()})
    return lineage.above_of(known, day_of(now_ms), names, lines)


def _lineage(store: Store, known: list[SplitSheet]) -> tuple[dict[str, str], dict[str, str]]:
    """The titles of the remixes that stand above, by the sheet that was bound in, and the sheet above each of those."""
    titles: dict[str, str] = {}
    parents: dict[str, str] = {}
    waiting = [one.parent for one in known if one.parent]
    while waiting:
        sheet_id = waiting.pop()
        found = get(store, sheet_id)
        remix = store.get(Remix, found.remix_id) if found else None
        if found is None or remix is None or sheet_id in titles:
            continue
        titles[sheet_id] = remix.title
        if found.parent:
            parents[sheet_id] = found.parent
            waiting.append(found.parent)
    return titles, parents


def _nothing(_store: Store, _proposal_id: str, _now_ms: int) -> Iterable[Shown]:
    return ()


def _also(_store: Store, proposal: SheetProposal) -> Iterable[Place]:
    return ((Remix, proposal.remix),)


HANDLERS = {"propose_sheet": propose}
SHOWS = {SheetProposal: Show((), _nothing, _also)}
