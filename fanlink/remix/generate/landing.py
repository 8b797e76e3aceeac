"""From whatever a model made to a recording that plays along: decoded safely, on the beat, at a level, with clean ends."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from fanlink.core.errors import BadInput
from fanlink.remix import decode, files, tempo, workers
from fanlink.remix.generate.engine import Stop, Wish
from fanlink.remix.loudness import Cells, integrated_lufs
from fanlink.remix.samples import Samples

# As loud as the engine's own layers at gain 0 dB.
LAYER_LUFS = -20.0
PEAK_DBFS = -1.0
MOST_GAIN_DB = 30.0
SILENT = 1e-4
SHORTEST_S = 0.5
# A beat that is heard this clearly, and this near the one that was asked for, is brought onto the grid.
CLEAR = 0.35
NEAR = 0.12
MEANT = (1.0, 2.0, 0.5)
RISE_S, FALL_S = 0.003, 0.040


@dataclass(frozen=True, slots=True)
class Landed:
    """The recording: its file, the digest of its samples, how long it is, and the tempo it was found to have, if any."""

    path: Path
    pcm_digest: str
    beats: float
    length_ms: int
    heard_bpm: float | None


def land(made: Path, wish: Wish, rate_hz: int, out: Path, stop: Stop = workers.never) -> Landed:
    """Writes what was made as a FLAC at `rate_hz`, two channels, beginning on a beat, so long as a number of whole beats.

    Where a pulse near the wished tempo is heard, the sound is stretched to that tempo and begins with its first
    downbeat; else it begins where it is first heard. `BadInput` for what is no sound, silent or too short.
    """
    with tempfile.TemporaryDirectory(prefix="fanlink-") as folder:
        raw = Path(folder) / "raw.npy"
        sound = decode.decode(made, raw, stop=stop)
        start, factor, heard_bpm = _place(raw, sound.rate_hz, wish)
        frames = min(sound.frames - start, round((wish.seconds * factor + 1.0) * sound.rate_hz))
        job = {
            "job": "prepare", "path": str(made.absolute()), "out": str(Path(folder) / "placed.npy"), "rate_hz": rate_hz,
            "factor": factor, "excerpt": [start, frames],
        }  # fmt: skip
        for _, result in workers.run([job], stop=stop, memory_mb=workers.MEMORY_MB):
            if isinstance(result, BadInput):
                raise result
        samples, beats = _cut(_all(Path(folder) / "placed.npy"), rate_hz, wish)
    digest = write(_levelled(samples, rate_hz), rate_hz, out)
    return Landed(out, digest, beats, round(len(samples) * 1000 / rate_hz), heard_bpm)


def write(samples: np.ndarray, rate_hz: int, out: Path) -> str:
    """Writes samples (frames, 2) as a FLAC of 24 bit; their PCM digest."""
    with files.written_whole(out) as temporary, closing(files.Writer(temporary, rate_hz, "FLAC", "PCM_24")) as writer:
        for start in range(0, len(samples), files.BLOCK):
            writer.write(samples[start : start + files.BLOCK])
    return writer.digest


def _all(path: Path) -> np.ndarray:
    with closing(Samples(path)) as samples:
        return samples.read(0, samples.frames)


def _place(raw: Path, rate_hz: int, wish: Wish) -> tuple[int, float, float | None]:
    """(first frame, how much faster it must play, the tempo that was heard) of what was made."""
    samples = _all(raw)
    loud = np.max(np.abs(samples), axis=1)
    if loud.max() < SILENT:
        raise BadInput("is silent", where="what the model made")
    first = int(np.argmax(loud > 0.02 * loud.max()))
    if len(samples) - first < SHORTEST_S * rate_hz:
        raise BadInput(f"is shorter than {SHORTEST_S:g} seconds", where="what the model made")
    mono = soxr.resample(samples.mean(axis=1), rate_hz, tempo.RATE_HZ, quality="MQ")
    pulse = tempo.find(mono, beats_per_bar=wish.beats_per_bar)
    if pulse is None or pulse.confidence < CLEAR:
        return first, 1.0, None
    heard_bpm = min((pulse.tempo_bpm * times for times in MEANT), key=lambda bpm: abs(np.log(bpm / wish.tempo_bpm)))
    start = round(pulse.first_beat_ms * rate_hz / 1000)
    if abs(heard_bpm / wish.tempo_bpm - 1.0) > NEAR or len(samples) - start < SHORTEST_S * rate_hz:
        return first, 1.0, None
    return start, wish.tempo_bpm / heard_bpm, heard_bpm


def _cut(samples: np.ndarray, rate_hz: int, wish: Wish) -> tuple[np.ndarray, float]:
    """As many whole bars as were wished for and are there, or whole beats where that is less than a bar; with soft ends."""
    beat_s = 60.0 / wish.tempo_bpm
    there_s = min(len(samples) / rate_hz, wish.seconds)
    # A model may end a few milliseconds early: a bar that is all but there counts.
    beats = int(there_s / beat_s + 0.02)
    beats = beats // wish.beats_per_bar * wish.beats_per_bar or max(beats, 1)
    frames = round(beats * beat_s * rate_hz)
    out = np.zeros((frames, 2), np.float32)
    count = min(frames, len(samples))
    out[:count] = samples[:count]
    rise, fall = round(RISE_S * rate_hz), min(round(FALL_S * rate_hz), count)
    out[:rise] *= np.linspace(0.0, 1.0, rise, dtype=np.float32)[:, None]
    out[count - fall : count] *= np.linspace(1.0, 0.0, fall, dtype=np.float32)[:, None]
    return out, float(beats)


def _levelled(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """At the level of a layer, as far as its peaks allow."""
    cells = Cells(rate_hz)
    cells.add(samples)
    energies, _ = cells.finish()
    lufs = integrated_lufs(energies, rate_hz)
    peak_db = 20.0 * np.log10(max(float(np.max(np.abs(samples))), 1e-9))
    gain_db = PEAK_DBFS - peak_db
    if np.isfinite(lufs):
        gain_db = min(LAYER_LUFS - lufs, gain_db, MOST_GAIN_DB)
    return samples * np.float32(10.0 ** (gain_db / 20.0))
