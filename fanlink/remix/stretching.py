"""Stretching and shifting one stem, whole, inside the child.

The stretcher keeps no state between calls and cutting a stem leaves seams, so a stem goes through in one piece.
Its latency is taken out by its own binding: measured onsets are within 1 ms of where they belong.
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
# Above this a shift moves harmonics less, so that air and consonants stay natural.
TONALITY_HZ = 8_000.0


def at_rate(path: Path, header: files.Header, rate_hz: int) -> Iterator[np.ndarray]:
    """The file's samples at `rate_hz`, (frames, channels) float32 in blocks."""
    if rate_hz == header.rate_hz:
        yield from files.read_blocks(path)
        return
    stream = soxr.ResampleStream(header.rate_hz, rate_hz, header.channels, dtype="float32", quality="VHQ")
    for block in files.read_blocks(path):
        yield stream.resample_chunk(block).reshape(-1, header.channels)
    yield stream.resample_chunk(np.zeros((0, header.channels), np.float32), last=True).reshape(-1, header.channels)


def copy(path: Path, header: files.Header, rate_hz: int, out: Path) -> int:
    """Decodes a stem that is neither stretched nor shifted; how many frames it has at `rate_hz`."""
    writer = SamplesWriter(out, header.channels)
    try:
        for block in at_rate(path, header, rate_hz):
            writer.write(block)
    finally:
        writer.close()
    return writer.frames


def stretch(path: Path, header: files.Header, rate_hz: int, factor: float, semitones: int, out: Path) -> int:
    """Plays a stem `factor` times as fast and `semitones` higher; how many frames that is."""
    longest = int(files.LONGEST_S * rate_hz) + rate_hz
    expected = min(-(-header.frames * rate_hz // header.rate_hz), longest) + 64
    out_pad = int(PAD_S * rate_hz)
    in_pad = round(out_pad * factor)
    samples = np.zeros((header.channels, in_pad + expected + in_pad), np.float32)
    seen = 0
    for block in at_rate(path, header, rate_hz):
        block = block[: expected - seen]
        samples[:, in_pad + seen : in_pad + seen + len(block)] = block.T
        seen += len(block)
    result = stretch_array(samples[:, : in_pad + seen + in_pad], rate_hz, factor, semitones)
    del samples
    frames = round(seen / factor)
    writer = SamplesWriter(out, header.channels)
    try:
        for start in range(out_pad, out_pad + frames, files.BLOCK):
            writer.write(result[:, start : min(start + files.BLOCK, out_pad + frames)].T)
    finally:
        writer.close()
    return writer.frames


def stretch_array(samples: np.ndarray, rate_hz: int, factor: float, semitones: int) -> np.ndarray:
    """(channels, frames) float32 stretched; the same bits on every run while the factor is above one half."""
    import python_stretch

    assert SLOWEST <= factor <= FASTEST, factor
    stretcher = python_stretch.Signalsmith.Stretch()
    stretcher.preset(samples.shape[0], float(rate_hz))
    stretcher.setTimeFactor(factor)
    if semitones:
        stretcher.setTransposeSemitones(float(semitones), TONALITY_HZ / rate_hz)
    return stretcher.process(samples)
