"""A catalogue as a CSV file: one row for each party's part in a track, columns in any order.

    isrc,title,party_name                                        each row has these
    iswc,tempo_bpm,key,party,party_kind,ipi,isni,recording,composition,featured

Shares are written as in the industry's reports: a quarter is `25`, or `25%`, or exactly `1/4`. `featured` is yes or no. A row
names its party by `party` (its id here), else by IPI, by ISNI, or by name. The number of a row is the line of the file on
which it starts, the header being line 1. Every broken row is named; nothing is read past what is wrong with it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from fanlink.core.errors import Refused
from fanlink.core.identifiers import parse_ipi, parse_isni, parse_isrc, parse_iswc
from fanlink.core.parties import PartyKind
from fanlink.core.reports import Fault

REQUIRED = ("isrc", "title", "party_name")
OPTIONAL = ("iswc", "tempo_bpm", "key", "party", "party_kind", "ipi", "isni", "recording", "composition", "featured")
COLUMNS = REQUIRED + OPTIONAL
MOST_ROWS = 10_000
MOST_BYTES = 16 * 2**20
MOST_FAULTS = 1_000
LONGEST_CELL = 200

PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,12})?)\s*%?")
FRACTION = re.compile(r"([0-9]{1,9})\s*/\s*([0-9]{1,9})")
TEMPO = re.compile(r"[0-9]{2,3}(\.[0-9]{1,6})?")
PARTY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{3,63}")
YES, NO = ("yes", "y", "true", "1", "x"), ("", "no", "n", "false", "0")


@dataclass(frozen=True, slots=True)
class Row:
    """One row that can be read: a party's part in a track. `line` is where it starts; a share is None where no right is claimed."""

    line: int
    isrc: str
    title: str
    party_name: str
    iswc: str | None = None
    tempo_bpm: float | None = None
    key: str | None = None
    party: str | None = None
    party_kind: PartyKind = PartyKind.PERSON
    ipi: str | None = None
    isni: str | None = None
    recording: Fraction | None = None
    composition: Fraction | None = None
    featured: bool = False

    @property
    def who(self) -> tuple[str, str]:
        """What makes two rows name the same party."""
        for kind in ("party", "ipi", "isni"):
            if found := getattr(self, kind):
                return kind, found
        return "name", self.party_name.casefold()


def read_share(text: str) -> Fraction | None:
    """A share as people write it: 1/3, 40 %, 40; None when it is none of these."""
    text = text.strip()
    if found := FRACTION.fullmatch(text):
        return Fraction(int(found[1]), int(found[2])) if int(found[2]) else None
    if found := PERCENT.fullmatch(text):
        return Fraction(found[1]) / 100
    return None


