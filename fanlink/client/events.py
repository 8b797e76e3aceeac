"""Live: the server says that a scope moved, and sync looks. Nothing else travels this way."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import httpx
from httpx_sse import EventSource, SSEError

from fanlink.client.api import Api, SignedOut
from fanlink.client.clock import Clock, RandomBytes
from fanlink.client.schedule import Schedule
from fanlink.core.errors import FanLinkError, Offline

TIMEOUT = httpx.Timeout(20.0, connect=5.0, read=90.0)


class Listener:
    """Keeps a stream of events open, and opens it again when it ends; only a hint, so nothing depends on it."""

    def __init__(self, api: Api, clock: Clock, random_bytes: RandomBytes, moved: Callable[[str, int], None]) -> None:
        self._api, self._clock, self._moved = api, clock, moved
        self._schedule = Schedule(random_bytes)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._live, name="fanlink-events", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Asks the thread to end; it does so when its stream says something or its connection is closed."""
        self._stopping.set()

    def listen(self) -> None:
        """Reads one stream to its end; raises `Offline` or `SignedOut` when there is none."""
        with self._api.stream("GET", "/v1/events", timeout=TIMEOUT, headers={"accept": "text/event-stream"}) as reply:
            self._schedule.succeeded(self._clock.passed_s())
            try:
                for event in EventSource(reply).iter_sse():
                    if self._stopping.is_set():
                        return
                    said = json.loads(event.data) if event.data else {}
                    if "scope" in said:
                        self._moved(str(said["scope"]), int(said["head"]))
            except (SSEError, ValueError, TypeError, KeyError) as error:
                raise Offline(f"events: {error}") from error

    def _live(self) -> None:
        while not self._stopping.is_set():
            try:
                self.listen()
                error: FanLinkError = Offline("the stream ended")
            except SignedOut:
                return
            except FanLinkError as failure:
                error = failure
            now_s = self._clock.passed_s()
            self._schedule.failed(now_s, error)
            self._stopping.wait(self._schedule.wait_s(now_s, something_due=True))
