"""The chords of a track, bar by bar, heard once and kept: what the engine's own layers play along to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from fanlink.core import digests
from fanlink.core.recipes import Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.remix import engines, keys, stretch, workers
from fanlink.remix.layers import chroma, harmony
from fanlink.remix.samples import Samples
from fanlink.remix.tracks import DRUMS, Track

Chords = tuple[str | None, ...]


def of_track(track: Track, cache: stretch.Cache, stop: workers.Stop = workers.never) -> Chords:
    """A chord for each bar of the track, None where no note sounds."""
    key = _key(track)
    if is_known(track, cache):
        return tuple(json.loads(_note(track, cache).read_text()))
    heard = _chroma(track, cache, stop)
    chords = tuple(harmony.estimate_chords(heard, harmony.parse_key(track.facts.music.key)))
    part = cache.room(key)
    part.write_text(json.dumps(chords))
    part.replace(_note(track, cache))
    return chords


def is_known(track: Track, cache: stretch.Cache) -> bool:
    """Whether the chords were heard before."""
    return _note(track, cache).is_file()


def _key(track: Track) -> str:
    return digests.digest({"chords": track.facts.digest, "engine": engines.cache_name()})


def _note(track: Track, cache: stretch.Cache) -> Path:
    return cache.path(_key(track)).with_suffix(".json")


def pitched(track: Track) -> dict[str, stretch.Wanted]:
    """All stems that are not drums, as chords are heard from them; of a track of drums alone, those."""
    stems = track.facts.stems
    names = [name for name in stems if not any(word in name.lower() for word in DRUMS)] or list(stems)
    return {name: stretch.Wanted(stems[name], track.files[name], keys.RATE_HZ, 1.0, 0) for name in names}


def _chroma(track: Track, cache: stretch.Cache, stop: workers.Stop) -> np.ndarray:
    """The chroma (bars, 12) of all stems that are not drums."""
    total = np.zeros(0, np.float32)
    for path in stretch.prepare(pitched(track), cache, stop=stop).values():
        samples = Samples(path)
        mono = samples.read(0, samples.frames).mean(axis=1)
        samples.close()
        if len(mono) > len(total):
            total, mono = mono, total
        total[: len(mono)] += mono
    return chroma.bar_chroma(total, keys.RATE_HZ, bar_frames(track.facts))


def bar_frames(facts: TrackFacts) -> list[int]:
    """The frames, at the rate that chords are heard at, where bars begin, and the end of the last."""
    music = facts.music
    bar_s = music.beats_per_bar * 60.0 / music.tempo_bpm
    return [round((music.first_beat_ms / 1000.0 + bar * bar_s) * keys.RATE_HZ) for bar in range(facts.bars + 1)]


def of_remix(recipe: Recipe, chords: Chords) -> Chords:
    """A chord for each bar of the remix: those of the bars of the track that it plays."""
    played: list[str | None] = []
    for section in recipe.sections:
        loop = section.loop_bars or section.bars
        bars = (section.source_bar - 1 + bar % loop for bar in range(section.bars))
        played += [chords[bar] if bar < len(chords) else None for bar in bars]
    return tuple(played)

