"""Audio files as samples to hear and peaks to see. Runs in lanes, never on the UI thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from fanlink.core.errors import BadInput
from fanlink.desktop import peaks as peaks_module
from fanlink.desktop.ops import Progress
from fanlink.desktop.peaks import Peaks, peaks_of

LONGEST_S = 20 * 60
BLOCK = 1 << 18
MOST_BYTES = 700_000_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """Stereo int16 samples of one file."""

    samples: np.ndarray
    rate_hz: int


class Decoder:
    """Decodes files and remembers what was heard last, within a limit of memory."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._kept: OrderedDict[tuple[str, int], Decoded] = OrderedDict()
        self._lock = threading.Lock()

    def decode(self, path: Path, rate_hz: int | None, progress: Progress) -> Decoded:
        """The samples of a file, at another rate if asked."""
        key = (str(path), rate_hz or 0)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = _read(path, progress)
        if rate_hz and rate_hz != made.rate_hz:
            made = Decoded(resampled(made.samples, made.rate_hz, rate_hz), rate_hz)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > 1 and sum(each.samples.nbytes for each in self._kept.values()) > MOST_BYTES:
                self._kept.popitem(last=False)
        return made

    def peaks(self, path: Path, digest: str, progress: Progress) -> Peaks:
        """The waveform of a file, from the cache where it was seen before."""
        place = self._cache / "peaks" / f"{digest}.npz"
        found = peaks_module.load(place)
        if found is None:
            decoded = self.decode(path, None, progress)
            found = peaks_of(decoded.samples, decoded.rate_hz)
            peaks_module.save(found, place)
        return found


def resampled(samples: np.ndarray, rate_hz: int, wanted_hz: int) -> np.ndarray:
    """The same sound at another rate."""
    import soxr  # 60 ms to import, and hardly ever needed

    return soxr.resample(samples, rate_hz, wanted_hz)


def mixed_peaks(parts: list[Peaks]) -> Peaks | None:
    """The waveform of several sounds together, near enough to look at: lows and highs added, then brought to full height."""
    if not parts:
        return None
    longest = max(parts, key=lambda part: part.frames)
    levels = []
    for level, sample in enumerate(longest.levels):
        total = np.zeros(sample.shape, np.float32)
        for part in parts:
            total[: len(part.levels[level])] += part.levels[level]
        top = max(float(np.abs(total).max(initial=1)), 1.0)
        levels.append((total * (120 / top)).astype(np.int8))
    return Peaks(longest.frames, longest.rate_hz, tuple(levels))


def _read(path: Path, progress: Progress) -> Decoded:
    try:
        with soundfile.SoundFile(path) as file:
            if file.frames > LONGEST_S * file.samplerate:
                raise BadInput(f"the file is longer than {LONGEST_S // 60} minutes", where=path.name)
            made = np.zeros((file.frames, 2), np.int16)
            done = 0
            while done < file.frames:
                block = file.read(min(BLOCK, file.frames - done), dtype="int16", always_2d=True)
                if not len(block):
                    break
                made[done : done + len(block)] = block[:, :2] if block.shape[1] > 1 else block
                done += len(block)
                progress(done / file.frames)
            return Decoded(made[:done], file.samplerate)
    except soundfile.LibsndfileError as error:
        raise BadInput("this is not audio that can be played", where=path.name) from error
