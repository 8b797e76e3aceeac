"""The rules: what an artist's guard rails say of a recipe.

The same code is pre-flight on a fan's desktop and law on the server. `check` returns everything that is wrong,
each finding with its place and its fix, and never stops at the first.

An untouched stem is, before the master bus, the stem itself at the remix's tempo: its key is not shifted, it has
one constant level, and no effect or edit acts on it. Whole bars may move together with all other stems, and a
fade of everything is the master's fade.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fanlink.core import faults, forbidden_words, generated, rail_names
from fanlink.core.errors import Fact
from fanlink.core.findings import Finding, Places, Severity
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.recipes import Edit, Layer, Recipe, Section
from fanlink.core.tracks import TrackFacts

__all__ = ["Finding", "Severity", "check", "is_breach"]

Slots = Mapping[str, Sequence[str]]

# A required stem that nobody can hear is not in the remix.
INAUDIBLE_DB = -24.0
# Beyond a major third up or down a singer sounds like somebody else.
VOICE_SHIFT_SEMITONES = 4
VOICES = ("vocal", "voice", "vox", "sing", "rap", "choir")

FADES = ("fade_in", "fade_out")
SOUND_EDITS = ("riser", "drop")
NEEDED_USE = {"own": Use.OWN_RECORDINGS, "generated": Use.GENERATED_LAYERS}


def check(
    recipe: Recipe, facts: TrackFacts, rails: GuardRails, slots: Slots | None = None, *, commercial: bool = False
) -> list[Finding]:
    """All findings, breaches first, then by bar.

    `slots` are the prompt's, each with its choices; None leaves the recipe's slots unchecked. `commercial` says that by
    the prompt's terms remixes may earn, as they may wherever the use commercial release is allowed.
    """
    places = Places.of(recipe, facts.music.beats_per_bar)
    found = [
        *faults.find(recipe, facts),
        *_ranges(recipe, facts, rails, places),
        *_stems(recipe, rails, places),
        *_untouched(recipe, facts, rails, places),
        *_layers(recipe, rails, places),
        *generated.find(recipe, rails, places, commercial=commercial),
        *_effects(recipe, rails, places, facts.music.beats_per_bar),
        *_words(recipe, rails, places),
        *_slots(recipe, slots, places),
        *_voices(recipe, rails, places),
        *_names(recipe, facts, rails, places),
    ]
    order = list(Severity)
    return sorted(found, key=lambda finding: (order.index(finding.severity), finding.start_bar, finding.rule))


def is_breach(findings: Iterable[Finding]) -> bool:
    """Whether the remix may not go on."""
    return any(finding.severity is Severity.BREACH for finding in findings)


def _ranges(recipe: Recipe, facts: TrackFacts, rails: GuardRails, places: Places) -> Iterator[Finding]:
    length_s = recipe.length_s(facts.music.beats_per_bar) if recipe.tempo_bpm > 0 else 0.0
    for rule, value, limits, unit in (
        ("tempo_range", recipe.tempo_bpm, rails.tempo_bpm, "bpm"),
        ("key_range", recipe.key_shift_semitones, rails.key_shift_semitones, "semitones"),
        ("length_range", length_s, rails.length_s, "seconds"),
    ):
        if limits is None:
            continue
        low, high = limits
        if not low - 1e-6 <= value <= high + 1e-6:
            facts_of = {"value": round(value, 3), "lowest": low, "highest": high}
            yield places.whole(rule, f"Bring it within {low:g} to {high:g} {unit}.", **facts_of)


def _stems(recipe: Recipe, rails: GuardRails, places: Places) -> Iterator[Finding]:
    if rails.stems_allowed is not None:
        allowed = (*rails.stems_allowed, *rails.stems_required)
        for name in recipe.stems:
            if name not in allowed:
                yield places.whole("stem_not_allowed", f"Leave {name} out.", stem=name)
    for name in rails.stems_required:
        if name not in recipe.stems:
            yield places.whole("stem_required", f"Put {name} in.", stem=name)
        elif not any(_is_heard(recipe, section, name) for section in recipe.sections):
            yield places.whole("stem_required", f"Let {name} be heard in at least one section.", stem=name)


def _is_heard(recipe: Recipe, section: Section, name: str) -> bool:
    change = section.stems.get(name)
    gain_db = recipe.stems[name].gain_db + (change.gain_db if change else 0.0)
    silenced = any(
        edit.name == "mute" and edit.start_beat <= 0 and edit.beats >= section.bars and (not edit.on or name in edit.on)
        for edit in section.edits
    )
    return gain_db >= INAUDIBLE_DB and not (change and change.mute) and not silenced


def _untouched(recipe: Recipe, facts: TrackFacts, rails: GuardRails, places: Places) -> Iterator[Finding]:
    for name in rails.stems_untouched:
        use = recipe.stems.get(name)
        if use is None:
            continue
        if use.effects:
            fix = f"Take the effects off {name}."
            yield places.whole("untouched_effect", fix, stem=name, effects=[effect.name for effect in use.effects])
        if use.pan:
            yield places.whole("untouched_pan", f"Leave {name} in its place.", stem=name, pan=use.pan)
        shift = recipe.shift_of(name)
        if shift:
            fix = f"Leave the key as it is, or let {name} not follow it."
            yield places.whole("untouched_key", fix, stem=name, key_shift_semitones=shift)
        for index, section in enumerate(recipe.sections):
            yield from _untouched_in(section, index, name, tuple(recipe.stems), facts, places)


def _untouched_in(
    section: Section, index: int, name: str, stems: Sequence[str], facts: TrackFacts, places: Places
) -> Iterator[Finding]:
    def breach(rule: str, fix: str, **more: Fact) -> Finding:
        return places.section(index, section.bars, rule, fix, stem=name, **more)

    change = section.stems.get(name)
    if change and change.effects:
        fix = f"Take the effects off {name}."
        yield breach("untouched_effect", fix, effects=[effect.name for effect in change.effects])
    if change and (change.mute or change.gain_db):
        fix = f"Keep {name} at one level through the remix."
        yield breach("untouched_level", fix, gain_db=change.gain_db, mute=change.mute)
    for edit in section.edits:
        if _touches(edit, name, stems, facts.music.beats_per_bar):
            fix = f"Let the {edit.name} act on other stems only."
            yield places.beats(
                index, edit.start_beat, edit.beats, facts.music.beats_per_bar, "untouched_edit", fix,
                stem=name, edit=edit.name, start_beat=edit.start_beat,
            )  # fmt: skip


def _touches(edit: Edit, name: str, stems: Sequence[str], beats_per_bar: int) -> bool:
    """Whether an edit changes the stem itself, and not only moves whole bars of everything."""
    if edit.name in SOUND_EDITS or (edit.on and name not in edit.on):
        return False
    if edit.on and (edit.name != "repeat" or not set(stems) <= set(edit.on)):
        return True
    if edit.name == "repeat":
        beats = edit.settings.get("note_beats", 1.0)
        return any(position % beats_per_bar for position in (edit.start_beat, edit.beats, beats))
    return edit.name not in FADES


def _layers(recipe: Recipe, rails: GuardRails, places: Places) -> Iterator[Finding]:
    for layer in recipe.layers:
        use = NEEDED_USE.get(layer.kind)
        if use and use not in rails.uses_allowed:
            fix = "Leave this layer out: the artist has not allowed such sounds."
            yield places.whole("use_not_allowed", fix, layer=layer.id, use=use.value)
        if rails.layers_allowed is not None and not _is_allowed(layer, rails.layers_allowed):
            fix = f"Use only these layers: {', '.join(rails.layers_allowed) or 'none'}."
            yield places.whole("layer_not_allowed", fix, layer=layer.id, kind=layer.kind)


def _is_allowed(layer: Layer, allowed: Iterable[str]) -> bool:
    names = {name.casefold() for name in allowed}
    return layer.kind in names or (bool(layer.sound) and layer.sound in names)


def _effects(recipe: Recipe, rails: GuardRails, places: Places, beats_per_bar: int) -> Iterator[Finding]:
    banned = {same for name in rails.effects_not_allowed for same in rail_names.effect_names(name)}
    if not banned:
        return

    def fix(name: str) -> str:
        return f"Leave the {name} out: the artist does not allow it."

    owners = [("master", recipe.master.effects)]
    owners += [(name, use.effects) for name, use in recipe.stems.items()]
    owners += [(layer.id, layer.effects) for layer in recipe.layers]
    for owner, chain in owners:
        for effect in chain:
            if effect.name in banned:
                yield places.whole("effect_not_allowed", fix(effect.name), effect=effect.name, on=owner)
    for index, section in enumerate(recipe.sections):
        used = [(effect.name, name) for name, change in section.stems.items() for effect in change.effects]
        for name, owner in used:
            if name in banned:
                yield places.section(
                    index, section.bars, "effect_not_allowed", fix(name), effect=name, on=owner
                )
        for edit in section.edits:
            if edit.name in banned:
                on = ", ".join(edit.on) or "all"
                yield places.beats(
                    index, edit.start_beat, edit.beats, beats_per_bar, "effect_not_allowed", fix(edit.name), effect=edit.name, on=on
                )


def _names(recipe: Recipe, facts: TrackFacts, rails: GuardRails, places: Places) -> Iterator[Finding]:
    """Names that mean nothing: in the guard rails, and sections of the track after its end."""
    for name in rail_names.unknown(rails, facts.stems):
        yield places.whole("rail_name_unknown", name.fix, Severity.WARNING, rail=name.rail, name=name.name)
    for section in facts.music.sections:
        if section.start_bar > facts.bars:
            fix = f"Let the track's section {section.name} begin before its end: it has {facts.bars} bars."
            yield places.whole("track_section_outside", fix, Severity.WARNING, section=section.name, start_bar=section.start_bar)
    beats = recipe.bars * facts.music.beats_per_bar
    for layer in recipe.layers:
        if layer.start_beat >= beats > 0:
            fix = f"Let {layer.id} begin before the remix ends: it has {beats} beats."
            yield places.whole("layer_after_the_end", fix, Severity.WARNING, layer=layer.id, start_beat=layer.start_beat)


def _words(recipe: Recipe, rails: GuardRails, places: Places) -> Iterator[Finding]:
    texts = [("words", recipe.words), *((f"slot {name}", value) for name, value in recipe.slots.items())]
    for where, text in texts:
        for word, start, end in forbidden_words.find(text, rails.words_not_allowed):
            fix = f"Say it without “{word}”."
            yield places.whole("word_not_allowed", fix, word=word, where=where, start=start, end=end)


def _slots(recipe: Recipe, slots: Slots | None, places: Places) -> Iterator[Finding]:
    if slots is None:
        return
    for name, value in recipe.slots.items():
        if name not in slots:
            yield places.whole("slot_unknown", f"The prompt has no slot {name}.", slot=name)
        elif slots[name] and value not in slots[name]:
            fix = f"Choose one of {', '.join(slots[name])}."
            yield places.whole("slot_choice", fix, slot=name, value=value)
    for name in slots:
        if name not in recipe.slots:
            yield places.whole("slot_missing", f"Fill the slot {name}.", Severity.WARNING, slot=name)


def _voices(recipe: Recipe, rails: GuardRails, places: Places) -> Iterator[Finding]:
    """A shift that makes another voice of a singer is shown to a person: a rule cannot hear who it sounds like."""
    if Use.VOICE_CHANGE in rails.uses_allowed:
        return
    for name in recipe.stems:
        shift = recipe.shift_of(name)
        if abs(shift) > VOICE_SHIFT_SEMITONES and any(voice in name.casefold() for voice in VOICES):
            fix = f"Shift {name} by at most {VOICE_SHIFT_SEMITONES} semitones."
            yield places.whole("voice_shift", fix, Severity.WARNING, stem=name, key_shift_semitones=shift)
