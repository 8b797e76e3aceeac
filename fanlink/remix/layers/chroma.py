"""How strong each of the twelve pitch classes is in each bar of a recording."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import resample_poly

_WINDOW, _HOP = 8_192, 2_048
_LOWEST_HZ, _HIGHEST_HZ = 65.0, 1_800.0

_SILENT = 0.01
"""A bar this much weaker than the strongest has no harmony to speak of."""


def bar_chroma(samples: NDArray[np.floating], rate_hz: int, grid: Sequence[int]) -> NDArray[np.float64]:
    """The chroma (bars, 12) of sound (frames,) or (frames, channels); `grid` are the frames at which bars begin, and
    the end of the last. A silent bar is all zeros, every other sums to 1. Leave drums out of what you pass."""
    mono = samples if samples.ndim == 1 else samples.mean(axis=1)
    factor = max(1, rate_hz // 11_025)
    slow = resample_poly(np.asarray(mono, dtype=np.float32), 1, factor) if factor > 1 else np.asarray(mono, dtype=np.float32)
    slow_rate_hz = rate_hz / factor
    centres, strengths = _pitch_classes(slow, slow_rate_hz)
    chroma = np.zeros((max(0, len(grid) - 1), 12))
    for bar, (start, end) in enumerate(zip(grid[:-1], grid[1:], strict=True)):
        # A window near the edge hears the neighbour too.
        margin = min(_WINDOW / 3.0, 0.25 * (end - start) / factor)
        inside = (centres >= start / factor + margin) & (centres <= end / factor - margin)
        chroma[bar] = strengths[inside].mean(axis=0) if inside.any() else 0.0
    loudness = chroma.sum(axis=1, keepdims=True)
    silent = loudness < _SILENT * loudness.max(initial=1e-9)
    return np.where(silent, 0.0, chroma / np.maximum(loudness, 1e-12))


def _pitch_classes(mono: NDArray[np.float32], rate_hz: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Window centres in frames, and the strength of each pitch class there: (windows, 12)."""
    padded = np.concatenate([np.zeros(_WINDOW // 2, np.float32), mono, np.zeros(_WINDOW, np.float32)])
    count = max(1, -(-len(mono) // _HOP))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: count * _HOP : _HOP]
    hertz = fft.rfftfreq(_WINDOW, 1.0 / rate_hz)
    used = (hertz > _LOWEST_HZ) & (hertz < _HIGHEST_HZ)
    pitch = 69.0 + 12.0 * np.log2(hertz[used] / 440.0)
    off = (pitch[:, None] - np.arange(12)[None, :] + 6.0) % 12.0 - 6.0
    # Low notes lie closer than a window can tell apart, and high ones are mostly overtones.
    trust = np.exp(-0.5 * ((pitch - 60.0) / 14.0) ** 2)
    weights = np.exp(-0.5 * (off / 0.28) ** 2) * trust[:, None]
    hann = np.hanning(_WINDOW).astype(np.float32)
    strengths = np.empty((count, 12))
    for first in range(0, count, 128):
        spectra = np.abs(fft.rfft(windows[first : first + 128] * hann, axis=1))[:, used] / _WINDOW
        strengths[first : first + 128] = np.sqrt(spectra) @ weights * np.sqrt(np.mean(spectra**2, axis=1, keepdims=True))
    return np.arange(count) * float(_HOP), strengths
