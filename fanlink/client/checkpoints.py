"""Checkpoints of the server's audit log: kept durably, compared on later rounds, and every change found is kept to be read.

The rules are in `core.checkpoints`. They belong to the address of a server: at another one begins another log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from fanlink import wire
from fanlink.client.api import Api, LogTold
from fanlink.client.clock import Clock
from fanlink.client.local import Store
from fanlink.core.checkpoints import Checkpoint, LogChange, after_change, compared, kept_with
from fanlink.core.digests import canonical, digest
from fanlink.core.errors import BadInput

LOOK_EVERY_S = 60.0
MOST_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at the server's log found; `keep` makes it durable, when what follows from it is done."""

    change: LogChange | None
    keep: Callable[[], None]


NOTHING = Look(None, lambda: None)


class Checkpoints:
    """What this home remembers of the log of the server that it uses."""

    def __init__(self, store: Store, clock: Clock, server: Callable[[], str], moved: Callable[[], None] = lambda: None) -> None:
        self._store, self._clock, self._server, self._moved = store, clock, server, moved
        self._looked_s = float("-inf")
        self._unread: int | None = None

    @property
    def kept(self) -> tuple[Checkpoint, ...]:
        """The checkpoints, the newest last; one that is not as it was written is none."""
        rows = self._store.rows(
            "SELECT number, hash, seen_ms, seal FROM checkpoints WHERE server = ? ORDER BY number", self._server()
        )
        return tuple(Checkpoint(*row) for *row, seal in rows if seal == _seal(self._server(), Checkpoint(*row)))

    @property
    def changes(self) -> tuple[LogChange, ...]:
        """Every change of the log that was found, the newest first."""
        rows = self._store.rows("SELECT facts FROM log_changes WHERE server = ? ORDER BY number DESC", self._server())
        found = []
        for (facts,) in rows:
            with suppress(BadInput):  # a flipped bit must not hide the others
                found.append(wire.from_bytes(LogChange, facts))
        return tuple(found)

    @property
    def unread(self) -> int:
        """How many of the changes no person has put away yet."""
        if self._unread is None:
            sql = "SELECT count(*) FROM log_changes WHERE server = ? AND NOT read"
            ((self._unread,),) = self._store.rows(sql, self._server())
        return self._unread

    def put_away(self) -> None:
        """A person has read of the changes; they stay in the list."""
        with self._store.write() as db:
            db.execute("UPDATE log_changes SET read = 1 WHERE server = ?", (self._server(),))
        self._unread = None
        self._moved()

    def begin(self) -> None:
        """Looks with the next round: the server may be another one now."""
        self._unread, self._looked_s = None, float("-inf")

    def look(self, api: Api, *, moved: bool) -> Look:
        """One small request, when something moved or a minute passed; raises what `Api` raises."""
        now_s = self._clock.passed_s()
        if not moved and now_s - self._looked_s < LOOK_EVERY_S:
            return NOTHING
        kept = self.kept
        told = api.checkpoints([one.number for one in kept])
        if told is None:
            self._looked_s = now_s
            return NOTHING
        change = compared(kept, told.at, told.number, self._clock.now_ms())
        return Look(change, lambda: self._keep(kept, told, change))

    def _keep(self, kept: Sequence[Checkpoint], told: LogTold, change: LogChange | None) -> None:
        self._looked_s = self._clock.passed_s()
        sound = after_change(kept, told.at)
        newest = Checkpoint(told.number, told.hash, self._clock.now_ms())
        if told.number:
            sound = kept_with(sound, next((one for one in sound if one.number == told.number), newest))
        if change is None and sound == tuple(kept):
            return
        server = self._server()
        rows = [(server, one.number, one.hash, one.seen_ms, _seal(server, one)) for one in sound]
        with self._store.write() as db:
            db.execute("DELETE FROM checkpoints WHERE server = ?", (server,))
            db.executemany("INSERT INTO checkpoints (server, number, hash, seen_ms, seal) VALUES (?, ?, ?, ?, ?)", rows)
            if change is not None:
                facts = canonical(wire.to_json(change)).decode()
                db.execute("INSERT INTO log_changes (server, facts) VALUES (?, ?)", (server, facts))
                db.execute(
                    "DELETE FROM log_changes WHERE number <= (SELECT max(number) FROM log_changes) - ?", (MOST_CHANGES,)
                )
        if change is not None:
            self._unread = None


def _seal(server: str, one: Checkpoint) -> str:
    """A bit that flips on the disk must not look like a log that somebody changed."""
    return digest([server, one.number, one.hash, one.seen_ms])[:16]
