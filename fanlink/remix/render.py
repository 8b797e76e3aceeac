"""The render: a recipe and a track in, a finished file out."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from fanlink.core import digests, faults
from fanlink.core.errors import BadInput, Stopped
from fanlink.core.recipes import Master, Recipe
from fanlink.remix import build, engines, files, instruments, master, patience, stretch, workers
from fanlink.remix.grid import Grid
from fanlink.remix.loudness import Cells, integrated_lufs
from fanlink.remix.mix import Mix
from fanlink.remix.progress import Done, Meter, Progress, nothing
from fanlink.remix.samples import Samples, SamplesWriter
from fanlink.remix.tracks import Track

DIGEST = re.compile(r"[0-9a-f]{64}")
STRETCH_SHARE, MIX_SHARE, WRITE_SHARE = 0.55, 0.35, 0.1
SOFTER_TRIES = 8
CODED_TOLERANCE_LU = 0.15


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was rendered. `pcm_digest` is that of the 24-bit samples (see `files.Writer`).

    `softened`: an MP3 was mastered otherwise than the lossless file, because its coding changed peaks or loudness.
    """

    path: Path
    rate_hz: int
    frames: int
    pcm_digest: str
    loudness_lufs: float | None
    seconds: float
    softened: bool = False

    @property
    def length_ms(self) -> int:
        return round(self.frames * 1000 / self.rate_hz)


def render(
    recipe: Recipe,
    track: Track,
    out: Path,
    progress: Callable[[Progress], None] = lambda progress: None,
    stop: workers.Stop = workers.never,
    *,
    cache: Path | None = None,
    assets: Mapping[str, Path] | None = None,
    stem: str | None = None,
    dry: bool = False,
    before: Path | None = None,
) -> Rendered:
    """Renders a recipe to a FLAC, WAV or MP3 file at the track's highest rate, 24 bit.

    `stem` renders one stem before the master, `dry` without anything that the recipe does to it. `assets` are the
    files of own and generated layers by their PCM digest; `cache` keeps prepared stems for the next render.
    `before` is a WAV file for the samples of an MP3 before they were coded.
    Raises `BadInput` for a recipe, stem or asset that cannot be rendered and `Stopped` within 100 ms of `stop`;
    a file appears under `out` only when it is whole.
    """
    form = files.format_of(out)
    if not out.parent.is_dir():
        raise BadInput("is not a folder", where=str(out.parent))
    if any(path.resolve() == out.resolve() for path in track.files.values()):
        raise BadInput("is a stem of this track; choose another name", where=str(out))
    check(recipe, track, stem)
    folder = Path(tempfile.mkdtemp(prefix="fanlink-")) if cache is None else cache

    def work(tell: Callable[[Progress], None], over: workers.Stop) -> Rendered:
        try:
            return _render(recipe, track, out, form, Meter(tell), over, folder, assets or {}, stem, dry, before)
        finally:
            if cache is None:
                shutil.rmtree(folder, ignore_errors=True)

    return patience.run(work, progress, stop)


def _render(
    recipe: Recipe,
    track: Track,
    out: Path,
    form: tuple[str, str],
    meter: Meter,
    stop: workers.Stop,
    folder: Path,
    assets: Mapping[str, Path],
    stem: str | None,
    dry: bool,
    before: Path | None,
) -> Rendered:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fanlink-") as room:
        mixed = _mixed(recipe, track, Path(room) / "mix.npy", meter, stop, folder, assets, stem, dry)
        mastering, writer, softened = _written(mixed, out, form, meter, stop, before)
        meter.finish()
    loudness = mastering.loudness_lufs if mastering and np.isfinite(mastering.loudness_lufs) else None
    return Rendered(out, writer.rate_hz, writer.frames, writer.digest, loudness, time.monotonic() - began, softened)


@dataclass(frozen=True, slots=True)
class Mixed:
    """A recipe's mix before its master, as samples on disk, with what a master needs to know; no `wanted`, no master."""

    raw: Path
    rate_hz: int
    energies: np.ndarray
    peaks: np.ndarray
    wanted: Master | None


def mixed(
    recipe: Recipe,
    track: Track,
    raw: Path,
    progress: Callable[[Progress], None],
    stop: workers.Stop,
    *,
    cache: Path,
    assets: Mapping[str, Path] | None = None,
) -> Mixed:
    """The mix of a recipe under `raw`, to be mastered in more than one way; raises as `render` does, without its haste to stop."""
    check(recipe, track)
    return _mixed(recipe, track, raw, Meter(progress), stop, cache, assets or {})


