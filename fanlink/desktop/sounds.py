"""Audio files as samples to hear and peaks to see. Runs in lanes, never on the UI thread.

What somebody sent is decoded in limited children only (see `fanlink.remix.child`); here arrive plain samples.
"""

from __future__ import annotations

import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fanlink.core.errors import BadInput
from fanlink.desktop import peaks as peaks_module
from fanlink.desktop.ops import Progress
from fanlink.desktop.peaks import Peaks, peaks_of
from fanlink.remix import decode, workers
from fanlink.remix.samples import Samples

LONGEST_S = 20 * 60
BLOCK = 1 << 18
FULL = 32767.0
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
        self._kept: OrderedDict[Path, Decoded] = OrderedDict()
        self._lock = threading.Lock()

    def decode(self, paths: Sequence[Path], rate_hz: int | None, progress: Progress) -> list[Decoded]:
        """The samples of files, all at one rate: the one asked for, or that of the first. `BadInput` for what is no audio."""
        with self._lock:
            found = {path: self._kept[path] for path in paths if path in self._kept}
        missing = [path for path in dict.fromkeys(paths) if path not in found]
        found |= _read(missing, self._cache, progress)
        with self._lock:
            for path in paths:
                self._kept[path] = found[path]
                self._kept.move_to_end(path)
            while len(self._kept) > len(paths) and sum(each.samples.nbytes for each in self._kept.values()) > MOST_BYTES:
                self._kept.popitem(last=False)
        wanted = rate_hz or (found[paths[0]].rate_hz if paths else 0)
        return [_at_rate(found[path], wanted) for path in paths]

    def peaks(self, path: Path, digest: str, progress: Progress) -> Peaks:
        """The waveform of a file, from the cache where it was seen before."""
        place = self._cache / "peaks" / f"{digest}.npz"
        found = peaks_module.load(place)
        if found is None:
            (decoded,) = self.decode([path], None, progress)
            found = peaks_of(decoded.samples, decoded.rate_hz)
            peaks_module.save(found, place)
        return found


def _at_rate(sound: Decoded, wanted_hz: int) -> Decoded:
    """The same sound at another rate."""
    if sound.rate_hz == wanted_hz:
        return sound
    import soxr  # 60 ms to import, and hardly ever needed

    return Decoded(soxr.resample(sound.samples, sound.rate_hz, wanted_hz), wanted_hz)


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


def _read(paths: Sequence[Path], cache: Path, progress: Progress) -> dict[Path, Decoded]:
    """Decodes files, some at the same time, in children."""
    made: dict[Path, Decoded] = {}
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="decoded-", dir=cache) as folder:
        outs = [Path(folder) / f"{number}.npy" for number in range(len(paths))]
        jobs = [{"job": "prepare", "path": str(path.absolute()), "out": str(out)} for path, out in zip(paths, outs, strict=True)]
        for index, result in workers.run(
            jobs, stop=progress.stop.is_set, memory_mb=workers.DECODE_MEMORY_MB, cpu_s=decode.CPU_S, wall_s=decode.WALL_S
        ):
            if isinstance(result, BadInput):
                raise result
            if result["frames"] > LONGEST_S * result["rate_hz"]:
                raise BadInput(f"the file is longer than {LONGEST_S // 60} minutes", where=paths[index].name)
            made[paths[index]] = Decoded(_whole(outs[index]), result["rate_hz"])
            outs[index].unlink()
            progress(len(made) / len(paths))
    return made


def _whole(path: Path) -> np.ndarray:
    """All samples of a file that a child wrote, as int16."""
    with closing(Samples(path)) as samples:
        made = np.zeros((samples.frames, 2), np.int16)
        for start in range(0, samples.frames, BLOCK):
            block = samples.read(start, min(BLOCK, samples.frames - start))
            made[start : start + len(block)] = np.clip(block, -1, 1) * FULL
        return made
