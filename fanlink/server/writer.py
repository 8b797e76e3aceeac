"""Group commit: one thread takes what all callers want written and has the door commit it together.

While one group is being made durable the next one gathers, so a disk that syncs a few hundred times a second still
takes thousands of commands. A queue that is too long refuses at once: `Busy` says when to come back.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from fanlink.core.errors import Unavailable
from fanlink.server.deciding import Deciding
from fanlink.server.door import Door, Request
from fanlink.server.envelopes import Asked

Result = TypeVar("Result")
MOST_TOGETHER = 1_000


class Busy(Unavailable):
    """More waits to be written than can be taken; nothing was taken, come back in a moment."""


class Writer:
    """The thread that writes. `close` finishes what was taken and takes nothing more."""

    def __init__(self, door: Door, clock: Callable[[], int]) -> None:
        self._door, self._clock = door, clock
        self._waiting: deque[tuple[Request, Future[Any]]] = deque()
        self._commands = 0
        self._closed = False
        self._news = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="fanlink-writer", daemon=True)
        self._thread.start()

    def answer(self, account: str, commands: Sequence[Asked]) -> Future[list[dict[str, Any]]]:
        """The answers to a batch, once they are durable."""
        return self._put(Request(account, commands), len(commands))

    def act(self, act: Callable[[Deciding], Result]) -> Future[Result]:
        """What an act of the system's own gives, once it is durable."""
        return self._put(Request(act=act), 1)

    def _put(self, request: Request, size: int) -> Future[Any]:
        future: Future[Any] = Future()
        with self._news:
            if self._closed:
                raise Busy("the server is stopping")
            if self._commands + size > self._door.settings.waiting_commands and self._waiting:
                raise Busy("too many commands wait to be written")
            self._waiting.append((request, future))
            self._commands += size
            self._news.notify()
        return future

    def close(self) -> None:
        """Writes what was taken, then ends the thread."""
        with self._news:
            self._closed = True
            self._news.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            group = self._next_group()
            if not group:
                return
            try:
                self._door.answer_together([request for request, _ in group], self._clock())
            except BaseException as error:  # a writer that dies would leave every caller waiting for ever
                for request, _ in group:
                    request.error = request.error or error
            for request, future in group:
                if future.cancelled():
                    continue  # who asked has gone; what was decided stands, and the same id gets the same answer
                if request.error is not None:
                    future.set_exception(request.error)
                else:
                    future.set_result(request.result)

    def _next_group(self) -> list[tuple[Request, Future[Any]]]:
        with self._news:
            while not self._waiting and not self._closed:
                self._news.wait()
            group: list[tuple[Request, Future[Any]]] = []
            size = 0
            while self._waiting and (not group or size + len(self._waiting[0][0].commands) <= MOST_TOGETHER):
                request, future = self._waiting.popleft()
                size += max(1, len(request.commands))
                future.set_running_or_notify_cancel()  # a running future is never cancelled half-way
                group.append((request, future))
            self._commands -= size
            return group