def written(mix: Mixed, out: Path, stop: workers.Stop, before: Path | None = None, done: Done = nothing) -> tuple[str, bool]:
    """A mix mastered into a file: its PCM digest, and whether it was softened (see `Rendered`)."""
    # Nobody knows how often an MP3 has to be mastered anew; three times is usual.
    meter = Meter(lambda told: done(min(told.share / (3.0 * WRITE_SHARE), 0.95)))
    _, writer, softened = _written(mix, out, files.format_of(out), meter, stop, before)
    return writer.digest, softened


def _mixed(
    recipe: Recipe,
    track: Track,
    raw: Path,
    meter: Meter,
    stop: workers.Stop,
    folder: Path,
    assets: Mapping[str, Path],
    stem: str | None = None,
    dry: bool = False,
) -> Mixed:
    with ExitStack() as stack:
        mix = prepare(recipe, track, stretch.Cache(folder), stack, meter, stop, assets, stem, dry)
        cells = _mix_down(mix, raw, meter, stop)
        energies, peaks = cells.finish()
        if stem is None:
            _note_loudness(track, stretch.Cache(folder), integrated_lufs(energies, mix.rate_hz))
        return Mixed(raw, mix.rate_hz, energies, peaks, recipe.master if stem is None else None)


def _written(
    mix: Mixed, out: Path, form: tuple[str, str], meter: Meter, stop: workers.Stop, before: Path | None
) -> tuple[master.Mastering | None, files.Writer, bool]:
    wanted, mastering, softened = mix.wanted, None, False
    if wanted:
        mastering = master.find(mix.energies, mix.peaks, mix.rate_hz, wanted.loudness_lufs, wanted.true_peak_dbtp)
    write = Write(mix.raw, mix.rate_hz, meter, stop)
    with files.written_whole(out) as temporary:
        writer = write(temporary, form, mastering)
        if form[0] == "MP3" and wanted and mastering and np.isfinite(mastering.loudness_lufs):
            softer = _softer(write, temporary, form, mastering, (mix.energies, mix.peaks, wanted))
            softened, (mastering, writer) = softer is not None, softer or (mastering, writer)
        if stop():
            raise Stopped
    if before:
        write(before, files.FORMATS[".wav"], mastering, files.mp3_rate(mix.rate_hz))
    return mastering, writer, softened


def _softer(
    write: Write, out: Path, form: tuple[str, str], mastering: master.Mastering, measured: tuple[np.ndarray, np.ndarray, Master]
) -> tuple[master.Mastering, files.Writer] | None:
    """Masters and codes anew until the decoded MP3 has the loudness and the ceiling; None when it had both at once.

    Coding moves the samples, so peaks rise by up to a few decibels at low rates, and what it leaves out was heard too.
    """
    energies, peaks, wanted = measured
    ceiling_dbtp, loudness_lufs, made = wanted.true_peak_dbtp, wanted.loudness_lufs, None
    reached = abs(mastering.loudness_lufs - wanted.loudness_lufs) < CODED_TOLERANCE_LU
    for _ in range(SOFTER_TRIES):
        coded_lufs, coded_dbtp = files.levels(out)
        over_db = max(coded_dbtp - wanted.true_peak_dbtp, 0.0)
        off_lu = wanted.loudness_lufs - coded_lufs if reached else 0.0
        if over_db <= 0 and abs(off_lu) < CODED_TOLERANCE_LU:
            break
        ceiling_dbtp -= over_db + 0.05 if over_db else 0.0
        loudness_lufs += min(max(off_lu, -1.0), 1.0)
        mastering = master.find(energies, peaks, write.rate_hz, loudness_lufs, ceiling_dbtp)
        made = mastering, write(out, form, mastering)
    return made


def check(recipe: Recipe, track: Track, stem: str | None = None) -> None:
    """`BadInput` for a recipe that this engine cannot render over this track."""
    engines.require(recipe)
    wrong = faults.severe(faults.find(recipe, track.facts))
    if wrong:
        more = f" ({len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise BadInput(f"cannot be rendered: {wrong[0].rule}: {wrong[0].fix}{more}", where="recipe")
    if stem is not None and stem not in recipe.stems:
        raise BadInput(f"does not use the stem {stem}", where="recipe")


