"""How the demo speaks while it works: lines on stderr, and one line that counts while something takes long."""

from __future__ import annotations

import sys
from typing import TextIO

from fanlink.remix.progress import Progress


class Voice:
    """Says what happens, one sentence a line."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out, self._counting = out, False

    def __call__(self, sentence: str) -> None:
        """A sentence on a line of its own."""
        self._end_line()
        print(sentence, file=self._out, flush=True)

    def progress(self, what: str, progress: Progress) -> None:
        """How far something is; on a terminal the line is rewritten, elsewhere it stays quiet."""
        if not self._out.isatty():
            return
        left = "" if progress.remaining_s is None else f", {progress.remaining_s:.0f} s left"
        print(f"\r    {what} {progress.share:4.0%}{left}   ", end="", file=self._out, flush=True)
        self._counting = True

    def _end_line(self) -> None:
        if self._counting:
            print(file=self._out)
            self._counting = False
