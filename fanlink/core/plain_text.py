"""Text from people where it could do harm: signs that nobody sees, and cells that a spreadsheet would run.

Control characters move a terminal's cursor or break a record; marks of direction let a line read as another one (Unicode Technical
Report 36, "bidirectional text spoofing"). Joiners that scripts and emoji need are left alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from fanlink.core.errors import Reason

_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_HIDDEN = frozenset(("Cc", "Cs", "Zl", "Zp"))
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = frozenset("0123456789./")
IN_PLACE = "\ufffd"


def is_hidden(letter: str) -> bool:
    """Whether a character controls what stands around it instead of being read."""
    return letter in _DIRECTIONS or unicodedata.category(letter) in _HIDDEN


def faults(text: str, field: str) -> list[Reason]:
    """`not_printable`, where a name or title of one line has characters that cannot be read; nothing where it has none."""
    return [Reason("not_printable", {"field": field})] if any(map(is_hidden, text)) else []


def one_line(text: str) -> str:
    """The text as it may be shown anywhere, whoever wrote it: a mark stands where something cannot be read."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(IN_PLACE if is_hidden(letter) else letter for letter in text)


def cell(text: str) -> str:
    """A cell of a CSV file that people open in a spreadsheet: on one line, and never a formula; numbers stay numbers."""
    shown = one_line(text)
    is_number = shown[:1] == "-" and shown[1:2].isdigit() and set(shown[1:]) <= _NUMBER
    return f"'{shown}" if shown.startswith(_FORMULAS) and not is_number else shown


def cells(row: Sequence[object]) -> list[object]:
    """A row of such cells; what is no text stays as it is."""
    return [cell(one) if isinstance(one, str) else one for one in row]
