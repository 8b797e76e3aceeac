"""How an MP3 or OGG was coded, found out from the file, and the same coding done again to sound that we know.

The noise of a coder is no mystery: it is what the same coder with the same settings leaves of the same sound. Several
codings of the sound at gains that nobody hears apart show how much of that noise is chance.
"""

from __future__ import annotations

import struct
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean, median

import numpy as np
from scipy import fft

from fanlink.remix import compare, files, patience, views
from fanlink.remix.progress import Done, nothing
from fanlink.remix.samples import SamplesWriter
from fanlink.remix.views import Sound, View

# Nobody hears these gains apart, and a coder of constant bit rate decides otherwise for each of them.
GAINS = (1.0, 0.9995, 1.0004, 0.9988)
EXCERPT_S = 12.0
FOLLOWS = 0.5
RATES_KBPS = (320, 256, 192, 160, 128, 112, 96, 64)
PARTS_AT_ONCE = 512
VORBIS_LEVELS = np.linspace(0.0, 1.0, 21)
USUAL_VORBIS, HEADER_BYTES = 0.6, 4_096
FRAME = 1_152


@dataclass(frozen=True, slots=True)
class Coding:
    """The settings of a coder: `mode` is that of libsndfile, `level` runs from 0 (best) to 1."""

    container: str
    mode: str
    level: float

    def again(self, sound: Sound, rate_hz: int, folder: Path, done: Done = nothing) -> View:
        """The sound after this coding, as long as before; what it is read from stays in the folder."""
        own = Path(tempfile.mkdtemp(dir=folder))
        path = self.write(sound, rate_hz, own, done)
        with closing(SamplesWriter(own / "coded.npy", 2)) as samples:
            for block in files.read_blocks(path):
                samples.write(block)
        return views.moved(views.of_file(own / "coded.npy"), 0, len(sound))

    def write(self, sound: Sound, rate_hz: int, folder: Path, done: Done = nothing) -> Path:
        """The sound coded, as a file in the folder."""
        path = folder / f"coded.{self.container}"
        form = ("MP3", "MPEG_LAYER_III") if self.container == "mp3" else ("OGG", "VORBIS")
        with closing(files.Writer(path, rate_hz, *form, level=self.level, mode=self.mode)) as writer:
            for start in range(0, len(sound), files.BLOCK):
                writer.write(views.between(sound, start, min(start + files.BLOCK, len(sound))))
                done(start / len(sound))
        return path


def of_file(path: Path, container: str, heard: Sound, reference: Sound, rate_hz: int, folder: Path, done: Done = nothing) -> Coding:
    """The coding that comes closest to what is in the file; `heard` and `reference` lie on each other."""
    if container != "mp3":
        return Coding("ogg", "VARIABLE", _vorbis_level(path, rate_hz, folder))
    kbps = files.mp3_bit_rates(path)[1:-1] or [128]
    usual = round(median(kbps))
    if kbps.count(usual) >= 0.99 * len(kbps):
        return Coding("mp3", "CONSTANT", files.mp3_level(usual, rate_hz))
    return _variable(fmean(kbps), heard, reference, rate_hz, folder, done)


