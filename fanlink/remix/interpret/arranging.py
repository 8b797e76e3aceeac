"""The arrangement: a form's parts as sections of the recipe, with who plays where and what is cut."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from fanlink.core.recipes import Edit, Section, StemChange
from fanlink.remix.interpret import chains, stems
from fanlink.remix.interpret.forms import Slot
from fanlink.remix.interpret.limits import Limits
from fanlink.remix.interpret.palette import Added
from fanlink.remix.interpret.places import found
from fanlink.remix.interpret.stems import MELODIC, Cast
from fanlink.remix.interpret.wishes import Wish, Wishes

VOICES = ("vocals", "backing-vocals")
ENERGY_DB = {0: -3.5, 1: -2.5, 2: -1.5, 3: -0.6, 4: 1.0}
# How many bars may go round, so that a loop meets the phrase.
LOOPS = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64)
# From which energy on a layer of the style plays.
ENTERS = {"texture": 0, "pad": 0, "arp": 3, "bass": 2, "drums": 2}


@dataclass(slots=True)
class Stage:
    """All that an arrangement is made of."""

    slots: list[Slot]
    cast: Cast
    added: tuple[Added, ...]
    wishes: Wishes
    limits: Limits
    feel: str
    beats_per_bar: int
    restored: list[str] = field(default_factory=list)

    def places(self, wish: Wish) -> list[int]:
        """The parts of the form that a wish speaks of; all where it names no place."""
        return found(self.slots, wish.decision.place) if wish.decision.place else list(range(len(self.slots)))


def sections(stage: Stage) -> tuple[Section, ...]:
    """The sections of the recipe, one for each part of the form. A required stem rests for half of it at most."""
    silent = silences(stage)
    rows = [section(stage, at, silent[at]) for at in range(len(stage.slots))]
    for stem in stage.cast.required & set(stage.cast.uses):
        for at in sorted(range(len(rows)), key=lambda place: -stage.slots[place].energy):
            rested = sum(row.bars for row in rows if stem in row.stems and row.stems[stem].mute)
            if 2 * rested > sum(row.bars for row in rows) and stem in rows[at].stems and rows[at].stems[stem].mute:
                rows[at] = replace(rows[at], stems={name: change for name, change in rows[at].stems.items() if name != stem})
                stage.restored += [stem] * (stage.cast.parts[stem] in silent[at] and stem not in stage.restored)
    return tuple(rows)


def section(stage: Stage, at: int, silent: frozenset[str]) -> Section:
    slot = stage.slots[at]
    playing = playing_layers(stage, at, silent)
    changes = stem_changes(stage, at, silent)
    if not playing and all(stem in changes and changes[stem].mute for stem in stage.cast.uses):
        playing, changes = unsilenced(stage, silent, changes)
    loop = max(length for length in LOOPS if length <= slot.source.bars) if slot.bars > slot.source.bars else None
    made = Section(slot.name, slot.source.bar, slot.bars, loop, feel_at(stage, at), changes, tuple(one.layer.id for one in playing))
    return replace(made, edits=tuple(edits(stage, at, made)))


def without_silent(rows: tuple[Section, ...], cast: Cast) -> tuple[tuple[Section, ...], set[str]]:
    """The sections without the stems that rest in all of them, and who those are."""
    resting = [stem for stem in cast.uses if stem not in cast.required]
    silent = {stem for stem in resting if all(stem in row.stems and row.stems[stem].mute for row in rows)}
    if not silent:
        return rows, silent
    heard = []
    for row in rows:
        kept = tuple(edit for edit in row.edits if not edit.on or set(edit.on) - silent)
        cuts = tuple(replace(edit, on=tuple(name for name in edit.on if name not in silent)) for edit in kept)
        changes = {stem: change for stem, change in row.stems.items() if stem not in silent}
        heard.append(replace(row, stems=changes, edits=cuts))
    return tuple(heard), silent


def unsilenced(stage: Stage, silent: frozenset[str], changes: dict[str, StemChange]) -> tuple[list[Added], dict[str, StemChange]]:
    """Who plays where nobody would: the stems that the words do not mind there, else the layers, else everybody."""
    fine = [stem for stem in changes if stage.cast.parts[stem] not in silent]
    layers = [one for one in stage.added if one.part not in silent and one.layer.kind != "texture"]
    if not fine and layers:
        return layers, changes
    woken = fine or list(changes)
    changes = {stem: replace(change, mute=False) if stem in woken else change for stem, change in changes.items()}
    return [] if woken else list(stage.added), changes


def feel_at(stage: Stage, at: int) -> str:
    marks = stage.slots[at].marks
    feel = "half-time" if "half" in marks else "double-time" if "double" in marks else stage.feel
    for wish in stage.wishes.of("feel", "half-time", "double-time", "straight"):
        if wish.decision.place and at in stage.places(wish):
            feel = wish.decision.action
    return feel


def by_form(slot: Slot) -> set[str]:
    """The parts that rest because the form says so."""
    resting: set[str] = set()
    if "nobeat" in slot.marks:
        resting |= {"drums", "bass"} if slot.energy <= 1 else {"drums"}
    if "beat" in slot.marks:
        resting |= {*VOICES, *MELODIC}
    if "voice" in slot.marks:
        resting |= {"drums", "bass", "guitar", "synth", "brass", "other"}
    if "inst" in slot.marks:
        resting |= set(VOICES)
    if "nobass" in slot.marks or slot.name == "build":  # The bass comes back with the drop.
        resting.add("bass")
    return resting


def silences(stage: Stage) -> list[frozenset[str]]:
    """For each part of the form, the parts of the music that the words want silent there."""
    rows: list[set[str]] = [set() for _ in stage.slots]
    every = {*stage.cast.parts.values(), *(one.part for one in stage.added), "drums", "bass"}
    alone: dict[int, set[str]] = {}
    for wish in stage.wishes.of("part"):
        decision, at = wish.decision, stage.places(wish) if wish.decision.place else []
        parts = set(MELODIC) if decision.of == "other" else {decision.of}
        if decision.action == "none":
            for one in at:
                rows[one] |= parts
        elif decision.action == "confined":
            for one in range(len(rows)):
                rows[one] |= parts if one not in at else set()
        elif decision.action == "only" and not at and not decision.place:
            at = list(range(len(rows)))
        if decision.action == "only":
            for one in at:
                alone.setdefault(one, set()).update(parts)
    for one, parts in alone.items():
        if parts & {*stage.cast.parts.values(), *(each.part for each in stage.added)}:
            rows[one] |= every - parts
    return [frozenset(row) for row in rows]


def playing_layers(stage: Stage, at: int, silent: frozenset[str]) -> list[Added]:
    """The layers of one part of the form."""
    slot, playing = stage.slots[at], []
    resting = by_form(slot)
    solo = any(present(stage, wish.decision.of) and at in stage.places(wish) for wish in stage.wishes.of("part", "only"))
    for one in stage.added:
        kind = one.layer.kind
        if one.part in silent or unwanted(stage, one, at):
            continue
        if solo and kind in ("texture", "pad", "arp") and not one.asked:
            continue
        if one.places:
            if not any(at in found(stage.slots, place) for place in one.places):
                continue
        elif one.asked:
            if kind in ("drums", "bass") and (one.part in resting or slot.energy == 0):
                continue
        elif not enters(slot, kind, resting):
            continue
        playing.append(one)
    return playing


def enters(slot: Slot, kind: str, resting: set[str]) -> bool:
    """Whether a layer of the style plays in this part."""
    if kind in ("drums", "bass"):
        return kind not in resting and (slot.energy >= ENTERS[kind] or "beat" in slot.marks)
    if "nopad" in slot.marks and kind == "pad" or "beat" in slot.marks and kind in ("pad", "arp") and slot.energy < 2:
        return False
    return slot.energy >= ENTERS[kind]


def present(stage: Stage, part: str) -> bool:
    """Whether the remix has anything that plays this part."""
    return any(stem in stage.cast.uses for stem in stage.cast.of(part)) or any(one.part == part for one in stage.added)


def unwanted(stage: Stage, one: Added, at: int) -> bool:
    for wish in stage.wishes.of("layer", "none"):
        decision = wish.decision
        if decision.place and decision.of == one.layer.kind and decision.value in ("", one.layer.sound) and at in stage.places(wish):
            return True
    return False


def stem_changes(stage: Stage, at: int, silent: frozenset[str]) -> dict[str, StemChange]:
    """How each stem that may be touched differs in this part of the form."""
    slot, changes = stage.slots[at], {}
    resting = by_form(slot)
    voiced = any(part in VOICES or part in MELODIC for part in stage.cast.parts.values())
    for stem in stage.cast.uses:
        if stem in stage.cast.untouched:
            continue
        part = stage.cast.parts[stem]
        held = stem in stage.cast.held or not voiced
        mute = part in silent or part in resting and not held
        gain = 0.0 if mute else ENERGY_DB[max(0, min(4, slot.energy))] + level_at(stage, part, at)
        effects = () if mute else section_effects(stage, stem, at)
        if mute or gain or effects:
            changes[stem] = StemChange(mute, round(max(-12.0, min(9.0, gain)), 1), effects)
    return changes


def level_at(stage: Stage, part: str, at: int) -> float:
    gain = 0.0
    for wish in stage.wishes.of("part", "louder", "quieter"):
        if wish.decision.place and wish.decision.of == part and at in stage.places(wish):
            gain += stems.LOUDER[wish.decision.degree] * (1 if wish.decision.action == "louder" else -1.3)
    return gain


def section_effects(stage: Stage, stem: str, at: int) -> tuple:
    """What the form's marks and the words put on a stem in one part."""
    slot, part = stage.slots[at], stage.cast.parts[stem]
    effects: tuple = ()
    if "dull" in slot.marks and part not in VOICES:
        effects = chains.chain("lowpass cutoff_hz=900")
    if "sweep" in slot.marks and part not in VOICES:
        effects = chains.chain("lowpass cutoff_hz=500 to_hz=14000")
    if "echoes" in slot.marks and part in ("guitar", "piano", "other", "vocals", "synth"):
        effects = chains.joined(effects, chains.chain("echo note_beats=.75 mix=.5 feedback=.65"))
    for wish in stage.wishes:
        decision = wish.decision
        if decision.place and decision.family in ("effect", "sound", "mood") and at in stage.places(wish):
            if decision.family == "mood":
                mood = stems.MOOD_EFFECTS.get(decision.action, "") if part not in ("drums", "bass") else ""
                effects = chains.joined(effects, chains.chain(mood))
            elif stem in stems.targets(stage.cast, decision):
                effects = stems.changed(effects, decision)
    return stems.allowed(effects, stage.limits)


