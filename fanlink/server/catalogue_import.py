"""Catalogues as CSV: a preview of what a file would do, and doing exactly that, all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import select

from fanlink.core import catalogue_import
from fanlink.core.catalogue import Track
from fanlink.core.catalogue_import import Row
from fanlink.core.commands import ImportCatalogue
from fanlink.core.digests import digest
from fanlink.core.errors import Reason, Refused
from fanlink.core.parties import Party, Right, Stake, claims
from fanlink.core.people import Artist
from fanlink.core.reports import Fault
from fanlink.core.tracks import Music, TrackFacts
from fanlink.server import tables
from fanlink.server.assets import DIGEST, Assets
from fanlink.server.deciding import Deciding
from fanlink.server.nouns import CatalogueImport
from fanlink.server.parties import with_number
from fanlink.server.report_files import ReportFiles
from fanlink.server.store import Store, chunks
from fanlink.server.tracks import declared, demand_no_import, keep

MOST_TOLD = 200
MOST_PLANS = 8
AT_ONCE_TRACKS = 100
ARRIVING = "arriving"
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
UNDECLARED = Music(120.0, 0.0, "")


@dataclass(frozen=True, slots=True)
class PlannedParty:
    """A party that the file names: one that is there, or one that it would add."""

    id: str
    name: str
    state: str


@dataclass(frozen=True, slots=True)
class PlannedTrack:
    """A track that the file names, what would become of it, and what its stakes would leave to mend."""

    id: str
    isrc: str
    title: str
    state: str
    changes: tuple[str, ...]
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What a file would do. `digest` names it: an import that names it does this or nothing.

    `mark` is of all in the catalogue that it rests on: as long as that is the same, so is the plan.
    """

    rows: int
    faults: tuple[Fault, ...]
    parties: tuple[PlannedParty, ...]
    tracks: tuple[PlannedTrack, ...]
    values: tuple[Any, ...] = ()
    mark: str = ""
    asks: Asks | None = None

    @cached_property
    def digest(self) -> str:
        return digest([[asdict(one) for one in self.parties], [asdict(one) for one in self.tracks]])

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, as the preview tells it."""
        return {
            "rows": self.rows, "faults": [asdict(one) for one in self.faults], "parties": [asdict(one) for one in self.parties],
            "tracks": [asdict(one) for one in self.tracks], "digest": self.digest,
        }  # fmt: skip


def take(asked: Deciding, data: ImportCatalogue) -> None:
    """Imports a catalogue, or decides that a large one will arrive. Refused with every broken row by number, column and reason,
    where it is no longer the preview, or as `catalogue_arriving` while another one of the artist's is on its way.
    """
    asked.may(team=asked.target)
    artist = asked.need(Artist)
    demand_no_import(asked.store, artist.id)
    if not DIGEST.fullmatch(data.asset):
        raise Refused("asset_missing", asset=data.asset)
    path = Assets(asked.settings.assets).path(data.asset)
    if not path.is_file():
        raise Refused("asset_missing", asset=data.asset)
    if path.stat().st_size > catalogue_import.MOST_BYTES:
        raise Refused("too_large", most_bytes=catalogue_import.MOST_BYTES)
    before = asked.reports.plans.get(f"{artist.id}/{data.asset}")
    if before is not None and before.asks is not None and before.mark == _mark(asked.store, artist, before.asks):
        made = before
    else:
        made = plan(asked.store, artist, path.read_bytes(), data.name[:200] or "catalogue")
    if made.faults:
        raise Refused(_reasons(made.faults))
    if data.preview is not None and data.preview != made.digest:
        raise Refused([Reason("preview_outdated", {"preview": data.preview}), *_changed(before, made)])
    tracks = [value for value in made.values if isinstance(value, Track)]
    for value in made.values:
        if isinstance(value, Party):
            asked.store.save(value)
    if len(tracks) > AT_ONCE_TRACKS:
        _begin(asked, artist, data, tracks)
    else:
        for track in tracks:
            take_track(asked, track)
    counts = {state: sum(one.state == state for one in made.tracks) for state in (NEW, CHANGED, UNCHANGED)}
    asked.note("catalogue_imported", artist.id, rows=made.rows, **counts)


def _begin(asked: Deciding, artist: Artist, data: ImportCatalogue, tracks: list[Track]) -> None:
    """From here on the catalogue arrives, whatever happens: see `catalogue_arriving`."""
    was = asked.store.get(CatalogueImport, import_id(artist.id))
    made = CatalogueImport(
        import_id(artist.id), artist.id, data.asset, data.name[:200] or "catalogue", len(tracks), 0, 0, ARRIVING, asked.actor.id,
        asked.now_ms, asked.now_ms, version=was.version + 1 if was else 1,
    )  # fmt: skip
    asked.store.save(made)
    asked.reports.catalogues[made.id] = (made.version, tracks)


def import_id(artist: str) -> str:
    """What the imports of an artist's catalogue are called; there is one at a time."""
    return f"catalogue-{artist}"


