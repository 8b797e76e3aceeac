"""The styles: at least twelve, each a set of musical decisions of its own."""

from __future__ import annotations

from itertools import combinations

import pytest

from fanlink.core import vocabulary
from fanlink.core.guard_rails import GuardRails
from fanlink.core.recipes import Recipe
from fanlink.remix.interpret import interpret
from fanlink.remix.interpret.chains import chain
from fanlink.remix.interpret.choosing import TASTEFUL
from fanlink.remix.interpret.forms import STAND_INS
from fanlink.remix.interpret.styles import MOOD_EFFECTS, MOOD_STYLES, STYLES
from tests.remix.words.songs import song

NAMED = [name for name in STYLES if name != "original"]
MARKS = set("nobeat beat voice inst nobass nopad dull sweep rise gap impact stutter chops echoes half double fadein fadeout".split())


def recipe_of(style: str) -> Recipe:
    return interpret(style.replace("-", " "), {}, song(), GuardRails(), 1)[0].recipe


def test_there_are_at_least_twelve_styles():
    assert len(NAMED) >= 12


@pytest.mark.parametrize("one, two", list(combinations(NAMED, 2)))
def test_no_two_styles_share_groove_or_harmony_or_form(one, two):
    a, b = STYLES[one], STYLES[two]
    assert (a.drums, a.bass) != (b.drums, b.bass)
    assert (a.pads, a.arps) != (b.pads, b.arps)
    assert a.form != b.form


def test_no_two_recipes_share_what_the_styles_are_made_of():
    recipes = {style: recipe_of(style) for style in NAMED}
    assert {style: style for style in NAMED} == {style: recipe.style for style, recipe in recipes.items()}
    for one, two in combinations(recipes.values(), 2):
        assert groove(one) != groove(two)
        assert harmony(one) != harmony(two)
        assert form(one) != form(two)


def groove(recipe: Recipe) -> object:
    return [(row.sound, row.pattern) for row in recipe.layers if row.kind in ("drums", "bass")], recipe.swing, recipe.tempo_bpm


def harmony(recipe: Recipe) -> object:
    return [(row.sound, row.pattern) for row in recipe.layers if row.kind in ("pad", "arp")]


def form(recipe: Recipe) -> object:
    return [(row.name, row.source_bar, row.bars) for row in recipe.sections]


@pytest.mark.parametrize("name", STYLES)
def test_a_style_uses_only_names_of_the_vocabulary(name):
    style = STYLES[name]
    for kind, voices in (("drums", style.drums), ("bass", style.bass), ("pad", style.pads), ("arp", style.arps)):
        for sound, pattern in filter(None, voices):
            assert sound in vocabulary.SOUNDS[kind]
            assert pattern in vocabulary.PATTERNS[kind]
    assert style.texture in ("", *vocabulary.TEXTURES)
    for text in (*style.stems.values(), style.master):
        chain(text)


@pytest.mark.parametrize("name", STYLES)
def test_a_form_names_only_sections_and_marks_that_exist(name):
    for part in STYLES[name].form.split(";"):
        words = part.split()
        if words != ["SONG"]:
            assert words[0] in vocabulary.SECTION_NAMES
            assert words[1].split("-")[0] in {key.split("-")[0] for key in STAND_INS}
            assert 0 <= int(words[3]) <= 4
            assert set(words[4].split(",") if words[4:] else ()) <= MARKS


def test_moods_lead_to_styles_and_effects_that_exist():
    assert {style for row in MOOD_STYLES.values() for style in row} | set(TASTEFUL) <= set(STYLES)
    for text in MOOD_EFFECTS.values():
        chain(text)


@pytest.mark.parametrize("name", NAMED)
def test_a_remix_is_about_as_long_as_the_song_unless_asked(name):
    facts = song(tempo_bpm=sum(STYLES[name].tempo_bpm) / 2)
    length_s = interpret(name.replace("-", " "), {}, facts, GuardRails(), 1)[0].recipe.length_s()
    assert 0.6 < length_s * 1000 / facts.length_ms < 1.6
