"""The table engine on this machine: Polars, block after block, so that memory does not grow with the reports.

Each block is read, checked, matched to its sheet and summed in exact 38-digit decimals. A block in which one cell is
not plainly right goes to `take_slowly`, which names every broken line, or takes the block when there was none.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.csv as pc

from fanlink.core.reports import COLUMNS
from fanlink.royalties.blocks import CsvBlock, csv_blocks
from fanlink.royalties.matching import Sums, Versions, take_slowly
from fanlink.royalties.outputs import Unmatched
from fanlink.royalties.reports_csv import Row, rows_below
from fanlink.royalties.reports_parquet import parquet_blocks

_AMOUNT = pl.Decimal(38, 12)
_NEVER_EMPTY = frozenset(
    {"report_id", "line_id", "service", "period_start", "period_end", "units", "revenue", "currency"}
)
_MOST_BYTES = 1000
_MOST_PARTS = 12
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2150, 12, 31)


def sum_lines(files: list[Path], versions: Versions, unmatched: Unmatched) -> Sums:
    """The exact sums of all lines of all files; `BrokenReport` names every broken line."""
    engine = _Engine(versions, unmatched)
    for path in files:
        if path.suffix.lower() == ".csv":
            for block in csv_blocks(path):
                engine.take(_frame_of(block), lambda block=block: _rows_of(block))
        else:
            for frame, rows in parquet_blocks(path):
                engine.take(frame, rows)
    return engine.finish()


class _Engine:
    """The sheets as tables to join with, and the sums so far."""

    def __init__(self, versions: Versions, unmatched: Unmatched) -> None:
        self._versions, self._unmatched = versions, unmatched
        self._sums = Sums()
        self._parts: list[pl.DataFrame] = []
        self._sheets = pl.LazyFrame(
            {
                "remix_id": versions.remixes,
                "since": versions.since,
                "until": versions.until,
                "number": range(len(versions.remixes)),
            },
            schema={"remix_id": pl.String, "since": pl.String, "until": pl.String, "number": pl.Int32},
        )

    def take(self, frame: pl.DataFrame | None, rows: Callable[[], Iterator[Row]]) -> None:
        """Add the lines of one block: by table if all of them are plainly right, else one after the other."""
        try:
            part = self._sum(frame) if frame is not None and self._is_right(frame) else None
        except (pl.exceptions.ComputeError, pl.exceptions.InvalidOperationError):
            part = None
        if frame is None or part is None:
            take_slowly(rows(), self._versions, self._sums, self._unmatched)
            return
        self._sums.lines += frame.height
        lost = part.filter(pl.col("number").is_null())
        if lost.height:
            self._keep_unmatched(frame)
            part = part.filter(pl.col("number").is_not_null())
        self._parts.append(part)
        if len(self._parts) >= _MOST_PARTS:
            self._parts = [_merged(self._parts)]

    def finish(self) -> Sums:
        self._sums.check()
        if self._parts:
            whole = _merged(self._parts)
            picos = whole["revenue"].to_physical().to_list()
            for number, currency, pico in zip(whole["number"], whole["currency"], picos, strict=True):
                self._sums.add(number, currency, pico)
        return self._sums

    @cached_property
    def _days(self) -> pl.Series:
        span = (_LAST_DAY - _FIRST_DAY).days + 1
        return pl.Series([(_FIRST_DAY + timedelta(days)).isoformat() for days in range(span)])

    def _is_right(self, frame: pl.DataFrame) -> bool:
        """Whether every line is plainly right; a line that only may be is for the slow reader to judge."""
        col = pl.col
        checks = [col(name).str.len_bytes() <= _MOST_BYTES for name in ("remix_id", "territory")]
        for name in ("report_id", "line_id", "service"):
            checks += [col(name).str.len_bytes().is_between(1, _MOST_BYTES)]
        checks += [col(name).is_in(self._days.implode()) for name in ("period_start", "period_end")]
        checks += [col("period_start") <= col("period_end"), col("currency").str.contains("^[A-Z]{3}$")]
        checks += [_whole_number(frame.schema["units"]), _amount(frame.schema["revenue"])]
        return frame.lazy().select(pl.all_horizontal(checks).all(ignore_nulls=False)).collect().item() is True

    def _sum(self, frame: pl.DataFrame) -> pl.DataFrame:
        matched = (
            frame.lazy()
            .select("remix_id", "period_end", "currency", pl.col("revenue").cast(_AMOUNT))
            .join(self._sheets, on="remix_id", how="left")
            .with_columns(before=pl.col("period_end") < pl.col("since"), after=pl.col("period_end") >= pl.col("until"))
        )
        first_only = pl.col("number").is_null() | ~(pl.col("before") | pl.col("after"))
        sums = matched.filter(first_only).group_by("number", "currency").agg(pl.col("revenue").sum(), pl.len())
        part = sums.collect(engine="streaming")
        early = frame.height - int(part["len"].sum())
        if early:
            row = {"number": None, "currency": "", "revenue": 0, "len": early}
            part = pl.concat([part, pl.DataFrame([row], schema=part.schema)])
        return part

    def _keep_unmatched(self, frame: pl.DataFrame) -> None:
        first = self._sheets.group_by("remix_id").agg(pl.col("since").min())
        lost = (
            frame.lazy()
            .join(first, on="remix_id", how="left", maintain_order="left")
            .filter(pl.col("since").is_null() | (pl.col("period_end") < pl.col("since")))
            .select(_as_text(name, frame.schema[name]) for name in COLUMNS if name in frame.columns)
            .collect()
        )
        self._unmatched.add_table(lost.to_arrow(compat_level=pl.CompatLevel.oldest()))


def _merged(parts: list[pl.DataFrame]) -> pl.DataFrame:
    sums = pl.concat(parts).group_by("number", "currency").agg(pl.col("revenue").sum(), pl.col("len").sum())
    return sums.sort("number", "currency")


def _whole_number(kind: pl.DataType) -> pl.Expr:
    if kind == pl.String:
        return pl.col("units").str.contains("^-?[0-9]{1,18}$")
    return pl.col("units").is_between(-(10**18) + 1, 10**18 - 1)


def _amount(kind: pl.DataType) -> pl.Expr:
    if kind == pl.String:
        return pl.col("revenue").str.contains(r"^-?[0-9]{1,18}(\.[0-9]{1,12})?$")
    return pl.col("revenue").is_between(-(10**18) + 1, 10**18 - 1)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    return text.str.strip_chars_end("0").str.strip_chars_end(".") if kind.is_decimal() else text


def _frame_of(block: CsvBlock) -> pl.DataFrame | None:
    """The block as text columns; none where it is not plain CSV with as many cells in each line as the header has.

    Polars does not tell a line that is too short from one whose last cell is empty, and is only asked where the last
    cell never is; pyarrow tells them apart.
    """
    if not block.is_plain() or len(set(block.names)) < len(block.names):
        return None
    data = block.data.rstrip(b"\r\n") + b"\n"
    try:
        if block.names[-1] in _NEVER_EMPTY:
            schema = dict.fromkeys(block.names, pl.String)
            return pl.scan_csv(data, has_header=False, schema=schema, empty_string_is_null=False).collect(
                engine="streaming"
            )
        table = pc.read_csv(
            pa.BufferReader(data),
            read_options=pc.ReadOptions(column_names=block.names, block_size=4 << 20),
            parse_options=pc.ParseOptions(newlines_in_values=b'"' in data),
            convert_options=pc.ConvertOptions(column_types=dict.fromkeys(block.names, pa.string())),
        )
    except (pl.exceptions.PolarsError, pa.ArrowInvalid):
        return None
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def _rows_of(block: CsvBlock) -> Iterator[Row]:
    text = io.TextIOWrapper(io.BytesIO(block.data), encoding="utf-8", errors="surrogateescape", newline="")
    yield from rows_below(text, block.names, block.path.name, block.first_line() - 1)
