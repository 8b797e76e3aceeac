"""How far a piece of work is and how long it still takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from fanlink.core.errors import Stopped

# Hears how far a piece of work is, from 0 to 1; what stops the work raises `Stopped`.
Done = Callable[[float], None]
INTERVAL_S = 0.1


def nothing(part: float) -> None:
    """Nobody listens."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`share` runs from 0 to 1 over the whole; `remaining_s` is None until it can be known."""

    stage: str
    share: float
    remaining_s: float | None


class Meter:
    """Turns the shares of stages into one progress, told at most ten times a second."""

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
        share = min(self._base + part * self._share, 1.0)
        if now - self._told < INTERVAL_S:
            return
        self._told = now
        # The first few percent say too little of the rest.
        remaining_s = (now - self._began) * (1.0 - share) / share if share > 0.05 else None
        self._tell(Progress(self._name, share, remaining_s))

    def finish(self) -> None:
        """All is done."""
        self._tell(Progress("done", 1.0, 0.0))


class Course:
    """Steps of which some turn out to be needed, or not, on the way: told by the time that they are expected to take.

    A step that goes on tells by its own pace; those to come by how much longer or shorter than expected the last ones
    took. The share never goes back, the time remaining may: where a file asks for more work than most.
    """

    # A step's own pace counts from here on; and how far from what was expected others are taken to be.
    TELLING, PACES = 0.05, (0.25, 8.0)

    def __init__(
        self,
        tell: Callable[[Progress], None],
        stop: Callable[[], bool],
        expected_s: dict[str, float],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell, self._stop, self._clock, self._to_come = tell, stop, clock, dict(expected_s)
        self._began = self._step_began = clock()
        self._told, self._share, self._pace = float("-inf"), 0.0, 1.0
        self._name, self._expected_s, self._guessed = "", 0.0, False

    def also(self, expected_s: dict[str, float]) -> None:
        """More steps will be needed."""
        self._to_come |= expected_s

    def step(self, name: str, *, guessed: bool = False) -> Done:
        """Begin a step that was announced; what comes back hears how far it is, and raises `Stopped` when it shall stop.

        What was `guessed` of a step's time says nothing of the others.
        """
        now = self._clock()
        if self._expected_s and not self._guessed:
            slowest, fastest = self.PACES
            self._pace = min(max((now - self._step_began) / self._expected_s, slowest), fastest)
        self._name, self._expected_s, self._step_began, self._guessed = name, self._to_come.pop(name), now, guessed
        self.done(0.0)
        return self.done

    def done(self, part: float) -> None:
        """So much of the step is finished, 0 to 1."""
        if self._stop():
            raise Stopped
        now = self._clock()
        if now - self._told < INTERVAL_S:
            return
        self._told, in_step = now, now - self._step_began
        own_s = in_step * (1.0 - part) / part if part > self.TELLING else max(self._pace * self._expected_s - in_step, 0.0)
        left_s, passed_s = own_s + self._pace * sum(self._to_come.values()), now - self._began
        self._share = max(self._share, min(passed_s / max(passed_s + left_s, 1e-9), 0.99))
        self._tell(Progress(self._name, self._share, left_s))

    def finish(self) -> None:
        """All is done."""
        self._tell(Progress("done", 1.0, 0.0))
