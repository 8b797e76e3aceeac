"""The proof: the recipe is rendered again, and a recording is the remix or is not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import soxr

from fanlink.core.recipes import Recipe
from fanlink.remix import compare, decode, engines, files, render, workers
from fanlink.remix.progress import Progress
from fanlink.remix.samples import Samples
from fanlink.remix.tracks import Track

LOSSY = ("mp3", "ogg")
# Two renders on different wheels sound the same within these; an addition 30 dB below does not move them.
LIKE_ENVELOPE, LIKE_SPECTRUM_DB = 0.98, 1.0
SAME_WAVE = 0.9


@dataclass(frozen=True, slots=True)
class Foreign:
    """A range of the recording that holds what the recipe does not explain."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a comparison found.

    `comparable` is false where samples cannot be compared: another build of the engine made the recording. The
    likeness of envelope and spectrum then says how far it sounds the same, and `match` is false.
    `largest_difference_dbfs` is None when all samples are equal.
    """

    comparable: bool
    match: bool
    largest_difference_dbfs: float | None
    foreign: tuple[Foreign, ...]
    pcm_digest: str
    envelope: float
    spectrum_db: float


def verify(
    recipe: Recipe,
    track: Track,
    audio: Path,
    progress: Callable[[Progress], None] = lambda progress: None,
    stop: workers.Stop = workers.never,
    *,
    cache: Path | None = None,
    assets: Mapping[str, Path] | None = None,
) -> Verdict:
    """Renders the recipe and compares the recording with it, sample by sample or, for a lossy one, by what coding leaves.

    Raises `BadInput` for a recording that cannot be read.
    """
    container = files.sniff(audio)
    with tempfile.TemporaryDirectory(prefix="fanlink-") as name:
        folder = Path(name)
        rate_hz = decode.decode(audio, folder / "audio.npy", stop=stop).rate_hz
        rendered = render.render(recipe, track, folder / "again.wav", progress, stop, cache=cache, assets=assets)
        decode.decode(rendered.path, folder / "again.npy", stop=stop)
        heard, again = _whole(folder / "audio.npy"), _whole(folder / "again.npy")
        same_rate = rate_hz == rendered.rate_hz
        if not same_rate:
            again = soxr.resample(again, rendered.rate_hz, rate_hz, quality="VHQ").astype(np.float32)
        if container in LOSSY:
            verdict = _lossy(heard, again, rate_hz, audio, folder)
        else:
            verdict = _lossless(heard, again, rate_hz, same_rate)
    comparable, match, largest, ranges, likeness = verdict
    return Verdict(
        comparable,
        match,
        None if largest is None else round(largest, 2),
        tuple(Foreign(_ms(max(start, 0), rate_hz), _ms(end, rate_hz)) for start, end in ranges),
        rendered.pcm_digest,
        round(likeness["envelope"], 4),
        round(likeness["spectrum_db"], 3),
    )


def _whole(path: Path) -> np.ndarray:
    samples = Samples(path)
    try:
        return samples.read(0, samples.frames)
    finally:
        samples.close()


def _ms(frame: int, rate_hz: int) -> int:
    return round(frame * 1000 / rate_hz)


Found = tuple[bool, bool, float | None, list[compare.Range], dict[str, float]]


def _lossless(heard: np.ndarray, again: np.ndarray, rate_hz: int, same_rate: bool) -> Found:
    """Sample by sample; where almost all differs, by what stands out after level and place are evened out."""
    first, second = compare.same_length(heard, again)
    largest = compare.largest_dbfs(first - second)
    if same_rate and (largest is None or largest <= compare.MATCH_DBFS):
        return True, True, largest, [], {"envelope": 1.0, "spectrum_db": 0.0}
    likeness = compare.likeness(first, second, rate_hz)
    ranges = compare.different(first, second, rate_hz)
    if _share(ranges, len(first)) < 0.5:
        return True, False, largest, ranges, likeness
    moved, late = compare.aligned(heard, again, rate_hz)
    level = again * compare.gain_between(moved, again)
    if not _same_wave(moved, level) and _alike(likeness):
        return False, False, largest, [], likeness
    closer = compare.foreign(moved, level, None, rate_hz)
    ranges = [(start + late, end + late) for start, end in closer] or ranges
    return engines.build().pinned, False, largest, ranges, likeness


def _lossy(heard: np.ndarray, again: np.ndarray, rate_hz: int, audio: Path, folder: Path) -> Found:
    """By what is left when the marks of the same coding are taken away; a match is nothing foreign."""
    kbps = files.mp3_bit_rates(audio)[1:-1]
    coded = _coded(again, rate_hz, round(median(kbps)) if kbps else 128, folder)
    moved, late = compare.aligned(heard, again, rate_hz)
    level = compare.gain_between(moved, again)
    likeness = compare.likeness(moved, again, rate_hz)
    largest = compare.largest_dbfs(moved - again)
    if not _same_wave(moved, again):
        return not _alike(likeness), False, largest, [] if _alike(likeness) else [(0, len(heard))], likeness
    constant = bool(kbps) and kbps.count(max(set(kbps), key=kbps.count)) >= 0.99 * len(kbps)
    ranges = compare.foreign(moved, again * level, coded * level, rate_hz, constant=constant)
    ranges = [(max(start + late, 0), end + late) for start, end in ranges]
    more = len(heard) - late - len(again)
    if more > rate_hz // 10 and np.max(np.abs(heard[-more:])) > 1e-3:
        ranges.append((len(heard) - more, len(heard)))
    elif more < -rate_hz // 10 and np.max(np.abs(again[more:])) > 1e-3:
        ranges.append((max(len(heard) - 1, 0), len(heard)))
    return True, not ranges, largest, ranges, likeness


def _coded(sound: np.ndarray, rate_hz: int, kbps: int, folder: Path) -> np.ndarray:
    """The sound after MP3 at this bit rate."""
    path = folder / "coded.mp3"
    writer = files.Writer(path, rate_hz, "MP3", "MPEG_LAYER_III", mp3_kbps=kbps)
    for start in range(0, len(sound), files.BLOCK):
        writer.write(sound[start : start + files.BLOCK])
    writer.close()
    decode.decode(path, folder / "coded.npy")
    return compare.aligned(_whole(folder / "coded.npy"), sound, rate_hz)[0]


def _same_wave(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two recordings are one wave and not only alike: a stretch made elsewhere has other phases."""
    a, b = first.astype(np.float64).ravel(), second.astype(np.float64).ravel()
    power = float(np.dot(a, a) * np.dot(b, b))
    return power > 0 and float(np.dot(a, b)) / power**0.5 > SAME_WAVE


def _alike(likeness: Mapping[str, float]) -> bool:
    return likeness["envelope"] >= LIKE_ENVELOPE and likeness["spectrum_db"] <= LIKE_SPECTRUM_DB


def _share(ranges: list[compare.Range], frames: int) -> float:
    return sum(end - start for start, end in ranges) / max(frames, 1)
