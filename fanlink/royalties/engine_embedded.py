"""The engine on this machine: Polars reads and checks, block after block, so that memory does not grow with reports.

Each block becomes numbers (which day, which currency, how many pico) that are matched and added into arrays of 64-bit
counts, exactly. A block in which one cell is not plainly right goes to `take_slowly`, which names
every broken line, or takes the block when there was none.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from itertools import chain, islice
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from fanlink.core.amounts import CURRENCY
from fanlink.core.errors import BadInput
from fanlink.core.reports import COLUMNS
from fanlink.royalties.blocks import CsvBlock, csv_blocks
from fanlink.royalties.matching import Sums, Versions, take_slowly
from fanlink.royalties.outputs import Unmatched
from fanlink.royalties.reports_csv import Row, rows_below
from fanlink.royalties.reports_parquet import parquet_blocks
from fanlink.royalties.totals import Totals

MOST_WORKERS = 2
MOST_AHEAD, MOST_WAITING = 6, 3
_NEVER_EMPTY = frozenset(
    {"report_id", "line_id", "service", "period_start", "period_end", "units", "revenue", "currency"}
)
_MOST_BYTES = 1000
_FRAME_ERRORS = (pl.exceptions.PolarsError, pa.ArrowInvalid)


@dataclass(frozen=True, slots=True)
class _Block:
    """One block as a table, read when a worker comes to it, and as rows for the slow reader."""

    frame: Callable[[], pl.DataFrame | None]
    rows: Callable[[], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class _Lines:
    """A block's lines, all of them right, as numbers: the day (of the calendar) on which each ends, its currency as a
    place in `names`, its pico; `huge` has (line, pico) of those beyond 64 bits."""

    frame: pl.DataFrame
    days: np.ndarray
    currencies: np.ndarray
    names: tuple[str, ...]
    pico: np.ndarray
    huge: tuple[tuple[int, int], ...]


def sum_lines(files: list[Path], read: Callable[[], Versions], unmatched: Unmatched) -> Sums:
    """The exact sums of all lines of all files; `BrokenReport` names every broken line.

    `read` gives the sheets; the first blocks are parsed and checked meanwhile.
    """
    blocks = chain.from_iterable(map(_blocks, files))
    with ThreadPoolExecutor(min(MOST_WORKERS, os.cpu_count() or 1)) as pool:
        waiting: deque[tuple[_Block, Future[_Lines | None]]] = deque()
        broken = _look_ahead(blocks, pool, waiting)
        versions = read()
        if broken:
            raise broken
        sums, totals, sheets = Sums(), Totals(len(versions.remixes)), _Matcher(versions)
        while waiting:
            block, future = waiting.popleft()
            lines = future.result()
            if len(waiting) < MOST_WAITING and (following := next(blocks, None)):
                waiting.append((following, pool.submit(_numbered, following)))
            if lines is None:
                take_slowly(block.rows(), versions, sums, unmatched)
            else:
                _take(lines, sheets, totals, unmatched)
                sums.lines += lines.frame.height
    sums.check()
    totals.into(sums)
    return sums


def _look_ahead(
    blocks: Iterator[_Block], pool: ThreadPoolExecutor, waiting: deque[tuple[_Block, Future[_Lines | None]]]
) -> BadInput | None:
    """Begins with the first blocks. A file that cannot be read is only spoken of once the sheets were found right."""
    try:
        for block in islice(blocks, MOST_AHEAD):
            waiting.append((block, pool.submit(_numbered, block)))
    except BadInput as error:
        return error
    return None


def _take(lines: _Lines, sheets: _Matcher, totals: Totals, unmatched: Unmatched) -> None:
    """Adds a block's lines to the totals of their sheet versions, or keeps them as unmatched."""
    versions, hit = sheets.find(lines)
    if hit.all():
        totals.add(versions, lines.currencies, lines.names, lines.pico, lines.huge)
        return
    lost = _texts(lines.frame.filter(pl.Series(~hit)))
    unmatched.add_table(lost.to_arrow(compat_level=pl.CompatLevel.oldest()))
    place = np.cumsum(hit) - 1
    huge = [(int(place[line]), pico) for line, pico in lines.huge if hit[line]]
    totals.add(versions[hit], lines.currencies[hit], lines.names, lines.pico[hit], huge)


class _Matcher:
    """The sheets as arrays to look lines up in."""

    def __init__(self, versions: Versions) -> None:
        names = list(versions.by_remix)
        self._remixes = pl.DataFrame({"remix_id": pl.Series(names, dtype=pl.String), "number": pl.arange(len(names), eager=True)})
        counts = np.array([len(versions.by_remix[name]) for name in names] + [0], dtype=np.int64)
        self._first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        self._several = counts > 1
        since = [one.effective_from.toordinal() for one in versions.terms]
        self._since = np.array([*since, date.max.toordinal() + 1], dtype=np.int64)
        owners = np.repeat(np.arange(len(names)), counts[:-1])
        self._keys = owners * _SPAN + self._since[:-1]
        self._unknown = len(names)
        self._has_sheet = counts > 0

    def find(self, lines: _Lines) -> tuple[np.ndarray, np.ndarray]:
        """The number of each line's sheet version, and whether it has one at all."""
        named = lines.frame.select("remix_id").join(self._remixes, on="remix_id", how="left", maintain_order="left")
        remixes = named["number"].fill_null(self._unknown).to_numpy()
        found = self._first[remixes]
        several = np.flatnonzero(self._several[remixes])
        keys = remixes[several] * _SPAN + lines.days[several]
        found[several] = np.maximum(np.searchsorted(self._keys, keys, side="right") - 1, found[several])
        return found, self._has_sheet[remixes] & (self._since[found] <= lines.days)


