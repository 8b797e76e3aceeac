"""The fingerprint of a remix with its recipe undone: what sounds in each half beat, in the song's own key.

Each half beat gives 32 bits. Twelve say which notes of the scale are louder than the usual note; twenty say in which
of 21 bands the sound rises more than in the next (J. Haitsma, T. Kalker: A Highly Robust Audio Fingerprinting System,
2002). Time is taken from the recipe's tempo and pitch from its shift, so neither changes the fingerprint. Only NumPy
is needed, and the same fingerprint comes out on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import soxr

from fanlink.core.duplicates import WORDS_PER_BEAT
from fanlink.core.recipes import Recipe

RATE_HZ = 11_025
WINDOW = 4_096
NOTES_HZ = (110.0, 1_760.0)
BANDS_HZ = (120.0, 4_200.0)
BANDS = 21
WORD_BITS = 32


def of_blocks(blocks: Iterable[np.ndarray], rate_hz: int, recipe: Recipe) -> str:
    """The fingerprint of a remix of this recipe, given as float32 blocks (frames, channels) at its rate."""
    slower = soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="float32", quality="HQ")
    parts = [slower.resample_chunk(np.ascontiguousarray(block.mean(axis=1))) for block in blocks]
    parts.append(slower.resample_chunk(np.zeros(0, np.float32), last=True))
    return of_sound(np.concatenate(parts), recipe)


def of_sound(sound: np.ndarray, recipe: Recipe) -> str:
    """The fingerprint of mono sound at `RATE_HZ`; empty for a sound of less than a beat."""
    words = _words(_spectra(sound, recipe), 2.0 ** (recipe.key_shift_semitones / 12.0))
    return "".join(f"{word:08x}" for word in words)


def _spectra(sound: np.ndarray, recipe: Recipe) -> np.ndarray:
    """Power (half beats, bins), each from a window around the middle of a half beat."""
    step = RATE_HZ * 60.0 / recipe.tempo_bpm / WORDS_PER_BEAT
    count = int(len(sound) / step)
    padded = np.pad(sound, WINDOW)
    starts = np.round((np.arange(count) + 0.5) * step).astype(int) + WINDOW // 2
    windows = padded[starts[:, None] + np.arange(WINDOW)[None, :]] * np.hanning(WINDOW).astype(np.float32)
    return np.abs(np.fft.rfft(windows, axis=1)) ** 2


def _words(power: np.ndarray, shift: float) -> list[int]:
    if not len(power):
        return []
    hertz = np.fft.rfftfreq(WINDOW, 1.0 / RATE_HZ)
    notes = np.round(12.0 * np.log2(np.maximum(hertz, 1.0) / shift / 440.0)).astype(int) % 12
    used = (hertz >= NOTES_HZ[0] * shift) & (hertz <= NOTES_HZ[1] * shift)
    loud = np.sqrt(power)
    scale = np.stack([loud[:, used & (notes == note)].sum(axis=1) for note in range(12)], axis=1)
    usual = np.median(scale, axis=1, keepdims=True)
    edges = np.searchsorted(hertz, np.geomspace(*BANDS_HZ, BANDS + 1) * shift)
    bands = np.log(np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1) + 1e-6)
    rises = np.diff(np.diff(bands, axis=1), axis=0, prepend=np.zeros((1, BANDS - 1)))
    bits = np.concatenate([scale > usual, rises > 0], axis=1)
    values = bits.astype(np.uint64) @ (np.uint64(1) << np.arange(WORD_BITS, dtype=np.uint64))
    return [int(value) for value in values]
