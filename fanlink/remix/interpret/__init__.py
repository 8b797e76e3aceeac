"""A fan's words to recipes inside the artist's guard rails.

First `reading` turns words into typed decisions, then `composing` turns decisions, style, song and guard rails into a recipe.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from random import Random

from fanlink.core import forbidden_words
from fanlink.core.errors import BadInput, Reason, Refused, Unavailable
from fanlink.core.guard_rails import GuardRails
from fanlink.core.tracks import TrackFacts
from fanlink.remix import engines
from fanlink.remix.interpret import sentences
from fanlink.remix.interpret.choosing import styles_for
from fanlink.remix.interpret.composing import Asked, Composed, compose
from fanlink.remix.interpret.conflicts import settled
from fanlink.remix.interpret.decisions import Reading
from fanlink.remix.interpret.limits import Limits
from fanlink.remix.interpret.meanings import likened
from fanlink.remix.interpret.model import Answer, Model, Question
from fanlink.remix.interpret.reading import read
from fanlink.remix.interpret.song import part_of
from fanlink.remix.interpret.takes import Take, Took
from fanlink.remix.interpret.wishes import Wish, Wishes, gathered

__all__ = ["LONGEST_WORDS", "MOST_TAKES", "Take", "Took", "interpret"]

LONGEST_WORDS = 2_000
MOST_TAKES = 3
SLOT = re.compile(r"\{([A-Za-z0-9_-]+)\}")


def interpret(
    words: str, slots: Mapping[str, str], facts: TrackFacts, rails: GuardRails, seed: int, takes: int = 1, model: Model | None = None,
    *, prompt: str = "",
) -> list[Take]:  # fmt: skip
    """One to three different takes on the words; the same words and seed give the same recipes.

    `prompt` is the prompt's text with its `{slot}`s: it steers where the fan's words and slot values say nothing.
    A `model` is asked first where one is given; when it fails the rules answer, and the first sentence says so.
    `BadInput` when the words are too long or the track has no music; `Refused` (`words_not_allowed`, `tempo_out_of_reach`,
    `key_out_of_reach`, `length_out_of_reach`, `nothing_may_sound`, `required_stem_missing`) when no recipe can be inside the guard rails.
    """
    checked(words, slots, facts, rails, takes)
    if model is not None and words.strip():
        try:
            question = Question(words, slots, prompt[:LONGEST_WORDS], facts, rails, seed, takes, engines.CURRENT)
            return [modelled(model, answer) for answer in model.answers(question)]
        except (Unavailable, BadInput, Refused) as error:
            sentence = f"The language model could not be used ({error}), so FanLink's own rules read your words."
            own = interpret(words, slots, facts, rails, seed, takes, prompt=prompt)
            return [replace(take, why=(sentence, *take.why)) for take in own]
    parts = {part_of(stem) for stem in facts.stems}
    reading = likened(words, read(words, parts))
    filled = SLOT.sub(lambda found: slots.get(found[1], ""), prompt)
    kept, aside = settled(reading.decisions, words)
    said = [each for value in slots.values() for each in read(value, parts).decisions]
    wishes = gathered(kept, said, read(filled[:LONGEST_WORDS], parts).decisions)
    limits = Limits(rails, facts)
    asked = Asked(words, slots, seed, engines.CURRENT)
    styles = styles_for(wishes, takes, facts.music.tempo_bpm, Random(f"{seed}/{words}"))
    made = [compose(wishes, pair, limits, asked, take_number(styles, at)) for at, pair in enumerate(styles)]
    overruled = [(Wish(read.decision, "fan", read.start, read.end), reason) for read, reason in aside]
    return [told(replace(one, denied=(*overruled, *one.denied)), wishes, reading, words, facts) for one in made]


def checked(words: str, slots: Mapping[str, str], facts: TrackFacts, rails: GuardRails, takes: int) -> None:
    """Refuses what no recipe can be made of, with all reasons."""
    if len(words) > LONGEST_WORDS or any(len(value) > LONGEST_WORDS for value in slots.values()):
        raise BadInput(f"is longer than {LONGEST_WORDS} characters", where="words")
    if any("\ud800" <= character <= "\udfff" for text in (words, *slots.values()) for character in text):
        raise BadInput("are not UTF-8 text", where="words")
    if not 1 <= takes <= MOST_TAKES:
        raise BadInput(f"is not 1 to {MOST_TAKES}", where="takes")
    if not facts.music.tempo_bpm > 0 or facts.music.beats_per_bar < 1:
        raise BadInput("has no tempo", where="track")
    if missing := [name for name in rails.stems_required if name not in facts.stems]:
        raise Refused([Reason("required_stem_missing", {"stem": name}) for name in missing])
    found = [("words", *hit) for hit in forbidden_words.find(words, rails.words_not_allowed)]
    for name, value in slots.items():
        found += [(f"slot {name}", *hit) for hit in forbidden_words.find(value, rails.words_not_allowed)]
    if found:
        raise Refused([Reason("words_not_allowed", {"where": where, "word": word, "start": start, "end": end}) for where, word, start, end in found])


def modelled(model: Model, answer: Answer) -> Take:
    """A take that a model wrote. Which word led to what is for the model to say, so no span is claimed."""
    sentence = f"{model.name} wrote this recipe from your words; FanLink checked it against the guard rails."
    return Take(answer.recipe, (), (), (sentence, *answer.why), ())


def take_number(styles: list[tuple[str, str]], at: int) -> int:
    """How often this groove came before: a second take in one style takes its second groove, harmony and form."""
    return [groove for groove, _ in styles[:at]].count(styles[at][0])


def told(one: Composed, wishes: Wishes, reading: Reading, words: str, facts: TrackFacts) -> Take:
    """A take with its account."""
    denied = dict.fromkeys((wish, reason) for wish, reason in one.denied)
    refused = {wish for wish, _ in denied}
    why = [sentences.why(wish, words, one.recipe, facts.music.tempo_bpm, reading.likened) for wish in wishes if wish not in refused]
    why += [sentences.refused(wish, words, reason) for wish, reason in denied]
    if not wishes.of("style", one.groove):
        why.append(sentences.unasked(one.recipe, bool(wishes.row)))
    if words.strip() and not reading.decisions:
        why.insert(0, "Nothing in your words was understood, so the prompt and the song decided.")
    if reading.ignored:
        named = ", ".join(f"“{words[start:end]}”" for start, end in reading.ignored)
        why.append(f"Not understood, and left aside: {named}.")
    took = tuple(Took(each.start, each.end, each.decision.name) for each in reading.decisions)
    not_allowed = tuple(dict.fromkeys(Took(wish.start, wish.end, wish.name) for wish in refused if wish.by == "fan"))
    return Take(one.recipe, took, reading.ignored, tuple(dict.fromkeys(why)), not_allowed)