def edits(stage: Stage, at: int, made: Section) -> list[Edit]:
    """The cuts of one part: what the form's marks and the words ask for, never on a stem that is untouched."""
    wanted = [*marked(stage, at), *asked(stage, at)]
    beats = made.bars * stage.beats_per_bar
    result: list[Edit] = []
    for edit, target in wanted:
        on = acted_on(stage, edit.name, target, made)
        if on is None or not stage.limits.effect(edit.name):
            continue
        start = max(0.0, min(edit.start_beat, beats - 1))
        length = min(edit.beats, beats - start)
        if length > 0 and not any(old.name == edit.name and old.start_beat == start and old.on == on for old in result):
            result.append(replace(edit, start_beat=float(start), beats=float(length), on=on))
    return result


def acted_on(stage: Stage, name: str, target: str, made: Section) -> tuple[str, ...] | None:
    """Whom an edit acts on; empty for all, None when there is nobody whom it may act on."""
    if name in ("riser", "drop") or name in ("fade_in", "fade_out") and not target:
        return ()
    if target:
        names = [stem for stem in stage.cast.of(target) if stem in stage.cast.free]
        names += [one.layer.id for one in stage.added if one.part == target and one.layer.id in made.layers]
        return tuple(names) or None
    if not stage.cast.untouched & set(stage.cast.uses):
        return ()
    return (*stage.cast.free, *made.layers) or None


