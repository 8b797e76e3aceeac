"""Reports between their upload and their decision: how far they are read and compared, and whether somebody has cancelled.

A report is cancelled by a row that stands before the report does: whichever of the two is written first has decided. What is
read and compared meanwhile asks for that row twice a second, in whatever process it runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from fanlink.core.commands import CancelReport
from fanlink.core.errors import Refused, Stopped
from fanlink.core.people import Actor
from fanlink.server import tables, uploads
from fanlink.server.assets import DIGEST, Assets
from fanlink.server.database import Database
from fanlink.server.deciding import Deciding
from fanlink.server.nouns import BankAnswer, Report
from fanlink.server.parts import Parts
from fanlink.server.report_files import ReportFiles

TABLE = tables.cancelled_reports
LOOK_EVERY_S = 0.5


def is_cancelled(connection: Connection, report: str) -> bool:
    """Whether the import under this id was cancelled before it was decided."""
    return connection.execute(select(TABLE.c.id).where(TABLE.c.id == report)).first() is not None


class Checking:
    """What the reading of a report tells and asks: called with (done, of), raises `Stopped` once it is cancelled."""

    def __init__(self, database: Database, files: ReportFiles, report: str, told: Callable[..., None] | None = None) -> None:
        self._database, self._files, self._report, self._told = database, files, report, told
        self._looked_s = float("-inf")

    def __enter__(self) -> Checking:
        self._files.checking[self._report] = ("waiting", 0, 0)
        return self

    def __exit__(self, *_error: object) -> None:
        self._files.checking.pop(self._report, None)

    def of(self, phase: str) -> Callable[[int, int], None]:
        """What is told of one phase: `reading` counts bytes, `comparing` lines."""

        def far(done: int, of: int) -> None:
            self._files.checking[self._report] = (phase if of else "waiting", done, of)
            if self._told:
                self._told(done, of, phase)
            self._ask()

        return far

    def _ask(self) -> None:
        now_s = time.monotonic()
        if now_s - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = now_s
        with self._database.reading() as connection:
            if is_cancelled(connection, self._report):
                raise Stopped("the import was cancelled")


def far(files: ReportFiles, report: str) -> dict[str, Any] | None:
    """How far the checking of a report is in this process; None where none goes on."""
    found = files.checking.get(report)
    return None if found is None else {"phase": found[0], "done": found[1], "of": found[2]}


def cancel(asked: Deciding, data: CancelReport) -> None:
    """Has the report never be taken, and drops its file. Refused as `report_decided` once it is: then it can only be reversed."""
    report = asked.store.get(Report, asked.target)
    if report is not None:
        raise Refused(
            "report_decided", report=report.name, state=report.state, arrived=report.arrived, lines=report.lines - report.known
        )
    asked.store.put(TABLE, {"id": asked.target, "account": asked.actor.id, "at_ms": asked.now_ms})
    if DIGEST.fullmatch(data.asset):
        _drop(asked, data.asset)


def demand_not_cancelled(asked: Deciding) -> None:
    """Refused as `import_cancelled` where it was."""
    asked.store.flush()
    if is_cancelled(asked.store.connection, asked.target):
        raise Refused("import_cancelled")


def _drop(asked: Deciding, digest: str) -> None:
    """Forgets a file that this account alone brought, unless something else is made of it."""
    row = asked.store.rows(select(tables.assets).where(tables.assets.c.digest == digest))
    others = select(uploads.TABLE.c.id).where(uploads.TABLE.c.digest == digest, uploads.TABLE.c.owner != asked.actor.id)
    if not row or not _is_mine(row[0], asked.actor) or _is_used(asked, digest) or asked.store.rows(others):
        return
    parts = Parts(uploads.folder_of(asked.settings.assets))
    for one in asked.store.rows(select(uploads.TABLE.c.id).where(uploads.TABLE.c.digest == digest)):
        uploads.end(asked, one.id)
        parts.drop(one.id)
    asked.store.drop(tables.assets, digest=digest)
    Assets(asked.settings.assets).path(digest).unlink(missing_ok=True)


def _is_mine(row: Any, actor: Actor) -> bool:
    """A report is text; sound and pictures are never dropped here, whoever names them."""
    return row.owner in (actor.id, None) and not row.media.startswith(("audio/", "image/"))


def _is_used(asked: Deciding, digest: str) -> bool:
    named = ((tables.track_assets, "asset"), (tables.recordings, "asset"), (tables.recordings, "sound"))
    if asked.store.find(Report, asset=digest) or asked.store.find(BankAnswer, asset=digest):
        return True
    return any(asked.store.rows(select(table.c[column]).where(table.c[column] == digest).limit(1)) for table, column in named)


HANDLERS = {"cancel_report": cancel}
