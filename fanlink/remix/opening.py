"""What a preview must know of the harmony before it sounds: the chords of the bars it begins with.

The chords of a whole track are heard from all of its stems, which takes longer than anybody waits. So the first bars
are heard from an excerpt, and the layers of later bars wait for the chords of the whole.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from fanlink.core.errors import Stopped
from fanlink.remix import harmony, keys, stretch, workers
from fanlink.remix.layers import chroma
from fanlink.remix.layers import harmony as chords_of
from fanlink.remix.samples import Samples
from fanlink.remix.tracks import Track

BARS = 4


class Opening:
    """Chords of the bars from `first_bar` (counted from 0) on, now; and of the whole track, as soon as they are heard."""

    def __init__(self, track: Track, cache: stretch.Cache, first_bar: int) -> None:
        self.track, self._cache = track, cache
        self._there = threading.Event()
        self._whole: harmony.Chords | None = None
        self._error: Exception | None = None
        last = min(first_bar + BARS, track.facts.bars)
        self._grid = harmony.bar_frames(track.facts)[first_bar : last + 1]
        self.bars = range(first_bar, last)
        self.known: Mapping[int, str | None] = {}

    def jobs(self, outs: Sequence[Path]) -> list[workers.Job]:
        """What a child is told to decode of each pitched stem, one file for each of `outs`."""
        jobs = []
        for want, out in zip(harmony.pitched(self.track).values(), outs, strict=True):
            per_s = want.stem.rate_hz / keys.RATE_HZ
            excerpt = (round(self._grid[0] * per_s), round((self._grid[-1] - self._grid[0]) * per_s))
            jobs.append({**stretch.job_for(want, out), "digest": None, "excerpt": excerpt})
        return jobs

    def hear(self, paths: Sequence[Path]) -> None:
        """Takes the chords of the first bars from what `jobs` left."""
        total = np.zeros(self._grid[-1] - self._grid[0], np.float32)
        for path in paths:
            samples = Samples(path)
            mono = samples.read(0, len(total)).mean(axis=1)
            samples.close()
            total[: len(mono)] += mono
        heard = chroma.bar_chroma(total, keys.RATE_HZ, [frame - self._grid[0] for frame in self._grid])
        key = chords_of.parse_key(self.track.facts.music.key)
        self.known = dict(zip(self.bars, chords_of.estimate_chords(heard, key), strict=True))

    def hear_all(self, stop: workers.Stop) -> None:
        """Hears the whole track; whoever waits in `whole` goes on."""
        try:
            self._whole = harmony.of_track(self.track, self._cache, stop)
        except Exception as error:
            self._error = error
        self._there.set()

    def whole(self) -> harmony.Chords:
        """The chords of the whole track, once they are heard; raises what went wrong."""
        self._there.wait()
        if self._whole is None:
            raise self._error or Stopped()
        return self._whole
