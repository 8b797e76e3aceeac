"""Tracks: what is in them, who owns them, and who may be asked about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from sqlalchemy import select

from fanlink.core import plain_text
from fanlink.core.catalogue import Track
from fanlink.core.commands import AcceptStakes, AddStems, AddTrack, DeclareStakes
from fanlink.core.consents import Consent
from fanlink.core.documents import TrackDocument
from fanlink.core.errors import Reason, Refused
from fanlink.core.identifiers import parse_isrc, parse_iswc
from fanlink.core.parties import Party, Right, Stake, check_stakes, contested
from fanlink.core.people import Artist
from fanlink.core.prompts import Prompt
from fanlink.core.tracks import Music, Stem, TrackFacts
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.feed import Shown
from fanlink.server.mandates import scopes_of, who_answers
from fanlink.server.nouns import CatalogueImport
from fanlink.server.parties import is_answered_for
from fanlink.server.showing import Show, artist_name, party_names
from fanlink.server.store import Place, Store

LONGEST_TITLE = 200
MOST_STEMS = 64
LONGEST_STEM_S = 15 * 60


def add(asked: Deciding, data: AddTrack) -> None:
    """A new track of uploaded stems, with who owns it; refused with everything that is wrong about it.

    Stakes that are not whole yet are taken: `claims` then says who must act, and nothing of the track is published before.
    """
    asked.may(team=data.artist)
    asked.new(Track)
    demand_no_import(asked.store, data.artist)
    artist = asked.store.need(Artist, data.artist)
    wrong = [*check_title(data.title), *check_music(data.music), *_ownership(asked, data.stakes, data.featured)]
    codes, unreadable = _codes(asked.store, asked.target, data.isrc, data.iswc)
    stems, broken = _stems(asked.store, data.stems)
    if wrong or broken or unreadable:
        raise Refused([*wrong, *broken, *unreadable])
    facts = TrackFacts(data.title, artist.name, data.music, stems)
    keep(asked.store, Track(asked.target, artist.id, facts, data.stakes, data.featured, *codes, data.artwork))


def demand_no_import(store: Store, artist: str) -> None:
    """Refused as `catalogue_arriving` while a catalogue of the artist's is: what it will do to the tracks is decided already."""
    for each in store.find(CatalogueImport, artist=artist, state="arriving"):
        raise Refused("catalogue_arriving", catalogue=each.name, done=each.done, tracks=each.tracks)


def check_title(title: str) -> list[Reason]:
    """What is wrong with the title of a track."""
    if not title.strip():
        return [Reason("title_empty")]
    if len(title) > LONGEST_TITLE:
        return [Reason("title_too_long", {"characters": len(title), "most": LONGEST_TITLE})]
    return plain_text.faults(title, "title")


def check_music(music: Music) -> list[Reason]:
    """What is wrong with the declared music."""
    return [] if 20 <= music.tempo_bpm <= 400 else [Reason("tempo_out_of_range", {"tempo_bpm": music.tempo_bpm})]


def _codes(
    store: Store, track: str, isrc: str | None, iswc: str | None
) -> tuple[tuple[str | None, str | None], list[Reason]]:
    """ISRC and ISWC in their bare forms, and what is wrong with them; an ISRC names one recording only."""
    wrong: list[Reason] = []
    bare: list[str | None] = []
    for parse, given in ((parse_isrc, isrc), (parse_iswc, iswc)):
        try:
            bare.append(parse(given) if given and given.strip() else None)
        except Refused as refused:
            bare.append(None)
            wrong += refused.reasons
    table = tables.tracks
    if bare[0] and store.rows(select(table.c.id).where(table.c.isrc == bare[0], table.c.id != track).limit(1)):
        wrong.append(Reason("isrc_taken", {"isrc": isrc}))
    return (bare[0], bare[1]), wrong


def add_stems(asked: Deciding, data: AddStems) -> None:
    """The stems of a track that came without, such as one from a catalogue; what prompts rest on is never exchanged."""
    track = asked.need(Track)
    asked.may(team=track.artist)
    asked.fresh(track)
    demand_no_import(asked.store, track.artist)
    if track.facts.stems:
        raise Refused("stems_there", track=track.id)
    stems, broken = _stems(asked.store, data.stems)
    wrong = [*check_music(data.music), *broken]
    if wrong:
        raise Refused(wrong)
    facts = replace(track.facts, stems=stems, music=data.music)
    keep(asked.store, replace(track, facts=facts, version=track.version + 1))