def _changed(before: Plan | None, now: Plan) -> list[Reason]:
    """The tracks of a file of which something else would become than in the plan before, as far as that is still known."""
    if before is None:
        return []
    known = {one.isrc: one for one in before.tracks}
    return [
        Reason("track_changed_meanwhile", {"isrc": one.isrc, "title": one.title, "state": one.state})
        for one in now.tracks if known.get(one.isrc) != one
    ][:MOST_TOLD]  # fmt: skip


def prepare(store: Store, files: ReportFiles, artist: Artist, asset: str, data: bytes, name: str) -> Plan:
    """The plan of a file, kept for a moment: while the catalogue stays as it is, an import need not make it behind the door."""
    made = plan(store, artist, data, name)
    files.plans[f"{artist.id}/{asset}"] = made
    while len(files.plans) > MOST_PLANS:
        files.plans.popitem(last=False)
    return made


def take_track(asked: Deciding, track: Track) -> None:
    """Writes a planned track: a new one, or other facts and stakes of one that is there."""
    was = asked.store.get(Track, track.id)
    if was is None:
        keep(asked.store, track)
        return
    moved = declared(asked, was, track.stakes, track.featured)
    keep(asked.store, replace(moved, facts=track.facts, iswc=track.iswc))


def _reasons(faults: Iterable[Fault]) -> list[Reason]:
    faults = list(faults)
    told = [
        Reason("broken_row", {"file": one.file, "line": one.line, "column": one.column, "what": one.reason})
        for one in faults[:MOST_TOLD]
    ]  # fmt: skip
    more = len(faults) - len(told)
    return [*told, Reason("more_broken_lines", {"lines": more})] if more else told


# The plan -------------------------------------------------------------------------------------------------------


def plan(store: Store, artist: Artist, data: bytes, name: str) -> Plan:
    """What a file would do to an artist's catalogue, as this transaction reads it."""
    rows, faults = catalogue_import.read(data, name)
    if faults:
        return Plan(len(rows), tuple(faults), (), ())
    asks = Asks.of(rows)
    parties, values, wrong = _parties(store, artist, rows, name)
    there, taken = _there(store, artist, rows, name)
    wrong += taken
    if wrong:
        return Plan(len(rows), tuple(sorted(wrong, key=lambda one: one.line or 0)), (), ())
    planned, tracks = [], []
    for isrc, of in _by_track(rows).items():
        track = _track(artist, of, parties, there.get(isrc))
        line, changed = _planned(track, there.get(isrc))
        planned.append(line)
        tracks += [track] if changed else []
    named = {one.id: one for one in values}
    listed = [
        PlannedParty(id_, named[id_].name if id_ in named else store.need(Party, id_).name, NEW if id_ in named else UNCHANGED)
        for id_ in dict.fromkeys(parties.values())
    ]  # fmt: skip
    asks = replace(asks, ids=tuple(sorted({*asks.ids, *parties.values()})))
    return Plan(len(rows), (), tuple(listed), tuple(planned), (*values, *tracks), _mark(store, artist, asks), asks)


@dataclass(frozen=True, slots=True)
class Asks:
    """What a plan asks the catalogue for: recordings, and parties by id and by number."""

    isrcs: tuple[str, ...]
    ids: tuple[str, ...]
    ipis: tuple[str, ...]
    isnis: tuple[str, ...]

    @staticmethod
    def of(rows: list[Row]) -> Asks:
        def all_of(field: str) -> tuple[str, ...]:
            return tuple(sorted({value for row in rows if (value := getattr(row, field))}))

        return Asks(all_of("isrc"), all_of("party"), all_of("ipi"), all_of("isni"))


def _mark(store: Store, artist: Artist, asks: Asks) -> str:
    """The digest of all that a plan rests on: the artist, the recordings and parties there, the names that it may mean."""
    found: list[Any] = [[artist.id, artist.version, sorted(_named(store, artist).items())]]
    for table, column, wanted in (
        (tables.tracks, tables.tracks.c.isrc, asks.isrcs), (tables.parties, tables.parties.c.id, asks.ids),
        (tables.parties, tables.parties.c.ipi, asks.ipis), (tables.parties, tables.parties.c.isni, asks.isnis),
    ):  # fmt: skip
        for some in chunks(wanted):
            chosen = select(column, table.c.id, table.c.version).where(column.in_(some)).order_by(column, table.c.id)
            found += [list(row) for row in store.rows(chosen)]
    return digest(found)


