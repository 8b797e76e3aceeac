"""The pads: the song's chords, held or in rhythm, on seven instruments.

Warm, glass, strings, choir and organ are drawn as spread spectra (Nasca Paul 2006, "PADsynth"): every partial is a narrow
hill of noise, so one note sounds as many players do, and the table goes round without a seam. It is read at the frame of
the remix, so a tone that two bars share goes on as if it had never been two notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import fft

from fanlink.remix.layers.harmony import Chord, enriched
from fanlink.remix.layers.notes import Tone, fold, perform
from fanlink.remix.layers.song import Samples, Song
from fanlink.remix.layers.struck import piano, rhodes
from fanlink.remix.layers.synthesis import edges, hertz, source

LOWEST = 55
"""G3: chords lie in the octave above it, each tone where it is nearest, so that voices move little."""

# (step in sixteenths, steps long, strength); a bar of four beats.
RHYTHMS: dict[str, tuple[tuple[tuple[float, float, float], ...], ...]] = {
    "sustain": (((0, 16, 1.0),),),
    "swell": (((0, 16, 1.0),),),
    "chop": (
        ((0, 1.5, 1.0), (3, 1.2, 0.8), (6, 1.5, 0.9), (8, 0.8, 0.6), (11, 1.2, 0.85), (14, 1.4, 0.8)),
        ((0, 1.5, 1.0), (3, 1.2, 0.8), (6, 1.5, 0.9), (10, 1.2, 0.85), (12, 1.2, 0.75), (15, 0.8, 0.7)),
    ),
    "stabs": (((0, 1.6, 1.0), (7, 1.6, 0.9)), ((0, 1.6, 1.0), (6, 1.4, 0.85), (12, 1.8, 0.9))),
    "skank": (tuple((step, 0.9, 1.0 if step in (4, 12) else 0.82) for step in (2, 6, 10, 14)),),
    "offbeat": (tuple((step, 1.7, 0.95) for step in (2, 6, 10, 14)),),
    "charleston": (((0, 5.0, 1.0), (6, 2.4, 0.85)), ((2, 3.2, 0.85), (7, 5.0, 0.95)), ((0, 5.0, 1.0), (6, 2.4, 0.85)), ((6, 4.0, 0.9), (13, 2.4, 0.75))),
    "pulse": (tuple((step, 1.7, 1.0 if step % 8 == 0 else 0.78) for step in range(0, 16, 2)),),
}

HELD = frozenset({"sustain", "swell"})
STRUCK = {"rhodes": rhodes, "piano": piano}

_JOIN_S = 0.3


@dataclass(frozen=True, slots=True)
class Spread:
    """A spread spectrum: partials as (ratio, level), their width in cents, and where the tone gets dull."""

    partials: tuple[tuple[float, float], ...]
    width_cents: float
    dull_hz: float
    slope: float = 2.0
    formants: tuple[tuple[float, float, float], ...] = ()


def _harmonics(count: int, fall: float, even: float = 1.0) -> tuple[tuple[float, float], ...]:
    return tuple((float(n), (even if n % 2 == 0 else 1.0) / n**fall) for n in range(1, count + 1))


# Formants are (centre, width, level), for the choir an open "ah" between two vowels, for strings the bodies.
SPREADS: dict[str, Spread] = {
    "warm": Spread(((0.5, 0.25), *_harmonics(40, 1.15)), 16.0, 900.0, 2.2),
    "glass": Spread(((1.0, 1.0), (2.0, 0.55), (3.0, 0.12), (4.0, 0.42), (5.0, 0.08), (6.0, 0.16), (8.0, 0.22), (10.0, 0.07), (12.0, 0.07), (16.0, 0.05)), 4.5, 6_000.0, 2.0),
    "strings": Spread(_harmonics(60, 1.0), 21.0, 3_200.0, 2.0, ((280.0, 120.0, 0.5), (460.0, 160.0, 0.6), (1_100.0, 500.0, 0.5), (2_600.0, 900.0, 0.7))),
    "choir": Spread(_harmonics(60, 1.0), 26.0, 4_500.0, 2.0, ((620.0, 130.0, 3.2), (1_050.0, 150.0, 2.0), (2_500.0, 240.0, 0.9), (3_100.0, 280.0, 0.6))),
    "organ": Spread(((0.5, 0.5), (1.0, 1.0), (1.5, 0.35), (2.0, 0.7), (3.0, 0.35), (4.0, 0.3), (5.0, 0.06), (6.0, 0.12), (8.0, 0.18)), 2.2, 5_000.0, 1.0),
}


def tones(sound: str, pattern: str, song: Song, start_beat: float, beats: float, feel: str) -> list[Tone]:
    """The notes that begin in the span: for every stroke of the rhythm, the tones of its bar's chord."""
    found = []
    for bar in range(song.bar(start_beat), song.bar(start_beat + beats - 1e-6) + 1):
        chord = enriched(song.chord(bar), song.sounding_key) if sound == "rhodes" else song.chord(bar)
        for beat, length, strength in _strokes(pattern, song, bar, feel):
            if start_beat - 1e-6 <= beat < start_beat + beats - 1e-6:
                found += [Tone(beat, length, pitch, strength * level, pan) for pitch, level, pan in voicing(chord, sound, pattern in HELD)]
    return found


