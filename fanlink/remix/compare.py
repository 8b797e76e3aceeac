"""Comparing two recordings of what should be the same remix: how far apart they are, and where something was added.

Sounds are float32 (frames, 2) at one rate, arrays or views that are read in parts. Ranges are [start, end) in frames.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import fft
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from fanlink.remix import views
from fanlink.remix.views import Sound

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


def largest_dbfs(first: Sound, second: Sound) -> float | None:
    """The largest absolute difference of two samples in decibels of full scale; None where there is none."""
    largest = max((float(np.abs(one - other).max()) for one, other in views.blocks(first, second)), default=0.0)
    return 20.0 * float(np.log10(largest)) if largest > 0 else None


def lag(audio: Sound, reference: Sound, rate_hz: int, most_s: float = 0.25) -> int:
    """By how many frames the audio is later than the reference, where they agree best."""
    frames = min(len(audio), len(reference), 30 * rate_hz)
    size = fft.next_fast_len(2 * frames, real=True)
    spectra = [fft.rfft(views.between(sound, 0, frames).sum(axis=1), size) for sound in (audio, reference)]
    agreement = np.abs(fft.irfft(spectra[0] * np.conj(spectra[1]), size))
    most = min(int(most_s * rate_hz), frames)
    around = np.concatenate([agreement[-most:], agreement[: most + 1]])
    return int(np.argmax(around)) - most


def aligned(audio: Sound, reference: Sound, rate_hz: int, most_s: float = 0.25) -> tuple[Sound, int]:
    """The audio moved onto the reference and as long, and by how many frames it was late."""
    late = lag(audio, reference, rate_hz, most_s)
    return views.moved(audio, late, len(reference)), late


def gain_between(audio: Sound, reference: Sound) -> float:
    """The gain that brings the reference closest to the audio, by the median over short parts: additions do not move it."""
    part = 8_192
    products, powers = [], []
    for start in range(0, len(reference) // part * part, 32 * part):
        end = min(start + 32 * part, len(reference) // part * part)
        a = views.between(audio, start, end).astype(np.float64).reshape((end - start) // part, -1)
        b = views.between(reference, start, end).astype(np.float64).reshape(a.shape)
        products.append(np.einsum("ij,ij->i", a, b))
        powers.append(np.einsum("ij,ij->i", b, b))
    if not powers:
        return 1.0
    product, power = np.concatenate(products), np.concatenate(powers)
    loud = power > 1e-3 * power.max()
    if not loud.any() or power.max() == 0:
        return 1.0
    gain = float(np.median(product[loud] / power[loud]))
    return gain if 0.125 < abs(gain) < 8.0 else 1.0


def correlation(first: Sound, second: Sound) -> float:
    """How far two recordings are one wave, 0 to 1, whatever their levels and signs."""
    sums = np.zeros(3)
    for a, b in views.blocks(first, second):
        one, other = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
        sums += np.dot(one, other), np.dot(one, one), np.dot(other, other)
    power = float(sums[1] * sums[2])
    return abs(float(sums[0])) / power**0.5 if power > 0 else 0.0


def apart(first: Sound, second: Sound) -> float:
    """What is left of the loud moments between two recordings of one length, levels evened out."""
    gain, loud = np.float32(gain_between(first, second)), 0.5 * views.peak(second)
    left, count = 0.0, 0
    for a, b in views.blocks(first, second):
        here = np.abs(b) > loud
        left += float(np.sum((a[here] - b[here] * gain).astype(np.float64) ** 2))
        count += int(here.sum())
    return left / count if count else 0.0


def energies(sound: Sound, start: int, step: int, count: int) -> np.ndarray:
    """The sum of squares of each of so many parts of `step` frames, from frame `start` on."""
    at_once = max(1, views.BLOCK // step)
    out = []
    for first in range(0, count, at_once):
        last = min(first + at_once, count)
        part = views.between(sound, start + first * step, start + last * step)
        out.append(np.square(part, dtype=np.float64).reshape(last - first, -1).sum(axis=1))
    return np.concatenate(out) if out else np.zeros(0)


def different(audio: Sound, reference: Sound, rate_hz: int) -> list[Range]:
    """Where two lossless recordings differ by more than -90 dBFS."""
    step = max(1, rate_hz // 100)
    peaks = []
    for one, other in views.blocks(audio, reference, size=2_048 * step):
        apart = np.abs(one - other).max(axis=1)
        count = -(-len(apart) // step)
        peaks.append(np.pad(apart, (0, count * step - len(apart))).reshape(count, step).max(axis=1))
    return joined(np.concatenate(peaks) > 10.0 ** (MATCH_DBFS / 20.0), step, rate_hz, max(len(audio), len(reference)))


def foreign(audio: Sound, reference: Sound, rate_hz: int) -> list[Range]:
    """Where a recording that was not coded, but made louder or moved, holds more than its reference explains."""
    unexplained, mix = [], []
    for start in _starts(reference):
        part = views.between(reference, start, _end(reference, start))
        residual, sound = _power(views.between(audio, start, _end(reference, start)) - part), _power(part)
        noise = _spread(sound) * MOVING_FLOOR
        unexplained.append(np.maximum(residual - ABOVE_NOISE * noise, 0.0)[:, LOWEST_BIN:].sum(axis=1))
        mix.append(sound[:, LOWEST_BIN:].sum(axis=1))
    left, whole = np.concatenate(unexplained), np.concatenate(mix)
    around = np.maximum(np.maximum(_mean(whole, SURROUNDINGS_S, rate_hz), 0.25 * whole.mean()), 1e-9)
    # Three windows together, so that one odd window is not a sound.
    marks = uniform_filter1d(left, 3, mode="constant") > 10.0 ** (FOREIGN_DB / 10.0) * around
    return joined(marks, HOP, rate_hz, len(reference), offset=WINDOW // 2 - HOP // 2)


def _end(sound: Sound, start: int) -> int:
    """Where a part of CHUNK windows from `start` on ends, at the latest where the sound does."""
    return max(min(start + (CHUNK - 1) * HOP + WINDOW, len(sound)), start + WINDOW)


def _power(part: np.ndarray) -> np.ndarray:
    """Power (windows, bins) of both channels added."""
    hann = np.hanning(WINDOW).astype(np.float32)
    total = None
    for side in part.T:
        windows = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(side), WINDOW)[::HOP]
        spectrum = fft.rfft(windows * hann, axis=1)
        power = spectrum.real**2 + spectrum.imag**2
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


def envelope(sound: Sound, rate_hz: int) -> np.ndarray:
    """The level of each 10 ms."""
    step = rate_hz // 100
    return np.sqrt(energies(sound, 0, step, max(1, len(sound) // step)) / (2 * step))


def likeness(first: Sound, second: Sound, rate_hz: int) -> dict[str, float]:
    """How alike two recordings sound: correlation of their envelopes, and the mean distance of their spectra in dB."""
    levels = [envelope(sound, rate_hz) for sound in (first, second)]
    spectra = [np.log10(sum(_bands(sound, start) for start in _starts(sound)) + 1e-9) for sound in (first, second)]
    return {
        "envelope": float(np.corrcoef(levels[0], levels[1])[0, 1]) if min(map(np.std, levels)) > 0 else 0.0,
        "spectrum_db": float(np.mean(np.abs(spectra[0] - spectra[1])) * 10.0),
    }


def _starts(sound: Sound) -> Sequence[int]:
    return range(0, max(len(sound) - WINDOW, 1), CHUNK * HOP)


def _bands(sound: Sound, start: int) -> np.ndarray:
    power = _power(views.between(sound, start, _end(sound, start))).sum(axis=0, dtype=np.float64)
    edges = np.unique(np.geomspace(2, len(power) - 1, 40).astype(int))
    return np.add.reduceat(power, edges[:-1])
