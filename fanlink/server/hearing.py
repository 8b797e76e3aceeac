"""Who may have which file. Nothing is open that no line here opens; what was open is asked for again at each request.

Stems: the track's team and parties, and who may answer for them, always; everyone signed in while a prompt of the track
is open. A render: everyone while a remix that is published sounds so; else its fan, moderators, the artist's team from review
on, judges of its entries.
A recording: its owner; our encoding of it, from the submission on, also moderators and, from review on, the artist's team.
Pictures: everyone signed in. Anything else: who brought it, and finance for what finance brings.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, or_, select

from fanlink.core.parties import Phase
from fanlink.core.people import Actor, Role
from fanlink.core.prompts import PromptState
from fanlink.core.remixes import RemixState
from fanlink.server import tables

OPEN = (str(PromptState.PUBLISHED), str(PromptState.PAUSED))
BEFORE_REVIEW = (str(RemixState.SUBMITTED), str(RemixState.SCREENING), str(RemixState.WITHDRAWN))


def may_have(connection: Connection, actor: Actor | None, asset: Any) -> bool:
    """Whether this account (None: nobody signed in) may have the file of this row."""
    if _is_render(connection, actor, asset.digest):
        return True
    if actor is None:
        return False
    if asset.owner == actor.id or asset.media.startswith("image/"):
        return True
    return _is_stem(connection, actor, asset.digest) or _is_recording(connection, actor, asset.digest)


def _is_stem(connection: Connection, actor: Actor, digest: str) -> bool:
    of, prompts, tracks, parties = tables.track_assets, tables.prompts, tables.tracks, tables.track_parties
    mine = select(of.c.track).where(of.c.asset == digest)
    is_open = select(prompts.c.id).where(prompts.c.track.in_(mine), prompts.c.state.in_(OPEN)).limit(1)
    team = select(tracks.c.id).where(tracks.c.id.in_(mine), tracks.c.artist.in_(actor.teams)).limit(1)
    party = select(parties.c.track).where(parties.c.track.in_(mine), parties.c.party.in_(actor.parties)).limit(1)
    return any(connection.execute(asked).first() for asked in (is_open, team, party)) or _for_another(connection, actor, digest)


def _for_another(connection: Connection, actor: Actor, digest: str) -> bool:
    """Whether a mandate that is in force lets the account answer about a track with this stem, and so hear it."""
    of, parties, given = tables.track_assets, tables.track_parties, tables.mandates
    tracks = select(parties.c.track, given.c.body).join(given, given.c.principal == parties.c.party)
    mine = tracks.where(
        given.c.agent.in_(actor.parties), given.c.phase == str(Phase.RUNNING),
        parties.c.track.in_(select(of.c.track).where(of.c.asset == digest)),
    )  # fmt: skip
    mandates = ((row.track, json.loads(row.body)) for row in connection.execute(mine))
    return any(not body["tracks"] or track in body["tracks"] for track, body in mandates)


def _is_recording(connection: Connection, actor: Actor, digest: str) -> bool:
    """A recording alone is never public: what is published is the remix."""
    of, uses, remixes = tables.recordings, tables.remix_recordings, tables.remixes
    mine = select(of.c.pcm).where(or_(of.c.asset == digest, of.c.sound == digest), of.c.owner == actor.id)
    if connection.execute(mine.limit(1)).first() is not None:
        return True
    used = (
        select(remixes.c.artist, remixes.c.state)
        .join(uses, uses.c.remix == remixes.c.id)
        .join(of, (of.c.pcm == uses.c.pcm) & (of.c.owner == remixes.c.fan))
        .where(of.c.sound == digest)
    )
    return any(_reviews(actor, row) for row in connection.execute(used))


def _reviews(actor: Actor, remix: Any) -> bool:
    return actor.has(Role.MODERATOR) or (remix.artist in actor.teams and remix.state not in BEFORE_REVIEW)


def _is_render(connection: Connection, actor: Actor | None, digest: str) -> bool:
    renders, remixes = tables.renders, tables.remixes
    recipes = select(renders.c.recipe_digest).where(or_(renders.c.audio == digest, renders.c.audio_mp3 == digest))
    chosen = select(remixes.c.id, remixes.c.fan, remixes.c.artist, remixes.c.state)
    rows = connection.execute(chosen.where(remixes.c.recipe_digest.in_(recipes))).all()
    return any(may_hear(connection, actor, row) for row in rows)


def may_hear(connection: Connection, actor: Actor | None, remix: Any) -> bool:
    """Whether this account may hear the remix of this row (id, fan, artist, state)."""
    if remix.state == str(RemixState.PUBLISHED):
        return True
    if actor is None:
        return False
    if actor.id == remix.fan or _reviews(actor, remix):
        return True
    entries = tables.entries
    judged = select(entries.c.id).where(entries.c.remix == remix.id, entries.c.challenge.in_(actor.judges))
    return bool(actor.judges) and connection.execute(judged.limit(1)).first() is not None
