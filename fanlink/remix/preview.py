"""The preview: a remix that sounds within a second, while its stems are still being stretched.

Only the first seconds are stretched at first; the whole stems follow in the background and take over with a short
crossfade. A preview is not the work: its loudness is estimated, and that one seam is its own.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import numpy as np

from fanlink.core.errors import BadInput, Stopped
from fanlink.core.recipes import Recipe
from fanlink.remix import arrange, build, harmony, instruments, render, stretch, workers
from fanlink.remix.grid import Grid
from fanlink.remix.loudness import Cells
from fanlink.remix.master import HEADROOM_DB, Mastering, limiter
from fanlink.remix.mix import BLOCK
from fanlink.remix.opening import Opening
from fanlink.remix.samples import Samples
from fanlink.remix.tracks import Track

EXCERPT_S = 7.0
BEFORE_S = 0.3
SEAM_S = 0.03
USUAL_GAIN_DB = 3.0


class Growing:
    """A stem of which an excerpt is there at once and the whole comes later; waits where only the whole will do."""

    def __init__(self, excerpt: Samples, at: int, rate_hz: int) -> None:
        self._excerpt, self._at = excerpt, at
        self._seam = round(SEAM_S * rate_hz)
        self._whole: Samples | None = None
        self._there = threading.Event()
        self._error: Exception | None = None

    def arrived(self, whole: Samples | None, error: Exception | None = None) -> None:
        """The whole stem is there, or will never be."""
        self._whole, self._error = whole, error
        self._there.set()

    def read(self, start: int, frames: int) -> np.ndarray:
        """Samples [start, start + frames) as float32 (frames, 2)."""
        inside = self._at <= start or self._at <= 0
        end = self._at + self._excerpt.frames
        if inside and start + frames <= end - self._seam:
            return self._excerpt.read(start - self._at, frames)
        self._there.wait()
        if self._whole is None:
            raise self._error or Stopped()
        sound = self._whole.read(start, frames)
        if inside and start < end:
            # Until its end the excerpt goes on, faded over into the whole.
            mine = np.clip((end - np.arange(start, start + frames)) / self._seam, 0.0, 1.0).astype(np.float32)[:, None]
            sound = self._excerpt.read(start - self._at, frames) * mine + sound * (1.0 - mine)
        return sound


def preview(
    recipe: Recipe,
    track: Track,
    *,
    cache: Path,
    assets: Mapping[str, Path] | None = None,
    stop: workers.Stop = workers.never,
    start_beat: float = 0.0,
) -> Iterator[np.ndarray]:
    """The remix from a beat on, in blocks of float32 (frames, 2) at the track's rate, limited as the master would.

    Raises what `render` raises. Closing the iterator ends all work for it.
    """
    render.check(recipe, track)
    store = stretch.Cache(cache)
    ended = threading.Event()

    def over() -> bool:
        return ended.is_set() or stop()

    with ExitStack() as stack:
        grid = Grid.of(recipe, track.facts.music, track.rate_hz)
        first_beat = _first_source_beat(recipe, grid, start_beat)
        opening = None
        if instruments.plays_along(recipe) and not harmony.is_known(track, store):
            opening = Opening(track, store, min(int(first_beat // grid.beats_per_bar), track.facts.bars - 1))
        stems, grow = _stems(recipe, track, grid, store, stack, over, first_beat, opening)
        player = instruments.player_for(recipe, track, grid, store, stack, over, opening)
        parts = build.Parts(
            recipe, grid, stems, instruments.layers_of(player, assets or {}), player.sweeps(), instruments.effect_builder(player)
        )
        mix = build.mix_of(parts)
        if grow:
            stack.callback(grow.join)
            grow.start()
        # Closed in the other order: all work is told to end before it is waited for.
        stack.callback(ended.set)
        gain = 10.0 ** (_gain_db(recipe, track, store) / 20.0)
        yield from _limited(mix, grid, gain, recipe.master.true_peak_dbtp, over, grid.frame(start_beat))


def warm(track: Track, cache: Path, stop: workers.Stop = workers.never) -> None:
    """Hears a track's chords ahead of its first preview; worth doing when a track is opened."""
    harmony.of_track(track, stretch.Cache(cache), stop)


