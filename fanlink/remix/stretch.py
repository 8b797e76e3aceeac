"""Stems at a remix's tempo and key: made once in child processes, kept on disk, found again by digest."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fanlink.core import digests
from fanlink.core.errors import BadInput
from fanlink.core.recipes import Recipe
from fanlink.core.tracks import Stem
from fanlink.remix import engines, workers
from fanlink.remix.tracks import Track

LARGEST_CACHE_BYTES = 4 << 30


@dataclass(frozen=True, slots=True)
class Wanted:
    """One stem as a remix needs it: `factor` times as fast, `semitones` higher, at `rate_hz`."""

    stem: Stem
    path: Path
    rate_hz: int
    factor: float
    semitones: int

    @property
    def key(self) -> str:
        """Its name in the cache: the digest of everything that shapes it."""
        return digests.digest(
            {
                "engine": engines.cache_name(),
                "asset": self.stem.asset,
                "rate_hz": self.rate_hz,
                "factor": self.factor,
                "semitones": self.semitones,
            }
        )

    @property
    def seconds_of_sound(self) -> float:
        """How much there is to work through, for the time that remains."""
        weight = 1.0 if self.factor != 1.0 or self.semitones else 0.08
        return weight * self.stem.channels * self.stem.frames / self.stem.rate_hz


class Cache:
    """A folder of prepared sounds; the ones that nobody used for longest make room for new ones."""

    def __init__(self, folder: Path, largest_bytes: int = LARGEST_CACHE_BYTES) -> None:
        self._folder, self._largest = folder, largest_bytes
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, key: str) -> Path:
        """Where the sound of this key is or will be."""
        return self._folder / key[:2] / f"{key}.npy"

    def find(self, key: str) -> Path | None:
        """The sound if it is there; it then counts as used now."""
        path = self.path(key)
        with suppress(OSError):
            os.utime(path)
            return path
        return None

    def room(self, key: str) -> Path:
        """A new file to write the sound to, beside where it will be."""
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path.with_suffix(f".{os.getpid()}-{time.monotonic_ns()}.part")

    def keep(self, part: Path, key: str) -> Path:
        """Give a finished file its name."""
        path = self.path(key)
        os.replace(part, path)
        return path

    def trim(self, keep: Sequence[Path] = ()) -> None:
        """Drop what was unused for longest until the cache is small enough; never what is in `keep`."""
        found = []
        for path in self._folder.glob("*/*"):
            with suppress(OSError):
                status = path.stat()
                if path.suffix == ".part" and status.st_mtime < time.time() - 86_400:
                    path.unlink()
                else:
                    found.append((status.st_mtime, status.st_size, path))
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= self._largest:
                break
            if path not in keep and path.suffix == ".npy":
                with suppress(OSError):
                    path.unlink()
                    total -= size


def prepare(
    wanted: Mapping[str, Wanted],
    cache: Cache,
    *,
    stop: workers.Stop = workers.never,
    done: Callable[[float], None] = lambda share: None,
    count: int | None = None,
) -> dict[str, Path]:
    """Every wanted stem as a file of float32 samples (see `samples`), stretched in children where it is not cached.

    `done` hears the share of the work that is finished, by sound not by count. Raises `BadInput` for a stem that
    cannot be decoded and `Stopped` within 100 ms of `stop`; either leaves no half-written file.
    """
    ready: dict[str, Path] = {}
    missing: dict[str, list[str]] = {}
    for name, want in wanted.items():
        if path := cache.find(want.key):
            ready[name] = path
        else:
            missing.setdefault(want.key, []).append(name)
    # The longest first, so that the children end together.
    order = sorted(missing, key=lambda key: -wanted[missing[key][0]].seconds_of_sound)
    total = sum(wanted[missing[key][0]].seconds_of_sound for key in order) or 1.0
    parts = {key: cache.room(key) for key in order}
    jobs = [job_for(wanted[missing[key][0]], parts[key]) for key in order]
    finished = 0.0
    try:
        for index, result in workers.run(jobs, stop=stop, count=count):
            key = order[index]
            if isinstance(result, BadInput):
                raise BadInput(f"the stem {missing[key][0]} {result.sentence}", where=result.where)
            path = cache.keep(parts[key], key)
            ready.update(dict.fromkeys(missing[key], path))
            finished += wanted[missing[key][0]].seconds_of_sound
            done(finished / total)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    if order:
        cache.trim(keep=list(ready.values()))
    return ready


def wanted_by(recipe: Recipe, track: Track, names: Sequence[str] | None = None) -> dict[str, Wanted]:
    """The stems of a recipe as it needs them; only some, when they are named."""
    factor = recipe.tempo_bpm / track.facts.music.tempo_bpm
    return {
        name: Wanted(track.facts.stems[name], track.files[name], track.rate_hz, factor, recipe.shift_of(name))
        for name in (names or recipe.stems)
    }


def job_for(want: Wanted, out: Path) -> workers.Job:
    """What a child is told to make it."""
    return {
        "job": "prepare",
        "path": str(want.path.absolute()),
        "out": str(out.absolute()),
        "digest": want.stem.asset,
        "rate_hz": want.rate_hz,
        "factor": want.factor,
        "semitones": want.semitones,
    }