def read(data: bytes, name: str = "catalogue") -> tuple[list[Row], list[Fault]]:
    """All rows, and everything that is wrong with the file; where there is any fault, no row of it counts."""
    if len(data) > MOST_BYTES:
        return [], [Fault(name, None, None, f"is larger than {MOST_BYTES // 2**20} MB")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return [], [Fault(name, line, None, "is not UTF-8 text")]
    if "\0" in text:
        return [], [Fault(name, text[: text.index("\0")].count("\n") + 1, None, "has a character that no text has")]
    reader = csv.reader((f"{line}\n" for line in text.removesuffix("\n").split("\n")), strict=True)
    rows: list[Row] = []
    faults: list[Fault] = []
    try:
        _read(reader, name, rows, faults)
    except csv.Error as error:
        faults.append(Fault(name, reader.line_num, None, f"is not CSV: {error}"))
    return ([], faults[:MOST_FAULTS]) if faults else (rows, _across(rows, name))


def _read(reader: Any, name: str, rows: list[Row], faults: list[Fault]) -> None:
    header = [cell.strip().lower() for cell in next(reader, [])]
    faults += _header_faults(header, name)
    if faults:
        return
    while True:
        line = reader.line_num + 1
        cells = next(reader, None)
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            faults.append(Fault(name, line, None, f"has {len(cells)} cells, the header {len(header)}"))
            continue
        found = {column: cell.strip() for column, cell in zip(header, cells, strict=True) if column in COLUMNS}
        row, wrong = _row(found, line)
        faults += [Fault(name, line, column, reason) for column, reason in wrong]
        if row is not None:
            rows.append(row)
        if len(rows) > MOST_ROWS:
            faults.append(Fault(name, line, None, f"there are more than {MOST_ROWS} rows; divide the file"))
            return
    if not rows and not faults:
        faults.append(Fault(name, 1, None, "there is no row below the header"))


def _header_faults(header: list[str], name: str) -> list[Fault]:
    if not any(header):
        return [Fault(name, 1, None, "the file is empty: it has no header")]
    faults = [Fault(name, 1, column, "the column is missing") for column in REQUIRED if column not in header]
    twice = sorted({column for column in header if column in COLUMNS and header.count(column) > 1})
    return faults + [Fault(name, 1, column, "the column is there twice") for column in twice]


def _row(cells: Mapping[str, str], line: int) -> tuple[Row | None, list[tuple[str, str]]]:
    wrong = [(column, "is empty") for column in REQUIRED if not cells[column]]
    wrong += [(column, f"is longer than {LONGEST_CELL} characters") for column, cell in cells.items() if len(cell) > LONGEST_CELL]
    found: dict[str, Any] = {"title": cells["title"], "party_name": " ".join(cells["party_name"].split())}
    for column, (read_cell, reason) in CELLS.items():
        cell = cells.get(column, "")
        if not cell:
            continue
        try:
            value = read_cell(cell)
        except Refused as refused:
            value, reason = None, WRONG.get(refused.reasons[0].code, reason)
        if value is None:
            wrong.append((column, f"{cell[:40]!r} {reason}"))
        found[column] = value
    if not wrong and not any((found.get("recording"), found.get("composition"), found.get("featured"))):
        wrong.append(("recording", "the row claims no right and is not featured: give it a share, or featured yes"))
    return (None if wrong else Row(line, **found)), wrong


def _share(cell: str) -> Fraction | None:
    share = read_share(cell)
    return share if share is not None and 0 <= share <= 1 else None


def _kind(cell: str) -> PartyKind | None:
    return next((kind for kind in PartyKind if kind == cell.lower()), None)


def _flag(cell: str) -> bool | None:
    return True if cell.lower() in YES else False if cell.lower() in NO else None


def _tempo(cell: str) -> float | None:
    return float(cell) if TEMPO.fullmatch(cell) and 20 <= float(cell) <= 400 else None


def _id(cell: str) -> str | None:
    return cell if PARTY_ID.fullmatch(cell) else None


CELLS: dict[str, tuple[Callable[[str], Any], str]] = {
    "isrc": (parse_isrc, "is not an ISRC such as DE-A12-26-00001"),
    "iswc": (parse_iswc, "is not an ISWC such as T-034.524.680-1"),
    "ipi": (parse_ipi, "is not an IPI name number of eleven digits"),
    "isni": (parse_isni, "is not an ISNI of sixteen digits"),
    "tempo_bpm": (_tempo, "is not a tempo from 20 to 400"),
    "key": (lambda cell: cell if len(cell) <= 20 else None, "is not a key such as F# minor"),
    "party": (_id, "is not the id of a party"),
    "party_kind": (_kind, "is neither person nor organisation"),
    "recording": (_share, "is not a share such as 25, 25% or 1/4, from nothing to the whole"),
    "composition": (_share, "is not a share such as 25, 25% or 1/4, from nothing to the whole"),
    "featured": (_flag, "is neither yes nor no"),
}
WRONG = {
    "iswc_check_digit": "has a wrong check digit", "ipi_check_digits": "has wrong check digits",
    "isni_check_digit": "has a wrong check digit",
}  # fmt: skip


def _across(rows: Iterable[Row], name: str) -> list[Fault]:
    """What only shows between rows: a track with two titles, a party twice in a track, one number with two names."""
    faults: list[Fault] = []
    tracks: dict[str, Row] = {}
    parts: dict[tuple[str, tuple[str, str]], Row] = {}
    parties: dict[tuple[str, str], Row] = {}
    for row in rows:
        first = tracks.setdefault(row.isrc, row)
        for column in ("title", "iswc", "tempo_bpm", "key"):
            if getattr(first, column) != getattr(row, column):
                faults.append(Fault(name, row.line, column, f"differs from line {first.line}, which is the same recording"))
        before = parts.setdefault((row.isrc, row.who), row)
        if before is not row:
            faults.append(Fault(name, row.line, "party_name", f"is in this track already, on line {before.line}"))
        known = parties.setdefault(row.who, row)
        if known.party_name.casefold() != row.party_name.casefold():
            faults.append(Fault(name, row.line, "party_name", f"differs from line {known.line}, which has the same {known.who[0]}"))
    return faults[:MOST_FAULTS]
