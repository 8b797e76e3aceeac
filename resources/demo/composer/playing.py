"""Puts notes and drum hits on the clock, as close to it as a good player: never more than 3 ms away."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from composer.notes import BEATS_PER_BAR, Note
from composer.song import SAMPLE_RATE_HZ, Clock
from composer.space import panned, stereo

LOOSEST_MS = 3.0

Instrument = Callable[[float, int, float, np.random.Generator], np.ndarray]

_STEP_VELOCITY = {"X": 1.0, "x": 0.8, "o": 0.58, "-": 0.34}


@dataclass(frozen=True, slots=True)
class Hit:
    """One stroke on one piece of the kit; beats count from 0 at bar 1."""

    beat: float
    piece: str
    velocity: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the kit: how it sounds, how loud and where it stands."""

    strike: Callable[[np.random.Generator], np.ndarray]
    gain: float
    pan: float = 0.0


def played(notes: Iterable[Note], instrument: Instrument, clock: Clock, seed: int, spread: float = 0.0) -> np.ndarray:
    """Return all notes of one player, stereo. `spread` pans by pitch, low to the left, when above 0."""
    track = np.zeros((clock.sample_count, 2))
    for number, note in enumerate(notes):
        if note.start_beat >= clock.beat_count:
            continue
        rng = np.random.default_rng((seed, number))
        velocity = float(np.clip(note.velocity * (1 + 0.07 * rng.standard_normal()), 0.05, 1.0))
        sound = instrument(note.pitch, clock.samples(note.length_beats), velocity, rng)
        place = float(np.clip((note.pitch - 62) / 14, -1, 1)) * spread
        _add(track, panned(sound, place) if sound.ndim == 1 else sound, clock.sample_at(note.start_beat), rng)
    return track


def drummed(hits: Iterable[Hit], kit: Mapping[str, Piece], clock: Clock, seed: int) -> np.ndarray:
    """Return all hits, stereo; each piece has four strokes taken in turn, so that no two in a row are equal."""
    track = np.zeros((clock.sample_count, 2))
    strokes = {
        name: [piece.strike(np.random.default_rng((seed, place, turn))) for turn in range(4)]
        for place, (name, piece) in enumerate(kit.items())
    }
    rng = np.random.default_rng(seed)
    for number, hit in enumerate(sorted(hits, key=lambda hit: (hit.beat, hit.piece))):
        if hit.beat >= clock.beat_count:
            continue
        piece = kit[hit.piece]
        strength = piece.gain * hit.velocity**1.4 * (1 + 0.05 * rng.standard_normal())
        sound = strokes[hit.piece][number % 4] * strength
        _add(track, panned(sound, piece.pan), clock.sample_at(hit.beat), rng)
    return track


def _add(track: np.ndarray, sound: np.ndarray, start: int, rng: np.random.Generator) -> None:
    late_ms = float(np.clip(0.9 * rng.standard_normal(), -LOOSEST_MS, LOOSEST_MS))
    start = max(0, start + round(late_ms / 1000 * SAMPLE_RATE_HZ))
    count = min(len(sound), len(track) - start)
    track[start : start + count] += stereo(sound)[:count]


def groove(piece: str, steps: str, bars: Iterable[int]) -> list[Hit]:
    """Read sixteen steps a bar, `X` loud to `-` ghosted, `.` none, and repeat them in each bar."""
    steps = steps.replace(" ", "")
    assert len(steps) == 16, steps
    return [
        Hit((bar - 1) * BEATS_PER_BAR + step / 4, piece, _STEP_VELOCITY[mark])
        for bar in bars
        for step, mark in enumerate(steps)
        if mark != "."
    ]


def without(hits: Iterable[Hit], pieces: Iterable[str], from_beat: float, to_beat: float) -> list[Hit]:
    """Clear a space for a fill."""
    pieces = set(pieces)
    return [hit for hit in hits if hit.piece not in pieces or not from_beat <= hit.beat < to_beat]


def ducked(
    signal: np.ndarray, beats: Iterable[float], clock: Clock, depth: float, recovery_ms: float = 190.0
) -> np.ndarray:
    """Return the signal bowing under each of `beats` and coming back: the pumping of a sidechain."""
    gain = np.ones(len(signal))
    attack = round(0.006 * SAMPLE_RATE_HZ)
    length = round(recovery_ms / 1000 * SAMPLE_RATE_HZ)
    fall = np.linspace(0, 1, attack) ** 2
    rise = 0.5 + 0.5 * np.cos(np.pi * np.linspace(0, 1, length))
    bow = 1 - depth * np.concatenate([fall, rise])
    for beat in beats:
        start = clock.sample_at(beat) - attack
        if 0 <= start < len(gain):
            count = min(len(bow), len(gain) - start)
            gain[start : start + count] = np.minimum(gain[start : start + count], bow[:count])
    return signal * gain[:, None]


def louder(notes: Iterable[Note], factor: float) -> tuple[Note, ...]:
    return tuple(replace(note, velocity=min(1.0, note.velocity * factor)) for note in notes)