def declare_stakes(asked: Deciding, data: DeclareStakes) -> None:
    """Who owns the track from now on. A party that would lose something by it and has not agreed keeps its claim open."""
    track = asked.need(Track)
    asked.may(team=track.artist)
    asked.fresh(track)
    demand_no_import(asked.store, track.artist)
    wrong = _ownership(asked, data.stakes, data.featured)
    if wrong:
        raise Refused(wrong)
    keep(asked.store, declared(asked, track, data.stakes, data.featured))


def declared(asked: Deciding, track: Track, stakes: tuple[Stake, ...], featured: tuple[str, ...]) -> Track:
    """The track with other stakes, and the claims that this leaves open. Who nobody answers for cannot be asked."""
    spoken = {
        party for party in track.parties
        if set(who_answers(asked, party, track.id)) & set(asked.actor.parties) or not is_answered_for(asked.store, party)
    }  # fmt: skip
    open_claims = contested(
        (*track.stakes, *_performing(track.featured)), track.contested, (*stakes, *_performing(featured)), spoken
    )
    return replace(track, stakes=stakes, featured=featured, contested=open_claims, version=track.version + 1)


def _performing(featured: Iterable[str]) -> tuple[Stake, ...]:
    """Featured performers as stakes of nothing in the recording."""
    return tuple(Stake(party, Right.RECORDING, Fraction(0)) for party in featured)


def accept_stakes(asked: Deciding, data: AcceptStakes) -> None:
    """A party agrees to what is declared, and its claim to more ends."""
    track = asked.need(Track)
    asked.may(parties=who_answers(asked, data.party, track.id))
    asked.fresh(track)
    demand_no_import(asked.store, track.artist)
    rest = tuple(stake for stake in track.contested if stake.party != data.party)
    if rest == track.contested:
        raise Refused("no_open_claim", party=data.party)
    keep(asked.store, replace(track, contested=rest, version=track.version + 1))


def keep(store: Store, track: Track) -> None:
    """Saves a track with who is tied to it and which files are in it."""
    is_new = store.get(Track, track.id) is None
    store.save(track)
    if not is_new:
        store.remove(tables.track_parties, track=track.id)
    store.put(tables.track_parties, *({"track": track.id, "party": party} for party in track.parties))
    assets = {stem.asset for stem in track.facts.stems.values()}
    store.put(tables.track_assets, *({"track": track.id, "asset": asset} for asset in sorted(assets)))
    store.touch(Artist, track.artist)


def _ownership(asked: Deciding, stakes: tuple[Stake, ...], featured: tuple[str, ...]) -> list[Reason]:
    parties = sorted({stake.party for stake in stakes} | set(featured))
    unknown = [party for party in parties if asked.store.get(Party, party) is None]
    return [*check_stakes(stakes), *(Reason("party_unknown", {"party": party}) for party in unknown)]


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


def show(store: Store, track_id: str, now_ms: int) -> Iterable[Shown]:
    """The track for its team, for each party that must agree to its uses, and for who may answer for them."""
    track = store.need(Track, track_id)
    consents = tuple(store.find(Consent, track=track_id))
    document = TrackDocument(
        track.id, track.artist, artist_name(store, track.artist), track.facts, track.stakes, track.featured, consents,
        party_names(store, track.parties), track.isrc, track.iswc, track.artwork, track.contested, track.version,
    )  # fmt: skip
    scopes = (f"team:{track.artist}", *scopes_of(store, track.parties, track.id, now_ms))
    return tuple(Shown(scope, document, track.version) for scope in scopes)


def _also(store: Store, track: Track) -> Iterable[Place]:
    return tuple((Prompt, prompt.id) for prompt in store.find(Prompt, track=track.id))


HANDLERS = {
    "add_track": add,
    "add_stems": add_stems,
    "declare_stakes": declare_stakes,
    "accept_stakes": accept_stakes,
}
SHOWS = {Track: Show(("track",), show, _also)}