def _stems(
    recipe: Recipe,
    track: Track,
    grid: Grid,
    store: stretch.Cache,
    stack: ExitStack,
    over: workers.Stop,
    first_beat: float,
    opening: Opening | None,
) -> tuple[dict[str, arrange.Readable], threading.Thread | None]:
    """Cached stems as they are; of the others an excerpt now, and a thread that will bring the whole of everything."""
    wanted = stretch.wanted_by(recipe, track)
    found = {name: store.find(want.key) for name, want in wanted.items()}
    missing = {name: want for name, want in wanted.items() if found[name] is None}
    stems: dict[str, arrange.Readable] = {}
    for name, path in found.items():
        if path:
            stems[name] = _opened(path, stack)
    growing = _excerpts(missing, grid, first_beat, store, stack, over, opening)
    stems.update(growing)

    def grow() -> None:
        if opening is not None:
            opening.hear_all(over)
        _grow(missing, growing, store, over)

    thread = threading.Thread(target=grow, daemon=True) if missing or opening else None
    return {name: stems[name] for name in recipe.stems}, thread


def _opened(path: Path, stack: ExitStack) -> Samples:
    samples = Samples(path)
    stack.callback(samples.close)
    return samples


def _first_source_beat(recipe: Recipe, grid: Grid, start_beat: float) -> float:
    pieces = arrange.cut(arrange.pieces_of(recipe, grid.beats_per_bar), start_beat, float("inf"))
    return pieces[0].source if pieces else 0.0


def _excerpts(
    missing: Mapping[str, stretch.Wanted],
    grid: Grid,
    first_beat: float,
    store: stretch.Cache,
    stack: ExitStack,
    over: workers.Stop,
    opening: Opening | None,
) -> dict[str, Growing]:
    """The first seconds of each stem, stretched in children; the same children hear the first chords."""
    first_s = max(0.0, grid.first_beat_ms / 1000.0 + first_beat * 60.0 / grid.source_tempo_bpm - BEFORE_S)

    def room(want: stretch.Wanted) -> Path:
        out = store.room(want.key)
        stack.callback(out.unlink, missing_ok=True)
        return out

    outs = {name: room(want) for name, want in missing.items()}
    chord_outs = [room(want) for want in harmony.pitched(opening.track).values()] if opening else []
    jobs = opening.jobs(chord_outs) if opening else []
    for name, want in missing.items():
        excerpt = (round(first_s * want.stem.rate_hz), round(EXCERPT_S * want.stem.rate_hz))
        jobs.append({**stretch.job_for(want, outs[name]), "digest": None, "excerpt": excerpt})
    for _, result in workers.run(jobs, stop=over):
        if isinstance(result, BadInput):
            raise result
    if opening:
        opening.hear(chord_outs)
    at = round(first_s / grid.factor * grid.rate_hz)
    return {name: Growing(_opened(out, stack), at, grid.rate_hz) for name, out in outs.items()}


def _grow(missing: Mapping[str, stretch.Wanted], growing: Mapping[str, Growing], store: stretch.Cache, over: workers.Stop) -> None:
    """Stretches the whole stems and hands them over, or says why not."""
    try:
        for name, path in stretch.prepare(missing, store, stop=over).items():
            growing[name].arrived(Samples(path))
    except Exception as error:
        for stem in growing.values():
            stem.arrived(None, error)


def _gain_db(recipe: Recipe, track: Track, store: stretch.Cache) -> float:
    """The gain that a render of this track last needed, or a usual one."""
    path = render.loudness_path(track, store)
    if not path.is_file():
        return USUAL_GAIN_DB
    return float(np.clip(recipe.master.loudness_lufs - json.loads(path.read_text())["lufs"], -12.0, 12.0))


def _limited(mix, grid: Grid, gain: float, true_peak_dbtp: float, over: workers.Stop, start: int) -> Iterator[np.ndarray]:
    """The mix through the limiter, which looks one block ahead and remembers one behind."""
    ceiling = 10.0 ** ((true_peak_dbtp - HEADROOM_DB) / 20.0)
    cells_of = BLOCK // 10
    blocks = _blocks(mix, start, over)
    before, now = np.zeros((cells_of * 10, 2), np.float32), next(blocks, None)
    while now is not None:
        after = next(blocks, None)
        cells = Cells(grid.rate_hz)
        for block in (before, now, after if after is not None else np.zeros_like(now)):
            cells.add(block * np.float32(gain))
        _, peaks = cells.finish()
        gains = gain * limiter(peaks, grid.rate_hz, ceiling)
        whole = np.concatenate([before, now])
        yield Mastering(gains, 0.0).apply(whole, 0)[len(before) :]
        before, now = now, after


def _blocks(mix, start: int, over: workers.Stop) -> Iterator[np.ndarray]:
    block = BLOCK // 10 * 10
    end = mix.frames + mix.tail_frames
    for at in range(start, end, block):
        if over():
            raise Stopped
        yield mix.block(at, min(block, end - at))
