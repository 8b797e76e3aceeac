"""A singer: a buzzing source of harmonics, shaped by the resonances of a moving mouth."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from composer.filters import band_passed, high_passed
from composer.notes import Note, frequency_hz
from composer.phonemes import BANDWIDTHS_HZ, CONSONANTS, VOWELS, syllable
from composer.song import SAMPLE_RATE_HZ, Clock

_HOP = 96
_HOP_MS = _HOP / SAMPLE_RATE_HZ * 1000
_HIGHEST_PARTIAL_HZ = 9_500.0
_LEAD_IN_MS = 150.0


@dataclass(frozen=True, slots=True)
class Singer:
    """A voice: its size, its vibrato and how it breathes.

    `mouth_scale` multiplies the resonances (1 low voice, 1.16 high voice); `tilt` is the power by which
    harmonics weaken (more is softer); `breath` is the level of air beside the tone.
    """

    mouth_scale: float
    vibrato_hz: float
    vibrato_cents: float
    tilt: float
    breath: float
    wobble_cents: float = 5.0


def sung(singer: Singer, notes: Sequence[Note], clock: Clock, seed: int) -> np.ndarray:
    """Return a mono line, phrase by phrase; a rest or a gap begins a new phrase."""
    line = np.zeros(clock.sample_count)
    for number, phrase in enumerate(_phrases(notes, clock.beat_count)):
        rng = np.random.default_rng((seed, number))
        start = clock.sample_at(phrase[0].start_beat) - round(_LEAD_IN_MS / 1000 * SAMPLE_RATE_HZ)
        sound = _phrase(singer, phrase, clock, start, rng)
        skip = max(0, -start)
        room = len(line) - max(0, start)
        line[max(0, start) : max(0, start) + room] += _padded(sound[skip:], room)
    return line


def _padded(sound: np.ndarray, count: int) -> np.ndarray:
    return np.pad(sound[:count], (0, max(0, count - len(sound))))


def _phrases(notes: Sequence[Note], beat_count: int) -> list[list[Note]]:
    phrases: list[list[Note]] = []
    for note in sorted(notes, key=lambda note: note.start_beat):
        if note.start_beat >= beat_count:
            break
        if phrases and note.start_beat - phrases[-1][-1].end_beat < 0.01:
            phrases[-1].append(note)
        else:
            phrases.append([note])
    return phrases


def _phrase(singer: Singer, phrase: list[Note], clock: Clock, start: int, rng: np.random.Generator) -> np.ndarray:
    end = clock.sample_at(phrase[-1].end_beat) + round(0.25 * SAMPLE_RATE_HZ)
    hops = (end - start) // _HOP + 2
    edges = [(clock.sample_at(note.start_beat) - start) / _HOP for note in phrase]
    edges.append((clock.sample_at(phrase[-1].end_beat) - start) / _HOP)
    level, air = _levels(phrase, edges, hops)
    tone_hz = _tone_curve(singer, phrase, edges, hops, rng)
    mouth_hz = _mouth_curve(singer, phrase, edges, hops)
    buzz = _buzz(singer, tone_hz, mouth_hz, level)
    noise = band_passed(rng.standard_normal(len(buzz)), 2000.0, 9000.0, 1)
    grid = np.arange(len(buzz)) / _HOP
    return high_passed(buzz + singer.breath * noise * np.interp(grid, np.arange(hops), air), 90.0)


def _levels(phrase: list[Note], edges: list[float], hops: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the loudness of tone and of air: a small swell and fall in each note, consonants dipping in."""
    level, air = np.zeros(hops), np.zeros(hops)
    for note, begin, end in zip(phrase, edges, edges[1:], strict=False):
        first, last = int(round(begin)), int(round(end))
        progress = np.linspace(0, 1, max(1, last - first))
        swell = 0.86 + 0.14 * np.sin(np.pi * np.minimum(1, progress * 1.4)) - 0.16 * progress**3
        level[first:last] = note.velocity * swell
        air[first:last] = note.velocity * 0.6
        consonant = syllable(note.word).consonant
        if consonant:
            _, dip, length_ms = CONSONANTS[consonant]
            before = max(0, first - int(length_ms / _HOP_MS))
            level[before:first] = note.velocity * dip
            air[before:first] = note.velocity * (1.6 if consonant == "h" else 0.4)
        elif note is not phrase[0]:
            level[max(0, first - 6) : first + 3] *= 0.8
    # A breath's length of release, so that a phrase is let go and not cut.
    last = int(round(edges[-1]))
    release = int(90 / _HOP_MS)
    level[last : last + release] = level[last - 1] * (1 - np.linspace(0, 1, release) ** 0.7)[: hops - last]
    fade = np.minimum(1, np.arange(hops)[::-1] / 8)
    return gaussian_filter1d(level, 13 / _HOP_MS) * fade, gaussian_filter1d(air, 25 / _HOP_MS) * fade


