"""A large report imported and its month run on a server, and how long anyone else waits at the write door meanwhile.

    python -m tests.bench.bench_books [--lines 1000000] [--remixes 50000] [--at-once] [--postgresql] [--server [--no-run]] [--megabytes 1000]

The report names every remix. While it is read, compared and taken in, and while the month is run, a neighbour asks for a small
act every 20 ms; the table tells the longest that this one ever waited. `--at-once` takes the report in one transaction, as
small ones are. `--server` does it all over the address of a server process (SQLite), whose peak memory it tells, beside two other
people who ask and read over the same address; `--megabytes` makes the report as large as that.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from fanlink.core.remixes import Remix
from fanlink.core.shares import SplitSheet
from fanlink.server import intake, runs, schema, tables
from fanlink.server.database import Database, sqlite_url
from fanlink.server.store import Store
from fanlink.server.writer import Writer
from tests.bench import served_books
from tests.bench.bench_ledger import databases
from tests.server.world import Clock, World

HEADER = "report_id,line_id,remix_id,service,territory,period_start,period_end,units,revenue,currency\n"
LINE_BYTES = 88
PERIOD, FIRST, LAST = "2026-11", "2026-11-01", "2026-11-30"


def main() -> None:
    """Prints one table for each database."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lines", type=int, default=1_000_000)
    words.add_argument("--remixes", type=int, default=50_000)
    words.add_argument("--at-once", action="store_true")
    words.add_argument("--postgresql", action="store_true", help="also on PostgreSQL")
    words.add_argument("--server", action="store_true", help="through a server process, over its address")
    words.add_argument("--megabytes", type=int, help="how large the report is, instead of its lines")
    words.add_argument("--no-run", action="store_true", help="with --server: only the import")
    args = words.parse_args()
    if args.server:
        through_a_server(args.lines, args.remixes, args.megabytes, runs=not args.no_run)
        return
    if args.at_once:
        intake.AT_ONCE_LINES = args.lines
    with homes(args.postgresql) as found:
        for name, url in found:
            with tempfile.TemporaryDirectory(prefix="fanlink-bench-") as folder:
                measure(name, url, Path(folder), args.lines, args.remixes)


def through_a_server(lines: int, remixes: int, megabytes: int | None, *, runs: bool) -> None:
    """Fills a home, and has a server process take the report in and run the month."""
    with tempfile.TemporaryDirectory(prefix="fanlink-bench-") as folder:
        home, report = Path(folder) / "home", Path(folder) / "sales.csv"
        home.mkdir()
        url = sqlite_url(home / "server.db")
        made = Database(url)
        schema.prepare(made)
        made.close()
        world = World(url, home / "assets", Clock())
        world.publish()
        multiply(world, remixes)
        tokens = {name: one.token for name, one in world.people.items()}
        world.close()
        write_report(report, megabytes * 10**6 // LINE_BYTES if megabytes else lines, remixes)
        print(f"SQLite, a server process: {report.stat().st_size / 1e6:,.0f} MB, {remixes:,} remixes; {os.cpu_count()} processors")
        served_books.measure(home, tokens, report, PERIOD if runs else None)


@contextmanager
def homes(postgresql: bool) -> Iterator[list[tuple[str, str]]]:
    """What each database is called, and its address."""
    if postgresql:
        with databases() as found:
            yield found
        return
    with tempfile.TemporaryDirectory(prefix="fanlink-bench-") as folder:
        yield [("SQLite", sqlite_url(Path(folder) / "books.db"))]


def measure(name: str, url: str, folder: Path, lines: int, remixes: int) -> None:
    """Fills a home, imports, runs, and prints what each took."""
    made = Database(url)
    schema.prepare(made)
    made.close()
    world = World(url, folder / "assets", Clock())
    world.publish()
    multiply(world, remixes)
    report = folder / "sales.csv"
    write_report(report, lines, remixes)
    asset = world.assets.take_in(report).digest
    gc.freeze()
    print(f"{name}: {lines:,} lines ({report.stat().st_size / 1e6:,.0f} MB), {remixes:,} remixes")
    print(f"{'':34} {'seconds':>9} {'cpu s':>8} {'longest wait of others, ms':>27}")
    writer = Writer(world.door, world.clock)
    neighbour = Neighbour(writer)
    try:
        work(world, writer, neighbour, asset)
    finally:
        neighbour.stop()
        writer.close()
        world.door.reports.close()
        world.close()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n", flush=True)


def work(world: World, writer: Writer, neighbour: Neighbour, asset: str) -> None:
    """The import and the run, each part timed."""

    def act(write: Callable[[Any], Any]) -> Any:
        return writer.act(write).result()

    def ask(kind: str, target: str, data: dict[str, Any]) -> None:
        from fanlink.server.envelopes import Envelope, asked

        envelope = Envelope(id=f"bench-{kind}", kind=kind, target=target, data=data, base_version=None)
        (answer,) = writer.answer(world.people["Fin"].id, [asked(envelope)]).result()
        assert answer["outcome"] == "accepted", answer

    files = world.door.reports
    timed("the file read and checked", neighbour, lambda: files.prepare(asset, "sales.csv"))
    timed("compared with the books", neighbour, lambda: intake.prepare(world.database, files, asset, "sales.csv"))
    timed("decided", neighbour, lambda: ask("import_report", "report-bench", {"asset": asset, "name": "sales.csv"}))
    timed("taken in", neighbour, lambda: intake.finish(world.database, act, files, "report-bench"))
    timed("the run asked for", neighbour, lambda: ask("run_royalties", PERIOD, {}))
    phases: dict[str, float] = {}
    began = [time.perf_counter()]

    def told(run: Any) -> None:
        now = time.perf_counter()
        phases[run.phase] = phases.get(run.phase, 0.0) + now - began[0]
        began[0] = now

    timed("the run", neighbour, lambda: runs.finish(world.database, act, runs.run_id(PERIOD), told))
    print("  of which " + ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in phases.items()))


