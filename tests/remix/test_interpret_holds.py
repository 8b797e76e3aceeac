"""Whatever is said, and whatever the artist allows: a recipe inside the guard rails, or a refusal."""

from __future__ import annotations

from random import Random

import pytest

from fanlink.core.errors import BadInput, Refused
from fanlink.core.findings import Severity
from fanlink.core.rules import check
from fanlink.remix.interpret import Take, interpret
from tests.remix.words.songs import any_rails, any_song, any_words


@pytest.mark.parametrize("chunk", range(8))
def test_no_words_break_the_guard_rails(chunk):
    made = 0
    for number in range(chunk * 400, (chunk + 1) * 400):
        random = Random(number)
        facts = any_song(random)
        rails, words = any_rails(random, facts), any_words(random)
        try:
            takes = interpret(words, {}, facts, rails, number, 1 + number % 3)
        except (Refused, BadInput):
            continue
        made += 1
        for take in takes:
            breaches = [finding for finding in check(take.recipe, facts, rails) if finding.severity is Severity.BREACH]
            assert [] == breaches, f"{number}: {words!r} {rails}"
            spans_are_inside(take, words)
    assert made > 150


def spans_are_inside(take: Take, words: str) -> None:
    for start, end in [*((took.start, took.end) for took in (*take.took, *take.not_allowed)), *take.ignored]:
        assert 0 <= start < end <= len(words)
