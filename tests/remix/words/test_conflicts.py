"""Wishes that cannot both be: the later one counts, and the account says so."""

from __future__ import annotations

import pytest

from fanlink.core.guard_rails import GuardRails
from fanlink.remix.interpret import Take, interpret
from fanlink.remix.interpret.conflicts import clash
from fanlink.remix.interpret.decisions import decision
from tests.remix.words.songs import song


def take(words: str) -> Take:
    return interpret(words, {}, song(), GuardRails(), 1)[0]


CLASHES = [
    ("tempo.faster", "tempo.slower"), ("tempo.bpm=100", "tempo.bpm=120"), ("tempo.keep", "tempo.faster"), ("key.up", "key.down"), ("length.s=60", "length.bars=8"),
    ("part.vocals.none", "part.vocals.only"), ("part.drums.none", "part.drums.confined@chorus"), ("part.bass.louder", "part.bass.quieter"),
    ("sound.brighter", "sound.darker"), ("effect.echo.more", "effect.echo.none"), ("edit.stutter", "edit.stutter.none"), ("energy.more@chorus", "energy.less@chorus"),
    ("layer.texture.add=rain", "layer.texture.none=rain"), ("section.intro.none", "section.intro.longer"), ("style.house", "style.not=house"), ("feel.swing", "feel.straight"),
]  # fmt: skip
AGREE = [
    ("tempo.slower", "tempo.bpm=70"), ("part.drums.none@intro", "part.drums.louder@chorus"), ("style.lofi", "style.house"), ("energy.more@chorus", "energy.less@verse"),
    ("effect.echo.more:vocals", "effect.echo.none:guitar"), ("edit.stutter", "edit.reverse.none"), ("part.vocals.only", "part.piano.only"), ("mood.sad", "mood.not=happy"),
    ("layer.pad.add=choir", "layer.texture.none=rain"), ("tempo.slower", "tempo.slower~much"), ("section.intro.none", "section.outro.longer"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "two"), CLASHES)
def test_both_cannot_be(one, two):
    assert clash(decision(one), decision(two)) and clash(decision(two), decision(one))


@pytest.mark.parametrize(("one", "two"), AGREE)
def test_both_can_be(one, two):
    assert not clash(decision(one), decision(two)) and not clash(decision(two), decision(one))


def test_the_later_wish_counts_and_the_earlier_is_told_so():
    one = take("no vocals, only vocals")
    assert ("vocals",) == tuple(one.recipe.stems)
    assert ["part.vocals.none", "part.vocals.only"] == [took.decision for took in one.took]
    assert ["part.vocals.none"] == [took.decision for took in one.not_allowed]
    assert "“no vocals”: not as you asked; later you said “only vocals”." in one.why


def test_the_account_never_says_a_tempo_that_the_recipe_has_not():
    one = take("faster, slower")
    assert one.recipe.tempo_bpm < 100
    assert not any("“faster”" in sentence and "bpm instead" in sentence for sentence in one.why)


def test_a_style_with_something_finer_left_out_is_still_that_style():
    assert "house" == take("house, not deep house").recipe.style


@pytest.mark.parametrize("words", ["slower in the bridge", "up two semitones in the last chorus"])
def test_tempo_and_key_are_one_for_the_whole_remix(words):
    one = take(words)
    assert any("the whole remix has one" in sentence for sentence in one.why)
    assert 1 == len(one.not_allowed)
    assert one.recipe.key_shift_semitones == 0


@pytest.mark.parametrize("words", ["qwzx blorp", "もっと遅くしてください", "!!!", "🔥🔥"])
def test_where_nothing_was_understood_the_first_sentence_says_so(words):
    assert take(words).why[0].startswith("Nothing in your words was understood")


@pytest.mark.parametrize("words", ["", "  \n", "slow"])
def test_where_nothing_was_said_nothing_is_complained_of(words):
    assert not any("Nothing in your words" in sentence for sentence in take(words).why)
