"""Oscillators that never alias: single cycles built from harmonics and read back by phase."""

from functools import lru_cache

import numpy as np

from composer.song import SAMPLE_RATE_HZ

_TABLE_SIZE = 4096
_HIGHEST_PARTIAL_HZ = 14_500.0
_LOWEST_RATIO = 0.5
_LEVELS_PER_OCTAVE = 3
_LEVEL_COUNT = 30


def swept_tone(
    tone_hz: np.ndarray | float,
    cutoff_hz: np.ndarray,
    shape: str = "saw",
    resonance: float = 0.8,
    start_phase: float = 0.0,
) -> np.ndarray:
    """Return a tone through a moving four-pole low-pass, one sample per entry of `cutoff_hz`.

    The filter is baked into a stack of tables, one per cutoff relative to the tone; moving the cutoff
    moves between tables of equal phase, so a sweep can neither click nor alias.
    """
    tone_hz = np.broadcast_to(np.asarray(tone_hz, dtype=float), cutoff_hz.shape)
    stack = _table_stack(shape, resonance, max(1, int(_HIGHEST_PARTIAL_HZ / tone_hz.max())))
    phase = (start_phase + np.cumsum(tone_hz) / SAMPLE_RATE_HZ) % 1.0
    level = np.log2(np.maximum(cutoff_hz / tone_hz, 1e-3) / _LOWEST_RATIO) * _LEVELS_PER_OCTAVE
    level = np.clip(level, 0, _LEVEL_COUNT - 1.001)
    row, column = level.astype(int), (phase * _TABLE_SIZE).astype(int)
    between_rows, between_columns = level - row, phase * _TABLE_SIZE - column
    dull = stack[row, column] * (1 - between_columns) + stack[row, column + 1] * between_columns
    bright = stack[row + 1, column] * (1 - between_columns) + stack[row + 1, column + 1] * between_columns
    return dull * (1 - between_rows) + bright * between_rows


@lru_cache(maxsize=64)
def _table_stack(shape: str, resonance: float, harmonic_count: int) -> np.ndarray:
    harmonic = np.arange(1, min(harmonic_count, _TABLE_SIZE // 4) + 1)
    strength = {
        "saw": 1 / harmonic,
        "square": np.where(harmonic % 2 == 1, 1 / harmonic, 0.0),
        "pulse": np.sin(np.pi * harmonic * 0.28) / harmonic,
        "triangle": np.where(harmonic % 2 == 1, 1 / harmonic**2, 0.0),
    }[shape]
    rows = []
    for level in range(_LEVEL_COUNT):
        relative = harmonic / (_LOWEST_RATIO * 2 ** (level / _LEVELS_PER_OCTAVE))
        two_poles = 1 / np.sqrt((1 - relative**2) ** 2 + (relative / resonance) ** 2)
        spectrum = np.zeros(_TABLE_SIZE // 2 + 1, dtype=complex)
        spectrum[harmonic] = -0.5j * strength * two_poles / np.sqrt(1 + relative**2) ** 2
        cycle = np.fft.irfft(spectrum, _TABLE_SIZE) * _TABLE_SIZE
        rows.append(np.append(cycle, cycle[0]))
    return np.array(rows) * (2 / np.pi)


def damped_partials(
    partials_hz: np.ndarray, decays_s: np.ndarray, strengths: np.ndarray, phases: np.ndarray, sample_count: int
) -> np.ndarray:
    """Return a sum of sines that each die away with their own time constant: anything struck or plucked.

    exp(r(a + b)) = exp(ra)exp(rb), so a coarse and a fine table and one matrix product make all samples.
    """
    block = 256
    rates = (-1 / decays_s + 2j * np.pi * partials_hz) / SAMPLE_RATE_HZ
    coarse = np.exp(np.outer(np.arange(-(-sample_count // block)) * block, rates)) * (strengths * np.exp(1j * phases))
    fine = np.exp(np.outer(rates, np.arange(block)))
    return (coarse @ fine).imag.ravel()[:sample_count]


def gliding_sine(tone_hz: np.ndarray) -> np.ndarray:
    """Return a sine that follows a frequency curve, starting at zero."""
    return np.sin(2 * np.pi * np.cumsum(tone_hz) / SAMPLE_RATE_HZ)
