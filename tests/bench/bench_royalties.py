"""The royalty run beside hand-written DuckDB SQL and Polars that compute the same tables: time and peak memory.

    python tests/bench/bench_royalties.py [--lines 10000000] [--remixes 50000] [--repeat 3] [--engine-spark]

Each program runs in a process of its own over the same reports, CSV and Parquet. The hand-written ones check nothing:
they trust every line and every sheet, keep no unmatched line and refuse nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent
FILES = 8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--remixes", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--formats", default="csv,parquet")
    parser.add_argument("--programs", default="fanlink,duckdb,polars", help="also: spark")
    parser.add_argument("--data", type=Path, help="keep the reports here, and use them if they are there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.data or Path(scratch)
        make(folder, args.lines, args.remixes)
        print(f"{args.lines:,} lines, {args.remixes:,} remixes, 2 to 8 parties each, {os.cpu_count()} cores")
        print(f"{'':10} {'reports':8} {'seconds':>8} {'best':>6} {'cpu s':>6} {'peak MB':>8}  pots and entitlements")
        for kind in args.formats.split(","):
            for program in args.programs.split(","):
                measure(program, kind, folder, Path(scratch) / "out", args.repeat)
    return 0


def measure(program: str, kind: str, folder: Path, out: Path, repeat: int) -> None:
    """Run a program a few times; print the median, the best, processor time, peak memory and a digest of its tables."""
    runs = []
    for _ in range(repeat):
        start = time.perf_counter()
        child = subprocess.Popen(
            [*words(program), "--reports", str(folder / kind), "--sheets", str(folder / "sheets.json"), "--out", str(out)],
            cwd=HERE.parent.parent, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(child.pid, 0)
        assert status == 0, f"{program} ended with {status}"
        runs.append((time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
    runs.sort()
    middle = runs[len(runs) // 2]
    peak = max(run[2] for run in runs)
    print(
        f"{program:10} {kind:8} {middle[0]:8.2f} {runs[0][0]:6.2f} {min(run[1] for run in runs):6.1f} {peak:8.0f}  "
        f"{tables_digest(out)[:16]}", flush=True,
    )  # fmt: skip


def words(program: str) -> list[str]:
    if program in ("fanlink", "spark"):
        more = ["--engine", "spark"] if program == "spark" else []
        return [sys.executable, "-m", "fanlink.royalties.cli", "royalties", "calculate", *more]
    return [sys.executable, str(HERE / "royalties_by_hand.py"), program]


def tables_digest(out: Path) -> str:
    """One digest of pots and entitlements, whatever the order of rows and whoever wrote them."""
    whole = hashlib.sha256()
    for name, columns in (
        ("pots", ["remix_id", "sheet", "currency", "gross"]),
        ("entitlements", ["remix_id", "sheet", "currency", "party", "earned_micro"]),
    ):
        rows = pq.read_table(out / f"{name}.parquet", columns=columns).sort_by([(one, "ascending") for one in columns])
        for column in columns:
            whole.update("\0".join(map(str, rows[column].to_pylist())).encode())
    return whole.hexdigest()


def make(folder: Path, lines: int, remixes: int) -> None:
    """The same reports twice, as CSV and as Parquet, and the sheets; nothing where they are already there."""
    if (folder / "sheets.json").exists():
        return
    import duckdb

    con = duckdb.connect()
    con.execute("set threads=2; set memory_limit='2GB'")
    for kind in ("csv", "parquet"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for part in range(FILES):
        rows = _lines_sql(part, lines * part // FILES, lines * (part + 1) // FILES, remixes)
        con.execute(f"copy ({rows}) to '{folder}/csv/r{part}.csv' (header)")
        con.execute(f"copy ({rows}) to '{folder}/parquet/r{part}.parquet'")
    (folder / "sheets.json").write_text(json.dumps(_sheets(remixes)))


def _lines_sql(part: int, start: int, end: int, remixes: int) -> str:
    day = "date '2026-01-01' + (hash(i+3)%300)::int"
    return f"""
        select 'rep{part}' as report_id, 'line-'||i as line_id,
            'remix-'||lpad((hash(i)%{remixes})::varchar,6,'0') as remix_id,
            ['Spotify','YouTube','TikTok','Deezer'][1+(hash(i+1)%4)::int] as service,
            ['DE','FR','US','GB','JP'][1+(hash(i+2)%5)::int] as territory,
            date_trunc('month', {day})::date::varchar as period_start,
            (date_trunc('month', {day})+interval 1 month - interval 1 day)::date::varchar as period_end,
            (hash(i+4)%5000)::varchar as units,
            (case when hash(i+5)%50=0 then '-' else '' end)
                ||(hash(i+6)%1000)::varchar||'.'||lpad((hash(i+7)%1000000000000)::varchar,12,'0') as revenue,
            ['EUR','USD','GBP'][1+(hash(i+8)%3)::int] as currency
        from range({start},{end}) t(i)"""


def _sheets(remixes: int) -> dict[str, list[dict[str, object]]]:
    rng = random.Random(1)
    sheets = {}
    for remix in range(remixes):
        versions: list[dict[str, object]] = []
        for number in range(1 + (rng.random() < 0.2)):
            count, whole = rng.randint(2, 8), rng.choice([100, 1000, 1001, 9973])
            cuts = sorted(rng.sample(range(1, whole), count - 1))
            parts = [after - before for before, after in zip([0, *cuts], [*cuts, whole], strict=True)]
            shares = {f"party-{rng.randrange(20000)}-{place}": f"{part}/{whole}" for place, part in enumerate(parts)}
            since = "2026-06-01" if number else "2026-01-01"
            sheet: dict[str, object] = {"version": f"v{number + 1}", "effective_from": since, "shares": shares}
            if rng.random() < 0.1:
                sheet["recoup"] = {"party": next(iter(shares)), "amount": "1000.5", "currency": "EUR"}
            versions.append(sheet)
        sheets[f"remix-{remix:06d}"] = versions
    return sheets


if __name__ == "__main__":
    sys.exit(main())
