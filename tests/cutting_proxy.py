"""A line that breaks where a test says: so many bytes up, or so many bytes down, then a reset."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

RESET = struct.pack("ii", 1, 0)


class CuttingProxy:
    """Listens on loopback and passes bytes to a server. `up` and `down` are what may still pass; None is no limit."""

    def __init__(self, host: str, port: int) -> None:
        self._far = (host, port)
        self.up: int | None = None
        self.down: int | None = None
        self.passed_up = self.passed_down = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def allow(self, up: int | None = None, down: int | None = None) -> None:
        """From now on so many bytes pass in each direction, over all connections together; open ones are ended."""
        self._end_all()
        with self._lock:
            self.up, self.down, self.passed_up, self.passed_down = up, down, 0, 0

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._end_all()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._far)
            except OSError:
                return
            with self._lock:
                self._open |= {near, far}
            for begin, end, name in ((near, far, "up"), (far, near, "down")):
                threading.Thread(target=self._pass, args=(begin, end, name), daemon=True).start()

    def _pass(self, begin: socket.socket, end: socket.socket, name: str) -> None:
        with contextlib.suppress(OSError):
            while data := begin.recv(4096):
                data, cut = self._spend(data, name)
                end.sendall(data)
                if cut:
                    break
        self._end({begin, end})

    def _spend(self, data: bytes, name: str) -> tuple[bytes, bool]:
        with self._lock:
            left = getattr(self, name)
            cut = left is not None and len(data) >= left
            if cut:
                data = data[:left]
            if left is not None:
                setattr(self, name, left - len(data))
            setattr(self, f"passed_{name}", getattr(self, f"passed_{name}") + len(data))
            return data, cut

    def _end_all(self) -> None:
        with self._lock:
            found = set(self._open)
        self._end(found)

    def _end(self, sockets: set[socket.socket]) -> None:
        with self._lock:
            mine = self._open & sockets
            self._open -= mine
        for one in mine:
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                one.shutdown(socket.SHUT_RDWR)
            one.close()
