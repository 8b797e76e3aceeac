"""A server that runs: its address, its render workers and its clock, started and stopped in order."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from fanlink.core.errors import Unavailable
from fanlink.server import app, settings
from fanlink.server.due import Due
from fanlink.server.handing import HandingThread
from fanlink.server.renders import Renderer
from fanlink.server.sealing import Seal, Sealer
from fanlink.server.server import Server, build
from fanlink.server.workers import Workers

GRACE_S = 10


def clock_ms() -> int:
    """The time of day."""
    return time.time_ns() // 1_000_000


class Taken(Unavailable):
    """The port is in use."""


def listen(host: str, port: int) -> socket.socket:
    """A socket on the port (0: a free one); raises `Taken` with a sentence.

    The protocol is named: only then does the event loop turn Nagle's algorithm off for what it accepts, and with it on
    each reply waits some 40 ms for an acknowledgement.
    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise Taken(f"port {port} on {host} cannot be used: {error.strerror}") from error
    return made


@dataclass(slots=True)
class Running:
    """A server in this process. `run` serves until `stop` is called or a signal comes."""

    server: Server
    socket: socket.socket
    workers: Workers | None
    due: Due
    web: uvicorn.Server
    handing: HandingThread | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self.socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def run(self) -> None:
        """Serves; at the end everything that was taken is durable."""
        try:
            with asyncio.Runner(loop_factory=self.web.config.get_loop_factory()) as loop:
                loop.run(self.web.serve([self.socket]))
        finally:
            self.close()

    def stop(self) -> None:
        """Has `run` end: requests that are being answered are finished, streams are ended."""
        self.server.news.stop()
        self.web.should_exit = True

    def close(self) -> None:
        """Ends workers and the clock, then the writer, then the database."""
        self.due.stop()
        if self.handing is not None:
            self.handing.stop()
        if self.workers is not None:
            self.workers.stop()
        self.server.stop()
        self.socket.close()


class _Web(uvicorn.Server):
    """Tells when it answers, and ends streams as soon as a signal comes: they would keep it waiting."""

    def __init__(self, config: uvicorn.Config, server: Server, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._fanlink, self._ready = server, ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's own, but the signal is not raised again at the end: what was begun is still to be finished."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {sign: signal.signal(sign, self.handle_exit) for sign in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sign, handler in before.items():
                signal.signal(sign, handler)

    def handle_exit(self, sig: int, frame: object) -> None:
        self._fanlink.news.stop()
        super().handle_exit(sig, frame)  # type: ignore[arg-type]


def start(
    home: Path, *, host: str = "127.0.0.1", port: int = 0, renderer: Renderer | None = None,
    ready: Callable[[], None] = lambda: None, clock: Callable[[], int] = clock_ms, seal: Seal | None = None,
) -> Running:  # fmt: skip
    """A server on a home, ready to `run`. Without a renderer remixes wait for another process to render them.

    What is rendered is signed with the key in the home's `keys` unless another `seal` is given.

    Raises `Taken` for a port in use and `BadInput` for a home that a newer version made, before anything is changed.
    """
    made = listen(host, port)
    try:
        home.mkdir(parents=True, exist_ok=True)
        server = build(settings.read(home), clock, os.urandom)
    except BaseException:
        made.close()
        raise
    config = uvicorn.Config(
        app.build(server), log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE_S, lifespan="on",
        server_header=False, date_header=False, backlog=2048, timeout_keep_alive=30, proxy_headers=False,
    )  # fmt: skip
    # A render worker is a child process: it finds the other engines where the settings say.
    os.environ.setdefault("FANLINK_ENGINES", server.settings.engines)
    workers = Workers(server, renderer, seal or Sealer(home / "keys")) if renderer is not None else None
    provided = server.settings.payout_provider
    handing = HandingThread(lambda act: server.writer.act(act).result(), server.settings) if provided else None
    return Running(server, made, workers, Due(server), _Web(config, server, ready), handing)


def in_thread(running: Running) -> threading.Thread:
    """Serves in a thread of its own, as a test or a demo does; returns once it answers."""
    answers = threading.Event()
    running.web._ready = answers.set  # type: ignore[attr-defined]
    thread = threading.Thread(target=running.run, name="fanlink-server", daemon=True)
    thread.start()
    if not answers.wait(30):
        raise Unavailable("the server did not start")
    return thread
