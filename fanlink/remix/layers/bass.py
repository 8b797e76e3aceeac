"""The bass: lines over the song's chords, and eight instruments to play them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from fanlink.remix.layers.basslines import BASSLINES, Note
from fanlink.remix.layers.notes import Tone, fold, perform
from fanlink.remix.layers.song import Samples, Song
from fanlink.remix.layers.synthesis import (
    Mono,
    closing_cutoffs,
    decay,
    edges,
    hertz,
    oscillator,
    partials,
    passed,
    seconds,
    sine,
    source,
    stereo,
    swept_lowpass,
    to_peak,
)

LOWEST = 28
"""E1, 41 Hz; roots are folded into the octave above it."""

RELEASE_S = 0.03


def tones(pattern: str, song: Song, start_beat: float, beats: float, feel: str) -> list[Tone]:
    """The notes that begin in the span."""
    found = []
    for bar in range(song.bar(start_beat), song.bar(start_beat + beats - 1e-6) + 1):
        for origin, stretch, line in _lines(pattern, song, bar, feel):
            found += _bar(line, song, bar, origin, stretch)
    return [tone for tone in found if start_beat - 1e-6 <= tone.beat < start_beat + beats - 1e-6]


def _lines(pattern: str, song: Song, bar: int, feel: str) -> list[tuple[float, float, tuple[Note, ...]]]:
    """Which lines a bar hears: where each begins, how far it is stretched, and its notes."""
    lines = BASSLINES[pattern]
    length = song.beats_per_bar
    if feel == "half-time":
        return [(bar // 2 * 2 * length, 2.0, lines[bar // 2 % len(lines)])]
    if feel == "double-time":
        return [((bar + half / 2.0) * length, 0.5, lines[(2 * bar + half) % len(lines)]) for half in (0, 1)]
    return [(bar * length, 1.0, lines[bar % len(lines)])]


def _bar(line: tuple[Note, ...], song: Song, bar: int, origin: float, stretch: float) -> list[Tone]:
    """The notes of a line that fall into a bar; none is held past its end, where the harmony may change."""
    bar_end = (bar + 1) * song.beats_per_bar
    found = []
    for turn in range(-(-song.beats_per_bar // 4)):
        for step, steps_long, name, strength in line:
            inside = turn * 4 + step / 4.0
            beat = origin + inside * stretch
            if inside < song.beats_per_bar and song.bar(beat) == bar:
                length = min(steps_long / 4.0 * stretch, bar_end - beat)
                found.append(Tone(beat, length, _pitch(name, song, bar), strength))
    return found


def _pitch(name: str, song: Song, bar: int) -> int:
    chord = song.chord(bar)
    root = fold(chord.bass, LOWEST)
    if name == "k":
        return fold(song.sounding_key.tonic, LOWEST)
    if name == "a":
        target = fold(song.chord(bar + 1).bass, LOWEST)
        scale = song.sounding_key.scale
        from_below = target > root or target == LOWEST
        steps = (-1, -2) if from_below else (1, 2)
        return next((target + step for step in steps if (target + step) % 12 in scale), target + steps[0])
    above = {"1": 0, "8": 12, "3": chord.third, "5": chord.fifth, "-5": chord.fifth - 12}[name]
    return root + above if root + above >= LOWEST - 3 else root + above + 12


def render(sound: str, song: Song, played: list[Tone], start_beat: float, beats: float) -> Samples:
    """The notes as sound."""
    return perform(song, played, start_beat, beats, lambda tone, _: note(sound, int(tone.pitch), round(song.seconds(tone.beats), 4), tone.strength > 0.9, song.rate_hz))


@lru_cache(maxsize=64)
def note(sound: str, pitch: int, length_s: float, hard: bool, rate_hz: int) -> Samples:
    """One note of one instrument, its release included."""
    frames = int((length_s + RELEASE_S) * rate_hz)
    mono = INSTRUMENTS[sound](hertz(pitch), frames, rate_hz, hard)
    shaped = edges(passed(mono, rate_hz, 22.0), rate_hz, 0.003, RELEASE_S)
    if sound != "reese":
        return stereo(shaped)
    # The two halves of the reese part above the bass; below they stay together.
    late = np.concatenate([np.zeros(int(0.0007 * rate_hz), np.float32), shaped])[: len(shaped)]
    side = edges(passed(late - shaped, rate_hz, 220.0), rate_hz, 0.003, RELEASE_S) * np.float32(0.5)
    return stereo(shaped + side, shaped - side)


def _sub(frequency_hz: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    turns = seconds(frames, rate_hz) * frequency_hz
    return np.float32(0.9) * sine(turns) + np.float32(0.12) * sine(2 * turns) + np.float32(0.035) * sine(3 * turns)


def _beside(frequency_hz: float, frames: int, rate_hz: int, others: tuple[tuple[float, float], ...]) -> Mono:
    """A saw with detuned ones (cents, phase) beside it, which leave it the fundamental: beats there would rob the bass."""
    wave = oscillator("saw", frequency_hz, frames, rate_hz)
    for cents, phase in others:
        wave = wave + np.float32(0.8) * passed(oscillator("saw", frequency_hz * 2.0 ** (cents / 1200.0), frames, rate_hz, phase), rate_hz, 2.2 * frequency_hz, None, 4)
    return wave


def _saw(frequency_hz: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    wave = _beside(frequency_hz, frames, rate_hz, ((-6.0, 0.6), (6.0, 0.31)))
    low = sine(seconds(frames, rate_hz) * frequency_hz)
    cutoffs = closing_cutoffs(frames, rate_hz, 2_600.0 if hard else 1_700.0, 480.0, 0.45)
    return np.float32(0.5) * swept_lowpass(wave, cutoffs, 1.6, rate_hz) + np.float32(0.35) * low


def _round(frequency_hz: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    """An electric bass under the thumb: a string's partials, dull, with a soft finger in front."""
    each = [(frequency_hz * n, abs(np.sin(np.pi * n * 0.19)) / n**1.5, 3.2 / (1.0 + 0.5 * n)) for n in range(1, 14 if hard else 10)]
    string = to_peak(partials(frames, rate_hz, each))
    finger = passed(source("finger").standard_normal(frames).astype(np.float32), rate_hz, 180.0, 1_100.0) * decay(frames, rate_hz, 0.03)
    return string * np.float32(0.85) + np.float32(0.08) * finger


