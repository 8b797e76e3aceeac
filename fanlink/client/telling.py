"""Telling: what moved is gathered, and told to those who listen together with the state when that is another one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from fanlink.client.state import SyncState

Changed = Callable[[frozenset[str]], None]
Stated = Callable[[SyncState], None]


class Telling:
    """The listeners of one session, and the kinds that moved since they were last told."""

    def __init__(self, state: Callable[[], SyncState]) -> None:
        self._state = state
        self._news: set[str] = set()
        self._news_lock, self._tell_lock = threading.Lock(), threading.Lock()
        self._listeners: list[tuple[Changed, Stated]] = []
        self._told_state: SyncState | None = None

    def subscribe(self, changed: Changed, stated: Stated) -> Callable[[], None]:
        """Adds a listener; returns what takes it away."""
        listener = (changed, stated)
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def moved(self, kinds: Iterable[str]) -> None:
        """Keeps kinds of documents that moved for the next time that something is told."""
        with self._news_lock:
            self._news |= set(kinds)

    def tell(self) -> None:
        """Tells what moved, and how things stand when nobody was told of that yet."""
        with self._tell_lock:
            with self._news_lock:
                news, self._news = frozenset(self._news), set()
            state = self._state()
            for changed, stated in tuple(self._listeners):
                if news:
                    changed(news)
                if state != self._told_state:
                    stated(state)
            self._told_state = state
