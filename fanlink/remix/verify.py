"""The proof: the recipe is rendered again, and a recording is the remix or is not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from fanlink.core.recipes import Recipe
from fanlink.remix import (
    coding,
    compare,
    decode,
    files,
    foreign,
    lattice,
    patience,
    render,
    rounding,
    verdicts,
    views,
    workers,
)
from fanlink.remix.progress import Course, Done, Progress
from fanlink.remix.samples import SamplesWriter
from fanlink.remix.tracks import Track
from fanlink.remix.verdicts import Found, Verdict
from fanlink.remix.views import Sound, View

LOSSY = ("mp3", "ogg")
SAME_WAVE = 0.9
# How much later or earlier a lossless recording may be.
LATEST_S = 5.0
# A sound in so much of a recording may be no sound, but how the whole was coded.
THROUGHOUT = 0.6
# Seconds that each step takes for a second of music, on two cores of 2020; the render's is a guess.
READ, RENDER, COMPARE, ROUNDING, MASTER, FINDING, CODING, NOISE = 0.004, 0.05, 0.01, 0.03, 0.06, 0.02, 0.08, 0.06


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

    Raises `BadInput` for a recording that cannot be read, and `Stopped` within 100 ms of `stop`.
    """

    def work(tell: Callable[[Progress], None], over: workers.Stop) -> Verdict:
        with tempfile.TemporaryDirectory(prefix="fanlink-") as name:
            folder = Path(name)
            return _verdict(recipe, track, audio, tell, over, folder, cache or folder / "cache", assets)

    return patience.run(work, progress, stop)


def _verdict(
    recipe: Recipe,
    track: Track,
    audio: Path,
    tell: Callable[[Progress], None],
    stop: workers.Stop,
    folder: Path,
    cache: Path,
    assets: Mapping[str, Path] | None,
) -> Verdict:
    container, header = files.sniff(audio), files.read_header(audio)
    length_s = header.frames / header.rate_hz
    course = Course(tell, stop, {"read": READ * length_s, "render again": RENDER * length_s, "compare": COMPARE * length_s})
    course.step("read")
    sound = decode.decode(audio, folder / "audio.npy", stop=stop)
    heard = views.of_file(folder / "audio.npy")
    again = Again(recipe, track, folder, course, stop, cache, assets)
    if container in LOSSY:
        file = _File(audio, container, sound, again.coded_at(sound.rate_hz), folder, length_s, course)
        found = _lossy(heard, again, file)
    else:
        course.step("compare")
        found = _lossless(heard, again.sound(sound.rate_hz), sound.rate_hz, sound.rate_hz == again.mix.rate_hz)
    course.finish()
    return verdicts.verdict(found, sound.rate_hz, again.pcm_digest, lossy=container in LOSSY)


class Again:
    """The recipe rendered again; of an MP3 also as FanLink masters it, which is a little softer where coding raises peaks."""

    def __init__(
        self,
        recipe: Recipe,
        track: Track,
        folder: Path,
        course: Course,
        stop: workers.Stop,
        cache: Path,
        assets: Mapping[str, Path] | None,
    ) -> None:
        self._folder, self._stop = folder, stop
        done = course.step("render again", guessed=True)
        self.mix = render.mixed(recipe, track, folder / "mix.npy", lambda told: done(told.share), stop, cache=cache, assets=assets)
        self.pcm_digest, _ = render.written(self.mix, folder / "again.wav", stop)

    def sound(self, rate_hz: int) -> View:
        """The samples, at this rate."""
        return _at_rate(self._folder / "again.wav", rate_hz)

    def coded_at(self, rate_hz: int) -> bool:
        """Whether an MP3 of what was rendered has this rate, unless somebody changes it."""
        return rate_hz == files.mp3_rate(self.mix.rate_hz)

    def softened(self, rate_hz: int, done: Done) -> View | None:
        """The samples of FanLink's own MP3 before it was coded; None where they are those of the lossless file."""
        path = self._folder / "softened.wav"
        _, softened = render.written(self.mix, self._folder / "again.mp3", self._stop, path, done)
        return _at_rate(path, rate_hz) if softened else None


def _at_rate(path: Path, rate_hz: int) -> View:
    """The samples of a file that we rendered, at another rate if need be."""
    header, out = files.read_header(path), path.with_suffix(".npy")
    stream = soxr.ResampleStream(header.rate_hz, rate_hz, 2, dtype="float32", quality="VHQ") if header.rate_hz != rate_hz else None
    with closing(SamplesWriter(out, 2)) as samples:
        for block in files.read_blocks(path):
            samples.write(stream.resample_chunk(block) if stream else block)
        if stream:
            samples.write(stream.resample_chunk(np.zeros((0, 2), np.float32), last=True))
    return views.of_file(out)


