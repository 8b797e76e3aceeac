"""A slip is mended; a word that is one, of this language or another, is left as it stands."""

from __future__ import annotations

import pytest

from fanlink.remix.interpret.reading import read
from fanlink.remix.interpret.spelling import meant, spelt
from fanlink.remix.interpret.tokens import tokens

SLIPS = {
    "slwoer": "slower", "durms": "drums", "vocels": "vocals", "gutiar": "guitar", "reggaetn": "reggaeton", "cinamatic": "cinematic", "drak": "dark",
    "haf": "half", "slowww": "slow", "sooooo": "so", "basss": "bass", "nodrums": "no drums", "morebass": "more bass", "teh": "the",
}  # fmt: skip
WORDS = ("losing", "swelling", "horse", "light", "elephant", "elephants", "purple", "batman", "despacio", "schlagzeug", "日本語", "xx", "soak", "hope")


@pytest.mark.parametrize("word", SLIPS)
def test_a_slip_is_the_word_that_was_meant(word):
    assert SLIPS[word] == meant(word)


@pytest.mark.parametrize("word", WORDS)
def test_another_word_stays_what_it_is(word):
    assert word == meant(word)


@pytest.mark.parametrize("words", ["bitte langsamer", "qué tal un poco más de bajo", "sin batería por favor", "avec une basse"])
def test_another_language_is_not_mended_into_this_one(words):
    assert () == read(words).decisions
    assert read(words).ignored


def test_a_mended_word_is_named_and_spanned_as_it_was_written():
    words = "moer echo on teh vocls"
    (made,) = read(words, ("vocals",)).decisions
    assert "effect.echo.more:vocals" == made.decision.name
    assert "moer echo" == words[made.start : made.end]


def test_two_words_written_as_one_are_two_spans():
    assert [("no", 0, 2), ("drums", 2, 7)] == [(token.text, token.start, token.end) for token in spelt(tokens("nodrums"))]


def test_without_the_word_list_the_lexicon_alone_decides(monkeypatch, tmp_path):
    from fanlink.remix.interpret import spelling

    monkeypatch.setattr(spelling, "WORD_LIST", tmp_path / "none.json")
    spelling.real_words.cache_clear()
    spelling.meant.cache_clear()
    try:
        assert "drums" == meant("durms")
        assert "horse" == meant("horse")
    finally:
        spelling.real_words.cache_clear()
        spelling.meant.cache_clear()
