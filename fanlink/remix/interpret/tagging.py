"""Tokens to items: each word or phrase of the lexicon, each amount, and what is left over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from fanlink.remix.interpret.amounts import Amount, amount_at
from fanlink.remix.interpret.lexicon import NOT_SLIPS, STOP_WORDS, entries, joined, longest
from fanlink.remix.interpret.tokens import Token, tokens

MERELY = ("add", "more", "loud", "degree", "tempo", "key", "change", "energy", "length", "up")  # "just give it more bass"
EDGES = {"first": "intro", "last": "outro"}


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of the words with one meaning. Kinds besides the lexicon's: amount, stop, filler, unknown."""

    kind: str
    value: str
    start: int
    end: int
    text: str
    amount: Amount | None = None


def tag(words: str) -> list[Item]:
    """The items of the words in order."""
    row = tokens(words)
    items: list[Item] = []
    at = 0
    while at < len(row):
        item, used = item_at(row, at, words)
        items.append(item)
        at += used
    items = [edge(items, place) for place in range(len(items))]
    return [settled(items, place) for place in range(len(items))]


def edge(items: list[Item], at: int) -> Item:
    """"The first 8 bars" are the intro and "the last 4 bars" the outro, whatever their number."""
    item = items[at]
    before = next((old for old in reversed(items[:at]) if old.kind != "filler"), None)
    if item.amount and item.amount.kind == "bars" and before and before.kind == "ordinal" and before.value in EDGES:
        return Item("section", EDGES[before.value], item.start, item.end, item.text)
    return item


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
        found = entries().get(phrase) or (joined().get(phrase) if size == 1 else None) or plural(phrase)
        if found:
            return found, size
    token = row[at]
    if token.kind == "word" and token.text not in STOP_WORDS:
        return slip(token.text), 1
    return None, 0


def plural(phrase: str) -> tuple[str, str] | None:
    """The entry of a phrase without its plural s or its genitive s."""
    for ending in ("es", "s"):
        if phrase.endswith(ending) and len(phrase) > len(ending) + 3 and phrase not in STOP_WORDS:
            found = entries().get(phrase[: -len(ending)])
            if found and found[0] in ("style", "mood", "effect", "edit", "part", "inst", "layer", "section"):
                return found
    return None


@cache
def slip(word: str) -> tuple[str, str] | None:
    """The entry of the lexicon's word that this one is a spelling slip of: same first letter, one wrong letter, two in long words."""
    if len(word) < 5 or len(word) > 20 or word in NOT_SLIPS or word in STOP_WORDS:
        return None
    allowed = 2 if len(word) >= 8 else 1
    best: tuple[int, str] | None = None
    for known in spellings():
        if known[0] == word[0] and abs(len(known) - len(word)) <= allowed:
            apart = distance(word, known, allowed)
            if apart <= allowed and (best is None or (apart, known) < best):
                best = (apart, known)
    return (entries().get(best[1]) or joined()[best[1]]) if best else None


@cache
def spellings() -> tuple[str, ...]:
    """The lexicon's words that are long enough to be told apart from a slip."""
    return tuple(sorted({word for word in [*entries(), *joined()] if " " not in word and len(word) >= 5 and word.isalpha()}))


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


def settled(items: list[Item], at: int) -> Item:
    """A word that means two things, by what stands beside it: "drop the guitar" and "the drop"."""
    item = items[at]
    if item.text in ("just", "only", "simply") and items[at + 1 : at + 2] and items[at + 1].kind in MERELY:
        return Item("filler", "", item.start, item.end, item.text)
    after = next((other for other in items[at + 1 :] if other.kind != "filler" and other.kind != "ordinal"), None)
    if item.kind == "section" and item.text in ("drop", "drops", "break") and after and after.kind in ("part", "inst") and at + 1 < len(items):
        before = items[at - 1].text if at else ""
        if before not in ("a", "the", "big", "huge", "bass") and items[at + 1].kind in ("filler", "ordinal", "part", "inst"):
            return Item("neg", "remove", item.start, item.end, item.text)
    if item.kind == "section" and item.text in ("drop", "drops") and items[at + 1 : at + 2] and items[at + 1].text in ("the", "that") and after and after.kind == "section":
        return Item("neg", "remove", item.start, item.end, item.text)
    if item.text == "punk" and at and items[at - 1].kind == "unknown":
        return Item("unknown", "", item.start, item.end, item.text)
    if item.text == "out" and at and items[at - 1].kind in ("part", "inst"):
        return Item("neg", "remove", item.start, item.end, item.text)
    if item.text == "alone" and not any(other.text in ("leave", "let", "leaving") for other in items[:at]):
        return Item("only", "only", item.start, item.end, item.text)
    if item.text == "love" and at and items[at - 1].text in ("id", "i", "would", "we", "wed", "d", "really", "you", "they"):
        return Item("filler", "", item.start, item.end, item.text)
    if item.text == "fade" and any(other.kind == "relation" and other.text == "in" for other in items[at + 1 : at + 5]) and after and after.kind in ("part", "inst", "filler", "relation"):
        ending = [other for other in items[at + 1 : at + 6] if other.kind not in ("filler", "degree", "tempo")]
        if ending[-1:] and ending[-1].kind == "relation" or len(ending) > 1 and ending[1].kind == "relation" and (len(ending) == 2 or ending[2].kind != "section"):
            return Item("edit", "fade-in", item.start, item.end, item.text)
    if item.kind == "ordinal" and item.text in ("closing", "opening") and not (after and after.kind == "section"):
        return Item("section", "outro" if item.text == "closing" else "intro", item.start, item.end, item.text)
    return item
