"""Keys by name: reading "F# minor", and naming one."""

from __future__ import annotations

import re

import numpy as np

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


def moved(key: str, semitones: int) -> str:
    """The name of a key so many semitones higher; a name that is no key stays as it is."""
    found = parse(key)
    return name(found[0] + semitones, found[1]) if found else key


# How often each degree sounds in major and minor: Albrecht and Shanahan 2013, "The Use of Large Corpora to Train a
# New Type of Key-Finding Algorithm".
MAJOR = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
MINOR = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])
RATE_HZ = 11_025
WINDOW = 8_192
LOWEST_HZ, HIGHEST_HZ = 60.0, 2_000.0
# What the opening weighs beside the whole, how strong root, third and fifth are in it, and how loud and long it is.
AT_HOME, TONIC_CHORD = 0.2, (1.0, 0.8, 0.9)
BEGINS, OPENING_S = 0.05, 2.5


def chroma(mono: np.ndarray) -> np.ndarray:
    """How strong each pitch class is in mono samples at 11.025 kHz; sums to 1, zeros for silence."""
    hop = WINDOW // 2
    bins = np.fft.rfftfreq(WINDOW, 1.0 / RATE_HZ)
    used = np.flatnonzero((bins > LOWEST_HZ) & (bins < HIGHEST_HZ))
    pitch = 69.0 + 12.0 * np.log2(bins[used] / 440.0)
    near = np.exp(-0.5 * ((pitch - np.round(pitch)) / 0.25) ** 2) * np.exp(-0.5 * ((pitch - 60.0) / 16.0) ** 2)
    classes = np.round(pitch).astype(int) % 12
    total = np.zeros(12)
    hann = np.hanning(WINDOW)
    for start in range(0, max(len(mono) - WINDOW, 1), hop):
        part = mono[start : start + WINDOW]
        spectrum = np.abs(np.fft.rfft(np.pad(part, (0, WINDOW - len(part))) * hann))[used]
        # Only peaks are notes; the root keeps one loud note from hiding a chord.
        peaks = np.r_[False, (spectrum[1:-1] > spectrum[:-2]) & (spectrum[1:-1] >= spectrum[2:]), False]
        total += np.bincount(classes[peaks], (np.sqrt(spectrum) * near)[peaks], 12)
    return total / total.sum() if total.sum() > 0 else total


def opening(mono: np.ndarray) -> np.ndarray:
    """The chroma of the first seconds that sound, as `chroma`."""
    loud = np.flatnonzero(np.abs(mono) > BEGINS * np.max(np.abs(mono), initial=0.0))
    first = int(loud[0]) if len(loud) else 0
    return chroma(mono[first : first + int(OPENING_S * RATE_HZ)])


def find(strengths: np.ndarray, first: np.ndarray | None = None) -> tuple[str, float] | None:
    """The key that explains a chroma best, and by how much it wins over the next; None for silence.

    Relative keys, and those a fifth apart, share their notes. Music mostly begins at home: where `first` is the chroma
    of the opening, a key whose tonic chord sounds there is preferred a little.
    """
    if not strengths.any():
        return None
    scores = []
    for pitch in range(12):
        for minor, profile, third in ((False, MAJOR, 4), (True, MINOR, 3)):
            score = float(np.corrcoef(np.roll(strengths, -pitch), profile)[0, 1])
            if first is not None and first.any():
                tonic = np.zeros(12)
                tonic[[0, third, 7]] = TONIC_CHORD
                score += AT_HOME * float(np.corrcoef(np.roll(first, -pitch), tonic)[0, 1])
            scores.append((score, name(pitch, minor)))
    scores.sort(reverse=True)
    return scores[0][1], scores[0][0] - scores[1][0]
