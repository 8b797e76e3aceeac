"""When to try next: at once when all is well, later and later when the server is away, never before it asked for."""

from __future__ import annotations

from fanlink.client.api import Busy
from fanlink.client.clock import RandomBytes, fraction
from fanlink.core.errors import FanLinkError

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
LOOK_EVERY_S = 60.0


class Schedule:
    """Pure arithmetic over a clock that never goes back."""

    def __init__(self, random_bytes: RandomBytes) -> None:
        self._random_bytes = random_bytes
        self._failures = 0
        self._not_before_s = 0.0
        self._asked_to_wait_until_s = 0.0
        self._next_look_s = 0.0

    def succeeded(self, now_s: float) -> None:
        """The server answered: the next look is a routine one."""
        self._failures, self._not_before_s = 0, 0.0
        self._next_look_s = now_s + LOOK_EVERY_S

    def failed(self, now_s: float, error: FanLinkError) -> None:
        """No answer: wait twice as long as before, up to a minute, each client a little differently."""
        longest = min(FIRST_WAIT_S * 2**self._failures, LONGEST_WAIT_S)
        self._failures = min(self._failures + 1, 16)
        # Half of the wait is chance, so that clients that lost the server together do not return together.
        self._not_before_s = now_s + longest * (0.5 + fraction(self._random_bytes) / 2)
        if isinstance(error, Busy) and error.retry_after_s is not None:
            self._asked_to_wait_until_s = now_s + error.retry_after_s
        self._next_look_s = now_s

    def asked(self, now_s: float) -> None:
        """A person, or the server's own event, says that there is something: forget the waiting, not the server's wish."""
        self._not_before_s = 0.0
        self._next_look_s = now_s

    def wait_s(self, now_s: float, *, something_due: bool, due_in_s: float | None = None) -> float:
        """Seconds until the next round may start; 0 when it may now."""
        wanted = now_s if something_due else self._next_look_s
        if due_in_s is not None:
            wanted = min(wanted, now_s + due_in_s)
        return max(wanted, self._not_before_s, self._asked_to_wait_until_s, now_s) - now_s
