"""Float samples on disk, read in pieces: how long audio passes through little memory.

A `.npy` file of (frames, channels) float32; plain reads instead of a memory map, so that the pages do not count
as this process's memory.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.lib import format as npy


class Samples:
    """One array on disk; `read` gives stereo and silence outside of it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        version = npy.read_magic(self._file)
        assert version == (1, 0), version
        shape, fortran, dtype = npy.read_array_header_1_0(self._file)
        assert not fortran and dtype == np.float32, (fortran, dtype)
        self.frames, self.channels = shape
        self._start = self._file.tell()

    def read(self, start: int, frames: int) -> np.ndarray:
        """Samples [start, start + frames) as float32 (frames, 2)."""
        out = np.zeros((frames, 2), np.float32)
        first, last = max(start, 0), min(start + frames, self.frames)
        if first < last:
            self._file.seek(self._start + first * self.channels * 4)
            raw = self._file.read((last - first) * self.channels * 4)
            # Mono is broadcast to both sides at its own level.
            out[first - start : last - start] = np.frombuffer(raw, np.float32).reshape(-1, self.channels)
        return out

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


class SamplesWriter:
    """Writes a `.npy` of float32 in blocks when the number of frames is known at the end only."""

    def __init__(self, path: Path, channels: int) -> None:
        self._file = path.open("w+b")
        self._channels = channels
        self.frames = 0
        self._header(0)

    def _header(self, frames: int) -> None:
        """numpy leaves room in the header for the first axis to grow to any number of digits."""
        self._file.seek(0)
        fields = {"descr": "<f4", "fortran_order": False, "shape": (frames, self._channels)}
        npy.write_array_header_1_0(self._file, fields)

    def write(self, block: np.ndarray) -> None:
        """Append (frames, channels)."""
        self._file.write(np.ascontiguousarray(block, np.float32).tobytes())
        self.frames += len(block)

    def close(self) -> None:
        """Write the true length and close."""
        body = self._file.tell()
        self._header(self.frames)
        assert body == self._file.tell() + self.frames * self._channels * 4
        self._file.close()
