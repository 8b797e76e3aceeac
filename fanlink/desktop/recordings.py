"""The fan's own recordings on this computer: taken in once, kept beside the drafts, sent with the submission.

A recipe names a recording by its samples; here the file of each lies under that name. The cache may drop what it holds, this
folder keeps what a draft needs. Runs in lanes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Layer, Recipe
from fanlink.desktop import drafts
from fanlink.desktop.ops import Progress
from fanlink.desktop.peaks import Peaks

KEPT_MS = 7 * 86_400_000


@dataclass(frozen=True, slots=True)
class Brought:
    """A recording that was taken in: the name that recipes use, and what people see of it."""

    asset: str
    name: str
    length_ms: int
    peaks: Peaks


def own_layers(recipe: Recipe) -> tuple[Layer, ...]:
    """The layers of a recipe that are the fan's own recordings."""
    return tuple(layer for layer in recipe.layers if layer.kind == "own" and layer.asset)


def place_of(home: Path, asset: str) -> Path:
    """Where a recording lies, or would lie."""
    return home / "recordings" / f"{asset}.flac"


def take_in(home: Path, source: Path, progress: Progress) -> Brought:
    """Decodes a sound file in the limited child and keeps it as our own encoding. `BadInput` for what cannot be used."""
    # the engine's side is for the lane, not for the first paint
    from fanlink.remix import recordings

    progress(0.05, "Reading your recording")
    recording, place = recordings.keep(source, home / "recordings", stop=progress.stop.is_set)
    progress(0.6, "Drawing its waveform")
    return Brought(recording.pcm_digest, source.stem, recording.length_ms, _peaks(home, recording.pcm_digest, place, progress))


def files_of(session: Any, home: Path, recipe: Recipe, progress: Progress) -> dict[str, Path]:
    """The file of each recording in a recipe by its name there; fetched where another computer of the fan brought it."""
    found = {}
    for asset in {layer.asset for layer in recipe.layers if layer.asset}:
        place = place_of(home, asset)
        if not place.is_file():
            _fetch(session, asset, place, progress)
        found[asset] = place
    return found


def waves_of(session: Any, home: Path, assets: Iterable[str], progress: Progress) -> Mapping[str, Peaks]:
    """The waveforms of recordings that are here or can be fetched."""
    found = {}
    for asset in assets:
        place = place_of(home, asset)
        with suppress(BadInput):
            if not place.is_file():
                _fetch(session, asset, place, progress)
            found[asset] = _peaks(home, asset, place, progress)
    return found


def send(session: Any, home: Path, recipe: Recipe) -> None:
    """Has the recordings of a recipe go up, before the command that names them is stored.

    What is not here was brought by another computer of this fan: the server has it.
    """
    for layer in own_layers(recipe):
        assert layer.asset
        place = place_of(home, layer.asset)
        if place.is_file():
            session.bring(place, layer.asset, layer.provenance.get("what", "") or layer.id)


def tidy(home: Path, now_ms: int) -> None:
    """Drops recordings that no draft names and nobody touched for a week."""
    named = {
        layer.asset for draft in drafts.all_of(home) for take in draft.takes for layer in take.recipe.layers if layer.asset
    }
    for path in (home / "recordings").glob("*"):
        with suppress(OSError):
            if path.stem not in named and path.stat().st_mtime * 1000 < now_ms - KEPT_MS:
                path.unlink()


def _fetch(session: Any, asset: str, place: Path, progress: Progress) -> None:
    known = {name: sound for document in session.all("remix") for name, sound in document.recordings.items()}
    if asset not in known:
        raise BadInput("a recording of this remix is not on this computer; open it where you added it, or take it out")
    fetched = session.asset(known[asset], lambda done, whole: progress(done / whole if whole else 0.0), progress.stop.is_set)
    place.parent.mkdir(parents=True, exist_ok=True)
    coming = place.with_suffix(".new")
    shutil.copyfile(fetched, coming)
    os.replace(coming, place)


def _peaks(home: Path, asset: str, place: Path, progress: Progress) -> Peaks:
    from fanlink.desktop import sounds

    return sounds.Decoder(home / "cache").peaks(place, asset, progress)
