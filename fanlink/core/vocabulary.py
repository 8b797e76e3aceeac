"""The closed lists of names that a recipe may use, with the settings of each.

A setting is (lowest, highest, default); its name ends in its unit. Settings with no unit run from 0 to 1,
`width` to 2. A sweep's `to_hz` of 0 means that the filter stands still.
Tables only: what the names do is in `remix/effects/` and `remix/layers/`.
"""

from __future__ import annotations

Range = tuple[float, float, float]

EFFECTS: dict[str, dict[str, Range]] = {
    "lowpass": {"cutoff_hz": (60, 20_000, 2_000), "to_hz": (0, 20_000, 0), "resonance": (0, 1, 0.2)},
    "highpass": {"cutoff_hz": (20, 12_000, 200), "to_hz": (0, 12_000, 0), "resonance": (0, 1, 0.2)},
    "tilt": {"tilt_db": (-9, 9, 2)},
    "echo": {"note_beats": (0.125, 4, 0.75), "feedback": (0, 0.85, 0.35), "mix": (0, 1, 0.25), "damping": (0, 1, 0.4), "spread": (0, 1, 0.5)},
    "reverb": {"decay_s": (0.2, 8, 1.8), "mix": (0, 1, 0.25), "damping": (0, 1, 0.5), "predelay_ms": (0, 150, 10)},
    "compressor": {"threshold_db": (-40, 0, -18), "ratio": (1, 20, 3), "attack_ms": (0.5, 100, 10), "release_ms": (10, 1_000, 120), "makeup_db": (0, 18, 0)},
    "sidechain": {"depth_db": (0, 24, 8), "release_beats": (0.125, 2, 0.5)},
    "saturation": {"drive": (0, 1, 0.3)},
    "bitcrush": {"bits": (4, 16, 10), "rate_hz": (4_000, 48_000, 22_050), "mix": (0, 1, 1)},
    "tape": {"wow": (0, 1, 0.2), "warmth": (0, 1, 0.4)},
    "width": {"width": (0, 2, 1.2)},
    "chorus": {"depth": (0, 1, 0.3), "rate_hz": (0.05, 5, 0.6)},
    "phaser": {"depth": (0, 1, 0.5), "rate_hz": (0.05, 5, 0.4)},
    "tremolo": {"depth": (0, 1, 0.4), "note_beats": (0.125, 4, 0.5)},
    "autopan": {"depth": (0, 1, 0.5), "note_beats": (0.25, 16, 2)},
}

EDITS: dict[str, dict[str, Range]] = {
    "stutter": {"note_beats": (0.125, 1, 0.25)},
    "repeat": {"note_beats": (0.5, 8, 1)},
    "reverse": {},
    "gate": {"note_beats": (0.125, 1, 0.25)},
    "mute": {},
    "riser": {"level_db": (-40, 0, -14)},
    "drop": {"level_db": (-40, 0, -10)},
    "fade_in": {},
    "fade_out": {},
}

LAYER_KINDS = ("drums", "bass", "pad", "arp", "texture", "own", "generated")
FEELS = ("straight", "half-time", "double-time")
SECTION_NAMES = ("intro", "verse", "pre-chorus", "chorus", "bridge", "break", "build", "drop", "outro")

DRUM_KITS = ("acoustic", "lofi", "808", "909", "breaks", "brushes", "latin", "industrial")
BASS_SOUNDS = ("sub", "saw", "round", "pluck", "reese", "acid", "808", "upright")
PAD_SOUNDS = ("warm", "glass", "strings", "choir", "organ", "rhodes", "piano")
ARP_SOUNDS = ("pluck", "bell", "square", "kalimba", "guitar", "marimba", "saw")
TEXTURES = ("vinyl", "rain", "tape-hiss", "wind", "room", "waves", "night")

SOUNDS: dict[str, tuple[str, ...]] = {
    "drums": DRUM_KITS,
    "bass": BASS_SOUNDS,
    "pad": PAD_SOUNDS,
    "arp": ARP_SOUNDS,
    "texture": TEXTURES,
}

PATTERNS: dict[str, tuple[str, ...]] = {
    "drums": (
        "four-on-the-floor", "boom-bap", "lofi", "breakbeat", "trap", "two-step", "half-time", "rock", "bossa", "dembow",
        "shuffle", "ballad", "motorik", "brushes", "drum-and-bass", "one-drop", "disco", "afrobeat", "swing", "jersey",
    ),
    "bass": ("root", "octave", "offbeat", "walking", "syncopated", "pedal", "dembow", "rolling", "root-fifth", "trap", "one-drop"),
    "pad": ("sustain", "swell", "chop", "stabs", "skank", "offbeat", "charleston", "pulse"),
    "arp": ("up", "down", "up-down", "broken", "euclid", "sparse", "ostinato", "octaves"),
    "texture": ("constant",),
}
