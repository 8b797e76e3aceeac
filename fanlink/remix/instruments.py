"""What the engine adds to the stems: its own layers and sweeps, recordings named by digest, and effects that know the beat."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from fanlink.core import digests
from fanlink.core.errors import BadInput, Stopped
from fanlink.core.recipes import Effect, Layer, Recipe
from fanlink.remix import arrange, decode, effects, engines, files, harmony, layers, stretch, workers
from fanlink.remix.arrange import Readable
from fanlink.remix.build import RECORDED, BuildEffect, seed_of
from fanlink.remix.grid import Grid
from fanlink.remix.mix import Processor
from fanlink.remix.opening import Opening
from fanlink.remix.samples import Samples, SamplesWriter
from fanlink.remix.tracks import Track

SHORTEST_FILL_BARS = 4
LIFTED = ("chorus", "drop")
PITCHED = ("bass", "pad", "arp")
# Layers are made in pieces this long: short enough to begin at once and to stop at once.
PIECE_BARS = 2
LONGEST_RING_S = 12.0


@dataclass(slots=True)
class Part:
    """A sound that begins at frame `at` of the remix and has ended by `end`; it is made when it is first heard."""

    at: int
    end: int
    make: Callable[[], Samples]
    made: Samples | None = None

    def sound(self) -> Samples:
        if self.made is None:
            self.made = self.make()
            self.end = self.at + self.made.frames
        return self.made


class Laid:
    """Sounds laid at frames of the remix, sounding together; readable anywhere."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts

    def read(self, start: int, frames: int) -> np.ndarray:
        """Samples [start, start + frames) as float32 (frames, 2)."""
        out = np.zeros((frames, 2), np.float32)
        for part in self._parts:
            if part.at < start + frames and start < part.end:
                out += part.sound().read(start - part.at, frames)
        return out


