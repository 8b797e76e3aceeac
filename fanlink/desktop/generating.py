"""Generated layers on this desktop: which models are set up, what stands against each, and the recordings they made."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fanlink.core import generated
from fanlink.core.documents import PromptDocument
from fanlink.core.errors import BadInput, Reason
from fanlink.core.prompts import PromptText
from fanlink.core.recipes import Layer, Recipe
from fanlink.desktop import hearing, words
from fanlink.desktop.ops import Progress
from fanlink.desktop.settings import Settings

if TYPE_CHECKING:
    from fanlink.remix.generate.engine import Engine
    from fanlink.remix.generate.layers import Asked

FOLDER = "recordings"
NOT_SET_UP = "Nothing is set up to generate with. Name a model’s folder or a service in the settings."


@dataclass(frozen=True, slots=True)
class Choice:
    """A model that is set up, or the `problem` with it. `made_by` is local or service."""

    made_by: str
    name: str
    model: str = ""
    licence: str = ""
    longest_s: float = 0.0
    problem: str = ""

    @property
    def label(self) -> str:
        where = "service" if self.made_by == generated.SERVICE else "this computer"
        return f"{self.model or self.name} ({where})"


# What a prompt has against even this, it has against every model.
ANY = Choice("local", "", "any", "mit")


@dataclass(frozen=True, slots=True)
class Made:
    """A layer that was generated and is not in a recipe yet."""

    layer: Layer
    path: Path
    beats: float
    length_ms: int
    by: str


def engine_of(made_by: str, settings: Settings, key: str = "") -> Engine:
    """The engine that the settings name; `BadInput` says what is wrong with it."""
    if made_by == generated.SERVICE:
        service = import_module("fanlink.remix.generate.service")
        return service.ServiceModel(settings.generate_address, settings.generate_model, key, settings.generate_licence)
    local = import_module("fanlink.remix.generate.local")
    return local.LocalModel(Path(settings.generate_folder), settings.generate_folder_licence)


def choices(settings: Settings) -> tuple[Choice, ...]:
    """What is set up. Reads the model's folder; runs in a lane."""
    found = []
    for made_by, named in (("local", settings.generate_folder), (generated.SERVICE, settings.generate_address)):
        if named:
            found.append(_choice(made_by, named, settings))
    return tuple(found)


def _choice(made_by: str, named: str, settings: Settings) -> Choice:
    try:
        engine = engine_of(made_by, settings)
    except BadInput as error:
        return Choice(made_by, named, problem=words.of_error(error))
    terms, problem = engine.terms, ""
    local = import_module("fanlink.remix.generate.local")
    if made_by == "local" and not local.installed():
        problem = f"{local.INSTALL[0].upper()}{local.INSTALL[1:]}."
    return Choice(made_by, named, terms.model, terms.licence, engine.longest_s, problem)


def against(text: PromptText, choice: Choice, asked_words: str = "", reference: str = "") -> list[Reason]:
    """What the prompt has against this model, these words and this stem to follow."""
    return generated.may_generate(
        text.guard_rails, asked_words, commercial=text.commercial, licence=choice.licence, model=choice.model, reference=reference,
        outside=choice.made_by == generated.SERVICE,
    )


def usable(text: PromptText, found: Iterable[Choice]) -> tuple[tuple[Choice, ...], str]:
    """The models that may be used under a prompt; where there is none, why not in words."""
    found = tuple(found)
    if forbidden := against(text, ANY):
        return (), words.of_reasons(forbidden)
    good = tuple(choice for choice in found if not choice.problem and not against(text, choice))
    if good:
        return good, ""
    told = [choice.problem or words.of_reasons(against(text, choice)) for choice in found]
    return (), " ".join(told) or NOT_SET_UP


def stems_to_follow(text: PromptText, choice: Choice, stems: Iterable[str]) -> tuple[str, ...]:
    """The stems that this model may hear under this prompt."""
    return tuple(stem for stem in stems if not against(text, choice, reference=stem))


def generate(
    session: Any, prompt: PromptDocument, made_by: str, asked: Asked, settings: Settings, home: Path, progress: Progress
) -> Made:
    """Generates a layer and keeps its recording; runs in a lane. Raises what `remix.generate.layers.generate` raises."""
    layers = import_module("fanlink.remix.generate.layers")
    tracks = import_module("fanlink.remix.tracks")
    services = import_module("fanlink.remix.services")
    key = session.secrets.get(services.secret_name(settings.generate_address)) if made_by == generated.SERVICE else None
    engine = engine_of(made_by, settings, key or "")
    layers.demand(asked, prompt.text.guard_rails, engine, commercial=prompt.text.commercial)
    files = {asked.reference: hearing.asset_of(session, prompt.facts.stems[asked.reference].asset, progress)} if asked.reference else {}
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    coming = folder / f".coming-{secrets.token_hex(6)}.flac"
    try:
        made = layers.generate(
            asked, tracks.Track(prompt.facts, files), prompt.text.guard_rails, engine, coming,
            lambda told: progress(told.share, told.stage), progress.stop.is_set, commercial=prompt.text.commercial,
        )  # fmt: skip
        place = folder / f"{made.pcm_digest}.flac"
        os.replace(coming, place)
    finally:
        coming.unlink(missing_ok=True)
    return Made(made.layer, place, made.beats, made.length_ms, f"{engine.terms.model}, licence {engine.terms.licence}")


def recordings(home: Path) -> Mapping[str, Path]:
    """The recordings that are kept in a home, by the digest that recipes use."""
    return {path.stem: path for path in (home / FOLDER).glob("*.flac") if not path.name.startswith(".")}


def bring(session: Any, home: Path, recipe: Recipe) -> None:
    """Has the generated layers of a recipe sent, before what names them; one that is not here was sent before."""
    here = recordings(home)
    for layer in recipe.layers:
        if layer.kind == generated.KIND and layer.asset in here:
            session.bring(here[layer.asset], layer.asset, layer.id)
