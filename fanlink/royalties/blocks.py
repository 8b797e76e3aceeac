"""Report files cut into blocks that fit in memory: of CSV whole records, of Parquet rows.

A block of CSV is cut only where the number of quotes before it is even, and offered to a table engine only if its
quotes follow RFC 4180 to the letter. Whatever is not plain is left to the reader in `reports_csv.py`, which says what
a line is; the engines only go faster.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from fanlink.core.errors import BadInput
from fanlink.core.reports import BrokenReport, Fault
from fanlink.royalties.reports_csv import header_faults

BLOCK_BYTES = 16 << 20  # a larger one is new memory each time, which costs more than reading it
MOST_BYTES = 1 << 28
_HEADER_BYTES = 1 << 20
_SOMETHING = re.compile(rb"[^\r\n]")


@dataclass(frozen=True, slots=True)
class CsvBlock:
    """Whole records of a file, without the header: the bytes from `offset` on, and the header's names."""

    path: Path
    names: tuple[str, ...]
    offset: int
    data: bytes

    def is_plain(self) -> bool:
        """Whether every CSV reader would see the same cells."""
        data = self.data
        if b"\0" in data or (b"\r" in data and data.count(b"\r") != data.count(b"\r\n")):
            return False
        return b'"' not in data or _quotes_are_strict(data)

    def first_line(self) -> int:
        """The number in the file of the block's first line; reads the file up to here."""
        return 1 + _line_ends(self.path, self.offset)


def csv_blocks(path: Path, block_bytes: int = BLOCK_BYTES) -> Iterator[CsvBlock]:
    """The blocks of a CSV report. `BrokenReport` for its header, `BadInput` where it cannot be read or cut."""
    try:
        with path.open("rb") as stream:
            names, offset = _header(stream.read(_HEADER_BYTES), path.name)
            end = stream.seek(0, os.SEEK_END)
            while offset < end:
                data = _records(stream, offset, block_bytes, path.name)
                if _SOMETHING.search(data):
                    yield CsvBlock(path, names, offset, data)
                offset += len(data)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=path.name) from error


def _header(start: bytes, file: str) -> tuple[tuple[str, ...], int]:
    """The column names and the byte at which the records begin."""
    bom = 3 if start.startswith(b"\xef\xbb\xbf") else 0
    try:
        text = start[bom:].decode("utf-8", errors="surrogateescape")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        names = next(filter(None, reader), [])
    except csv.Error as error:
        raise BrokenReport([Fault(file, 1, None, f"is not CSV: {error}")]) from error
    if not names:
        raise BrokenReport([Fault(file, 1, None, "the file is empty: it has no header")])
    faults = header_faults(names, file)
    if faults:
        raise BrokenReport(faults)
    lines = io.StringIO(text, newline="")
    consumed = "".join(next(lines) for _ in range(reader.line_num))
    return tuple(names), bom + len(consumed.encode("utf-8", errors="surrogateescape"))


def _records(stream: BinaryIO, offset: int, size: int, file: str) -> bytes:
    """About `size` bytes from `offset` on, to the end of a record: a line end that no quote spans, or the end."""
    while True:
        stream.seek(offset + size)
        size += len(stream.readline(MOST_BYTES))
        stream.seek(offset)
        data = stream.read(size)
        if len(data) < size or b'"' not in data:
            return data
        cut = _last_record_end(data)
        if cut:
            return data[:cut]
        size *= 2
        if size > MOST_BYTES:
            raise BadInput("a record is longer than 256 MB; is a quote left open?", where=file)


def _last_record_end(data: bytes) -> int:
    """The byte after the last line end that no quote spans; 0 where there is none."""
    letters = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(letters == ord("\n"))
    quotes_before = np.searchsorted(np.flatnonzero(letters == ord('"')), ends)
    outside = ends[quotes_before % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def _quotes_are_strict(data: bytes) -> bool:
    """Whether quotes stand only around whole cells, or doubled within them."""
    letters = np.frombuffer(b"\n" + data + b"\n", dtype=np.uint8)
    places = np.flatnonzero(letters == ord('"'))
    if len(places) % 2:
        return False
    opening, closing = places[::2], places[1::2]
    doubled = closing[:-1] + 1 == opening[1:]
    opens = np.isin(letters[opening - 1], list(b",\n"))
    closes = np.isin(letters[closing + 1], list(b",\r\n"))
    opens[1:] |= doubled
    closes[:-1] |= doubled
    return bool(opens.all() and closes.all())


def _line_ends(path: Path, until: int) -> int:
    """How many lines end before the byte `until`, as the csv module counts them: LF, CRLF or a lone CR."""
    ends, last = 0, b""
    with path.open("rb") as stream:
        while until > 0 and (piece := stream.read(min(until, 1 << 24))):
            until -= len(piece)
            ends += piece.count(b"\n") + piece.count(b"\r") - (last + piece).count(b"\r\n")
            last = piece[-1:]
    return ends
