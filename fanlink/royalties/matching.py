"""Which sheet version a report line counts for, and the sums of what was matched: what every engine shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from fanlink.core.amounts import pico_of
from fanlink.core.errors import BadInput
from fanlink.core.pots import Terms, in_force
from fanlink.core.reports import REQUIRED, BrokenReport, Fault, faults_of
from fanlink.royalties.outputs import Unmatched
from fanlink.royalties.reports_csv import MOST_FAULTS, Row
from fanlink.royalties.sheets_json import Sheets

REPORT_ENDINGS = (".csv", ".parquet")


@dataclass(frozen=True, slots=True)
class Versions:
    """Every sheet version of every remix under one number, remixes in name order, versions by effective date."""

    remixes: tuple[str, ...]
    terms: tuple[Terms, ...]
    by_remix: Mapping[str, tuple[Terms, ...]]
    numbers: Mapping[tuple[str, str], int]

    @staticmethod
    def of(sheets: Sheets) -> Versions:
        flat = [(remix_id, one) for remix_id, terms in sheets.terms.items() for one in terms]
        return Versions(
            remixes=tuple([remix_id for remix_id, _ in flat]),
            terms=tuple([one for _, one in flat]),
            by_remix=sheets.terms,
            numbers={(remix_id, one.version): no for no, (remix_id, one) in enumerate(flat)},
        )

    def find(self, remix_id: str, period_end: date) -> int | None:
        """The number of the version in force for the remix on that day; none for an unmatched line."""
        terms = in_force(self.by_remix.get(remix_id, ()), period_end)
        return None if terms is None else self.numbers[remix_id, terms.version]


@dataclass(slots=True)
class Sums:
    """Exact gross per (version number, currency) in pico, with the counts of lines and all faults found."""

    gross_pico: dict[tuple[int, str], int] = field(default_factory=dict)
    lines: int = 0
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0

    def add(self, number: int, currency: str, pico: int) -> None:
        place = number, currency
        self.gross_pico[place] = self.gross_pico.get(place, 0) + pico

    def blame(self, faults: Iterable[Fault]) -> None:
        for fault in faults:
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(fault)
            else:
                self.more_faults += 1

    def check(self) -> None:
        """Raise `BrokenReport` if a line was broken."""
        if self.faults:
            raise BrokenReport(self.faults, more=self.more_faults)


def take_slowly(rows: Iterable[Row], versions: Versions, sums: Sums, unmatched: Unmatched) -> None:
    """The definition itself, one line after the other: match, sum, name what is broken."""
    waiting = []
    for file, number, cells in rows:
        if isinstance(cells, Fault):
            sums.blame([cells])
            continue
        faults = faults_of({name: cells[name] for name in REQUIRED})
        if faults:
            sums.blame(Fault(file, number, column, reason) for column, reason in faults)
            continue
        sums.lines += 1
        version = versions.find(cells["remix_id"], date.fromisoformat(cells["period_end"]))
        if version is None:
            waiting.append(cells)
        else:
            sums.add(version, cells["currency"], pico_of(cells["revenue"]))
        if len(waiting) >= 10_000:
            unmatched.add_rows(waiting)
            waiting = []
    unmatched.add_rows(waiting)


def report_files(folder: Path) -> tuple[list[Path], list[Path]]:
    """(report files, what else is there) of the folder in name order; reports that are hidden or in folders are not read.

    All of it is told, but for what is hidden and no report. A file or link that cannot be read is for its reader to name.
    """
    if not folder.is_dir():
        raise BadInput("there is no such folder", where=str(folder))
    reports, others = [], []
    for path in sorted(folder.iterdir()):
        like_one, hidden = path.suffix.lower() in REPORT_ENDINGS, path.name.startswith((".", "_"))
        if like_one and not hidden and not path.is_dir():
            reports.append(path)
        elif like_one or not hidden:
            others.append(path)
    return reports, others
