"""Four times oversampling around a curve, so that the harmonics it makes do not fold back as wrong notes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Stereo = NDArray[np.float32]

# Half the side lengths of the two half-band filters: the outer one is steep, the inner one has room.
_OUTER_PAIRS, _INNER_PAIRS = 16, 6


def half_band(pairs: int) -> NDArray[np.float32]:
    """The taps beside the middle, nearest first, of a half-band lowpass: a windowed sinc at a quarter of the rate.

    Every second tap is zero and the middle one a half, so 2 * pairs multiplications do for one frame
    (Crochiere and Rabiner 1983, "Multirate Digital Signal Processing", 4.3.5).
    """
    odd = 2 * np.arange(pairs) + 1
    window = np.i0(8.0 * np.sqrt(1.0 - (odd / (2.0 * pairs)) ** 2)) / np.i0(8.0)
    taps = window * np.sin(np.pi * odd / 2.0) / (np.pi * odd)
    return (taps * (0.25 / np.sum(taps))).astype(np.float32)


class _Doubler:
    """Twice the rate: frames in between are drawn from `pairs` neighbours on each side, `pairs` frames late."""

    def __init__(self, pairs: int) -> None:
        self._taps = 2.0 * half_band(pairs)
        self._pairs = pairs
        self._past = np.zeros((2, 2 * pairs - 1), dtype=np.float32)

    def __call__(self, signal: Stereo) -> Stereo:
        known = np.concatenate([self._past, signal], axis=1)
        count, pairs = signal.shape[1], self._pairs
        between = np.zeros_like(signal)
        for index, tap in enumerate(self._taps):
            left, right = pairs - 1 - index, pairs + index
            between += tap * (known[:, left : left + count] + known[:, right : right + count])
        doubled = np.empty((2, 2 * count), dtype=np.float32)
        doubled[:, 0::2] = known[:, pairs - 1 : pairs - 1 + count]
        doubled[:, 1::2] = between
        self._past = known[:, known.shape[1] - (2 * pairs - 1) :].copy()
        return doubled


class _Halver:
    """Half the rate again: what is above the new one is filtered away, `pairs` new frames late."""

    def __init__(self, pairs: int) -> None:
        self._taps = half_band(pairs)
        self._pairs = pairs
        self._past_even = np.zeros((2, pairs), dtype=np.float32)
        self._past_odd = np.zeros((2, 2 * pairs - 1), dtype=np.float32)

    def __call__(self, signal: Stereo) -> Stereo:
        even = np.concatenate([self._past_even, signal[:, 0::2]], axis=1)
        odd = np.concatenate([self._past_odd, signal[:, 1::2]], axis=1)
        count, pairs = signal.shape[1] // 2, self._pairs
        # The odd frame k lies between the even frames k and k + 1; the middle of the filter is an even frame.
        kept = np.float32(0.5) * even[:, 1 : 1 + count]
        for index, tap in enumerate(self._taps):
            left, right = pairs - 1 - index, pairs + index
            kept = kept + tap * (odd[:, left : left + count] + odd[:, right : right + count])
        self._past_even = even[:, even.shape[1] - pairs :].copy()
        self._past_odd = odd[:, odd.shape[1] - (2 * pairs - 1) :].copy()
        return kept


class Oversampler:
    """Runs a memoryless curve at four times the rate; `LATENCY_FRAMES` late, bit for bit alike in any blocks."""

    LATENCY_FRAMES = 2 * _OUTER_PAIRS - 1 + (2 * _INNER_PAIRS - 1) // 2

    def __init__(self) -> None:
        self._up = (_Doubler(_OUTER_PAIRS), _Doubler(_INNER_PAIRS))
        self._down = (_Halver(_INNER_PAIRS), _Halver(_OUTER_PAIRS))

    def __call__(self, signal: Stereo, curve: Callable[[Stereo], Stereo]) -> Stereo:
        if signal.shape[1] == 0:
            return signal
        for step in self._up:
            signal = step(signal)
        signal = curve(signal)
        for step in self._down:
            signal = step(signal)
        return signal
