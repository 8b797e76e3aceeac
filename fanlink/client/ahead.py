"""Reading ahead: what a slow source gives next is fetched while the last is put in place."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

_END = object()


@contextmanager
def read_ahead(source: Iterator[T], most: int) -> Iterator[Iterator[T]]:
    """In the block: the source's values in order, fetched by a thread of their own, at most so many in advance.

    An error of the source comes where its value would have come. When the block ends, the value under way is the last
    that is fetched; nobody waits for it.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="fanlink-ahead")
    try:
        yield _in_turn(pool, source, most)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _in_turn(pool: ThreadPoolExecutor, source: Iterator[T], most: int) -> Iterator[T]:
    coming: deque[Future[T | object]] = deque(pool.submit(next, source, _END) for _ in range(most))
    while True:
        value = coming.popleft().result()
        if value is _END:
            return
        coming.append(pool.submit(next, source, _END))
        yield value
