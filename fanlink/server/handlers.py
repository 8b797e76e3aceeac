"""All handlers by command kind, and all documents of what a transaction changed."""

from __future__ import annotations

from collections.abc import Iterator

from fanlink.server import (
    artists,
    balances,
    bank_answers,
    bank_details,
    cases,
    catalogue_arriving,
    catalogue_import,
    challenges,
    consents,
    conversions,
    holds,
    invitations,
    later_sheets,
    mandates,
    parties,
    party_holds,
    payouts,
    pots,
    prompts,
    remixes,
    reports,
    runs,
    sheets,
    statements,
    templates,
    tracks,
    unmatched,
)
from fanlink.server.deciding import Handler
from fanlink.server.feed import Subject
from fanlink.server.showing import Show
from fanlink.server.store import Place, Store

ROOMS = (
    artists, parties, tracks, catalogue_import, catalogue_arriving, consents, mandates, templates, sheets, later_sheets, prompts, challenges, remixes, cases, reports,
    unmatched, holds, pots, runs, statements, balances, bank_details, payouts, bank_answers, party_holds, conversions, invitations,
)  # fmt: skip
HANDLERS: dict[str, Handler] = {kind: handler for room in ROOMS for kind, handler in room.HANDLERS.items()}
SHOWS: dict[type, Show] = {kind: show for room in ROOMS for kind, show in room.SHOWS.items()}


def subjects(store: Store, now_ms: int) -> Iterator[Subject]:
    """What is to be seen, after this transaction, of everything that it changed and of what shows that."""
    for kind, value_id in _touched(store):
        show = SHOWS.get(kind)
        if show is not None and show.kinds:
            yield Subject(value_id, show.kinds, tuple(show.of(store, value_id, now_ms)))


def _touched(store: Store) -> list[Place]:
    places = dict(store.changed)
    waiting = list(places)
    while waiting:
        kind, value_id = waiting.pop()
        show, value = SHOWS.get(kind), store.get(kind, value_id)
        if show is None or value is None:
            continue
        for place in show.also(store, value):
            if place not in places:
                places[place] = None
                waiting.append(place)
    return list(places)
