"""What every effect is: a processor with a memory, and the music it plays in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Stereo sound, (frames, 2), full scale at 1."""

Signal = NDArray[np.float64]
"""The same while it is worked on; filters that remember need the precision."""

# Added before every recursive filter, so that a fading memory never reaches numbers the processor handles slowly.
_ABOVE_DENORMAL = 1e-25


@dataclass(frozen=True, slots=True)
class Context:
    """The music an effect plays in. Beats count from the start of the remix, and so do the frames of `process`."""

    rate_hz: int
    tempo_bpm: float
    beats_per_bar: int
    seed: int
    kicks_beats: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        assert self.rate_hz > 0 and self.tempo_bpm > 0 and self.beats_per_bar > 0

    def frames(self, beats: float) -> float:
        """How many frames so many beats last, not rounded."""
        return beats * 60.0 * self.rate_hz / self.tempo_bpm


class Processor(Protocol):
    """One effect at work. Blocks follow one another; how long each is never changes the sound."""

    @property
    def tail_frames(self) -> int:
        """How long the effect still sounds, above -60 dB, after its input has ended."""
        ...

    def process(self, block: Samples, start_frame: int) -> Samples:
        """The block, shape (frames, 2), after the effect; `start_frame` is its place in the remix."""
        ...


def to_signal(block: Samples) -> Signal:
    """The block in the precision and layout that filters want: (2, frames)."""
    return np.ascontiguousarray(block.T, dtype=np.float64) + _ABOVE_DENORMAL


def to_samples(signal: Signal) -> Samples:
    """A worked signal (2, frames) as a block (frames, 2)."""
    return np.ascontiguousarray(signal.T, dtype=np.float32)


def balance(mix: float) -> tuple[float, float]:
    """The gains of the dry and the wet sound: both full in the middle, so that a little mix takes nothing away."""
    return min(1.0, 2.0 * (1.0 - mix)), min(1.0, 2.0 * mix)