def marked(stage: Stage, at: int) -> list[tuple[Edit, str]]:
    slot, bar = stage.slots[at], stage.beats_per_bar
    beats = slot.bars * bar
    rising = min(beats, 4 * bar if slot.bars >= 8 else 2 * bar)
    voice = "vocals" if any(stage.cast.parts[stem] == "vocals" for stem in stage.cast.free) else ""
    marks: dict[str, tuple[Edit, str]] = {
        "rise": (chains.edit("riser", beats - rising, rising), ""),
        "gap": (chains.edit("mute", beats - 1, 1), ""),
        "impact": (chains.edit("drop", 0, min(beats, bar)), ""),
        "stutter": (chains.edit("stutter", beats - 2, 2, note_beats=0.25), ""),
        "chops": (chains.edit("stutter", max(0, beats - bar), bar, note_beats=0.5), voice),
        "fadein": (chains.edit("fade_in", 0, min(beats, 4 * bar)), ""),
        "fadeout": (chains.edit("fade_out", max(0, beats - 8 * bar), min(beats, 8 * bar)), ""),
    }
    refused = {wish.decision.of for wish in stage.wishes.of("edit", "none")}
    return [marks[mark] for mark in sorted(slot.marks) if mark in marks and marks[mark][0].name.replace("_", "-") not in refused and not (marks[mark][0].name == "drop" and slot.bars < 2)]


