"""Spans count characters of the words, emoji as one, and two of them are the same or have nothing in common."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest

from fanlink.remix.interpret.reading import read
from tests.remix.words.phrases import OPENS, PARTS, phrases
from tests.remix.words.songs import any_words

ODD = ("", "   ", "?!...", "🔥🔥 faster 🔥", "<b>slow</b> & <script>loud drums</script>", "もっと遅く", "techno\r\n\tno drums in the intro", "slow " * 300, "a" * 900,
       "no drums, no drums, no drums", "drums drums drums", "reverb on the purple vocals and the elephant guitar")  # fmt: skip


def assert_apart(words: str) -> None:
    reading = read(words, PARTS)
    spans = sorted({(made.start, made.end) for made in reading.decisions} | set(reading.ignored))
    assert all(0 <= start < end <= len(words) for start, end in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans)), [words[start:end] for start, end in spans]


@pytest.mark.parametrize("path", OPENS, ids=lambda path: path.stem)
def test_spans_never_overlap(path):
    for phrase in phrases(path):
        assert_apart(phrase.words)


@pytest.mark.parametrize("words", ODD, ids=lambda words: words[:20])
def test_spans_of_odd_words_never_overlap(words):
    assert_apart(words)


@pytest.mark.parametrize("chunk", range(4))
def test_spans_of_words_by_chance_never_overlap(chunk):
    for number in range(chunk * 200, (chunk + 1) * 200):
        assert_apart(any_words(Random(number)))


def test_an_emoji_is_one_character():
    words = "😀 darker 😀 🥁 louder drums"
    assert ["darker", "louder drums"] == [words[made.start : made.end] for made in read(words, PARTS).decisions]
    assert (2, 8) == (read(words, PARTS).decisions[0].start, read(words, PARTS).decisions[0].end)
