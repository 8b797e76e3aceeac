"""Descriptions that no lexicon has: the sentence model finds what they are like, and leaves alone what describes nothing."""

from __future__ import annotations

import pytest

from fanlink.remix.interpret import meanings
from fanlink.remix.interpret.meanings import LIKENESSES
from fanlink.remix.interpret.reading import read

# What people would accept for each.
DESCRIPTIONS = {
    "sunrise": "calm dreamy happy summery", "graveyard": "tense sad", "werewolves": "tense night", "a spaceship": "dreamy synthwave", "a bar fight": "aggressive",
    "an astronaut": "dreamy", "a hurricane": "aggressive epic tense", "a wedding": "romantic happy", "homework": "lofi", "medieval knights": "epic aggressive orchestral",
    "feverish": "aggressive tense", "sitting in the woods": "acoustic calm", "a log cabin": "acoustic calm", "a ballerina": "orchestral romantic", "confetti": "party happy",
    "skateboards": "rock", "brooding": "sad tense", "monks": "ambient calm", "a car chase": "drum-and-bass tense aggressive", "cobwebs in the attic": "tense",
    "orphans": "sad", "a lagoon": "summery calm dreamy", "kittens": "happy", "skeletons": "tense",
}  # fmt: skip
PLAIN = ("purple", "elephant", "my cousin Bob", "Tuesday", "spoon", "qwzx", "handclaps", "cowbell", "Paris", "microwave oven", "tax return", "cheese",
         "a chair", "number seven", "penguin", "football", "Peter", "carrot", "concrete", "accordion")  # fmt: skip


@pytest.fixture(scope="module")
def model():
    found = meanings.meanings()
    if found is None:
        pytest.skip("the sentence model is not installed")
    return found


def test_descriptions_lead_to_what_people_would_accept(model):
    found = {text: near[0].partition(".")[2] if (near := model.nearest(text)) else "" for text in DESCRIPTIONS}
    right = [text for text, name in found.items() if name and name in DESCRIPTIONS[text].split()]
    wrong = {text: name for text, name in found.items() if name and name not in DESCRIPTIONS[text].split()}
    assert len(right) >= 0.75 * len(DESCRIPTIONS)
    assert len(wrong) <= 2, wrong


def test_most_of_those_descriptions_are_nothing_to_the_lexicon_alone():
    silent = [text for text in DESCRIPTIONS if not read(text).decisions]
    assert len(silent) >= 0.9 * len(DESCRIPTIONS)


def test_what_describes_nothing_is_left_alone(model):
    taken = {text: near for text in PLAIN if (near := model.nearest(text))}
    assert len(taken) <= 1, taken


def test_the_same_phrase_is_always_as_near(model):
    assert 1 == len({model.nearest("haunted") for _ in range(3)})


def test_likenesses_are_of_moods_and_styles_that_exist():
    from fanlink.remix.interpret.styles import MOOD_STYLES, STYLES

    for name in LIKENESSES:
        family, _, value = name.partition(".")
        assert value in (MOOD_STYLES if family == "mood" else STYLES)
