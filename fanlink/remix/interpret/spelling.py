"""Spelling: the word that was meant, where the one that stands there is none.

A word is only ever changed when it is no word at all: neither the lexicon nor the sentence model's word list knows it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from fanlink.remix.interpret.amounts import NUMBERS, UNITS
from fanlink.remix.interpret.lexicon import NOT_SLIPS, SAME, STOP_WORDS, entries, joined
from fanlink.remix.interpret.tokens import Token

WORD_LIST = Path(__file__).parent / "minilm" / "tokenizer.json"
# Small words of other languages: where one stands, a word that is not in the lexicon is no slip but a word.
OTHER_TONGUES = frozenset("una el los las por que con sin une avec sans und ohne mit der ein eine bitte nicht uma com mais pas les mas para muy tres sehr molto piu senza".split())
LONGEST = 20
DRAWN_OUT = re.compile(r"(.)\1{2,}")
ENDINGS = ("s", "es", "ed", "ing", "ly", "er", "y")


def spelt(row: list[Token]) -> list[Token]:
    """The tokens with slips of spelling mended and other spellings made one; spans stay those of what was written."""
    made: list[Token] = []
    foreign = any(token.text in OTHER_TONGUES for token in row)
    for token in row:
        if token.kind != "word":
            made.append(token)
            continue
        text = SAME.get(token.text, token.text) if foreign else meant(token.text)
        halves = text.split()
        cut = token.start + (len(halves[0]) if token.text.startswith(halves[0]) else 0)
        apart = cut > token.start  # "nodrums" is two spans, "drumless" one
        made += [replace(token, text=text)] if len(halves) == 1 else [replace(token, text=halves[0], end=cut if apart else token.end), replace(token, text=halves[1], start=cut)]
    return made


@cache
def meant(word: str) -> str:
    """The word that was meant: itself where it is one, two words where it is two written as one."""
    if word in SAME:
        return SAME[word]
    if len(word) < 3 or len(word) > LONGEST or not word.isascii() or not word.isalpha():
        return word
    for shortened in (DRAWN_OUT.sub(r"\1\1", word), DRAWN_OUT.sub(r"\1", word)):
        if shortened != word and (shortened in known_words() or shortened in STOP_WORDS):
            return SAME.get(shortened, shortened)
    if word not in entries() and (bare := without(word)):
        return bare
    if is_word(word):
        return word
    return slip(word) or two_words(word) or word


def is_word(word: str) -> bool:
    """Whether somebody may well have meant just this word."""
    if word in known_words() or word in STOP_WORDS or word in NOT_SLIPS or word in real_words():
        return True
    stems = [word[: -len(ending)] for ending in ENDINGS if word.endswith(ending) and len(word) - len(ending) >= 3]
    return any(stem in real_words() and stem not in NOT_SLIPS for stem in stems if len(stem) >= 4)


def slip(word: str) -> str:
    """The lexicon's word that this one is a slip of: same first letter, one letter wrong, two in long words. Else nothing."""
    best: tuple[int, bool, str] | None = None
    for known in spellings().get(word[0], ()):
        if len(word) <= 4 and len(known) == len(word) and sorted(word) != sorted(known):
            continue  # a short word with another letter is another word
        long = max(len(word), len(known)) >= 8 and min(len(word), len(known)) >= 6 and word[-1] == known[-1]
        allowed = 2 if long else 1
        if abs(len(known) - len(word)) > allowed or len(set(word) ^ set(known)) > 2 * allowed:
            continue
        apart = distance(word, known, allowed)
        rank = (apart, sorted(word) != sorted(known), known)
        if apart <= allowed and (best is None or rank < best):
            best = rank
    return best[2] if best else ""


def without(word: str) -> str:
    """"Drumless" is "no drum", "beatless" "no beat"."""
    base = word.removesuffix("less")
    return f"no {base}" if base != word and entries().get(base, ("",))[0] in ("part", "inst", "effect") else ""


def two_words(word: str) -> str:
    """Two words of the lexicon that were written as one: "nodrums", "morebass". Else nothing."""
    for at in range(2, len(word) - 3):
        one, two = word[:at], word[at:]
        if one in entries() and two in entries() and entries()[one][0] in ("neg", "more", "add", "only", "keep", "loud", "tempo", "sound"):
            return f"{one} {two}"
    return ""


@cache
def known_words() -> frozenset[str]:
    """Every single word that the lexicon, the amounts or the phrases of both have."""
    phrases = [*entries(), *UNITS, *NUMBERS, *SAME, *SAME.values()]
    return frozenset({word for phrase in phrases for word in phrase.split()} | set(joined()))


@cache
def spellings() -> Mapping[str, tuple[str, ...]]:
    """The words that a slip may be of, by their first letter: four letters and more, written as one seven."""
    found = defaultdict(set)
    joins = {word for word in joined() if len(word) < 7}
    for word in {*known_words(), *(word for word in STOP_WORDS if len(word) >= 5)} - joins:
        if len(word) >= 4 and word.isascii() and word.isalpha():
            found[word[0]].add(word)
    return {letter: tuple(sorted(words)) for letter, words in found.items()}


@cache
def real_words() -> frozenset[str]:
    """The words that the sentence model's tokenizer has whole; none where its file is not there."""
    try:
        vocabulary = json.loads(WORD_LIST.read_bytes())["model"]["vocab"]
    except (OSError, ValueError, KeyError):
        return frozenset()
    return frozenset(word for word in vocabulary if word.isalpha() and len(word) > 2)


def distance(one: str, two: str, most: int) -> int:
    """Damerau and Levenshtein's distance: letters changed, missing, added or swapped; above `most` it may stop counting."""
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        older, before = before, row
        row = [i] + [0] * len(two)
        for j, other in enumerate(two, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                row[j] = min(row[j], older[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
