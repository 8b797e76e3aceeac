"""A report read once into a file of its own: checked whole, bounded in memory, whatever its size.

Lines go from the report (CSV or DDEX) into a temporary SQLite file in blocks. Repeated keys are found there, and the rules
about suspicious plays are asked there, so that a report of a gigabyte needs no more memory than one of a page.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from fanlink.core.amounts import plain
from fanlink.core.errors import BadInput, Stopped
from fanlink.core.reports import BrokenReport, Fault, ReportLine
from fanlink.royalties import dsr_lines, suspicion_sql
from fanlink.royalties.reports_csv import MOST_FAULTS, numbered_lines
from fanlink.royalties.spooled import COLUMNS, Key, Spooled, spooled
from fanlink.royalties.suspicion import Limits

BLOCK = 5_000
STEPS_BETWEEN_LOOKS = 1_000_000
Progress = Callable[[int, int], None]
_MAKE = """
CREATE TABLE lines (n INTEGER PRIMARY KEY, service TEXT, report_id TEXT, line_id TEXT, remix_id TEXT, territory TEXT,
 period_start TEXT, period_end TEXT, units INTEGER, revenue TEXT, currency TEXT, play_at TEXT, listener_hash TEXT,
 payer_hash TEXT, pico TEXT, content TEXT, at_us INTEGER);
CREATE UNIQUE INDEX lines_key ON lines (service, report_id, line_id);
CREATE TABLE suspects (n INTEGER, rule TEXT, reason TEXT, PRIMARY KEY (n, rule)) WITHOUT ROWID;
CREATE TABLE known (n INTEGER PRIMARY KEY);
"""
_NAMES = ", ".join(COLUMNS)


class Spool:
    """The lines of one sound report. `lines` counts them, `repeated` those that stood in the file a second time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._base = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-16000", "temp_store=FILE", "locking_mode=EXCLUSIVE"):
            self._base.execute(f"PRAGMA {pragma}")
        self._base.executescript(_MAKE)
        if os.name == "posix":  # open files live on without a name: what a dying process leaves is gone with it
            path.unlink()
        self.lines = self.repeated = self.units = self.refunds = 0
        self.services: set[str] = set()
        self.totals_pico: dict[str, int] = {}
        self.first: date | None = None
        self.last: date | None = None
        self._has_plays = self._is_ordered = False
        self.told: Progress | None = None  # hears how many lines were given out, of how many

    def close(self) -> None:
        """Lets the file go."""
        self._base.close()
        self._path.unlink(missing_ok=True)

    def chunks(self, size: int = BLOCK) -> Iterator[list[Spooled]]:
        """The lines in the order of the file, in lists."""
        after = given = 0
        while True:
            if self.told:
                self.told(given, self.lines)
            rows = self._base.execute(f"SELECT {_NAMES} FROM lines WHERE n > ? ORDER BY n LIMIT ?", (after, size))
            found = list(map(Spooled._make, rows))
            if not found:
                return
            after = found[-1].number
            given += len(found)
            yield found

    def reports(self, most: int) -> list[tuple[str, str]]:
        """The (service, report) that lines name, at most so many: found without reading each line."""
        step = "SELECT service, report_id FROM lines WHERE (service, report_id) > (?, ?) ORDER BY service, report_id LIMIT 1"
        found: list[tuple[str, str]] = []
        while len(found) < most and (row := self._base.execute(step, found[-1] if found else ("", "")).fetchone()):
            found.append(row)
        return found

    # Lines that somebody has already ----------------------------------------------------------------------------------

    def know(self, numbers: Iterable[int]) -> None:
        """Marks lines as known elsewhere: `new_lines` leaves them out."""
        self._base.executemany("INSERT OR IGNORE INTO known VALUES (?)", ((number,) for number in numbers))

    def forget_known(self) -> None:
        """No line is known any more."""
        self._base.execute("DELETE FROM known")

    def known(self) -> int:
        """How many lines are known elsewhere."""
        return self._base.execute("SELECT count(*) FROM known").fetchone()[0]

    def line_of(self, key: Key) -> tuple[int, str] | None:
        """(line number, digest of its content) of the line with this key; none where there is none."""
        return self._base.execute("SELECT n, content FROM lines WHERE service = ? AND report_id = ? AND line_id = ?", key).fetchone()

    def put_in_order(self, told: Callable[[], None] | None = None) -> None:
        """Copies the lines, those of a remix together: what is taken in step by step is then read in one sweep.

        `told` is called now and then, and may raise `Stopped`.
        """
        if not self._is_ordered:
            suspect = "EXISTS (SELECT 1 FROM suspects WHERE suspects.n = lines.n)" if self._has_plays else "0"
            with self._watched(told):
                self._base.execute("DROP TABLE IF EXISTS ordered")
                self._base.execute(
                    f"CREATE TABLE ordered AS SELECT {_NAMES}, {suspect} AS suspect FROM lines ORDER BY remix_id, service, currency, n"
                )
            self._is_ordered = True

    def new_lines(self, after: int, size: int, most_pots: int) -> tuple[list[Spooled], dict[int, list[tuple[str, str]]], int]:
        """The next lines that are not known, those of a remix together, of so many remixes and currencies; what makes some of them
        suspicious, as `suspects` gives it; and the place that the ones after them follow."""
        self.put_in_order()
        chosen = f"SELECT rowid, suspect, {_NAMES} FROM ordered WHERE rowid > ? AND n NOT IN known ORDER BY rowid"
        found: list[Spooled] = []
        suspects: dict[int, list[tuple[str, str]]] = {}
        pots, pot = 0, None
        for place, suspect, *row in islice(self._base.execute(chosen, (after,)), size):
            line = Spooled._make(row)
            if (line.remix_id, line.service, line.currency) != pot:
                if pots == most_pots:
                    break
                pots, pot = pots + 1, (line.remix_id, line.service, line.currency)
            found.append(line)
            after = place
            if suspect:
                suspects |= self.suspects(line.number, line.number)
        return found, suspects, after

    def suspects(self, first: int, last: int) -> dict[int, list[tuple[str, str]]]:
        """(rule, reason) of the suspicious lines between two line numbers, both included."""
        found: dict[int, list[tuple[str, str]]] = {}
        chosen = "SELECT n, rule, reason FROM suspects WHERE n BETWEEN ? AND ? ORDER BY n, rule"
        for number, rule, reason in self._base.execute(chosen, (first, last)):
            found.setdefault(number, []).append((rule, reason))
        return found

    def totals(self) -> dict[str, str]:
        """The sum per currency as exact decimal text."""
        return {currency: plain(pico) for currency, pico in sorted(self.totals_pico.items())}

    # Filling --------------------------------------------------------------------------------------------------------

    def take(self, block: list[tuple[int, ReportLine]], file: str) -> list[Fault]:
        """Adds lines; a fault for each whose key was there with other content."""
        rows = [(*spooled(number, line), _at_us(line)) for number, line in block]
        self._base.execute("BEGIN")
        before = self._base.total_changes
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        self._base.executemany(f"INSERT OR IGNORE INTO lines VALUES ({marks})", rows)
        faults, again = [], set()
        if self._base.total_changes - before < len(rows):
            for row in rows:
                where, content = self._base.execute(
                    "SELECT n, content FROM lines WHERE service = ? AND report_id = ? AND line_id = ?", row[1:4]
                ).fetchone()
                if where != row[0]:
                    again.add(row[0])
                    if content != row[15]:
                        faults.append(Fault(file, row[0], "line_id", f"was on line {where} with other content"))
        self._base.execute("COMMIT")
        self.repeated += len(again)
        for (number, line), row in zip(block, rows, strict=True):
            if number not in again:
                self._count(line, int(row[14]))
        return faults

    def _count(self, line: ReportLine, pico: int) -> None:
        self.lines += 1
        self.units += line.units
        self.refunds += pico < 0
        if len(self.services) < BLOCK:
            self.services.add(line.service)
        self.totals_pico[line.currency] = self.totals_pico.get(line.currency, 0) + pico
        self.first = min(self.first or line.period_start, line.period_start)
        self.last = max(self.last or line.period_end, line.period_end)
        self._has_plays = self._has_plays or bool(line.payer_hash or (line.play_at and line.listener_hash))

    def suspect(self, limits: Limits | None = None, told: Callable[[], None] | None = None) -> None:
        """Asks the rules, where the report has the columns that they need; `told` is called now and then, and may raise `Stopped`."""
        if not self._has_plays:
            return
        with self._watched(told):
            suspicion_sql.mark(self._base, limits or Limits())

    @contextmanager
    def _watched(self, told: Callable[[], None] | None) -> Iterator[None]:
        """Has `told` called now and then while the database works; what it raises ends the work."""
        stopped: list[Stopped] = []

        def look() -> bool:
            try:
                if told:
                    told()
            except Stopped as error:  # SQLite's own thread of calls lets no error through: it is asked to end, and the error kept
                stopped.append(error)
            return bool(stopped)

        self._base.set_progress_handler(look, STEPS_BETWEEN_LOOKS)
        try:
            yield
        except sqlite3.OperationalError:
            if stopped:
                raise stopped[0] from None
            raise
        finally:
            self._base.set_progress_handler(None, 0)


