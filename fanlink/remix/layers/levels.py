"""How loud each sound is made: so many decibels bring it to about -20 LUFS at gain 0 dB in common patterns. A table.

Measured by `tests/bench/levels.py` over eight bars at 100 beats a minute; a pattern that plays more is louder, as it should be.
"""

from __future__ import annotations

TRIM_DB: dict[str, dict[str, float]] = {
    "drums": {"acoustic": -7.0, "lofi": -8.1, "808": -9.0, "909": -10.9, "breaks": -9.2, "brushes": 0.0, "latin": -2.9, "industrial": -12.7},
    "bass": {"sub": -13.7, "saw": -12.2, "round": -6.5, "pluck": -7.1, "reese": -11.1, "acid": -11.1, "808": -12.9, "upright": -5.0},
    "pad": {"warm": -7.6, "glass": -8.0, "strings": -7.7, "choir": -7.9, "organ": -7.6, "rhodes": -5.3, "piano": -7.0},
    "arp": {"pluck": -9.2, "bell": -15.0, "square": -6.6, "kalimba": -12.5, "guitar": -12.3, "marimba": -10.4, "saw": -8.4},
    "texture": {"vinyl": 7.1, "rain": 0.5, "tape-hiss": -4.3, "wind": -1.6, "room": 3.2, "waves": 1.5, "night": 9.4},
}
