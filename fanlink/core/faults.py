"""Faults: what makes a recipe impossible to render, whatever the artist allows.

A recipe with a fault is never rendered. Everything here is about names that exist, numbers in range and bars
that are in the track; what the artist allows is in `rules`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from fanlink.core import vocabulary
from fanlink.core.findings import Finding, Places, Severity
from fanlink.core.recipes import Effect, Layer, Recipe, Section
from fanlink.core.tracks import TrackFacts

GAIN_DB = (-60.0, 12.0)
TEMPO_FACTOR = (0.51, 2.0)
KEY_SHIFT = (-12, 12)
LOUDNESS_LUFS = (-30.0, -8.0)
TRUE_PEAK_DBTP = (-9.0, -1.0)
LONGEST_S = 15 * 60
OFFSET_MS = 60_000
LONGEST_WHAT = 200
DIGEST = re.compile(r"[0-9a-f]{64}")


def find(recipe: Recipe, facts: TrackFacts) -> list[Finding]:
    """All faults of a recipe over this track; an empty list means it can be rendered."""
    places = Places.of(recipe, facts.music.beats_per_bar)
    return [
        *_of_whole(recipe, facts, places),
        *_of_stems(recipe, facts, places),
        *_of_layers(recipe, places),
        *_of_effects(recipe, places),
        *_of_sections(recipe, facts, places),
    ]


def _of_whole(recipe: Recipe, facts: TrackFacts, places: Places) -> Iterator[Finding]:
    if recipe.track and recipe.track != facts.digest:
        yield places.whole("other_track", "Make this remix from the track that its recipe names.", track=recipe.track)
    if not recipe.sections:
        yield places.whole("no_sections", "Give the remix at least one section.")
    low, high = (factor * facts.music.tempo_bpm for factor in TEMPO_FACTOR)
    if not low <= recipe.tempo_bpm <= high:
        fix = f"Choose a tempo from {low:.1f} to {high:.1f} bpm."
        yield places.whole("tempo_unplayable", fix, tempo_bpm=recipe.tempo_bpm)
    elif recipe.length_s(facts.music.beats_per_bar) > LONGEST_S:
        yield places.whole("too_long", f"Keep the remix under {LONGEST_S // 60} minutes.")
    if not KEY_SHIFT[0] <= recipe.key_shift_semitones <= KEY_SHIFT[1]:
        fix = "Shift the key by at most 12 semitones."
        yield places.whole("key_shift_unplayable", fix, key_shift_semitones=recipe.key_shift_semitones)
    if not 0 <= recipe.swing <= 1:
        yield places.whole("swing_out_of_range", "Set the swing from 0 to 1.", swing=recipe.swing)
    master = recipe.master
    for name, value, (lowest, highest) in (
        ("loudness_lufs", master.loudness_lufs, LOUDNESS_LUFS),
        ("true_peak_dbtp", master.true_peak_dbtp, TRUE_PEAK_DBTP),
    ):
        if not lowest <= value <= highest:
            fix = f"Set the master's {name} from {lowest:g} to {highest:g}."
            yield places.whole("master_out_of_range", fix, setting=name, value=value)


def _of_stems(recipe: Recipe, facts: TrackFacts, places: Places) -> Iterator[Finding]:
    for name, use in recipe.stems.items():
        if name not in facts.stems:
            fix = f"Use only stems of the track: {', '.join(facts.stems) or 'it has none'}."
            yield places.whole("unknown_stem", fix, stem=name)
        yield from _level(name, use.gain_db, use.pan, places)
    if recipe.sections and not any(_sounds(recipe, section) for section in recipe.sections):
        yield places.whole("silent", "Let at least one stem or layer sound.")


def _sounds(recipe: Recipe, section: Section) -> bool:
    muted = {name for name, change in section.stems.items() if change.mute}
    return bool(section.layers) or any(name not in muted for name in recipe.stems)


def _level(name: str, gain_db: float, pan: float, places: Places) -> Iterator[Finding]:
    if not GAIN_DB[0] <= gain_db <= GAIN_DB[1]:
        fix = f"Set the gain of {name} from {GAIN_DB[0]:g} to {GAIN_DB[1]:g} dB."
        yield places.whole("gain_out_of_range", fix, of=name, gain_db=gain_db)
    if not -1 <= pan <= 1:
        yield places.whole("pan_out_of_range", f"Set the pan of {name} from -1 to 1.", of=name, pan=pan)


def _of_layers(recipe: Recipe, places: Places) -> Iterator[Finding]:
    seen: set[str] = set()
    for layer in recipe.layers:
        if layer.id in seen or layer.id in recipe.stems or not layer.id:
            yield places.whole("layer_id_taken", "Give each layer an id of its own.", layer=layer.id)
        seen.add(layer.id)
        yield from _level(layer.id, layer.gain_db, layer.pan, places)
        yield from _of_layer(layer, places)


def _of_layer(layer: Layer, places: Places) -> Iterator[Finding]:
    def wrong(rule: str, fix: str) -> Finding:
        return places.whole(rule, fix, layer=layer.id, kind=layer.kind, sound=layer.sound, pattern=layer.pattern)

    if layer.kind not in vocabulary.LAYER_KINDS:
        yield wrong("unknown_layer_kind", f"Use one of the kinds {', '.join(vocabulary.LAYER_KINDS)}.")
        return
    if not (math.isfinite(layer.start_beat) and layer.start_beat >= 0):
        yield wrong("layer_start_out_of_range", "Start the layer at beat 0 or later.")
    if not (math.isfinite(layer.offset_ms) and abs(layer.offset_ms) <= OFFSET_MS):
        yield wrong("layer_offset_out_of_range", f"Move the layer by at most {OFFSET_MS // 1000} seconds.")
    if layer.kind in ("own", "generated"):
        if not layer.asset:
            yield wrong("layer_without_asset", "Name the digest of the recording.")
        elif not DIGEST.fullmatch(layer.asset):
            yield wrong("layer_asset_malformed", "Name the recording by the 64 hex digits of its PCM digest.")
        if len(layer.provenance.get("what", "")) > LONGEST_WHAT:
            yield wrong("recording_described_too_long", f"Say what the recording is in at most {LONGEST_WHAT} characters.")
        return
    if layer.asset is not None:
        yield wrong("layer_with_asset", "Only own recordings and generated layers have an asset.")
    if layer.sound and layer.sound not in vocabulary.SOUNDS[layer.kind]:
        yield wrong("unknown_sound", f"Use one of {', '.join(vocabulary.SOUNDS[layer.kind])}.")
    if layer.pattern and layer.pattern not in vocabulary.PATTERNS[layer.kind]:
        yield wrong("unknown_pattern", f"Use one of {', '.join(vocabulary.PATTERNS[layer.kind])}.")


def _of_effects(recipe: Recipe, places: Places) -> Iterator[Finding]:
    chains = [("master", recipe.master.effects)]
    chains += [(name, use.effects) for name, use in recipe.stems.items()]
    chains += [(layer.id, layer.effects) for layer in recipe.layers]
    for owner, chain in chains:
        for effect in chain:
            for rule, fix, more in _of_settings(effect, vocabulary.EFFECTS, "effect"):
                yield places.whole(rule, fix, on=owner, **more)
    for index, section in enumerate(recipe.sections):
        for name, change in section.stems.items():
            for effect in change.effects:
                for rule, fix, more in _of_settings(effect, vocabulary.EFFECTS, "effect"):
                    yield places.section(index, section.bars, rule, fix, on=name, **more)


Wrong = Callable[..., Finding]
Table = Mapping[str, Mapping[str, vocabulary.Range]]


def _of_settings(thing: Effect, table: Table, what: str) -> Iterator[tuple[str, str, dict[str, str | float]]]:
    if thing.name not in table:
        yield f"unknown_{what}", f"Use one of {', '.join(table)}.", {what: thing.name}
        return
    ranges = table[thing.name]
    for setting, value in thing.settings.items():
        facts: dict[str, str | float] = {what: thing.name, "setting": setting, "value": value}
        if setting not in ranges:
            known = ", ".join(ranges) or "none"
            yield "unknown_setting", f"{thing.name} has these settings: {known}.", facts
            continue
        low, high, default = ranges[setting]
        if not (low <= value <= high or value == default):
            yield "setting_out_of_range", f"Set {setting} of {thing.name} from {low:g} to {high:g}.", facts


def _of_sections(recipe: Recipe, facts: TrackFacts, places: Places) -> Iterator[Finding]:
    layers = {layer.id for layer in recipe.layers}
    for index, section in enumerate(recipe.sections):

        wrong = partial(places.section, index, section.bars)
        yield from _bars(section, facts, wrong)
        if section.feel not in vocabulary.FEELS:
            yield wrong("unknown_feel", f"Use one of {', '.join(vocabulary.FEELS)}.", feel=section.feel)
        for name in section.layers:
            if name not in layers:
                yield wrong("unknown_layer", "Name a layer that the recipe has.", layer=name)
        for name, change in section.stems.items():
            if name not in facts.stems:
                yield wrong("unknown_stem", "Change only stems that the track has.", stem=name)
            elif name not in recipe.stems:
                yield wrong("change_unused", "Use the stem, or leave its change out.", severity=Severity.NOTE, stem=name)
            if not GAIN_DB[0] <= change.gain_db <= GAIN_DB[1]:
                fix = f"Set the gain of {name} from {GAIN_DB[0]:g} to {GAIN_DB[1]:g} dB."
                yield wrong("gain_out_of_range", fix, of=name, gain_db=change.gain_db)
        yield from _edits(section, facts, layers | set(recipe.stems), wrong)


def _bars(section: Section, facts: TrackFacts, wrong: Wrong) -> Iterator[Finding]:
    """Whether the bars that the section plays are bars of the track."""
    if section.bars < 1 or (section.loop_bars is not None and section.loop_bars < 1):
        yield wrong("no_bars", "Give the section, and its loop, at least one bar.", bars=section.bars)
        return
    length = min(section.bars, section.loop_bars or section.bars)
    last = section.source_bar + length - 1
    if section.source_bar < 1 or last > facts.bars:
        fix = f"Take bars from 1 to {facts.bars}: the track ends there."
        yield wrong("bars_outside", fix, source_bar=section.source_bar, last_bar=last)


def _edits(section: Section, facts: TrackFacts, names: set[str], wrong: Wrong) -> Iterator[Finding]:
    beats = section.bars * facts.music.beats_per_bar
    for edit in section.edits:
        for rule, fix, more in _of_settings(Effect(edit.name, edit.settings), vocabulary.EDITS, "edit"):
            yield wrong(rule, fix, **more)
        if not (edit.start_beat >= 0 and edit.beats > 0 and edit.start_beat + edit.beats <= beats + 1e-9):
            fix = f"Keep the {edit.name} within the section's {beats} beats."
            yield wrong("edit_outside", fix, edit=edit.name, start_beat=edit.start_beat, beats=edit.beats)
        for name in edit.on:
            if name not in names:
                yield wrong("edit_on_unknown", "Name stems or layers that the recipe has.", edit=edit.name, on=name)


def severe(findings: list[Finding]) -> list[Finding]:
    """Only the breaches."""
    return [finding for finding in findings if finding.severity is Severity.BREACH]
