"""Whatever is said, and whatever the artist allows: a recipe inside the guard rails, or a refusal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from random import Random

import pytest

from fanlink.core.errors import BadInput, Refused
from fanlink.core.findings import Severity
from fanlink.core.guard_rails import GuardRails
from fanlink.core.recipes import Recipe
from fanlink.core.rules import check
from fanlink.core.tracks import TrackFacts
from fanlink.remix.interpret import LONGEST_WORDS, Take, interpret
from tests.remix.words.songs import any_rails, any_song, any_words, hard_case, song

# A sentence takes some ten thousand function calls, the longest words allowed take several hundred thousand, and what does not
# end takes more than any number.
MOST_CALLS = 2_000_000
MOST_CALLS_OF_A_SENTENCE = 60_000


# Some in every run, the others in the proof.
CHUNKS = [0, 1, *(pytest.param(chunk, marks=pytest.mark.proof) for chunk in range(2, 8))]


@pytest.mark.parametrize("chunk", CHUNKS)
def test_no_words_break_the_guard_rails(chunk):
    made = 0
    for number in range(chunk * 250, (chunk + 1) * 250):
        random = Random(number)
        facts = any_song(random)
        made += holds(any_words(random), facts, any_rails(random, facts), number)
    assert made > 120


@pytest.mark.parametrize("chunk", CHUNKS)
def test_guard_rails_that_leave_next_to_nothing_hold(chunk):
    made = 0
    for number in range(chunk * 200, (chunk + 1) * 200):
        facts, rails, words = hard_case(Random(number))
        made += holds(words, facts, rails, number)
    assert made > 60


@pytest.mark.parametrize("number", range(12))
def test_interpreting_ends_within_a_bounded_number_of_steps(number):
    facts, rails, words = hard_case(Random(number))
    interpret(words, {}, song(), GuardRails(), number)  # The lexicon is built once.
    for track, limits in ((facts, rails), (song(), GuardRails())):
        assert calls(lambda track=track, limits=limits: interpret(words, {}, track, limits, number, 3)) < MOST_CALLS_OF_A_SENTENCE
    longest = ((any_words(Random(number)) + " ") * LONGEST_WORDS)[:LONGEST_WORDS]
    assert calls(lambda: interpret(longest, {}, song(), GuardRails(), number, 3)) < MOST_CALLS


def holds(words: str, facts: TrackFacts, rails: GuardRails, number: int) -> bool:
    """Whether there were takes; each must be inside the guard rails, sound throughout and tell the truth about the words."""
    try:
        takes = interpret(words, {}, facts, rails, number, 1 + number % 3)
    except (Refused, BadInput):
        return False
    for take in takes:
        breaches = [finding for finding in check(take.recipe, facts, rails) if finding.severity is Severity.BREACH]
        assert [] == breaches, f"{number}: {words!r} {rails}"
        assert [] == holes(take.recipe), f"{number}: {words!r} {rails}"
        spans_are_inside(take, words)
    return True


def holes(recipe: Recipe) -> list[str]:
    """The sections in which nothing plays."""
    return [
        row.name for row in recipe.sections
        if not row.layers and all(stem in row.stems and row.stems[stem].mute for stem in recipe.stems)
    ]  # fmt: skip


def spans_are_inside(take: Take, words: str) -> None:
    for start, end in [*((took.start, took.end) for took in (*take.took, *take.not_allowed)), *take.ignored]:
        assert 0 <= start < end <= len(words)


class TooLong(Exception):
    """More calls than an interpretation may take."""


def calls(run: Callable[[], object]) -> int:
    """How many function calls something takes; it is stopped beyond the most there may be."""
    count = 0

    def tell(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")
        if count > MOST_CALLS:
            raise TooLong

    before = sys.getprofile()
    sys.setprofile(tell)
    try:
        run()
    except (Refused, BadInput):
        pass
    finally:
        sys.setprofile(before)
    return count
