"""Waveforms as small numbers: the lowest and highest sample of every 256, 1024, 4096 and 16384, as int8."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

LEVELS = (256, 1024, 4096, 16384)


@dataclass(frozen=True, slots=True)
class Peaks:
    """The peaks of one sound, finest level first: for each level an array (n, 2) of lowest and highest."""

    frames: int
    rate_hz: int
    levels: tuple[np.ndarray, ...]

    @property
    def length_ms(self) -> float:
        return self.frames * 1000 / self.rate_hz

    def columns(self, begin: float, end: float, width: int) -> np.ndarray:
        """Lowest and highest of `width` equal stretches between two fractions of the sound, from -1 to 1."""
        first, last = begin * self.frames, end * self.frames
        step = max((last - first) / max(width, 1), 1e-9)
        level = next((each for each in reversed(range(len(LEVELS))) if LEVELS[each] * 2 <= step), 0)
        peaks = self.levels[level]
        if not len(peaks):
            return np.zeros((width, 2), np.float32)
        edges = (np.linspace(first, last, width + 1) / LEVELS[level]).astype(np.int64).clip(0, len(peaks) - 1)
        lows = np.minimum.reduceat(peaks[:, 0], edges[:-1])
        highs = np.maximum.reduceat(peaks[:, 1], edges[:-1])
        # reduceat runs the last stretch to the end of the array: cut it at the edge
        tail = peaks[edges[-2] : max(edges[-1], edges[-2] + 1)]
        lows[-1], highs[-1] = tail[:, 0].min(), tail[:, 1].max()
        return np.stack((lows, highs), axis=1).astype(np.float32) / 127


def peaks_of(samples: np.ndarray, rate_hz: int) -> Peaks:
    """The peaks of samples (frames, channels), int16 or float from -1 to 1."""
    frames = len(samples)
    scale = 127 / 32767 if samples.dtype == np.int16 else 127.0
    low, high = samples.min(axis=1, initial=0), samples.max(axis=1, initial=0)
    levels: list[np.ndarray] = []
    length = LEVELS[0]
    for _level in LEVELS:
        groups = -(-len(low) // length)
        pad = groups * length - len(low)
        if pad:
            low, high = np.concatenate((low, np.zeros(pad, low.dtype))), np.concatenate((high, np.zeros(pad, high.dtype)))
        low, high = low.reshape(groups, length).min(axis=1), high.reshape(groups, length).max(axis=1)
        small = np.stack((np.floor(low * scale), np.ceil(high * scale)), axis=1).clip(-127, 127)
        levels.append(small.astype(np.int8))
        length = 4
    return Peaks(frames, rate_hz, tuple(levels))


def save(peaks: Peaks, path: Path) -> None:
    """Writes peaks beside other caches, whole or not at all."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, head=np.array([peaks.frames, peaks.rate_hz]), **{f"l{i}": p for i, p in enumerate(peaks.levels)})
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_bytes(buffer.getvalue())
    os.replace(new, path)


def load(path: Path) -> Peaks | None:
    """Reads peaks; None when there are none or the file is damaged: they are quickly made again."""
    try:
        with np.load(path, allow_pickle=False) as data:
            frames, rate = (int(number) for number in data["head"])
            return Peaks(frames, rate, tuple(data[f"l{index}"] for index in range(len(LEVELS))))
    except (OSError, ValueError, KeyError):
        return None
    except Exception:  # a zip that is cut in the middle raises what zipfile likes
        return None
