"""The lattice on which the coefficients of an MP3 lie: whole numbers times known steps.

What an MP3 decodes to is analysed once more with its own blocks; where frames and sound lie on each other, each coefficient
is a whole number to the power 4/3 times its step (see `mp3_steps`), and nowhere else. Sounds are float32 (frames, 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import maximum_filter1d

from fanlink.remix import compare, mp3_bands, mp3_frames, mp3_steps, views
from fanlink.remix.mp3_bands import BEFORE, GRANULE
from fanlink.remix.mp3_frames import SHORT
from fanlink.remix.views import Sound

# Decoders leave out what coder and decoder delay, and file and sound may be some frames apart.
FARTHEST = 5 * GRANULE
PICKS = 5
# Numbers in this range show best whether they are whole; chance leaves 0.25 between them and the next whole number.
TELLING = (0.3, 30.0)
FEWEST_TELLING = 20
WHOLE = 0.03
NEAR_WHOLE = 0.1
# The values of the whole numbers 0, 1, 2 ... in steps, and half way from each to the next.
POWERS = (np.arange(8_208) ** (4.0 / 3.0)).astype(np.float32)
HALF_WAYS = np.append((POWERS[:-1] + POWERS[1:]) / 2.0, np.float32(np.inf)).astype(np.float32)
MOST_PLACES = 64
BLUR, BLUR_NEAR, NEAR_LINES = 1e-5, 8e-5, 18


@dataclass(frozen=True, slots=True)
class Lattice:
    """The granules of an MP3, and the frame of its decoded sound at which the first one lies (which may be before it)."""

    granules: mp3_frames.Granules
    exponents: np.ndarray
    start: int

    def __len__(self) -> int:
        return len(self.granules)

    def coefficients(self, sound: Sound, start: int, first: int, count: int) -> np.ndarray:
        """What the coder would have quantised of a sound: (count, channels, 576); `start` is where granule 0 lies in it."""
        begin = start + GRANULE * first - BEFORE
        part = views.between(sound, begin, begin + count * GRANULE + BEFORE)
        if self.granules.channels == 1:
            part = part.mean(axis=1, keepdims=True)
        kinds = self.granules.block_type[first : first + count]
        sides = [mp3_bands.coefficients(part[:, side], kinds[:, side]) for side in range(self.granules.channels)]
        return _matrixed(sides, self.granules.matrixed[first : first + count, None])

    def steps(self, first: int, count: int) -> np.ndarray:
        """The step of each coefficient, as `coefficients`."""
        long, short = mp3_steps.lines(self.granules.rate_hz)
        exponents = self.exponents[first : first + count]
        is_short = self.granules.block_type[first : first + count] == SHORT
        return np.exp2(np.where(is_short[..., None], exponents[..., short], exponents[..., long]))

    def readable(self) -> np.ndarray:
        """Per granule, whether its steps are known; blocks of two kinds in one and intensity stereo are not followed."""
        granules = self.granules
        return (granules.readable & ~granules.mixed).all(axis=1) & ~granules.intensity


def _matrixed(sides: list[np.ndarray], together: np.ndarray) -> np.ndarray:
    if len(sides) == 2:
        half = np.float32(np.sqrt(0.5))
        middle, side = (sides[0] + sides[1]) * half, (sides[0] - sides[1]) * half
        sides = [np.where(together, middle, sides[0]), np.where(together, side, sides[1])]
    return np.stack(sides, axis=1)


def numbers(coefficients: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The whole numbers of coefficients, without sign, and how far each was from being one."""
    exact = np.sqrt(np.minimum(np.abs(coefficients) / steps, POWERS[-2]))
    exact *= np.sqrt(exact)
    whole = np.rint(exact)
    return whole, np.abs(exact - whole)


def blur(coefficients: np.ndarray) -> np.ndarray:
    """How far coefficients that were analysed again may be from what they were: the filter bank gives back what it took only nearly.

    What is lost was measured on LAME's files: a part of the loudest line of the granules around, and more of those near by.
    """
    bands = np.abs(coefficients).reshape(*coefficients.shape[:2], -1, NEAR_LINES).max(axis=-1).max(axis=1, keepdims=True)
    bands = maximum_filter1d(bands, 3, axis=0, mode="constant")
    near = maximum_filter1d(bands, 3, axis=2, mode="constant")
    return np.repeat(BLUR_NEAR * near + BLUR * bands.max(axis=2, keepdims=True), NEAR_LINES, axis=2)


@dataclass(frozen=True, slots=True, eq=False)
class Law:
    """How a coder makes whole numbers: `limits[n]` is the value in steps from which on it takes n + 1 and no longer n.

    `mirrored`: it writes numbers that stand four together (-1, 0 and 1) back to front, with the signs as they were.
    `scaled`: it divides by steps as whole numbers, which are not exact where steps are large.
    """

    limits: np.ndarray
    mirrored: bool = False
    scaled: bool = False

    def rounded(self, values: np.ndarray) -> np.ndarray:
        """The whole numbers, without sign, that the coder makes of values in steps."""
        root = np.sqrt(np.minimum(np.abs(values), POWERS[-2]))
        below = (root * np.sqrt(root)).astype(np.int32)
        return below + (np.abs(values) > self.limits[below])

    def numbers(self, found: np.ndarray, fours: np.ndarray) -> np.ndarray:
        """The numbers that the coder made of each line, of those with sign in a file: (granules, channels, 576)."""
        return _mirrored(found, fours) if self.mirrored else found

    def scale(self, steps: np.ndarray) -> np.ndarray | float:
        """What a value in steps is multiplied by."""
        return np.rint(2.0 / steps) / (2.0 / steps) if self.scaled else 1.0


