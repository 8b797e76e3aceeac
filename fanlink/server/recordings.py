"""Recordings from outside, as recipes name them: by the digest of their samples.

A file is named by the SHA-256 of its bytes; a recipe names what is heard. A row joins the two: the file that came up, and
our own encoding of it, which is the only one that is ever served to others or rendered from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from fanlink.core.errors import Reason
from fanlink.core.recipes import Recipe
from fanlink.core.remixes import Remix
from fanlink.server import tables
from fanlink.server.deciding import Deciding
from fanlink.server.store import Store

TABLE = tables.recordings


@dataclass(frozen=True, slots=True)
class Recording:
    """`pcm` names the samples, `asset` the file that came, `sound` our FLAC of it."""

    pcm: str
    asset: str
    sound: str
    rate_hz: int
    channels: int
    frames: int


def keep(asked: Deciding, recording: Recording, owner: str) -> None:
    """Notes whose recording this is; the first file of the same samples stays."""
    if not asked.store.rows(select(TABLE.c.pcm).where(TABLE.c.pcm == recording.pcm, TABLE.c.owner == owner)):
        asked.store.put(TABLE, {
            "pcm": recording.pcm, "owner": owner, "asset": recording.asset, "sound": recording.sound,
            "rate_hz": recording.rate_hz, "channels": recording.channels, "frames": recording.frames, "at_ms": asked.now_ms,
        })  # fmt: skip


def missing(store: Store, recipe: Recipe, owner: str) -> list[Reason]:
    """A reason for each layer whose recording this account has not brought."""
    named = {layer.asset: layer.id for layer in recipe.layers if layer.asset}
    if not named:
        return []
    found = store.rows(select(TABLE.c.pcm).where(TABLE.c.pcm.in_(sorted(named)), TABLE.c.owner == owner))
    absent = sorted(set(named) - {row.pcm for row in found})
    return [Reason("asset_missing", {"layer": named[pcm], "asset": pcm}) for pcm in absent]


def note_use(asked: Deciding, remix: Remix) -> None:
    """From its submission on a recording may be heard by those who review the remix."""
    for pcm in {layer.asset for layer in remix.recipe.layers if layer.asset}:
        asked.store.put(tables.remix_recordings, {"remix": remix.id, "pcm": pcm})


def sounds_of(store: Store, recipe: Recipe) -> Mapping[str, str]:
    """The asset of our encoding of each recording in a recipe, by the name it has there."""
    named = sorted({layer.asset for layer in recipe.layers if layer.asset})
    if not named:
        return {}
    rows = store.rows(select(TABLE.c.pcm, TABLE.c.sound).where(TABLE.c.pcm.in_(named)).order_by(TABLE.c.at_ms.desc()))
    return {row.pcm: row.sound for row in rows}