def _pluck(frequency_hz: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    wave = 0.6 * oscillator("saw", frequency_hz, frames, rate_hz) + 0.5 * oscillator("square", frequency_hz, frames, rate_hz, 0.25)
    cutoffs = closing_cutoffs(frames, rate_hz, 4_200.0 if hard else 2_600.0, 180.0, 0.28)
    return swept_lowpass(wave.astype(np.float32), cutoffs, 2.0, rate_hz) * (0.25 + 0.75 * decay(frames, rate_hz, 0.9)).astype(np.float32)


def _reese(frequency_hz: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    wave = _beside(frequency_hz, frames, rate_hz, ((-17.0, 0.1), (17.0, 0.83)))
    sway = 620.0 * 2.0 ** (0.7 * np.sin(2.0 * np.pi * 0.9 * np.arange(0, frames, 64) / rate_hz))
    return np.float32(0.4) * swept_lowpass(wave, sway * (1.4 if hard else 1.0), 1.8, rate_hz) + np.float32(0.3) * sine(seconds(frames, rate_hz) * frequency_hz)


def _acid(frequency_hz: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    wave = oscillator("saw", frequency_hz, frames, rate_hz)
    cutoffs = closing_cutoffs(frames, rate_hz, 3_400.0 if hard else 1_700.0, 260.0, 0.32 if hard else 0.22)
    sung = swept_lowpass(wave, cutoffs, 7.5 if hard else 5.5, rate_hz)
    return passed(np.tanh(np.float32(1.3) * to_peak(sung)), rate_hz, None, 9_000.0)


def _808(frequency_hz: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    t = seconds(frames, rate_hz)
    fall_s = 0.012
    turns = t * frequency_hz + frequency_hz * 2.2 * fall_s * (1.0 - np.exp(-t / fall_s))
    tone = sine(turns) * decay(frames, rate_hz, 2.4)
    knock = passed(source("808").standard_normal(frames).astype(np.float32), rate_hz, 600.0, 3_000.0) * decay(frames, rate_hz, 0.014)
    return np.tanh((2.6 if hard else 1.9) * tone).astype(np.float32) + np.float32(0.10) * knock


def _upright(frequency_hz: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    """A double bass, plucked: the wood answers around 100 and 240 Hz, the finger thumps."""
    wood = lambda f: 1.0 + 1.2 / (1.0 + ((f - 105.0) / 35.0) ** 2) + 0.8 / (1.0 + ((f - 240.0) / 60.0) ** 2)  # noqa: E731
    each = [
        (frequency_hz * n * np.sqrt(1.0 + 0.00012 * n * n), wood(frequency_hz * n) * abs(np.sin(np.pi * n * 0.23)) / n**1.35, 2.2 / (1.0 + 0.55 * n))
        for n in range(1, 20)
    ]
    string = to_peak(partials(frames, rate_hz, each)) * np.minimum(1.0, seconds(frames, rate_hz) / 0.006).astype(np.float32)
    thump = passed(source("thump").standard_normal(frames).astype(np.float32), rate_hz, 70.0, 420.0) * decay(frames, rate_hz, 0.06)
    return string * np.float32(0.8) + np.float32(0.2 if hard else 0.12) * thump


INSTRUMENTS: dict[str, Callable[[float, int, int, bool], Mono]] = {
    "sub": _sub, "saw": _saw, "round": _round, "pluck": _pluck, "reese": _reese, "acid": _acid, "808": _808, "upright": _upright,
}
