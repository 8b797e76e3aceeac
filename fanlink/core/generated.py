"""Generated layers: what must be known of each, and when one may be in a remix.

A layer that a model made says which model, under which licence, from which words and seed. The rules here hold the same
on a fan's desktop, before anything is generated or leaves the computer, and on the server, where they are law.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from fanlink.core import forbidden_words, licences
from fanlink.core.errors import BadInput, Reason
from fanlink.core.findings import Finding, Places, Severity
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.core.licences import Commerce
from fanlink.core.recipes import Layer, Recipe

KIND = "generated"
NEEDED = ("model", "licence", "prompt", "seed")
UNKNOWN = "unknown"
LOCAL, SERVICE = "local", "service"
LONGEST_WORDS = 500
LONGEST_VALUE = 1_000
MOST_VALUES = 24
OFF_BPM = 0.05


def is_commercial(rails: GuardRails, commercial: bool = False) -> bool:
    """Whether remixes under these guard rails may earn: by the use, or because the prompt's terms say so."""
    return commercial or Use.COMMERCIAL_RELEASE in rails.uses_allowed


def sent_a_stem(layer: Layer) -> bool:
    """Whether a stem was given to a model outside this computer to make the layer; so it was unless the layer says otherwise."""
    return bool(layer.provenance.get("reference")) and layer.provenance.get("made_by") != LOCAL


def may_generate(
    rails: GuardRails, words: str, *, commercial: bool, licence: str, model: str, reference: str = "", outside: bool = False
) -> list[Reason]:
    """All that forbids generating a layer from these words with this model; asked before anything is made or sent.

    `reference` is the stem that the model would hear, `outside` says that the model is a service.
    """
    wrong = []
    if Use.GENERATED_LAYERS not in rails.uses_allowed:
        wrong.append(Reason("use_not_allowed", {"use": str(Use.GENERATED_LAYERS)}))
    if rails.layers_allowed is not None and KIND not in {name.casefold() for name in rails.layers_allowed}:
        wrong.append(Reason("layer_not_allowed", {"kind": KIND, "allowed": list(rails.layers_allowed)}))
    if is_commercial(rails, commercial) and (reason := _not_commercial(licence, model)):
        wrong.append(reason)
    if reference and rails.stems_allowed is not None and reference not in (*rails.stems_allowed, *rails.stems_required):
        wrong.append(Reason("stem_not_allowed", {"stem": reference}))
    if reference and outside and Use.OUTSIDE_MODEL not in rails.uses_allowed:
        wrong.append(Reason("use_not_allowed", {"use": str(Use.OUTSIDE_MODEL), "stem": reference}))
    for word, start, end in forbidden_words.find(words, rails.words_not_allowed):
        wrong.append(Reason("word_not_allowed", {"word": word, "where": "generated layer", "start": start, "end": end}))
    return wrong


def find(recipe: Recipe, rails: GuardRails, places: Places, *, commercial: bool) -> Iterator[Finding]:
    """What is wrong with the generated layers of a recipe, beyond whether such layers are allowed at all."""
    for layer in recipe.layers:
        if layer.kind == KIND:
            yield from _of_layer(layer, recipe, rails, places, is_commercial(rails, commercial))


def placed(recipe: Recipe, layer: Layer, beats: float, beats_per_bar: int, at_bar: int = 1) -> Recipe:
    """The recipe with the layer from this bar of the remix on, named in every section that it reaches into.

    Raises `BadInput` for a bar that the remix does not have.
    """
    if not 1 <= at_bar <= recipe.bars:
        raise BadInput(f"the remix has bars 1 to {recipe.bars}; bar {at_bar} is not one of them")
    taken = {each.id for each in recipe.layers} | set(recipe.stems)
    name = next(name for number in range(1, len(taken) + 2) if (name := f"{KIND}-{number}") not in taken)
    begin = (at_bar - 1) * beats_per_bar
    sections, start = [], 0
    for section in recipe.sections:
        end = start + section.bars * beats_per_bar
        reached = start < begin + beats and begin < end
        sections.append(replace(section, layers=(*section.layers, name)) if reached else section)
        start = end
    mine = replace(layer, id=name, start_beat=float(begin))
    return replace(recipe, layers=(*recipe.layers, mine), sections=tuple(sections))


def _of_layer(layer: Layer, recipe: Recipe, rails: GuardRails, places: Places, earns: bool) -> Iterator[Finding]:
    told = layer.provenance
    missing = [name for name in NEEDED if not told.get(name, "").strip()]
    if missing or _too_much(told):
        fix = "Generate this layer again: it must say which model made it, under which licence, from which words and seed."
        yield places.whole("provenance_missing", fix, layer=layer.id, missing=missing)
    elif earns and (reason := _not_commercial(told["licence"], told["model"], told.get("base_model", ""))):
        fix = "Use a model whose licence allows commercial use: remixes of this prompt may earn."
        yield places.whole(reason.code, fix, layer=layer.id, **reason.facts)
    if sent_a_stem(layer) and Use.OUTSIDE_MODEL not in rails.uses_allowed:
        fix = "Leave this layer out: the artist has not allowed that stems are sent to an outside model."
        yield places.whole("use_not_allowed", fix, layer=layer.id, use=str(Use.OUTSIDE_MODEL))
    for word, start, end in forbidden_words.find(told.get("prompt", ""), rails.words_not_allowed):
        fix = f"Generate this layer without “{word}”."
        yield places.whole("word_not_allowed", fix, word=word, where=f"layer {layer.id}", start=start, end=end)
    yield from _off(layer, recipe, places)


def _off(layer: Layer, recipe: Recipe, places: Places) -> Iterator[Finding]:
    """A layer keeps the tempo and the key that it was made for; a remix that moved on is heard beside it."""
    told = layer.provenance
    made_bpm, made_shift = _number(told.get("tempo_bpm")), _number(told.get("key_shift_semitones"))
    if made_bpm is not None and abs(made_bpm - recipe.tempo_bpm) > OFF_BPM:
        fix = f"Generate this layer again for {recipe.tempo_bpm:g} bpm, or go back to {made_bpm:g}."
        yield places.whole("layer_off_grid", fix, Severity.WARNING, layer=layer.id, tempo_bpm=made_bpm)
    if made_shift is not None and made_shift != recipe.key_shift_semitones:
        fix = f"Generate this layer again for the new key, or go back to a shift of {made_shift:+g} semitones."
        yield places.whole("layer_off_key", fix, Severity.WARNING, layer=layer.id, key_shift_semitones=made_shift)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _not_commercial(licence: str, *models: str) -> Reason | None:
    verdict = licences.commerce("" if licence == UNKNOWN else licence, models)
    if verdict is Commerce.ALLOWED:
        return None
    code = "licence_not_commercial" if verdict is Commerce.FORBIDDEN else "licence_unknown"
    known = licences.of_model(*models)
    return Reason(code, {"licence": known or licence or UNKNOWN, "model": models[0]})


def _too_much(told: Mapping[str, str]) -> bool:
    return len(told) > MOST_VALUES or any(len(value) > LONGEST_VALUE for value in told.values())
