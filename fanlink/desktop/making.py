"""Takes from words and sound from recipes: the desktop's side of `remix`. Runs in lanes; imports the engine when it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlink.core.documents import PromptDocument
from fanlink.core.errors import Stopped
from fanlink.core.recipes import Recipe
from fanlink.desktop import arranging, formats, hearing
from fanlink.desktop.drafts import DraftTake, Mark
from fanlink.desktop.ops import Progress

MOST_RENDERS = 24


@dataclass(frozen=True, slots=True)
class Heard:
    """A recipe as sound: the file, the digest of its samples, and how loud it is."""

    recipe_digest: str
    path: Path
    pcm_digest: str
    length_ms: int
    loudness_lufs: float | None


def takes_of(prompt: PromptDocument, words: str, slots: Mapping[str, str], seed: int, count: int) -> tuple[DraftTake, ...]:
    """Up to three takes on the words, each with what was made of them. `Refused` where no recipe can be inside the guard rails."""
    from fanlink.remix.interpret import interpret

    found = interpret(words, slots, prompt.facts, prompt.text.guard_rails, seed, count, prompt=prompt.text.words)
    return tuple(_take(take, number) for number, take in enumerate(found, 1))


def _take(take: Any, number: int) -> DraftTake:
    marks = [Mark(each.start, each.end, "understood", each.decision) for each in take.took]
    marks += [Mark(start, end, "ignored") for start, end in take.ignored]
    marks += [Mark(each.start, each.end, "not_allowed", each.decision) for each in take.not_allowed]
    marks.sort(key=lambda mark: (mark.start, mark.end))
    style = formats.human(take.recipe.style) if take.recipe.style else f"Take {number}"
    return DraftTake(take.recipe, tuple(marks), take.why, style)


def render(session: Any, prompt: PromptDocument, recipe: Recipe, cache: Path, progress: Progress, solo: str = "") -> Heard:
    """Renders a recipe, or finds it rendered; with `solo` one stem of it. `Stopped` when nobody waits for it any more."""
    # the engine brings numpy, scipy and soxr with it
    from fanlink.remix import render as engine
    from fanlink.remix.tracks import Track

    digest = arranging.digest_of(recipe)
    folder = cache / "renders"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{digest}-{solo}" if solo else digest
    out, note = folder / f"{name}.wav", folder / f"{name}.txt"
    if out.is_file() and note.is_file():
        pcm, length_ms, loudness = note.read_text("utf-8").split()
        return Heard(digest, out, pcm, int(length_ms), None if loudness == "-" else float(loudness))
    files = {}
    for number, (stem_name, stem) in enumerate(prompt.facts.stems.items(), 1):
        if stem_name in recipe.stems:
            files[stem_name] = hearing.asset_of(session, stem.asset, progress)
        progress(0.05 * number / len(prompt.facts.stems), "Fetching stems")
    track = Track(prompt.facts, files)
    prepared = cache / "prepared"
    prepared.mkdir(parents=True, exist_ok=True)

    def told(report: Any) -> None:
        progress(0.05 + 0.95 * report.share, STAGES.get(report.stage, "Rendering"))

    made = engine.render(recipe, track, out, told, progress.stop.is_set, cache=prepared, stem=solo or None)
    if progress.stop.is_set():
        raise Stopped
    note.write_text(f"{made.pcm_digest} {made.length_ms} {'-' if made.loudness_lufs is None else made.loudness_lufs}", "utf-8")
    _tidy(folder)
    return Heard(digest, out, made.pcm_digest, made.length_ms, made.loudness_lufs)


def _tidy(folder: Path) -> None:
    """Keeps the renders that were heard last."""
    files = sorted(folder.glob("*.wav"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files[MOST_RENDERS:]:
        path.unlink(missing_ok=True)
        path.with_suffix(".txt").unlink(missing_ok=True)


STAGES = {"stretch": "Bringing the stems to tempo and key", "mix": "Mixing", "write": "Mastering", "done": "Done"}
