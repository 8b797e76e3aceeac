"""Sync: one round of sending and fetching, and the one thread that decides when."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from fanlink.client.api import Api, SignedOut
from fanlink.client.checkpoints import NOTHING, Look
from fanlink.client.clock import Clock
from fanlink.client.entries import EntryState
from fanlink.client.outbox import Outbox
from fanlink.client.pull import Pulled, Puller
from fanlink.client.push import Pusher
from fanlink.client.schedule import Schedule
from fanlink.client.sending import FileState
from fanlink.client.state import SyncState
from fanlink.core.checkpoints import LogChange
from fanlink.core.errors import FanLinkError, Refused, Stopped, Unavailable

REMEMBERS_S = 600.0
FORGET_AFTER_MS = 60 * 86_400_000


@dataclass(frozen=True, slots=True)
class Report:
    """What one round did."""

    pushed: Counter[EntryState] = field(default_factory=Counter)
    pulled: Pulled = field(default_factory=Pulled)
    asked_again: int = 0
    log_change: LogChange | None = None


class Line:
    """The sync line's facts, gathered from whoever knows them."""

    def __init__(
        self, outbox: Outbox, account: Callable[[], str | None], files: Callable[[], tuple[FileState, ...]] = lambda: (),
        log_changes: Callable[[], int] = lambda: 0,
    ) -> None:
        self._outbox, self._account, self._files, self._log_changes = outbox, account, files, log_changes
        self._base = SyncState()

    def now(self) -> SyncState:
        """The state as it is."""
        counts = self._outbox.counts(self._account())
        files = self._files()
        going = [file for file in files if not file.refused]
        known = [file.remaining_s for file in going if file.remaining_s is not None]
        return replace(
            self._base, waiting=counts.waiting, needs_you=counts.needs_you + len(files) - len(going), files=len(going),
            files_sent_bytes=sum(file.sent_bytes for file in going), files_bytes=sum(file.size_bytes for file in going),
            files_remaining_s=round(max(known)) if known else None, log_changes=self._log_changes(),
        )

    def sending(self, sent: int, of: int) -> None:
        self._base = replace(self._base, sent=sent + 1, of=of)

    def reached(self) -> None:
        self._base = SyncState()

    def lost(self, error: FanLinkError, now_ms: int) -> None:
        """Offline since the first failure; a token that is no longer good is said instead."""
        if isinstance(error, SignedOut):
            self._base = SyncState(signed_out=True)
        else:
            since = self._base.offline_since_ms
            self._base = SyncState(offline_since_ms=now_ms if since is None else since)


