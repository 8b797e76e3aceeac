"""The mix: every stem and layer through its chain onto one bus, in blocks, in little memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from fanlink.remix.arrange import Level, Readable

BLOCK = 1 << 14
LONGEST_TAIL_S = 3.0
SILENCE = 10.0 ** (-66.0 / 20.0)
START_FADE_S = 0.002
END_FADE_S = 0.030


class Processor(Protocol):
    """One effect at work (see `effects`)."""

    @property
    def tail_frames(self) -> int: ...

    def process(self, block: np.ndarray, start_frame: int) -> np.ndarray: ...


def through(chain: Sequence[Processor], block: np.ndarray, start: int) -> np.ndarray:
    """A block after all effects of a chain."""
    for processor in chain:
        block = processor.process(block, start)
    return block


def tail_of(chain: Sequence[Processor]) -> int:
    """How many frames a chain rings after its input ended."""
    return sum(processor.tail_frames for processor in chain)


@dataclass(slots=True)
class SectionChain:
    """Effects that a channel has in one section only: it takes the sound over there, and its tail rings on."""

    start: int
    end: int
    fade: int
    chain: Sequence[Processor]
    level: Level = field(init=False)
    last: int = field(init=False)

    def __post_init__(self) -> None:
        fade = self.fade if self.start > 0 else 0
        self.start -= fade
        points = [(self.start, 0.0), (self.start + fade, 1.0)] if fade else [(-1, 1.0)]
        self.level = Level([*points, (max(self.end - self.fade, self.start + fade), 1.0), (self.end, 0.0)])
        self.last = self.end + tail_of(self.chain)

    def take(self, block: np.ndarray, start: int) -> tuple[np.ndarray, np.ndarray]:
        """Splits a block into what stays dry and what comes out of the chain."""
        first, last = max(self.start, start), min(self.last, start + len(block))
        if first >= last:
            return block, np.zeros(0)
        inside = slice(first - start, last - start)
        gain = self.level.at(first, last - first)
        wet = np.zeros_like(block)
        part = block[inside]
        wet[inside] = through(self.chain, part if gain is None else part * gain, first)
        dry = block.copy()
        dry[inside] *= 0.0 if gain is None else 1.0 - gain
        return dry, wet


@dataclass(slots=True)
class Channel:
    """One stem or layer: what it plays, then mutes and gates, effects, effects of sections, levels, pan."""

    source: Readable
    before: Sequence[Level] = ()
    chain: Sequence[Processor] = ()
    sections: Sequence[SectionChain] = ()
    after: Sequence[Level] = ()
    gain: float = 1.0
    pan: float = 0.0

    def process(self, start: int, frames: int) -> np.ndarray:
        """The next block; blocks must follow one another."""
        block = self.source.read(start, frames)
        for level in self.before:
            block = _times(block, level.at(start, frames))
        dry = through(self.chain, block, start)
        wets = []
        for section in self.sections:
            dry, wet = section.take(dry, start)
            if len(wet):
                wets.append(wet)
        block = sum(wets, dry)
        for level in self.after:
            block = _times(block, level.at(start, frames))
        sides = np.array([min(1.0, 1.0 - self.pan), min(1.0, 1.0 + self.pan)]) * self.gain
        return block if np.all(sides == 1.0) else block * sides.astype(np.float32)

    @property
    def tail_frames(self) -> int:
        """How long it rings after its last input."""
        return tail_of(self.chain) + max((tail_of(section.chain) for section in self.sections), default=0)


def _times(block: np.ndarray, gain: np.ndarray | None) -> np.ndarray:
    return block if gain is None else block * gain


@dataclass(slots=True)
class Mix:
    """All channels on a bus with its fades and effects; `frames` is the length on the grid, without the tail.

    A `pool` of threads works on several channels at once; they are added in order, so the sound is the same.
    """

    rate_hz: int
    frames: int
    channels: Sequence[Channel]
    fades: Sequence[Level] = ()
    chain: Sequence[Processor] = ()
    pool: Executor | None = None

    def block(self, start: int, frames: int) -> np.ndarray:
        """The next block of the bus, before loudness and limiter."""
        bus = np.zeros((frames, 2), np.float32)
        each = self.pool.map if self.pool else map
        for sound in each(lambda channel: channel.process(start, frames), self.channels):
            bus += sound
        for level in self.fades:
            bus = _times(bus, level.at(start, frames))
        return through(self.chain, bus, start)

    @property
    def tail_frames(self) -> int:
        """How much is computed beyond the grid's end."""
        longest = max((channel.tail_frames for channel in self.channels), default=0) + tail_of(self.chain)
        return min(longest, round(LONGEST_TAIL_S * self.rate_hz))

    def blocks(self) -> Iterator[np.ndarray]:
        """The whole bus in blocks, with the tail of its effects, until that is silent; ends faded."""
        end = self.frames + self.tail_frames
        start_fade = np.linspace(0.0, 1.0, round(START_FADE_S * self.rate_hz), dtype=np.float32)[:, None]
        end_fade = np.linspace(1.0, 0.0, round(END_FADE_S * self.rate_hz), dtype=np.float32)[:, None]
        ends = [(end - len(end_fade), end_fade)]
        for start in range(0, end, BLOCK):
            block = self.block(start, min(BLOCK, end - start)).copy()
            if start == 0:
                block[: len(start_fade)] *= start_fade[: len(block)]
            for at, ramp in ends:
                _apply(block, start, at, ramp)
            quiet = start >= self.frames and float(np.max(np.abs(block), initial=0.0)) < SILENCE
            yield block
            if quiet:
                return


def _apply(block: np.ndarray, start: int, at: int, ramp: np.ndarray) -> None:
    """Multiply the part of a ramp from frame `at` on that falls into the block."""
    first, last = max(start, at), min(start + len(block), at + len(ramp))
    if first < last:
        block[first - start : last - start] *= ramp[first - at : last - at]