def _vorbis_level(path: Path, rate_hz: int, folder: Path) -> float:
    """The level at which our coder names the bit rate that the file's first header names (Vorbis I, 4.2.2)."""
    named = _nominal_bps(path)
    if named <= 0:
        return USUAL_VORBIS
    silence = np.zeros((rate_hz // 10, 2), np.float32)
    said = [_nominal_bps(Coding("ogg", "VARIABLE", level).write(silence, rate_hz, folder)) for level in VORBIS_LEVELS]
    return float(np.interp(-named, -np.array(said), VORBIS_LEVELS))


def _nominal_bps(path: Path) -> int:
    """The nominal bit rate of a Vorbis stream; 0 when it names none."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    at = head.find(b"\x01vorbis")
    return struct.unpack_from("<i", head, at + 20)[0] if 0 <= at <= len(head) - 24 else 0


def _variable(mean_kbps: float, heard: Sound, reference: Sound, rate_hz: int, folder: Path, done: Done) -> Coding:
    """Of an average bit rate and of the ten qualities of variable rate, the one that leaves most nearly what is heard."""
    part, other = _excerpt(reference, rate_hz), _excerpt(heard, rate_hz)
    tried = [Coding("mp3", "VARIABLE", quality / 10.0) for quality in range(10)]
    tried.append(Coding("mp3", "AVERAGE", files.mp3_level(mean_kbps, rate_hz)))

    def away(coding: Coding) -> float:
        coded = coding.again(part, rate_hz, folder)
        parts = len(part) // FRAME
        left = ((other - views.between(coded, 0, len(part)))[: parts * FRAME].reshape(parts, -1) ** 2).sum(axis=1)
        return float(np.median(left))

    found = patience.side_by_side(away, tried, done)
    return tried[found.index(min(found))]


def _excerpt(sound: Sound, rate_hz: int) -> np.ndarray:
    """Some seconds in the middle."""
    frames = min(len(sound), round(EXCERPT_S * rate_hz))
    start = (len(sound) - frames) // 2 // FRAME * FRAME
    return views.between(sound, start, start + frames)


def by_xiph(path: Path) -> bool:
    """Whether a Vorbis stream says that the coder which we have made it, in the vendor of its second header (Vorbis I, 5.2.1)."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    at = head.find(b"\x03vorbis")
    return b"Xiph" in head[at : at + 64] if at >= 0 else False


def by_noise(heard: Sound, reference: Sound, container: str, rate_hz: int, folder: Path, done: Done = nothing) -> Coding:
    """The coding of our own coder that leaves most nearly as much as is left of the reference, band by band.

    For a file that was coded more than once, or by a coder that is not ours: the coarsest coding made the noise. Noise
    only grows from each coding to the next, so those on both sides of the nearest say that it is the nearest.
    """
    part = _excerpt(reference, rate_hz)
    left = bands(_excerpt(heard, rate_hz) - part, rate_hz)
    if container == "mp3":
        tried = [Coding("mp3", "CONSTANT", files.mp3_level(kbps, rate_hz)) for kbps in RATES_KBPS]
    else:
        tried = [Coding("ogg", "VARIABLE", float(level)) for level in VORBIS_LEVELS[::2]]

    @cache
    def away(index: int) -> float:
        coded = views.between(tried[index].again(part, rate_hz, folder), 0, len(part))
        noise = bands(coded / np.float32(compare.gain_between(coded, part)) - part, rate_hz)
        return float(np.median(np.abs(np.median(np.log(left) - np.log(noise), axis=0))))

    best = len(tried) // 2
    for number in range(len(tried)):
        nearest = min((index for index in (best, best - 1, best + 1) if 0 <= index < len(tried)), key=away)
        done((number + 1) / len(tried))
        if nearest == best:
            break
        best = nearest
    return tried[best]


def follows(heard: Sound, reference: Sound, coded: Sound, rate_hz: int) -> bool:
    """Whether what is left of the reference rises and falls in every band as the noise of a coding does; a sound that was added has its own time."""
    left = np.log(bands(_difference(heard, reference, 1.0), rate_hz))
    noise = np.log(bands(_difference(coded, reference, 1.0 / compare.gain_between(coded, reference)), rate_hz))
    moving = [index for index in range(noise.shape[1]) if noise[:, index].std() > 0 and left[:, index].std() > 0]
    return bool(moving) and min(float(np.corrcoef(left[:, index], noise[:, index])[0, 1]) for index in moving) > FOLLOWS


def _difference(sound: Sound, reference: Sound, gain: float) -> View:
    level = np.float32(gain)
    return View(len(reference), lambda start, end: views.between(sound, start, end) * level - views.between(reference, start, end))


def bands(sound: Sound, rate_hz: int) -> np.ndarray:
    """The power of each 46 ms in twenty bands from 60 Hz to 12 kHz: (parts, bands)."""
    size = round(0.046 * rate_hz)
    parts, hann = max(len(sound) // size, 1), np.hanning(size).astype(np.float32)[:, None]
    edges = np.unique(np.unique(np.geomspace(60.0, min(12_000.0, 0.35 * rate_hz), 21) * size / rate_hz + 0.5).astype(int))
    rows = []
    for first in range(0, parts, PARTS_AT_ONCE):
        last = min(first + PARTS_AT_ONCE, parts)
        windows = views.between(sound, first * size, last * size).reshape(last - first, size, -1) * hann
        spectrum = fft.rfft(windows, axis=1)
        power = (spectrum.real**2 + spectrum.imag**2).sum(axis=2)
        rows.append(np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1))
    return np.concatenate(rows).astype(np.float64) + 1e-12


def codings(found: Coding, reference: Sound, rate_hz: int, folder: Path, first: float = 1.0, done: Done = nothing) -> list[View]:
    """The reference after a coding, once for each of the gains, and before these for `first`, at the reference's level."""

    parts: dict[float, float] = {}

    def at(gain: float) -> View:
        def told(part: float) -> None:
            parts[gain] = part
            done(sum(list(parts.values())) / len(GAINS))

        return views.louder(found.again(views.louder(reference, gain), rate_hz, folder, told), 1.0 / gain)

    return patience.side_by_side(at, (first, *GAINS[1:]), nothing)
