"""Where a lossy recording holds more than its reference and its coding explain.

What a recording has beside the reference is compared, in cells of 90 ms and a few hertz, with what the same coding
leaves of the reference (see `coding`). What stands out is added up over all cells of a moment and held against the
mix around it. The codings among themselves show how much chance leaves over, and so how quiet a sound could be and
still be seen. Sounds are float32 (frames, 2) at one rate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy import fft
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from fanlink.remix import compare, patience, views
from fanlink.remix.progress import Done, nothing
from fanlink.remix.views import Sound

WINDOW, HOP = 4_096, 1_024
CHUNK, MARGIN = 256, 12
LOWEST_HZ = 60.0
# Cells are averaged over so many windows and bins.
WINDOWS, BINS = 11, 3
# A cell counts with what it holds above so many times the noise that the coding leaves there.
ABOVE = 2.0
# Coding of the same sound by another coder may leave this much of the sound in any cell.
FLOOR = 1e-5
# So much of the mix around it must stand out, and so much more than chance leaves over in any coding.
ENOUGH = 10.0 ** (-43.0 / 10.0)
CHANCE = 8.0
FAR_ABOVE, LASTS_S = 8.0, 0.6
# Another coder's odd moments stand out so far of what it leaves in most.
USUAL, ODD_MOMENT = 0.75, 10.0**1.6
AROUND_IT, AROUND_IT_S = 0.4, 0.2
NEAR_S = 1.0
SURROUNDINGS_S = 3.0
# A coder that we do not have may leave up to this many times the noise of the one that we have.
OTHER_CODER = 30.0
BANDS = 24
# How far the work is when the coder is known.
CALIBRATED = 0.25
Row = TypeVar("Row")
LEVELS_DB = tuple(range(-12, -51, -3))


@dataclass(frozen=True, slots=True)
class Traces:
    """What was found: frames [start, end), the level under the mix down to which a sound would have been seen, what was not judged."""

    ranges: tuple[compare.Range, ...]
    sensitivity_db: float
    skipped_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Moments:
    """Per hop: what stands out of the recording, of each coding against the others, of the probe at each level; and the mix."""

    left: np.ndarray
    chance: np.ndarray
    probed: np.ndarray
    mix: np.ndarray


def find(
    audio: Sound, reference: Sound, codings: Sequence[Sound], rate_hz: int, same: Sound | None = None, *, ours: bool = True, done: Done = nothing
) -> Traces:
    """The ranges of the audio that its coding does not explain.

    `codings` are at least two codings of the reference, `same` is one that the audio may be to the sample. Not `ours`: another coder may have moments in which it leaves far
    more than it usually does, and only what stands out of these is a sound.
    """
    more = _calibration(audio, reference, codings, rate_hz, lambda part: done(CALIBRATED * part))
    same = codings[0] if same is None else same
    moments = _moments([audio, reference, *codings, same], rate_hz, more, lambda part: done(CALIBRATED + (1.0 - CALIBRATED) * part))
    per_s = rate_hz / HOP
    whole = moments.mix
    around = uniform_filter1d(whole, max(1, int(SURROUNDINGS_S * per_s)), mode="nearest")
    around = np.maximum(np.maximum(around, 0.25 * whole.mean()), 1e-9)
    chance = maximum_filter1d(moments.chance, max(1, int(2 * NEAR_S * per_s)), mode="nearest")
    enough = np.maximum(ENOUGH * around, CHANCE * chance)
    if not ours:
        enough = np.maximum(enough, ODD_MOMENT * np.quantile(moments.left / around, USUAL) * around)
    over = moments.left / enough
    place = {"step": HOP, "rate_hz": rate_hz, "frames": len(reference), "offset": WINDOW // 2 - HOP // 2}
    sure = [each for each in compare.joined(over > 1.0, **place) if _is_sound(each, over, rate_hz)]
    # Where a sound was found, its quieter beginning and end belong to it.
    near = compare.joined(over > AROUND_IT, **place, join_s=AROUND_IT_S)
    found = compare.merged([*sure, *(each for each in near if any(each[0] < end and start < each[1] for start, end in sure))])
    return Traces(tuple(found), _sensitivity(moments.probed, enough, around))


def _is_sound(found: compare.Range, over: np.ndarray, rate_hz: int) -> bool:
    """Whether a range is more than the odd moment in which a coder had too few bits: it lasts, or it is far above."""
    first, last = found[0] // HOP, found[1] // HOP + 1
    if over[first:last].max() >= FAR_ABOVE:
        return True
    return found[1] - found[0] >= LASTS_S * rate_hz and over[first:last].mean() >= 1.0


def _sensitivity(probed: np.ndarray, enough: np.ndarray, around: np.ndarray) -> float:
    """The quietest level of another passage of the same song that would be seen in most moments that sound."""
    sounds = around > 0.05 * around.mean()
    seen = [(probed[:, index] > enough)[sounds].mean() >= 0.6 for index in range(len(LEVELS_DB))]
    found = [level for level, is_seen in zip(LEVELS_DB, seen, strict=True) if is_seen]
    return float(min(found)) if found else 0.0


def _moments(sounds: Sequence[Sound], rate_hz: int, more: np.ndarray, done: Done) -> _Moments:
    """`sounds` are the audio, the reference, the codings and the one that the audio may be to the sample."""
    lowest = max(1, int(LOWEST_HZ * WINDOW / rate_hz))
    sounds = [*sounds, views.wound_on(sounds[1], len(sounds[1]) // 2)]
    more = more.astype(np.float32)

    def row(parts: list[np.ndarray]) -> tuple[np.ndarray, ...]:
        sound = _smooth(_power(parts[1]))
        floor = np.float32(FLOOR) * sound
        noises = [_smooth(_power(each - parts[1])) for each in parts[2:-2]]
        noise = sum(noises[1:], noises[0]) / np.float32(len(noises)) * more + floor
        # What our own coder makes of the reference to the sample needs no other explanation.
        left = np.min([_over(_smooth(_power(parts[0] - each)), noise, lowest) for each in (parts[1], parts[-2])], axis=0)
        chance = np.max([_over(one, _others(noises, index) + floor, lowest) for index, one in enumerate(noises)], axis=0)
        probe = _smooth(_power(parts[-1]))
        probed = [_over(noise + probe * np.float32(10.0 ** (level / 10.0)), noise, lowest) for level in LEVELS_DB]
        return left, chance, np.stack(probed, axis=1), sound[MARGIN : MARGIN + CHUNK, lowest:].sum(axis=1, dtype=np.float64)

    rows = _by_chunks(sounds, row, done)
    return _Moments(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def _others(noises: Sequence[np.ndarray], index: int) -> np.ndarray:
    others = [noise for at, noise in enumerate(noises) if at != index]
    return sum(others[1:], others[0]) / np.float32(len(others))


def _over(power: np.ndarray, noise: np.ndarray, lowest: int) -> np.ndarray:
    """What stands above the noise in each hop of a chunk, its margins left out."""
    inner = slice(MARGIN, MARGIN + CHUNK), slice(lowest, None)
    above = power[inner] - np.float32(ABOVE) * noise[inner]
    return np.maximum(above, np.float32(0.0), out=above).sum(axis=1, dtype=np.float64)


def _by_chunks(sounds: Sequence[Sound], work: Callable[[list[np.ndarray]], Row], done: Done) -> list[Row]:
    """Work on the sounds in parts of CHUNK hops with MARGIN hops on both sides, silence beyond the ends."""
    frames = len(sounds[1])
    hops = max(1, -(-(frames - WINDOW) // HOP) + 1)

    def at(first: int) -> Row:
        start = (first - MARGIN) * HOP
        return work([views.between(sound, start, start + (CHUNK + 2 * MARGIN - 1) * HOP + WINDOW) for sound in sounds])

    return patience.side_by_side(at, range(0, hops, CHUNK), done)


def _power(sound: np.ndarray) -> np.ndarray:
    """Power (windows, bins) of both channels added."""
    hann = np.hanning(WINDOW).astype(np.float32)
    total = np.zeros((), np.float32)
    for side in sound.T:
        windows = np.lib.stride_tricks.sliding_window_view(np.ascontiguousarray(side, np.float32), WINDOW)[::HOP]
        spectrum = fft.rfft(windows * hann, axis=1, overwrite_x=True)
        total = total + spectrum.real**2 + spectrum.imag**2
    return total


def _smooth(power: np.ndarray) -> np.ndarray:
    return uniform_filter1d(uniform_filter1d(power, WINDOWS, axis=0), BINS, axis=1)


def _calibration(audio: Sound, reference: Sound, codings: Sequence[Sound], rate_hz: int, done: Done) -> np.ndarray:
    """How many times the noise of our coding the coder of this recording usually leaves, per bin; 1 when it is ours.

    A coder is ours when what it left is nearer to our coding than our coding is to the reference. A sound that is
    hidden from the beginning to the end could pass for another coder, so no more is granted than coders differ by.
    """
    bins = WINDOW // 2 + 1
    edges = np.unique(np.geomspace(max(1, LOWEST_HZ * WINDOW / rate_hz), bins, BANDS + 1).astype(int))

    def row(parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        powers = [_power(each) for each in (parts[0] - parts[1], parts[0] - parts[2], parts[2] - parts[1])]
        left, apart, noise = (np.add.reduceat(each[MARGIN : MARGIN + CHUNK], edges[:-1], axis=1) for each in powers)
        return left / (noise + 1e-9), apart < noise * 0.9

    shares, ours = zip(*_by_chunks([audio, reference, codings[0]], row, done), strict=True)
    usual = np.median(np.concatenate(shares), axis=0)
    is_ours = np.mean(np.concatenate(ours), axis=0)
    if np.median(is_ours) > 0.5:
        return np.ones(bins)
    more = np.ones(bins)
    for index, (first, last) in enumerate(zip(edges[:-1], [*edges[1:-1], bins], strict=True)):
        more[first:last] = min(max(usual[index], 1.0), OTHER_CODER)
    return more