@dataclass(frozen=True, slots=True)
class Player:
    """Makes the layers and sweeps of one remix, or takes them from the cache; `stack` closes what was opened.

    Where only the chords of the bars in `early` are known as yet, `later` waits for the song with all of them.
    """

    recipe: Recipe
    grid: Grid
    song: layers.Song
    cache: stretch.Cache
    stack: ExitStack
    stop: workers.Stop
    early: frozenset[int] = frozenset()
    later: Callable[[], layers.Song] | None = None

    def layer(self, layer: Layer) -> Readable:
        """One of the engine's own layers, where sections name it."""
        parts = []
        for index, start, beats in self._sections_with(layer):
            feel, fill, crash = self._feel(index, layer)
            piece = PIECE_BARS * self.grid.beats_per_bar
            for first in range(start, start + beats, piece):
                length = min(piece, start + beats - first)
                ends = fill and first + length == start + beats
                make = partial(self._layer_part, layer, first, length, feel, ends, crash and first == start)
                end = self.song.frame(first + length) + round(LONGEST_RING_S * self.grid.rate_hz)
                parts.append(Part(self.song.frame(first), end, make))
        return Laid(parts)

    def kicks(self) -> tuple[float, ...]:
        """The beats on which a drum layer has its kick; none when there is no drum layer."""
        beats: set[float] = set()
        for layer in self.recipe.layers:
            if layer.kind == "drums":
                for index, start, length in self._sections_with(layer):
                    feel, fill, _ = self._feel(index, layer)
                    beats.update(layers.kick_beats(layer, self.song, start, length, feel, fill=fill))
        return tuple(sorted(beats))

    def sweeps(self) -> list[Readable]:
        """The sounds of the risers and drops."""
        sounds: list[Readable] = []
        for placed in arrange.edits_of(self.recipe, self.grid.beats_per_bar):
            if placed.edit.name in ("riser", "drop"):
                level_db, beats = placed.setting("level_db"), placed.edit.beats
                name, at = placed.edit.name, self.song.frame(placed.start)
                what = {"sweep": name, "beats": beats, "level_db": level_db, "song": self._song_facts()}
                make = partial(self._made, what, partial(layers.transition, name, self.song, beats, level_db))
                end = self.song.frame(placed.end) + round(LONGEST_RING_S * self.grid.rate_hz)
                sounds.append(Laid([Part(at, end, make)]))
        return sounds

    def _sections_with(self, layer: Layer) -> list[tuple[int, int, int]]:
        """(index, first beat, beats) of each section that names the layer."""
        starts = arrange.section_starts(self.recipe, self.grid.beats_per_bar)
        return [
            (index, starts[index], starts[index + 1] - starts[index])
            for index, section in enumerate(self.recipe.sections)
            if layer.id in section.layers
        ]

    def _feel(self, index: int, layer: Layer) -> tuple[str, bool, bool]:
        """The groove of a section, whether it ends with a fill, and whether it begins with a cymbal.

        A drummer fills where the song moves on to another part, and opens the loud ones with a crash.
        """
        sections = self.recipe.sections
        section = sections[index]
        following = sections[index + 1] if index + 1 < len(sections) else None
        fill = bool(following) and section.bars >= SHORTEST_FILL_BARS and layer.id in following.layers
        fill = fill and (following.name != section.name or following.source_bar != section.source_bar)
        return section.feel, fill, index > 0 and section.name in LIFTED

    def _layer_part(self, layer: Layer, start: int, beats: int, feel: str, fill: bool, crash: bool) -> Samples:
        song = self._song_for(layer, start, beats)
        what = {"layer": [layer.kind, layer.sound, layer.pattern], "place": [start, beats, feel, fill, crash], "song": asdict(song)}
        return self._made(what, partial(layers.render, layer, song, start, beats, feel, fill=fill, crash=crash))

    def _song_for(self, layer: Layer, start: int, beats: int) -> layers.Song:
        """The song with the chords that a piece plays along to, and that of the bar after it, which a bass walks to."""
        bars = range(start // self.grid.beats_per_bar, (start + beats) // self.grid.beats_per_bar + 1)
        wanted = {bar for bar in bars if bar < self.recipe.bars}
        if self.later is None or layer.kind not in PITCHED or wanted <= self.early:
            return self.song
        return self.later()

    def _song_facts(self) -> dict[str, Any]:
        return asdict(self.song)

    def _made(self, what: dict[str, Any], make: Callable[[], np.ndarray]) -> Samples:
        """A sound by what it is made from: out of the cache, or made now and kept."""
        if self.stop():
            raise Stopped
        key = digests.digest({**what, "engine": engines.cache_name()})
        path = self.cache.find(key)
        if path is None:
            part = self.cache.room(key)
            writer = SamplesWriter(part, 2)
            writer.write(make())
            writer.close()
            path = self.cache.keep(part, key)
        sound = Samples(path)
        self.stack.callback(sound.close)
        return sound


def player_for(
    recipe: Recipe, track: Track, grid: Grid, cache: stretch.Cache, stack: ExitStack, stop: workers.Stop, opening: Opening | None = None
) -> Player:
    """The player of a remix; the track's chords are heard first when something plays along to them.

    With an `opening` only those of its first bars are, and the others are waited for when they are played.
    """
    early: frozenset[int] = frozenset()
    chords: harmony.Chords = ()
    if opening is not None:
        first = tuple(opening.known.get(bar) for bar in range(track.facts.bars))
        chords = harmony.of_remix(recipe, first)
        played = harmony.of_remix(recipe, tuple("known" if bar in opening.known else None for bar in range(track.facts.bars)))
        early = frozenset(bar for bar, known in enumerate(played) if known)
    elif plays_along(recipe):
        chords = harmony.of_remix(recipe, harmony.of_track(track, cache, stop))
    music = track.facts.music
    song = layers.Song(
        grid.rate_hz, grid.tempo_bpm, grid.beats_per_bar, music.key, recipe.key_shift_semitones, recipe.swing,
        seed_of(recipe, "song"), chords,
    )  # fmt: skip

    def whole() -> layers.Song:
        assert opening is not None
        return replace(song, chords=harmony.of_remix(recipe, opening.whole()))

    return Player(recipe, grid, song, cache, stack, stop, early, whole if opening is not None else None)


def plays_along(recipe: Recipe) -> bool:
    """Whether a layer of the recipe plays along to the track's chords."""
    return any(layer.kind in PITCHED for layer in recipe.layers)


def layers_of(player: Player, assets: Mapping[str, Path]) -> dict[str, Readable]:
    """Each layer as it plays on the remix's timeline; `assets` are the files of recordings by PCM digest."""
    return {
        layer.id: _recording(layer, player, assets) if layer.kind in RECORDED else player.layer(layer)
        for layer in player.recipe.layers
    }


def effect_builder(player: Player) -> BuildEffect:
    """What makes the processors of this remix's effects."""
    grid, kicks = player.grid, player.kicks()

    def build(effect: Effect, seed: int, beats: float) -> Processor:
        context = effects.Context(grid.rate_hz, grid.tempo_bpm, grid.beats_per_bar, seed, kicks)
        return effects.build(effect, context, beats)

    return build


def _recording(layer: Layer, player: Player, assets: Mapping[str, Path]) -> Readable:
    """An own or generated recording at the remix's rate, from its start beat on."""
    assert layer.asset
    cache, rate_hz = player.cache, player.grid.rate_hz
    key = digests.digest({"asset": layer.asset, "rate_hz": rate_hz, "engine": engines.cache_name()})
    path = cache.find(key)
    if path is None:
        given = assets.get(layer.asset)
        if given is None:
            raise BadInput(f"needs the recording {layer.asset[:12]}… of the layer {layer.id}, which is not here", where="recipe")
        path = _decoded(given, layer, cache, key, rate_hz, player.stop)
    sound = Samples(path)
    player.stack.callback(sound.close)
    offset = round(layer.offset_ms * rate_hz / 1000)
    starts = [player.song.frame(beat) + offset for beat in _beats_of(layer, sound.frames, player)]
    return Laid([Part(at, at + sound.frames, lambda: sound) for at in starts])


def _beats_of(layer: Layer, frames: int, player: Player) -> list[float]:
    """The beats on which a recording begins: once, or again after the whole bars nearest to its length until the end."""
    if not layer.loops:
        return [layer.start_beat]
    beats_per_bar, end = player.grid.beats_per_bar, player.recipe.bars * player.grid.beats_per_bar
    beats = frames / player.grid.rate_hz * player.grid.tempo_bpm / 60
    period = max(1, math.floor(beats / beats_per_bar + 0.5)) * beats_per_bar
    return [layer.start_beat + again for again in range(0, max(1, math.ceil(end - layer.start_beat)), period)]


def _decoded(given: Path, layer: Layer, cache: stretch.Cache, key: str, rate_hz: int, stop: workers.Stop) -> Path:
    part = cache.room(key)
    try:
        sound = decode.decode(given, part, stop=stop)
        if digest_of_samples(part, sound.rate_hz) != layer.asset:
            raise BadInput(f"is not the recording that the layer {layer.id} names", where=given.name)
        if sound.rate_hz != rate_hz:
            decode.decode(given, part, rate_hz=rate_hz, stop=stop)
        return cache.keep(part, key)
    finally:
        part.unlink(missing_ok=True)


def digest_of_samples(path: Path, rate_hz: int) -> str:
    """The PCM digest (see `files.Writer`) of decoded samples, with the channels that they have."""
    return files.pcm_digest(np.load(path, mmap_mode="r"), rate_hz)


def digest_of_recording(path: Path, folder: Path, *, stop: workers.Stop = workers.never) -> str:
    """The PCM digest of a sound file, by which a recipe's layer names it; `folder` takes what is decoded for it."""
    part = folder / f"{path.stem}.npy"
    try:
        sound = decode.decode(path, part, stop=stop)
        return digest_of_samples(part, sound.rate_hz)
    finally:
        part.unlink(missing_ok=True)
