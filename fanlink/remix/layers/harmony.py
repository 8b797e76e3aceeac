"""Keys, scales and chords, so that what the engine plays belongs to the song.

A pitch class is 0 (C) to 11 (B). A chord is written as musicians do: "Am", "F#", "Bdim", "Cmaj7", "G7", "Dm7", "Esus4".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fanlink.core.errors import BadInput
from fanlink.remix.layers.chroma import bar_chroma

__all__ = [
    "Chord",
    "Chords",
    "Key",
    "bar_chroma",
    "candidates",
    "diatonic_sevenths",
    "diatonic_triads",
    "enriched",
    "estimate_chords",
    "parse_chord",
    "parse_key",
    "pitch_class",
    "progression",
]

Chords = tuple[str | None, ...]
Chroma = NDArray[np.float64]

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
_FLATS = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")
_MAJOR_STEPS = (0, 2, 4, 5, 7, 9, 11)
_MINOR_STEPS = (0, 2, 3, 5, 7, 8, 10)
_FLAT_MAJORS = (5, 10, 3, 8, 1)

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "5": (0, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "m9": (0, 3, 7, 10, 14),
    "add9": (0, 4, 7, 14),
}

# Loops of four bars as steps of the scale; each is the ground of many songs. Sevenths of the scale are left out.
_MAJOR_LOOPS = ((1, 5, 6, 4), (1, 6, 4, 5), (6, 4, 1, 5), (1, 4, 6, 5), (4, 1, 5, 6), (2, 5, 1, 6), (1, 3, 4, 5), (4, 5, 3, 6))
_MINOR_LOOPS = ((1, 6, 3, 7), (1, 4, 6, 7), (1, 7, 6, 7), (6, 7, 1, 1), (1, 3, 7, 4), (1, 6, 4, 5), (4, 7, 3, 6), (1, 5, 6, 4))


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic and a mode; minor is natural minor."""

    tonic: int
    minor: bool

    @property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in (_MINOR_STEPS if self.minor else _MAJOR_STEPS))

    @property
    def flat(self) -> bool:
        """Whether its notes are better written with flats."""
        return (self.tonic + 3) % 12 in (*_FLAT_MAJORS, 6) if self.minor else self.tonic in _FLAT_MAJORS

    @property
    def name(self) -> str:
        return f"{self.spelled(self.tonic)} {'minor' if self.minor else 'major'}"

    def spelled(self, pitch_class: int) -> str:
        return (_FLATS if self.flat else _SHARPS)[pitch_class % 12]

    def moved(self, semitones: int) -> Key:
        return Key((self.tonic + semitones) % 12, self.minor)


@dataclass(frozen=True, slots=True)
class Chord:
    """A root and the semitones above it; `bass` is the root unless the chord was written with a slash."""

    root: int
    intervals: tuple[int, ...]
    bass: int

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        return tuple((self.root + interval) % 12 for interval in self.intervals)

    @property
    def third(self) -> int:
        """Semitones from the root to the tone that tells major from minor, or what stands in its place."""
        return next((i for i in self.intervals if i in (3, 4, 5, 2)), 12)

    @property
    def fifth(self) -> int:
        return next((i for i in self.intervals if i in (6, 7, 8)), 7)

    def moved(self, semitones: int) -> Chord:
        return Chord((self.root + semitones) % 12, self.intervals, (self.bass + semitones) % 12)


def pitch_class(name: str) -> int:
    """The pitch class of a note name such as "F#", "Bb" or "E♭"; raises `BadInput`."""
    match = re.fullmatch(r"([A-Ga-g])([#♯b♭]{0,2})", name.strip())
    if not match:
        raise BadInput(f"“{name}” is not the name of a note.", where=name)
    accidentals = sum(1 if sign in "#♯" else -1 for sign in match[2])
    return (_LETTERS[match[1].upper()] + accidentals) % 12


@lru_cache(maxsize=256)
def parse_key(text: str) -> Key:
    """The key that "A minor", "F# major", "Bbm", "C" or "E♭ maj" means; raises `BadInput`."""
    match = re.fullmatch(r"\s*([A-Ga-g][#♯b♭]?)[\s-]*(.*?)\s*", text)
    mode = match[2] if match else ""
    minor = mode == "m" or mode.lower() in ("min", "minor", "moll", "aeolian")
    if not match or not (minor or mode == "M" or mode.lower() in ("", "maj", "major", "dur", "ionian")):
        raise BadInput(f"“{text}” is not a key; write it like “A minor” or “F# major”.", where=text)
    return Key(pitch_class(match[1]), minor)


