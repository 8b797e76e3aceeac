"""Child processes that decode and stretch, seen from the parent: they can be watched, and ended at once."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from fanlink.core.errors import BadInput, Stopped, Unavailable

POLL_S = 0.02
MEMORY_MB = 3_072
DECODE_MEMORY_MB = 1_024
CPU_S = 300
WALL_S = 600.0

Stop = Callable[[], bool]
Job = dict[str, Any]


def never() -> bool:
    """A stop that never comes."""
    return False


def processors() -> int:
    """How many children may work at the same time: what this process may use, at most four."""
    try:
        return max(1, min(4, len(os.sched_getaffinity(0))))
    except AttributeError:
        return max(1, min(4, os.cpu_count() or 1))


class Worker:
    """One child process; `give` it a job and its answer arrives in the queue as (worker, line or None)."""

    def __init__(self, answers: queue.Queue[tuple[Worker, str | None]], memory_mb: int, cpu_s: int) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "fanlink.remix.child", str(memory_mb), str(cpu_s)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env=environment,
                cwd=Path(__file__).parents[2],
            )
        except OSError as error:
            raise Unavailable(f"no child process can be started ({error.strerror})") from error
        self.index = -1
        self.deadline = float("inf")
        self._thread = threading.Thread(target=self._listen, args=(answers,), daemon=True)
        self._thread.start()

    def _listen(self, answers: queue.Queue[tuple[Worker, str | None]]) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            answers.put((self, line))
        answers.put((self, None))

    def give(self, index: int, job: Job, wall_s: float) -> None:
        """Hand over one job."""
        self.index, self.deadline = index, time.monotonic() + wall_s
        assert self._process.stdin
        # Where it has died already, `_listen` says so.
        with suppress(OSError):
            self._process.stdin.write(json.dumps(job) + "\n")
            self._process.stdin.flush()

    def end(self) -> None:
        """End it now, whatever it is doing, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        self._thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(OSError):
                    stream.close()


def run(
    jobs: Sequence[Job],
    *,
    stop: Stop = never,
    count: int | None = None,
    memory_mb: int = MEMORY_MB,
    cpu_s: int = CPU_S,
    wall_s: float = WALL_S,
) -> Iterator[tuple[int, Job | BadInput]]:
    """Does all jobs in children and yields (index, result or what is wrong with the file) as they are done.

    Jobs name their file as `path`. A child that dies on a job is replaced, and the file was bad input.
    Raises `Stopped` within 100 ms of `stop` and leaves no process behind.
    """
    answers: queue.Queue[tuple[Worker, str | None]] = queue.Queue()
    waiting = list(range(len(jobs)))
    workers: set[Worker] = set()
    try:
        for _ in range(min(count or processors(), len(jobs))):
            worker = Worker(answers, memory_mb, cpu_s)
            workers.add(worker)
            index = waiting.pop(0)
            worker.give(index, jobs[index], wall_s)
        done = 0
        while done < len(jobs):
            event = _next(answers, workers, stop)
            if event is None:
                continue
            worker, line = event
            if worker not in workers:
                continue
            index = worker.index
            if line is None:
                worker.end()
                workers.discard(worker)
                if waiting:
                    worker = Worker(answers, memory_mb, cpu_s)
                    workers.add(worker)
            if waiting:
                following = waiting.pop(0)
                worker.give(following, jobs[following], wall_s)
            else:
                worker.deadline = float("inf")
            done += 1
            yield index, _meaning(line, Path(jobs[index]["path"]).name)
    finally:
        for worker in workers:
            worker.end()


def _next(
    answers: queue.Queue[tuple[Worker, str | None]], workers: set[Worker], stop: Stop
) -> tuple[Worker, str | None] | None:
    try:
        return answers.get(timeout=POLL_S)
    except queue.Empty:
        pass
    if stop():
        raise Stopped
    now = time.monotonic()
    for worker in workers:
        if now > worker.deadline:
            worker.deadline = float("inf")
            worker._process.kill()
    return None


def _meaning(line: str | None, name: str) -> Job | BadInput:
    if line is None:
        return BadInput("cannot be decoded within the limits of time and memory", where=name)
    answer = json.loads(line)
    if "ok" in answer:
        return answer["ok"]
    if "unavailable" in answer:
        raise Unavailable(answer["unavailable"])
    return BadInput(answer["bad"], where=answer["where"])
