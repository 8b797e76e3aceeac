"""Limits per account and address, in memory: so many requests a second, so many tries to sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MOST_KEPT = 20_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_ms: int


class Rate:
    """A bucket of tokens for each key, filled at a rate; one request takes one."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], int]) -> None:
        self._per_ms, self._burst, self._clock = per_second / 1000, burst, clock
        self._buckets: dict[str, _Bucket] = {}

    def wait_s(self, key: str) -> int:
        """0 when the request may pass, else the seconds after which one will."""
        now_ms = self._clock()
        bucket = self._buckets.get(key)
        if bucket is None:
            self._make_room(now_ms)
            bucket = self._buckets[key] = _Bucket(self._burst, now_ms)
        gained = max(0, now_ms - bucket.at_ms) * self._per_ms
        bucket.tokens, bucket.at_ms = min(self._burst, bucket.tokens + gained), now_ms
        if bucket.tokens < 1:
            return max(1, round((1 - bucket.tokens) / self._per_ms / 1000 + 0.5))
        bucket.tokens -= 1
        return 0

    def _make_room(self, now_ms: int) -> None:
        """Forgets keys whose buckets are full again: they are as good as new."""
        if len(self._buckets) < MOST_KEPT:
            return
        full_ms = self._burst / self._per_ms
        self._buckets = {key: one for key, one in self._buckets.items() if now_ms - one.at_ms < full_ms}


class Tries:
    """Failed tries for each key within a window; too many close it until the window has passed."""

    def __init__(self, most: int, window_s: int, clock: Callable[[], int]) -> None:
        self._most, self._window_ms, self._clock = most, window_s * 1000, clock
        self._failed: dict[str, list[int]] = {}

    def wait_s(self, key: str) -> int:
        """0 when another try is open, else the seconds until one is."""
        recent = self._recent(key)
        if len(recent) < self._most:
            return 0
        return max(1, (recent[-self._most] + self._window_ms - self._clock() + 999) // 1000)

    def failed(self, key: str) -> None:
        """Counts a try."""
        if len(self._failed) >= MOST_KEPT:
            self._failed = {one: self._recent(one) for one in self._failed if self._recent(one)}
        self._failed[key] = [*self._recent(key), self._clock()]

    def passed(self, key: str) -> None:
        """Forgets the failures of a key that got it right."""
        self._failed.pop(key, None)

    def _recent(self, key: str) -> list[int]:
        since_ms = self._clock() - self._window_ms
        return [at_ms for at_ms in self._failed.get(key, []) if at_ms > since_ms]
