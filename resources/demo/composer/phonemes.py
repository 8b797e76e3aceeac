"""What a mouth does: resonances of vowels and of the soft consonants that begin a sung syllable.

Formant frequencies are averages as printed in any phonetics textbook, rounded.
"""

from dataclasses import dataclass

# First five resonances in Hz, for a low voice.
VOWELS = {
    "a": (720, 1120, 2500, 3350, 4300),
    "e": (500, 1780, 2500, 3400, 4300),
    "i": (310, 2150, 2850, 3500, 4300),
    "o": (470, 840, 2450, 3300, 4200),
    "u": (330, 760, 2300, 3250, 4200),
    "y": (600, 1230, 2450, 3350, 4300),
}
# Resonances, level and length of what comes just before the vowel.
CONSONANTS = {
    "l": ((340, 1050, 2650, 3300, 4200), 0.50, 75.0),
    "m": ((250, 950, 2150, 3200, 4200), 0.30, 85.0),
    "n": ((250, 1450, 2400, 3300, 4200), 0.30, 75.0),
    "w": ((290, 680, 2200, 3200, 4200), 0.45, 80.0),
    "j": ((280, 2100, 2800, 3400, 4200), 0.50, 80.0),
    "d": ((280, 1650, 2550, 3400, 4200), 0.06, 50.0),
    "h": ((500, 1400, 2450, 3350, 4300), 0.12, 70.0),
}
BANDWIDTHS_HZ = (70.0, 90.0, 130.0, 190.0, 260.0)


@dataclass(frozen=True, slots=True)
class Syllable:
    """A consonant or none, the vowel that is held, and the vowel it closes on (often the same)."""

    consonant: str
    vowel: str
    glide: str


def syllable(word: str) -> Syllable:
    """Read `la`, `nou`, `ei`: a consonant letter or none, then one or two vowel letters."""
    consonant = word[0] if word and word[0] in CONSONANTS else ""
    vowels = word[len(consonant) :] or "u"
    assert all(letter in VOWELS for letter in vowels), word
    return Syllable(consonant, vowels[0], vowels[-1])
