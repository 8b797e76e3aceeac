"""How far a render is and how long it still takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """`share` runs from 0 to 1 over the whole; `remaining_s` is None until it can be known."""

    stage: str
    share: float
    remaining_s: float | None


class Meter:
    """Turns the shares of stages into one progress, told at most ten times a second."""

    INTERVAL_S = 0.1

    def __init__(self, tell: Callable[[Progress], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._began, self._told = clock(), float("-inf")
        self._name, self._base, self._share = "", 0.0, 0.0

    def stage(self, name: str, share: float) -> None:
        """Begin the next stage, which is `share` of the whole."""
        self._base += self._share
        self._name, self._share = name, share
        self.done(0.0)

    def done(self, part: float) -> None:
        """So much of the stage is finished, 0 to 1."""
        now = self._clock()
        share = self._base + part * self._share
        if now - self._told < self.INTERVAL_S:
            return
        self._told = now
        # The first few percent say too little of the rest.
        remaining_s = (now - self._began) * (1.0 - share) / share if share > 0.05 else None
        self._tell(Progress(self._name, min(share, 1.0), remaining_s))

    def finish(self) -> None:
        """All is done."""
        self._tell(Progress("done", 1.0, 0.0))