def assets_in(folder: Path | None, recipe: Recipe | None = None) -> dict[str, Path]:
    """The recordings in a folder by the PCM digest that recipes use: by their names, or by listening where one is missing."""
    if folder is None:
        return {}
    if not folder.is_dir():
        raise BadInput("is not a folder", where=str(folder))
    found = {path.stem: path for path in sorted(folder.iterdir()) if path.is_file()}
    wanted = {layer.asset for layer in recipe.layers if layer.asset} if recipe else set()
    if wanted - set(found):
        found |= _heard(path for path in found.values() if not DIGEST.fullmatch(path.stem))
    return found


def _heard(paths: Iterable[Path]) -> dict[str, Path]:
    """Recordings by what they sound like, for those that can be decoded."""
    heard = {}
    with tempfile.TemporaryDirectory(prefix="fanlink-") as folder:
        for path in paths:
            with suppress(BadInput):
                files.sniff(path)
                heard[instruments.digest_of_recording(path, Path(folder))] = path
    return heard


def prepare(
    recipe: Recipe,
    track: Track,
    cache: stretch.Cache,
    stack: ExitStack,
    meter: Meter,
    stop: workers.Stop,
    assets: Mapping[str, Path],
    stem: str | None = None,
    dry: bool = False,
) -> Mix:
    """Everything of a recipe ready to be mixed; `stack` closes what was opened."""
    rate_hz = track.rate_hz
    grid = Grid.of(recipe, track.facts.music, rate_hz)
    meter.stage("stretch", STRETCH_SHARE)
    wanted = stretch.wanted_by(recipe, track, [stem] if stem else None)
    paths = stretch.prepare(wanted, cache, stop=stop, done=meter.done)
    stems = {}
    for name, path in paths.items():
        stems[name] = Samples(path)
        stack.callback(stems[name].close)
    player = instruments.player_for(recipe, track, grid, cache, stack, stop)
    layers = {} if stem else instruments.layers_of(player, assets)
    sweeps = [] if stem else player.sweeps()
    parts = build.Parts(recipe, grid, stems, layers, sweeps, instruments.effect_builder(player))
    if stem:
        return build.dry_mix(parts, stem) if dry else build.stem_mix(parts, stem)
    mix = build.mix_of(parts)
    mix.pool = stack.enter_context(ThreadPoolExecutor(workers.processors()))
    return mix


def _mix_down(mix: Mix, raw: Path, meter: Meter, stop: workers.Stop) -> Cells:
    """Plays the mix once onto disk; a second thread measures each block while the next is mixed."""
    meter.stage("mix", MIX_SHARE)
    cells = Cells(mix.rate_hz)
    with closing(SamplesWriter(raw, 2)) as writer, ThreadPoolExecutor(1) as measuring:
        measured = None
        for block in mix.blocks():
            if stop():
                raise Stopped
            if measured:
                measured.result()
            measured = measuring.submit(cells.add, block)
            writer.write(block)
            meter.done(min(1.0, writer.frames / mix.frames))
        if measured:
            measured.result()
    return cells


def _note_loudness(track: Track, cache: stretch.Cache, lufs: float) -> None:
    """Keeps how loud a mix of this track is before its master, for the next preview."""
    if np.isfinite(lufs):
        path = loudness_path(track, cache)
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.written_whole(path) as temporary:
            temporary.write_text(json.dumps({"lufs": lufs}))


def loudness_path(track: Track, cache: stretch.Cache) -> Path:
    """Where the loudness of the last mix of a track is noted."""
    return cache.path(digests.digest({"loudness": track.facts.digest})).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class Write:
    """Writes the mix, mastered, in a final format; an MP3 of a rate that it cannot have at 48 kHz."""

    raw: Path
    rate_hz: int
    meter: Meter
    stop: workers.Stop

    def __call__(
        self, out: Path, form: tuple[str, str], mastering: master.Mastering | None, out_hz: int | None = None
    ) -> files.Writer:
        self.meter.stage("write", WRITE_SHARE)
        out_hz = out_hz or (files.mp3_rate(self.rate_hz) if form[0] == "MP3" else self.rate_hz)
        slower = soxr.ResampleStream(self.rate_hz, out_hz, 2, dtype="float32", quality="VHQ") if out_hz != self.rate_hz else None
        with closing(Samples(self.raw)) as samples, closing(files.Writer(out, out_hz, *form)) as writer:
            for start in range(0, samples.frames, files.BLOCK):
                if self.stop():
                    raise Stopped
                block = samples.read(start, min(files.BLOCK, samples.frames - start))
                block = mastering.apply(block, start) if mastering else block
                last = start + len(block) >= samples.frames
                writer.write(slower.resample_chunk(block, last=last).reshape(-1, 2) if slower else block)
                self.meter.done(min(start + files.BLOCK, samples.frames) / samples.frames)
        return writer
