"""From a recipe to a mix that can play: chains, levels, layers and sweeps, all on the beat grid."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fanlink.core.recipes import Effect, Recipe
from fanlink.remix import arrange
from fanlink.remix.arrange import Level, Piece, PlacedEdit, Readable
from fanlink.remix.grid import Grid
from fanlink.remix.mix import Channel, Mix, Processor, SectionChain

RECORDED = ("own", "generated")

BuildEffect = Callable[[Effect, int, float], Processor]
"""Makes the processor of an effect from a seed of its own and the beats it has."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a recipe is built from: prepared stems, and what plays on the remix's own timeline already.

    `sweeps` are the sounds of risers and drops. Own and generated layers sound only where a section names them; the
    engine's own have notes only there, and ring on.
    """

    recipe: Recipe
    grid: Grid
    stems: Mapping[str, Readable]
    layers: Mapping[str, Readable]
    sweeps: Sequence[Readable]
    effect: BuildEffect

    @property
    def total_beats(self) -> int:
        return self.recipe.bars * self.grid.beats_per_bar

    @property
    def starts(self) -> list[int]:
        return arrange.section_starts(self.recipe, self.grid.beats_per_bar)


def seed_of(recipe: Recipe, name: str) -> int:
    """A seed for one part of the remix: other parts may come and go without changing it."""
    return (recipe.seed * 1_000_003 + zlib.crc32(name.encode())) & 0x7FFF_FFFF


def mix_of(parts: Parts) -> Mix:
    """The whole remix as a mix that plays from its first frame."""
    recipe, grid = parts.recipe, parts.grid
    edits = arrange.edits_of(recipe, grid.beats_per_bar)
    stems = [stem_channel(parts, name, edits) for name in recipe.stems]
    layers = [_layer_channel(parts, index, edits) for index in range(len(recipe.layers))]
    sweeps = [Channel(sweep) for sweep in parts.sweeps]
    fades = [
        arrange.level_of(placed, grid, parts.total_beats)
        for placed in edits
        if placed.edit.name in arrange.FADE_EDITS and not placed.edit.on
    ]
    chain = _chain(parts, recipe.master.effects, "master", parts.total_beats)
    return Mix(grid.rate_hz, grid.frame(parts.total_beats), [*stems, *layers, *sweeps], fades, chain)


def dry_mix(parts: Parts, name: str) -> Mix:
    """One stem as the arrangement moves its bars, and nothing else: what an untouched stem is."""
    pieces = arrange.pieces_of(parts.recipe, parts.grid.beats_per_bar)
    spans = arrange.spans_of(pieces, parts.grid, of_stem=True)
    channel = Channel(arrange.Arranged(parts.stems[name], spans))
    return Mix(parts.grid.rate_hz, parts.grid.frame(parts.total_beats), [channel])


def stem_mix(parts: Parts, name: str) -> Mix:
    """One stem with all that the recipe does to it, before the master."""
    edits = arrange.edits_of(parts.recipe, parts.grid.beats_per_bar)
    channel = stem_channel(parts, name, edits)
    return Mix(parts.grid.rate_hz, parts.grid.frame(parts.total_beats), [channel])


def stem_channel(parts: Parts, name: str, edits: Sequence[PlacedEdit]) -> Channel:
    """The channel of a stem."""
    recipe, grid = parts.recipe, parts.grid
    use = recipe.stems[name]
    mine = [placed for placed in edits if not placed.edit.on or name in placed.edit.on]
    pieces = arrange.edited(arrange.pieces_of(recipe, grid.beats_per_bar), mine)
    fade = round(arrange.FADE_S * grid.rate_hz)
    changes = [section.stems.get(name) for section in recipe.sections]
    starts = [grid.frame(beat) for beat in parts.starts]
    mutes = [(start, 0.0 if change and change.mute else 1.0) for start, change in zip(starts, changes, strict=False)]
    gains = [(start, _gain(change.gain_db if change else 0.0)) for start, change in zip(starts, changes, strict=False)]
    sections = []
    for index, change in enumerate(changes):
        if change and change.effects:
            beats = recipe.sections[index].bars * grid.beats_per_bar
            chain = _chain(parts, change.effects, f"{name}/{index}", beats)
            sections.append(SectionChain(starts[index], starts[index + 1], fade, chain))
    return Channel(
        arrange.Arranged(parts.stems[name], arrange.spans_of(pieces, grid, of_stem=True)),
        before=_heard([arrange.steps(mutes, fade), *_levels(mine, parts)]),
        chain=_chain(parts, use.effects, name, parts.total_beats),
        sections=sections,
        after=_heard([arrange.steps(gains, fade)]),
        gain=_gain(use.gain_db),
        pan=use.pan,
    )


def _layer_channel(parts: Parts, index: int, edits: Sequence[PlacedEdit]) -> Channel:
    recipe, grid = parts.recipe, parts.grid
    layer = recipe.layers[index]
    mine = [placed for placed in edits if not placed.edit.on or layer.id in placed.edit.on]
    pieces = arrange.edited([Piece(0.0, float(parts.total_beats), 0.0)], mine)
    fade = round(arrange.FADE_S * grid.rate_hz)
    heard = []
    if layer.kind in RECORDED:
        heard = [
            (grid.frame(start), 1.0 if layer.id in section.layers else 0.0)
            for start, section in zip(parts.starts, recipe.sections, strict=False)
        ]
    return Channel(
        arrange.Arranged(parts.layers[layer.id], arrange.spans_of(pieces, grid, of_stem=False)),
        before=_heard([arrange.steps(heard, fade), *_levels(mine, parts)]),
        chain=_chain(parts, layer.effects, f"layer {layer.id}", parts.total_beats),
        gain=_gain(layer.gain_db),
        pan=layer.pan,
    )


def _levels(edits: Sequence[PlacedEdit], parts: Parts) -> list[Level]:
    """The levels of the edits on one channel; a fade of everything is the bus's and not here."""
    return [
        arrange.level_of(placed, parts.grid, parts.total_beats)
        for placed in edits
        if placed.edit.name in arrange.LEVEL_EDITS and (placed.edit.on or placed.edit.name not in arrange.FADE_EDITS)
    ]


def _heard(levels: Sequence[Level]) -> list[Level]:
    return [level for level in levels if not level.constant]


def _chain(parts: Parts, effects: Sequence[Effect], owner: str, beats: float) -> list[Processor]:
    return [
        parts.effect(effect, seed_of(parts.recipe, f"{owner} {index} {effect.name}"), beats)
        for index, effect in enumerate(effects)
    ]


def _gain(gain_db: float) -> float:
    return 10.0 ** (gain_db / 20.0)
