"""A catalogue imported on a server, and how long anyone else waits at the write door meanwhile.

    make bench-catalogue

10,000 rows of 5,000 tracks, two parties to each, 500 parties in all, none of them there before. A neighbour asks for a small act
every 20 ms; the table tells the longest that this one ever waited. `--at-once` writes it in one transaction, as small ones are.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from fanlink.core.people import Artist
from fanlink.server import catalogue_arriving, catalogue_import, schema
from fanlink.server.database import Database, sqlite_url
from fanlink.server.envelopes import Envelope, asked
from fanlink.server.store import Store
from fanlink.server.writer import Writer
from tests.bench.bench_books import Neighbour, timed
from tests.server.test_catalogue_import import HEADER
from tests.server.world import Clock, World


def main() -> None:
    """Prints the table."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=10_000)
    words.add_argument("--at-once", action="store_true")
    args = words.parse_args()
    if args.at_once:
        catalogue_import.AT_ONCE_TRACKS = args.rows
    with tempfile.TemporaryDirectory(prefix="fanlink-bench-") as folder:
        url = sqlite_url(Path(folder) / "catalogue.db")
        made = Database(url)
        schema.prepare(made)
        made.close()
        world = World(url, Path(folder) / "assets", Clock())
        world.add_artist()
        measure(world, rows_of(args.rows))
        world.close()


def rows_of(count: int) -> bytes:
    """The file."""
    return (HEADER + "".join(
        f"DE-A12-26-{number // 2:05},Song {number // 2},,,,Party {number % 500},,,,50,50,\n" for number in range(count)
    )).encode()  # fmt: skip


def measure(world: World, data: bytes) -> None:
    """Plans, decides and takes in."""
    asset, door = world.upload(data), world.door
    writer = Writer(door, world.clock)
    neighbour = Neighbour(writer)
    print(f"SQLite: {len(data) / 1e6:.1f} MB; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"{'':34} {'seconds':>9} {'cpu s':>8} {'longest wait of others, ms':>27}")

    def plan() -> None:
        with world.database.reading() as connection:
            store = Store(connection, world.database.is_sqlite)
            catalogue_import.prepare(store, door.reports, store.need(Artist, "artist-ana"), asset, data, "catalogue.csv")

    def decide() -> None:
        envelope = Envelope(id="bench-catalogue", kind="import_catalogue", target="artist-ana", data={"asset": asset}, base_version=None)
        (answer,) = writer.answer(world.people["Ana"].id, [asked(envelope)]).result()
        assert answer["outcome"] == "accepted", answer

    def take_in() -> Any:
        return catalogue_arriving.finish(world.database, lambda write: writer.act(write).result(), door.reports, "artist-ana")

    try:
        timed("planned", neighbour, plan)
        timed("decided", neighbour, decide)
        timed("taken in", neighbour, take_in)
    finally:
        neighbour.stop()
        writer.close()


if __name__ == "__main__":
    main()
