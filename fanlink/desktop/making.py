"""Takes from words and sound from recipes: the desktop's side of `remix`. Runs in lanes; imports the engine when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlink.core.documents import PromptDocument
from fanlink.core.errors import Stopped
from fanlink.core.recipes import Recipe
from fanlink.desktop import arranging, formats, hearing, recordings
from fanlink.desktop.drafts import DraftTake, Mark
from fanlink.desktop.ops import Progress

if TYPE_CHECKING:
    from fanlink.desktop.growing import Growing
    from fanlink.desktop.settings import Settings
    from fanlink.remix.interpret.model import Model
    from fanlink.remix.tracks import Track

MOST_RENDERS = 24
FETCHED, AHEAD = 0.05, 0.45
# So much is there before it begins to sound.
READY_S = 0.75


@dataclass(frozen=True, slots=True)
class Heard:
    """A recipe as sound: the file, the digest of its samples, and how loud it is."""

    recipe_digest: str
    path: Path
    pcm_digest: str
    length_ms: int
    loudness_lufs: float | None


def takes_of(
    prompt: PromptDocument, words: str, slots: Mapping[str, str], seed: int, count: int, model: Model | None = None
) -> tuple[DraftTake, ...]:
    """Up to three takes on the words, each with what was made of them. `Refused` where no recipe can be inside the guard rails.

    Raises `Stopped` where nobody waits for the `model` any more.
    """
    from fanlink.remix.interpret import interpret

    found = interpret(words, slots, prompt.facts, prompt.text.guard_rails, seed, count, model, prompt=prompt.text.words)
    return tuple(_take(take, number) for number, take in enumerate(found, 1))


def model_of(session: Any, settings: Settings, stop: Callable[[], bool]) -> Model | None:
    """The language model that the settings name; None where none is set up. Runs in a lane, for the keyring may take its time."""
    if not (settings.words_address and settings.words_model):
        return None
    from fanlink.remix.interpret.model import HttpModel
    from fanlink.remix.services import secret_name

    key = session.secrets.get(secret_name(settings.words_address)) or ""
    return HttpModel(settings.words_address, settings.words_model, key, stop=stop)


def _take(take: Any, number: int) -> DraftTake:
    marks = [Mark(each.start, each.end, "understood", each.decision) for each in take.took]
    marks += [Mark(start, end, "ignored") for start, end in take.ignored]
    marks += [Mark(each.start, each.end, "not_allowed", each.decision) for each in take.not_allowed]
    marks.sort(key=lambda mark: (mark.start, mark.end))
    style = formats.human(take.recipe.style) if take.recipe.style else f"Take {number}"
    return DraftTake(take.recipe, tuple(marks), take.why, style)


@dataclass(frozen=True, slots=True)
class Ahead:
    """How a remix is heard before it is rendered: from a fraction of it on; `begun` is called once, in the lane."""

    begun: Callable[[Growing], object]
    at: float = 0.0


def render(
    session: Any, prompt: PromptDocument, recipe: Recipe, cache: Path, progress: Progress, solo: str = "", ahead: Ahead | None = None
) -> Heard:
    """Renders a recipe, or finds it rendered; with `solo` one stem of it. `Stopped` when nobody waits for it any more.

    With `ahead` it is heard first: the same stretched stems are mixed as they come, and the render then finds them ready.
    """
    # the engine brings numpy, scipy and soxr with it
    from fanlink.remix import render as engine

    digest = arranging.digest_of(recipe)
    folder = cache / "renders"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{digest}-{solo}" if solo else digest
    out, note = folder / f"{name}.wav", folder / f"{name}.txt"
    if there := _noted(digest, out, note):
        return there
    track = _track(session, prompt, tuple(recipe.stems), progress)
    own = {} if solo else recordings.files_of(session, cache.parent, recipe, progress)
    prepared = cache / "prepared"
    prepared.mkdir(parents=True, exist_ok=True)
    done = FETCHED
    if ahead is not None and not solo:
        _hear_ahead(recipe, track, own, prepared, progress, ahead)
        done = AHEAD

    def told(report: Any) -> None:
        progress(done + (1 - done) * report.share, STAGES.get(report.stage, "Rendering"))

    made = engine.render(recipe, track, out, told, progress.stop.is_set, cache=prepared, assets=own, stem=solo or None)
    if progress.stop.is_set():
        raise Stopped
    note.write_text(f"{made.pcm_digest} {made.length_ms} {'-' if made.loudness_lufs is None else made.loudness_lufs}", "utf-8")
    _tidy(folder)
    return Heard(digest, out, made.pcm_digest, made.length_ms, made.loudness_lufs)


def kept(recipe: Recipe, cache: Path) -> Heard | None:
    """A recipe as it was rendered here before, by whichever engine; None when that is not kept any more."""
    digest = arranging.digest_of(recipe)
    return _noted(digest, cache / "renders" / f"{digest}.wav", cache / "renders" / f"{digest}.txt")


def _noted(digest: str, out: Path, note: Path) -> Heard | None:
    if not (out.is_file() and note.is_file()):
        return None
    pcm, length_ms, loudness = note.read_text("utf-8").split()
    return Heard(digest, out, pcm, int(length_ms), None if loudness == "-" else float(loudness))


def warm(session: Any, prompt: PromptDocument, cache: Path, progress: Progress) -> None:
    """What every remix of a track needs, done before the first is asked for."""
    from fanlink.remix import preview

    prepared = cache / "prepared"
    prepared.mkdir(parents=True, exist_ok=True)
    preview.warm(_track(session, prompt, tuple(prompt.facts.stems), progress), prepared, progress.stop.is_set)


def _track(session: Any, prompt: PromptDocument, stems: tuple[str, ...], progress: Progress) -> Track:
    from fanlink.remix.tracks import Track

    files = hearing.assets_of(
        session, [prompt.facts.stems[name].asset for name in stems], lambda share: progress(FETCHED * share, "Fetching stems"),
        progress.stop.is_set,
    )
    return Track(prompt.facts, {name: files[prompt.facts.stems[name].asset] for name in stems})


def _hear_ahead(
    recipe: Recipe, track: Track, own: Mapping[str, Path], prepared: Path, progress: Progress, ahead: Ahead
) -> None:
    """Mixes what is heard first, and tells when enough of it is there to begin."""
    from fanlink.desktop.growing import Growing
    from fanlink.remix import preview
    from fanlink.remix.grid import Grid

    grid = Grid.of(recipe, track.facts.music, track.rate_hz)
    bar = int(min(max(ahead.at, 0.0), 1.0) * recipe.bars)
    beat = float(min(bar, recipe.bars - 1) * grid.beats_per_bar)
    live = Growing(grid.rate_hz, round(recipe.length_s(grid.beats_per_bar) * grid.rate_hz), grid.frame(beat))
    told = False
    try:
        mixing = preview.preview(recipe, track, cache=prepared, assets=own, stop=progress.stop.is_set, start_beat=beat)
        with closing(mixing) as blocks:
            for block in blocks:
                live.add(block)
                if not told and live.seconds_ready >= READY_S:
                    told = True
                    ahead.begun(live)
                progress(FETCHED + (AHEAD - FETCHED) * min(live.ready / len(live), 1.0), "Mixing ahead of what you hear")
    finally:
        live.finish()
    if not told:
        ahead.begun(live)


def _tidy(folder: Path) -> None:
    """Keeps the renders that were heard last."""
    files = sorted(folder.glob("*.wav"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST_RENDERS:]:
        path.unlink(missing_ok=True)
        path.with_suffix(".txt").unlink(missing_ok=True)


STAGES = {"stretch": "Bringing the stems to tempo and key", "mix": "Mixing", "write": "Mastering", "done": "Done"}
