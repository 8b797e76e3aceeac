"""Sales reports as Parquet: the same columns as the CSV, revenue as decimal text or decimal.

A line's number is its row in the file, from 1. A period's day may be text, a date, or a time without a zone at midnight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from fanlink.core.errors import BadInput
from fanlink.core.reports import COLUMNS, BrokenReport, Fault
from fanlink.royalties.reports_csv import Row, header_faults

BLOCK_ROWS = 1 << 19
_DAYS = ("period_start", "period_end")
_NOT_READABLE = "is not a readable Parquet file"
_UNREADABLE = (pa.ArrowException, OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException)
Block = tuple[Callable[[], pl.DataFrame | None], Callable[[], Iterator[Row]]]


def parquet_blocks(path: Path, rows: int = BLOCK_ROWS) -> Iterator[Block]:
    """Blocks of the file: as a frame with text columns (units whole and revenue decimal where they are), and as rows.

    `BrokenReport` where columns are missing, doubled, or of a kind that is not exact; `BadInput` where it cannot be
    read. A decimal wider than 38 digits comes as rows only.
    """
    try:
        with pq.ParquetFile(path) as file:
            schema, count = file.schema_arrow, file.metadata.num_rows
            faults = header_faults(schema.names, path.name) or _kind_faults(schema, path.name)
            if faults:
                raise BrokenReport(faults)
            known = [name for name in COLUMNS if name in schema.names]
            if pa.types.is_decimal256(schema.field("revenue").type):
                yield from _blocks_of_rows(file, known, path.name)
                return
            for start in range(0, count, rows):
                part = pl.scan_parquet(path).select(known).slice(start, rows)
                yield partial(_frame, part, path.name), partial(_rows, part, path.name, start)
    except _UNREADABLE as error:
        raise BadInput(_NOT_READABLE, where=path.name) from error


def _blocks_of_rows(file: pq.ParquetFile, known: list[str], name: str) -> Iterator[Block]:
    start = 0
    for batch in file.iter_batches(1 << 14, columns=known):
        yield _no_frame, partial(_listed, batch.to_pylist(), name, start)
        start += len(batch)


def _kind_faults(schema: pa.Schema, file: str) -> list[Fault]:
    faults = []
    for field in schema:
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
        allowed = text or pa.types.is_null(kind)
        if field.name == "revenue":
            allowed, wanted = text or pa.types.is_decimal(kind), "a decimal or decimal text"
        elif field.name == "units":
            allowed, wanted = text or pa.types.is_integer(kind), "a whole number"
        elif field.name == "play_at":
            allowed, wanted = allowed or pa.types.is_timestamp(kind), "a time"
        elif field.name in _DAYS:
            allowed, wanted = text or pa.types.is_date(kind) or (pa.types.is_timestamp(kind) and not kind.tz), "a date"
        else:
            allowed, wanted = allowed or pa.types.is_integer(kind), "text"
        if field.name in COLUMNS and not allowed:
            faults.append(Fault(file, None, field.name, f"is {field.type}, not {wanted}"))
    return faults


def _no_frame() -> None:
    return None


def _frame(part: pl.LazyFrame, file: str) -> pl.DataFrame | None:
    """Text where it is not a whole number of units or a decimal of at most twelve places; none beyond those."""
    frame = _collected(part, file)
    times = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime)]
    if any((frame[name].dt.time() != time.min).any() for name in times if name in _DAYS):
        return None
    frame = frame.with_columns(
        pl.col(name).dt.date() if name in _DAYS else pl.col(name).dt.to_string("iso:strict") for name in times
    )
    kind = frame.schema["revenue"]
    if isinstance(kind, pl.Decimal) and kind.scale > 12:
        return None
    kept = {"units"} if frame.schema["units"].is_integer() else set()
    if isinstance(kind, pl.Decimal):
        kept.add("revenue")
    return frame.select(
        pl.col(name) if name in kept else pl.col(name).cast(pl.String).fill_null("") for name in frame.columns
    )


def _rows(part: pl.LazyFrame, file: str, before: int) -> Iterator[Row]:
    return _listed(_collected(part, file).iter_rows(named=True), file, before)


def _collected(part: pl.LazyFrame, file: str) -> pl.DataFrame:
    """The rows; pages are only found damaged when they are read."""
    try:
        return part.collect()
    except _UNREADABLE as error:
        raise BadInput(_NOT_READABLE, where=file) from error


def _listed(rows: Iterable[dict[str, Any]], file: str, before: int) -> Iterator[Row]:
    for number, row in enumerate(rows, start=before + 1):
        yield file, number, {name: _text(cell, name in _DAYS) for name, cell in row.items()}


def _text(cell: Any, is_day: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(cell, datetime):
        return str(cell.date()) if is_day and cell.time() == time.min else cell.isoformat(timespec="microseconds")
    return str(cell)
