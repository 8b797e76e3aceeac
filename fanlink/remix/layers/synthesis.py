"""The few ways in which every sound here is made: partials, wave tables, spread spectra, shaped noise.

Everything is drawn below the Nyquist frequency to begin with, so nothing folds back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import butter, lfilter, sosfilt

from fanlink.remix.effects.filters import biquad
from fanlink.remix.layers.song import Samples

Mono = NDArray[np.float32]

_FLOOR = np.log(10.0 ** (-84.0 / 20.0))
"""A partial is drawn until it has fallen by 84 dB."""


def source(*name: str | int) -> np.random.Generator:
    """A source of chance for a sound, the same for the same name for ever."""
    words = [crc32(str(part).encode()) for part in name]
    return np.random.Generator(np.random.PCG64(words))


def hertz(pitch: float) -> float:
    """The frequency of a MIDI pitch, A4 = 69 = 440 Hz."""
    return 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)


def seconds(frames: int, rate_hz: int) -> NDArray[np.float64]:
    return np.arange(frames) / rate_hz


def sine(turns: NDArray[np.float64]) -> Mono:
    """The sine of a phase in turns; reduced in double precision first, then quick."""
    return np.sin(((turns - np.floor(turns)) * (2.0 * np.pi)).astype(np.float32))


def decay(frames: int, rate_hz: int, rt60_s: float) -> Mono:
    """From 1 down by 60 dB in `rt60_s`."""
    return np.exp(np.arange(frames, dtype=np.float32) * np.float32(-6.9078 / (rt60_s * rate_hz)))


def partials(frames: int, rate_hz: int, each: Sequence[tuple[float, float, float]], phases: Sequence[float] = ()) -> Mono:
    """Dying sines: (hertz, level, seconds to -60 dB) each; those above 0.45 of the rate are left out."""
    out = np.zeros(frames, dtype=np.float32)
    for index, (frequency_hz, level, rt60_s) in enumerate(each):
        if frequency_hz >= 0.45 * rate_hz or level == 0.0:
            continue
        count = min(frames, max(8, int(rt60_s * rate_hz * -_FLOOR / 6.9078)))
        phase = phases[index % len(phases)] if phases else 0.0
        out[:count] += np.float32(level) * sine(np.arange(count) * (frequency_hz / rate_hz) + phase) * decay(count, rate_hz, rt60_s)
    return out


@lru_cache(maxsize=96)
def wave_table(shape: str, harmonics: int) -> Mono:
    """One turn of a saw, square or triangle of so many harmonics, with one frame more to draw to; peak near 1."""
    number = np.arange(1, harmonics + 1)
    size = 1 << max(11, int(np.ceil(np.log2(max(1, harmonics) * 24))))
    levels = {"saw": 1.0 / number, "square": (number % 2) / number, "triangle": (number % 2) * (-1.0) ** (number // 2) / number**2}[shape]
    # The last harmonics are eased out, which takes the ringing from the edges.
    levels = levels * np.cos(0.5 * np.pi * number / (harmonics + 1)) ** 0.5
    spectrum = np.zeros(size // 2 + 1, dtype=np.complex128)
    spectrum[1 : harmonics + 1] = -0.5j * levels * size
    table = fft.irfft(spectrum, size) * {"saw": 2.0 / np.pi, "square": 4.0 / np.pi, "triangle": 8.0 / np.pi**2}[shape]
    return np.append(table, table[0]).astype(np.float32)


def oscillator(shape: str, frequency_hz: float, frames: int, rate_hz: int, phase: float = 0.0) -> Mono:
    """A steady wave with as many harmonics as there is room for."""
    table = wave_table(shape, max(1, min(600, int(0.44 * rate_hz / frequency_hz))))
    turns = np.arange(frames) * (frequency_hz / rate_hz) + phase
    place = (turns - np.floor(turns)) * (len(table) - 1)
    whole = place.astype(np.intp)
    way = (place - whole).astype(np.float32)
    return table[whole] * (1.0 - way) + table[whole + 1] * way


def swept_lowpass(sound: Mono, cutoffs_hz: NDArray[np.float64], q: float, rate_hz: int, segment: int = 64) -> Mono:
    """A fourth-order lowpass whose cutoff is given for each segment; `q` sharpens its second half."""
    out = np.empty(len(sound), dtype=np.float64)
    memory = [np.zeros(2), np.zeros(2)]
    for index, start in enumerate(range(0, len(sound), segment)):
        piece = sound[start : start + segment].astype(np.float64) + 1e-25
        cutoff_hz = float(cutoffs_hz[min(index, len(cutoffs_hz) - 1)])
        for half, sharpness in enumerate((0.541, q)):
            b, a = biquad("lowpass", cutoff_hz, sharpness, rate_hz)
            piece, memory[half] = lfilter(b, a, piece, zi=memory[half])
        out[start : start + segment] = piece
    return out.astype(np.float32)


def closing_cutoffs(frames: int, rate_hz: int, from_hz: float, to_hz: float, rt60_s: float, segment: int = 64) -> NDArray[np.float64]:
    """Cutoffs for `swept_lowpass` that fall from one frequency to another as a plucked filter does."""
    way = np.exp(-6.9078 * np.arange(0, max(1, frames), segment) / (rt60_s * rate_hz))
    return to_hz * (from_hz / to_hz) ** way


def passed(sound: Mono, rate_hz: int, low_hz: float | None = None, high_hz: float | None = None, order: int = 2) -> Mono:
    """The sound between two frequencies (Butterworth, along the first axis)."""
    for edge_hz, kind in ((low_hz, "highpass"), (high_hz, "lowpass")):
        if edge_hz is not None and edge_hz < 0.45 * rate_hz:
            sos = butter(order, edge_hz / (0.5 * rate_hz), kind, output="sos")
            sound = sosfilt(sos, sound.astype(np.float64), axis=0).astype(np.float32)
    return sound


def shaped_noise(frames: int, rate_hz: int, chance: np.random.Generator, shape: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Mono:
    """Noise whose spectrum follows `shape` (hertz -> level), RMS 1, going round without a seam."""
    frequencies = fft.rfftfreq(frames, 1.0 / rate_hz)
    levels = shape(frequencies)
    levels[0] = 0.0
    angles = (chance.random(len(frequencies), dtype=np.float32)) * np.float32(2.0 * np.pi)
    spectrum = np.empty(len(frequencies), dtype=np.complex64)
    spectrum.real, spectrum.imag = np.cos(angles), np.sin(angles)
    sound = fft.irfft(spectrum * levels.astype(np.float32), frames)
    return (sound / np.sqrt(np.mean(sound.astype(np.float64) ** 2) + 1e-30)).astype(np.float32)


def edges(sound: Mono, rate_hz: int, attack_s: float, release_s: float) -> Mono:
    """The sound (frames,) or (frames, 2) with a raised-cosine start and end, so that it begins and ends at zero."""
    shaped = sound.copy()
    for length_s, side in ((attack_s, slice(None)), (release_s, slice(None, None, -1))):
        count = min(len(sound), max(1, int(length_s * rate_hz)))
        ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)).astype(np.float32)
        view = shaped[side]
        view[:count] *= ramp if sound.ndim == 1 else ramp[:, None]
    return shaped


def to_peak(sound: Mono, peak: float = 1.0) -> Mono:
    return sound * np.float32(peak / max(1e-9, float(np.max(np.abs(sound)))))


def stereo(left: Mono, right: Mono | None = None) -> Samples:
    return np.ascontiguousarray(np.stack([left, left if right is None else right], axis=1), dtype=np.float32)
