"""The master: the gain and the look-ahead limiter that bring a mix to its loudness and true peak."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from fanlink.remix.loudness import CELL, integrated_lufs

LOOKAHEAD_S = 0.004
RELEASE_DB_PER_S = 60.0
# The limiter's gain moves between the samples too; this keeps the last hundredths under the ceiling.
HEADROOM_DB = 0.15
TOLERANCE_LU = 0.02
MOST_GAIN_DB = 40.0


@dataclass(frozen=True, slots=True)
class Mastering:
    """A gain for each cell of the mix, and the loudness that comes of it."""

    gains: np.ndarray
    loudness_lufs: float

    def apply(self, block: np.ndarray, start: int) -> np.ndarray:
        """A block of the mix, mastered; gains go in straight lines from the middle of a cell to the next."""
        first = max(start // CELL - 1, 0)
        last = min((start + len(block)) // CELL + 2, len(self.gains))
        centres = np.arange(first, last) * CELL + (CELL - 1) / 2.0
        gains = np.interp(np.arange(start, start + len(block)), centres, self.gains[first:last])
        return block * gains.astype(np.float32)[:, None]


def find(energies: np.ndarray, peaks: np.ndarray, rate_hz: int, loudness_lufs: float, true_peak_dbtp: float) -> Mastering:
    """The mastering that meets the loudness, limited to the true peak.

    Silence stays silence. The gain is found by secant steps: the limiter takes loudness away, the gain brings it back.
    """
    ceiling = 10.0 ** ((true_peak_dbtp - HEADROOM_DB) / 20.0)
    now = integrated_lufs(energies, rate_hz)
    if not np.isfinite(now):
        return Mastering(np.ones(len(energies)), now)
    gain_db = min(loudness_lufs - now, MOST_GAIN_DB)
    best = _limited(energies, peaks, rate_hz, gain_db, ceiling)
    for _ in range(16):
        missing = loudness_lufs - best.loudness_lufs
        if abs(missing) < TOLERANCE_LU or (missing > 0 and gain_db >= MOST_GAIN_DB):
            break
        gain_db = min(gain_db + missing * (1.0 if missing < 0 else 1.25), MOST_GAIN_DB)
        best = _limited(energies, peaks, rate_hz, gain_db, ceiling)
    return best


def _limited(energies: np.ndarray, peaks: np.ndarray, rate_hz: int, gain_db: float, ceiling: float) -> Mastering:
    gain = 10.0 ** (gain_db / 20.0)
    gains = gain * limiter(peaks * gain, rate_hz, ceiling)
    return Mastering(gains, integrated_lufs(energies * gains**2, rate_hz))


def limiter(peaks: np.ndarray, rate_hz: int, ceiling: float) -> np.ndarray:
    """The gain of each cell that keeps its peak under the ceiling: there before the peak comes, gone slowly after."""
    reduction_db = 20.0 * np.log10(np.maximum(peaks / ceiling, 1.0))
    if not reduction_db.any():
        return np.ones(len(peaks))
    # A release of constant decibels a second is a running maximum along a falling line.
    fall = RELEASE_DB_PER_S * CELL / rate_hz * np.arange(len(peaks))
    held = np.maximum(np.maximum.accumulate(reduction_db + fall) - fall, 0.0)
    # The window's minimum, then two averages within it: smooth, and down in time.
    reach = max(1, round(LOOKAHEAD_S * rate_hz / CELL / 2))
    gains = minimum_filter1d(10.0 ** (-held / 20.0), 4 * reach + 3, mode="nearest")
    return uniform_filter1d(uniform_filter1d(gains, 2 * reach + 1, mode="nearest"), 2 * reach + 1, mode="nearest")
