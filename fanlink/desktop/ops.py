"""Reads and writes off the UI thread.

    page --run(work, done)--> Ops --queued signal--> Lane (a long-lived object in its own thread) --queued signal--> done

Widgets touch no thread: work gets no widget, `done` and `failed` run on the UI thread and only while their owner lives.
The lane "store" is one thread, so what was written is seen by the next read. The lanes "sound" and "make" are for what takes
seconds: decoding and rendering; "generate" is for models, which take minutes; "pictures" fetches artwork, and "ahead" does what is only nice to have done. Long work gets a `Progress` to report to (at most 20 times a second arrive) and to ask
whether it should stop.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from fanlink.core.errors import Stopped

log = logging.getLogger("fanlink.desktop")

AHEAD, GENERATE = "ahead", "generate"
LANES = ("store", "sound", "make", "pictures", AHEAD, GENERATE)
MOST_REPORTS_PER_S = 20


class Progress:
    """What long work reports to and asks. Seconds left are measured from its own speed."""

    def __init__(self, report: Callable[[float, float | None, str], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.stop = threading.Event()
        self._report, self._clock = report, clock
        self._began, self._last = clock(), float("-inf")

    def __call__(self, fraction: float, what: str = "") -> None:
        """Says how far it is (0 to 1); raises `Stopped` when nobody wants it any more."""
        if self.stop.is_set():
            raise Stopped
        now = self._clock()
        if now - self._last < 1 / MOST_REPORTS_PER_S and fraction < 1:
            return
        self._last = now
        spent = now - self._began
        left = spent * (1 - fraction) / fraction if fraction > 0.02 and spent > 0.25 else None
        self._report(fraction, left, what)


class Task(QObject):
    """One piece of work, as the page sees it."""

    progressed = Signal(float, object, str)

    def __init__(self, work: Callable[..., Any], done: Any, failed: Any, owner: QObject | None, *, long: bool) -> None:
        super().__init__()
        self.work, self.done, self.failed, self.owner, self.long = work, done, failed, owner, long
        self.lane = ""
        self.progress = Progress(self.progressed.emit)

    def stop(self) -> None:
        """Ends it as soon as it asks; nobody hears of it again."""
        self.done = self.failed = None
        self.progress.stop.set()

    @property
    def wanted(self) -> bool:
        """False once the page that asked is gone or has stopped it."""
        gone = self.owner is not None and not shiboken6.isValid(self.owner)
        return not gone and not self.progress.stop.is_set()


class Lane(QObject):
    """Does work one piece after the other in the thread it was moved to."""

    asked = Signal(object)
    answered = Signal(object, object, object)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self.work, Qt.ConnectionType.QueuedConnection)

    @Slot(object)
    def work(self, task: Task) -> None:
        """Runs one task and sends back its result or its error."""
        if not task.wanted:
            self.answered.emit(task, None, Stopped())
            return
        try:
            result = task.work(task.progress) if task.long else task.work()
        except Exception as error:  # the page is told; what is a bug is logged where it is shown
            self.answered.emit(task, None, error)
        else:
            self.answered.emit(task, result, None)


class Ops(QObject):
    """Gives work to lanes and brings results back. `failed` tells of errors that no page took."""

    failed = Signal(object)
    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes: dict[str, tuple[QThread, Lane]] = {}
        self._open: set[Task] = set()

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], object] | None = None,
        failed: Callable[[Exception], object] | None = None, *, owner: QObject | None = None, lane: str = "store",
    ) -> Task:
        """Runs `work()` in a lane, then `done(result)` here."""
        return self._start(Task(work, done, failed, owner, long=False), lane)

    def run_long(
        self, work: Callable[[Progress], Any], done: Callable[[Any], object] | None = None,
        failed: Callable[[Exception], object] | None = None, *, owner: QObject | None = None, lane: str = "make",
        progressed: Callable[[float, float | None, str], object] | None = None,
    ) -> Task:
        """Runs `work(progress)` in a lane; `progressed(fraction, seconds_left, what)` is called here."""
        task = Task(work, done, failed, owner, long=True)
        if progressed:
            def report(fraction: float, left: float | None, what: str) -> None:
                if task.wanted:
                    progressed(fraction, left, what)

            task.progressed.connect(report, Qt.ConnectionType.QueuedConnection)
        return self._start(task, lane)

    @property
    def busy(self) -> bool:
        """True while anything is under way that somebody waits for."""
        return any(task.lane != AHEAD for task in self._open)

    def close(self) -> None:
        """Stops what can be stopped and waits for the rest."""
        for task in tuple(self._open):
            task.progress.stop.set()
        for thread, _lane in self._lanes.values():
            thread.quit()
        for thread, _lane in self._lanes.values():
            thread.wait()
        self._lanes.clear()
        self._open.clear()

    def _start(self, task: Task, lane: str) -> Task:
        assert lane in LANES, f"no lane {lane}"
        task.lane = lane
        self._open.add(task)
        self._lane(lane).asked.emit(task)
        return task

    def _lane(self, name: str) -> Lane:
        if name not in self._lanes:
            thread = QThread(self)
            thread.setObjectName(f"fanlink-{name}")
            made = Lane()
            made.moveToThread(thread)
            made.answered.connect(self._answered, Qt.ConnectionType.QueuedConnection)
            thread.start()
            self._lanes[name] = (thread, made)
        return self._lanes[name][1]

    @Slot(object, object, object)
    def _answered(self, task: Task, result: Any, error: Exception | None) -> None:
        self._open.discard(task)
        if task.wanted and not isinstance(error, Stopped):
            if error is None:
                if task.done:
                    task.done(result)
            else:
                self._say(task, error)
        if not self.busy:
            self.idle.emit()

    def _say(self, task: Task, error: Exception) -> None:
        log.warning("work failed", exc_info=error)
        if task.failed:
            task.failed(error)
        else:
            self.failed.emit(error)
