"""Render workers: child processes, because a render holds the interpreter's lock and must be stoppable by a kill.

Each has a thread here that takes jobs and waits. A child that dies, or takes longer than it may, costs its job one try.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from fanlink.core.errors import Stopped, Unavailable
from fanlink.core.recipes import Recipe
from fanlink.core.tracks import TrackFacts
from fanlink.server.rendering import Beat, Rendering
from fanlink.server.renders import Renderer
from fanlink.server.sealing import Seal, unsealed
from fanlink.server.server import Server

LOOK_AGAIN_S = 0.25
BEAT_S = 10.0
NICENESS = 5


@dataclass(frozen=True, slots=True)
class Made:
    """What a child sends back of a render."""

    flac: Path
    mp3: Path | None
    pcm_digest: str
    loudness_lufs: float
    true_peak_db: float
    fingerprint: str


class Child:
    """One child process, started when it is first needed and again after it was killed."""

    def __init__(self, renderer: Renderer, seconds: int, stopped: threading.Event) -> None:
        self._renderer, self._seconds, self._stopped = renderer, seconds, stopped
        self._process: Any = None
        self._pipe: Connection | None = None

    def run(self, recipe: Recipe, stems: Mapping[str, Path], facts: TrackFacts, folder: Path, beat: Beat) -> Made:
        """Renders in the child, with a beat every few seconds.

        Raises `Unavailable` when it fails or takes too long, `Stopped` on the server's stop.
        """
        self._start()
        assert self._pipe is not None
        ends, beaten = time.monotonic() + self._seconds, time.monotonic()
        try:
            self._pipe.send((recipe, dict(stems), facts, folder))
            while not self._pipe.poll(LOOK_AGAIN_S):
                if self._stopped.is_set():
                    self.kill()
                    raise Stopped("the server stops")
                if time.monotonic() - beaten > BEAT_S:
                    beaten = time.monotonic()
                    beat()
                if time.monotonic() > ends:
                    self.kill()
                    raise Unavailable(f"the render took longer than {self._seconds} s")
            answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            self.kill()
            raise Unavailable("the render process ended by itself") from error
        if isinstance(answer, str):
            raise Unavailable(answer)
        return answer

    def kill(self) -> None:
        """Ends the child at once; nothing of it is kept."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None

    def _start(self) -> None:
        if self._process is not None and self._process.is_alive():
            return
        self.kill()
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, self._renderer), daemon=True, name="fanlink-render")
        self._process.start()
        theirs.close()


def _work(pipe: Connection, renderer: Renderer) -> None:
    """The child: one render after another until the pipe closes. It has no database and no network of ours."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    while True:
        try:
            recipe, stems, facts, folder = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            done = renderer(recipe, stems, facts, folder, lambda _part: None)
            answer: Any = Made(done.flac, done.mp3, done.pcm_digest, done.loudness_lufs, done.true_peak_db, done.fingerprint)
        except KeyboardInterrupt:
            return
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        pipe.send(answer)


class Workers:
    """As many workers as the settings say; `stop` ends them, and what they had begun is taken up again later."""

    def __init__(self, server: Server, renderer: Renderer, seal: Seal = unsealed) -> None:
        self._server, self._renderer, self._seal = server, renderer, seal
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._loop, args=(number,), name=f"fanlink-worker-{number}", daemon=True)
            for number in range(server.settings.render_workers)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Kills the children and waits for the threads."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _loop(self, number: int) -> None:
        child = Child(self._renderer, self._server.settings.render_seconds, self._stopped)

        def act(asked: Any) -> Any:
            return self._server.writer.act(asked).result()

        rendering = Rendering(act, self._server.assets, child.run, f"{os.getpid()}-{number}", self._seal)
        try:
            while not self._stopped.is_set():
                try:
                    worked = rendering.step()
                except Unavailable:  # the database is away or the server stops: the lease brings the job back
                    worked = False
                if not worked:
                    self._stopped.wait(LOOK_AGAIN_S)
        except Stopped:
            pass
        finally:
            child.kill()
