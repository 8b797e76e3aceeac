"""Sound and pictures by digest: fetched with resume, verified before use, kept up to a limit, sent before they are needed."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from fanlink.client import transfers
from fanlink.client.api import Api, Busy
from fanlink.client.uploads import FILE, Uploads
from fanlink.core.errors import BadInput, FanLinkError, Offline, Refused, Stopped, Unavailable

LIMIT_BYTES = 4 * 2**30
AT_ONCE = 4
PIECE_BYTES = 256 * 1024

Progress = Callable[[int, int], None]
Stop = Callable[[], bool]


class Assets:
    """A folder of files named by their SHA-256. Safe to use from several threads."""

    def __init__(
        self, folder: Path, api: Callable[[], Api], uploads: Uploads, now_ms: Callable[[], int], *,
        needed: Callable[[str], bool] = lambda digest: False, limit_bytes: int = LIMIT_BYTES,
    ) -> None:
        self._folder, self._api, self._uploads, self._now_ms = folder, api, uploads, now_ms
        self._needed, self._limit_bytes = needed, limit_bytes
        self._verified: dict[str, tuple[int, int]] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._pinned: dict[str, frozenset[str]] = {}
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, digest: str, progress: Progress | None = None, stop: Stop | None = None) -> Path:
        """The file with this digest, fetched when it is not here; what was fetched before a break is kept.

        Raises `Stopped`, `Offline`, `Refused`; `progress` is told bytes so far and bytes in all.
        """
        with self._one_at_a_time(digest):
            path = self._path(digest)
            if self._whole(digest):
                os.utime(path)
                return path
            for last in (False, True):
                self._fetch_on(digest, progress, stop)
                if self._take(digest):
                    break
                if last:
                    raise Busy(f"asset {digest} arrived damaged twice")
        self.tidy(keep=digest)
        return path

    def several(
        self, digests: Iterable[str], progress: Progress | None = None, stop: Stop | None = None, at_once: int = AT_ONCE
    ) -> dict[str, Path | FanLinkError]:
        """Fetches many, some at once; one that fails is told by its error and does not keep the others back."""

        def fetch(digest: str) -> Path | FanLinkError:
            try:
                return self.get(digest, progress, stop)
            except FanLinkError as error:
                return error

        wanted = list(dict.fromkeys(digests))
        with ThreadPoolExecutor(at_once, thread_name_prefix="fanlink-assets") as pool:
            return dict(zip(wanted, pool.map(fetch, wanted), strict=True))

    def here(self, digest: str) -> Path | None:
        """The file, when it is here and sound."""
        return self._path(digest) if self._whole(digest) else None

    def add(self, source: Path, *, name: str = "", purpose: str = FILE, label: str = "") -> str:
        """Takes a file of this person into the cache and notes durably that it must go up; returns its digest.

        `name` is what commands call it, where that is not the digest of its bytes.
        """
        try:
            with source.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                size_bytes = file.tell()
        except OSError as error:
            raise BadInput(f"this file cannot be read ({error.strerror})", where=str(source)) from error
        with self._one_at_a_time(digest):
            if not self._whole(digest):
                path = self._path(digest)
                path.parent.mkdir(exist_ok=True)
                made = path.with_suffix(".new")
                shutil.copyfile(source, made)
                with made.open("rb+") as file:
                    os.fsync(file.fileno())
                os.replace(made, path)
                if not self._whole(digest):
                    raise BadInput("this file changed while it was read", where=str(source))
            self._uploads.add(
                digest, size_bytes, self._now_ms(), name=name, purpose=purpose, label=label or source.name
            )
        self.tidy(keep=digest)
        return digest

    def send(self, digest: str, progress: Progress, stop: Stop) -> None:
        """Sends one file up, or the rest of it; raises what `transfers.send` raises, `Refused` when it is lost here."""
        path, upload = self.here(digest), self._uploads.get(digest)
        if path is None or upload is None:
            raise Refused("file_lost", digest=digest)
        transfers.send(self._api(), upload, path, lambda place: self._uploads.at(digest, place), progress, stop)

    def end(self, digest: str) -> None:
        """Sends a file no more: the server forgets what it has of it, and the copy here goes unless a command names it."""
        upload = self._uploads.get(digest)
        if upload is not None:
            transfers.end(self._api(), upload)
            self._uploads.drop(digest)
        if not self._is_needed(digest):
            self._path(digest).unlink(missing_ok=True)

    def pin(self, who: str, digests: Iterable[str]) -> None:
        """Keeps files from being dropped while somebody works with them, such as an open Studio; none lets them go."""
        self._pinned[who] = frozenset(digests)

    def size_bytes(self) -> int:
        """How much the cache holds."""
        return sum(size for _, size, _ in self._files())

    def tidy(self, keep: str | None = None) -> int:
        """Drops what was used longest ago until the limit holds; returns bytes freed.

        Never what the outbox needs, what is pinned, and what somebody is fetching.
        """
        files = sorted(self._files(), key=lambda one: one[2])
        over = sum(size for _, size, _ in files) - self._limit_bytes
        if over <= 0:
            return 0
        kept = {keep, *self._uploads.waiting(), *(digest for pinned in tuple(self._pinned.values()) for digest in pinned)}
        freed = 0
        for path, size, _ in files:
            digest = path.name.partition(".")[0]
            if over <= freed:
                break
            if digest not in kept and not self._is_needed(digest) and not self._in_use(digest):
                path.unlink(missing_ok=True)
                freed += size
        return freed

    def _is_needed(self, digest: str) -> bool:
        """Whether a command that is not done names it, by its bytes or by what is heard."""
        name = self._uploads.names_of(digest)
        return self._needed(digest) or (name is not None and self._needed(name))

    def _in_use(self, digest: str) -> bool:
        with self._lock:
            lock = self._locks.get(digest)
        return lock is not None and lock.locked()

    # Inside -----------------------------------------------------------------------------------------------------

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise BadInput("not the digest of a file", where=digest[:80])
        return self._folder / digest[:2] / digest

    def _files(self) -> Iterator[tuple[Path, int, float]]:
        for path in self._folder.glob("??/*"):
            try:
                about = path.stat()
            except FileNotFoundError:
                continue
            yield path, about.st_size, about.st_mtime

    def _one_at_a_time(self, digest: str) -> threading.Lock:
        with self._lock:
            return self._locks.setdefault(digest, threading.Lock())

    def _whole(self, digest: str) -> bool:
        """True when the file is here with the bytes of its name; read once, and again after it changed."""
        path = self._path(digest)
        try:
            about = path.stat()
        except FileNotFoundError:
            return False
        seen = (about.st_ino, about.st_size)
        if self._verified.get(digest) != seen:
            with path.open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                    path.unlink(missing_ok=True)
                    return False
            self._verified[digest] = seen
        return True

    def _fetch_on(self, digest: str, progress: Progress | None, stop: Stop | None) -> None:
        """Fetches the rest, and goes on after each break for as long as something arrives."""
        part = self._path(digest).with_suffix(".part")
        while True:
            before = part.stat().st_size if part.exists() else 0
            try:
                return self._fetch(digest, progress, stop)
            except Busy:
                raise
            except Offline:
                if not part.exists() or part.stat().st_size <= before:
                    raise
            except OSError as error:
                raise Unavailable(f"the file cannot be kept here: {error.strerror}") from error

    def _fetch(self, digest: str, progress: Progress | None, stop: Stop | None) -> None:
        part = self._path(digest).with_suffix(".part")
        part.parent.mkdir(exist_ok=True)
        begun = part.stat().st_size if part.exists() else 0
        # Compression would make the ranges those of something else.
        headers = {"accept-encoding": "identity"} | ({"range": f"bytes={begun}-"} if begun else {})
        try:
            with self._api().stream("GET", f"/v1/assets/{digest}", headers=headers) as reply:
                self._receive(reply, part, begun, progress, stop)
        except Refused as error:
            if error.reasons[0].facts.get("status") != 416:
                raise
            # What is here is as long as the whole, or longer: the digest says which.

    def _receive(
        self, reply: httpx.Response, part: Path, begun: int, progress: Progress | None, stop: Stop | None
    ) -> None:
        goes_on = reply.status_code == 206 and reply.headers.get("content-range", "").startswith(f"bytes {begun}-")
        done = begun if goes_on else 0
        whole = done + int(reply.headers.get("content-length") or 0)
        with part.open("ab" if goes_on else "wb") as file:
            for piece in reply.iter_bytes():
                file.write(piece)
                done += len(piece)
                if progress:
                    progress(done, max(whole, done))
                if stop and stop():
                    raise Stopped("fetching was stopped")

    def _take(self, digest: str) -> bool:
        """Makes what was fetched the file, when it is what was asked for; else drops it."""
        path = self._path(digest)
        part = path.with_suffix(".part")
        os.replace(part, path)
        return self._whole(digest)
