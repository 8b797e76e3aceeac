"""Mandates: who may answer for another party, from one day to another, and what such an agent gets to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import or_, select

from fanlink.core.catalogue import ProposedTemplate, Track
from fanlink.core.commands import GiveMandate, RevokeMandate
from fanlink.core.consents import Consent
from fanlink.core.documents import MandateDocument, SheetDocument
from fanlink.core.errors import Refused
from fanlink.core.parties import Mandate, Party, Phase
from fanlink.core.remixes import Remix
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.showing import Show, party_names
from fanlink.server.store import Place, Store

MOST_TRACKS = 10_000
TABLE, SHOWN = tables.mandates, tables.documents


def give(asked: Deciding, data: GiveMandate) -> None:
    """The principal lets the agent answer for it, from one day to another."""
    asked.may(parties=(data.principal,))
    asked.known(Party, [data.principal, data.agent])
    asked.new(Mandate)
    if data.principal == data.agent:
        raise Refused("mandate_to_oneself", party=data.principal)
    if data.ends is not None and data.ends < data.begins:
        raise Refused("dates_out_of_order")
    if len(data.tracks) > MOST_TRACKS:
        raise Refused("too_many_tracks", tracks=len(data.tracks), most=MOST_TRACKS)
    asked.known(Track, data.tracks)
    made = Mandate(asked.target, data.principal, data.agent, data.begins, data.ends, tuple(sorted(set(data.tracks))))
    asked.store.save(replace(made, phase=made.phase_on(day_of(asked.now_ms))))


def revoke(asked: Deciding, _data: RevokeMandate) -> None:
    """The agent may no longer answer; what it answered stands. Either side may end it."""
    mandate = asked.need(Mandate)
    asked.may(parties=(mandate.principal, mandate.agent))
    asked.fresh(mandate)
    if mandate.revoked:
        raise Refused("illegal_step", step="revoke", state="revoked", open_steps=[])
    asked.store.save(replace(mandate, revoked=True, phase=Phase.REVOKED, version=mandate.version + 1))


def agents_of(store: Store, party: str, track: str, today: date) -> tuple[str, ...]:
    """Everyone with a mandate for the party that covers this track on this day."""
    return tuple(one.agent for one in store.find(Mandate, principal=party) if one.covers(track, today))


def who_answers(asked: Deciding, party: str, track: str) -> tuple[str, ...]:
    """The party itself and everyone with a mandate for it that covers this track today."""
    return (party, *agents_of(asked.store, party, track, day_of(asked.now_ms)))


def scopes_of(store: Store, parties: Iterable[str], track: str, now_ms: int) -> list[str]:
    """The scopes of the parties and of those who may answer for them about this track today."""
    today, parties = day_of(now_ms), tuple(parties)
    given = store.find(Mandate, principal=parties) if parties else []
    readers = {*parties, *(one.agent for one in given if one.covers(track, today))}
    return [f"party:{reader}" for reader in sorted(readers)]


def day_of(now_ms: int) -> date:
    """The UTC day."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).date()


# What falls due -------------------------------------------------------------------------------------------------


def turning(now_ms: int) -> object:
    """The mandates whose first day has come, or whose last day has passed, since they were last told of."""
    today = day_of(now_ms).isoformat()
    begun = (TABLE.c.phase == str(Phase.COMING)) & (TABLE.c.begins <= today)
    over = (TABLE.c.phase == str(Phase.RUNNING)) & (TABLE.c.ends < today)
    return select(TABLE.c.id).where(or_(begun, over)).order_by(TABLE.c.id)


def turn(asked: Deciding, most: int) -> int:
    """Tells of mandates that began or ended by their days: what their agents see is written anew."""
    rows = asked.store.rows(turning(asked.now_ms).limit(most))  # type: ignore[attr-defined]
    for row in rows:
        mandate = asked.store.need(Mandate, row.id)
        phase = mandate.phase_on(day_of(asked.now_ms))
        asked.store.save(replace(mandate, phase=phase, version=mandate.version + 1))
        asked.note("mandate_turned", mandate.id, phase=str(phase))
    return len(rows)


# Documents ------------------------------------------------------------------------------------------------------


def show(store: Store, mandate_id: str, _now_ms: int) -> Iterable[Shown]:
    """The mandate for both sides."""
    mandate = store.need(Mandate, mandate_id)
    names = party_names(store, [mandate.principal, mandate.agent])
    found = {track: store.get(Track, track) for track in mandate.tracks[:200]}
    titles = {id_: track.facts.title for id_, track in found.items() if track is not None}
    document = MandateDocument(mandate.id, mandate, names[mandate.principal], names[mandate.agent], titles)
    return tuple(Shown(f"party:{party}", document, mandate.version) for party in (mandate.principal, mandate.agent))


def _also(store: Store, mandate: Mandate) -> Iterable[Place]:
    """What the principal sees of its tracks is shown to its agents, so it is written anew with each turn of a mandate."""
    of = tables.track_parties
    rows = store.rows(select(of.c.track).where(of.c.party == mandate.principal))
    tracks = [row.track for row in rows if not mandate.tracks or row.track in mandate.tracks]
    yield from ((Consent, one.id) for one in store.find(Consent, party=mandate.principal))
    for track in tracks:
        yield Track, track
        yield from ((ProposedTemplate, one.id) for one in store.find(ProposedTemplate, track=track))
    sheets = select(SHOWN.c.id).where(
        SHOWN.c.scope == f"party:{mandate.principal}", SHOWN.c.kind == SheetDocument.KIND, SHOWN.c.deleted == 0
    )
    remixes = (store.need(Remix, row.id) for row in store.rows(sheets.order_by(SHOWN.c.id)))
    yield from ((Remix, one.id) for one in remixes if not mandate.tracks or one.track in mandate.tracks)


HANDLERS = {"give_mandate": give, "revoke_mandate": revoke}
SHOWS = {Mandate: Show(("mandate",), show, _also)}
