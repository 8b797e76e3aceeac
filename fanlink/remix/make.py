"""Words in, remixes out: interpret, check, render, and write the recipe beside the sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from fanlink.core import rules
from fanlink.core.errors import BadInput
from fanlink.core.recipes import Layer, Recipe
from fanlink.remix import prompts, recipes, recordings, render, tracks, workers
from fanlink.remix.interpret import Took, interpret
from fanlink.remix.interpret.model import Model
from fanlink.remix.progress import Progress


@dataclass(frozen=True, slots=True)
class Made:
    """One take: its sound and recipe on disk, and what became of which words (spans of characters)."""

    recipe: Recipe
    recipe_path: Path
    rendered: render.Rendered
    took: tuple[tuple[int, int, str], ...]
    ignored: tuple[tuple[int, int], ...]
    why: tuple[str, ...]
    not_allowed: tuple[tuple[int, int, str], ...]
    findings: tuple[rules.Finding, ...]


def make(
    track_folder: Path,
    prompt_file: Path,
    words: str,
    slots: Mapping[str, str],
    *,
    seed: int,
    takes: int,
    out: Path,
    progress: Callable[[Progress], None] = lambda progress: None,
    stop: workers.Stop = workers.never,
    cache: Path | None = None,
    assets: Mapping[str, Path] | None = None,
    own: Sequence[Path] = (),
    model: Model | None = None,
) -> list[Made]:
    """One to three takes on the words, each rendered to `NAME.flac` (or `NAME.1.flac`, ...) with its `.recipe.json`.

    `own` are recordings that every take has as layers from its first bar on, once, in every section. A `model` reads the words where one is given.
    Raises `BadInput` for a slot that the prompt does not offer, and what reading, interpreting and rendering raise.
    """
    prompt = prompts.read(prompt_file)
    filled = _filled(prompt.slots, slots)
    track = tracks.load(track_folder)
    found = interpret(words, filled, track.facts, prompt.guard_rails, seed, takes, model, prompt=prompt.words)
    tracks.need_whole(track, but=set.intersection(*(set(take.recipe.stems) for take in found)))
    brought = _brought(own, out.parent, stop)
    assets = {**(assets or {}), **{layer.asset: path for layer, path in brought}}
    paths = [out] if takes == 1 else [out.with_name(f"{out.stem}.{number}{out.suffix}") for number in range(1, len(found) + 1)]
    made = []
    for take, path in zip(found, paths, strict=True):
        recipe = with_recordings(take.recipe, [layer for layer, _ in brought])
        findings = tuple(rules.check(recipe, track.facts, prompt.guard_rails, prompt.slots))
        rendered = render.render(recipe, track, path, progress, stop, cache=cache, assets=assets)
        recipe_path = path.with_suffix(".recipe.json")
        recipes.write(recipe, recipe_path)
        took, refused = _spans(take.took), _spans(take.not_allowed)
        made.append(Made(recipe, recipe_path, rendered, took, take.ignored, take.why, refused, findings))
    return made


def _brought(own: Sequence[Path], folder: Path, stop: workers.Stop) -> list[tuple[Layer, Path]]:
    """A layer for each recording, and its file under the name that renders look for, beside what is made."""
    made = []
    for number, source in enumerate(own, 1):
        recording, path = recordings.keep(source, folder / "recordings", stop=stop)
        made.append((Layer(f"own-{number}", "own", asset=recording.pcm_digest, provenance={"what": source.stem[:200]}), path))
    return made


def with_recordings(recipe: Recipe, layers: Sequence[Layer]) -> Recipe:
    """The recipe with these layers in every section."""
    names = tuple(layer.id for layer in layers)
    sections = tuple(replace(section, layers=(*section.layers, *names)) for section in recipe.sections)
    return replace(recipe, layers=(*recipe.layers, *layers), sections=sections)


def _spans(words: Sequence[Took]) -> tuple[tuple[int, int, str], ...]:
    return tuple((each.start, each.end, each.decision) for each in words)


def _filled(offered: Mapping[str, tuple[str, ...]], given: Mapping[str, str]) -> dict[str, str]:
    """The prompt's slots with what was given, or their first choice; a slot without choices may stay empty."""
    for name, value in given.items():
        if name not in offered:
            known = ", ".join(offered) or "none"
            raise BadInput(f"the prompt has no slot {name!r}; its slots are: {known}")
        if offered[name] and value not in offered[name]:
            raise BadInput(f"the slot {name} cannot be {value!r}; its choices are {', '.join(offered[name])}")
    first = {name: choices[0] for name, choices in offered.items() if choices}
    return {**first, **given}
