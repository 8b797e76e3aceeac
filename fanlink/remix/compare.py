"""Comparing two recordings of what should be the same remix: how far apart they are, and where something was added.

Arrays are float32 (frames, 2) at one rate. Ranges are [start, end) in frames.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

MATCH_DBFS = -90.0
WINDOW, HOP = 2_048, 1_024
CHUNK = 512
LOWEST_BIN = 2
# A cell counts when it holds this many times what evening out level and place leaves there.
ABOVE_NOISE = 6.0
MOVING_FLOOR = 10.0 ** (-45.0 / 10.0)
# So much of the mix around it must be unexplained: foreign sound is looked for down to 30 dB below.
FOREIGN_DB = -40.0
SURROUNDINGS_S = 3.0
JOIN_S = 0.8
SHORTEST_S = 0.03

Range = tuple[int, int]


def largest_dbfs(difference: np.ndarray) -> float | None:
    """The largest absolute sample in decibels of full scale; None for silence."""
    largest = float(np.max(np.abs(difference), initial=0.0))
    return 20.0 * float(np.log10(largest)) if largest > 0 else None


def same_length(first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both, the shorter one with silence behind it."""
    frames = max(len(first), len(second))
    return _padded(first, frames), _padded(second, frames)


def _padded(sound: np.ndarray, frames: int) -> np.ndarray:
    return sound if len(sound) == frames else np.pad(sound, ((0, frames - len(sound)), (0, 0)))


def between(sound: np.ndarray, start: int, end: int) -> np.ndarray:
    """Frames [start, end) of a sound, with silence before its beginning and after its end."""
    part = sound[max(start, 0) : max(end, 0)]
    before = min(max(-start, 0), end - start)
    return np.pad(part, ((before, end - start - before - len(part)), (0, 0)))


def lag(audio: np.ndarray, reference: np.ndarray, rate_hz: int, most_s: float = 0.25) -> int:
    """By how many frames the audio is later than the reference, where they agree best."""
    frames = min(len(audio), len(reference), 30 * rate_hz)
    size = 1 << (2 * frames - 1).bit_length()
    spectra = [np.fft.rfft(sound[:frames].sum(axis=1), size) for sound in (audio, reference)]
    agreement = np.abs(np.fft.irfft(spectra[0] * np.conj(spectra[1]), size))
    most = min(int(most_s * rate_hz), frames)
    around = np.concatenate([agreement[-most:], agreement[: most + 1]])
    return int(np.argmax(around)) - most


def aligned(audio: np.ndarray, reference: np.ndarray, rate_hz: int, most_s: float = 0.25) -> tuple[np.ndarray, int]:
    """The audio moved onto the reference and as long, and by how many frames it was late."""
    late = lag(audio, reference, rate_hz, most_s)
    moved = audio[late:] if late >= 0 else np.pad(audio, ((-late, 0), (0, 0)))
    return _padded(moved[: max(len(reference), 0)], max(len(reference), 0)), late


def gain_between(audio: np.ndarray, reference: np.ndarray) -> float:
    """The gain that brings the reference closest to the audio, by the median over short parts: additions do not move it."""
    part = 8_192
    count = len(reference) // part
    if count == 0:
        return 1.0
    a = audio[: count * part].reshape(count, -1).astype(np.float64)
    b = reference[: count * part].reshape(count, -1).astype(np.float64)
    power = (b * b).sum(axis=1)
    loud = power > 1e-3 * power.max()
    if not loud.any() or power.max() == 0:
        return 1.0
    gain = float(np.median((a * b).sum(axis=1)[loud] / power[loud]))
    return gain if 0.125 < abs(gain) < 8.0 else 1.0