@lru_cache(maxsize=1024)
def parse_chord(text: str) -> Chord:
    """The chord that a name such as "F#m7" or "C/E" means; raises `BadInput`."""
    match = re.fullmatch(r"\s*([A-G][#♯b♭]?)([^/]*?)(?:/([A-G][#♯b♭]?))?\s*", text)
    quality = match[2].replace("min", "m").replace("M7", "maj7").replace("°", "dim").replace("ø", "m7b5") if match else ""
    quality = "" if quality == "maj" else quality
    if not match or quality not in QUALITIES:
        raise BadInput(f"“{text}” is not a chord; write it like “Am”, “F” or “G7”.", where=text)
    root = pitch_class(match[1])
    return Chord(root, QUALITIES[quality], pitch_class(match[3]) if match[3] else root)


def _stacked(key: Key, degree: int, tones: int) -> str:
    """The chord of thirds on a step of the scale, counted from 0."""
    scale = key.scale
    root = scale[degree % 7]
    intervals = tuple((scale[(degree + 2 * tone) % 7] - root) % 12 for tone in range(tones))
    quality = next(name for name, known in QUALITIES.items() if known == intervals)
    return key.spelled(root) + quality


@lru_cache(maxsize=64)
def diatonic_triads(key: Key) -> tuple[str, ...]:
    """The triads on the seven steps of the scale."""
    return tuple(_stacked(key, degree, 3) for degree in range(7))


@lru_cache(maxsize=64)
def diatonic_sevenths(key: Key) -> tuple[str, ...]:
    """The seventh chords on the seven steps of the scale."""
    return tuple(_stacked(key, degree, 4) for degree in range(7))


def enriched(chord: Chord, key: Key) -> Chord:
    """A triad of the scale with its own seventh; every other chord, and the diminished one, as it is."""
    for triad, seventh in zip(diatonic_triads(key), diatonic_sevenths(key), strict=True):
        plain = parse_chord(triad)
        if (plain.root, plain.intervals) == (chord.root, chord.intervals) and plain.intervals != QUALITIES["dim"]:
            return Chord(chord.root, parse_chord(seventh).intervals, chord.bass)
    return chord


def progression(key: Key, seed: int) -> Chords:
    """Four bars of chords in the key, chosen by the seed."""
    loops = _MINOR_LOOPS if key.minor else _MAJOR_LOOPS
    triads = diatonic_triads(key)
    return tuple(triads[step - 1] for step in loops[seed % len(loops)])


def candidates(key: Key) -> tuple[str, ...]:
    """The chords a song in this key is made of: its triads, in minor also the major fifth; none diminished."""
    triads = [name for name in diatonic_triads(key) if not name.endswith("dim")]
    if key.minor:
        triads.append(key.spelled(key.tonic + 7))
    return tuple(triads)


def estimate_chords(chroma: Chroma, key: Key) -> Chords:
    """The chord of each bar, of those the key offers, from `chroma` (bars, 12); None where a bar is silent.

    Each chord is a template of its three tones with a trace of their overtones; the path through the bars with the
    best sum of likenesses wins, and staying or moving by a fourth or fifth is a little cheaper (Sheh and Ellis 2003).
    """
    assert chroma.ndim == 2 and chroma.shape[1] == 12, "chroma is (bars, 12)"
    names = candidates(key)
    chords = [parse_chord(name) for name in names]
    templates = np.stack([_template(chord) for chord in chords])
    sounding = np.linalg.norm(chroma, axis=1) > 1e-6
    centred = chroma - chroma.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    likeness = (centred / np.maximum(lengths, 1e-9)) @ templates.T
    likeness += 0.03 * np.array([chord.root in (key.tonic, (key.tonic + 7) % 12, (key.tonic + 5) % 12) for chord in chords])
    moves = np.array([[_move_cost(a, b) for b in chords] for a in chords])
    best, back = likeness[0] if len(chroma) else np.zeros(len(names)), []
    for bar in range(1, len(chroma)):
        ways = best[:, None] - moves
        back.append(np.argmax(ways, axis=0))
        best = np.max(ways, axis=0) + likeness[bar]
    path = [int(np.argmax(best))]
    for steps in reversed(back):
        path.append(int(steps[path[-1]]))
    path.reverse()
    return tuple(names[index] if heard else None for index, heard in zip(path, sounding.tolist(), strict=False))


def _template(chord: Chord) -> Chroma:
    weights = np.zeros(12)
    for interval, weight in zip(chord.intervals[:3], (1.0, 0.8, 0.8), strict=True):
        tone = chord.root + interval
        weights[tone % 12] += weight
        weights[(tone + 7) % 12] += 0.15 * weight
        weights[(tone + 4) % 12] += 0.06 * weight
    weights -= weights.mean()
    return weights / np.linalg.norm(weights)


def _move_cost(before: Chord, after: Chord) -> float:
    if before == after:
        return 0.0
    return 0.04 if (after.root - before.root) % 12 in (5, 7) else 0.06
