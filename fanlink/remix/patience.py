"""Long work beside a caller who may lose patience: it stops for the caller at once, and tidies up on its own."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from fanlink.core.errors import Stopped
from fanlink.remix import workers
from fanlink.remix.progress import Done

Item = TypeVar("Item")
Result = TypeVar("Result")
Told = TypeVar("Told")
Stop = Callable[[], bool]

POLL_S = 0.02
TIDYING_S = 0.03


def run(work: Callable[[Callable[[Told], None], Stop], Result], tell: Callable[[Told], None], stop: Stop) -> Result:
    """Does `work(tell, stop)` in a thread; `tell` and `stop` are called here, in the caller's.

    When `stop` says so this raises `Stopped` within 100 ms, even where the work is in the middle of a long sum: the
    work finds its own `stop` true at its next look, and undoes what it began.
    """
    events: queue.Queue[tuple[str, Any]] = queue.Queue()
    cancelled = threading.Event()

    def body() -> None:
        try:
            events.put(("result", work(lambda told: events.put(("told", told)), cancelled.is_set)))
        except BaseException as error:
            events.put(("error", error))

    thread = threading.Thread(target=body, daemon=True)
    thread.start()
    try:
        return _follow(events, tell, stop)
    finally:
        cancelled.set()
        thread.join(TIDYING_S)


def _follow(events: queue.Queue[tuple[str, Any]], tell: Callable[[Any], None], stop: Stop) -> Any:
    while True:
        if stop():
            raise Stopped
        try:
            kind, value = events.get(timeout=POLL_S)
        except queue.Empty:
            continue
        if kind == "result":
            return value
        if kind == "error":
            raise value
        tell(value)


def side_by_side(work: Callable[[Item], Result], items: Sequence[Item], done: Done) -> list[Result]:
    """`work(item)` for each in threads, as many as there are processors; what `done` raises ends it when each thread is through with its item."""
    with ThreadPoolExecutor(workers.processors()) as pool:
        pending = [pool.submit(work, item) for item in items]
        try:
            found = []
            for each in pending:
                found.append(each.result())
                done(len(found) / len(pending))
            return found
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