def different(audio: np.ndarray, reference: np.ndarray, rate_hz: int) -> list[Range]:
    """Where two lossless recordings differ by more than -90 dBFS."""
    step = max(1, rate_hz // 100)
    difference = np.abs(audio - reference).max(axis=1)
    count = -(-len(difference) // step)
    peaks = np.pad(difference, (0, count * step - len(difference))).reshape(count, step).max(axis=1)
    return joined(peaks > 10.0 ** (MATCH_DBFS / 20.0), step, rate_hz, len(difference))


def foreign(audio: np.ndarray, reference: np.ndarray, rate_hz: int) -> list[Range]:
    """Where a recording that was not coded, but made louder or moved, holds more than its reference explains."""
    unexplained, mix = [], []
    for start in range(0, max(len(reference) - WINDOW, 1), CHUNK * HOP):
        residual, sound = _power(audio - reference, start), _power(reference, start)
        noise = _spread(sound) * MOVING_FLOOR
        unexplained.append(np.maximum(residual - ABOVE_NOISE * noise, 0.0)[:, LOWEST_BIN:].sum(axis=1))
        mix.append(sound[:, LOWEST_BIN:].sum(axis=1))
    left, whole = np.concatenate(unexplained), np.concatenate(mix)
    around = np.maximum(np.maximum(_mean(whole, SURROUNDINGS_S, rate_hz), 0.25 * whole.mean()), 1e-9)
    # Three windows together, so that one odd window is not a sound.
    marks = uniform_filter1d(left, 3, mode="constant") > 10.0 ** (FOREIGN_DB / 10.0) * around
    return joined(marks, HOP, rate_hz, len(reference), offset=WINDOW // 2 - HOP // 2)


def _power(sound: np.ndarray, start: int) -> np.ndarray:
    """Power (windows, bins) of both channels added, from frame `start` on."""
    part = sound[start : start + (CHUNK - 1) * HOP + WINDOW]
    if len(part) < WINDOW:
        part = _padded(part, WINDOW)
    hann = np.hanning(WINDOW).astype(np.float32)
    total = None
    for side in part.T:
        windows = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(side), WINDOW)[::HOP]
        power = np.abs(np.fft.rfft(windows * hann, axis=1)) ** 2
        total = power if total is None else total + power
    return total


def _spread(power: np.ndarray) -> np.ndarray:
    """Noise as it may be in a neighbouring cell: the largest near by, a little smoothed."""
    near = maximum_filter1d(maximum_filter1d(power, 5, axis=1), 3, axis=0)
    return uniform_filter1d(near, 5, axis=1)


def _mean(values: np.ndarray, seconds: float, rate_hz: int) -> np.ndarray:
    return uniform_filter1d(values, max(1, int(seconds * rate_hz / HOP)), mode="nearest")


def joined(marks: np.ndarray, step: int, rate_hz: int, frames: int, offset: int = 0, join_s: float = JOIN_S) -> list[Range]:
    """Marked steps as ranges, near ones joined, the shortest dropped."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marks.astype(np.int8), [0]])))
    ranges: list[Range] = []
    for first, last in edges.reshape(-1, 2).tolist():
        start, end = first * step + offset, min(last * step + offset, frames)
        if ranges and start - ranges[-1][1] < join_s * rate_hz:
            ranges[-1] = (ranges[-1][0], end)
        else:
            ranges.append((start, end))
    shortest = SHORTEST_S * rate_hz if step == HOP else 0
    return [each for each in ranges if each[1] - each[0] >= shortest]


def merged(ranges: Sequence[Range]) -> list[Range]:
    """Ranges that overlap as one, in order."""
    whole: list[Range] = []
    for start, end in sorted(ranges):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole


def envelope(sound: np.ndarray, rate_hz: int) -> np.ndarray:
    """The level of each 10 ms."""
    step = rate_hz // 100
    count = max(1, len(sound) // step)
    return np.sqrt((sound[: count * step].astype(np.float64) ** 2).reshape(count, -1).mean(axis=1))


def likeness(first: np.ndarray, second: np.ndarray, rate_hz: int) -> dict[str, float]:
    """How alike two recordings sound: correlation of their envelopes, and the mean distance of their spectra in dB."""
    levels = [envelope(sound, rate_hz) for sound in (first, second)]
    spectra = [np.log10(sum(_bands(sound, start) for start in _starts(sound)) + 1e-9) for sound in (first, second)]
    return {
        "envelope": float(np.corrcoef(levels[0], levels[1])[0, 1]) if min(map(np.std, levels)) > 0 else 0.0,
        "spectrum_db": float(np.mean(np.abs(spectra[0] - spectra[1])) * 10.0),
    }


def _starts(sound: np.ndarray) -> Sequence[int]:
    return range(0, max(len(sound) - WINDOW, 1), CHUNK * HOP)


def _bands(sound: np.ndarray, start: int) -> np.ndarray:
    power = _power(sound, start).sum(axis=0)
    edges = np.unique(np.geomspace(2, len(power) - 1, 40).astype(int))
    return np.add.reduceat(power, edges[:-1])
