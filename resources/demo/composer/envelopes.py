"""Shapes over time: how a sound begins, holds and dies. All times in milliseconds."""

import numpy as np

from composer.song import SAMPLE_RATE_HZ


def samples_of(duration_ms: float) -> int:
    return max(1, round(duration_ms / 1000 * SAMPLE_RATE_HZ))


def seconds(sample_count: int) -> np.ndarray:
    """Return the time of each sample in seconds."""
    return np.arange(sample_count) / SAMPLE_RATE_HZ


def held(
    hold_samples: int, attack_ms: float, decay_ms: float = 200.0, sustain: float = 1.0, release_ms: float = 50.0
) -> np.ndarray:
    """Return attack, decay to `sustain` while held, then a release; it ends at exactly zero."""
    held_count, release_count = max(1, hold_samples), samples_of(release_ms)
    time_s = seconds(held_count)
    rise = _ease(np.minimum(1.0, time_s * 1000 / attack_ms))
    fall = sustain + (1 - sustain) * np.exp(-np.maximum(0, time_s * 1000 - attack_ms) / decay_ms)
    body = rise * fall
    release = body[-1] * (1 - _ease(np.linspace(0, 1, release_count)))
    return np.concatenate([body, release])


def struck(sample_count: int, attack_ms: float, decay_ms: float) -> np.ndarray:
    """Return a quick rise and an exponential fall with time constant `decay_ms`, faded to zero at the end."""
    time_ms = seconds(sample_count) * 1000
    shape = _ease(np.minimum(1.0, time_ms / attack_ms)) * np.exp(-time_ms / decay_ms)
    return faded(shape, 0.0, min(12.0, time_ms[-1] / 4))


def faded(signal: np.ndarray, fade_in_ms: float, fade_out_ms: float) -> np.ndarray:
    """Return the signal with cosine fades at its ends; works on mono and on (n, 2)."""
    faded_signal = signal.copy()
    for fade_ms, backwards in ((fade_in_ms, False), (fade_out_ms, True)):
        if fade_ms > 0:
            count = min(samples_of(fade_ms), len(signal))
            ramp = _ease(np.linspace(0, 1, count))
            ramp = ramp[:, None] if signal.ndim == 2 else ramp
            part = slice(-count, None) if backwards else slice(0, count)
            faded_signal[part] = faded_signal[part] * (ramp[::-1] if backwards else ramp)
    return faded_signal


def _ease(ramp: np.ndarray) -> np.ndarray:
    return 0.5 - 0.5 * np.cos(np.pi * ramp)
