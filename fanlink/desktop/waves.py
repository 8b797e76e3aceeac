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
    found = {name: wave_of(session, stem.asset, cache, progress) for name, stem in stems.items()}
    return sounds.mixed_peaks(list(found.values())), found


def wave_of(session: Any, digest: str, cache: Path, progress: Progress) -> Peaks:
    """The waveform of one asset."""
    found = peaks_module.load(cache / "peaks" / f"{digest}.npz")
    if found is not None:
        return found
    return sounds.Decoder(cache).peaks(hearing.asset_of(session, digest, progress), digest, progress)