_SPAN = 1 << 22  # more than there are days


def _numbered(block: _Block) -> _Lines | None:
    """The block's lines as numbers; none if one of them may be broken."""
    frame = block.frame()
    if frame is None:
        return None
    try:
        return _numbers_of(frame) if _is_right(frame) else None
    except _FRAME_ERRORS:
        return None


def _numbers_of(frame: pl.DataFrame) -> _Lines | None:
    """The lines as numbers; none where a day or a currency is no such thing."""
    names, ends = tuple(frame["currency"].unique()), tuple(frame["period_end"].unique())
    days = [_day_number(day) for day in ends]
    if not all(map(CURRENCY.fullmatch, names)) or None in days or None in map(_day_number, frame["period_start"].unique()):
        return None
    col = pl.col
    coded = frame.select(
        day=col("period_end").cast(pl.Enum(ends)).to_physical(),
        currency=col("currency").cast(pl.Enum(names)).to_physical(),
        exact=col("revenue").cast(pl.Decimal(38, 12)).to_physical(),
    )
    pico = coded["exact"].cast(pl.Int64, strict=False)
    huge: tuple[tuple[int, int], ...] = ()
    if pico.null_count():
        lines = pico.is_null().arg_true()
        huge = tuple(zip(lines.to_list(), coded["exact"].gather(lines).to_list(), strict=True))
        pico = pico.fill_null(0)
    ordinals = np.array(days, dtype=np.int64)[coded["day"].to_numpy()]
    return _Lines(frame, ordinals, coded["currency"].to_numpy(), names, pico.to_numpy(), huge)


@lru_cache(maxsize=1 << 14)
def _day_number(text: str) -> int | None:
    """The day's number in the calendar; none for what is no day written as 2026-01-31."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day.toordinal() if day.isoformat() == text else None


def _is_right(frame: pl.DataFrame) -> bool:
    """Whether every line is plainly right, but for its days and its currency, of which a block has few.

    A line that only may be right is for the slow reader to judge.
    """
    col = pl.col
    checks = [(col(name).str.len_bytes() <= _MOST_BYTES).all() for name in ("remix_id", "territory")]
    for name in ("report_id", "line_id", "service"):
        checks.append(col(name).str.len_bytes().is_between(1, _MOST_BYTES).all())
    checks.append((col("period_start") <= col("period_end")).all())
    if frame.schema["units"] == pl.String:
        checks.append(col("units").str.contains("^-?[0-9]{1,18}$").all())
    else:
        checks.append(col("units").is_between(-(10**18) + 1, 10**18 - 1).all(ignore_nulls=False))
    if frame.schema["revenue"] == pl.String:
        checks.append(col("revenue").str.contains(r"^-?[0-9]{1,18}(\.[0-9]{1,12})?$").all())
    else:
        limit = pl.lit(10**18, dtype=pl.Decimal(38, 0))
        checks.append((col("revenue").is_not_null() & (col("revenue") < limit) & (col("revenue") > -limit)).all())
    found = frame.select(check.alias(str(place)) for place, check in enumerate(checks)).row(0)
    return all(one is True for one in found)


def _texts(lost: pl.DataFrame) -> pl.DataFrame:
    """The known columns as they will be kept: text, amounts in plain notation."""
    texts = []
    for name in COLUMNS:
        if name in lost.columns:
            text = pl.col(name).cast(pl.String)
            decimal = lost.schema[name].is_decimal()
            texts.append(text.str.strip_chars_end("0").str.strip_chars_end(".") if decimal else text)
    return lost.select(texts)


def _blocks(path: Path) -> Iterator[_Block]:
    if path.suffix.lower() == ".csv":
        return (_Block(partial(_frame_of, block), partial(_rows_of, block)) for block in csv_blocks(path))
    return (_Block(frame, rows) for frame, rows in parquet_blocks(path))


def _frame_of(block: CsvBlock) -> pl.DataFrame | None:
    """The block as text columns; none where it is not plain CSV with as many cells in each line as the header has.

    Polars does not tell a line that is too short from one whose last cell is empty, and is only asked where the last
    cell never is; pyarrow tells them apart.
    """
    if not block.is_plain() or len(set(block.names)) < len(block.names):
        return None
    data = block.data
    if data.endswith((b"\n\n", b"\n\r\n")):
        data = data.rstrip(b"\r\n") + b"\n"
    try:
        if block.names[-1] in _NEVER_EMPTY:
            schema = dict.fromkeys(block.names, pl.String)
            return pl.scan_csv(data, has_header=False, schema=schema, empty_string_is_null=False).collect()
        table = pc.read_csv(
            pa.BufferReader(data),
            read_options=pc.ReadOptions(column_names=block.names, block_size=4 << 20),
            parse_options=pc.ParseOptions(newlines_in_values=b'"' in data),
            convert_options=pc.ConvertOptions(column_types=dict.fromkeys(block.names, pa.string())),
        )
    except _FRAME_ERRORS:
        return None
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _rows_of(block: CsvBlock) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(block.data), encoding="utf-8", errors="surrogateescape", newline="")
    yield from rows_below(text, block.names, block.path.name, block.first_line() - 1)
