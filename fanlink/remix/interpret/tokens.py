"""Words to tokens: one spelling for each word, and where it stood."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# A number (2, 2.5, 2:30), a word with its apostrophes, a sign before a number, or a mark that ends a clause.
# A hyphen between words ends nothing: "lo-fi" is "lo fi".
PATTERN = re.compile(
    r"(?P<number>\d+:\d\d(?!\d)|\d+(?:[.,]\d+)?)|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*#?)"
    r"|(?P<sign>[%&]|(?<![\w])[+\-−](?=\d))|(?P<stop>[.,;:!?()\n\r/|]+|\s[-–—]+\s|—)"
)


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is folded: lower case, no accents, no apostrophes. `kind` is number, word, sign or stop."""

    kind: str
    text: str
    start: int
    end: int


def folded(text: str) -> str:
    """Lower case, plain letters, no accents and no apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return unicodedata.normalize("NFKC", kept).casefold().replace("'", "").replace("’", "")


def tokens(words: str) -> list[Token]:
    """The tokens of the words in order; what is neither letter, digit nor mark is passed over."""
    return [Token(str(m.lastgroup), folded(m.group()).strip(), m.start(), m.end()) for m in PATTERN.finditer(words)]