def _tone_curve(
    singer: Singer, phrase: list[Note], edges: list[float], hops: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the pitch in Hz at each hop: glides between notes, a scoop into the phrase, late vibrato."""
    pitch = np.full(hops, phrase[0].pitch - 0.0)
    vibrato = np.zeros(hops)
    for note, begin, end in zip(phrase, edges, edges[1:], strict=False):
        first, last = int(round(begin)), int(round(end))
        pitch[max(0, first - int(35 / _HOP_MS)) :] = note.pitch
        length_ms = (last - first) * _HOP_MS
        if length_ms > 380:
            time_ms = np.arange(last - first) * _HOP_MS
            vibrato[first:last] = np.clip((time_ms - 220) / 450, 0, 1)
    pitch = gaussian_filter1d(pitch, 22 / _HOP_MS, mode="nearest")
    since_ms = (np.arange(hops) - edges[0]) * _HOP_MS
    pitch -= 0.9 * np.exp(-np.maximum(0, since_ms + 40) / 45) * (since_ms < 400)
    depth = gaussian_filter1d(vibrato, 40 / _HOP_MS) * singer.vibrato_cents / 100
    rate_hz = singer.vibrato_hz * (1 + 0.05 * _drift(hops, 300, rng))
    sway = np.sin(2 * np.pi * np.cumsum(rate_hz) * _HOP / SAMPLE_RATE_HZ + rng.uniform(0, 6))
    wobble = singer.wobble_cents / 100 * (_drift(hops, 90, rng) + 0.5 * _drift(hops, 18, rng))
    return frequency_hz(pitch + depth * sway + wobble)


def _drift(count: int, width_ms: float, rng: np.random.Generator) -> np.ndarray:
    noise = gaussian_filter1d(rng.standard_normal(count), width_ms / _HOP_MS, mode="wrap")
    return noise / (noise.std() + 1e-9)


def _mouth_curve(singer: Singer, phrase: list[Note], edges: list[float], hops: int) -> np.ndarray:
    """Return five resonances in Hz at each hop."""
    mouth = np.tile(np.array(VOWELS[syllable(phrase[0].word).vowel], dtype=float), (hops, 1))
    for note, begin, end in zip(phrase, edges, edges[1:], strict=False):
        sound = syllable(note.word)
        first, last = int(round(begin)), int(round(end))
        mouth[first:] = VOWELS[sound.vowel]
        mouth[first + int((last - first) * 0.72) :] = VOWELS[sound.glide]
        if sound.consonant:
            resonances, _, length_ms = CONSONANTS[sound.consonant]
            mouth[max(0, first - int(length_ms / _HOP_MS)) : first] = resonances
    return gaussian_filter1d(mouth, 20 / _HOP_MS, axis=0, mode="nearest") * singer.mouth_scale


def _buzz(singer: Singer, tone_hz: np.ndarray, mouth_hz: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Return the voiced sound: each harmonic weighted by the mouth's response where it is at that moment."""
    count = (len(tone_hz) - 1) * _HOP
    grid, hop_grid = np.arange(count) / _HOP, np.arange(len(tone_hz))
    phase = 2 * np.pi * np.cumsum(np.interp(grid, hop_grid, tone_hz)) / SAMPLE_RATE_HZ
    turn = np.exp(1j * phase)
    rotation = np.ones_like(turn)
    # Singers open the mouth on high notes so that the first resonance stays above the tone.
    mouth_hz = np.column_stack([np.maximum(mouth_hz[:, 0], 1.08 * tone_hz), mouth_hz[:, 1:]])
    sound = np.zeros(count)
    for harmonic in range(1, int(_HIGHEST_PARTIAL_HZ / tone_hz.min()) + 1):
        rotation *= turn
        partial_hz = harmonic * tone_hz
        # A louder voice is also a brighter one.
        tilt = singer.tilt + 0.4 * (1 - np.minimum(1, level))
        weight = level * _mouth_response(partial_hz, mouth_hz) / harmonic**tilt
        weight = weight * np.clip((_HIGHEST_PARTIAL_HZ - partial_hz) / 1500, 0, 1)
        if not np.any(np.abs(weight) > 1e-5):
            continue
        sound += np.interp(grid, hop_grid, weight.real) * rotation.imag
        sound += np.interp(grid, hop_grid, weight.imag) * rotation.real
    return sound * 0.25


def _mouth_response(partial_hz: np.ndarray, mouth_hz: np.ndarray) -> np.ndarray:
    """Return the complex gain of five resonances in a row (cascade formant synthesis, D. Klatt, 1980)."""
    response = np.ones_like(partial_hz, dtype=complex)
    for number, width_hz in enumerate(BANDWIDTHS_HZ):
        centre = mouth_hz[:, number]
        response *= centre**2 / (centre**2 - partial_hz**2 + 1j * partial_hz * width_hz * (1 + centre / 4000))
    # Stands in for the many higher resonances a mouth also has (Klatt's higher-pole correction, by ear).
    return response * (1 + (partial_hz / 4000) ** 2) ** 2.3
