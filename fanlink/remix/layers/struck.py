"""Notes that are struck or plucked and die away: keys, strings, bars, tines. Each is cached, for songs repeat themselves."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from fanlink.remix.layers.song import Samples
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
)

_RELEASE_S = 0.14


def _frames(length_s: float, rate_hz: int, release_s: float = _RELEASE_S) -> int:
    return int((length_s + release_s) * rate_hz)


@lru_cache(maxsize=48)
def rhodes(pitch: int, length_s: float, hard: bool, rate_hz: int) -> Samples:
    """An electric piano by frequency modulation (Chowning 1973): a warm pair for the tone, a high pair for the tine; the
    sound walks slowly between the sides."""
    frames, f = _frames(length_s, rate_hz), hertz(pitch)
    t = seconds(frames, rate_hz)
    level = decay(frames, rate_hz, 5.5 * (260.0 / f) ** 0.4)
    bend = (0.26 if hard else 0.13) * decay(frames, rate_hz, 1.6)
    tone = sine(t * f + bend * sine(t * f)) * level
    tine_hz = f * 14.0
    if tine_hz < 0.3 * rate_hz:
        tine = sine(t * f + 0.10 * decay(frames, rate_hz, 0.35) * sine(t * tine_hz)) * decay(frames, rate_hz, 0.9)
        tone = tone * np.float32(0.85) + tine * np.float32(0.3 if hard else 0.2)
    tone += np.float32(0.06) * sine(t * 2.0 * f) * decay(frames, rate_hz, 2.0)
    thump = passed(source("key", pitch).standard_normal(frames).astype(np.float32), rate_hz, 120.0, 900.0) * decay(frames, rate_hz, 0.02)
    mono = edges((tone + np.float32(0.03) * thump).astype(np.float32) * np.float32(0.4), rate_hz, 0.002, _RELEASE_S)
    sway = (0.22 * np.sin(2.0 * np.pi * 4.6 * t)).astype(np.float32)
    return stereo(mono * (1.0 + sway), mono * (1.0 - sway))


@lru_cache(maxsize=48)
def piano(pitch: int, length_s: float, hard: bool, rate_hz: int) -> Samples:
    """A felt piano: stiff strings (Fletcher 1964: f_n = n f (1 + B n^2)^1/2), two to a tone, a soft hammer."""
    frames, f = _frames(length_s, rate_hz, 0.22), hertz(pitch)
    stiff = 0.00022 * 2.0 ** ((pitch - 60) / 14.0)
    count = min(18 if hard else 12, max(3, int(6_500.0 / f)))
    sides = []
    for side in (-1.0, 1.0):
        each = []
        for n in range(1, count + 1):
            level = abs(np.sin(np.pi * n / 8.3)) / n ** (1.35 if hard else 1.75)
            rt60_s = 7.0 * (261.0 / f) ** 0.6 / (1.0 + 0.28 * n)
            frequency_hz = n * f * np.sqrt((1.0 + stiff * n * n) / (1.0 + stiff)) * 2.0 ** (side * 0.5 / 1200.0)
            each += [(frequency_hz, 0.6 * level, rt60_s * 0.35), (frequency_hz, 0.4 * level, rt60_s)]
        sides.append(partials(frames, rate_hz, each))
    hammer = passed(source("hammer", pitch).standard_normal(frames).astype(np.float32), rate_hz, 200.0, 1_500.0) * decay(frames, rate_hz, 0.035)
    both = stereo(*(sides[index] + np.float32(0.02) * hammer for index in (0, 1)))
    return edges(both * np.float32(0.9), rate_hz, 0.0025, 0.22)


def _string(f: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    """A nylon string plucked near the bridge: what Karplus and Strong's loop converges to, drawn partial by partial."""
    count = min(26, int(0.4 * rate_hz / f), int(6_000.0 / f) + 2)
    each = [(n * f * np.sqrt((1.0 + 0.00008 * n * n) / 1.00008), abs(np.sin(np.pi * n * 0.17)) / n ** (1.1 if hard else 1.4), 2.4 / (1.0 + 0.035 * n * n * (f / 200.0) ** 0.5)) for n in range(1, count + 1)]
    body = passed(source("body").standard_normal(frames).astype(np.float32), rate_hz, 90.0, 400.0) * decay(frames, rate_hz, 0.05)
    return partials(frames, rate_hz, each) * np.float32(0.9) + np.float32(0.03) * body


