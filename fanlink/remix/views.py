"""A sound as it is compared: moved, louder, in the middle, without a copy of it in memory.

Whoever reads a `View` or an array takes parts of it by `between`. Samples are float32 (frames, 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fanlink.remix.samples import Samples

BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class View:
    """A sound of so many frames; `read(start, end)` gives frames of it and is only asked for what lies within."""

    frames: int
    read: Callable[[int, int], np.ndarray]

    def __len__(self) -> int:
        return self.frames


Sound = np.ndarray | View


def of_file(path: Path) -> View:
    """The samples of a file as `samples` keeps them; one channel is heard on both sides."""
    with closing(Samples(path)) as samples:
        frames = samples.frames

    def read(start: int, end: int) -> np.ndarray:
        with closing(Samples(path)) as samples:
            return samples.read(start, end - start)

    return View(frames, read)


def between(sound: Sound, start: int, end: int) -> np.ndarray:
    """Frames [start, end) of a sound, with silence before its beginning and after its end."""
    first, last = max(start, 0), min(end, len(sound))
    if first >= last:
        return np.zeros((end - start, 2 if isinstance(sound, View) else sound.shape[1]), np.float32)
    part = sound.read(first, last) if isinstance(sound, View) else sound[first:last]
    return part if (first, last) == (start, end) else np.pad(part, ((first - start, end - last), (0, 0)))


def moved(sound: Sound, late: int, frames: int) -> View:
    """So many frames of a sound from frame `late` on, with silence before its beginning and after its end."""
    return View(frames, lambda start, end: between(sound, start + late, end + late))


def louder(sound: Sound, gain: float) -> View:
    """The sound times a gain."""
    return View(len(sound), lambda start, end: between(sound, start, end) * np.float32(gain))


def from_frame(sound: Sound, begin: int) -> View:
    """The sound with silence before this frame."""

    def read(start: int, end: int) -> np.ndarray:
        part = between(sound, start, end)
        if start < begin:
            part = part.copy()
            part[: begin - start] = 0.0
        return part

    return View(len(sound), read)


def middle(sound: Sound) -> View:
    """The middle of both sides, on both sides."""
    return View(len(sound), lambda start, end: np.repeat(between(sound, start, end).mean(axis=1, keepdims=True), 2, axis=1))


def wound_on(sound: Sound, by: int) -> View:
    """The sound from frame `by` on, and what was before that behind it."""
    frames = len(sound)

    def read(start: int, end: int) -> np.ndarray:
        first = between(sound, min(start + by, frames), min(end + by, frames))
        return np.concatenate([first, between(sound, max(start + by, frames) - frames, max(end + by, frames) - frames)])

    return View(frames, read)


def blocks(*sounds: Sound, size: int = BLOCK) -> Iterator[tuple[np.ndarray, ...]]:
    """All sounds side by side in blocks, the shorter ones with silence behind them."""
    frames = max(len(sound) for sound in sounds)
    for start in range(0, frames, size):
        yield tuple(between(sound, start, min(start + size, frames)) for sound in sounds)


def peak(sound: Sound, start: int = 0, end: int | None = None) -> float:
    """The largest absolute sample of frames [start, end)."""
    part = moved(sound, start, max((len(sound) if end is None else end) - start, 0))
    return max((float(np.abs(block).max()) for (block,) in blocks(part)), default=0.0)
