"""What can be measured of a recording: tempo, first beat, key, loudness, true peak, length."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from fanlink.core.errors import BadInput
from fanlink.remix import keys, tempo, workers
from fanlink.remix.files import BLOCK, sniff
from fanlink.remix.loudness import Cells, integrated_lufs
from fanlink.remix.samples import Samples
from fanlink.remix.tables import Table
from fanlink.remix.tracks import DRUMS

DEFAULT = tempo.Pulse(120.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Analysis:
    """What was measured. Loudness and peak are None for silence, key where no note sounds."""

    tempo_bpm: float
    first_beat_ms: float
    key: str | None
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    length_ms: int


def of_path(path: Path) -> dict[str, Any]:
    """The analysis of a file, or of a folder's stems and their mix, as plain data."""
    if path.is_dir():
        paths = _stems_in(path)
        each, mix = _analyse(paths, beats_per_bar=_beats_per_bar_in(path))
        return {**asdict(mix), "stems": {name: asdict(analysis) for name, analysis in each.items()}}
    if not path.exists():
        raise BadInput("is not there", where=str(path))
    _, mix = _analyse({path.stem: path})
    return asdict(mix)


def of_mix(paths: Sequence[Path], *, tempo_bpm: float | None = None, beats_per_bar: int = 4) -> Analysis:
    """The analysis of stems played together; a key and a tempo are always proposed."""
    each = {str(index): path for index, path in enumerate(paths)}
    _, mix = _analyse(each, tempo_bpm=tempo_bpm, beats_per_bar=beats_per_bar, each=False)
    return mix if mix.key else Analysis(**{**asdict(mix), "key": "C major"})


def _stems_in(folder: Path) -> dict[str, Path]:
    """The stems that `track.toml` names, or every audio file of a folder that has none."""
    toml = folder / "track.toml"
    if toml.is_file():
        table = Table.read(toml).table("stems")
        paths = {name: folder / table.text(name) for name in table}
        for name, path in paths.items():
            if not path.is_file():
                raise table.wrong(f"the stem {name} is missing: there is no {path.name}", name)
    else:
        paths = {path.stem: path for path in sorted(folder.iterdir()) if path.is_file() and _is_audio(path)}
    if not paths:
        raise BadInput("has no stems", where=str(folder))
    return paths


def _beats_per_bar_in(folder: Path) -> int:
    """What `track.toml` says; 4 unless it says so."""
    toml = folder / "track.toml"
    return max(1, Table.read(toml).whole("beats_per_bar", 4)) if toml.is_file() else 4


def _is_audio(path: Path) -> bool:
    try:
        sniff(path)
    except BadInput:
        return False
    return True


def _analyse(
    paths: Mapping[str, Path], *, tempo_bpm: float | None = None, beats_per_bar: int = 4, each: bool = True
) -> tuple[dict[str, Analysis], Analysis]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fanlink-")))
        rates, sounds = _decoded(paths, folder, stack)
        rate_hz = max(rates.values())
        found = {}
        if each and len(paths) > 1:
            found = {name: _measure([sounds[name]], rate_hz, [sounds[name]], tempo_bpm, beats_per_bar) for name in paths}
        pitched = [sound for name, sound in sounds.items() if not any(word in name.lower() for word in DRUMS)]
        mix = _measure(list(sounds.values()), rate_hz, pitched or list(sounds.values()), tempo_bpm, beats_per_bar)
    return found or dict.fromkeys(paths, mix), mix


def _decoded(paths: Mapping[str, Path], folder: Path, stack: ExitStack) -> tuple[dict[str, int], dict[str, Samples]]:
    """Every file decoded in children, at the highest of their rates."""
    from fanlink.remix import decode

    rates = {}
    for (name, path), sound in zip(paths.items(), decode.examine(list(paths.values())), strict=True):
        if isinstance(sound, BadInput):
            raise BadInput(sound.sentence, where=path.name)
        rates[name] = sound.rate_hz
    rate_hz = max(rates.values())
    outs = {name: folder / f"{index}.npy" for index, name in enumerate(paths)}
    jobs = [
        {"job": "prepare", "path": str(path.absolute()), "out": str(outs[name]), "rate_hz": rate_hz}
        for name, path in paths.items()
    ]
    for _, result in workers.run(jobs, memory_mb=workers.DECODE_MEMORY_MB, cpu_s=60, wall_s=120.0):
        if isinstance(result, BadInput):
            raise result
    sounds = {name: Samples(out) for name, out in outs.items()}
    for sound in sounds.values():
        stack.callback(sound.close)
    return rates, sounds


def _measure(
    sounds: Sequence[Samples], rate_hz: int, pitched: Sequence[Samples], tempo_bpm: float | None, beats_per_bar: int
) -> Analysis:
    frames = max(sound.frames for sound in sounds)
    cells = Cells(rate_hz)
    slow = soxr.ResampleStream(rate_hz, tempo.RATE_HZ, 1, dtype="float32", quality="MQ")
    slower = soxr.ResampleStream(rate_hz, keys.RATE_HZ, 1, dtype="float32", quality="MQ")
    for_tempo, for_key = [], []
    for start in range(0, frames, BLOCK):
        count = min(BLOCK, frames - start)
        last = start + count >= frames
        blocks = {id(sound): sound.read(start, count) for sound in sounds}
        total = np.sum(list(blocks.values()), axis=0)
        cells.add(total)
        for_tempo.append(slow.resample_chunk(total.mean(axis=1), last=last).ravel())
        notes = np.sum([blocks[id(sound)] for sound in pitched], axis=0).mean(axis=1)
        for_key.append(slower.resample_chunk(notes, last=last).ravel())
    energies, peaks = cells.finish()
    pulse = tempo.find(np.concatenate(for_tempo), beats_per_bar=beats_per_bar, tempo_bpm=tempo_bpm) or DEFAULT
    notes = np.concatenate(for_key)
    key = keys.find(keys.chroma(notes), keys.opening(notes))
    lufs, peak = integrated_lufs(energies, rate_hz), float(peaks.max(initial=0.0))
    return Analysis(
        pulse.tempo_bpm,
        pulse.first_beat_ms,
        key[0] if key else None,
        round(lufs, 2) if np.isfinite(lufs) else None,
        round(20.0 * float(np.log10(peak)), 2) if peak > 0 else None,
        round(frames * 1000 / rate_hz),
    )
