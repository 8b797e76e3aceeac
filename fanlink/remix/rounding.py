"""Where an MP3 holds what rounding cannot have made of its reference.

A coder rounds each coefficient to the nearest number that its step allows, or by another law of its own, so what an honest file holds is never further
from the reference than half way, or the limit of its law, to the next one. A sound that was added before coding moves coefficients over that half
way in a share of them that is its height measured in steps: however quiet it is, it cannot be the coder's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import maximum_filter1d, median_filter, uniform_filter1d

from fanlink.remix import compare, views
from fanlink.remix.foreign import Traces
from fanlink.remix.lattice import HALF_WAYS, NEAREST, POWERS, SHINE, Lattice, Law, blur, numbers
from fanlink.remix.mp3_bands import GRANULE, IN_BAND
from fanlink.remix.mp3_frames import SHORT
from fanlink.remix.mp3_steps import SHORTS
from fanlink.remix.progress import Done, nothing
from fanlink.remix.views import Sound

CHUNK = 256
LOWEST_HZ = 60.0
# What arithmetic may move a coefficient, in ways to the next number; and five times the dither of 16 bits, as it is in a coefficient.
SLACK = 0.02
DITHER_LONG, DITHER_SHORT = 5.0 * 0.5 / 32_768 / 17.0, 5.0 * 0.5 / 32_768 / 9.8
# So many coefficients of 12 granules must be beyond half way, and in more than one granule.
NEAR, ENOUGH, ENOUGH_GRANULES = 12, 6, 2
# What the reference has and the file has not, as a part of the mix around it.
MISSING = 10.0 ** (-25.0 / 10.0)
SURROUNDINGS_S = 3.0
# A granule with so many numbers that are not whole was not decoded from the frame that it stands in.
NOT_WHOLE, BROKEN, READ = 0.1, 0.2, 0.05
# Lines that fewer granules than this hold anything of, or that are left out so often (nine together), are beyond the coder's
# lowpass, which is not under 2 kHz.
PASSED, LEFT_OUT, PASSED_LINES, LOWEST_PASS = 0.01, 0.2, 9, 54
# Where somebody changed the rate, their filter is not ours: nothing in the upper part is compared, and more is allowed.
RESAMPLED_HIGHEST, RESAMPLED_SLACK = 0.7, 0.1
# A coder that is beyond half way so often, in so many granules, does not round to the nearest number.
OFTEN, MOSTLY = 0.02, 0.8
FAR = 0.3
# A coder's own arithmetic is this exact: seen in numbers of some thousands, whose steps are smaller.
LARGE = 3e-4
FEWEST = 20
LEVELS_DB = tuple(range(-12, -61, -3))
FIT_GRANULES, FIT_PARTS, FIT_LATE = 32, 6, 2
HIGHEST_PARTS = 16
# Granules at both ends that a coder's and a decoder's beginnings reach into.
EDGE = 3
PROBED_GRANULES, PROBED_PARTS = 96, 8
SEEN = 0.6
# How far the work is when place and gain are found, and when all granules are measured.
FITTED, MEASURED = 0.2, 0.8
# The middle of a granule's coefficients: its window begins a granule earlier, and the filter before it half of 480 samples.
MIDDLE = -240


@dataclass(frozen=True, slots=True)
class _Pair:
    """A file's sound and its reference on the lattice of the file; `late` is how far the file is behind, in frames."""

    lattice: Lattice
    heard: Sound
    reference: Sound
    late: int
    gain: float = 1.0
    highest: int = GRANULE
    allowed: float = SLACK
    law: Law = NEAREST

    def wanted(self, first: int, count: int, sound: Sound | None = None) -> np.ndarray:
        """The reference, or another sound as long, at the file's level and in the file's steps: (granules, channels, 576)."""
        sound = self.reference if sound is None else sound
        found = self.lattice.coefficients(sound, self.lattice.start - self.late, first, count)
        steps = self.lattice.steps(first, count)
        return (found * np.float32(self.gain) / steps * self.law.scale(steps)).astype(np.float32)

    def coded(self, first: int, count: int) -> _Coded:
        """What the file holds."""
        found, steps = self.lattice.coefficients(self.heard, self.lattice.start, first, count), self.lattice.steps(first, count)
        whole, away = numbers(found, steps)
        held = np.copysign(whole, found)
        made = self.law.numbers(held, self.lattice.granules.fours[first : first + count])
        return _Coded(made, held, away, (blur(found) + LARGE * np.abs(found)) / steps)

    def within(self, first: int, count: int) -> np.ndarray:
        """Which coefficients are compared: not the lowest, and not those that the coder's lowpass touches."""
        lowest = int(np.ceil(2 * GRANULE * LOWEST_HZ / self.lattice.granules.rate_hz))
        line = np.arange(GRANULE)
        long = (line >= lowest) & (line < self.highest)
        line = line % (GRANULE // 3)
        # The last band of short blocks has no scalefactor, and coders leave it out as they like.
        last = SHORTS[self.lattice.granules.rate_hz][-2]
        shorts = (line >= -(-lowest // 3)) & (line < min(self.highest // 3, last))
        return np.where(self._short(first, count), shorts, long)

    def slack(self, first: int, count: int, blurred: np.ndarray) -> np.ndarray:
        """What dither and the blur of analysing again may have moved, in steps."""
        dither = np.where(self._short(first, count), DITHER_SHORT, DITHER_LONG).astype(np.float32)
        return dither / self.lattice.steps(first, count) + blurred

    def _short(self, first: int, count: int) -> np.ndarray:
        return (self.lattice.granules.block_type[first : first + count] == SHORT)[..., None]


@dataclass(frozen=True, slots=True)
class _Coded:
    """The whole numbers that a coder made, with sign, those that it wrote, how far each was from being whole, and how exactly they can be read, in steps."""

    numbers: np.ndarray
    written: np.ndarray
    away: np.ndarray
    blur: np.ndarray

    def unwhole(self) -> np.ndarray:
        """The share of the numbers of each granule that can be read and are not whole."""
        whole = np.abs(self.written).astype(np.int32)
        read = (whole > 0) & (self.blur < READ * (HALF_WAYS[whole] - HALF_WAYS[whole - 1]))
        return (read & (self.away > NOT_WHOLE)).sum(axis=(1, 2)) / np.maximum(read.sum(axis=(1, 2)), FEWEST)


@dataclass(frozen=True, slots=True)
class _Moments:
    """Per granule: how many coefficients are beyond half way and their share, what is missing, the mix.

    `judged` granules could be compared and `skipped` ones not; `broken` ones were not decoded from the frames that they stand in.
    """

    beyond: np.ndarray
    share: np.ndarray
    missing: np.ndarray
    mix: np.ndarray
    judged: np.ndarray
    skipped: np.ndarray
    broken: np.ndarray


def find(
    lattice: Lattice, heard: Sound, reference: Sound, late: int, *, nearest_known: bool, resampled: bool, done: Done = nothing
) -> Traces | None:
    """The ranges of the reference where the file holds more than rounding makes of it; None where this coder does not round so.

    `late` is about how many frames the file is behind; `nearest_known` when the coder is one that rounds to the nearest
    number, `resampled` when somebody changed the rate before coding. `done` hears how far it is, and may raise.
    """
    pair = _fitted(_Pair(lattice, heard, reference, late), [NEAREST] if nearest_known else [NEAREST, SHINE])
    done(FITTED)
    if pair is None:
        return None
    if resampled:
        pair = replace(pair, highest=min(pair.highest, int(RESAMPLED_HIGHEST * GRANULE)), allowed=RESAMPLED_SLACK)
    moments = _moments(pair, done)
    if not (nearest_known and not resampled) and _lawless(moments):
        return None
    around = _around(moments, lattice.granules.rate_hz)
    missing = median_filter(moments.missing, NEAR, mode="constant") > MISSING * around
    marks = _sure(moments.beyond) | missing | moments.broken
    offset = lattice.start - pair.late + MIDDLE - GRANULE // 2
    found = compare.joined(marks, GRANULE, lattice.granules.rate_hz, len(reference), offset=offset)
    ranges = tuple((max(start, 0), end) for start, end in found if end > max(start, 0))
    skipped_s = float(moments.skipped.sum()) * GRANULE / lattice.granules.rate_hz
    return Traces(ranges, _sensitivity(pair, moments, around), skipped_s)


def _beyond(law: Law, whole: np.ndarray, wanted: np.ndarray, within: np.ndarray, slack: np.ndarray, allowed: float) -> np.ndarray:
    """How far what is wanted is beyond the limits of whole numbers with sign, in ways to the next; below 0 where rounding explains it."""
    out = np.full(whole.shape, -1.0, np.float32)
    here = np.flatnonzero(within & (whole != 0))
    chosen = whole.ravel()[here]
    value, above = wanted.ravel()[here] * np.sign(chosen), np.abs(chosen).astype(np.int32)
    low, high = law.limits[above - 1], law.limits[above]
    out.ravel()[here] = (np.maximum(low - value, value - high) - slack.ravel()[here]) / (high - low) - allowed
    return out


def _fitted(pair: _Pair, laws: Sequence[Law]) -> _Pair | None:
    """The pair at the place, the gain and the law where the fewest coefficients are beyond limits; None where nothing can be compared."""
    firsts = _loud_parts(pair, FIT_PARTS, FIT_GRANULES)
    fits = [_fit(replace(pair, law=law), firsts) for law in laws]
    found = min((fit for fit in fits if fit), key=lambda fit: fit[0], default=None)
    return replace(found[1], highest=_highest(found[1])) if found else None


def _fit(pair: _Pair, firsts: list[int]) -> tuple[float, _Pair] | None:
    """How far loud parts are beyond limits at the best place and gain, and the pair there."""
    coded = [pair.coded(first, min(FIT_GRANULES, len(pair.lattice) - first)).numbers for first in firsts]
    held = [np.flatnonzero(each) for each in coded]
    chosen = np.concatenate([each.ravel()[here] for each, here in zip(coded, held, strict=True)])
    if len(chosen) < FEWEST * FIT_PARTS:
        return None
    whole = np.abs(chosen).astype(np.int32)

    def at(late: int) -> tuple[float, float]:
        moved = replace(pair, late=late)
        wanted = [moved.wanted(first, len(each)).ravel()[here] for first, each, here in zip(firsts, coded, held, strict=True)]
        return _gain(pair.law, whole, np.concatenate(wanted) * np.sign(chosen))

    tried = {late: at(late) for late in range(pair.late - FIT_LATE, pair.late + FIT_LATE + 1)}
    late = min(tried, key=lambda each: tried[each][0])
    return tried[late][0], replace(pair, late=late, gain=tried[late][1])


def _gain(law: Law, whole: np.ndarray, value: np.ndarray) -> tuple[float, float]:
    """The mean excess at the best gain, and that gain: by regression, then by trying closer and closer around it."""
    weighted = value / POWERS[whole] ** 0.5
    gain = float(np.dot(weighted, POWERS[whole] ** 0.5) / max(float(np.dot(weighted, weighted)), 1e-12))
    low, high = law.limits[whole - 1], law.limits[whole]
    way = high - low

    def excess(gain: float) -> float:
        at = value * np.float32(gain)
        return float(np.clip(np.maximum(low - at, at - high) / way, 0.0, FAR).mean())

    span = 0.01
    for _ in range(7):
        gain = min((gain * (1.0 + part * span) for part in np.linspace(-1.0, 1.0, 7)), key=excess)
        span /= 2.5
    return excess(gain), gain


def _loud_parts(pair: _Pair, parts: int, length: int) -> list[int]:
    """Where some loud parts of so many granules begin, spread over the song."""
    firsts = np.arange(0, max(len(pair.lattice) - length, 1), length)
    level = compare.energies(pair.heard, pair.lattice.start, length * GRANULE, len(firsts))
    loud = np.sort(firsts[np.argsort(level)[-max(1, len(firsts) // 2) :]])
    return [int(loud[index]) for index in np.unique(np.linspace(0, len(loud) - 1, parts).astype(int))]


def _highest(pair: _Pair) -> int:
    """The line below which everything is compared: one subband under that where the coder's lowpass begins to leave out."""
    held, lost, heard, granules = np.zeros(GRANULE), np.zeros(GRANULE), np.zeros(GRANULE), 0
    for first in np.unique(np.linspace(0, max(len(pair.lattice) - FIT_GRANULES, 0), HIGHEST_PARTS).astype(int)):
        count = min(FIT_GRANULES, len(pair.lattice) - first)
        long = pair.lattice.granules.block_type[first : first + count] != SHORT
        whole, wanted = np.abs(pair.coded(first, count).numbers[long]), np.abs(pair.wanted(first, count)[long])
        held += (whole > 0).sum(axis=0)
        heard += (wanted > 1.0).sum(axis=0)
        lost += (wanted > 1.0 + HALF_WAYS[whole.astype(np.int32)]).sum(axis=0)
        granules += int(long.sum())
    lost, heard = (np.convolve(each, np.ones(PASSED_LINES), mode="same") for each in (lost, heard))
    left_out = (lost > LEFT_OUT * heard) & (heard >= FEWEST)
    left_out[:LOWEST_PASS] = False
    passed = np.flatnonzero(held > PASSED * max(granules, 1))
    ends = [int(np.flatnonzero(left_out)[0])] if left_out.any() else []
    ends += [int(passed[-1])] if len(passed) else []
    return max(min(ends, default=GRANULE) // IN_BAND - 1, 1) * IN_BAND


def _chunks(lattice: Lattice) -> Iterator[tuple[int, int]]:
    for first in range(0, len(lattice), CHUNK):
        yield first, min(CHUNK, len(lattice) - first)


def _moments(pair: _Pair, done: Done) -> _Moments:
    rows = []
    for first, count in _chunks(pair.lattice):
        rows.append(_row(pair, first, count))
        done(FITTED + (MEASURED - FITTED) * (first + count) / len(pair.lattice))
    beyond, share, missing, mix, broken = (np.concatenate(column) for column in zip(*rows, strict=True))
    at = pair.lattice.start + GRANULE * np.arange(len(beyond))
    inside = (at >= EDGE * GRANULE) & (at + GRANULE <= len(pair.heard))
    inside &= (at - pair.late >= EDGE * GRANULE) & (at - pair.late + EDGE * GRANULE <= len(pair.reference))
    readable = pair.lattice.readable()
    judged = inside & readable
    return _Moments(beyond * judged, share, missing * judged, mix, judged, inside & ~readable, broken & judged)


def _row(pair: _Pair, first: int, count: int) -> tuple[np.ndarray, ...]:
    coded, wanted = pair.coded(first, count), pair.wanted(first, count)
    within, steps = pair.within(first, count), pair.lattice.steps(first, count)
    over = _beyond(pair.law, coded.numbers, wanted, within, pair.slack(first, count, coded.blur), pair.allowed)
    held = (within & (coded.numbers != 0)).sum(axis=(1, 2))
    lost = np.where(within & (coded.numbers == 0), np.maximum(np.abs(wanted) - 1.0, 0.0) * steps, 0.0)
    return (
        (over > 0).sum(axis=(1, 2)),
        np.where(held >= FEWEST, (over > 0).sum(axis=(1, 2)) / np.maximum(held, 1), np.nan),
        (lost**2).sum(axis=(1, 2)),
        ((wanted * steps) ** 2).sum(axis=(1, 2)),
        coded.unwhole() > BROKEN,
    )


def _lawless(moments: _Moments) -> bool:
    share = moments.share[moments.judged & np.isfinite(moments.share)]
    return len(share) > 0 and float(np.mean(share > OFTEN)) > MOSTLY


def _around(moments: _Moments, rate_hz: int) -> np.ndarray:
    """The power of the mix around each granule."""
    around = uniform_filter1d(moments.mix, max(1, int(SURROUNDINGS_S * rate_hz / GRANULE)), mode="nearest")
    return np.maximum(np.maximum(around, 0.25 * moments.mix.mean()), 1e-12)


def _sure(beyond: np.ndarray) -> np.ndarray:
    """The granules with a coefficient beyond half way where there are enough of them near each other."""
    near = np.convolve(beyond, np.ones(NEAR, int), mode="same")
    granules = np.convolve(beyond > 0, np.ones(NEAR, int), mode="same")
    enough = (near >= ENOUGH) & (granules >= ENOUGH_GRANULES)
    return (beyond > 0) & _widened(enough)


def _widened(marks: np.ndarray) -> np.ndarray:
    return maximum_filter1d(marks.astype(np.int8), NEAR) > 0


def _sensitivity(pair: _Pair, moments: _Moments, around: np.ndarray) -> float:
    """The quietest level of another passage of the same song that would be seen in most moments that sound."""
    other = views.wound_on(pair.reference, len(pair.reference) // 2)
    sounds = moments.judged & (around > 0.05 * around.mean())
    probes = []
    for first in _loud_parts(pair, PROBED_PARTS, PROBED_GRANULES):
        count = min(PROBED_GRANULES, len(pair.lattice) - first)
        if sounds[first : first + count].any():
            probes.append(_probe(pair, first, count, other, sounds[first : first + count]))
    quietest = 0.0
    low, high = 0, len(LEVELS_DB)
    while probes and low < high:
        middle = (low + high) // 2
        level = LEVELS_DB[middle]
        if float(np.mean(np.concatenate([probe(level) for probe in probes]))) >= SEEN:
            quietest, low = float(level), middle + 1
        else:
            high = middle
    return quietest


def _probe(pair: _Pair, first: int, count: int, other: Sound, sounds: np.ndarray) -> Callable[[float], np.ndarray]:
    """Tells for a level which granules that sound would show the other sound, had it been coded with the reference."""
    wanted, hidden = pair.wanted(first, count), pair.wanted(first, count, other)
    within, slack = pair.within(first, count), pair.slack(first, count, pair.coded(first, count).blur)

    def seen(level_db: float) -> np.ndarray:
        both = wanted + hidden * np.float32(10.0 ** (level_db / 20.0))
        over = _beyond(pair.law, np.copysign(pair.law.rounded(both), both), wanted, within, slack, pair.allowed)
        return _widened(_sure((over > 0).sum(axis=(1, 2))))[sounds]

    return seen
