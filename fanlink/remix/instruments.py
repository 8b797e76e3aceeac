"""Where effects and layers come in: what the engine makes itself, and recordings that are named by digest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Effect, Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.remix import workers
from fanlink.remix.arrange import Readable
from fanlink.remix.build import BuildEffect
from fanlink.remix.grid import Grid
from fanlink.remix.mix import Processor


def effect_builder(recipe: Recipe, grid: Grid) -> BuildEffect:
    """What makes the processors of this remix's effects."""

    def build(effect: Effect, seed: int, beats: float) -> Processor:
        from fanlink.remix import effects

        context = effects.Context(grid.rate_hz, grid.tempo_bpm, grid.beats_per_bar, seed)
        return effects.build(effect, context, beats)

    return build


def sources(
    recipe: Recipe, facts: TrackFacts, grid: Grid, assets: Mapping[str, Path], stop: workers.Stop
) -> dict[str, Readable]:
    """Each layer as it plays on the remix's timeline."""
    if recipe.layers:
        raise BadInput("has layers, which this engine does not make yet", where="recipe")
    return {}
