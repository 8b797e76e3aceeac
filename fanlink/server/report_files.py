"""Report files, read before the write transaction begins: a large one must not keep everyone else waiting."""

from __future__ import annotations

import threading
from collections import OrderedDict

from fanlink.core.errors import BadInput, Refused
from fanlink.core.reports import ReportLine
from fanlink.royalties.reports_csv import read_report
from fanlink.server.assets import Assets

KEPT = 2
Outcome = tuple[ReportLine, ...] | BadInput


class ReportFiles:
    """The lines of uploaded reports. A file is named by its digest, so what was read of it stays true."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._read: OrderedDict[str, Outcome] = OrderedDict()
        self._lock = threading.Lock()

    def prepare(self, digest: str, name: str) -> None:
        """Reads a file, if it is here, and keeps what came of it for a moment."""
        with self._lock:
            if digest in self._read:
                self._read.move_to_end(digest)
                return
        path = self._assets.path(digest)
        if not path.is_file():
            return
        try:
            with path.open("rb") as stream:
                outcome: Outcome = read_report(stream, name)
        except BadInput as error:
            outcome = error
        with self._lock:
            self._read[digest] = outcome
            while len(self._read) > KEPT:
                self._read.popitem(last=False)

    def lines(self, digest: str, name: str) -> tuple[ReportLine, ...]:
        """The lines; raises what is wrong with the file, or refuses one that is not here as `asset_missing`."""
        self.prepare(digest, name)
        with self._lock:
            outcome = self._read.get(digest)
        if outcome is None:
            raise Refused("asset_missing", asset=digest)
        if isinstance(outcome, BadInput):
            raise outcome
        return outcome
