"""Stretching and shifting one stem, whole, inside the child.

The stretcher keeps no state between calls and cutting a stem leaves seams, so a stem goes through in one piece.
Its latency is taken out by its own binding: measured onsets are within 1 ms of where they belong.

A shift of the key is a resampling first, and the stretch then makes up for the time: a steady bass note is within
one cent of its pitch that way, and was up to 38 cents off when the stretcher shifted it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr

from fanlink.remix import files
from fanlink.remix.samples import SamplesWriter

SLOWEST, FASTEST = 0.51, 2.0
PAD_S = 0.25
# The stretcher is the same on every run above one half, and good to the ear to a little over two.
STRETCHED = (0.55, 2.2)


Excerpt = tuple[int, int]
"""(first frame, frames) of a file."""


def at_rate(
    path: Path, header: files.Header, rate_hz: int, speed: float = 1.0, excerpt: Excerpt | None = None
) -> Iterator[np.ndarray]:
    """The file's samples at `rate_hz`, played `speed` times as fast: (frames, channels) float32 in blocks."""
    blocks = files.read_blocks(path, files.BLOCK, *excerpt) if excerpt else files.read_blocks(path)
    if rate_hz == header.rate_hz and speed == 1.0:
        yield from blocks
        return
    stream = soxr.ResampleStream(header.rate_hz * speed, rate_hz, header.channels, dtype="float32", quality="HQ")
    for block in blocks:
        yield stream.resample_chunk(block).reshape(-1, header.channels)
    yield stream.resample_chunk(np.zeros((0, header.channels), np.float32), last=True).reshape(-1, header.channels)


def copy(path: Path, header: files.Header, rate_hz: int, out: Path, excerpt: Excerpt | None = None) -> int:
    """Decodes a stem that is neither stretched nor shifted; how many frames it has at `rate_hz`."""
    writer = SamplesWriter(out, header.channels)
    try:
        for block in at_rate(path, header, rate_hz, 1.0, excerpt):
            writer.write(block)
    finally:
        writer.close()
    return writer.frames


def stretch(
    path: Path, header: files.Header, rate_hz: int, factor: float, semitones: int, out: Path, excerpt: Excerpt | None = None
) -> int:
    """Plays a stem `factor` times as fast and `semitones` higher; how many frames that is."""
    assert SLOWEST <= factor <= FASTEST, factor
    speed = speed_for(factor, semitones)
    rest, left = factor / speed, semitones - 12.0 * np.log2(speed)
    length_s = (excerpt[1] if excerpt else header.frames) / header.rate_hz
    expected = int(min(length_s, files.LONGEST_S) * rate_hz / speed) + 256
    out_pad = int(PAD_S * rate_hz)
    in_pad = round(out_pad * rest)
    samples = np.zeros((header.channels, in_pad + expected + in_pad), np.float32)
    seen = 0
    for block in at_rate(path, header, rate_hz, speed, excerpt):
        block = block[: expected - seen]
        samples[:, in_pad + seen : in_pad + seen + len(block)] = block.T
        seen += len(block)
    # Two equal sides are one sound: half the work, and the same to the ear.
    sides = 1 if header.channels == 1 or np.array_equal(samples[0], samples[1]) else 2
    result = stretch_array(samples[:sides, : in_pad + seen + in_pad], rate_hz, rest, left)
    del samples
    frames = round(seen / rest)
    writer = SamplesWriter(out, sides)
    try:
        for start in range(out_pad, out_pad + frames, files.BLOCK):
            writer.write(result[:, start : min(start + files.BLOCK, out_pad + frames)].T)
    finally:
        writer.close()
    return writer.frames


def speed_for(factor: float, semitones: int) -> float:
    """How much faster a stem is played to raise it; less than the whole shift where too little or much stretch were left."""
    lowest, highest = STRETCHED
    return float(np.clip(2.0 ** (semitones / 12.0), factor / highest, factor / lowest)) if semitones else 1.0


def stretch_array(samples: np.ndarray, rate_hz: int, factor: float, semitones: float) -> np.ndarray:
    """(channels, frames) float32 stretched; the same bits on every run while the factor is above one half."""
    import python_stretch

    if factor == 1.0 and abs(semitones) < 1e-9:
        return samples
    stretcher = python_stretch.Signalsmith.Stretch()
    stretcher.preset(samples.shape[0], float(rate_hz))
    stretcher.setTimeFactor(factor)
    if abs(semitones) > 1e-9:
        stretcher.setTransposeSemitones(semitones)
    return stretcher.process(samples)
