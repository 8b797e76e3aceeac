"""The proof: the recipe is rendered again, and a recording is the remix or is not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from fanlink.core.recipes import Recipe
from fanlink.remix import coding, compare, decode, files, foreign, lattice, render, rounding, workers
from fanlink.remix.progress import Progress
from fanlink.remix.samples import Samples
from fanlink.remix.tracks import Track

LOSSY = ("mp3", "ogg")
# Two renders on different wheels sound the same within these; an addition 30 dB below does not move them.
LIKE_ENVELOPE, LIKE_SPECTRUM_DB = 0.98, 1.0
SAME_WAVE = 0.9
# How much later or earlier a lossless recording may be; and how far below the mix hidden sounds are looked for.
LATEST_S = 5.0
# Less than this that could not be judged holds no sound that a person hears.
SKIPPED_S = 0.1
LOOKED_FOR_DB = -30.0
# A sound in so much of a recording may be no sound, but how the whole was coded.
THROUGHOUT = 0.6


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
    `largest_difference_dbfs` is None when all samples are equal. `sensitivity_db` is how far under the mix a sound that
    is like it would still have been seen (None where nothing can be said), and `sentence` says all of it in words.
    """

    comparable: bool
    match: bool
    largest_difference_dbfs: float | None
    foreign: tuple[Foreign, ...]
    pcm_digest: str
    envelope: float
    spectrum_db: float
    sensitivity_db: float | None
    sentence: str


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
        sound = decode.decode(audio, folder / "audio.npy", stop=stop)
        rate_hz = sound.rate_hz
        lossy = container in LOSSY
        again = Again(recipe, track, folder, progress, stop, cache or folder / "cache", assets)
        if lossy:
            found = _lossy(_whole(folder / "audio.npy"), again, sound, audio, container)
        else:
            found = _lossless(_whole(folder / "audio.npy"), *again.sound(rate_hz))
        rendered = again.rendered
    ranges = tuple(Foreign(_ms(max(start, 0), rate_hz), _ms(end, rate_hz)) for start, end in found.ranges)
    return Verdict(
        found.comparable,
        found.match,
        None if found.largest is None else round(found.largest, 2),
        ranges,
        rendered.pcm_digest,
        round(found.likeness["envelope"], 4),
        round(found.likeness["spectrum_db"], 3),
        found.sensitivity_db,
        _sentence(found, lossy),
    )


class Again:
    """The recipe rendered again; of an MP3 also as FanLink masters it, which is a little softer where coding raises peaks."""

    def __init__(
        self,
        recipe: Recipe,
        track: Track,
        folder: Path,
        progress: Callable[[Progress], None],
        stop: workers.Stop,
        cache: Path,
        assets: Mapping[str, Path] | None,
    ) -> None:
        self.folder = folder

        def made(name: str, before: Path | None = None) -> render.Rendered:
            return render.render(recipe, track, folder / name, progress, stop, cache=cache, assets=assets, before=before)

        self._made = made
        self.rendered = made("again.wav")

    def sound(self, rate_hz: int) -> tuple[np.ndarray, int, bool]:
        """The samples at this rate, the rate, and whether it is the rate they were made at."""
        return _at_rate(self.folder / "again.wav", rate_hz), rate_hz, rate_hz == self.rendered.rate_hz

    def coded_at(self, rate_hz: int) -> bool:
        """Whether an MP3 of what was rendered has this rate, unless somebody changes it."""
        return rate_hz == files.mp3_rate(self.rendered.rate_hz)

    def softened(self, rate_hz: int) -> np.ndarray | None:
        """The samples of FanLink's own MP3 before it was coded; None where they are those of the lossless file."""
        path = self.folder / "softened.wav"
        return _at_rate(path, rate_hz) if self._made("again.mp3", path).softened else None


def _at_rate(path: Path, rate_hz: int) -> np.ndarray:
    """The samples of a file that we rendered, at another rate if need be."""
    sound = np.concatenate(list(files.read_blocks(path)))
    made_hz = files.read_header(path).rate_hz
    return sound if made_hz == rate_hz else soxr.resample(sound, made_hz, rate_hz, quality="VHQ").astype(np.float32)


def _sentence(found: Found, lossy: bool) -> str:
    """What was found, in words; for a lossy recording also what could not have been seen."""
    if not found.comparable and found.coded_before:
        return (
            "It was coded more than once, or holds a sound far below the mix from its beginning to its end: nothing stands out "
            f"down to {-(found.sensitivity_db or 0.0):.0f} dB below the mix, but to know more, compare a lossless file."
        )
    if not found.comparable:
        how = "sounds the same" if _alike(found.likeness) else "does not sound the same"
        return f"It was made by another build of the engine, so samples cannot be compared; it {how}."
    if found.ranges:
        said = f"It holds what the recipe does not explain, in {len(found.ranges)} place{'s' if len(found.ranges) > 1 else ''}."
    elif found.match:
        said = "It is what the recipe gives."
    else:
        said = "It is not sample for sample what the recipe gives, but nothing in it is foreign."
    if found.moved:
        said = f"{said} The whole is {found.moved}."
    if not lossy or found.sensitivity_db is None:
        return said
    if found.skipped_s >= SKIPPED_S:
        said = f"{said} {found.skipped_s:.1f} s of it are coded so that they cannot be judged: for these, compare a lossless file."
    if found.coded_before:
        said = f"{said} It was coded more than once."
    limit = f"{-found.sensitivity_db:.0f} dB below the mix"
    if found.sensitivity_db > LOOKED_FOR_DB:
        return (
            f"{said} The noise of this file's coding hides sounds that are like the mix and more than {limit}: "
            "to see down to 30 dB below, compare a lossless file."
        )
    return f"{said} A sound like the mix would have been seen down to {limit}."


