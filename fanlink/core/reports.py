"""One line of a sales report: what a service says a remix earned, and what makes such a line broken.

A line's key is (service, report_id, line_id). The same content again changes nothing; other content under the same key
refuses the report. Refunds are negative lines. Revenue is kept exactly as reported.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fanlink.core.amounts import AMOUNT, CURRENCY, pico_of, plain
from fanlink.core.digests import digest
from fanlink.core.errors import BadInput

REQUIRED = (
    "report_id", "line_id", "remix_id", "service", "territory", "period_start", "period_end", "units", "revenue",
    "currency",
)  # fmt: skip
OPTIONAL = ("play_at", "listener_hash", "payer_hash")
COLUMNS = REQUIRED + OPTIONAL

_UNITS = re.compile(r"-?[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})")
_MOST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """Why one line of one file is broken. `line` counts the file's lines from 1, the header being 1."""

    file: str
    line: int | None
    column: str | None
    reason: str

    def __str__(self) -> str:
        place = [self.file, self.line and f"line {self.line}", self.column and f"column {self.column}"]
        return f"{', '.join(part for part in place if part)}: {self.reason}"


class BrokenReport(BadInput):
    """A report with broken lines; `faults` holds all of them, up to the reader's limit. Nothing of it is taken."""

    def __init__(self, faults: Iterable[Fault], more: int = 0) -> None:
        self.faults, self.more = tuple(faults), more
        first = self.faults[0]
        super().__init__(first.reason, where=first.file, line=first.line, column=first.column)

    def __reduce__(self) -> tuple[type[BrokenReport], tuple[tuple[Fault, ...], int]]:
        """A report may be read in another process than the one that tells of it."""
        return BrokenReport, (self.faults, self.more)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line that is in order. `revenue` is the text as reported; `revenue_pico` its exact value."""

    report_id: str
    line_id: str
    remix_id: str
    service: str
    territory: str
    period_start: date
    period_end: date
    units: int
    revenue: str
    currency: str
    play_at: str | None = None
    listener_hash: str | None = None
    payer_hash: str | None = None

    def __post_init__(self) -> None:
        assert AMOUNT.fullmatch(self.revenue), "a report line is built by `read_line`, which names what is wrong"

    @property
    def key(self) -> tuple[str, str, str]:
        return self.service, self.report_id, self.line_id

    @property
    def revenue_pico(self) -> int:
        return pico_of(self.revenue)

    @property
    def content(self) -> str:
        """The digest of all that the line says, `1.5` and `1.50` being the same."""
        return digest(self.as_data() | {"revenue": plain(self.revenue_pico)})

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data: dates as text, revenue as reported."""
        data: dict[str, Any] = {name: getattr(self, name) for name in COLUMNS}
        return data | {"period_start": self.period_start.isoformat(), "period_end": self.period_end.isoformat()}

    @staticmethod
    def kept(data: Mapping[str, Any]) -> ReportLine:
        """The line that `as_data` wrote and the books kept: it was checked when it came, and is not checked again."""
        days = {name: date.fromisoformat(data[name]) for name in ("period_start", "period_end")}
        return ReportLine(**(dict(data) | days))

    @staticmethod
    def from_data(data: Mapping[str, Any]) -> ReportLine:
        """The line that `as_data` wrote; `BrokenReport` where it is not in order."""
        cells = {name: "" if data.get(name) is None else str(data[name]) for name in COLUMNS}
        return read_line(cells, "", None)


def read_line(cells: Mapping[str, str], file: str, line: int | None) -> ReportLine:
    """The line whose cells these are (column to text); raises `BrokenReport` with every reason."""
    reasons = faults_of(cells)
    if reasons:
        raise BrokenReport(Fault(file, line, column, reason) for column, reason in reasons)
    return line_from(cells)


def line_from(cells: Mapping[str, str]) -> ReportLine:
    """The line whose cells these are, in which `faults_of` found nothing."""
    return ReportLine(
        **{name: cells[name] for name in ("report_id", "line_id", "remix_id", "service", "territory")},
        period_start=date.fromisoformat(cells["period_start"]),
        period_end=date.fromisoformat(cells["period_end"]),
        units=int(cells["units"]),
        revenue=cells["revenue"],
        currency=cells["currency"],
        **{name: cells.get(name) or None for name in OPTIONAL},
    )


def faults_of(cells: Mapping[str, str]) -> list[tuple[str, str]]:
    """Every (column, reason) that makes this line broken; a line without a fault may be counted."""
    faults = [(name, "is empty") for name in ("report_id", "line_id", "service") if not cells[name]]
    faults += [(name, "is longer than 1000 characters") for name, cell in cells.items() if len(cell) > _MOST_CHARACTERS]
    start, end = (_date(cells[name]) for name in ("period_start", "period_end"))
    faults += [
        (name, f"{_shown(cells[name])} is not a date such as 2026-01-31")
        for name, day in (("period_start", start), ("period_end", end)) if day is None
    ]  # fmt: skip
    if start and end and start > end:
        faults.append(("period_end", f"{end} lies before the period's start {start}"))
    if not _UNITS.fullmatch(cells["units"]):
        faults.append(("units", f"{_shown(cells['units'])} is not a whole number of at most 18 digits"))
    if not AMOUNT.fullmatch(cells["revenue"]):
        reason = "is not a decimal number such as -12.5, of at most 18 digits and 12 places"
        faults.append(("revenue", f"{_shown(cells['revenue'])} {reason}"))
    if not CURRENCY.fullmatch(cells["currency"]):
        faults.append(("currency", f"{_shown(cells['currency'])} is not a currency code such as EUR"))
    if cells.get("play_at") and not _is_time(cells["play_at"]):
        faults.append(("play_at", f"{_shown(cells['play_at'])} is not a time with a zone such as 2026-01-31T12:00:00Z"))
    return faults


def _date(text: str) -> date | None:
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_time(text: str) -> bool:
    if not _TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(re.sub(r"\.[0-9]+", "", text).replace("Z", "+00:00"))
    except ValueError:
        return False
    return True


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "…") if text else "nothing"


def names_of(digest: str) -> Iterator[str]:
    """What the report of a file may be called, where its name follows from the file: the next when an import under one was cancelled."""
    name = f"report-{digest[:40]}"
    yield name
    for number in itertools.count(2):
        yield f"{name}-{number}"