def _strokes(pattern: str, song: Song, bar: int, feel: str) -> list[tuple[float, float, float]]:
    """The strokes of one bar as (beat, beats long, strength)."""
    rhythm = RHYTHMS[pattern]
    length = song.beats_per_bar
    if pattern in HELD:
        return [(bar * length, float(length), 1.0)]
    parts = {"half-time": ((bar // 2 * 2 * length, 2.0, bar // 2),), "double-time": tuple(((bar + half / 2.0) * length, 0.5, 2 * bar + half) for half in (0, 1))}
    found = []
    for origin, stretch, turn in parts.get(feel, ((bar * length, 1.0, bar),)):
        for again in range(-(-length // 4)):
            for step, steps_long, strength in rhythm[turn % len(rhythm)]:
                inside = 4 * again + step / 4.0
                beat = origin + inside * stretch
                if inside < length and song.bar(beat) == bar:
                    found.append((beat, min(steps_long / 4.0 * stretch, (bar + 1) * length - beat), strength))
    return found


def voicing(chord: Chord, sound: str, held: bool) -> list[tuple[int, float, float]]:
    """The tones of a chord as (pitch, level, pan): close in the middle, with its root below when it is held."""
    inner = sorted({fold(tone, LOWEST) for tone in chord.pitch_classes})
    spread = np.linspace(-0.3, 0.3, len(inner))
    tones = [(pitch, 1.0 / len(inner) ** 0.5, float(pan)) for pitch, pan in zip(inner, spread, strict=True)]
    if held or sound in STRUCK:
        tones.append((fold(chord.bass, LOWEST - 14), 0.5, 0.0))
    if held and sound in ("strings", "glass"):
        tones.append((inner[-1] + 12 if sound == "glass" else inner[0] + 12, 0.28, 0.2))
    return tones


def render(sound: str, pattern: str, song: Song, played: list[Tone], start_beat: float, beats: float) -> Samples:
    """The notes as sound."""

    def heard(tone: Tone, frame: int) -> Samples:
        length_s = round(song.seconds(tone.beats), 4)
        if sound in STRUCK:
            struck = STRUCK[sound](int(tone.pitch), length_s, tone.strength > 0.45, song.rate_hz)
            return struck if pattern != "swell" else struck * _swell(len(struck))[:, None]
        # A held tone is cut where its bar ends on the grid, so that the next one takes over on the same frame.
        end = song.frame(song.swung(tone.beat) + tone.beats) - frame if pattern in HELD else int(length_s * song.rate_hz)
        return spread_note(sound, pattern, int(tone.pitch), frame, end, song.rate_hz)

    return perform(song, played, start_beat, beats, heard)


def spread_note(sound: str, pattern: str, pitch: int, frame: int, frames: int, rate_hz: int) -> Samples:
    """A note read from its table at its frame in the remix. Held notes overlap by a straight fade whose halves add to 1."""
    join = min(int(_JOIN_S * rate_hz), frames // 2) if pattern == "sustain" else int(0.07 * rate_hz)
    count = frames + join
    table = spread_table(SPREADS[sound], sound, pitch, rate_hz)
    sounding = np.take(table, np.arange(frame, frame + count), axis=0, mode="wrap")
    if pattern == "sustain":
        ramp = (np.arange(join, dtype=np.float32) + np.float32(0.5)) / np.float32(join)
        sounding[:join] *= ramp[:, None]
        sounding[frames:] *= ramp[::-1, None]
        return sounding
    if pattern == "swell":
        sounding *= _swell(count)[:, None]
    return edges(sounding, rate_hz, 0.006, 0.07)


def _swell(frames: int) -> np.ndarray:
    """Rises over the whole bar, as a bow or a volume pedal does."""
    return (0.06 + 0.94 * np.linspace(0.0, 1.0, frames) ** 1.7).astype(np.float32)


@lru_cache(maxsize=40)
def spread_table(spread: Spread, name: str, pitch: int, rate_hz: int) -> Samples:
    """About three seconds of one tone, (frames, 2), that go round; each channel has players of its own."""
    size = 1 << (17 if rate_hz <= 50_000 else 18)
    bins_per_hz = size / rate_hz
    spectrum = np.zeros(size // 2 + 1)
    for ratio, level in spread.partials:
        centre_hz = hertz(pitch) * ratio
        if centre_hz > min(0.42 * rate_hz, 16_000.0):
            continue
        body = sum(height / (1.0 + ((centre_hz - middle) / half) ** 2) for middle, half, height in spread.formants)
        level *= ((0.25 if spread.formants else 1.0) + body) / (1.0 + (centre_hz / spread.dull_hz) ** spread.slope)
        width = max(0.6, (2.0 ** (spread.width_cents / 1200.0) - 1.0) * centre_hz * bins_per_hz * 0.5)
        centre = centre_hz * bins_per_hz
        near = np.arange(max(1, int(centre - 5 * width)), min(len(spectrum), int(centre + 5 * width) + 2))
        hill = np.exp(-0.5 * ((near - centre) / width) ** 2)
        spectrum[near] += level * hill / np.sqrt(np.sum(hill**2))
    turns = source("spread", name, pitch).random((2, len(spectrum)))
    both = fft.irfft((spectrum * np.exp(2j * np.pi * turns)).astype(np.complex64), size, axis=1)
    both *= 0.2 / np.sqrt(np.mean(both.astype(np.float64) ** 2, axis=1, keepdims=True))
    return np.ascontiguousarray(both.T, dtype=np.float32)
