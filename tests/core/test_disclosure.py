"""Disclosure is derived from the recipe."""

from dataclasses import replace

import pytest

from fanlink.core.disclosure import Amount, Contributor, SourceType, contains_ai, disclose
from fanlink.core.recipes import Layer, Recipe, Section, StemUse

PLAIN = Recipe("1", 1, "t", "w", {}, "", 100, 0, 0.0, {"vocals": StemUse()}, (), (Section("intro", 1, 4),))
CHOIR = Layer("choir", "generated", asset="a" * 64, provenance={"model": "Tiny-1", "licence": "MIT", "seed": "3"})
GUITAR = Layer("guitar", "own", asset="b" * 64)


def with_layers(*layers, **changes):
    sections = (Section("intro", 1, 4, layers=tuple(layer.id for layer in layers)),)
    return replace(PLAIN, layers=layers, sections=sections, **changes)


@pytest.mark.parametrize(
    ("recipe", "amount", "source"),
    [
        (PLAIN, Amount.NONE, SourceType.PROCESSED),
        (replace(PLAIN, written_by="person"), Amount.NONE, SourceType.PROCESSED),
        (replace(PLAIN, written_by="some-model"), Amount.PARTLY, SourceType.PROCESSED),
        (with_layers(GUITAR), Amount.NONE, SourceType.HUMAN_EDITS),
        (with_layers(CHOIR), Amount.PARTLY, SourceType.COMPOSITE),
        (with_layers(CHOIR, stems={}), Amount.PARTLY, SourceType.GENERATED),
    ],
)
def test_what_the_recipe_says_of_itself(recipe, amount, source):
    found = disclose(recipe, "Mara", "Luma")
    assert (amount, source) == (found.contains_ai, found.source_type)


def test_a_layer_that_never_sounds_is_not_disclosed():
    assert Amount.NONE is disclose(replace(PLAIN, layers=(CHOIR,)), "Mara", "Luma").contains_ai


def test_a_generated_layer_names_its_model_and_an_own_one_is_declared():
    found = disclose(with_layers(CHOIR, GUITAR), "Mara", "Luma")
    assert ("Tiny-1", Amount.ALL, "GenerativeAI") == (
        found.contributors[-1].model, found.contributors[-1].ai, found.contributors[-1].special
    )  # fmt: skip
    assert ("guitar",) == found.declared


def test_a_model_that_followed_a_stem_made_a_part_of_its_role_and_one_that_had_only_words_all_of_it():
    followed = replace(CHOIR, provenance={**CHOIR.provenance, "reference": "vocals"})
    assert Amount.PARTLY is disclose(with_layers(followed), "Mara", "Luma").contributors[-1].ai
    assert Amount.ALL is disclose(with_layers(CHOIR), "Mara", "Luma").contributors[-1].ai


def test_all_needs_nothing_but_generators_and_none_allows_no_exception():
    machine = Contributor("m", "Musician", Amount.ALL, "GenerativeAI", "m")
    person = Contributor("p", "Remixer", Amount.NONE)
    assert Amount.ALL is contains_ai([machine])
    assert Amount.PARTLY is contains_ai([machine, person])
    assert Amount.NONE is contains_ai([person])