def read(path: Path, name: str, progress: Progress | None = None) -> Spool:
    """The report in a spool; `BrokenReport` with every fault (the first thousand and a count), then nothing is kept."""
    with tempfile.NamedTemporaryFile(prefix="fanlink-report-", suffix=".db", delete=False) as made:
        spool = Spool(Path(made.name))
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            _fill(spool, stream, name, (lambda: progress(stream.tell(), size)) if progress else None)
        spool.suspect(told=(lambda: progress(size, size)) if progress else None)
    except OSError as error:
        spool.close()
        raise BadInput(f"cannot be read: {error.strerror}", where=name) from error
    except BaseException:
        spool.close()
        raise
    return spool


def _fill(spool: Spool, stream: object, name: str, told: Callable[[], None] | None) -> None:
    faults: list[Fault] = []
    more = 0
    block: list[tuple[int, ReportLine]] = []

    def blame(wrong: list[Fault] | tuple[Fault, ...]) -> None:
        nonlocal more
        room = MOST_FAULTS - len(faults)
        faults.extend(wrong[:room])
        more += len(wrong[room:])

    for number, found in _scan(stream, name):
        if isinstance(found, tuple):
            blame(found)
            continue
        block.append((number, found))
        if len(block) == BLOCK:
            blame(spool.take(block, name))
            block = []
            if told:
                told()
    if block:
        blame(spool.take(block, name))
    if not spool.lines and not faults:
        faults.append(Fault(name, None, None, "there is no line below the header"))
    if faults:
        raise BrokenReport(sorted(faults, key=lambda fault: fault.line or 0), more)


def _scan(stream: object, name: str) -> Iterator[tuple[int, ReportLine | tuple[Fault, ...]]]:
    beginning = stream.read(4096)  # type: ignore[attr-defined]
    stream.seek(0)  # type: ignore[attr-defined]
    if dsr_lines.is_dsr(beginning):
        return dsr_lines.scan(stream, name)  # type: ignore[arg-type]
    return numbered_lines(stream, name)  # type: ignore[arg-type]


def _at_us(line: ReportLine) -> int | None:
    return suspicion_sql.microseconds(datetime.fromisoformat(line.play_at)) if line.play_at else None
