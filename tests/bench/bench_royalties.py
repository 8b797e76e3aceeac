"""The royalty run beside hand-written DuckDB SQL and Polars that compute the same tables: time and peak memory.

    python tests/bench/bench_royalties.py [--lines 10000000] [--remixes 50000] [--repeat 3] [--programs fanlink,spark]

Each program runs in a process of its own over the same reports, CSV and Parquet, in turns, so that a busy machine is busy for
all. The hand-written ones check nothing: they trust every line and every sheet, keep no unmatched line and refuse nothing.
`unchecked` is ours without the checks of lines, which tells what those cost.
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

import pyarrow as pa
import pyarrow.parquet as pq

from fanlink.core.amounts import plain

HERE = Path(__file__).resolve().parent
FILES = 8
BY_HAND = ("duckdb", "polars")
UNCHECKED = """
from fanlink.royalties import blocks, cli, engine_embedded
engine_embedded._is_right = lambda _frame: True
blocks.CsvBlock.is_plain = lambda _block: True
raise SystemExit(cli.main())
"""
Run = tuple[float, float, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--remixes", type=int, default=50_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--formats", default="csv,parquet")
    parser.add_argument("--programs", default="fanlink,unchecked,duckdb,polars", help="also: spark")
    parser.add_argument("--data", type=Path, help="keep the reports here, and use them if they are there")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = args.data or Path(scratch)
        make(folder, args.lines, args.remixes)
        print(f"{args.lines:,} lines, {args.remixes:,} remixes, 2 to 8 parties each, {os.cpu_count()} cores")
        print(f"{'':10} {'reports':8} {'seconds':>8} {'best':>6} {'cpu s':>6} {'peak MB':>8}  {'pots and entitlements':22} beside the faster by hand")
        for kind in args.formats.split(","):
            compare(args.programs.split(","), kind, folder, Path(scratch) / "out", args.repeat)
    return 0


def compare(programs: list[str], kind: str, folder: Path, out: Path, repeat: int) -> None:
    """Runs the programs in turns; prints each one's median, best, processor time, peak memory and the digest of its tables."""
    runs: dict[str, list[Run]] = {program: [] for program in programs}
    digests = {}
    for _ in range(repeat):
        for program in programs:
            runs[program].append(run_once(program, kind, folder, out))
            digests[program] = tables_digest(out)
    hands = [program for program in programs if program in BY_HAND]
    for program, found in runs.items():
        found.sort()
        best, cpu = found[0][0], min(run[1] for run in found)
        beside = ""
        if hands and program not in hands:
            seconds = best / min(min(runs[hand])[0] for hand in hands)
            beside = f"{seconds:.2f} of the seconds, {cpu / min(run[1] for hand in hands for run in runs[hand]):.2f} of the cpu"
        print(
            f"{program:10} {kind:8} {found[len(found) // 2][0]:8.2f} {best:6.2f} {cpu:6.1f} {max(run[2] for run in found):8.0f}  "
            f"{digests[program][:16]:22} {beside}", flush=True,
        )  # fmt: skip


def run_once(program: str, kind: str, folder: Path, out: Path) -> Run:
    """Seconds, processor seconds and peak memory in MB of one run."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [*words(program), "--reports", str(folder / kind), "--sheets", str(folder / "sheets.json"), "--out", str(out)],
        cwd=HERE.parent.parent, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(child.pid, 0)
    assert status == 0, f"{program} ended with {status}"
    return time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def words(program: str) -> list[str]:
    if program == "unchecked":
        return [sys.executable, "-c", UNCHECKED, "royalties", "calculate"]
    if program in ("fanlink", "spark"):
        more = ["--engine", "spark"] if program == "spark" else []
        return [sys.executable, "-m", "fanlink.royalties.cli", "royalties", "calculate", *more]
    return [sys.executable, str(HERE / "royalties_by_hand.py"), program]


def tables_digest(out: Path) -> str:
    """One digest of pots and entitlements, whatever the order of rows and whoever wrote them."""
    whole = hashlib.sha256()
    for name, columns in (
        ("pots", ["remix_id", "sheet", "currency", "gross", "reserve"]),
        ("entitlements", ["remix_id", "sheet", "currency", "party", "earned_micro"]),
    ):
        table = pq.read_table(out / f"{name}.parquet")
        if "reserve_pico" in table.column_names:  # by hand: not in plain notation
            table = table.append_column("reserve", pa.array([plain(int(pico)) for pico in table["reserve_pico"].to_pylist()]))
        rows = table.select(columns).sort_by([(one, "ascending") for one in columns])
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
