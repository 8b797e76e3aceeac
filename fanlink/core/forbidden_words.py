"""Finding words that an artist does not want in a text, however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

WORD = re.compile(r"\w+(?:['’]\w+)*")

# Letters of other alphabets that look like Latin ones: the usual way around a word list.
LOOKALIKES = str.maketrans("аеорсухіјѕԁһԛԝɡαοινκτρυß", "aeopcyxijsdhqwgaoivktpus")


def fold(text: str) -> str:
    """The text without case, accents, width and invisible characters, so that one word has one form."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in decomposed if unicodedata.category(sign) not in ("Mn", "Cf"))
    return kept.casefold().translate(LOOKALIKES)


def find(text: str, forbidden: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Each (forbidden word, start, end) in the text, as whole words; a phrase matches over any spaces or signs.

    Start and end are characters of the text as it was given.
    """
    spans = [(match.start(), match.end()) for match in WORD.finditer(_visible(text))]
    words = [fold(text[start:end]) for start, end in spans]
    for entry in forbidden:
        wanted = [fold(word) for word in WORD.findall(_visible(entry))]
        if not wanted:
            sign = fold(entry).strip()
            if sign and sign in fold(text):
                yield entry, 0, len(text)
            continue
        for first in range(len(words) - len(wanted) + 1):
            if words[first : first + len(wanted)] == wanted:
                yield entry, spans[first][0], spans[first + len(wanted) - 1][1]


def _visible(text: str) -> str:
    """The text with each invisible or combining character as a letter, so that it splits no word; same length."""
    return "".join("x" if unicodedata.category(sign) in ("Cf", "Mn") else sign for sign in text)