class Round:
    """One exchange with the server: send what is due, fetch what moved, then end the pending pictures."""

    def __init__(
        self, api: Api, outbox: Outbox, pusher: Pusher, puller: Puller, clock: Clock, line: Line,
        upload: Callable[[], Iterable[str]] = lambda: (), tell: Callable[[], None] = lambda: None,
        forgotten: Callable[[], None] = lambda: None, look_at_log: Callable[[bool], Look] = lambda moved: NOTHING,
    ) -> None:
        self._api, self._outbox, self._pusher, self._puller, self._clock = api, outbox, pusher, puller, clock
        self._remembered_s = float("-inf")
        self._line, self._upload, self._tell, self._forgotten, self._look_at_log = line, upload, tell, forgotten, look_at_log

    def run(self, account: str) -> Report:
        """Raises what `Api` raises; everything that was answered or fetched until then is kept."""
        forgotten = self._has_forgotten(account)
        # Before it is told again: how the log is now says what was done to it.
        seen = self._look_at_log(True) if forgotten else None
        again = self._ask_again(account) if forgotten else 0
        pushed = self._push(account)
        pulled = self._pull(account)
        seen = seen or self._look_at_log(bool(pushed) or any(pulled.rows.values()))
        if not again and (seen.change or pulled.server_differs):
            again = self._ask_again(account)
            if again or seen.change:
                pushed += self._push(account)
                pulled.add(self._pull(account))
        # Last: who is cut off before this finds the same change again and does what follows from it once more.
        seen.keep()
        self._outbox.forget(self._clock.now_ms() - FORGET_AFTER_MS)
        return Report(pushed, pulled, again, seen.change)

    def _has_forgotten(self, account: str) -> bool:
        """Whether the server, restored from a backup perhaps, lost what it had accepted; asked before it gets more."""
        now_s = self._clock.passed_s()
        newest = self._outbox.newest_accepted(account)
        due = now_s - self._remembered_s >= REMEMBERS_S or self._outbox.ready(account, self._clock.now_ms(), 1)
        if newest is None or not due:
            return False
        self._remembered_s = now_s
        return not self._api.knows(newest)

    def _ask_again(self, account: str) -> int:
        # The server answers what it knows as before, so asking does no harm; what it lost may name files that it lost too.
        self._forgotten()
        self._puller.distrust()
        return self._outbox.ask_again(account)

    def _push(self, account: str) -> Counter[EntryState]:
        return self._pusher.push(account, self._told, tuple(self._upload()))

    def _told(self, sent: int, of: int) -> None:
        self._line.sending(sent, of)
        self._tell()

    def _pull(self, account: str) -> Pulled:
        # What was accepted before this pull began is in it, for the server answers after its commit.
        accepted = self._outbox.accepted_unsettled(account)
        pulled = self._puller.pull()
        if accepted:
            self._outbox.settle(accepted)
        return pulled


class Control:
    """The one thread of sync: waits, runs rounds, tells listeners. Everything that happens to it is a wake-up."""

    def __init__(
        self, clock: Clock, schedule: Schedule, *, run: Callable[[], object], tell: Callable[[], None],
        due_in_s: Callable[[], float | None], failed: Callable[[FanLinkError], None],
    ) -> None:
        self._clock, self._schedule = clock, schedule
        self._run, self._tell, self._due_in_s, self._failed = run, tell, due_in_s, failed
        self._condition = threading.Condition()
        self._woken = self._stopping = self._asked = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins; a second start does nothing."""
        if self._thread is None:
            self._schedule.asked(self._clock.passed_s())
            self._thread = threading.Thread(target=self._live, name="fanlink-sync", daemon=True)
            self._thread.start()

    def wake(self, *, ask: bool = False) -> None:
        """Something changed here; with `ask` there is a reason to reach for the server before the waiting is over."""
        with self._condition:
            if ask:
                self._schedule.asked(self._clock.passed_s())
                self._asked = True
            self._woken = True
            self._condition.notify_all()

    def stop(self, within_s: float = 10.0) -> None:
        """Ends after the request under way; what was not answered stays in the outbox."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(within_s)

    @property
    def running(self) -> bool:
        """True between `start` and `stop`."""
        return self._thread is not None and not self._stopping

    def step(self) -> float:
        """Tells, runs a round when one may start, and says how long to wait then; the thread does only this."""
        self._tell()
        now_s = self._clock.passed_s()
        due_in_s = self._due_in_s()
        wait_s = self._schedule.wait_s(now_s, something_due=due_in_s == 0.0, due_in_s=due_in_s)
        if wait_s > 0:
            return wait_s
        self._asked = False
        try:
            self._run()
        except (Unavailable, Refused, Stopped) as error:
            self._schedule.failed(self._clock.passed_s(), error)
            self._failed(error)
        else:
            self._schedule.succeeded(self._clock.passed_s())
            if self._asked:  # while it ran: what was asked for may have come too late for it
                self._schedule.asked(self._clock.passed_s())
        self._tell()
        return 0.0

    def _live(self) -> None:
        while not self._stopping:
            wait_s = self.step()
            with self._condition:
                if wait_s > 0 and not self._woken and not self._stopping:
                    self._condition.wait(wait_s)
                self._woken = False