def _parties(
    store: Store, artist: Artist, rows: list[Row], name: str
) -> tuple[dict[tuple[str, str], str], list[Party], list[Fault]]:
    """Which party each row means: one that is there, or a new one with an id that the same file finds again."""
    found: dict[tuple[str, str], str] = {}
    named = _named(store, artist)
    new: list[Party] = []
    wrong: list[Fault] = []
    for row in rows:
        kind, value = row.who
        if row.who in found:
            continue
        there = store.get(Party, value) if kind == "party" else None
        if kind == "party" and there is None:
            wrong.append(Fault(name, row.line, "party", f"{value!r} is not known here"))
            continue
        id_ = there.id if there else with_number(store, kind, value) if kind in ("ipi", "isni") else named.get(value)
        if id_ is None:
            id_ = f"party-{digest([artist.id, kind, value])[:24]}"
            wrong += [
                Fault(name, row.line, field, "is the number of another party here")
                for field in ("ipi", "isni") if (number := getattr(row, field)) and with_number(store, field, number) not in (None, id_)
            ]  # fmt: skip
            if store.get(Party, id_) is None:
                new.append(Party(id_, row.party_name, row.party_kind, row.ipi, row.isni))
        found[row.who] = id_
    return found, new, wrong


def _named(store: Store, artist: Artist) -> dict[str, str]:
    """The parties of this artist's tracks by name; a name that two of them have names neither."""
    of, parties, table = tables.track_parties, tables.parties, tables.tracks
    mine = select(of.c.party).join(table, table.c.id == of.c.track).where(table.c.artist == artist.id)
    by: dict[str, list[str]] = {}
    for row in store.rows(select(parties.c.id, parties.c.name).where(parties.c.id.in_(mine)).order_by(parties.c.id)):
        by.setdefault(row.name.casefold(), []).append(row.id)
    return {name: ids[0] for name, ids in by.items() if len(ids) == 1}


def _there(store: Store, artist: Artist, rows: list[Row], name: str) -> tuple[dict[str, Track], list[Fault]]:
    """The tracks that are in the catalogue already, by ISRC; one of another artist is a fault."""
    lines: dict[str, int] = {}
    for row in rows:
        lines.setdefault(row.isrc, row.line)
    there: dict[str, Track] = {}
    wrong: list[Fault] = []
    for some in chunks(sorted(lines)):
        for track in store.find(Track, isrc=tuple(some)):
            assert track.isrc is not None, "it was found by its ISRC"
            if track.artist != artist.id:
                wrong.append(Fault(name, lines[track.isrc], "isrc", "is a recording of another artist here"))
            else:
                there[track.isrc] = track
    return there, wrong


def _by_track(rows: list[Row]) -> dict[str, list[Row]]:
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row.isrc, []).append(row)
    return by


def _track(artist: Artist, rows: list[Row], parties: dict[tuple[str, str], str], was: Track | None) -> Track:
    """The track as the file says it is. What the file is silent about stays: stems, artwork, music."""
    first = rows[0]
    stakes = {
        (parties[row.who], right): share
        for row in rows for right, share in ((Right.RECORDING, row.recording), (Right.COMPOSITION, row.composition))
        if share is not None and share != Fraction(0)
    }  # fmt: skip
    held = tuple(Stake(party, right, share) for (party, right), share in sorted(stakes.items()))
    featured = tuple(sorted({parties[row.who] for row in rows if row.featured}))
    music = was.facts.music if was else UNDECLARED
    if not (was and was.facts.stems):
        music = replace(music, tempo_bpm=first.tempo_bpm or music.tempo_bpm, key=first.key or music.key)
    if was is not None:
        facts = replace(was.facts, title=first.title, music=music)
        return replace(was, facts=facts, stakes=held, featured=featured, iswc=first.iswc or was.iswc)
    facts = TrackFacts(first.title, artist.name, music)
    return Track(f"track-{digest([artist.id, first.isrc])[:24]}", artist.id, facts, held, featured, first.isrc, first.iswc)


def _planned(track: Track, was: Track | None) -> tuple[PlannedTrack, bool]:
    changes: list[str] = []
    if was is not None:
        changes = [
            name for name, now, before in (
                ("title", track.facts.title, was.facts.title), ("music", track.facts.music, was.facts.music),
                ("iswc", track.iswc, was.iswc), ("stakes", _held(track.stakes), _held(was.stakes)),
                ("featured", sorted(track.featured), sorted(was.featured)),
            ) if now != before
        ]  # fmt: skip
    state = NEW if was is None else CHANGED if changes else UNCHANGED
    told = tuple(dict.fromkeys(reason.code for reason in claims(track.stakes, track.contested)))
    return PlannedTrack(track.id, track.isrc or "", track.facts.title, state, tuple(changes), told), state != UNCHANGED


def _held(stakes: Iterable[Stake]) -> dict[tuple[str, str], Fraction]:
    held: dict[tuple[str, str], Fraction] = {}
    for stake in stakes:
        key = stake.party, str(stake.right)
        held[key] = held.get(key, Fraction(0)) + stake.share
    return {key: share for key, share in held.items() if share}


HANDLERS = {"import_catalogue": take}
SHOWS: dict[type, Any] = {}
