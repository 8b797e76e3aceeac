"""Processes that are begun, killed and begun again: real ones, forked from one that has imported everything already.

So a start costs milliseconds and not seconds, and many more kills fit into the same time.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

STARTS_IN_S = 60
ENDS_IN_S = 120
# The kills come close together: what a person would call an attack must not be refused here.
LIMITS = "account_rate = 1000000.0\naccount_burst = 1000000\naddress_rate = 1000000.0\naddress_burst = 1000000\n"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["fanlink.cli", "fanlink.server.serving", "fanlink.client.session", "tests.faults.driver", "tests.faults.transactions",
                               "tests.server.world"])  # fmt: skip


class Process:
    """A function that runs as a process of its own, as often as it is begun."""

    def __init__(self, run: Callable[..., object], values: tuple[Any, ...], errors: Path) -> None:
        self._run, self._values, self._errors = run, values, errors
        self._process: BaseProcess | None = None

    def begin(self) -> None:
        self._process = FORKS.Process(target=_child, args=(self._run, self._values, str(self._errors)), daemon=True)
        self._process.start()

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def kill(self) -> bool:
        """SIGKILL; False when it was not running."""
        alive = self.runs
        self.end()
        return alive

    def end(self) -> None:
        """Makes sure that it is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process.close()
            self._process = None

    def rest(self) -> None:
        """Waits until it ends by itself, which must be without an error."""
        assert self._process is not None
        self._process.join(ENDS_IN_S)
        code = self._process.exitcode
        self.end()
        assert code == 0, f"exit code {code}: {self.complaint}"

    @property
    def complaint(self) -> str:
        """What it wrote last to its error stream."""
        return self._errors.read_text()[-2000:] if self._errors.exists() else ""


def _child(run: Callable[..., object], values: tuple[Any, ...], errors: str) -> None:
    handle = os.open(errors, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(handle, sys.stderr.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    code = run(*values)
    if code:
        sys.exit(code)


class Serving(Process):
    """`fanlink serve` on a home; `begin` returns once it answers."""

    def __init__(self, home: Path, errors: Path) -> None:
        from fanlink.cli import main

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        super().__init__(main, (["serve", "--home", str(home), "--port", str(self.port)],), errors)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def begin(self) -> None:
        super().begin()
        gives_up_s = time.monotonic() + STARTS_IN_S
        while time.monotonic() < gives_up_s and self.runs:
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        raise AssertionError(f"the server did not start: {self.complaint}")
