"""Waveforms of stems and files, from the cache where they were seen before. Runs in lanes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fanlink.core.tracks import Stem
from fanlink.desktop import hearing, sounds
from fanlink.desktop import peaks as peaks_module
from fanlink.desktop.ops import Progress
from fanlink.desktop.peaks import Peaks


def waves_of(session: Any, stems: Mapping[str, Stem], cache: Path, progress: Progress) -> tuple[Peaks | None, dict[str, Peaks]]:
    """The waveform of all stems together, and of each."""
    decoder = sounds.Decoder(cache)
    missing = [stem.asset for stem in stems.values() if not _place(cache, stem.asset).is_file()]
    # Read together, for each reading of its own would begin a child.
    files = hearing.assets_of(session, missing, progress, progress.stop.is_set)
    decoder.decode(list(files.values()), None, progress)
    found = {name: _wave(session, stem.asset, cache, decoder, progress) for name, stem in stems.items()}
    return sounds.mixed_peaks(list(found.values())), found


def wave_of(session: Any, digest: str, cache: Path, progress: Progress) -> Peaks:
    """The waveform of one asset."""
    return _wave(session, digest, cache, sounds.Decoder(cache), progress)


def _wave(session: Any, digest: str, cache: Path, decoder: sounds.Decoder, progress: Progress) -> Peaks:
    found = peaks_module.load(_place(cache, digest))
    if found is not None:
        return found
    return decoder.peaks(hearing.asset_of(session, digest, progress), digest, progress)


def _place(cache: Path, digest: str) -> Path:
    return cache / "peaks" / f"{digest}.npz"
