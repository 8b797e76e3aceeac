"""The server's own render of a remix, as it is published: a lossless file, an MP3 of it, and what they measure."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fanlink.core.errors import Unavailable
from fanlink.core.recipes import Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.remix import beside, files, fingerprints, recipes, tracks
from fanlink.remix.render import render
from fanlink.remix.tracks import Track


@dataclass(frozen=True, slots=True)
class Published:
    """The files, the digest of the samples, how loud they are, and the fingerprint of what is heard."""

    flac: Path
    mp3: Path
    pcm_digest: str
    loudness_lufs: float
    true_peak_db: float
    fingerprint: str


def publishable(
    recipe: Recipe,
    stems: Mapping[str, Path],
    facts: TrackFacts,
    folder: Path,
    progress: Callable[[float], None] = lambda share: None,
) -> Published:
    """Renders a recipe from lossless stems to `remix.flac` and `remix.mp3` in `folder`.

    `stems` holds the file of every stem of the track by name, and any recordings by PCM digest: what the engine adds
    plays along to the harmony of all stems, used or not. Raises what `render` raises.
    """
    engine = beside.find(recipe.engine)
    if engine is not None:
        return _by_another(engine, recipe, stems, facts, folder)
    track = Track(facts, {name: stems[name] for name in facts.stems})
    assets = {name: path for name, path in stems.items() if name not in facts.stems}
    flac, mp3 = folder / "remix.flac", folder / "remix.mp3"
    with tempfile.TemporaryDirectory(prefix="fanlink-") as name:
        cache = Path(name)
        done = render(recipe, track, flac, lambda it: progress(0.7 * it.share), cache=cache, assets=assets)
        render(recipe, track, mp3, lambda it: progress(0.7 + 0.3 * it.share), cache=cache, assets=assets)
    loudness, peak = files.levels(flac)
    return Published(flac, mp3, done.pcm_digest, loudness, peak, _fingerprint(flac, done.rate_hz, recipe))


def _by_another(engine: beside.Engine, recipe: Recipe, stems: Mapping[str, Path], facts: TrackFacts, folder: Path) -> Published:
    """The same by the recipe's own engine in a child: it gets a track folder and answers on its command line."""
    with tempfile.TemporaryDirectory(prefix="fanlink-") as name:
        place = Path(name)
        tracks.write(place / "track", facts, {stem: stems[stem] for stem in facts.stems})
        recipes.write(recipe, place / "recipe.json")
        (place / "assets").mkdir()
        for digest in stems.keys() - facts.stems.keys():
            shutil.copyfile(stems[digest], place / "assets" / digest)
        words = ["--track", str(place / "track"), "--recipe", str(place / "recipe.json"), "--assets", str(place / "assets")]
        words += ["--cache", str(place / "cache"), "--json"]
        (place / "cache").mkdir()
        for out in (folder / "remix.mp3", folder / "remix.flac"):
            done = beside.run(engine.python, ("remix", "render", *words, "--out", str(out.absolute())), place)
            if done.returncode != 0:
                last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
                raise Unavailable(f"the engine {engine.name} could not render: {last[0]}")
    said = json.loads(done.stdout)
    loudness, peak = files.levels(folder / "remix.flac")
    fingerprint = _fingerprint(folder / "remix.flac", said["rate_hz"], recipe)
    return Published(folder / "remix.flac", folder / "remix.mp3", said["pcm_digest"], loudness, peak, fingerprint)


def _fingerprint(flac: Path, rate_hz: int, recipe: Recipe) -> str:
    return fingerprints.of_blocks(files.read_blocks(flac), rate_hz, recipe)
