"""A report's file on its way to the server, and how it is given up: what lane and page know of it together."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlink.client import reports
from fanlink.client.reports import Far
from fanlink.core.errors import Stopped
from fanlink.desktop import formats
from fanlink.desktop.ops import Progress

PHASES = {"waiting": "Waiting for another report", "reading": "Being read and checked by the server", "comparing": "Being compared with the books"}


@dataclass(slots=True)
class OnItsWay:
    """A file, the id that its report would have, and its digest once the server has it. The lane writes, the page reads."""

    path: Path
    report: str = ""
    asset: str = ""


def send(session: Any, progress: Progress, way: OnItsWay) -> None:
    """Sends the file; raises `Stopped` when nobody wants it any more, and then nothing of it is left on the server."""
    way.report = session.new_id("report")
    said = f"Sending {way.path.name}"
    asset = session.upload(way.path, lambda sent, of: progress(sent / max(of, 1), said))
    way.asset = asset
    if progress.stop.is_set():
        reports.leave(session, way.report, asset)
        raise Stopped


class Speed:
    """How long the server still takes for what it checks, from how far it came between two looks."""

    def __init__(self) -> None:
        self._phase, self._began_s, self._first = "", 0.0, 0

    def told(self, far: Far | None) -> tuple[float | None, str]:
        """(how much is done, from 0 to 1, where that is known; what is going on and for how much longer)."""
        if far is None:
            return None, "Being read by the server"
        if far.phase != self._phase:
            self._phase, self._began_s, self._first = far.phase, time.monotonic(), far.done
        what = PHASES.get(far.phase, "Being checked by the server")
        if not far.of:
            return None, what
        gained, spent_s = far.done - self._first, time.monotonic() - self._began_s
        left_s = (far.of - far.done) * spent_s / gained if gained > 0 and spent_s > 0.5 else None
        return min(far.done / far.of, 1.0), f"{what} · {formats.seconds_left(left_s)}"
