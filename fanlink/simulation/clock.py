"""Simulated time: one true clock, and each computer's own, which may be wrong by days."""

from __future__ import annotations

START_MS = 1_800_000_000_000


class World:
    """The true time; it goes only when the simulator lets it."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


class Watch:
    """One computer's clock, off by `wrong_ms`; its other clock never goes back."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.wrong_ms = 0

    def now_ms(self) -> int:
        return self._world.now_ms + self.wrong_ms

    def passed_s(self) -> float:
        return self._world.now_ms / 1000
