"""Rooms and width: reverb, echoes and chorus. Mono (n,) or stereo (n, 2) in, stereo out, same length."""

import numpy as np
from scipy.signal import oaconvolve

from composer.envelopes import samples_of, seconds
from composer.filters import band_passed, high_passed, low_passed
from composer.song import SAMPLE_RATE_HZ


def panned(signal: np.ndarray, position: float) -> np.ndarray:
    """Place a mono signal from -1 (left) to 1 (right) with constant power."""
    angle = (position + 1) * np.pi / 4
    return np.stack([signal * np.cos(angle), signal * np.sin(angle)], axis=1) * np.sqrt(2) ** 0.5


def stereo(signal: np.ndarray) -> np.ndarray:
    return signal if signal.ndim == 2 else np.stack([signal, signal], axis=1)


def narrowed(signal: np.ndarray, width: float) -> np.ndarray:
    """Return stereo samples with the difference between the sides scaled; 0 is mono, 1 leaves them alone."""
    middle = signal.mean(axis=1, keepdims=True)
    return middle + width * (signal - middle)


def reverberated(
    signal: np.ndarray,
    decay_s: float,
    wet: float,
    seed: int,
    pre_delay_ms: float = 18.0,
    brightness_hz: float = 5000.0,
    width: float = 0.7,
) -> np.ndarray:
    """Return the signal in a room: convolved with decaying noise whose high bands die first."""
    dry = stereo(signal)
    response = _room(decay_s, seed, pre_delay_ms, brightness_hz)
    send = high_passed(dry, 180.0)
    tail = np.stack([oaconvolve(send[:, side], response[:, side])[: len(dry)] for side in (0, 1)], axis=1)
    return dry + wet * narrowed(tail, width)


def _room(decay_s: float, seed: int, pre_delay_ms: float, brightness_hz: float) -> np.ndarray:
    rng = np.random.default_rng(seed)
    count = samples_of(decay_s * 1150)
    time_s = seconds(count)[:, None]
    room = np.zeros((count, 2))
    for low_hz, high_hz, share in ((150, 800, 1.0), (800, 2500, 0.75), (2500, brightness_hz * 1.2, 0.45)):
        noise = band_passed(rng.standard_normal((count, 2)), low_hz, high_hz)
        room += share * noise * np.exp(-6.9 * time_s / (decay_s * (0.55 + 0.45 * share)))
    room = low_passed(room, brightness_hz) * np.minimum(1, time_s / 0.012)
    room *= np.minimum(1, np.maximum(0, (time_s[-1] - time_s) / 0.1))
    return np.concatenate([np.zeros((samples_of(pre_delay_ms), 2)), room / np.sqrt(np.sum(room**2, axis=0))])


def echoed(
    signal: np.ndarray, delay_samples: int, feedback: float, wet: float, brightness_hz: float = 3500.0, repeats: int = 4
) -> np.ndarray:
    """Return the signal with echoes that cross from side to side and darken."""
    dry = stereo(signal)
    heard = dry.copy()
    repeat = low_passed(high_passed(dry, 250.0), brightness_hz)
    for turn in range(1, repeats + 1):
        shift = delay_samples * turn
        if shift >= len(dry):
            break
        sides = np.array([1.0, 0.45]) if turn % 2 else np.array([0.45, 1.0])
        heard[shift:] += wet * feedback ** (turn - 1) * sides * repeat[: len(dry) - shift]
        repeat = low_passed(repeat, brightness_hz, 1)
    return heard


def chorused(signal: np.ndarray, depth_ms: float = 2.2, rate_hz: float = 0.6, wet: float = 0.45) -> np.ndarray:
    """Return the signal with two slowly moving copies, one per side."""
    dry = stereo(signal)
    index = np.arange(len(dry), dtype=float)
    moved = np.empty_like(dry)
    for side in (0, 1):
        sway = np.sin(2 * np.pi * rate_hz * (1 + 0.13 * side) * index / SAMPLE_RATE_HZ + side * np.pi / 2)
        delay = (9.0 + 3.0 * side + depth_ms * sway) / 1000 * SAMPLE_RATE_HZ
        moved[:, side] = np.interp(index - delay, index, dry[:, side], left=0.0)
    return (1 - 0.4 * wet) * dry + wet * moved
