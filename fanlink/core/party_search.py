"""Finding a party to name: by how its name begins, or by its whole IPI or ISNI. Never a list of everybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from fanlink.core.errors import Refused
from fanlink.core.identifiers import parse_ipi, parse_isni

LEAST_LETTERS, MOST_FOUND = 3, 8
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a typed text looks for: words that each begin a word of the name, or numbers where it reads as one."""

    words: tuple[str, ...]
    ipi: str | None = None
    isni: str | None = None

    def is_named(self, name: str) -> bool:
        """Whether a name has all the words."""
        there = [word.casefold() for word in _WORD.findall(name)]
        return bool(self.words) and all(any(word.startswith(one) for word in there) for one in self.words)


def wanted(typed: str) -> Wanted:
    """What a text looks for. Refused: `search_too_short`, where it has fewer than three letters or digits in a word."""
    words = tuple(word.casefold() for word in _WORD.findall(typed))
    if max((len(word) for word in words), default=0) < LEAST_LETTERS:
        raise Refused("search_too_short", least=LEAST_LETTERS)
    digits = sum(letter.isdigit() for letter in typed)
    ipi = _number(parse_ipi, typed) if digits >= 9 else None
    return Wanted(words, ipi, _number(parse_isni, typed) if digits >= 15 else None)


def _number(parse: Callable[[str], str], typed: str) -> str | None:
    try:
        return parse(typed)
    except Refused:
        return None


def ending(number: str | None) -> str:
    """The last four of a number: enough to tell namesakes apart."""
    return f"…{number[-4:]}" if number else ""
