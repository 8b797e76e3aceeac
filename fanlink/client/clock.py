"""Time and chance, passed in: the same code runs on a real computer and in the simulator."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Protocol

ALPHABET = "0123456789abcdefghijklmnopqrstuv"
RANDOM_CHARACTERS = 26

RandomBytes = Callable[[int], bytes]


class Clock(Protocol):
    """Two clocks: what the wall says, which may jump, and what passes, which may not."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC, as this computer believes."""

    def passed_s(self) -> float:
        """Seconds since some moment; never goes back."""


class SystemClock:
    """The computer's own clocks."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def passed_s(self) -> float:
        return time.monotonic()


class Ids:
    """Names for what this client makes: 130 random bits, so no two computers ever make the same."""

    def __init__(self, random_bytes: RandomBytes = os.urandom) -> None:
        self._random_bytes = random_bytes

    def new(self, prefix: str) -> str:
        """A prefix, `_` and 26 characters that are safe in addresses and file names."""
        number = int.from_bytes(self._random_bytes(17), "big") >> 6
        return f"{prefix}_{''.join(ALPHABET[number >> 5 * place & 31] for place in range(RANDOM_CHARACTERS))}"


def fraction(random_bytes: RandomBytes) -> float:
    """A number from 0 up to 1, from the same source of chance."""
    return int.from_bytes(random_bytes(6), "big") / 2**48
