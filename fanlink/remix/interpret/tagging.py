"""Tokens to items: each word or phrase of the lexicon, each amount, and what is left over."""

from __future__ import annotations

from functools import cache

from fanlink.remix.interpret.amounts import amount_at
from fanlink.remix.interpret.items import Item
from fanlink.remix.interpret.lexicon import NOT_SLIPS, STOP_WORDS, entries, joined, longest
from fanlink.remix.interpret.senses import settled
from fanlink.remix.interpret.spelling import spelt
from fanlink.remix.interpret.tokens import Token, tokens

ADVERBS = frozenset("really very totally completely absolutely fully just please even quite pretty all".split())
INFLECTED = ("mood", "sound", "energy")
ENDINGS = ("ing", "ed", "er", "est", "ly", "ness", "e", "")
PLURALS = ("style", "mood", "effect", "edit", "part", "inst", "layer", "section")


def tag(words: str) -> list[Item]:
    """The items of the words in order."""
    row = spelt(tokens(words))
    items: list[Item] = []
    at = 0
    while at < len(row):
        item, used = item_at(row, at, words)
        items.append(item)
        at += used
    return settled(items)


def item_at(row: list[Token], at: int, words: str) -> tuple[Item, int]:
    token = row[at]
    if token.kind == "stop":
        return Item("filler" if token.text == ":" else "stop", "", token.start, token.end, token.text), 1
    amount = amount_at(row, at, words)
    entry, used = entry_at(row, at)
    if amount and amount.tokens >= used:
        last = row[at + amount.tokens - 1]
        return Item("amount", amount.kind, token.start, last.end, "", amount), amount.tokens
    last = row[at + max(used, 1) - 1]
    text = " ".join(part.text for part in row[at : at + max(used, 1)])
    if entry:
        return Item(*entry, token.start, last.end, text), used
    filler = token.kind == "sign" or token.text in STOP_WORDS or len(token.text) == 1 and token.kind == "word" and token.text.isascii()
    return Item("filler" if filler else "unknown", "", token.start, token.end, text), 1


def entry_at(row: list[Token], at: int) -> tuple[tuple[str, str] | None, int]:
    """The longest phrase of the lexicon that begins here, and how many tokens it takes."""
    for size in range(min(longest(), len(row) - at), 0, -1):
        part = row[at : at + size]
        if any(token.kind == "stop" for token in part):
            continue
        phrase = " ".join(token.text for token in part)
        found = entries().get(phrase) or (joined().get(phrase) or inflected(phrase) if size == 1 else None) or plural(phrase)
        if not found and size > 2 and any(token.text in ADVERBS for token in part[1:-1]):  # "go completely wild"
            found = entries().get(" ".join(token.text for at, token in enumerate(part) if not (0 < at < size - 1 and token.text in ADVERBS)))
        if found:
            return found, size
    return None, 0


def inflected(word: str) -> tuple[str, str] | None:
    """The entry of another form of the word: "weep" by "weeping", "brightly" by "bright"."""
    if len(word) < 4 or word in STOP_WORDS or word in NOT_SLIPS or not word.isalpha():
        return None
    return next((found for stem in stems(word) if (found := by_stem().get(stem))), None)


def stems(word: str) -> list[str]:
    """What may be left of a word without its ending, the longest first; four letters at least."""
    return [word[: len(word) - len(ending)] for ending in sorted(ENDINGS, key=len) if word.endswith(ending) and len(word) - len(ending) >= 4]


@cache
def by_stem() -> dict[str, tuple[str, str]]:
    """The single words that have forms, by their stem; a stem of two meanings is nobody's."""
    found: dict[str, set[tuple[str, str]]] = {}
    for phrase, entry in entries().items():
        if entry[0] in INFLECTED and phrase.isalpha():
            for stem in stems(phrase):
                found.setdefault(stem, set()).add(entry)
    return {stem: next(iter(rows)) for stem, rows in found.items() if len(rows) == 1 and stem not in STOP_WORDS}


def plural(phrase: str) -> tuple[str, str] | None:
    """The entry of a phrase without its plural s or its genitive s."""
    for ending in ("es", "s"):
        if phrase.endswith(ending) and len(phrase) > len(ending) + 3 and phrase not in STOP_WORDS:
            found = entries().get(phrase[: -len(ending)])
            if found and found[0] in PLURALS:
                return found
    return None
