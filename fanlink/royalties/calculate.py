"""The royalty run, files in and files out: report lines and sheets to pots, entitlements and unmatched lines.

A table engine matches lines to sheets and sums them in exact decimals; the entitlements are whole numbers by the one
formula of `core/pots.py`. Nothing is written unless everything could be.
"""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fanlink.core.errors import BadInput, Unavailable
from fanlink.core.pots import Pot, entitlements_micro, pots_of
from fanlink.core.reports import BrokenReport, Fault
from fanlink.royalties.matching import Sums, Versions, report_files
from fanlink.royalties.outputs import UNMATCHED, Results, Unmatched, all_or_nothing, write_results
from fanlink.royalties.sheets_json import Sheets, read_sheets

Engine = Callable[[list[Path], Callable[[], Versions], Unmatched], Sums]
ENGINES = {"embedded": "fanlink.royalties.engine_embedded", "spark": "fanlink.royalties.engine_spark"}


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did. `digest` is the same for the same results, whatever engine computed them."""

    files: int
    ignored: tuple[str, ...]
    lines: int
    unmatched: int
    pots: int
    entitlements: int
    digest: str


def calculate(reports: Path, sheets_file: Path, out: Path, engine: str = "embedded") -> Run:
    """Compute the folder of reports under the sheets into `out`: all three tables, or none.

    Raises `BrokenReport` with every fault, `BadInput` for what cannot be read or written, `Unavailable` for an engine
    that is not installed.
    """
    if out.resolve() == reports.resolve():
        raise BadInput("the results would be taken for reports; choose another folder", where=str(out))
    files, others = report_files(reports)
    sum_lines = _engine(engine)
    with all_or_nothing(out) as folder, _no_collector():
        sheets = _Once(sheets_file)
        unmatched = Unmatched(folder / UNMATCHED)
        try:
            sums = sum_lines(files, sheets.versions, unmatched)
        finally:
            unmatched.close()
        sums.check()
        results = entitle(sums, sheets.versions())
        try:
            digest = write_results(results, folder)
        except OverflowError:
            raise BrokenReport([_beyond_int64(results, sheets.read())]) from None
    ignored = tuple(path.name for path in others)
    return Run(
        len(files), ignored, sums.lines, unmatched.count, len(results.numbers), len(results.earned_micro), digest
    )


class _Once:
    """The sheets of a file, read when they are first asked for: an engine may begin with the reports meanwhile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sheets: Sheets | None = None
        self._versions: Versions | None = None

    def read(self) -> Sheets:
        if self._sheets is None:
            self._sheets = read_sheets(self._path)
        return self._sheets

    def versions(self) -> Versions:
        if self._versions is None:
            self._versions = Versions.of(self.read())
        return self._versions


def entitle(sums: Sums, versions: Versions) -> Results:
    """The formula over all pots, in order of remix, sheet and currency."""
    results = Results(versions.remixes, versions.terms)
    claimed: dict[tuple[str, str], dict[str, Pot]] = {}
    for (number, currency), gross in sorted(sums.gross_pico.items()):
        terms = versions.terms[number]
        if terms.recoupment is None:
            results.add(number, currency, gross, entitlements_micro(terms.numerators, terms.denominator, gross))
            continue
        place = versions.remixes[number], currency
        if place not in claimed:
            claimed[place] = {pot.version: pot for pot in _series(sums, versions, *place)}
        results.add(number, currency, gross, claimed[place][terms.version].earned_micro.values())
    return results


def _series(sums: Sums, versions: Versions, remix_id: str, currency: str) -> tuple[Pot, ...]:
    """All pots of one remix in one currency: what is recouped under one version leaves less for the next."""
    terms = versions.by_remix[remix_id]
    found = ((one.version, sums.gross_pico.get((versions.numbers[remix_id, one.version], currency))) for one in terms)
    return pots_of(terms, {version: gross for version, gross in found if gross is not None}, currency)


@contextmanager
def _no_collector() -> Iterator[None]:
    """Values have no cycles; looking for some among a million of them took a fifth of the run."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _engine(name: str) -> Engine:
    """The engine by name; a library it needs and that is not installed makes it `Unavailable`."""
    try:
        return importlib.import_module(ENGINES[name]).sum_lines
    except ImportError as error:
        raise Unavailable(f"the engine {name} needs {error.name}, which is not installed") from error


def _beyond_int64(results: Results, sheets: Sheets) -> Fault:
    remix_id, version, currency, party = results.beyond_int64()
    reason = f"what {party} earned of remix {remix_id} in {currency} is beyond a 64-bit count of millionths"
    return Fault(sheets.file, sheets.line(remix_id, version), "shares", reason)
