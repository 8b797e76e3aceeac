"""The song that a layer plays in: its grid, its harmony, and chance that always falls the same way."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fanlink.remix.layers.harmony import Chord, Chords, Key, parse_chord, parse_key, progression

Samples = NDArray[np.float32]
"""Stereo sound, (frames, 2), full scale at 1."""

_SIXTEENTH = 0.25
_MASK = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Song:
    """What a layer must know of the remix. Beats count from its start.

    `key` and `chords` (one for each bar of the remix, going round when there are fewer) are written in the key of the
    track; `key_shift_semitones` moves both. A bar whose chord is None keeps the chord before it; with no chords at
    all the seed chooses a progression. `swing` 0 is straight, 1 places every second sixteenth on the triplet.
    """

    rate_hz: int
    tempo_bpm: float
    beats_per_bar: int
    key: str
    key_shift_semitones: int
    swing: float
    seed: int
    chords: Chords = ()

    def __post_init__(self) -> None:
        assert self.rate_hz > 0 and self.tempo_bpm > 0 and self.beats_per_bar > 0
        assert 0.0 <= self.swing <= 1.0, "swing is from 0 to 1"

    def frame(self, beat: float) -> int:
        """The frame of a beat; the same whoever asks, so pieces join without a gap."""
        return round(beat * 60.0 * self.rate_hz / self.tempo_bpm)

    def seconds(self, beats: float) -> float:
        return beats * 60.0 / self.tempo_bpm

    def bar(self, beat: float) -> int:
        return int((beat + 1e-6) // self.beats_per_bar)

    def swung(self, beat: float) -> float:
        """Where a beat falls once the sixteenths swing."""
        pair = (beat + 1e-9) // (2 * _SIXTEENTH)
        inside = beat - pair * 2 * _SIXTEENTH
        turn = _SIXTEENTH * (1.0 + self.swing / 3.0)
        if inside < _SIXTEENTH:
            moved = inside * turn / _SIXTEENTH
        else:
            moved = turn + (inside - _SIXTEENTH) * (2 * _SIXTEENTH - turn) / _SIXTEENTH
        return pair * 2 * _SIXTEENTH + moved

    @property
    def sounding_key(self) -> Key:
        return parse_key(self.key).moved(self.key_shift_semitones)

    def chord(self, bar: int) -> Chord:
        """The chord that sounds in a bar of the remix, counted from 0."""
        name = _chord_names(self.chords, self.key, self.seed)
        return parse_chord(name[bar % len(name)]).moved(self.key_shift_semitones)

    def chance(self, *place: int) -> float:
        """A number from 0 to 1 that depends on the seed and the place alone (splitmix64)."""
        state = self.seed & _MASK
        for number in place:
            state = (state ^ (number & _MASK)) + 0x9E37_79B9_7F4A_7C15 & _MASK
            state = (state ^ state >> 30) * 0xBF58_476D_1CE4_E5B9 & _MASK
            state = (state ^ state >> 27) * 0x94D0_49BB_1331_11EB & _MASK
            state ^= state >> 31
        return state / 2.0**64


@lru_cache(maxsize=64)
def _chord_names(chords: Chords, key: str, seed: int) -> tuple[str, ...]:
    """A chord for every bar: unknown ones take the one before, the first ones the one that follows."""
    if not any(chords):
        return tuple(name for name in progression(parse_key(key), seed) if name)
    names: list[str] = []
    current = next(name for name in chords if name)
    for name in chords:
        current = name or current
        names.append(current)
    return tuple(names)


def mix_into(out: Samples, sound: Samples, frame: int, gain: float | tuple[float, float]) -> None:
    """Adds a sound at a frame; what would lie before the start or past the end is left out."""
    first, last = max(0, frame), min(len(out), frame + len(sound))
    if first < last:
        out[first:last] += sound[first - frame : last - frame] * np.asarray(gain, dtype=np.float32)


def pan_gains(pan: float) -> tuple[float, float]:
    """Left and right gain of a place from -1 to 1; equal power, 1 and 1 in the middle."""
    angle = (pan + 1.0) * np.pi / 4.0
    return float(np.cos(angle) * np.sqrt(2.0)), float(np.sin(angle) * np.sqrt(2.0))
