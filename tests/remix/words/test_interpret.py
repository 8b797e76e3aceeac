"""From a sentence to a recipe, and an honest account of it."""

from __future__ import annotations

import pytest

from fanlink.core.errors import BadInput, Refused
from fanlink.core.guard_rails import GuardRails
from fanlink.core.recipes import Recipe
from fanlink.remix.interpret import LONGEST_WORDS, Take, interpret
from fanlink.remix.interpret.styles import STYLES
from tests.remix.words.songs import song

FREE = GuardRails()


def take(words: str, rails: GuardRails = FREE, **track) -> Take:  # noqa: ANN003
    return interpret(words, {}, song(**track), rails, 1)[0]


def made(words: str, rails: GuardRails = FREE, **track) -> Recipe:  # noqa: ANN003
    return take(words, rails, **track).recipe


def muted(recipe: Recipe, section: str, stem: str) -> list[bool]:
    return [stem in row.stems and row.stems[stem].mute for row in recipe.sections if row.name == section]


def kinds(recipe: Recipe, section: str) -> set[str]:
    plays = {layer.id: layer.kind for layer in recipe.layers}
    return {plays[name] for row in recipe.sections if row.name == section for name in row.layers}


def effects(recipe: Recipe, stem: str) -> set[str]:
    return {effect.name for effect in recipe.stems[stem].effects}


@pytest.mark.parametrize("words", ["lofi", "techno", "", "sad and slow", "keep the vocals", "house with jazzy chords", "ambient", "something else entirely"])
def test_takes_differ_in_what_plays_and_in_how_it_is_told(words):
    takes = interpret(words, {}, song(), FREE, 3, 3)
    assert 3 == len(takes)
    played = [tuple((row.kind, row.sound, row.pattern) for row in each.recipe.layers) for each in takes]
    told = [tuple((row.name, row.source_bar, row.bars) for row in each.recipe.sections) for each in takes]
    assert 3 == len(set(played))
    assert 3 == len(set(told))


def test_no_leaves_a_part_out_and_its_layer_too():
    recipe = made("techno without drums")
    assert "drums" not in recipe.stems
    assert "drums" not in {layer.kind for layer in recipe.layers}


@pytest.mark.parametrize("words, has", [("dry vocals", False), ("wet vocals", True), ("no reverb on the vocals", False), ("lots of reverb on the vocals", True)])
def test_opposites_are_opposites(words, has):
    assert has == ("reverb" in effects(made(f"ballad, {words}"), "vocals"))


def test_a_negated_style_is_not_taken():
    assert "lofi" != made("calm, but not lofi").style


def test_degrees_are_heard():
    slower = [made(words).tempo_bpm for words in ("a bit slower", "slower", "much slower")]
    assert sorted(slower, reverse=True) == slower
    assert 3 == len({*slower}) and max(slower) < 100
    louder = [made(words).stems["guitar"].gain_db for words in ("guitar a little louder", "louder guitar", "much louder guitar")]
    assert sorted({*louder}) == louder


def test_a_section_is_where_something_happens_and_nowhere_else():
    recipe = made("rock, no vocals in the bridge")
    assert {True} == set(muted(recipe, "bridge", "vocals"))
    assert {False} == set(muted(recipe, "chorus", "vocals"))
    assert "drums" not in kinds(made("house, no drums in the intro"), "intro")


def test_the_last_chorus_can_be_bigger():
    recipe = made("rock with a huge last chorus")
    choruses = [row for row in recipe.sections if row.name == "chorus"]
    loud = [sum(change.gain_db for change in row.stems.values()) for row in choruses]
    assert loud[-1] > loud[0] or len(choruses[-1].layers) > len(choruses[0].layers)


def test_stems_are_left_out_kept_and_alone():
    assert {"vocals", "piano"} == set(made("just vocals and piano, acoustic").stems) & {"vocals", "piano", "drums", "bass", "guitar"}
    assert "guitar" not in made("no guitar").stems
    assert not any(muted(made("techno, keep the vocals"), "intro", "vocals"))


@pytest.mark.parametrize("words, feel", [("half-time", "half-time"), ("double time drums", "double-time")])
def test_half_time_is_a_feel_and_never_a_stretch(words, feel):
    recipe = made(f"keep the tempo, {words}")
    assert 100 == recipe.tempo_bpm
    assert {feel} == {row.feel for row in recipe.sections}


def test_a_tempo_out_of_reach_is_felt_at_half_or_double():
    recipe = made("170 bpm drum and bass", tempo_bpm=80.0)
    assert 85 == recipe.tempo_bpm
    assert {"double-time"} == {row.feel for row in recipe.sections}


