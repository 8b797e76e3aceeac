"""Who waits for news of which scopes. News says only that a scope moved, and how far."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping


class Listener:
    """One stream's ear: the newest head of each scope that moved since it last looked."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop, self.ready = loop, asyncio.Event()
        self.heads: dict[str, int] = {}
        self.stopped = False

    def take(self) -> dict[str, int]:
        """What moved; nothing is left behind."""
        heads, self.heads = self.heads, {}
        self.ready.clear()
        return heads

    def hear(self, heads: Mapping[str, int]) -> None:
        """Runs in the listener's own loop."""
        for scope, head in heads.items():
            self.heads[scope] = max(head, self.heads.get(scope, 0))
        self.ready.set()

    def end(self) -> None:
        """Wakes the stream so that it can end."""
        self.stopped = True
        self.ready.set()


class News:
    """Carries the heads of each commit from the writer's thread to the streams that listen."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._lock = threading.Lock()
        self.stopped = False

    def listen(self) -> Listener:
        """A new listener on the running loop; `leave` when done."""
        listener = Listener(asyncio.get_running_loop())
        with self._lock:
            self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        """Listens no more."""
        with self._lock:
            self._listeners.discard(listener)

    def tell(self, heads: Mapping[str, int]) -> None:
        """Called after a commit, from any thread."""
        if heads:
            self._each(lambda listener: listener.loop.call_soon_threadsafe(listener.hear, dict(heads)))

    def stop(self) -> None:
        """Ends all streams."""
        self.stopped = True
        self._each(lambda listener: listener.loop.call_soon_threadsafe(listener.end))

    def _each(self, do: object) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            if not listener.loop.is_closed():
                do(listener)  # type: ignore[operator]