def asked(stage: Stage, at: int) -> list[tuple[Edit, str]]:
    """The edits that the words ask for in this part."""
    found_edits: list[tuple[Edit, str]] = []
    slot, bar = stage.slots[at], stage.beats_per_bar
    beats = slot.bars * bar
    for wish in stage.wishes.of("edit"):
        decision = wish.decision
        if decision.action == "none" or at not in edited_places(stage, wish):
            continue
        into = decision.place.startswith("before")
        edit = {
            "stutter": chains.edit("stutter", beats - (2 if into else bar), 2 if into else bar, note_beats=0.25 if into else 0.5),
            "reverse": chains.edit("reverse", beats - bar if into else 0, bar if into or not decision.target and not decision.place else beats),
            "gate": chains.edit("gate", beats - 2 * bar if into else 0, min(beats, 2 * bar) if into else beats, note_beats=0.25),
            "repeat": chains.edit("repeat", max(0, beats - bar), bar, note_beats=1),
            "riser": chains.edit("riser", beats - min(beats, 2 * bar), min(beats, 2 * bar)),
            "fade-in": chains.edit("fade_in", 0, min(beats, 8 * bar)),
            "fade-out": chains.edit("fade_out", max(0, beats - 8 * bar), min(beats, 8 * bar)),
        }[decision.action]
        found_edits.append((edit, decision.target))
    return found_edits


def edited_places(stage: Stage, wish: Wish) -> list[int]:
    """The parts of the form in which an edit is made."""
    action, place, last = wish.decision.action, wish.decision.place, len(stage.slots) - 1
    if action == "fade-in":
        return stage.places(wish)[:1] if place else [0]
    if action == "fade-out":
        return stage.places(wish)[-1:] if place else [last]
    if action == "riser" and not place.startswith("before"):
        at = stage.places(wish) if place else [one for one, slot in enumerate(stage.slots) if slot.energy >= 4]
        return sorted({max(0, one - 1) for one in at}) or [0]
    if place:
        return stage.places(wish)
    if wish.decision.target and action in ("reverse", "gate"):
        return list(range(last + 1))
    hooks = [one for one in range(last) if stage.slots[one + 1].energy > stage.slots[one].energy]
    return hooks or list(range(0, last + 1, 2))
