"""Tone shaping with textbook filters; every function takes mono (n,) or stereo (n, 2)."""

import numpy as np
from scipy.signal import butter, lfilter, sosfilt

from composer.song import SAMPLE_RATE_HZ


def low_passed(signal: np.ndarray, cutoff_hz: float, order: int = 2) -> np.ndarray:
    return sosfilt(butter(order, cutoff_hz, "low", fs=SAMPLE_RATE_HZ, output="sos"), signal, axis=0)


def high_passed(signal: np.ndarray, cutoff_hz: float, order: int = 2) -> np.ndarray:
    return sosfilt(butter(order, cutoff_hz, "high", fs=SAMPLE_RATE_HZ, output="sos"), signal, axis=0)


def band_passed(signal: np.ndarray, low_hz: float, high_hz: float, order: int = 2) -> np.ndarray:
    return high_passed(low_passed(signal, high_hz, order), low_hz, order)


def peaked(signal: np.ndarray, centre_hz: float, gain_db: float, quality: float = 1.0) -> np.ndarray:
    """Return the signal with a bell at `centre_hz` (R. Bristow-Johnson, Audio EQ Cookbook, peakingEQ)."""
    root = 10 ** (gain_db / 40)
    angle = 2 * np.pi * centre_hz / SAMPLE_RATE_HZ
    alpha = np.sin(angle) / (2 * quality)
    numerator = np.array([1 + alpha * root, -2 * np.cos(angle), 1 - alpha * root])
    denominator = np.array([1 + alpha / root, -2 * np.cos(angle), 1 - alpha / root])
    return lfilter(numerator / denominator[0], denominator / denominator[0], signal, axis=0)


def air_lifted(signal: np.ndarray, corner_hz: float, gain_db: float) -> np.ndarray:
    """Return the signal with everything above `corner_hz` raised or lowered, gently."""
    return signal + (10 ** (gain_db / 20) - 1) * high_passed(signal, corner_hz, 1)


def warmed(signal: np.ndarray, drive: float) -> np.ndarray:
    """Return the signal through a soft saturation that leaves quiet sounds at their level."""
    return np.tanh(signal * drive) / drive


def levelled(signal: np.ndarray, threshold_db: float, ratio: float, window_ms: float = 60.0) -> np.ndarray:
    """Return the signal with loud passages turned down by `ratio` above the threshold (RMS, both channels alike)."""
    power = np.mean(signal**2, axis=1) if signal.ndim == 2 else signal**2
    smoothing = np.exp(-1 / (window_ms / 1000 * SAMPLE_RATE_HZ))
    level = lfilter([1 - smoothing], [1, -smoothing], power)
    level_db = 10 * np.log10(level + 1e-9)
    gain = 10 ** (-np.maximum(0, level_db - threshold_db) * (1 - 1 / ratio) / 20)
    return signal * (gain[:, None] if signal.ndim == 2 else gain)
