"""A process that runs royalties on a home and is killed by its parent in the middle; tells each step on a line."""

import sys
from pathlib import Path

from fanlink.server import runs
from fanlink.server.home_books import HomeBooks

if __name__ == "__main__":
    runs.AT_ONCE_POTS = 0
    runs.POTS_A_STEP = runs.PARTIES_A_STEP = 1
    books = HomeBooks(Path(sys.argv[1]))
    asset = books.upload(Path(sys.argv[2]), lambda *_: None)
    books.take(asset, "report.csv", lambda *_: None)
    books.run("2026-11", sys.argv[3] == "close", lambda *said: (sys.stdout.write(f"{said}\n"), sys.stdout.flush()))
    books.close()
