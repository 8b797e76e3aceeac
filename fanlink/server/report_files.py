"""Report files, read before the write transaction begins: a large one must not keep everyone else waiting."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fanlink.core.errors import BadInput, Refused
from fanlink.royalties import spool
from fanlink.royalties.spool import Progress, Spool
from fanlink.server.assets import Assets

KEPT = 2
LOOK_EVERY_S = 0.5
Outcome = Spool | BadInput


class ReportFiles:
    """The lines of uploaded reports, spooled. A file is named by its digest, so what was read of it stays true."""

    def __init__(self, assets: Assets) -> None:
        self._assets, self.folder = assets, assets.root
        self._read: OrderedDict[str, Outcome] = OrderedDict()
        self._lock = threading.Lock()
        self._reading = threading.Lock()
        self._kept: set[str] = set()
        self.comparing = threading.Lock()
        self.checking: dict[str, tuple[str, int, int]] = {}  # (phase, done, of) of reports that are not decided, by their ids: see `checking.py`
        self.comparisons: dict[str, Any] = {}  # of large reports with the books, by digest: see `intake.py`
        self.catalogues: dict[str, tuple[int, list[Any]]] = {}  # what those that arrive still have to do: see `catalogue_arriving.py`
        self.plans: OrderedDict[str, Any] = OrderedDict()  # of catalogues, by digest: see `catalogue_import.py`

    def prepare(self, digest: str, name: str, progress: Progress | None = None) -> None:
        """Reads a file, if it is here, and keeps what came of it for a moment. One file is read at a time.

        `progress` is asked while another file is read too, and ends it all by raising `Stopped`.
        """
        while not self._reading.acquire(timeout=LOOK_EVERY_S):
            if progress:
                progress(0, 0)
        try:
            if self._known(digest) is not None:
                return
            path = self._assets.path(digest)
            if not path.is_file():
                return
            try:
                outcome: Outcome = spool.read(path, name, progress)
            except BadInput as error:
                outcome = error
            with self._lock:
                self._read[digest] = outcome
                gone = self._too_many()
        finally:
            self._reading.release()
        for one in gone:
            if isinstance(one, Spool):
                one.close()

    def _too_many(self) -> list[Outcome]:
        """Takes out what was read longest ago and is not being taken in."""
        free = [digest for digest in self._read if digest not in self._kept]
        gone = free[: max(len(free) - KEPT, 0)]
        for digest in gone:
            self.comparisons.pop(digest, None)
        return [self._read.pop(digest) for digest in gone]

    def keep(self, digest: str) -> None:
        """Keeps a file's lines until `let_go`."""
        with self._lock:
            self._kept.add(digest)

    @contextmanager
    def kept(self, digest: str) -> Iterator[None]:
        """Keeps a file's lines for a while."""
        self.keep(digest)
        try:
            yield
        finally:
            with self._lock:
                self._kept.discard(digest)

    def let_go(self, digest: str) -> None:
        """Forgets how far a file was; its lines go when others need the room."""
        with self._lock:
            self._kept.discard(digest)
            self.comparisons.pop(digest, None)

    def lines(self, digest: str, name: str) -> Spool:
        """The spooled lines; raises what is wrong with the file, or refuses one that is not here as `asset_missing`."""
        self.prepare(digest, name)
        outcome = self._known(digest)
        if outcome is None:
            raise Refused("asset_missing", asset=digest)
        if isinstance(outcome, BadInput):
            raise outcome
        return outcome

    def close(self) -> None:
        """Lets all spools go."""
        with self._lock:
            outcomes = list(self._read.values())
            self._read.clear()
        for one in outcomes:
            if isinstance(one, Spool):
                one.close()

    def _known(self, digest: str) -> Outcome | None:
        with self._lock:
            if digest in self._read:
                self._read.move_to_end(digest)
            return self._read.get(digest)
