"""Chains of effects, written short, and kept inside what the vocabulary and the guard rails allow."""

from __future__ import annotations

from collections.abc import Iterable

from fanlink.core import vocabulary
from fanlink.core.recipes import Edit, Effect

WET = ("echo", "reverb")
# What an effect is set to when it is asked for: a bit, plainly, much.
AMOUNTS: dict[str, tuple[str, str, str]] = {
    "lowpass": ("cutoff_hz=5000", "cutoff_hz=1400", "cutoff_hz=600"),
    "highpass": ("cutoff_hz=250", "cutoff_hz=700", "cutoff_hz=1300"),
    "tilt": ("tilt_db=1.5", "tilt_db=3.5", "tilt_db=6"),
    "echo": ("note_beats=.75 mix=.14 feedback=.25", "note_beats=.75 mix=.28 feedback=.4", "note_beats=.75 mix=.45 feedback=.62"),
    "reverb": ("decay_s=1.2 mix=.14", "decay_s=2.4 mix=.3", "decay_s=5 mix=.5"),
    "compressor": ("ratio=2", "ratio=4 threshold_db=-20", "ratio=8 threshold_db=-26"),
    "sidechain": ("depth_db=4", "depth_db=9", "depth_db=15"),
    "saturation": ("drive=.2", "drive=.45", "drive=.75"),
    "bitcrush": ("bits=12 rate_hz=28000", "bits=9 rate_hz=16000", "bits=6 rate_hz=9000"),
    "tape": ("wow=.15 warmth=.3", "wow=.35 warmth=.5", "wow=.65 warmth=.75"),
    "width": ("width=1.2", "width=1.5", "width=1.85"),
    "chorus": ("depth=.2", "depth=.4", "depth=.7"),
    "phaser": ("depth=.3", "depth=.55", "depth=.85"),
    "tremolo": ("depth=.25", "depth=.5", "depth=.8"),
    "autopan": ("depth=.3 note_beats=4", "depth=.6 note_beats=4", "depth=.9 note_beats=2"),
}
SOUNDS: dict[str, tuple[str, str, str]] = {
    "brighter": ("tilt tilt_db=1.5", "tilt tilt_db=3.5", "tilt tilt_db=6"),
    "darker": ("tilt tilt_db=-1.5", "tilt tilt_db=-3.5", "tilt tilt_db=-6"),
    "wetter": ("reverb mix=.18", "reverb decay_s=2.6 mix=.32", "reverb decay_s=5 mix=.5"),
    "warmer": ("tape wow=0 warmth=.35", "tape wow=0 warmth=.6", "tape wow=0 warmth=.85"),
    "colder": ("tilt tilt_db=1", "tilt tilt_db=2.5", "tilt tilt_db=4.5"),
    "wider": ("width width=1.2", "width width=1.5", "width width=1.85"),
    "narrower": ("width width=.75", "width width=.45", "width width=.1"),
    "dirtier": ("saturation drive=.25", "saturation drive=.5", "saturation drive=.8"),
    "punchier": ("compressor ratio=2.5 attack_ms=20", "compressor ratio=4 attack_ms=25", "compressor ratio=7 attack_ms=30"),
}
# What goes out of a chain when the words ask for the opposite.
TAKEN_OUT: dict[str, tuple[str, ...]] = {
    "drier": WET, "cleaner": ("saturation", "bitcrush", "tape"), "brighter": ("lowpass",), "darker": (), "colder": ("tape",), "narrower": (),
}
OPPOSITES = {
    "brighter": "darker", "darker": "brighter", "wetter": "drier", "drier": "wetter", "warmer": "colder", "colder": "warmer",
    "wider": "narrower", "narrower": "wider", "dirtier": "cleaner", "cleaner": "dirtier", "punchier": "",
}


def chain(text: str) -> tuple[Effect, ...]:
    """`"lowpass cutoff_hz=900 | tape"` as effects, each setting kept in its range."""
    return tuple(effect(part) for part in text.split("|") if part.strip())


def effect(text: str) -> Effect:
    name, *settings = text.split()
    ranges = vocabulary.EFFECTS[name]
    values = {key: float(value) for key, _, value in (setting.partition("=") for setting in settings)}
    return Effect(name, {key: min(max(value, ranges[key][0]), ranges[key][1]) for key, value in values.items() if key in ranges})


def at_degree(table: dict[str, tuple[str, str, str]], name: str, degree: str) -> str:
    """The setting of a table for a bit, plainly or much."""
    return table[name][{"bit": 0, "": 1, "much": 2}[degree]]


def joined(*chains: Iterable[Effect]) -> tuple[Effect, ...]:
    """Chains after one another; of two effects with one name the later one counts, at the place of the first."""
    found: dict[str, Effect] = {}
    for one in chains:
        for each in one:
            found[each.name] = each
    return tuple(found.values())


def without(effects: Iterable[Effect], names: Iterable[str]) -> tuple[Effect, ...]:
    """The chain without the effects of these names."""
    gone = set(names)
    return tuple(each for each in effects if each.name not in gone)


def edit(name: str, start_beat: float, beats: float, on: tuple[str, ...] = (), **settings: float) -> Edit:
    """An edit with settings that its place in the vocabulary allows."""
    ranges = vocabulary.EDITS[name]
    return Edit(name, start_beat, beats, on, {key: min(max(value, ranges[key][0]), ranges[key][1]) for key, value in settings.items() if key in ranges})
