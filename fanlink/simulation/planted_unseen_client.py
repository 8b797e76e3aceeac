"""The client's part of the bugs in `planted_unseen.py`."""

from __future__ import annotations

import sqlite3
from typing import Any

from fanlink.client import conflicts, dependencies, outbox_file, sync
from fanlink.client.assets import Assets
from fanlink.client.entries import Entry
from fanlink.client.outbox import Outbox
from fanlink.client.pull import Puller
from fanlink.client.replica import Replica
from fanlink.client.shelf import Shelf
from fanlink.simulation.planting import Bug, Planter

# The outbox -----------------------------------------------------------------------------------------------------


def _undone_after_it_left(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def undo(self: Outbox, command_id: str) -> bool:
            with self._store.write() as db:
                db.execute("UPDATE commands SET sent = 0 WHERE id = ? AND state = 'waiting'", (command_id,))
            return was(self, command_id)
        return undo
    plant.wrap(Outbox, "undo", make)


def _under_way_is_done(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def begin(self: Outbox, store: Any, journal: Any, ids: Any) -> None:
            with store.write() as db:
                db.execute("UPDATE commands SET state = 'accepted', answered_ms = made_ms WHERE state = 'sending'")
            was(self, store, journal, ids)
        return begin
    plant.wrap(Outbox, "__init__", make)


def _waits_for_the_wall_clock(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def ready(self: Outbox, account: str | None, now_ms: int, *more: Any) -> list[Entry]:
            return [entry for entry in was(self, account, now_ms, *more) if now_ms >= max(entry.made_ms, entry.not_before_ms)]
        return ready
    plant.wrap(Outbox, "ready", make)


def _only_the_next_is_blocked(plant: Planter) -> None:
    def block(db: sqlite3.Connection, command_id: str, _code: str) -> None:
        for id_, _ in dependencies.resting(db, command_id, "state = 'waiting'"):
            db.execute("UPDATE commands SET state = 'blocked' WHERE id = ?", (id_,))
    plant.put(dependencies, "block_what_rests_on", block)


def _journal_not_read(plant: Planter) -> None:
    plant.put(outbox_file, "_recover", lambda _store, _told: None)


def _history_kept_in_seconds(plant: Planter) -> None:
    plant.put(sync, "FORGET_AFTER_MS", 60 * 86_400)


def _mine_never_wins(plant: Planter) -> None:
    plant.put(conflicts, "version_now", lambda entry: entry.command.base_version)


# Files ----------------------------------------------------------------------------------------------------------


def _sent_before_it_arrived(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def send(self: Assets, digest: str, *more: Any) -> None:
            self._uploads._set(digest, "state = 'up'")
            was(self, digest, *more)
        return send
    plant.wrap(Assets, "send", make)


def _command_before_its_file(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def ready(self: Outbox, account: str | None, now_ms: int, most: int = 100, _held: Any = ()) -> list[Entry]:
            return was(self, account, now_ms, most)
        return ready
    plant.wrap(Outbox, "ready", make)


# The replica ----------------------------------------------------------------------------------------------------


def _any_digest_will_do(plant: Planter) -> None:
    def agrees(self: Any, scope: str, digest: str) -> bool:
        self._checked_anew.add(scope)
        self._replica.agree(scope, self._replica.cursors()[scope], digest)
        return True
    plant.put(Puller, "_agrees", agrees)


def _left_scope_stays(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def drop(self: Replica, scope: str) -> set[str]:
            return set() if scope.startswith(("artist:", "team:", "party:")) else was(self, scope)
        return drop
    plant.wrap(Replica, "drop", make)


def _cursor_outlives_its_rows(plant: Planter) -> None:
    def drop(self: Any, scope: str) -> set[str]:
        with self._store.write() as db:
            return self._empty(db, scope)
    plant.put(Shelf, "drop", drop)


def _snapshot_leaves_ghosts(plant: Planter) -> None:
    def make(was: Any) -> Any:
        def copy_in(self: Any, scope: str, cursor: int, rows: Any) -> set[str]:
            self._empty = lambda _db, _scope: set()
            try:
                return was(self, scope, cursor, rows)
            finally:
                del self._empty
        return copy_in
    plant.wrap(Shelf, "copy_in", make)


BUGS = (
    Bug("undone-after-it-left", "a command whose reply was lost can be taken back, though it may have happened", _undone_after_it_left),
    Bug("under-way-is-done", "what was being sent when the program ended is shown as accepted and never sent", _under_way_is_done),
    Bug("waits-for-the-wall-clock", "a clock that is set back holds commands for as long as it was ahead", _waits_for_the_wall_clock),
    Bug("only-the-next-is-blocked", "what rests on a blocked command waits for ever, and nobody is told", _only_the_next_is_blocked),
    Bug("journal-not-read", "a broken outbox is begun anew without what the journal holds", _journal_not_read),
    Bug("history-kept-in-seconds", "accepted commands are dropped after an hour and a half, not sixty days", _history_kept_in_seconds),
    Bug("mine-never-wins", "choosing mine asks again on the old version, and is a conflict each time", _mine_never_wins),
    Bug("sent-before-it-arrived", "a file counts as uploaded before the server has it", _sent_before_it_arrived),
    Bug("command-before-its-file", "a command goes although the file it names is not up yet", _command_before_its_file),
    Bug("any-digest-will-do", "the digest of a scope is asked for and not compared", _any_digest_will_do),
    Bug("left-scope-stays", "what was to be seen of an artist stays after unfollowing or leaving the team", _left_scope_stays),
    Bug("cursor-outlives-its-rows", "a scope that was dropped keeps its cursor, so that coming back brings only what is new", _cursor_outlives_its_rows),
    Bug("snapshot-leaves-ghosts", "a snapshot is laid over what was there, and what it does not have stays", _snapshot_leaves_ghosts),
)  # fmt: skip
