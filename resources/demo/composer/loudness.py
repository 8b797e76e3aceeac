"""How loud it is: integrated loudness and true peak as in ITU-R BS.1770-4."""

import numpy as np
from scipy.signal import lfilter, resample_poly

from composer.song import SAMPLE_RATE_HZ


def loudness_lufs(signal: np.ndarray) -> float:
    """Return the gated loudness of stereo samples (n, 2)."""
    power = lfilter(*_high_pass(), lfilter(*_shelf(), signal, axis=0), axis=0) ** 2
    block, hop = round(0.4 * SAMPLE_RATE_HZ), round(0.1 * SAMPLE_RATE_HZ)
    total = np.concatenate([[0.0], np.cumsum(power.sum(axis=1))])
    starts = np.arange(0, len(signal) - block, hop)
    blocks = (total[starts + block] - total[starts]) / block
    blocks = blocks[_lufs(blocks) > -70]
    assert len(blocks), "nothing to hear"
    blocks = blocks[_lufs(blocks) > _lufs(blocks.mean()) - 10]
    return float(_lufs(blocks.mean()))


def true_peak_db(signal: np.ndarray) -> float:
    """Return the peak between samples in dBTP, read at four times the rate."""
    return float(20 * np.log10(np.abs(resample_poly(signal, 4, 1, axis=0)).max() + 1e-12))


def _lufs(power: np.ndarray) -> np.ndarray:
    return -0.691 + 10 * np.log10(power + 1e-12)


def _shelf() -> tuple[np.ndarray, np.ndarray]:
    """The head's shelf of BS.1770, its analogue prototype taken to our rate."""
    gain, quality = 10 ** (3.99984385397 / 20), 0.7071752369554193
    k = np.tan(np.pi * 1681.9744509555319 / SAMPLE_RATE_HZ)
    band = gain**0.499666774155
    scale = 1 + k / quality + k * k
    numerator = [gain + band * k / quality + k * k, 2 * (k * k - gain), gain - band * k / quality + k * k]
    return np.array(numerator) / scale, np.array([1, 2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale])


def _high_pass() -> tuple[np.ndarray, np.ndarray]:
    k, quality = np.tan(np.pi * 38.13547087613982 / SAMPLE_RATE_HZ), 0.5003270373253953
    scale = 1 + k / quality + k * k
    return np.array([1.0, -2.0, 1.0]), np.array([1, 2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale])
