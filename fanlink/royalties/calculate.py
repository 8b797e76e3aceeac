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
from fanlink.core.pots import Pot, pot_of, pots_of
from fanlink.core.reports import BrokenReport, Fault
from fanlink.royalties.matching import Sums, Versions, report_files
from fanlink.royalties.outputs import UNMATCHED, Results, Unmatched, all_or_nothing, write_results
from fanlink.royalties.sheets_json import Sheets, read_sheets

Engine = Callable[[list[Path], Versions, Unmatched], Sums]
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
        sheets = read_sheets(sheets_file)
        versions = Versions.of(sheets)
        unmatched = Unmatched(folder / UNMATCHED)
        try:
            sums = sum_lines(files, versions, unmatched)
        finally:
            unmatched.close()
        sums.check()
        results = entitle(sums, versions)
        try:
            digest = write_results(results, folder)
        except OverflowError:
            raise BrokenReport([_beyond_int64(results, sheets)]) from None
    entitlements = sum(len(pot.earned_micro) for pot in results.pots)
    ignored = tuple(path.name for path in others)
    return Run(len(files), ignored, sums.lines, unmatched.count, len(results.pots), entitlements, digest)


def entitle(sums: Sums, versions: Versions) -> Results:
    """The formula over all pots, in order of remix, sheet and currency."""
    found: dict[tuple[int, str], Pot] = {}
    series: dict[tuple[str, str], dict[str, int]] = {}
    for (number, currency), pico in sums.gross_pico.items():
        remix_id, terms = versions.remixes[number], versions.terms[number]
        if len(versions.by_remix[remix_id]) == 1:
            found[number, currency] = pot_of(terms, currency, pico)
        else:
            series.setdefault((remix_id, currency), {})[terms.version] = pico
    for (remix_id, currency), gross in series.items():
        for pot in pots_of(versions.by_remix[remix_id], gross, currency):
            found[versions.numbers[remix_id, pot.version], currency] = pot
    places = sorted(found)
    return Results([versions.remixes[number] for number, _ in places], [found[place] for place in places])


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
    remix_id, pot, party = results.beyond_int64()
    reason = f"what {party} earned of remix {remix_id} in {pot.currency} is beyond a 64-bit count of millionths"
    return Fault(sheets.file, sheets.line(remix_id, pot.version), "shares", reason)
