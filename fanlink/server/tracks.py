"""Tracks: what is in them, who owns them, and who may be asked about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlalchemy import select

from fanlink.core.catalogue import Track
from fanlink.core.commands import AddTrack, DeclareStakes
from fanlink.core.consents import Consent
from fanlink.core.documents import TrackDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.identifiers import parse_isrc, parse_iswc
from fanlink.core.parties import Party, Stake, claims
from fanlink.core.people import Artist
from fanlink.core.prompts import Prompt
from fanlink.core.tracks import Stem, TrackFacts
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.showing import Show, artist_name, party_names
from fanlink.server.store import Place, Store

LONGEST_TITLE = 200
MOST_STEMS = 64
LONGEST_STEM_S = 15 * 60


def add(asked: Deciding, data: AddTrack) -> None:
    """A new track of uploaded stems, with who owns it; refused with everything that is wrong about it."""
    asked.may(team=data.artist)
    asked.new(Track)
    artist = asked.store.need(Artist, data.artist)
    wrong = [] if data.title.strip() else [Reason("title_empty")]
    if len(data.title) > LONGEST_TITLE:
        wrong.append(Reason("title_too_long", {"characters": len(data.title), "most": LONGEST_TITLE}))
    if not 20 <= data.music.tempo_bpm <= 400:
        wrong.append(Reason("tempo_out_of_range", {"tempo_bpm": data.music.tempo_bpm}))
    wrong += _ownership(asked, data.stakes, data.featured)
    stems, broken = _stems(asked.store, data.stems)
    if wrong or broken:
        raise Refused([*wrong, *broken])
    track = Track(
        asked.target, artist.id, TrackFacts(data.title, artist.name, data.music, stems), data.stakes, data.featured,
        data.isrc and parse_isrc(data.isrc), data.iswc and parse_iswc(data.iswc), data.artwork,
    )  # fmt: skip
    _keep(asked.store, track)


def declare_stakes(asked: Deciding, data: DeclareStakes) -> None:
    """Who owns the track from now on; refused unless the shares of each right are exactly one."""
    track = asked.need(Track)
    asked.may(team=track.artist)
    asked.fresh(track)
    wrong = _ownership(asked, data.stakes, data.featured)
    if wrong:
        raise Refused(wrong)
    _keep(asked.store, replace(track, stakes=data.stakes, featured=data.featured, version=track.version + 1))


def _keep(store: Store, track: Track) -> None:
    store.save(track)
    store.remove(tables.track_parties, track=track.id)
    store.put(tables.track_parties, *({"track": track.id, "party": party} for party in track.parties))
    assets = {stem.asset for stem in track.facts.stems.values()}
    store.put(tables.track_assets, *({"track": track.id, "asset": asset} for asset in sorted(assets)))
    store.touch(Artist, track.artist)


def _ownership(asked: Deciding, stakes: tuple[Stake, ...], featured: tuple[str, ...]) -> list[Reason]:
    parties = sorted({stake.party for stake in stakes} | set(featured))
    unknown = [party for party in parties if asked.store.get(Party, party) is None]
    return [*claims(stakes), *(Reason("party_unknown", {"party": party}) for party in unknown)]


def _stems(store: Store, named: Mapping[str, str]) -> tuple[dict[str, Stem], list[Reason]]:
    """The stems by name, and what is wrong with those that are not here or not sound."""
    stems: dict[str, Stem] = {}
    wrong = [] if named else [Reason("stems_missing")]
    if len(named) > MOST_STEMS:
        wrong.append(Reason("too_many_stems", {"stems": len(named), "most": MOST_STEMS}))
    found = {
        row.digest: row
        for row in store.rows(select(tables.assets).where(tables.assets.c.digest.in_(sorted(set(named.values()))[:MOST_STEMS])))
    }
    for name, asset in sorted(named.items())[:MOST_STEMS]:
        row = found.get(asset)
        if row is None:
            wrong.append(Reason("asset_missing", {"stem": name, "asset": asset}))
            continue
        sound = json.loads(row.facts)
        if row.media not in ("audio/flac", "audio/wav") or not sound:
            wrong.append(Reason("stem_not_lossless_audio", {"stem": name, "media": row.media}))
        elif not _is_playable(sound):
            wrong.append(Reason("stem_out_of_limits", {"stem": name, **sound}))
        else:
            stems[name] = Stem(name, asset, sound["rate_hz"], sound["channels"], sound["frames"])
    return stems, wrong


def _is_playable(sound: Mapping[str, int]) -> bool:
    rate = sound["rate_hz"]
    return 8_000 <= rate <= 192_000 and 1 <= sound["channels"] <= 2 and 0 < sound["frames"] <= rate * LONGEST_STEM_S


def show(store: Store, track_id: str, _now_ms: int) -> Iterable[Shown]:
    """The track for its team and for each party that must agree to its uses."""
    track = store.need(Track, track_id)
    consents = tuple(store.find(Consent, track=track_id))
    document = TrackDocument(
        track.id, track.artist, artist_name(store, track.artist), track.facts, track.stakes, track.featured, consents,
        party_names(store, track.parties), track.isrc, track.iswc, track.artwork,
    )  # fmt: skip
    scopes = (f"team:{track.artist}", *(f"party:{party}" for party in track.parties))
    return tuple(Shown(scope, document, track.version) for scope in scopes)


def _also(store: Store, track: Track) -> Iterable[Place]:
    return tuple((Prompt, prompt.id) for prompt in store.find(Prompt, track=track.id))


HANDLERS = {"add_track": add, "declare_stakes": declare_stakes}
SHOWS = {Track: Show(("track",), show, _also)}
