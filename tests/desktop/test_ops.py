"""Work runs off the UI thread and comes back to it, while anybody wants it."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject, QThread

from fanlink.core.errors import Stopped
from fanlink.desktop.ops import MOST_REPORTS_PER_S, Ops, Progress


@pytest.fixture
def ops(qtbot):
    made = Ops()
    yield made
    made.close()


def test_work_runs_elsewhere_and_its_result_comes_back_here(qtbot, ops: Ops) -> None:
    here, seen = threading.get_ident(), []
    ops.run(lambda: threading.get_ident(), lambda there: seen.append((there, threading.get_ident())))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != here
    assert here == seen[0][1]


def test_one_lane_keeps_the_order(qtbot, ops: Ops) -> None:
    seen: list[int] = []
    for number in range(50):
        ops.run(lambda number=number: number, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 50)
    assert list(range(50)) == seen


def test_an_error_goes_to_who_asked(qtbot, ops: Ops) -> None:
    seen: list[Exception] = []

    def fail() -> None:
        raise ValueError("no")

    ops.run(fail, None, seen.append)
    qtbot.waitUntil(lambda: bool(seen))
    assert isinstance(seen[0], ValueError)


def test_an_error_that_nobody_takes_is_told(qtbot, ops: Ops) -> None:
    with qtbot.waitSignal(ops.failed) as told:
        ops.run(lambda: 1 / 0)
    assert isinstance(told.args[0], ZeroDivisionError)


def test_a_page_that_is_gone_hears_nothing(qtbot, ops: Ops) -> None:
    owner, go, seen = QObject(), threading.Event(), []
    ops.run(lambda: go.wait(5), seen.append, owner=owner)
    import shiboken6

    shiboken6.delete(owner)
    go.set()
    qtbot.waitUntil(lambda: not ops.busy)
    assert [] == seen


def test_long_work_stops_when_asked(qtbot, ops: Ops) -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        begun.set()
        try:
            while True:
                progress(0.5)
        except Stopped:
            ended.set()
            raise

    task = ops.run_long(work, pytest.fail, pytest.fail)
    assert begun.wait(5)
    task.stop()
    assert ended.wait(5)
    qtbot.waitUntil(lambda: not ops.busy)


def test_progress_is_told_at_most_twenty_times_a_second() -> None:
    now, told = [0.0], []
    progress = Progress(lambda fraction, left, what: told.append((fraction, left)), clock=lambda: now[0])
    for step in range(1, 1_001):
        now[0] = step / 1_000
        progress(step / 1_000)
    assert len(told) <= MOST_REPORTS_PER_S + 2
    assert 1.0 == told[-1][0]
    halfway = next(left for fraction, left in told if fraction >= 0.5)
    assert 0.5 == pytest.approx(halfway, abs=0.06)


def test_lanes_do_not_wait_for_each_other(qtbot, ops: Ops) -> None:
    go, seen = threading.Event(), []
    ops.run(lambda: go.wait(5), owner=None, lane="make")
    ops.run(lambda: "read", seen.append, lane="store")
    qtbot.waitUntil(lambda: bool(seen))
    go.set()
    qtbot.waitUntil(lambda: not ops.busy)
    assert ["read"] == seen


def test_results_arrive_on_the_thread_of_the_application(qtbot, ops: Ops, qapp) -> None:
    seen = []
    ops.run_long(lambda progress: progress(0.5), lambda _none: seen.append(QThread.currentThread() is qapp.thread()))
    qtbot.waitUntil(lambda: bool(seen))
    assert [True] == seen
