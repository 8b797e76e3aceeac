"""A recipe from elsewhere, brought inside what is playable and allowed, as far as that goes without inventing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from fanlink.core import vocabulary
from fanlink.core.faults import GAIN_DB
from fanlink.core.recipes import Edit, Effect, Layer, Recipe, Section, StemChange, StemUse
from fanlink.remix.interpret.limits import Limits
from fanlink.remix.interpret.song import part_of


def mended(recipe: Recipe, limits: Limits) -> Recipe:
    """The recipe with numbers in range and without what may not be; `Refused` when the guard rails leave nothing."""
    low, high = limits.tempo_range()
    tempo_bpm = limits.tempo_for_length(min(max(recipe.tempo_bpm, low), high))
    bottom, top = limits.key_range()
    stems = {name: used(name, use, limits) for name, use in recipe.stems.items() if name in limits.stems}
    stems |= {name: used(name, StemUse(), limits) for name in limits.rails.stems_required if name in limits.facts.stems and name not in stems}
    layers = tuple(layer for layer in recipe.layers if may(layer, limits))
    names = {*stems, *(layer.id for layer in layers)}
    sections = tuple(made for section in recipe.sections if (made := section_of(section, names, stems, limits)))
    return replace(
        recipe, tempo_bpm=tempo_bpm, key_shift_semitones=min(max(recipe.key_shift_semitones, bottom), top),
        swing=min(max(recipe.swing, 0.0), 1.0), stems=stems, layers=tuple(layer_of(layer, limits) for layer in layers),
        sections=sized(sections, tempo_bpm, limits), master=replace(recipe.master, effects=effects_of(recipe.master.effects, limits)),
    )  # fmt: skip


def used(name: str, use: StemUse, limits: Limits) -> StemUse:
    gain_db = level(use.gain_db)
    if name in limits.rails.stems_required:
        gain_db = max(gain_db, -12.0)
    if limits.untouched(name):
        return StemUse(gain_db=gain_db, follows_key=False)
    return StemUse(gain_db, between(use.pan, -1, 1), effects_of(use.effects, limits), use.follows_key and part_of(name) != "drums")


def may(layer: Layer, limits: Limits) -> bool:
    """Whether a layer may be: of the engine's own kinds only, with a sound and a pattern that there are."""
    known = layer.kind in vocabulary.SOUNDS and layer.asset is None and layer.id
    sounds = known and layer.sound in ("", *vocabulary.SOUNDS[layer.kind]) and layer.pattern in ("", *vocabulary.PATTERNS[layer.kind])
    return bool(sounds) and layer.id not in limits.facts.stems and limits.sounds(layer.kind, layer.sound) == layer.sound


def layer_of(layer: Layer, limits: Limits) -> Layer:
    effects = effects_of(layer.effects, limits)
    return replace(layer, gain_db=level(layer.gain_db), pan=between(layer.pan, -1, 1), effects=effects, start_beat=max(0.0, layer.start_beat), provenance={})


def section_of(section: Section, names: set[str], stems: dict[str, StemUse], limits: Limits) -> Section | None:
    """The section over bars that the track has; None when it has none of them."""
    last = limits.facts.bars
    if not 1 <= section.source_bar <= last or section.bars < 1:
        return None
    left = last - section.source_bar + 1
    loop = section.loop_bars if section.loop_bars and section.loop_bars >= 1 else None
    bars = min(section.bars, 256)
    loop = min(loop or bars, left) if (loop or bars) > left or loop else None
    changes = {
        name: StemChange(change.mute, level(change.gain_db), effects_of(change.effects, limits))
        for name, change in section.stems.items() if name in stems and not limits.untouched(name)
    }  # fmt: skip
    feel = section.feel if section.feel in vocabulary.FEELS else "straight"
    edits = tuple(edit for each in section.edits if (edit := edit_of(each, bars * limits.facts.music.beats_per_bar, names, stems, limits)))
    return Section(section.name[:40], section.source_bar, bars, loop, feel, changes, tuple(name for name in section.layers if name in names - set(stems)), edits)


def edit_of(edit: Edit, beats: int, names: set[str], stems: dict[str, StemUse], limits: Limits) -> Edit | None:
    if edit.name not in vocabulary.EDITS or not limits.effect(edit.name) or not (0 <= edit.start_beat < beats and edit.beats > 0):
        return None
    bound = {name for name in stems if limits.untouched(name)}
    on = tuple(name for name in (edit.on or (names if bound else ())) if name in names - bound)
    if edit.name in ("riser", "drop", "fade_in", "fade_out") and not edit.on:
        on = ()
    elif (bound or edit.on) and not on:
        return None
    settings = in_range(edit.settings, vocabulary.EDITS[edit.name])
    return Edit(edit.name, edit.start_beat, min(edit.beats, beats - edit.start_beat), tuple(sorted(on)), settings)


def sized(sections: tuple[Section, ...], tempo_bpm: float, limits: Limits) -> tuple[Section, ...]:
    """Sections dropped from the end, or the last one looped on, until the length may be."""
    low, high = limits.bars_range(tempo_bpm)
    rows = list(sections)
    while len(rows) > 1 and sum(row.bars for row in rows) - rows[-1].bars >= low and sum(row.bars for row in rows) > high:
        rows.pop()
    if rows and (missing := low - sum(row.bars for row in rows)) > 0:
        rows[-1] = replace(rows[-1], loop_bars=rows[-1].loop_bars or rows[-1].bars, bars=rows[-1].bars + missing)
    if rows and (over := sum(row.bars for row in rows) - high) > 0 and rows[-1].bars > over:
        rows[-1] = replace(rows[-1], bars=rows[-1].bars - over, edits=())
    return tuple(rows)


def effects_of(effects: Iterable[Effect], limits: Limits) -> tuple[Effect, ...]:
    known = (effect for effect in effects if effect.name in vocabulary.EFFECTS and limits.effect(effect.name))
    return tuple(Effect(effect.name, in_range(effect.settings, vocabulary.EFFECTS[effect.name])) for effect in known)


def in_range(settings: object, ranges: dict[str, vocabulary.Range]) -> dict[str, float]:
    return {key: between(value, *ranges[key][:2]) for key, value in dict(settings).items() if key in ranges}  # type: ignore[call-overload]


def level(gain_db: float) -> float:
    return between(gain_db, *GAIN_DB)


def between(value: float, low: float, high: float) -> float:
    return float(min(max(value, low), high))
