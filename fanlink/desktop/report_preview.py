"""What importing a sales report will do, worked out on this computer before anything is sent. Runs in a lane."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from fanlink.core.amounts import plain
from fanlink.core.errors import BadInput
from fanlink.core.reports import COLUMNS, REQUIRED, Fault, ReportLine, faults_of, line_from
from fanlink.desktop.ops import Progress

MOST_FAULTS = 200
SAID_EVERY = 2_000


@dataclass(frozen=True, slots=True)
class Preview:
    """The report in figures. With faults nothing of it would be taken: a report is all or nothing."""

    path: Path
    size_bytes: int
    lines: int
    totals: dict[str, str]
    units: int
    services: tuple[str, ...]
    territories: int
    remixes: int
    new_remixes: tuple[str, ...]
    first: date | None
    last: date | None
    refunds: int
    faults: tuple[Fault, ...] = ()
    more_faults: int = 0

    @property
    def sound(self) -> bool:
        """True when it can be imported."""
        return not self.faults and self.lines > 0


@dataclass(slots=True)
class Counting:
    """The sums while the file is read."""

    lines: int = 0
    units: int = 0
    refunds: int = 0
    totals_pico: dict[str, int] = field(default_factory=dict)
    services: set[str] = field(default_factory=set)
    territories: set[str] = field(default_factory=set)
    remixes: set[str] = field(default_factory=set)
    keys: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)
    first: date | None = None
    last: date | None = None

    def add(self, line: ReportLine, number: int) -> str:
        """Counts a line; says what is wrong with its key, if anything."""
        content, key = hash(line), line.key
        if key in self.keys:
            before, where = self.keys[key]
            return "" if before == content else f"{line.line_id} was on line {where} with other content"
        self.keys[key] = (content, number)
        self.lines += 1
        self.units += line.units
        self.refunds += line.revenue_pico < 0
        self.totals_pico[line.currency] = self.totals_pico.get(line.currency, 0) + line.revenue_pico
        self.services.add(line.service)
        self.territories.add(line.territory)
        self.remixes.add(line.remix_id)
        self.first = min(self.first or line.period_start, line.period_start)
        self.last = max(self.last or line.period_end, line.period_end)
        return ""


def preview(path: Path, known: Collection[str], progress: Progress) -> Preview:
    """Reads the whole file; `BadInput` when it cannot be read at all. `known` are the remixes that have a pot already."""
    faults: list[Fault] = []
    more, counted = 0, Counting()
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            for number, line, wrong in scan(stream, path.name):
                if line is not None:
                    said = counted.add(line, number)
                    wrong = [Fault(path.name, number, "line_id", said)] if said else []
                room = MOST_FAULTS - len(faults)
                faults += wrong[:room]
                more += len(wrong[room:])
                if number % SAID_EVERY == 0:
                    progress(min(stream.tell() / max(size, 1), 1.0), f"{counted.lines:,} lines")
    except OSError as error:
        raise BadInput(f"the file cannot be read ({error.strerror})", where=path.name) from error
    if not counted.lines and not faults:
        faults.append(Fault(path.name, None, None, "there is no line below the header"))
    return Preview(
        path, size, counted.lines, {currency: plain(pico) for currency, pico in sorted(counted.totals_pico.items())}, counted.units,
        tuple(sorted(counted.services)), len(counted.territories), len(counted.remixes),
        tuple(sorted(counted.remixes - set(known))), counted.first, counted.last, counted.refunds, tuple(faults), more,
    )  # fmt: skip


def scan(stream: io.BufferedReader, name: str) -> Iterator[tuple[int, ReportLine | None, list[Fault]]]:
    """Each line with the number that an editor shows, and what is wrong with it."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    reader = csv.reader(text, strict=True)
    names: list[str] | None = None
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield number, None, [Fault(name, number, None, f"this is not CSV: {error}")]
            continue
        if not cells:
            continue
        if names is None:
            names = cells
            missing = [Fault(name, 1, column, "the column is missing") for column in REQUIRED if column not in names]
            if missing:
                yield 1, None, missing
                break
        else:
            yield number, *_line(names, cells, name, number)
    if names is None:
        yield 1, None, [Fault(name, 1, None, "the file is empty: it has no header")]
    text.detach()


def _line(names: list[str], cells: list[str], file: str, number: int) -> tuple[ReportLine | None, list[Fault]]:
    if len(cells) != len(names):
        return None, [Fault(file, number, None, f"has {len(cells)} cells, the header {len(names)}")]
    known = {name: cell for name, cell in zip(names, cells, strict=True) if name in COLUMNS}
    odd = [name for name, cell in known.items() if any("\ud800" <= letter <= "\udfff" for letter in cell)]
    if odd:
        return None, [Fault(file, number, name, "is not UTF-8 text") for name in odd]
    faults = [Fault(file, number, column, reason) for column, reason in faults_of(known)]
    return (None, faults) if faults else (line_from(known), [])
