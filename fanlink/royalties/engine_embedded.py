"""The engine on this machine: Polars reads and checks, block after block, so that memory does not grow with reports.

Each block becomes numbers (which sheet version, which currency, how many whole units and pico) that are added into
arrays of 64-bit counts, exactly. A block in which one cell is not plainly right goes to `take_slowly`, which names
every broken line, or takes the block when there was none.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from fanlink.core.amounts import CURRENCY, PICO
from fanlink.core.reports import COLUMNS
from fanlink.royalties.blocks import CsvBlock, csv_blocks
from fanlink.royalties.matching import Sums, Versions, take_slowly
from fanlink.royalties.outputs import Unmatched
from fanlink.royalties.reports_csv import Row, rows_below
from fanlink.royalties.reports_parquet import parquet_blocks
from fanlink.royalties.totals import Totals

MOST_WORKERS = 2
_NEVER_EMPTY = frozenset(
    {"report_id", "line_id", "service", "period_start", "period_end", "units", "revenue", "currency"}
)
_MOST_BYTES = 1000
_FIRST_DAY, _DAYS = date(1900, 1, 1), 91_000
_FRAME_ERRORS = (pl.exceptions.PolarsError, pa.ArrowInvalid)


@dataclass(frozen=True, slots=True)
class _Block:
    """One block as a table, read when a worker comes to it, and as rows for the slow reader."""

    frame: Callable[[], pl.DataFrame | None]
    rows: Callable[[], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class _Matched:
    """A block's lines as numbers: version and currency of each matched line, its units and pico; the lines lost."""

    lines: int
    versions: np.ndarray
    currencies: np.ndarray
    names: tuple[str, ...]
    units: np.ndarray
    pico: np.ndarray
    lost: pl.DataFrame | None


def sum_lines(files: list[Path], versions: Versions, unmatched: Unmatched) -> Sums:
    """The exact sums of all lines of all files; `BrokenReport` names every broken line."""
    sums, totals, matcher = Sums(), Totals(len(versions.remixes)), _Matcher(versions)
    for block, matched in _in_order(chain.from_iterable(map(_blocks, files)), matcher.match):
        if matched is None:
            take_slowly(block.rows(), versions, sums, unmatched)
            continue
        sums.lines += matched.lines
        totals.add(matched.versions, matched.currencies, matched.names, matched.units, matched.pico)
        if matched.lost is not None:
            unmatched.add_table(matched.lost.to_arrow(compat_level=pl.CompatLevel.oldest()))
    sums.check()
    totals.into(sums)
    return sums


def _in_order(
    blocks: Iterable[_Block], match: Callable[[_Block], _Matched | None]
) -> Iterator[tuple[_Block, _Matched | None]]:
    """Each block with what `match` makes of it, a few at a time side by side, in the order of the blocks."""
    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    waiting: list[tuple[_Block, Future[_Matched | None]]] = []
    with ThreadPoolExecutor(workers) as pool:
        for block in blocks:
            waiting.append((block, pool.submit(match, block)))
            if len(waiting) >= workers:
                first, future = waiting.pop(0)
                yield first, future.result()
        for first, future in waiting:
            yield first, future.result()


class _Matcher:
    """The sheets as arrays to look lines up in."""

    def __init__(self, versions: Versions) -> None:
        days = [(_FIRST_DAY + timedelta(number)).isoformat() for number in range(_DAYS)]
        self._day_of = day_of = {day: number for number, day in enumerate(days)}
        names = list(versions.by_remix)
        self._remixes = pl.Enum(names)
        counts = np.array([len(versions.by_remix[name]) for name in names] + [0], dtype=np.int64)
        self._first = np.concatenate([[0], np.cumsum(counts)[:-1]])
        self._several = counts > 1
        before_all, after_all = -1, _DAYS
        since = [day_of.get(day, before_all if day < days[0] else after_all) for day in versions.since]
        self._since = np.array([*since, after_all], dtype=np.int64)
        owners = np.repeat(np.arange(len(names)), counts[:-1])
        self._keys = owners * _SPAN + self._since[:-1] + 1
        self._unknown = len(names)
        self._has_sheet = counts > 0

    def match(self, block: _Block) -> _Matched | None:
        """The block's lines as numbers; none if one of them may be broken."""
        frame = block.frame()
        if frame is None:
            return None
        try:
            return self._match(frame) if _is_right(frame) else None
        except _FRAME_ERRORS:
            return None

    def _match(self, frame: pl.DataFrame) -> _Matched | None:
        col = pl.col
        names, ends = tuple(frame["currency"].unique()), tuple(frame["period_end"].unique())
        starts = frame["period_start"].unique()
        if not all(map(CURRENCY.fullmatch, names)) or not all(day in self._day_of for day in chain(starts, ends)):
            return None
        amounts = frame.select(pico=col("revenue").cast(pl.Decimal(38, 12)).to_physical())
        amounts = amounts.with_columns(units=(col("pico") // PICO).cast(pl.Int64))
        coded = frame.select(
            remix=col("remix_id")
            .cast(self._remixes, strict=False)
            .to_physical()
            .cast(pl.Int64)
            .fill_null(self._unknown),
            day=col("period_end").cast(pl.Enum(ends)).to_physical(),
            currency=col("currency").cast(pl.Enum(names)).to_physical(),
            pico=amounts.select((col("pico") - col("units").cast(pl.Int128) * PICO).cast(pl.Int64)).to_series(),
        )
        remixes = coded["remix"].to_numpy()
        days = np.array([self._day_of[day] for day in ends], dtype=np.int64)[coded["day"].to_numpy()]
        found = self._first[remixes]
        several = np.flatnonzero(self._several[remixes])
        keys = remixes[several] * _SPAN + days[several] + 1
        found[several] = np.maximum(np.searchsorted(self._keys, keys, side="right") - 1, found[several])
        hit = self._has_sheet[remixes] & (self._since[found] <= days)
        lost = None if hit.all() else _texts(frame.filter(pl.Series(~hit)))
        columns = found, coded["currency"].to_numpy(), amounts["units"].to_numpy(), coded["pico"].to_numpy()
        version, currency, units, pico = columns if lost is None else (column[hit] for column in columns)
        return _Matched(frame.height, version, currency, names, units, pico, lost)


_SPAN = 1 << 20


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
