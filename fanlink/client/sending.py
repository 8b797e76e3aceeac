"""Sending files: several at once, off the control thread, each tried again by itself when it fails.

A command that names a file waits until that file is up; everything else goes. A file that the server refuses is kept with
the reason, so that its command can be mended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from fanlink.client.api import Busy, SignedOut
from fanlink.client.clock import Clock, RandomBytes, fraction
from fanlink.client.entries import Entry, text
from fanlink.client.transfers import Progress, Stop
from fanlink.client.uploads import Uploads, UploadState
from fanlink.core.errors import FanLinkError, Offline, Reason, Refused, Stopped, Unavailable

AT_ONCE = 3
LONGEST_WAIT_S = 60.0
TELL_EVERY_S = 0.25
SPEED_AFTER_S = 1.0


@dataclass(frozen=True, slots=True)
class FileState:
    """A file on its way up. `remaining_s` is None until its speed is known, `reasons` why the server refused it."""

    digest: str
    name: str
    label: str
    size_bytes: int
    sent_bytes: int = 0
    remaining_s: float | None = None
    reasons: tuple[Reason, ...] = ()

    @property
    def refused(self) -> bool:
        return bool(self.reasons)


@dataclass(slots=True)
class _Going:
    """A transfer under way, with what its speed is measured from."""

    began_s: float
    first: int | None = None
    sent: int = 0


class Sending:
    """Sends what waits. `send` moves one file; `moved` is told when a file is done with, `told` while it goes.

    `end` forgets a file that is not wanted any more, here and on the server.
    """

    def __init__(
        self, uploads: Uploads, send: Callable[[str, Progress, Stop], None], clock: Clock, random_bytes: RandomBytes, *,
        moved: Callable[[], None] = lambda: None, told: Callable[[], None] = lambda: None, at_once: int = AT_ONCE,
        end: Callable[[str], None] = lambda digest: None,
    ) -> None:
        self._uploads, self._send, self._clock, self._random_bytes = uploads, send, clock, random_bytes
        self._moved, self._told, self._at_once, self._end = moved, told, at_once, end
        self._cancelled: set[str] = set()
        self._lock = threading.Lock()
        self._going: dict[str, _Going] = {}
        self._failures: dict[str, tuple[int, float]] = {}
        self._threads: set[threading.Thread] = set()
        self._stopping = threading.Event()
        self._told_s = float("-inf")

    # What is seen -----------------------------------------------------------------------------------------------

    def states(self) -> tuple[FileState, ...]:
        """Every file that is not up, oldest first."""
        now_s = self._clock.passed_s()
        with self._lock:
            going = {digest: (one.began_s, one.first or 0, one.sent) for digest, one in self._going.items()}
        found = []
        for upload in self._uploads.all():
            began_s, first, sent = going.get(upload.digest, (now_s, 0, 0))
            spent_s, gained = now_s - began_s, sent - first
            known = spent_s >= SPEED_AFTER_S and gained > 0
            left_s = (upload.size_bytes - sent) * spent_s / gained if known else None
            found.append(FileState(upload.digest, upload.name, upload.label, upload.size_bytes, sent, left_s, upload.reasons))
        return tuple(found)

    def lacking(self, entry: Entry) -> tuple[FileState, ...]:
        """The files that a command waits for."""
        from fanlink import wire

        data = text(wire.to_json(entry.command.data))
        return tuple(state for state in self.states() if state.name in data)

    def again(self, digest: str) -> None:
        """Sends a file once more that was refused or has to wait."""
        self._uploads.again(digest)
        with self._lock:
            self._failures.pop(digest, None)
        self._moved()

    # What is done -----------------------------------------------------------------------------------------------

    def held(self) -> tuple[str, ...]:
        """Starts what is due, in threads of its own, and names what commands must wait for."""
        self.start()
        return self._uploads.held()

    def start(self) -> None:
        """Begins what is due and for which there is room; returns at once."""
        with self._lock:
            room = self._at_once - len(self._going)
            if self._stopping.is_set() or room <= 0:
                return
            chosen = [digest for digest in self._uploads.waiting() if self._may_begin(digest)][:room]
            for digest in chosen:
                self._going[digest] = _Going(self._clock.passed_s())
                thread = threading.Thread(target=self._run, args=(digest,), name="fanlink-sending", daemon=True)
                self._threads.add(thread)
                thread.start()

    def send_all(self) -> tuple[str, ...]:
        """Sends what is due, here and now, as many at once as may be; names what commands must wait for. Raises `SignedOut`."""
        with self._lock:
            chosen = [digest for digest in self._uploads.waiting() if self._may_begin(digest)]
        if chosen and self._at_once == 1:
            errors = [self._outcome(digest) for digest in chosen]
        elif chosen:
            with ThreadPoolExecutor(min(self._at_once, len(chosen)), thread_name_prefix="fanlink-sending") as pool:
                errors = list(pool.map(self._outcome, chosen))
        else:
            errors = []
        for error in errors:
            if isinstance(error, SignedOut):
                raise error
        return self._uploads.held()

    def send_now(self, digest: str, told: Progress | None = None) -> None:
        """Sends one file, here and now; raises `Offline`, `SignedOut`, or `Refused` when the server will not have it.

        `told` hears (bytes sent, of); raises `Stopped` where it does, or where the file is cancelled: then it is forgotten.
        """
        with self._one(digest) as free:
            if not free:
                return  # it is on its way already
            try:
                self._try(digest, told)
            except Refused as refused:
                self._uploads.refused(digest, refused.reasons)
                raise

    def cancel(self, digest: str) -> None:
        """Sends a file no more and forgets it; one that is on its way ends at its next piece."""
        with self._lock:
            self._cancelled.add(digest)
            going = digest in self._going
        if not going:
            self._forget(digest)
        self._moved()

    def next_due_in_s(self) -> float | None:
        """When something that waits may be tried again; None when nothing is left to begin."""
        now_s = self._clock.passed_s()
        with self._lock:
            if len(self._going) >= self._at_once:
                return None
            waits = [self._failures.get(digest, (0, now_s))[1] - now_s for digest in self._uploads.waiting() if digest not in self._going]
        return max(0.0, min(waits)) if waits else None

    def stop(self, within_s: float = 6.0) -> None:
        """Ends every transfer at its next piece; what arrived is gone on from when it is opened again.

        One that only waits for the server to look at its file is left to itself: nothing is lost with it.
        """
        self._stopping.set()
        threads = tuple(self._threads)
        for thread in threads:
            thread.join(within_s / len(threads))

    # Inside -----------------------------------------------------------------------------------------------------

    def _may_begin(self, digest: str) -> bool:
        return digest not in self._going and self._failures.get(digest, (0, 0.0))[1] <= self._clock.passed_s()

    def _run(self, digest: str) -> None:
        try:
            self._settled(digest)
        finally:
            with self._lock:
                self._going.pop(digest, None)
                self._threads.discard(threading.current_thread())
            if not self._stopping.is_set():
                self._moved()

    def _outcome(self, digest: str) -> FanLinkError | None:
        with self._one(digest) as free:
            return self._settled(digest) if free else None

    def _settled(self, digest: str) -> FanLinkError | None:
        """Tries one file; what went wrong is noted and returned."""
        try:
            self._try(digest)
        except Refused as refused:
            self._uploads.refused(digest, refused.reasons)
            return refused
        except Stopped as stopped:
            return stopped
        except (Unavailable, OSError) as error:
            self._failed(digest, error)
            return error if isinstance(error, FanLinkError) else Offline(str(error))
        return None

    def _try(self, digest: str, told: Progress | None = None) -> None:
        upload = self._uploads.get(digest)
        if upload is None or upload.state is not UploadState.WAITING:
            return

        def far(sent: int, of: int) -> None:
            self._progress(digest, sent)
            if told:
                told(sent, of)

        try:
            self._send(digest, far, lambda: self._stopping.is_set() or digest in self._cancelled)
        except Stopped:
            if not self._stopping.is_set():
                self._forget(digest)
            raise
        self._uploads.done(digest)
        with self._lock:
            self._failures.pop(digest, None)

    def _forget(self, digest: str) -> None:
        self._end(digest)
        with self._lock:
            self._cancelled.discard(digest)
            self._failures.pop(digest, None)

    def _failed(self, digest: str, error: Exception) -> None:
        with self._lock:
            count = self._failures.get(digest, (0, 0.0))[0]
            wait_s = min(2.0**count, LONGEST_WAIT_S) * (0.5 + fraction(self._random_bytes) / 2)
            if isinstance(error, Busy) and error.retry_after_s is not None:
                wait_s = max(wait_s, error.retry_after_s)
            self._failures[digest] = (min(count + 1, 16), self._clock.passed_s() + wait_s)

    def _progress(self, digest: str, sent: int) -> None:
        now_s = self._clock.passed_s()
        with self._lock:
            going = self._going.get(digest)
            if going is not None:
                going.first = sent if going.first is None else going.first
                going.sent = sent
            quiet = now_s - self._told_s < TELL_EVERY_S
            if not quiet:
                self._told_s = now_s
        if not quiet:
            self._told()

    @contextmanager
    def _one(self, digest: str) -> Iterator[bool]:
        """Whether this caller may send the file: nobody else is at it."""
        with self._lock:
            free = digest not in self._going
            if free:
                self._going[digest] = _Going(self._clock.passed_s())
        try:
            yield free
        finally:
            if free:
                with self._lock:
                    self._going.pop(digest, None)
