"""A report read once into a file of its own: checked whole, bounded in memory, whatever its size.

Lines go from the report (CSV or DDEX) into a temporary SQLite file in blocks. Repeated keys are found there, and the rules
about suspicious plays are asked there, so that a report of a gigabyte needs no more memory than one of a page.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from fanlink.core.amounts import plain
from fanlink.core.errors import BadInput, Stopped
from fanlink.core.reports import BrokenReport, Fault, ReportLine
from fanlink.royalties import dsr_lines, suspicion_sql
from fanlink.royalties.reports_csv import MOST_FAULTS, numbered_lines
from fanlink.royalties.suspicion import Limits

BLOCK = 5_000
STEPS_BETWEEN_LOOKS = 1_000_000
Progress = Callable[[int, int], None]
Place = tuple[str, str, str, int]
START: Place = ("", "", "", 0)
COLUMNS = (
    "n", "service", "report_id", "line_id", "remix_id", "territory", "period_start", "period_end", "units", "revenue",
    "currency", "play_at", "listener_hash", "payer_hash", "at_us", "content",
)  # fmt: skip
_MAKE = """
CREATE TABLE lines (n INTEGER PRIMARY KEY, service TEXT, report_id TEXT, line_id TEXT, remix_id TEXT, territory TEXT,
 period_start TEXT, period_end TEXT, units INTEGER, revenue TEXT, currency TEXT, play_at TEXT, listener_hash TEXT,
 payer_hash TEXT, at_us INTEGER, content TEXT);
CREATE UNIQUE INDEX lines_key ON lines (service, report_id, line_id);
CREATE TABLE suspects (n INTEGER, rule TEXT, reason TEXT, PRIMARY KEY (n, rule)) WITHOUT ROWID;
CREATE TABLE known (n INTEGER PRIMARY KEY);
"""


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
        self._has_plays = False
        self.told: Progress | None = None  # hears how many lines were given out, of how many

    def close(self) -> None:
        """Lets the file go."""
        self._base.close()
        self._path.unlink(missing_ok=True)

    def chunks(self, size: int = BLOCK) -> Iterator[list[tuple[int, ReportLine, str]]]:
        """The lines in the order of the file, in lists: (line number, line, digest of its content)."""
        after = given = 0
        while True:
            if self.told:
                self.told(given, self.lines)
            found = self._base.execute(
                f"SELECT {', '.join(COLUMNS)} FROM lines WHERE n > ? ORDER BY n LIMIT ?", (after, size)
            ).fetchall()
            if not found:
                return
            after = found[-1][0]
            given += len(found)
            yield [(row[0], _line(row), row[15]) for row in found]

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

    def line_of(self, key: tuple[str, str, str]) -> tuple[int, str] | None:
        """(line number, digest of its content) of the line with this key; none where there is none."""
        return self._base.execute("SELECT n, content FROM lines WHERE service = ? AND report_id = ? AND line_id = ?", key).fetchone()

    def new_lines(self, after: Place, size: int) -> list[tuple[int, ReportLine, str]]:
        """The next lines that are not known, those of a remix together: what follows a place in that order."""
        self._base.execute("CREATE INDEX IF NOT EXISTS lines_remix ON lines (remix_id, service, currency, n)")
        found = self._base.execute(
            f"SELECT {', '.join(COLUMNS)} FROM lines WHERE (remix_id, service, currency, n) > (?, ?, ?, ?)"
            " AND n NOT IN known ORDER BY remix_id, service, currency, n LIMIT ?", (*after, size),
        )  # fmt: skip
        return [(row[0], _line(row), row[15]) for row in found]

    def suspects_of(self, numbers: Sequence[int]) -> dict[int, list[tuple[str, str]]]:
        """(rule, reason) of the suspicious lines among these."""
        found: dict[int, list[tuple[str, str]]] = {}
        if self._has_plays:
            for number in numbers:
                found |= self.suspects(number, number)
        return found

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
        rows = [_row(number, line) for number, line in block]
        self._base.execute("BEGIN")
        before = self._base.total_changes
        marks = ", ".join("?" * len(COLUMNS))
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
        for number, line in block:
            if number not in again:
                self._count(line)
        return faults

    def _count(self, line: ReportLine) -> None:
        pico = line.revenue_pico
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
            suspicion_sql.mark(self._base, limits or Limits())
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


def _row(number: int, line: ReportLine) -> tuple[object, ...]:
    at_us = None
    if line.play_at:
        at_us = suspicion_sql.microseconds(datetime.fromisoformat(line.play_at))
    return (
        number, line.service, line.report_id, line.line_id, line.remix_id, line.territory, line.period_start.isoformat(),
        line.period_end.isoformat(), line.units, line.revenue, line.currency, line.play_at, line.listener_hash,
        line.payer_hash, at_us, line.content,
    )  # fmt: skip


def _line(row: tuple[object, ...]) -> ReportLine:
    _, service, report_id, line_id, remix_id, territory, start, end, units, revenue, currency, at, listener, payer, *_ = row
    return ReportLine(
        report_id, line_id, remix_id, service, territory, date.fromisoformat(start), date.fromisoformat(end),  # type: ignore[arg-type]
        units, revenue, currency, at, listener, payer,  # type: ignore[arg-type]
    )  # fmt: skip
