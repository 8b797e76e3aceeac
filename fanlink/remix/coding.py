"""How an MP3 or OGG was coded, found out from the file, and the same coding done again to sound that we know.

The noise of a coder is no mystery: it is what the same coder with the same settings leaves of the same sound. Several
codings of the sound at gains that nobody hears apart show how much of that noise is chance.
"""

from __future__ import annotations

import struct
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

import numpy as np

from fanlink.remix import compare, files

# Nobody hears these gains apart, and a coder of constant bit rate decides otherwise for each of them.
GAINS = (1.0, 0.9995, 1.0004, 0.9988)
EXCERPT_S = 12.0
FOLLOWS = 0.5
RATES_KBPS = (320, 256, 192, 160, 128, 112, 96, 64)
VORBIS_LEVELS = np.linspace(0.0, 1.0, 21)
USUAL_VORBIS, HEADER_BYTES = 0.6, 4_096
FRAME = 1_152


@dataclass(frozen=True, slots=True)
class Coding:
    """The settings of a coder: `mode` is that of libsndfile, `level` runs from 0 (best) to 1."""

    container: str
    mode: str
    level: float

    def again(self, sound: np.ndarray, rate_hz: int, folder: Path) -> np.ndarray:
        """The sound (frames, 2) after this coding, as long as before."""
        path = folder / f"coded.{self.container}"
        form = ("MP3", "MPEG_LAYER_III") if self.container == "mp3" else ("OGG", "VORBIS")
        writer = files.Writer(path, rate_hz, *form, level=self.level, mode=self.mode)
        try:
            for start in range(0, len(sound), files.BLOCK):
                writer.write(sound[start : start + files.BLOCK])
        finally:
            writer.close()
        coded = np.concatenate(list(files.read_blocks(path)))[: len(sound)]
        return np.pad(coded, ((0, len(sound) - len(coded)), (0, 0)))


def of_file(path: Path, container: str, heard: np.ndarray, reference: np.ndarray, rate_hz: int, folder: Path) -> Coding:
    """The coding that comes closest to what is in the file; `heard` and `reference` lie on each other."""
    if container != "mp3":
        return Coding("ogg", "VARIABLE", _vorbis_level(path, rate_hz, folder))
    kbps = files.mp3_bit_rates(path)[1:-1] or [128]
    usual = round(median(kbps))
    if kbps.count(usual) >= 0.99 * len(kbps):
        return Coding("mp3", "CONSTANT", files.mp3_level(usual, rate_hz))
    return _variable(fmean(kbps), heard, reference, rate_hz, folder)


def _vorbis_level(path: Path, rate_hz: int, folder: Path) -> float:
    """The level at which our coder names the bit rate that the file's first header names (Vorbis I, 4.2.2)."""
    named = _nominal_bps(path)
    if named <= 0:
        return USUAL_VORBIS
    said = [_nominal_bps(_silence(level, rate_hz, folder)) for level in VORBIS_LEVELS]
    return float(np.interp(-named, -np.array(said), VORBIS_LEVELS))


def _silence(level: float, rate_hz: int, folder: Path) -> Path:
    Coding("ogg", "VARIABLE", level).again(np.zeros((rate_hz // 10, 2), np.float32), rate_hz, folder)
    return folder / "coded.ogg"


def _nominal_bps(path: Path) -> int:
    """The nominal bit rate of a Vorbis stream; 0 when it names none."""
    with path.open("rb") as file:
        head = file.read(HEADER_BYTES)
    at = head.find(b"\x01vorbis")
    return struct.unpack_from("<i", head, at + 20)[0] if 0 <= at <= len(head) - 24 else 0


def _variable(mean_kbps: float, heard: np.ndarray, reference: np.ndarray, rate_hz: int, folder: Path) -> Coding:
    """Of an average bit rate and of the ten qualities of variable rate, the one that leaves most nearly what is heard."""
    frames = min(len(reference), round(EXCERPT_S * rate_hz))
    start = (len(reference) - frames) // 2 // FRAME * FRAME
    part, other = reference[start : start + frames], heard[start : start + frames]
    tried = [Coding("mp3", "VARIABLE", quality / 10.0) for quality in range(10)]
    tried.append(Coding("mp3", "AVERAGE", files.mp3_level(mean_kbps, rate_hz)))

    def away(coding: Coding) -> float:
        coded = coding.again(part, rate_hz, folder)
        parts = len(part) // FRAME
        left = ((other - coded)[: parts * FRAME].reshape(parts, -1) ** 2).sum(axis=1)
        return float(np.median(left))

    return min(tried, key=away)


def by_noise(heard: np.ndarray, reference: np.ndarray, rate_hz: int, folder: Path) -> Coding:
    """The constant rate of our own coder that leaves most nearly as much as is left of the reference, band by band.

    For an MP3 that was coded more than once, or by a coder that is not ours: the coarsest coding made the noise.
    """
    frames = min(len(reference), round(EXCERPT_S * rate_hz))
    start = (len(reference) - frames) // 2 // FRAME * FRAME
    part, left = reference[start : start + frames], bands(heard[start : start + frames] - reference[start : start + frames], rate_hz)

    def away(found: Coding) -> float:
        coded = found.again(part, rate_hz, folder)
        noise = bands(coded / np.float32(compare.gain_between(coded, part)) - part, rate_hz)
        return float(np.median(np.abs(np.median(np.log(left) - np.log(noise), axis=0))))

    return min((Coding("mp3", "CONSTANT", files.mp3_level(kbps, rate_hz)) for kbps in RATES_KBPS), key=away)


def follows(heard: np.ndarray, reference: np.ndarray, found: Coding, rate_hz: int, folder: Path) -> bool:
    """Whether what is left of the reference rises and falls in every band as the noise of a coding does; a sound that was added has its own time."""
    coded = found.again(reference, rate_hz, folder)
    left = np.log(bands(heard - reference, rate_hz))
    noise = np.log(bands(coded / np.float32(compare.gain_between(coded, reference)) - reference, rate_hz))
    moving = [index for index in range(noise.shape[1]) if noise[:, index].std() > 0 and left[:, index].std() > 0]
    return bool(moving) and min(float(np.corrcoef(left[:, index], noise[:, index])[0, 1]) for index in moving) > FOLLOWS


def bands(sound: np.ndarray, rate_hz: int) -> np.ndarray:
    """The power of each 46 ms in twenty bands from 60 Hz to 12 kHz: (parts, bands)."""
    size = round(0.046 * rate_hz)
    parts = max(len(sound) // size, 1)
    windows = np.resize(sound, (parts * size, sound.shape[1])).reshape(parts, size, -1) * np.hanning(size).astype(np.float32)[:, None]
    power = (np.abs(np.fft.rfft(windows, axis=1)) ** 2).sum(axis=2)
    edges = np.unique(np.geomspace(60.0, min(12_000.0, 0.35 * rate_hz), 21) * size / rate_hz + 0.5).astype(int)
    return np.add.reduceat(power[:, : edges[-1]], np.unique(edges)[:-1], axis=1) + 1e-12


def codings(found: Coding, reference: np.ndarray, rate_hz: int, folder: Path, first: float = 1.0) -> list[np.ndarray]:
    """The reference after a coding, once for each of the gains, and before these for `first`, at the reference's level."""

    def at(gain: float) -> np.ndarray:
        with tempfile.TemporaryDirectory(dir=folder) as own:
            return found.again(reference * np.float32(gain), rate_hz, Path(own)) / np.float32(gain)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(at, (first, *GAINS[1:])))
