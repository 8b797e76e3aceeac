"""The three tables a royalty run writes, all at once or not at all, and the digest of what they say."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from fanlink.core.amounts import INT64_MAX, plain
from fanlink.core.errors import BadInput
from fanlink.core.pots import Terms, reserve_of
from fanlink.core.reports import COLUMNS

ENTITLEMENTS = "entitlements.parquet"
POTS = "pots.parquet"
UNMATCHED = "unmatched.parquet"
_LINE = pa.schema([(column, pa.string()) for column in COLUMNS])
_BATCH_ROWS = 1 << 16


@contextmanager
def all_or_nothing(out: Path) -> Iterator[Path]:
    """A folder beside `out` to write into; its files are moved into `out` when the block ends well."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.exists() and not out.is_dir():
            raise BadInput("is not a folder", where=str(out))
        for name in (ENTITLEMENTS, POTS, UNMATCHED):
            if (out / name).is_dir():
                raise BadInput("is a folder; choose another place for the results", where=str(out / name))
        with tempfile.TemporaryDirectory(prefix=".royalties-", dir=out.parent) as folder:
            yield Path(folder)
            out.mkdir(exist_ok=True)
            for path in sorted(Path(folder).iterdir()):
                os.replace(path, out / path.name)
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(out)) from error


class Unmatched:
    """The lines with no remix or no sheet in force, written complete as they come; all columns are text."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        self.path = path
        self._writer = pq.ParquetWriter(path, _LINE)

    def add_rows(self, rows: list[dict[str, str]]) -> None:
        if rows:
            self.add_table(pa.Table.from_pylist(rows, schema=_LINE))

    def add_table(self, table: pa.Table) -> None:
        """Lines as text columns of any Arrow string type; a column that is not there is null."""
        columns = [
            table[name].cast(pa.string()) if name in table.column_names else pa.nulls(len(table), pa.string())
            for name in COLUMNS
        ]
        self._writer.write_table(pa.Table.from_arrays(columns, schema=_LINE))
        self.count += len(table)

    def add_batch(self, batch: pa.RecordBatch) -> None:
        """Lines that another `Unmatched` wrote."""
        self._writer.write_batch(batch)
        self.count += len(batch)

    def close(self) -> None:
        self._writer.close()


@dataclass(slots=True)
class Results:
    """What a run found, ready to be written: `remixes` and `terms` of every sheet version by its number, and then, pot by
    pot in order, the version's number, currency, gross and reserve, and what each of its parties has earned, in name order."""

    remixes: Sequence[str]
    terms: Sequence[Terms]
    numbers: list[int] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)
    gross_pico: list[int] = field(default_factory=list)
    reserve_pico: list[int] = field(default_factory=list)
    earned_micro: list[int] = field(default_factory=list)

    def add(self, number: int, currency: str, gross_pico: int, earned_micro: Collection[int]) -> None:
        """The next pot."""
        self.numbers.append(number)
        self.currencies.append(currency)
        self.gross_pico.append(gross_pico)
        self.reserve_pico.append(reserve_of(gross_pico, earned_micro))
        self.earned_micro += earned_micro

    def beyond_int64(self) -> tuple[str, str, str, str]:
        """The first (remix, sheet, currency, party) whose entitlement no int64 holds; there is one."""
        places = (
            (self.remixes[number], self.terms[number].version, currency, party)
            for number, currency in zip(self.numbers, self.currencies, strict=True)
            for party in self.terms[number].parties
        )
        return next(
            place for place, micro in zip(places, self.earned_micro, strict=True) if not -INT64_MAX - 1 <= micro <= INT64_MAX
        )

    def tables(self) -> Mapping[str, pa.Table]:
        """`entitlements.parquet` and `pots.parquet` as tables."""
        numbers = np.array(self.numbers, dtype=np.int64)
        remixes = pa.array(self.remixes, pa.string()).take(numbers)
        sheets = pa.array([one.version for one in self.terms], pa.string()).take(numbers)
        currencies = pa.array(self.currencies, pa.string())
        counts = np.array([len(one.parties) for one in self.terms], dtype=np.int64)
        first = np.cumsum(counts) - counts
        each = counts[numbers]
        rows = np.repeat(np.arange(len(numbers)), each)
        place = np.arange(len(rows)) - np.repeat(np.cumsum(each) - each, each)
        parties = pa.array([party for one in self.terms for party in one.parties], pa.string())
        entitlements = {
            "remix_id": remixes.take(rows),
            "sheet": sheets.take(rows),
            "currency": currencies.take(rows),
            "party": parties.take(first[numbers[rows]] + place),
            "earned_micro": pa.array(self.earned_micro, pa.int64()),
        }
        pots = {
            "remix_id": remixes,
            "sheet": sheets,
            "currency": currencies,
            "gross": pa.array(map(plain, self.gross_pico), pa.string()),
            "reserve": pa.array(map(plain, self.reserve_pico), pa.string()),
        }
        return {ENTITLEMENTS: pa.table(entitlements), POTS: pa.table(pots)}


def write_results(results: Results, folder: Path) -> str:
    """Write both tables and return the digest of all three: the same results give the same digest on any engine.

    `OverflowError` for an entitlement that no int64 holds. Rows of the first two are in order; unmatched lines have none, so their digests are added up.
    """
    whole = hashlib.sha256()
    for name, table in results.tables().items():
        pq.write_table(table, folder / name)
        for column in table.column_names:
            whole.update(f"\0{name}/{column}/{len(table)}\0".encode())
            whole.update(_column_bytes(table[column].combine_chunks()))
    whole.update(_unmatched_digest(folder / UNMATCHED))
    return whole.hexdigest()


def _column_bytes(column: pa.Array) -> bytes:
    """The values of a whole column, texts after their ends, as bytes that do not depend on how a file stores them."""
    if column.type == pa.int64():
        return column.to_numpy().astype("<i8").tobytes()
    assert column.offset == 0 and not column.null_count
    if not len(column):
        return b""
    _, ends, letters = column.buffers()
    places = np.frombuffer(ends, dtype="<i4")[: len(column) + 1]
    return places.tobytes() + (letters.slice(0, int(places[-1])).to_pybytes() if letters else b"")


def _unmatched_digest(path: Path) -> bytes:
    total = 0
    for batch in pq.ParquetFile(path).iter_batches(_BATCH_ROWS):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            line = "\0".join("\1" if cell is None else cell for cell in row)
            total += int.from_bytes(hashlib.sha256(line.encode()).digest())
    return (total % 2**256).to_bytes(32)
