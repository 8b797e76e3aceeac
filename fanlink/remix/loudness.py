"""Loudness as ITU-R BS.1770-4 measures it, in cells small enough to follow a limiter.

The weighted energy and the true peak of a mix are kept for cells of ten frames. Both follow a gain without looking
at the samples again, so the right gain is found in a few short steps.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import firwin, sosfilt, upfirdn

CELL = 10
OVERSAMPLING = 4
TAPS = 12
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0


def _weighting(rate_hz: int) -> np.ndarray:
    """The two filters of K-weighting at any rate, as second-order sections: the formulas of libebur128, which meet BS.1770 at 48 kHz."""
    k = np.tan(np.pi * 1681.974450955533 / rate_hz)
    q, gain = 0.7071752369554196, 10.0 ** (3.999843853973347 / 20.0)
    band = gain**0.4996667741545416
    norm = 1.0 + k / q + k * k
    shelf = [(gain + band * k / q + k * k), 2.0 * (k * k - gain), (gain - band * k / q + k * k)]
    shelf = np.array([*shelf, norm, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k]) / norm
    k = np.tan(np.pi * 38.13547087602444 / rate_hz)
    q = 0.5003270373238773
    norm = 1.0 + k / q + k * k
    rumble = np.array([norm, -2.0 * norm, norm, norm, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k]) / norm
    return np.stack([shelf, rumble])


class Cells:
    """Collects, block by block, the weighted energy and the true peak of each cell of ten frames."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._filters = _weighting(rate_hz)
        self._memory = np.zeros((2, 2, 2))
        up = OVERSAMPLING if rate_hz < 96_000 else 2
        self._up = up
        self._kernel = firwin(TAPS * up + 1, 1.0 / up, window=("kaiser", 8.0)) * up
        self._history = np.zeros((2, TAPS), np.float32)
        self._rest = np.zeros((0, 2), np.float32)
        self._energies: list[np.ndarray] = []
        self._peaks: list[np.ndarray] = []

    def add(self, block: np.ndarray) -> None:
        """Append float32 (frames, 2)."""
        block = np.concatenate([self._rest, block])
        whole = len(block) // CELL * CELL
        self._rest = block[whole:]
        self._measure(block[:whole])

    def _measure(self, block: np.ndarray) -> None:
        if not len(block):
            return
        sides = np.ascontiguousarray(block.T)
        weighted, self._memory = sosfilt(self._filters, sides.astype(np.float64) + 1e-20, axis=1, zi=self._memory)
        self._energies.append((weighted * weighted).reshape(2, -1, CELL).sum(axis=(0, 2)))
        self._peaks.append(self._true_peaks(sides))

    def _true_peaks(self, sides: np.ndarray) -> np.ndarray:
        """The largest value on and between the samples of each cell; between them it is seen half a kernel late."""
        padded = np.concatenate([self._history, sides], axis=1)
        self._history = padded[:, -TAPS:]
        between = upfirdn(self._kernel.astype(np.float32), padded, self._up, axis=1)
        start = len(self._kernel) // 2 + (TAPS - TAPS // 2) * self._up
        length = sides.shape[1] * self._up
        return np.maximum(_largest(between[:, start : start + length], CELL * self._up), _largest(sides, CELL))

    def finish(self) -> tuple[np.ndarray, np.ndarray]:
        """The energies and peaks of all cells, the last one filled up with silence."""
        if len(self._rest):
            self.add(np.zeros((CELL - len(self._rest), 2), np.float32))
        self._measure(np.zeros((CELL * 2, 2), np.float32))
        return np.concatenate(self._energies), np.concatenate(self._peaks)


def _largest(sides: np.ndarray, frames: int) -> np.ndarray:
    """The largest value, of either sign and side, in each run of so many frames."""
    runs = sides.reshape(2, -1, frames)
    return np.maximum(runs.max(axis=2), -runs.min(axis=2)).max(axis=0)


def integrated_lufs(energies: np.ndarray, rate_hz: int) -> float:
    """The gated loudness of cells of weighted energy; -inf when all is silence."""
    total = np.concatenate([[0.0], np.cumsum(energies)])
    hop = 0.1 * rate_hz / CELL
    blocks = int((len(energies) - 4 * hop) / hop) + 1
    if blocks < 1:
        mean = total[-1] / max(len(energies) * CELL, 1)
        return lufs(mean)
    starts = np.round(np.arange(blocks) * hop).astype(int)
    ends = np.minimum(np.round((np.arange(blocks) + 4) * hop).astype(int), len(energies))
    means = (total[ends] - total[starts]) / ((ends - starts) * CELL)
    loud = means[means > 10.0 ** ((ABSOLUTE_GATE_LUFS + 0.691) / 10.0)]
    if not len(loud):
        return -np.inf
    loud = loud[loud > loud.mean() * 10.0 ** (RELATIVE_GATE_LU / 10.0)]
    return lufs(float(loud.mean()))


def lufs(mean_energy: float) -> float:
    """Loudness of a mean weighted energy (both channels added)."""
    return -0.691 + 10.0 * float(np.log10(mean_energy)) if mean_energy > 0 else -np.inf
