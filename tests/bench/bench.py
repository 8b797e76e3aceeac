"""What this machine does: how fast it renders, takes commands, pulls changes, and opens the window.

    make bench

Each part is a bench of its own in this folder and says more when run alone (`make bench-remix`, `make bench-server`,
`make bench-sync`, `make bench-start`). Machines differ and are often busy: the load is printed beside.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

PARTS = (
    ("Render speed, as a multiple of real time (a song of 60 s)", ("tests.bench.bench_remix", "60")),
    ("Commands per second, durable, over loopback", ("tests.bench.bench_server", "--seconds", "3")),
    ("Changes pulled per second, and a backlog pushed", ("tests.bench.bench_sync", "--rows", "20000", "--commands", "200")),
    ("Seconds from `fanlink desktop` to a painted window", ("tests.bench.bench_start",)),
)


def main() -> int:
    """Runs all parts; the exit code is that of the first that failed."""
    failed = 0
    for title, words in PARTS:
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
        print(f"\n{title} (load {load:.1f} on {os.cpu_count()} processors)", flush=True)
        began = time.monotonic()
        done = subprocess.run([sys.executable, "-m", *words], check=False)
        print(f"  took {time.monotonic() - began:.0f} s", flush=True)
        failed = failed or done.returncode
    return failed


if __name__ == "__main__":
    sys.exit(main())
