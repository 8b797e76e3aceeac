"""The books computed again, by other code: it shares nothing with the run but the definitions in the design.

No table engine, no `core/pots.py`: lines are read one by one, sums and shares are fractions. What differs is named.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from fanlink.core.errors import BadInput

PotKey = tuple[str, str, str]
_NOT_IN_ORDER = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, csv.Error)


@dataclass(slots=True)
class Books:
    """What should stand there: gross and reserve per (remix, sheet, currency), millionths per party, lines unmatched."""

    gross: dict[PotKey, Fraction] = field(default_factory=dict)
    reserve: dict[PotKey, Fraction] = field(default_factory=dict)
    earned_micro: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    unmatched: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure that is not what it should be; a figure that is missing is None."""

    what: str
    where: tuple[str, ...]
    found: str | None
    expected: str | None


def recompute(lines: Iterable[Mapping[str, Any]], sheets: Mapping[str, list[Mapping[str, Any]]]) -> Books:
    """The books for report lines (`remix_id`, `period_end`, `currency`, `revenue`) under sheets as in a sheets file."""
    books = Books()
    for line in lines:
        day = str(line["period_end"])
        started = [one for one in sheets.get(line["remix_id"], ()) if one["effective_from"] <= day]
        if not started:
            books.unmatched += 1
            continue
        sheet = max(started, key=lambda one: one["effective_from"])
        place = line["remix_id"], sheet["version"], line["currency"]
        books.gross[place] = books.gross.get(place, Fraction(0)) + Fraction(Decimal(str(line["revenue"])))
    currencies = sorted({currency for _, _, currency in books.gross})
    got_back: dict[tuple[str, str, str], Fraction] = {}
    for remix_id, versions in sheets.items():
        for sheet in sorted(versions, key=lambda one: one["effective_from"]):
            for currency in currencies:
                if (remix_id, sheet["version"], currency) in books.gross:
                    split(books, (remix_id, sheet["version"], currency), sheet, got_back)
    return books


def differences(expected: Books, found: Books) -> tuple[Difference, ...]:
    """Every figure of `found` that is not as expected, and every one that is missing, in order."""
    wrong: list[Difference] = []
    for what in ("gross", "reserve", "earned_micro"):
        should, have = getattr(expected, what), getattr(found, what)
        for place in sorted({*should, *have}):
            if should.get(place) != have.get(place):
                figures = [None if one is None else str(one) for one in (have.get(place), should.get(place))]
                wrong.append(Difference(what, place, *figures))
    if expected.unmatched != found.unmatched:
        wrong.append(Difference("unmatched", (), str(found.unmatched), str(expected.unmatched)))
    return tuple(wrong)


def verify_run(reports: Path, sheets_file: Path, results: Path) -> tuple[Difference, ...]:
    """What in the three tables of `results` does not follow from reports and sheets; `BadInput` for missing files."""
    with _reading(sheets_file):
        sheets = json.loads(sheets_file.read_text(encoding="utf-8-sig"))
    with _reading(results):
        found = read_results(results)
    try:
        return differences(recompute(read_lines(reports), sheets), found)
    except BadInput:
        raise
    except _NOT_IN_ORDER as error:
        raise BadInput("these or the sheets are not in order; `royalties calculate` names each fault", where=str(reports)) from error


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """What is not there, or not of the kind that it should be, is named."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    except _NOT_IN_ORDER as error:
        raise BadInput(f"is not what it should be: {error}", where=str(path)) from error


def read_lines(reports: Path) -> Iterator[Mapping[str, Any]]:
    """The lines of all CSV and Parquet files of a folder."""
    with _reading(reports):
        paths = sorted(reports.iterdir())
    for path in paths:
        if path.name.startswith((".", "_")) or path.is_dir():
            continue
        with _reading(path):
            if path.suffix.lower() == ".csv":
                with path.open(encoding="utf-8-sig", newline="") as stream:
                    rows = filter(None, csv.reader(stream))
                    header = next(rows, [])
                    yield from (dict(zip(header, cells, strict=True)) for cells in rows)
            elif path.suffix.lower() == ".parquet":
                for batch in pq.ParquetFile(path).iter_batches(1 << 14):
                    yield from batch.to_pylist()


def read_results(results: Path) -> Books:
    """The three tables that a run wrote."""
    books = Books(unmatched=pq.ParquetFile(results / "unmatched.parquet").metadata.num_rows)
    for row in pq.read_table(results / "pots.parquet").to_pylist():
        place = row["remix_id"], row["sheet"], row["currency"]
        books.gross[place] = Fraction(Decimal(row["gross"]))
        books.reserve[place] = Fraction(Decimal(row["reserve"]))
    for row in pq.read_table(results / "entitlements.parquet").to_pylist():
        books.earned_micro[row["remix_id"], row["sheet"], row["currency"], row["party"]] = row["earned_micro"]
    return books


def split(
    books: Books, place: PotKey, sheet: Mapping[str, Any], got_back: dict[tuple[str, str, str], Fraction]
) -> None:
    """Shares out the gross of one pot; `got_back` remembers what was recouped under earlier versions of the sheet."""
    remix_id, _, currency = place
    gross, taken, claim = books.gross[place], Fraction(0), sheet.get("recoup")
    if claim and claim["currency"] == currency:
        key = remix_id, claim["party"], currency
        still = Fraction(Decimal(claim["amount"])) - got_back.get(key, Fraction(0))
        taken = min(max(gross, Fraction(0)), max(still, Fraction(0)))
        got_back[key] = got_back.get(key, Fraction(0)) + taken
    paid = 0
    for party, share in sheet["shares"].items():
        exact = Fraction(share) * (gross - taken)
        if claim and party == claim["party"]:
            exact += taken
        micro = int(exact * 1_000_000)  # a fraction becomes an int towards zero: the floor of its size, with its sign
        books.earned_micro[(*place, party)] = micro
        paid += micro
    books.reserve[place] = gross - Fraction(paid, 1_000_000)
