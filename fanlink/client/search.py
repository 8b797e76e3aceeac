"""Finding documents by the words in their titles and names, as one types."""

from __future__ import annotations

import re

WORD = re.compile(r"\w+")

# Where the kinds of documents keep what a person would call them by.
PLACES = (
    "name", "title", "about", "artist_name", "track_title", "prompt_title", "fan_name", "party_name", "remix_title",
    "challenge_title", "period", "text.title", "text.words", "facts.title", "remix.title", "challenge.title",
    "prompt.draft.title",
)

TEXT_OF_DATA = "trim(" + " || ' ' || ".join(f"ifnull(json_extract(data, '$.{place}'), '')" for place in PLACES) + ")"


def words_of(typed: str) -> list[str]:
    """The words in what was typed, without signs."""
    return WORD.findall(typed)


def query_of(typed: str) -> str:
    """An FTS5 query for documents that have every typed word, or a word that begins with it."""
    return " ".join(f'"{word}"*' for word in words_of(typed))


def matches(typed: str, text: str) -> bool:
    """The same question asked of one text, for what is not in the index yet."""
    there = [word.casefold() for word in words_of(text)]
    return all(any(word.startswith(asked.casefold()) for word in there) for asked in words_of(typed))