def _lossless(heard: Sound, again: Sound, rate_hz: int, same_rate: bool) -> Found:
    """Sample by sample; where almost all differs, by what stands out after level and place are evened out."""
    largest = compare.largest_dbfs(heard, again)
    frames = max(len(heard), len(again))
    rms = (float(compare.energies(again, 0, rate_hz, -(-frames // rate_hz)).sum()) / max(2 * frames, 1)) ** 0.5
    seen_db = round(compare.MATCH_DBFS - 20.0 * float(np.log10(max(rms, 1e-6))), 1)
    if same_rate and (largest is None or largest <= compare.MATCH_DBFS):
        return Found(True, True, largest, [], {"envelope": 1.0, "spectrum_db": 0.0}, seen_db)
    ranges = compare.different(heard, again, rate_hz)
    long = views.moved(again, 0, frames)
    if same_rate and _share(ranges, frames) < 0.5:
        return Found(True, False, largest, ranges, compare.likeness(views.moved(heard, 0, frames), long, rate_hz), seen_db)
    moved, late = compare.aligned(heard, again, rate_hz, LATEST_S)
    gain = compare.gain_between(moved, again)
    # What was cut off at the beginning is not in the file, which is nothing foreign.
    level = views.from_frame(views.louder(again, gain), max(-late, 0))
    likeness = compare.likeness(moved, level, rate_hz)
    if compare.correlation(moved, level) <= SAME_WAVE:
        likeness = compare.likeness(views.moved(heard, 0, frames), long, rate_hz)
        alike = verdicts.alike(likeness)
        return Found(not alike, False, largest, [] if alike else ranges, likeness)
    closer = [(start + late, end + late) for start, end in compare.foreign(moved, level, rate_hz)]
    found = compare.merged([*closer, *_beyond_ends(heard, again, late, rate_hz)])
    return Found(True, False, largest, found, likeness, verdicts.LOOKED_FOR_DB, moved=_moved(late / rate_hz, gain))


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


def _beyond_ends(heard: Sound, again: Sound, late: int, rate_hz: int) -> list[compare.Range]:
    """What a recording holds before our render begins and after it ends, and its last frame where it ends too early."""
    ranges, enough, more = [], rate_hz // 10, len(heard) - late - len(again)
    if late > enough and views.peak(heard, 0, late) > 1e-3:
        ranges.append((0, late))
    if more > enough and views.peak(heard, len(heard) - more) > 1e-3:
        ranges.append((len(heard) - more, len(heard)))
    elif more < -enough and views.peak(again, len(again) + more) > 1e-3:
        ranges.append((max(len(heard) - 1, 0), len(heard)))
    return ranges


@dataclass(frozen=True, slots=True)
class _File:
    """A lossy file: where and what it is, whether nobody changed the rate before coding, room for trials, and how far we are."""

    path: Path
    container: str
    sound: decode.Sound
    same_rate: bool
    folder: Path
    length_s: float
    course: Course

    @property
    def rate_hz(self) -> int:
        return self.sound.rate_hz

    def announce(self, **each: float) -> None:
        """Steps that take so long for each second of music."""
        self.course.also({name.replace("_", " "): seconds * self.length_s for name, seconds in each.items()})


@dataclass(frozen=True, slots=True)
class _Pair:
    """A recording and a master of our render that lie on each other, and by how many frames the recording is late."""

    heard: Sound
    moved: Sound
    again: Sound
    late: int
    gain: float


def _lossy(heard: Sound, render_again: Again, file: _File) -> Found:
    """By what its coding cannot have made; a match is nothing foreign."""
    if file.container == "mp3":
        file.announce(compare_steps=ROUNDING)
    file.course.step("compare")
    pair = _pair(heard, render_again.sound(file.rate_hz), file)
    if file.container != "mp3":
        return _coded(pair, file, None)
    followed = lattice.find(file.path, heard)
    traces = _by_rounding(followed, pair, file, "compare steps")
    if traces and not traces.ranges:
        # Where no number is beyond rounding there is no need to ask whether the other master explains more.
        return _coded(pair, file, traces)
    file.announce(master_again=MASTER)
    softened = render_again.softened(file.rate_hz, file.course.step("master again"))
    if softened is None:
        return _coded(pair, file, traces)
    file.announce(compare_steps_again=ROUNDING)
    other = _pair(heard, softened, file)
    pairs = [(pair, traces), (other, _by_rounding(followed, other, file, "compare steps again"))]
    if compare.apart(other.moved, other.again) < compare.apart(pair.moved, pair.again):
        pairs.reverse()
    found = _coded(pairs[0][0], file, pairs[0][1])
    if found.ranges:
        # At low rates the noise hides which of the two was coded: it is the one that explains more.
        found = min(found, _coded(pairs[1][0], file, pairs[1][1]), key=lambda each: (not each.comparable, _share(each.ranges, len(heard))))
    return found


def _pair(heard: Sound, again: Sound, file: _File) -> _Pair:
    again = again if file.sound.channels == 2 else views.middle(again)
    moved, late = compare.aligned(heard, again, file.rate_hz)
    # A file whose first frames were cut off holds nothing there, which is nothing foreign.
    return _Pair(heard, moved, views.from_frame(again, max(-late, 0)), late, compare.gain_between(moved, again))


def _coded(pair: _Pair, file: _File, traces: foreign.Traces | None) -> Found:
    """The recording against one master of our render; `traces` are those beyond rounding, None where its steps say nothing."""
    rate_hz = file.rate_hz
    likeness = compare.likeness(pair.moved, views.louder(pair.again, pair.gain), rate_hz)
    largest = compare.largest_dbfs(pair.moved, pair.again)
    if compare.correlation(pair.moved, pair.again) <= SAME_WAVE:
        alike = verdicts.alike(likeness)
        return Found(not alike, False, largest, [] if alike else [(0, len(pair.heard))], likeness)
    traces, coded_before = _traces(pair, file, traces)
    ranges = [(max(start + pair.late, 0), end + pair.late) for start, end in traces.ranges]
    ranges += _beyond_ends(pair.heard, pair.again, pair.late, rate_hz)
    # A sound far below the noise of one coding, from the beginning to the end, looks like the trace of an earlier one.
    hidden = traces.sensitivity_db >= 0.0
    known = bool(ranges) or not (coded_before or hidden)
    return Found(known, known and not ranges, largest, ranges, likeness, traces.sensitivity_db, traces.skipped_s, coded_before, hidden=hidden)


def _traces(pair: _Pair, file: _File, traces: foreign.Traces | None) -> tuple[foreign.Traces, bool]:
    """What was found, and whether the file was coded before, by how rounding and noise speak of it."""
    rate_hz, folder, again = file.rate_hz, file.folder, views.louder(pair.again, pair.gain)

    def announce() -> None:
        file.announce(find_the_coding=FINDING, code_again=CODING, compare_noise=NOISE)

    def codings(found: coding.Coding) -> list[View]:
        return coding.codings(found, again, rate_hz, folder, 1.0 / pair.gain, file.course.step("code again"))

    def by_noise(coded: list[View], *, ours: bool) -> foreign.Traces:
        same = views.louder(coded[0], 1.0 / pair.gain)
        return foreign.find(pair.moved, again, coded, rate_hz, same, ours=ours, done=file.course.step("compare noise"))

    def of_file() -> coding.Coding:
        announce()
        return coding.of_file(file.path, file.container, pair.moved, again, rate_hz, folder, file.course.step("find the coding"))

    def by_likeness() -> coding.Coding:
        announce()
        return coding.by_noise(pair.moved, again, file.container, rate_hz, folder, file.course.step("find the coding"))

    if file.container != "mp3":
        ours = coding.by_xiph(file.path)
        return by_noise(codings(of_file() if ours else by_likeness()), ours=ours), False
    by_lame = _by_lame(file.path)
    if traces is None and by_lame:
        traces = by_noise(codings(of_file()), ours=True)
    if traces is not None and _share(list(traces.ranges), len(pair.again)) < THROUGHOUT:
        return traces, False
    # What is beyond rounding from the beginning to the end is another coder's way, or an earlier coding, or a sound that never stops.
    coded = codings(by_likeness())
    if traces is not None and not coding.follows(pair.moved, again, coded[0], rate_hz):
        return traces, False
    return by_noise(coded, ours=False), by_lame


def _by_rounding(followed: lattice.Lattice | None, pair: _Pair, file: _File, step: str) -> foreign.Traces | None:
    """By what rounding to the file's steps cannot have made; None where the file does not say its steps, or its coder does not round so."""
    done = file.course.step(step)
    if followed is None:
        return None
    return rounding.find(
        followed, pair.heard, pair.again, pair.late, nearest_known=_by_lame(file.path), resampled=not file.same_rate, done=done
    )


def _by_lame(audio: Path) -> bool:
    """Whether an MP3 says that LAME made it, which rounds to the nearest number."""
    return b"LAME" in audio.read_bytes()


def _share(ranges: list[compare.Range], frames: int) -> float:
    return sum(end - start for start, end in ranges) / max(frames, 1)