def _bell(f: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    """A small bell in tune with itself: minor third left out, octave and twelfth strong, two upper partials off."""
    each = [(f, 1.0, 2.6), (2.0 * f, 0.5, 2.0), (2.0 * f * 1.0013, 0.2, 2.0), (3.0 * f, 0.26, 1.3), (4.16 * f, 0.16, 0.8), (5.43 * f, 0.12, 0.5), (6.79 * f, 0.08 if hard else 0.04, 0.3)]
    return partials(frames, rate_hz, each) * np.float32(0.6)


def _kalimba(f: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    """A tine clamped at one end: its next modes are far away (6.27 and 17.5 times) and short."""
    each = [(f, 1.0, 1.4), (2.0 * f, 0.06, 0.7), (6.27 * f, 0.16 if hard else 0.09, 0.14), (17.5 * f, 0.04, 0.05)]
    thumb = passed(source("thumb").standard_normal(frames).astype(np.float32), rate_hz, 350.0, 2_200.0) * decay(frames, rate_hz, 0.018)
    return partials(frames, rate_hz, each) * np.float32(0.8) + np.float32(0.06) * thumb


def _marimba(f: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    """A bar tuned so that its second mode is two octaves up, over a pipe that lets the first ring."""
    each = [(f, 1.0, 0.9 * (330.0 / f) ** 0.5), (3.98 * f, 0.26 if hard else 0.16, 0.16), (9.7 * f, 0.1, 0.05)]
    mallet = passed(source("mallet").standard_normal(frames).astype(np.float32), rate_hz, 250.0, 1_600.0) * decay(frames, rate_hz, 0.014)
    return partials(frames, rate_hz, each) * np.float32(0.85) + np.float32(0.06) * mallet


def _synth_pluck(f: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    wave = 0.6 * oscillator("saw", f, frames, rate_hz) + 0.4 * oscillator("square", f, frames, rate_hz, 0.2)
    cutoffs = closing_cutoffs(frames, rate_hz, 7_500.0 if hard else 4_500.0, 350.0, 0.3)
    return swept_lowpass(wave.astype(np.float32), cutoffs, 1.6, rate_hz) * decay(frames, rate_hz, 0.8)


def _square(f: float, frames: int, rate_hz: int, hard: bool) -> Mono:
    """A pulse of a quarter: two saws apart; dies in steps too small to hear."""
    wave = 0.5 * (oscillator("saw", f, frames, rate_hz) - oscillator("saw", f, frames, rate_hz, 0.25))
    return passed(wave, rate_hz, None, 7_000.0, 1) * (0.3 + 0.7 * decay(frames, rate_hz, 0.5)).astype(np.float32) * decay(frames, rate_hz, 1.8)


MALLETS = {"guitar": _string, "bell": _bell, "kalimba": _kalimba, "marimba": _marimba, "pluck": _synth_pluck, "square": _square}
RING_S = {"guitar": 0.9, "bell": 1.6, "kalimba": 0.7, "marimba": 0.5, "pluck": 0.15, "square": 0.03, "saw": 0.08}
"""How long an instrument of the arpeggio rings on past the length of its note."""


@lru_cache(maxsize=96)
def plucked(sound: str, pitch: int, length_s: float, hard: bool, rate_hz: int) -> Samples:
    """One note of an arpeggio's instrument."""
    f = hertz(pitch)
    frames = int((length_s + RING_S[sound]) * rate_hz)
    release_s = min(0.12, 0.4 * frames / rate_hz)
    if sound == "saw":
        return edges(_wide_saw(f, frames, rate_hz, hard), rate_hz, 0.002, release_s)
    mono = passed(MALLETS[sound](f, frames, rate_hz, hard), rate_hz, 60.0)
    return edges(stereo(mono), rate_hz, 0.0012, release_s)


def _wide_saw(f: float, frames: int, rate_hz: int, hard: bool) -> Samples:
    """Seven saws, the middle one in both ears, three pairs leaning apart."""
    chance = source("saw", int(f))
    middle = oscillator("saw", f, frames, rate_hz, chance.random())
    sides = [sum(oscillator("saw", f * 2.0 ** (sign * cents / 1200.0), frames, rate_hz, chance.random()) for cents in (4.0, 9.0, 15.0)) for sign in (-1.0, 1.0)]
    cutoffs = closing_cutoffs(frames, rate_hz, 9_000.0 if hard else 5_500.0, 900.0, 0.6)
    fading = decay(frames, rate_hz, 1.6)
    ears = [0.4 * middle + 0.28 * np.asarray(sides[ear]) + 0.12 * np.asarray(sides[1 - ear]) for ear in (0, 1)]
    return stereo(*(passed(swept_lowpass(ear.astype(np.float32), cutoffs, 1.4, rate_hz) * fading, rate_hz, 90.0) for ear in ears))
