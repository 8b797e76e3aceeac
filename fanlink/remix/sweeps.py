"""Risers and drops: the sounds that lead into a section and land on it, made from noise and a falling sine."""

from __future__ import annotations

import numpy as np
from scipy.signal import get_window

WINDOW = 2_048
RISER_HZ = (250.0, 9_000.0)
DROP_HZ = (120.0, 34.0)


def riser(frames: int, rate_hz: int, level_db: float, seed: int) -> np.ndarray:
    """Noise that climbs in pitch and level and stops dead at its end; float32 (frames, 2), peak at `level_db`."""
    hop = WINDOW // 4
    count = frames // hop + 5
    generator = np.random.default_rng(seed)
    window = get_window("hann", WINDOW)
    bins = np.fft.rfftfreq(WINDOW, 1.0 / rate_hz)
    octaves = np.log2(np.maximum(bins, 1.0))
    out = np.zeros(((count + 4) * hop, 2))
    noise = generator.standard_normal(((count + 4) * hop, 2))
    for index in range(count):
        way = min(1.0, index / max(count - 5, 1))
        centre = np.log2(RISER_HZ[0]) + way * np.log2(RISER_HZ[1] / RISER_HZ[0])
        shape = np.exp(-0.5 * ((octaves - centre) / (0.45 + 0.5 * way)) ** 2)
        start = index * hop
        spectrum = np.fft.rfft(noise[start : start + WINDOW] * window[:, None], axis=0)
        out[start : start + WINDOW] += np.fft.irfft(spectrum * shape[:, None], axis=0) * window[:, None]
    out = out[2 * hop : 2 * hop + frames]
    out *= (np.linspace(0.0, 1.0, frames) ** 2)[:, None]
    return _finished(out, rate_hz, level_db)


def drop(frames: int, rate_hz: int, level_db: float, seed: int) -> np.ndarray:
    """A falling sub note with a burst of air; float32 (frames, 2), peak at `level_db`."""
    time = np.arange(frames) / rate_hz
    pitch = DROP_HZ[1] + (DROP_HZ[0] - DROP_HZ[1]) * np.exp(-time * 6.0)
    boom = np.sin(2.0 * np.pi * np.cumsum(pitch) / rate_hz) * np.exp(-time * 2.2)
    generator = np.random.default_rng(seed)
    air = generator.standard_normal((frames, 2)) * np.exp(-time * 9.0)[:, None]
    # A moving average of four samples takes the hiss off.
    air = (air + np.roll(air, 1, 0) + np.roll(air, 2, 0) + np.roll(air, 3, 0)) / 4.0
    return _finished(boom[:, None] + 0.35 * air, rate_hz, level_db)


def _finished(sound: np.ndarray, rate_hz: int, level_db: float) -> np.ndarray:
    fade = min(len(sound) // 2, rate_hz // 100)
    if fade:
        ramp = np.linspace(0.0, 1.0, fade)[:, None]
        sound[: fade // 8] *= ramp[: fade // 8] * 8
        sound[-fade:] *= ramp[::-1]
    peak = float(np.max(np.abs(sound), initial=1e-9))
    return (sound * (10.0 ** (level_db / 20.0) / peak)).astype(np.float32)
