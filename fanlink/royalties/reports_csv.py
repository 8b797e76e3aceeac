"""Sales reports as CSV: columns in any order, every broken line named by number, column and reason.

RFC 4180 with commas; a byte order mark, LF or CRLF, quotes and line breaks within quotes are fine. The number of a line
is that of the file's physical line on which it starts, so that an editor finds it; the header is line 1.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from fanlink.core.errors import BadInput
from fanlink.core.reports import COLUMNS, REQUIRED, BrokenReport, Fault, ReportLine, faults_of, line_from

MOST_FAULTS = 1000
LONGEST_LINE = 1_000_000
OTHER_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}
Row = tuple[str, int, "dict[str, str] | Fault"]


def read_report(source: Path | BinaryIO, name: str | None = None) -> tuple[ReportLine, ...]:
    """All lines of a report, or `BrokenReport` with every fault (the first thousand): a report is all or nothing."""
    lines: list[ReportLine] = []
    faults: list[Fault] = []
    broken = 0
    for outcome in scan(source, name):
        if isinstance(outcome, ReportLine):
            lines.append(outcome)
            continue
        broken += len(outcome)
        faults += outcome[: MOST_FAULTS - len(faults)]
    if faults:
        raise BrokenReport(faults, more=broken - len(faults))
    return tuple(lines)


def scan(source: Path | BinaryIO, name: str | None = None) -> Iterator[ReportLine | tuple[Fault, ...]]:
    """Each line of the file in order: the line, or its faults. Streams; holds one line."""
    for file, number, cells in rows(source, name):
        if isinstance(cells, Fault):
            yield (cells,)
            continue
        faults = faults_of(cells)
        if faults:
            yield tuple(Fault(file, number, column, reason) for column, reason in faults)
        else:
            yield line_from(cells)


def numbered_lines(source: BinaryIO, name: str) -> Iterator[tuple[int, ReportLine | tuple[Fault, ...]]]:
    """Each line with the number that an editor shows: the line, or its faults."""
    try:
        for file, number, cells in rows(source, name):
            faults = (cells,) if isinstance(cells, Fault) else tuple(
                Fault(file, number, column, reason) for column, reason in faults_of(cells)
            )
            yield number, faults or line_from(cells)
    except BrokenReport as error:
        yield error.faults[0].line or 0, error.faults


def rows(source: Path | BinaryIO, name: str | None = None) -> Iterator[Row]:
    """(file, line number, cells by column) of each line that is not blank; a fault in place of cells that do not fit.

    Raises `BadInput` where the file has no readable header: then no line of it can be named.
    """
    if isinstance(source, Path):
        name = name or source.name
        try:
            with source.open("rb") as stream:
                yield from rows(stream, name)
        except OSError as error:
            raise BadInput(f"cannot be read: {error.strerror}", where=name) from error
        return
    file = name or "report"
    text = io.TextIOWrapper(source, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        yield from _rows(text, file)
    finally:
        text.detach()


def header_faults(header: Sequence[str], file: str) -> list[Fault]:
    """What is wrong with a header: columns missing or named twice. Columns we do not know are left alone."""
    if len(header) == 1:
        found = next((mark for mark in OTHER_MARKS if header[0].count(mark) >= len(REQUIRED) - 1), None)
        if found:
            return [Fault(file, 1, None, f"the columns are separated by {OTHER_MARKS[found]}; please separate them by commas")]
    faults = [Fault(file, 1, column, "the column is missing") for column in REQUIRED if column not in header]
    twice = {column for column in header if column in COLUMNS and header.count(column) > 1}
    return faults + [Fault(file, 1, column, "the column is there twice") for column in sorted(twice)]


def write_report(lines: Iterable[ReportLine], stream: TextIO) -> None:
    """The lines as CSV that `read_report` reads back to equal values, with LF line ends."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        data = line.as_data()
        writer.writerow(["" if data[column] is None else data[column] for column in COLUMNS])


def rows_below(text: TextIO, names: Sequence[str], file: str, before: int) -> Iterator[Row]:
    """The rows of `text`, which has no header of its own: `names` are its columns, `before` the lines before it."""
    for number, cells in _records(csv.reader(_bounded(text, file, before), strict=True), file, before):
        if isinstance(cells, Fault):
            yield file, number, cells
        elif len(cells) != len(names):
            reason = f"has {len(cells)} cells, the header {len(names)}"
            yield file, number, Fault(file, number, None, reason)
        else:
            yield file, number, _cells(names, cells, file, number)


def _rows(text: TextIO, file: str) -> Iterator[Row]:
    reader = csv.reader(_bounded(text, file, 0), strict=True)
    header = next(_records(reader, file, 0), None)
    if header is None or isinstance(header[1], Fault):
        raise BrokenReport([header[1] if header else Fault(file, 1, None, "the file is empty: it has no header")])
    names = header[1]
    faults = header_faults(names, file)
    if faults:
        raise BrokenReport(faults)
    yield from rows_below(text, names, file, reader.line_num)


def _bounded(text: TextIO, file: str, before: int) -> Iterator[str]:
    """The physical lines; one that never ends is refused before it fills the memory."""
    number = before
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise BrokenReport([Fault(file, number, None, "the line is longer than a million characters")])
        yield line


def _records(reader: Any, file: str, before: int) -> Iterator[tuple[int, list[str] | Fault]]:
    while True:
        number = before + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, Fault(file, number, None, f"is not CSV: {error}")
            continue
        if cells:
            yield number, cells


def _cells(names: Sequence[str], cells: Sequence[str], file: str, number: int) -> dict[str, str] | Fault:
    """The known columns' cells. Bytes that are not UTF-8 came in as lone surrogates, which text never has."""
    known = {name: cell for name, cell in zip(names, cells, strict=True) if name in COLUMNS}
    for name, cell in known.items():
        if cell.isascii() and "\0" not in cell:
            continue
        if "\0" in cell or any("\ud800" <= letter <= "\udfff" for letter in cell if letter > "\ud7ff"):
            return Fault(file, number, name, "is not UTF-8 text")
    return known