def _whole(path: Path) -> np.ndarray:
    samples = Samples(path)
    try:
        return samples.read(0, samples.frames)
    finally:
        samples.close()


def _ms(frame: int, rate_hz: int) -> int:
    return round(frame * 1000 / rate_hz)


@dataclass(frozen=True, slots=True)
class Found:
    """What a comparison found, in frames; `largest` is in dBFS."""

    comparable: bool
    match: bool
    largest: float | None
    ranges: list[compare.Range]
    likeness: dict[str, float]
    sensitivity_db: float | None = None
    skipped_s: float = 0.0
    coded_before: bool = False
    moved: str = ""


def _lossless(heard: np.ndarray, again: np.ndarray, rate_hz: int, same_rate: bool) -> Found:
    """Sample by sample; where almost all differs, by what stands out after level and place are evened out."""
    first, second = compare.same_length(heard, again)
    largest = compare.largest_dbfs(first - second)
    seen_db = round(compare.MATCH_DBFS - 20.0 * float(np.log10(max(np.sqrt(np.mean(second**2)), 1e-6))), 1)
    if same_rate and (largest is None or largest <= compare.MATCH_DBFS):
        return Found(True, True, largest, [], {"envelope": 1.0, "spectrum_db": 0.0}, seen_db)
    ranges = compare.different(first, second, rate_hz)
    if same_rate and _share(ranges, len(first)) < 0.5:
        return Found(True, False, largest, ranges, compare.likeness(first, second, rate_hz), seen_db)
    moved, late = compare.aligned(heard, again, rate_hz, LATEST_S)
    gain = compare.gain_between(moved, again)
    level = again * np.float32(gain)
    # What was cut off at the beginning is not in the file, which is nothing foreign.
    level[: max(-late, 0)] = 0.0
    likeness = compare.likeness(moved, level, rate_hz)
    if not _same_wave(moved, level):
        likeness = compare.likeness(first, second, rate_hz)
        return Found(not _alike(likeness), False, largest, [] if _alike(likeness) else ranges, likeness)
    closer = [(start + late, end + late) for start, end in compare.foreign(moved, level, rate_hz)]
    return Found(True, False, largest, compare.merged([*closer, *_beyond_ends(heard, again, late, rate_hz)]), likeness, LOOKED_FOR_DB, moved=_moved(late / rate_hz, gain))


def _moved(late_s: float, gain: float) -> str:
    """How the whole was moved and how its level was changed, in words; nothing where it was not."""
    said = []
    if abs(late_s) >= 1e-4:
        said.append(f"{abs(late_s) * 1000:.1f} ms {'later' if late_s > 0 else 'earlier'}")
    if abs(gain) > 0 and abs(level_db := 20.0 * float(np.log10(abs(gain)))) >= 0.01:
        said.append(f"{abs(level_db):.2f} dB {'louder' if level_db > 0 else 'softer'}")
    if gain < 0:
        said.append("turned upside down")
    return " and ".join(said)


def _beyond_ends(heard: np.ndarray, again: np.ndarray, late: int, rate_hz: int) -> list[compare.Range]:
    """What a recording holds before our render begins and after it ends, and its last frame where it ends too early."""
    ranges, enough, more = [], rate_hz // 10, len(heard) - late - len(again)
    if late > enough and np.max(np.abs(heard[:late])) > 1e-3:
        ranges.append((0, late))
    if more > enough and np.max(np.abs(heard[-more:])) > 1e-3:
        ranges.append((len(heard) - more, len(heard)))
    elif more < -enough and np.max(np.abs(again[more:])) > 1e-3:
        ranges.append((max(len(heard) - 1, 0), len(heard)))
    return ranges


def _lossy(heard: np.ndarray, render_again: Again, sound: decode.Sound, audio: Path, container: str) -> Found:
    """By what its coding cannot have made; a match is nothing foreign."""
    file = _File(audio, container, sound.rate_hz, render_again.coded_at(sound.rate_hz), render_again.folder)
    again = _as_heard(render_again.sound(sound.rate_hz)[0], sound)
    softened = render_again.softened(sound.rate_hz) if container == "mp3" else None
    masters = [again] if softened is None else [again, _as_heard(softened, sound)]
    moved, _ = compare.aligned(heard, again, sound.rate_hz)
    masters.sort(key=lambda master: _apart(moved, master))
    found = _coded(heard, masters[0], file)
    if found.ranges and len(masters) > 1:
        # At low rates the noise hides which of the two was coded: it is the one that explains more.
        other = _coded(heard, masters[1], file)
        found = min(found, other, key=lambda each: (not each.comparable, _share(each.ranges, len(heard))))
    return found


