"""Filters that stand still or sweep, and the tilt between dark and bright.

All are biquads in the form of Robert Bristow-Johnson's "Audio EQ Cookbook".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from fanlink.remix.effects.processor import Context, Samples, Signal, to_samples, to_signal

Kind = Literal["lowpass", "highpass"]
Coefficients = NDArray[np.float64]

SEGMENT_FRAMES = 128
"""A sweep moves in steps this long: 3 ms at 44.1 kHz, each a few cents of cutoff."""

DEFAULT_SWEEP_BEATS = 16.0

# The two halves of a fourth-order Butterworth filter; resonance sharpens the second.
_FIRST_Q, _SECOND_Q = 0.541_196_1, 1.306_563


def biquad(kind: Kind, cutoff_hz: float, q: float, rate_hz: int) -> tuple[Coefficients, Coefficients]:
    """A second-order lowpass or highpass: numerator and denominator."""
    turn = 2.0 * np.pi * min(cutoff_hz, 0.45 * rate_hz) / rate_hz
    alpha, cosine = np.sin(turn) / (2.0 * q), np.cos(turn)
    side = (1.0 - cosine) / 2.0 if kind == "lowpass" else (1.0 + cosine) / 2.0
    middle = 2.0 * side if kind == "lowpass" else -2.0 * side
    return np.array([side, middle, side]) / (1.0 + alpha), np.array([1.0 + alpha, -2.0 * cosine, 1.0 - alpha]) / (1.0 + alpha)


def shelf(side: Literal["low", "high"], corner_hz: float, gain_db: float, rate_hz: int) -> tuple[Coefficients, Coefficients]:
    """A second-order shelf with slope 0.5, gentle enough to pass for tone rather than for an effect."""
    amp = 10.0 ** (gain_db / 40.0)
    turn = 2.0 * np.pi * min(corner_hz, 0.45 * rate_hz) / rate_hz
    cosine = np.cos(turn) if side == "low" else -np.cos(turn)
    alpha = np.sin(turn) / 2.0 * np.sqrt((amp + 1.0 / amp) * (1.0 / 0.5 - 1.0) + 2.0)
    root = 2.0 * np.sqrt(amp) * alpha
    sign = 1.0 if side == "low" else -1.0
    b = amp * np.array([amp + 1 - (amp - 1) * cosine + root, sign * 2 * (amp - 1 - (amp + 1) * cosine), amp + 1 - (amp - 1) * cosine - root])
    a = np.array([amp + 1 + (amp - 1) * cosine + root, sign * -2 * (amp - 1 + (amp + 1) * cosine), amp + 1 + (amp - 1) * cosine - root])
    return b / a[0], a / a[0]


def peak(centre_hz: float, gain_db: float, q: float, rate_hz: int) -> tuple[Coefficients, Coefficients]:
    """A bell around one frequency."""
    amp = 10.0 ** (gain_db / 40.0)
    turn = 2.0 * np.pi * min(centre_hz, 0.45 * rate_hz) / rate_hz
    alpha, cosine = np.sin(turn) / (2.0 * q), np.cos(turn)
    b = np.array([1 + alpha * amp, -2 * cosine, 1 - alpha * amp])
    a = np.array([1 + alpha / amp, -2 * cosine, 1 - alpha / amp])
    return b / a[0], a / a[0]


class Chain:
    """Biquads one after the other that remember their past; a signal is (channels, frames)."""

    def __init__(self, *sections: tuple[Coefficients, Coefficients], channels: int = 2) -> None:
        self._sections = sections
        self._memory = [np.zeros((channels, len(a) - 1)) for _, a in sections]

    def __call__(self, signal: Signal) -> Signal:
        if signal.shape[1] == 0:
            return signal
        for index, (b, a) in enumerate(self._sections):
            signal, self._memory[index] = lfilter(b, a, signal, axis=1, zi=self._memory[index])
        return signal


class Sweep:
    """A fourth-order lowpass or highpass whose cutoff may glide, evenly in pitch, from `cutoff_hz` to `to_hz`."""

    def __init__(self, kind: Kind, settings: Mapping[str, float], context: Context, beats: float | None) -> None:
        self._kind: Kind = kind
        self._rate_hz = context.rate_hz
        self._from_hz = settings["cutoff_hz"]
        self._to_hz = settings["to_hz"] or self._from_hz
        self._second_q = _SECOND_Q * (1.0 + 4.0 * settings["resonance"] ** 2)
        sweep_frames = context.frames(DEFAULT_SWEEP_BEATS if beats is None else beats)
        still = self._to_hz == self._from_hz
        self._segments = 0 if still else max(1, int(np.ceil(sweep_frames / SEGMENT_FRAMES)))
        self._done_frames = 0
        self._memory = [np.zeros((2, 2)), np.zeros((2, 2))]

    @property
    def tail_frames(self) -> int:
        return int(8.0 * self._second_q * self._rate_hz / min(self._from_hz, self._to_hz)) if self._kind == "lowpass" else 0

    def process(self, block: Samples, start_frame: int) -> Samples:
        if len(block) == 0:
            return block
        signal = to_signal(block)
        pieces = []
        place = 0
        while place < len(block):
            segment, inside = divmod(self._done_frames, SEGMENT_FRAMES)
            moving = segment < self._segments
            end = min(len(block), place + SEGMENT_FRAMES - inside) if moving else len(block)
            pieces.append(self._filter(signal[:, place:end], segment))
            self._done_frames += end - place
            place = end
        return to_samples(np.concatenate(pieces, axis=1))

    def _filter(self, piece: Signal, segment: int) -> Signal:
        way = min(1.0, segment / self._segments) if self._segments else 0.0
        cutoff_hz = self._from_hz * (self._to_hz / self._from_hz) ** way
        for index, q in enumerate((_FIRST_Q, self._second_q)):
            b, a = biquad(self._kind, cutoff_hz, q, self._rate_hz)
            piece, self._memory[index] = lfilter(b, a, piece, axis=1, zi=self._memory[index])
        return piece


class Tilt:
    """Lifts the treble and lowers the bass by `tilt_db`, or the other way round, about 700 Hz."""

    def __init__(self, settings: Mapping[str, float], context: Context) -> None:
        tilt_db = settings["tilt_db"]
        self._chain = Chain(shelf("low", 350.0, -tilt_db, context.rate_hz), shelf("high", 1_400.0, tilt_db, context.rate_hz))

    @property
    def tail_frames(self) -> int:
        return 0

    def process(self, block: Samples, start_frame: int) -> Samples:
        return to_samples(self._chain(to_signal(block)))
