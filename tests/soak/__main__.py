"""`make soak MINUTES=n`: proves promises one after the other, each from the seed where the last run stopped, until the time is up.

    python -m tests.soak --minutes 5
    python -m tests.soak --promise kill --seed 17        what a failure's record tells to run again

The next seed of each promise is in `docs/proof/soak.json`, written after each proof, so that a run that is cut off is taken up
where it was; every run adds its lines to `docs/proof/soak.md`. Exit code 1 says that a promise was broken.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.soak.promises import PROMISES, Promise
from tests.soak.record import PLACE, ROOT, Row, Soak

FINE, FOUND, WRONG = 0, 1, 2
FAST_DISK = Path("/dev/shm")
FIRST_SEED = 1_000_000


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Proves promises for as long as it may.")
    parser.add_argument("--minutes", type=float, default=5.0, help="how long; a proof that is under way is finished")
    parser.add_argument("--promise", choices=sorted(PROMISES), action="append", help="only this one; may be said again")
    parser.add_argument("--seed", type=int, help="prove from this one seed and record nothing")
    said = parser.parse_args(words)
    if said.minutes <= 0:
        parser.error("--minutes must be more than 0")
    chosen = [PROMISES[name] for name in said.promise or PROMISES]
    if said.seed is not None:
        return _again(chosen, said.seed)
    return _soak(chosen, said.minutes * 60, Soak.read(PLACE))


def _again(chosen: list[Promise], seed: int) -> int:
    wrong = [complaint for promise in chosen if (complaint := _prove(promise, seed)[1])]
    print("\n".join(wrong) or "held")
    return FOUND if wrong else FINE


def _soak(chosen: list[Promise], seconds: float, soak: Soak) -> int:
    """Always the promise next that has had the least time so far."""
    ends_s, rows = time.monotonic() + seconds, {}
    for promise in chosen:
        missing = promise.missing()
        rows[promise.name] = Row(promise.name, promise.unit, result=f"not proved: {missing}" if missing else "held")
    open_ = [promise for promise in chosen if rows[promise.name].result == "held"]
    try:
        while open_ and time.monotonic() < ends_s:
            promise = min(open_, key=lambda one: rows[one.name].seconds)
            row, seed = rows[promise.name], soak.next_seed(promise.name, FIRST_SEED)
            began = time.monotonic()
            cases, complaint = _prove(promise, seed)
            row.seconds += time.monotonic() - began
            row.cases += cases
            soak.proved(promise.name, seed + 1, cases)
            if complaint:
                row.result = f"BROKEN at seed {seed}: {complaint}; `python -m tests.soak --promise {promise.name} --seed {seed}`"
                open_.remove(promise)
            print(f"{promise.name}: {row.cases} {promise.unit} in {row.seconds:.0f} s, {row.result}", flush=True)
    finally:
        soak.write(version(), [row for row in rows.values() if row.cases or row.result != "held"], PROMISES)
    return FOUND if any("BROKEN" in row.result for row in rows.values()) else FINE


def _prove(promise: Promise, seed: int) -> tuple[int, str]:
    """How many cases were proved, and what was wrong."""
    folder = Path(tempfile.mkdtemp(prefix=f"fanlink-{promise.name}-", dir=FAST_DISK if FAST_DISK.is_dir() else None))
    try:
        return promise.prove(seed, folder), ""
    except Exception as error:  # whatever a proof stumbles over is a finding, and the others go on
        return 0, " ".join(f"{type(error).__name__}: {error}".split())[:300].replace("|", "/")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def version() -> str:
    """The version with its commit, and a `+` where something was changed since."""
    from fanlink import __version__

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True).stdout.strip()

    changed = "+" if git("status", "--porcelain", "--", "fanlink", "tests") else ""
    return f"{__version__} {git('rev-parse', '--short', 'HEAD')}{changed}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