def timed(what: str, neighbour: Neighbour, do: Callable[[], Any]) -> None:
    """Does it and prints how long it took, and how long the neighbour waited."""
    neighbour.longest_ms = 0.0
    started, cpu = time.perf_counter(), time.process_time()
    do()
    took, cpu = time.perf_counter() - started, time.process_time() - cpu
    neighbour.catch_up()
    print(f"  {what:32} {took:9.1f} {cpu:8.1f} {neighbour.longest_ms:27,.0f}", flush=True)


class Neighbour:
    """Somebody else who asks for a small act every 20 ms, and remembers the longest wait."""

    def __init__(self, writer: Writer) -> None:
        self.longest_ms = 0.0
        self._writer = writer
        self._stopped = threading.Event()
        self._asked = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def catch_up(self) -> None:
        """Waits until the act that is being asked for is done."""
        seen = self._asked
        while self._asked == seen and not self._stopped.wait(0.001):
            pass

    def stop(self) -> None:
        """Asks no more."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(0.02):
            started = time.perf_counter()
            self._writer.act(lambda _asked: None).result()
            self.longest_ms = max(self.longest_ms, (time.perf_counter() - started) * 1000)
            self._asked += 1


def multiply(world: World, count: int) -> None:
    """Copies the one published remix and its sheet: as many as asked, each with an id of its own."""
    world.clock.pass_days(30)
    with world.database.reading() as connection:
        remix = dict(connection.execute(select(tables.remixes)).mappings().one())
        sheet = dict(connection.execute(select(tables.sheets)).mappings().one())
        assert Store(connection, world.database.is_sqlite).get(Remix, remix["id"]).ever_published
    with world.database.writing() as connection:
        for start in range(0, count, 5_000):
            numbers = range(start, min(start + 5_000, count))
            connection.execute(insert(tables.remixes), [copied(remix, remix["id"], number) for number in numbers])
            connection.execute(insert(tables.sheets), [copied_sheet(sheet, remix["id"], number) for number in numbers])


def copied(row: dict[str, Any], remix: str, number: int) -> dict[str, Any]:
    """A remix's row as that of remix `number`."""
    name = f"bench-{number:06d}"
    return {column: value.replace(remix, name) if isinstance(value, str) else value for column, value in row.items()}


def copied_sheet(row: dict[str, Any], remix: str, number: int) -> dict[str, Any]:
    """A sheet's row as that of remix `number`; its id is its digest."""
    made = copied(row, remix, number)
    return made | {"id": SplitSheet.from_data(json.loads(made["body"])).id}


def write_report(path: Path, lines: int, remixes: int) -> None:
    """Lines of every remix in turn, in two currencies, one in fifty a refund."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(HEADER)
        for number in range(lines):
            sign, currency = "-" if number % 50 == 0 else "", "EUR" if number // remixes % 4 else "USD"
            stream.write(
                f"bench,line-{number},bench-{number % remixes:06d},Tide,DE,{FIRST},{LAST},{number % 97},"
                f"{sign}{number % 1000}.{number * 7_919 % 10**12:012d},{currency}\n"
            )


if __name__ == "__main__":
    main()