@dataclass(frozen=True, slots=True)
class _File:
    """A lossy file: where it is, what it is, its rate, whether somebody changed the rate before coding, and room for trials."""

    path: Path
    container: str
    rate_hz: int
    same_rate: bool
    folder: Path


def _coded(heard: np.ndarray, again: np.ndarray, file: _File) -> Found:
    """The recording against one master of our render."""
    rate_hz = file.rate_hz
    moved, late = compare.aligned(heard, again, rate_hz)
    # A file whose first frames were cut off holds nothing there, which is nothing foreign.
    again[: max(-late, 0)] = 0.0
    likeness = compare.likeness(moved, again * np.float32(compare.gain_between(moved, again)), rate_hz)
    largest = compare.largest_dbfs(moved - again)
    if not _same_wave(moved, again):
        alike = _alike(likeness)
        return Found(not alike, False, largest, [] if alike else [(0, len(heard))], likeness)
    traces, coded_before = _traces(heard, moved, again, late, file)
    ranges = [(max(start + late, 0), end + late) for start, end in traces.ranges]
    ranges += _beyond_ends(heard, again, late, rate_hz)
    # A sound far below the noise of one coding, from the beginning to the end, looks like the trace of an earlier one.
    known = bool(ranges) or not coded_before
    return Found(known, known and not ranges, largest, ranges, likeness, traces.sensitivity_db, traces.skipped_s, coded_before)


def _as_heard(again: np.ndarray, sound: decode.Sound) -> np.ndarray:
    """Our render as a mono file has it: the middle of both sides."""
    return again if sound.channels == 2 else np.repeat(again.mean(axis=1, keepdims=True), 2, axis=1)


def _traces(heard: np.ndarray, moved: np.ndarray, again: np.ndarray, late: int, file: _File) -> tuple[foreign.Traces, bool]:
    """What was found, and whether the file was coded before, by how rounding and noise speak of it."""
    gain, rate_hz, folder = np.float32(compare.gain_between(moved, again)), file.rate_hz, file.folder

    def by_noise(found: coding.Coding, *, ours: bool) -> foreign.Traces:
        coded = coding.codings(found, again * gain, rate_hz, folder, first=1.0 / float(gain))
        return foreign.find(moved, again * gain, coded, rate_hz, coded[0] / gain, ours=ours)

    if file.container != "mp3":
        return by_noise(coding.of_file(file.path, file.container, moved, again * gain, rate_hz, folder), ours=True), False
    by_lame = _by_lame(file.path)
    traces = _by_rounding(heard, again, late, file.path, file.same_rate)
    if traces is None and by_lame:
        traces = by_noise(coding.of_file(file.path, file.container, moved, again * gain, rate_hz, folder), ours=True)
    if traces is not None and _share(list(traces.ranges), len(again)) < THROUGHOUT:
        return traces, False
    # What is beyond rounding from the beginning to the end is another coder's way, or an earlier coding, or a sound that never stops.
    coarse = coding.by_noise(moved, again * gain, rate_hz, folder)
    if traces is not None and not coding.follows(moved, again * gain, coarse, rate_hz, folder):
        return traces, False
    return by_noise(coarse, ours=False), by_lame


def _by_rounding(heard: np.ndarray, again: np.ndarray, late: int, audio: Path, same_rate: bool) -> foreign.Traces | None:
    """By what rounding to the file's steps cannot have made; None where the file does not say its steps, or its coder does not round so."""
    found = lattice.find(audio, heard)
    return None if found is None else rounding.find(found, heard, again, late, nearest_known=_by_lame(audio), resampled=not same_rate)


def _by_lame(audio: Path) -> bool:
    """Whether an MP3 says that LAME made it, which rounds to the nearest number."""
    return b"LAME" in audio.read_bytes()


def _apart(heard: np.ndarray, again: np.ndarray) -> float:
    """What is left of the loud moments between two recordings of one length, levels evened out."""
    first, second = compare.same_length(heard, again)
    left = np.abs(first - second * np.float32(compare.gain_between(first, second)))
    return float(np.mean(left[np.abs(second) > 0.5 * np.max(np.abs(second), initial=0.0)] ** 2))


def _same_wave(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two recordings are one wave and not only alike: a stretch made elsewhere has other phases."""
    a, b = first.astype(np.float64).ravel(), second.astype(np.float64).ravel()
    power = float(np.dot(a, a) * np.dot(b, b))
    return power > 0 and abs(float(np.dot(a, b))) / power**0.5 > SAME_WAVE


def _alike(likeness: Mapping[str, float]) -> bool:
    return likeness["envelope"] >= LIKE_ENVELOPE and likeness["spectrum_db"] <= LIKE_SPECTRUM_DB


def _share(ranges: list[compare.Range], frames: int) -> float:
    return sum(end - start for start, end in ranges) / max(frames, 1)
