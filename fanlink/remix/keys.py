"""Keys by name: reading "F# minor", and naming one."""

from __future__ import annotations

import re

NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
KEY = re.compile(r"^\s*([A-Ga-g])\s*([#b♯♭]?)\s*(major|minor|maj|min|m)?\s*$")


def parse(key: str) -> tuple[int, bool] | None:
    """The pitch class of the tonic (C is 0) and whether the key is minor; None when it is no key."""
    found = KEY.match(key)
    if not found:
        return None
    pitch = PITCH[found[1].upper()] + {"#": 1, "♯": 1, "b": -1, "♭": -1}.get(found[2], 0)
    return pitch % 12, found[3] in ("minor", "min", "m")


def name(pitch: int, minor: bool) -> str:
    """The name of a key, such as "Bb minor"."""
    return f"{NAMES[pitch % 12]} {'minor' if minor else 'major'}"
