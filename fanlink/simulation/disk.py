"""Disks that fail on order: a crash before any write, and no room."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from fanlink.simulation.faults import Crash

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "COMMIT", "RELEASE")


class Disk:
    """One computer's disk. `crash_in` counts down the writes until the process ends; None when it does not."""

    def __init__(self) -> None:
        self.crash_in: int | None = None
        self.full = False

    def before(self, sql: str) -> None:
        """Called before each statement of that computer."""
        word = sql.lstrip()[:8].upper()
        if not word.startswith(WRITES):
            return
        if self.crash_in is not None:
            self.crash_in -= 1
            if self.crash_in <= 0:
                self.crash_in = None
                raise Crash
        if self.full and not word.startswith(("COMMIT", "RELEASE")):
            raise no_room()

    def connect(self, path: Path) -> sqlite3.Connection:
        """A connection to a file on this disk."""
        disk = self

        class OnDisk(sqlite3.Connection):
            def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
                disk.before(sql)
                return super().execute(sql, *values)

            def executemany(self, sql: str, *values: Any) -> sqlite3.Cursor:
                disk.before(sql)
                return super().executemany(sql, *values)

        return sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=OnDisk)


def no_room() -> sqlite3.OperationalError:
    """What SQLite says on a full disk."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[misc]
    return error
