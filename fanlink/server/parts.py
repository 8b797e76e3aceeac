"""The parts of files on their way up: one file each, which only grows, and grows only where it ended.

How long the file is *is* the upload's offset: nothing else can disagree with it after a crash. A writer adds its next bytes
only if the file still ends where it believes; so of two writers at one offset one goes on and the other is told, and a
connection that hangs holds nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fanlink.core.errors import Unavailable

try:
    import fcntl
except ImportError:  # not on Windows, where one process serves alone
    fcntl = None  # type: ignore[assignment]


class OffsetMoved(Exception):
    """The part does not end where the writer believed; `now` is where it ends."""

    def __init__(self, now: int) -> None:
        super().__init__(f"the offset is {now}")
        self.now = now


class Parts:
    """A folder of parts by upload id. Safe to use from several threads and processes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()

    def path(self, upload: str) -> Path:
        """Where the part of an upload is, or would be."""
        assert upload.isalnum(), "ids of uploads are letters and digits"
        return self._root / upload

    def offset(self, upload: str) -> int:
        """How many bytes have arrived."""
        try:
            return self.path(upload).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, upload: str, at: int, data: bytes) -> int:
        """Adds bytes at the end, if that is at `at`; returns the new offset, raises `OffsetMoved` where it is another.

        `Unavailable` when the disk takes no more; what it took by then stays, for it is right.
        """
        try:
            with self._alone(upload) as handle:
                now = os.fstat(handle).st_size
                if now != at:
                    raise OffsetMoved(now)
                os.lseek(handle, at, os.SEEK_SET)
                view = memoryview(data)
                while view:
                    view = view[os.write(handle, view) :]
                return at + len(data)
        except OSError as error:
            raise Unavailable(f"the upload could not be stored: {error.strerror}") from error

    def sync(self, upload: str) -> None:
        """Has what arrived reach the disk."""
        with suppress(FileNotFoundError):
            handle = os.open(self.path(upload), os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def drop(self, upload: str) -> None:
        """Forgets a part."""
        self.path(upload).unlink(missing_ok=True)

    def spool(self, upload: str, number: str) -> Path:
        """Where a piece waits whose checksum is not known yet."""
        self._root.mkdir(parents=True, exist_ok=True)
        return self._root / f"{upload}.{number}.piece"

    @contextmanager
    def _alone(self, upload: str) -> Iterator[int]:
        with self._lock:
            self._root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path(upload), os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o640)
            try:
                if fcntl is not None:
                    fcntl.flock(handle, fcntl.LOCK_EX)
                yield handle
            finally:
                os.close(handle)