def test_a_required_stem_that_the_song_does_not_have_is_refused_and_no_breach_is_made():
    with pytest.raises(Refused) as refused:
        take("lofi", GuardRails(stems_required=("vocals", "zither")))
    assert [("required_stem_missing", {"stem": "zither"})] == [(each.code, each.facts) for each in refused.value.reasons]


def test_words_that_were_not_understood_are_named():
    words = "a purple techno remix for my elephant"
    one = take(words)
    assert ["purple", "elephant"] == [words[start:end] for start, end in one.ignored]
    assert any("“purple”" in line and "“elephant”" in line for line in one.why)


def test_spans_are_exact():
    words = "Slow  LO-FI, keep the vocáls — 90 bpm"
    spans = {took.decision: words[took.start : took.end] for took in take(words).took}
    assert {"tempo.slower": "Slow", "style.lofi": "LO-FI", "part.vocals.keep": "keep the vocáls", "tempo.bpm=90": "90 bpm"} == spans


def test_empty_words_still_make_a_remix():
    for words in ("", "   ", "?!"):
        one = take(words)
        assert one.recipe.sections and () == one.took


def test_a_hundred_thousand_characters_are_refused_in_one_sentence():
    with pytest.raises(BadInput, match=str(LONGEST_WORDS)):
        take("techno " * 14_286)


@pytest.mark.parametrize("words", ["no vocals", "instrumental", "only drums", "no vocals in the verse, no vocals in the chorus", "much quieter vocals", "just the intro"])
def test_required_stems_always_sound(words):
    recipe = made(words, GuardRails(stems_required=("vocals",)))
    assert recipe.stems["vocals"].gain_db > -24
    assert not all("vocals" in row.stems and row.stems["vocals"].mute for row in recipe.sections)


@pytest.mark.parametrize(
    "words, rails, named",
    [
        ("no vocals", GuardRails(stems_required=("vocals",)), "vocals"),
        ("lots of reverb", GuardRails(effects_not_allowed=("reverb",)), "reverb"),
        ("echo on the vocals", GuardRails(stems_untouched=("vocals",)), "vocals"),
        ("add a choir", GuardRails(layers_allowed=("drums",)), "choir"),
        ("160 bpm", GuardRails(tempo_bpm=(90, 120)), "120 bpm"),
        ("five semitones up", GuardRails(key_shift_semitones=(-2, 2)), "+2"),
        ("ten minutes", GuardRails(length_s=(30, 120)), "120"),
        ("stutter", GuardRails(effects_not_allowed=("chop",)), "stutter"),
        ("drums louder in the chorus", GuardRails(stems_untouched=("drums",)), "drums"),
    ],
)
def test_what_the_artist_forbids_is_named_with_a_sentence(words, rails, named):
    one = take(words, rails)
    assert 1 <= len(one.not_allowed)
    assert words[one.not_allowed[0].start : one.not_allowed[0].end] in words
    assert any("not as you asked" in line and named in line for line in one.why)


def test_a_style_brings_its_own_drums_and_the_old_ones_rest_unless_asked():
    assert "drums" not in made("techno").stems
    assert "drums" in made("techno, keep the drums").stems
    assert "drums" not in made("trap beat").stems


@pytest.mark.parametrize("words", ["lofi", "house, keep the bass", "acid bass", "rock", "orchestral", "keep everything as it is"])
def test_there_are_never_two_basses(words):
    recipe = made(words)
    assert ("bass" in recipe.stems) + ("bass" in {layer.kind for layer in recipe.layers}) == 1


@pytest.mark.parametrize("words", ["house", "rock", "synthwave", "drum and bass", "trance"])
def test_the_last_hook_is_the_biggest(words):
    recipe = made(words)
    levels = [row.stems["vocals"].gain_db for row in recipe.sections if row.name in ("chorus", "drop") and "vocals" in row.stems]
    assert max(levels) == levels[-1] > levels[0]


@pytest.mark.parametrize("words", ["house", "techno", "drum and bass", "trance", "dubstep"])
def test_the_bass_comes_back_with_the_drop(words):
    recipe = made(words)
    assert "bass" not in kinds(recipe, "build")
    assert "bass" in kinds(recipe, "drop")


@pytest.mark.parametrize("style", [style for style in STYLES if style != "original"])
def test_layers_are_set_where_they_are_heard_and_cover_nothing(style):
    for layer in made(style.replace("-", " ")).layers:
        low, high = {"drums": (-6, 2), "bass": (-7, 0), "pad": (-10, -3), "arp": (-10, -4), "texture": (-26, -16)}[layer.kind]
        assert low <= layer.gain_db <= high
