"""What a person changes in a recipe by hand: every change is a new recipe, and says nothing about the guard rails."""

from __future__ import annotations

import math
from dataclasses import replace
from importlib import import_module

from fanlink.core import digests
from fanlink.core.recipes import Layer, Recipe, Section, StemChange, StemUse

MOST_BARS = 64


def digest_of(recipe: Recipe) -> str:
    """The digest that names a recipe."""
    return digests.digest(import_module("fanlink.wire").to_json(recipe))


def with_tempo(recipe: Recipe, tempo_bpm: float) -> Recipe:
    return replace(recipe, tempo_bpm=round(tempo_bpm, 1))


def with_shift(recipe: Recipe, semitones: int) -> Recipe:
    return replace(recipe, key_shift_semitones=semitones)


def with_swing(recipe: Recipe, swing: float) -> Recipe:
    return replace(recipe, swing=round(swing, 2))


def with_gain(recipe: Recipe, stem: str, gain_db: float) -> Recipe:
    """One stem louder or quieter through the whole remix; a stem that was left out comes in."""
    use = recipe.stems.get(stem, StemUse())
    return replace(recipe, stems={**recipe.stems, stem: replace(use, gain_db=round(gain_db, 1))})


def with_layer_gain(recipe: Recipe, layer: str, gain_db: float) -> Recipe:
    """One layer louder or quieter."""
    layers = tuple(replace(each, gain_db=round(gain_db, 1)) if each.id == layer else each for each in recipe.layers)
    return replace(recipe, layers=layers)


def with_stem(recipe: Recipe, stem: str, used: bool) -> Recipe:
    """A stem in or out of the whole remix."""
    stems = {name: use for name, use in recipe.stems.items() if name != stem}
    if used:
        return replace(recipe, stems={**recipe.stems, stem: recipe.stems.get(stem, StemUse())})
    sections = tuple(
        replace(
            section, stems={name: change for name, change in section.stems.items() if name != stem},
            edits=tuple(edit for edit in (_without(edit, stem) for edit in section.edits) if edit is not None),
        )
        for section in recipe.sections
    )  # fmt: skip
    return replace(recipe, stems=stems, sections=sections)


def _without(edit, stem: str):
    """The edit without one stem; None when it acted on that stem alone."""
    if stem not in edit.on:
        return edit
    left = tuple(name for name in edit.on if name != stem)
    return replace(edit, on=left) if left else None


def without_layer(recipe: Recipe, layer: str) -> Recipe:
    """A layer taken out everywhere."""
    sections = tuple(replace(section, layers=tuple(each for each in section.layers if each != layer)) for section in recipe.sections)
    return replace(recipe, layers=tuple(each for each in recipe.layers if each.id != layer), sections=sections)


def with_layer(recipe: Recipe, layer: Layer) -> Recipe:
    """A layer added to every section."""
    sections = tuple(replace(section, layers=(*section.layers, layer.id)) for section in recipe.sections)
    return replace(recipe, layers=(*recipe.layers, layer), sections=sections)


def with_changed_layer(recipe: Recipe, layer: Layer) -> Recipe:
    """The layer of the same id in the place of the one that was."""
    return replace(recipe, layers=tuple(layer if each.id == layer.id else each for each in recipe.layers))


def with_own_of(recipe: Recipe, other: Recipe) -> Recipe:
    """The recipe with the fan's own recordings of another, in every section: a new take keeps what was brought."""
    taken = {layer.id for layer in recipe.layers}
    for layer in other.layers:
        if layer.kind == "own" and layer.id not in taken:
            recipe = with_layer(recipe, layer)
    return recipe


def bar_of(layer: Layer, beats_per_bar: int) -> tuple[int, int]:
    """The bar and beat, counted from 1, on which a recording begins."""
    bar, beat = divmod(int(layer.start_beat), beats_per_bar)
    return bar + 1, beat + 1


def beats_of(layer: Layer, beats: float, whole: int, beats_per_bar: int, tempo_bpm: float) -> list[float]:
    """The beats on which a recording of so many beats begins, its offset in them: once, or on and on as the engine loops it."""
    start = layer.start_beat + layer.offset_ms / 60_000 * tempo_bpm
    if not layer.loops:
        return [start]
    period = max(1, int(beats / beats_per_bar + 0.5)) * beats_per_bar
    return [start + again for again in range(0, max(1, math.ceil(whole - layer.start_beat)), period)]


def toggled_stem(recipe: Recipe, section: int, stem: str) -> Recipe:
    """A stem silent or heard in one section."""
    now = recipe.sections[section]
    change = now.stems.get(stem, StemChange())
    return _put(recipe, section, replace(now, stems={**now.stems, stem: replace(change, mute=not change.mute)}))


def toggled_layer(recipe: Recipe, section: int, layer: str) -> Recipe:
    """A layer silent or heard in one section."""
    now = recipe.sections[section]
    has = layer in now.layers
    return _put(recipe, section, replace(now, layers=tuple(each for each in now.layers if each != layer) if has else (*now.layers, layer)))


def moved(recipe: Recipe, section: int, to: int) -> Recipe:
    """A section at another place."""
    sections = list(recipe.sections)
    sections.insert(to, sections.pop(section))
    return replace(recipe, sections=tuple(sections))


def resized(recipe: Recipe, section: int, bars: int, bars_of_track: int) -> Recipe:
    """A section of another length; where the track ends, it loops what it had."""
    now = recipe.sections[section]
    bars = min(max(bars, 1), MOST_BARS)
    room = bars_of_track - now.source_bar + 1
    loop = now.loop_bars if now.loop_bars else (min(now.bars, room) if bars > room else None)
    edits = tuple(edit for edit in now.edits if edit.start_beat < bars * 4)
    return _put(recipe, section, replace(now, bars=bars, loop_bars=loop, edits=edits))


def repeated(recipe: Recipe, section: int) -> Recipe:
    """A section once more, right after itself."""
    sections = list(recipe.sections)
    sections.insert(section + 1, sections[section])
    return replace(recipe, sections=tuple(sections))


def removed(recipe: Recipe, section: int) -> Recipe:
    """Without one section; the last one stays."""
    if len(recipe.sections) == 1:
        return recipe
    return replace(recipe, sections=tuple(each for number, each in enumerate(recipe.sections) if number != section))


def heard(recipe: Recipe, section: Section, name: str) -> bool:
    """Whether a stem or layer sounds in a section."""
    if name in recipe.stems:
        return not (name in section.stems and section.stems[name].mute)
    return name in section.layers


def _put(recipe: Recipe, number: int, section: Section) -> Recipe:
    sections = list(recipe.sections)
    sections[number] = section
    return replace(recipe, sections=tuple(sections))
