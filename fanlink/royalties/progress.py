"""How far something is and how long it will still take, on standard error, once it has taken a second."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from fanlink.core.plain_text import one_line

SECOND_MS = 1000


def print_line(text: str, file: TextIO | None = None) -> None:
    """Prints a line with names that others gave: nothing in them moves the cursor or turns the line round."""
    print(one_line(text), file=file)


class Progress:
    """Called with (done, of, what); writes one line, over itself on a terminal, at most each second."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._began_ms = self._said_ms = _now_ms()
        self._wrote = False

    def __call__(self, done: int, of: int, what: str = "") -> None:
        now_ms = _now_ms()
        if now_ms - self._said_ms < SECOND_MS:
            return
        self._said_ms, taken_ms = now_ms, now_ms - self._began_ms
        if of and done:
            left_s = max(taken_ms * (of - done) // done, 0) // SECOND_MS
            text = f"{what or 'working'}: {min(done * 100 // of, 100)} %, {left_s} s left"
        else:
            text = f"{what or 'working'}: {f'{done:,}, ' if done else ''}{taken_ms // SECOND_MS} s"
        end = "\r" if self._stream.isatty() else "\n"
        self._stream.write(f"{text:60}{end}")
        self._stream.flush()
        self._wrote = end == "\r"

    def end(self) -> None:
        """Clears the line on a terminal."""
        if self._wrote:
            self._stream.write(f"{'':60}\r")
            self._stream.flush()
            self._wrote = False


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