def _shine_limits() -> np.ndarray:
    """The limits of shine: values are rounded to whole steps, and these to numbers by a table of ISO 11172-3, C.1.5.4.4.1."""
    whole = np.arange(10_000)
    numbers = (whole**0.75 - 0.0946 + 0.5).astype(int)
    limits = np.append(POWERS[1:], np.float32(np.inf))
    limits[: numbers[-1]] = np.searchsorted(numbers, np.arange(1, numbers[-1] + 1)) - 0.5
    return limits.astype(np.float32)


def _mirrored(found: np.ndarray, fours: np.ndarray) -> np.ndarray:
    """Numbers that stand four together, back to front; their signs stay in the order in which they were."""
    line = np.arange(found.shape[-1])
    place = (line - fours[..., None]) % 4
    within = (line >= fours[..., None]) & (line - place + 3 < found.shape[-1])
    first = np.where(within, line - place, 0)
    four = np.stack([np.take_along_axis(found, first + offset, axis=-1) for offset in range(4)], axis=-1)
    sizes = np.abs(four[..., ::-1])
    # The n-th number that is not 0 has the n-th sign.
    signs = np.take_along_axis(np.copysign(1.0, four), np.argsort(four == 0, axis=-1, kind="stable"), axis=-1)
    which = np.maximum(np.cumsum(sizes > 0, axis=-1) - 1, 0)
    whole = sizes * np.take_along_axis(signs, which, axis=-1)
    return np.where(within, np.take_along_axis(whole, place[..., None], axis=-1)[..., 0], found).astype(found.dtype)


NEAREST = Law(HALF_WAYS)
# shine 3: its fixed-point quantiser, and its code for fours, which decoders read from the other end.
SHINE = Law(_shine_limits(), mirrored=True, scaled=True)


def find(path: Path, sound: Sound) -> Lattice | None:
    """The lattice of an MP3 file whose decoded sound this is; None where it has none that can be followed."""
    granules = mp3_frames.read(path, len(sound) // GRANULE + 16)
    if granules is None or len(granules) < 8:
        return None
    lattice = Lattice(granules, mp3_steps.exponents(granules), 0)
    for one in _picked(lattice, sound):
        away = _away(lattice, sound, one)
        if away.min() < WHOLE:
            near = np.flatnonzero(away < away.min() + WHOLE) - FARTHEST
            return _most_whole([Lattice(granules, lattice.exponents, int(start)) for start in near[:MOST_PLACES]], sound)
    return None


def _picked(lattice: Lattice, sound: Sound) -> np.ndarray:
    """Some loud granules of long blocks, spread over the song."""
    fit = lattice.readable() & (lattice.granules.block_type == 0).all(axis=1)
    at = np.arange(len(lattice)) * GRANULE
    fit &= (at > FARTHEST + BEFORE) & (at + FARTHEST + GRANULE < len(sound))
    found = np.flatnonzero(fit)
    if not len(found):
        return found
    level = compare.energies(sound, 0, GRANULE, len(lattice))[found]
    loud = np.sort(found[np.argsort(level)[-max(1, len(found) // 4) :]])
    return loud[np.unique(np.linspace(0, len(loud) - 1, PICKS).astype(int))]


def _away(lattice: Lattice, sound: Sound, granule: int) -> np.ndarray:
    """How far from whole the numbers of one granule are at each place from -FARTHEST to FARTHEST."""
    places = 2 * FARTHEST
    first = granule * GRANULE - FARTHEST - BEFORE
    part = views.between(sound, first, first + BEFORE + GRANULE + places)[:, : lattice.granules.channels]
    sides = [mp3_bands.at_each_place(side, places) for side in part.T]
    lines = _matrixed(sides, np.array([[lattice.granules.matrixed[granule]]]))
    whole, away = numbers(lines, lattice.steps(granule, 1))
    exact = whole + away
    telling = (exact > TELLING[0]) & (exact < TELLING[1])
    count = telling.sum(axis=(1, 2))
    return np.where(count >= FEWEST_TELLING, (away * telling).sum(axis=(1, 2)) / np.maximum(count, 1), 0.5)


def _most_whole(candidates: list[Lattice], sound: Sound) -> Lattice:
    """Of places that fit some granules, the one that fits most: steady steps fit a frame sooner or later, too."""
    if len(candidates) == 1:
        return candidates[0]

    def misses(lattice: Lattice) -> float:
        count = min(64, len(lattice))
        missed = []
        for first in np.unique(np.linspace(0, len(lattice) - count, 4).astype(int)):
            found = lattice.coefficients(sound, lattice.start, first, count)
            missed.append(float(np.mean(numbers(found, lattice.steps(first, count))[1] > NEAR_WHOLE)))
        return float(np.mean(missed))

    return min(candidates, key=misses)
