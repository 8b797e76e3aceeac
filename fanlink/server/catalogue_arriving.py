"""Large catalogues taken in: decided at once, as a whole, then written some tracks at a time.

While a catalogue arrives nothing else may change the artist's tracks, so what was planned stays what is to be done: a process
that goes on after a crash plans the file again, finds what came before unchanged, and does the rest. An ISRC that another
artist took meanwhile is theirs: such a track is left out, and counted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from fanlink.core.catalogue import Track
from fanlink.core.documents import CatalogueImportDocument
from fanlink.core.people import Artist
from fanlink.server import catalogue_import, tables
from fanlink.server.assets import Assets
from fanlink.server.catalogue_import import ARRIVING, import_id
from fanlink.server.database import Database
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.nouns import CatalogueImport
from fanlink.server.report_files import ReportFiles
from fanlink.server.showing import Show, account_name
from fanlink.server.store import Store

log = logging.getLogger("fanlink.server")
TABLE = tables.catalogue_imports
TAKEN = "taken"
TRACKS_A_STEP = 25
LEFT_ALONE_MS = 15_000
Act = Callable[[Callable[[Deciding], Any]], Any]


def go_on(database: Database, act: Act, files: ReportFiles, name: str, now_ms: int | None = None) -> CatalogueImport | None:
    """One step of a catalogue that is arriving; None when it is not, or another process is at it.

    With `now_ms` one that this process did not begin is left alone until nobody has moved it for a while.
    """
    with database.reading() as connection:
        store = Store(connection, database.is_sqlite)
        found = store.get(CatalogueImport, name)
        if found is None or found.state != ARRIVING:
            return None
        seen, tracks = files.catalogues.get(name, (0, []))
        if seen != found.version:
            if now_ms is not None and now_ms - found.moved_ms < LEFT_ALONE_MS:
                return None
            tracks = _planned_again(store, found, Assets(files.folder))
    made = act(lambda asked: _take(asked, name, found.version, tracks[:TRACKS_A_STEP], len(tracks)))
    if made is None or made.state != ARRIVING:
        files.catalogues.pop(name, None)
    else:
        files.catalogues[name] = (made.version, tracks[TRACKS_A_STEP:])
    return made


def _planned_again(store: Store, found: CatalogueImport, assets: Assets) -> list[Track]:
    """What the file still has to do."""
    artist = store.need(Artist, found.artist)
    planned = catalogue_import.plan(store, artist, assets.path(found.asset).read_bytes(), found.name)
    if planned.faults:
        log.error("catalogue %s cannot go on: %s", found.name, planned.faults[0])
    return [value for value in planned.values if isinstance(value, Track)]


def _take(asked: Deciding, name: str, seen: int, some: Sequence[Track], left: int) -> CatalogueImport | None:
    """Writes some tracks in the name of who imports, and how far it is; nothing where another process came first."""
    now = asked.store.need(CatalogueImport, name)
    if now.version != seen or now.state != ARRIVING:
        return None
    importer = asked.store.actor(now.by)
    assert importer is not None, "an account that imported is there"
    mine = replace(asked, actor=importer, kind="import_catalogue", target=now.artist)
    taken = _of_others(asked.store, some, now.artist)
    for track in some:
        if track.isrc not in taken:
            catalogue_import.take_track(mine, track)
    made = replace(
        now, done=now.tracks - left + len(some), left_out=now.left_out + len(taken), moved_ms=asked.now_ms, version=now.version + 1,
        state=ARRIVING if left > len(some) else TAKEN,
    )  # fmt: skip
    asked.store.save(made)
    return made


def _of_others(store: Store, some: Sequence[Track], artist: str) -> set[str]:
    """The ISRCs among these that are recordings of another artist by now."""
    isrcs = [track.isrc for track in some if track.isrc]
    table = tables.tracks
    return {row.isrc for row in store.rows(select(table.c.isrc).where(table.c.isrc.in_(isrcs), table.c.artist != artist))}


def finish(database: Database, act: Act, files: ReportFiles, artist: str, told: Callable[[int, int], None] | None = None) -> CatalogueImport | None:
    """Takes steps until the catalogue of an artist is there; what it is then, or None where there was nothing to do."""
    last = None
    while (made := go_on(database, act, files, import_id(artist))) is not None:
        last = made
        if told:
            told(made.done, made.tracks)
    return last


def step(database: Database, act: Act, files: ReportFiles, now_ms: int) -> bool:
    """A step of whatever catalogue is arriving; whether there was one to do."""
    with database.reading() as connection:
        names = [row.id for row in connection.execute(select(TABLE.c.id).where(TABLE.c.state == ARRIVING).order_by(TABLE.c.id))]
    for name in names:
        try:
            if go_on(database, act, files, name, now_ms) is not None:
                return True
        except OSError as error:
            log.error("catalogue %s cannot go on: its file is gone (%s)", name, error)
    return False


def show(store: Store, name: str, _now_ms: int) -> Iterable[Shown]:
    """How far it is, for the artist's team."""
    found = store.need(CatalogueImport, name)
    document = CatalogueImportDocument(
        found.id, found.artist, found.name, found.tracks, found.done, found.left_out, found.state, account_name(store, found.by),
        found.begun_ms, found.moved_ms,
    )  # fmt: skip
    return (Shown(f"team:{found.artist}", document, found.version),)


HANDLERS: dict[str, Any] = {}
SHOWS = {CatalogueImport: Show(("catalogue_import",), show)}
