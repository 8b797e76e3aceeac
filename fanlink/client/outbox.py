"""The outbox: everything a person asked for, stored before anything is sent, until it is answered and seen.

A command is durable when `add` returns. What was sent may have happened, so it is never undone or dropped before its
answer; sending it again is safe, because its id is answered once and for ever.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fanlink.client import dependencies
from fanlink.client.clock import Ids
from fanlink.client.entries import (
    COLUMNS,
    NEEDS_A_PERSON,
    ON_THE_WAY,
    Entry,
    EntryState,
    entry_of,
    envelope,
    envelope_of,
    said,
    said_row,
    seal,
    text,
)
from fanlink.client.journal import Journal
from fanlink.client.local import Store
from fanlink.client.outbox_file import count_move, insert, was_lost
from fanlink.core.commands import Command
from fanlink.core.errors import Reason, Refused

SENT_AGAIN = "unknown_dependency"
MALFORMED = "malformed"
UNDONE = "dependency_undone"
NOT_PUT_AWAY = "(state IN ('waiting', 'sending', 'accepted') OR NOT dealt_with)"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server decided about one command."""

    id: str
    outcome: EntryState
    reasons: tuple[Reason, ...] = ()
    now: Mapping[str, Any] | None = None

    @property
    def final(self) -> bool:
        """False for what may be sent again: the server has not seen what this command rests on."""
        return not (self.outcome is EntryState.BLOCKED and any(reason.code == SENT_AGAIN for reason in self.reasons))

    @property
    def decided(self) -> bool:
        """False when the server could not even read it, and so does not know its id."""
        return all(reason.code != MALFORMED for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Counts:
    """What the sync line says."""

    waiting: int = 0
    needs_you: int = 0


class Outbox:
    """Commands by the order they were made in; every change is one durable transaction."""

    def __init__(self, store: Store, journal: Journal, ids: Ids) -> None:
        self._store, self._journal, self._ids = store, journal, ids
        self.revision = 0
        self._live: dict[str | None, tuple[int, tuple[Entry, ...]]] = {}
        with store.write() as db:
            # Whoever was sending is gone; what left may have arrived, and is asked again under the same id.
            db.execute("UPDATE commands SET state = 'waiting' WHERE state = 'sending'")
            dependencies.release_what_holds_again(db)
        self._rewrite_journal()

    # What is asked ----------------------------------------------------------------------------------------------

    def add(
        self, command: Command, *, account: str | None, made_ms: int, not_before_ms: int = 0,
        base: Mapping[str, Any] | None = None,
    ) -> None:
        """Stores a command durably, in two places; the one it replaces is dealt with in the same transaction."""
        with self._store.write() as db:
            if command.replaces and self._take_the_place_of(db, command):
                command = replace(command, replaces=None)
            made = envelope(command)
            insert(db, made, account, made_ms, not_before_ms, base)
            dependencies.block_on_failed_ground(db, command.id, command.after)
            dependencies.release(db, command.id)
            number = count_move(db)
        self._journal.add(number, said(made, account, made_ms, not_before_ms, base))
        self._moved()

    def _take_the_place_of(self, db: sqlite3.Connection, command: Command) -> bool:
        """Deals with the command that this one mends; True when the server never heard of that one."""
        old = db.execute("SELECT answered_ms, state, sent FROM commands WHERE id = ?", (command.replaces,)).fetchone()
        if old is None:
            return False
        answered_ms, state, sent = old
        if answered_ms is not None or (sent and state in ON_THE_WAY):
            db.execute("UPDATE commands SET dealt_with = 1 WHERE id = ?", (command.replaces,))
            return False
        for id_, after in dependencies.resting(db, command.replaces, "answered_ms IS NULL"):
            after = [command.id if on == command.replaces else on for on in after]
            dependencies.rest_on(db, id_, after)
        db.execute("DELETE FROM commands WHERE id = ?", (command.replaces,))
        return True

    def undo(self, command_id: str) -> bool:
        """Takes back what was never sent, with what rests on it left blocked; False when it is too late."""
        with self._store.write() as db:
            (mended,) = db.execute("SELECT replaces FROM commands WHERE id = ?", (command_id,)).fetchone() or (None,)
            gone = db.execute(
                "DELETE FROM commands WHERE id = ? AND answered_ms IS NULL AND (state = 'waiting' AND sent = 0 OR state ="
                " 'blocked')", (command_id,),
            ).rowcount
            if gone:
                dependencies.block_what_rests_on(db, command_id, UNDONE)
                dependencies.left_without(db, command_id, UNDONE)
                dependencies.bring_back(db, mended)
                blocked = db.execute(f"SELECT {COLUMNS} FROM commands WHERE state = 'blocked' AND answered_ms IS NULL").fetchall()
                number = count_move(db)
        if gone:
            self._journal.add(number, {"gone": command_id}, *(said_row(row, row[2]) for row in blocked))
            self._moved()
        return bool(gone)

    def discard(self, command_id: str) -> bool:
        """Drops what was never sent, or puts away what was answered; False while an answer may still come."""
        if self.undo(command_id):
            return True
        return self._deal_with(command_id)

    def retry(self, command_id: str, new_id: str, now_ms: int) -> str:
        """Asks again for what was refused or blocked, as a new command; returns the id that now stands for it."""
        entry = self.entry(command_id)
        if entry is None or entry.state not in NEEDS_A_PERSON:
            raise Refused("nothing_to_retry", command=command_id)
        if entry.answered_ms is None:
            # What was undone will never be answered: whoever asks all the same asks without it.
            undone = {reason.facts.get("command") for reason in entry.reasons if reason.code == UNDONE}
            with self._store.write() as db:
                if undone:
                    dependencies.rest_on(db, command_id, [on for on in entry.command.after if on not in undone])
                db.execute("UPDATE commands SET state = 'waiting', reasons = '[]' WHERE id = ?", (command_id,))
                dependencies.block_on_failed_ground(db, command_id, set(entry.command.after) - undone)
                dependencies.release(db, command_id)
                said_now = said_row(db.execute(f"SELECT {COLUMNS} FROM commands WHERE id = ?", (command_id,)).fetchone())
                number = count_move(db)
            self._journal.add(number, said_now)
            self._moved()
            return command_id
        again = replace(entry.command, id=new_id, replaces=command_id)
        self.add(again, account=entry.account, made_ms=now_ms, base=entry.base)
        return new_id

    # What is sent -----------------------------------------------------------------------------------------------

    def ready(self, account: str | None, now_ms: int, most: int = 100, held: Iterable[str] = ()) -> list[Entry]:
        """The next commands to send, each after everything it rests on, in the order they were made.

        Two commands about one target keep their order even when only the second is due, unless the first rests on the
        second, which then mends what failed under it. `held` names digests of files that are not up yet.
        """
        chosen: list[int] = []
        held = tuple(held)
        with self._store.read() as db:
            going: set[str] = set()
            busy: dict[str, set[str]] = {}
            for number, id_, target, made_ms, not_before_ms, after, data in db.execute(
                "SELECT number, id, target, made_ms, not_before_ms, after, data FROM commands"
                " WHERE state = 'waiting' AND (account = ? OR account IS NULL) ORDER BY number", (account,),
            ):
                # A wall clock that was set back must not hold a command for days.
                due = now_ms >= not_before_ms or now_ms < made_ms
                rests = after == "[]" or all(dependencies.satisfied(db, on, going) for on in json.loads(after))
                lacks_a_file = any(digest in data for digest in held)
                in_turn = target not in busy or id_ in busy[target]
                if not in_turn:
                    continue  # it waits for those before it, and so lets by whatever they let by
                if not due or not rests or lacks_a_file:
                    awaited = dependencies.awaited(db, json.loads(after)) if after != "[]" else set()
                    busy[target] = busy.get(target, awaited) & awaited
                    continue
                going.add(id_)
                chosen.append(number)
                if len(chosen) == most:
                    break
        return self._entries(f"number IN ({','.join(map(str, chosen))})") if chosen else []

    def next_due_ms(self, account: str | None, now_ms: int) -> int | None:
        """When the next command that still waits for its undo time is due; None when none does."""
        rows = self._store.rows(
            "SELECT min(not_before_ms) FROM commands WHERE state = 'waiting' AND not_before_ms > ?"
            " AND (account = ? OR account IS NULL)", now_ms, account,
        )
        return rows[0][0]

    def sending(self, ids: Iterable[str], account: str | None) -> None:
        """Notes, before anything leaves, that these may have happened from now on."""
        bound = []
        with self._store.write() as db:
            for id_ in ids:
                row = db.execute(f"SELECT {COLUMNS} FROM commands WHERE id = ?", (id_,)).fetchone()
                mine = row[2] or account
                if mine != row[2]:
                    bound.append(said_row(row, mine))
                db.execute(
                    "UPDATE commands SET state = 'sending', sent = sent + 1, account = ?, seal = ? WHERE id = ?",
                    (mine, seal(envelope_of(row), mine), id_),
                )
            number = count_move(db)
        if bound:
            self._journal.add(number, *bound)
        self._moved()

    def unanswered(self) -> None:
        """The reply did not come: what was being sent waits again, under the same ids."""
        with self._store.write() as db:
            db.execute("UPDATE commands SET state = 'waiting' WHERE state = 'sending'")
        self._moved()

    def answer(self, answers: Iterable[Answer], now_ms: int) -> None:
        """Keeps what the server decided; what rests on a refusal is blocked, what rests on a mended one is freed."""
        told: list[dict[str, Any]] = []
        accepted: list[str] = []
        with self._store.write() as db:
            number = count_move(db)
            for given in answers:
                if not given.final:
                    db.execute("UPDATE commands SET state = 'waiting' WHERE id = ? AND state = 'sending'", (given.id,))
                    told += self._ask_for_the_ground(db, given)
                    dependencies.block_where_ground_failed(db, given.id)
                    continue
                db.execute(
                    "UPDATE commands SET state = ?, reasons = ?, now = ?, answered_ms = ?, answered_order = ?, settled = 0, opinion ="
                    " (kind = 'decide_case' AND ? = 'conflict') WHERE id = ? AND state IN ('sending', 'waiting')",
                    (given.outcome, text([[reason.code, reason.facts] for reason in given.reasons]),
                     text(given.now) if given.now is not None else None, now_ms if given.decided else None,
                     number, given.outcome, given.id),
                )
                if given.outcome is EntryState.ACCEPTED:
                    accepted.append(given.id)
                    told += dependencies.free_what_waited_for(db, given.id, now_ms, self._ids)
                else:
                    dependencies.block_what_rests_on(db, given.id, "dependency_" + given.outcome)
        # Were only what was accepted lost, it would be asked again and answered as before.
        if told or accepted:
            self._journal.add(number, *told, {"yes": accepted, "at": now_ms}, lasting=bool(told))
        self._moved()

    def _ask_for_the_ground(self, db: sqlite3.Connection, given: Answer) -> list[dict[str, Any]]:
        """What the server does not know any more, though it once answered it, has to be asked again first."""
        again = []
        for reason in given.reasons:
            lacking = str(reason.facts.get("id"))
            if not dependencies.ground_failed(db, lacking):
                again += dependencies.waiting_again(db, "id = ? AND answered_ms IS NOT NULL", lacking)
            if not db.execute("SELECT 1 FROM commands WHERE id = ?", (lacking,)).fetchone():
                again += dependencies.lost_ground(db, given.id, lacking, UNDONE if was_lost(db, lacking) else None)
        return again

    def newest_accepted(self, account: str | None) -> str | None:
        """The command that was accepted last, which a server that lost its memory does not know."""
        rows = self._store.rows(
            "SELECT id FROM commands WHERE state = 'accepted' AND account = ? ORDER BY answered_order DESC, number DESC LIMIT 1",
            account,
        )
        return rows[0][0] if rows else None

    def settle(self, ids: Sequence[str]) -> None:
        """What these did has arrived as documents; the pending picture of them ends."""
        with self._store.write() as db:
            db.executemany("UPDATE commands SET settled = 1 WHERE id = ? AND state = 'accepted'", [(i,) for i in ids])
        self._moved()

    def ask_again(self, account: str | None) -> int:
        """Puts the accepted commands that are still here back in the queue, for a server that may have lost them.

        Ids are answered once for ever, so asking a server that still knows them changes nothing. Returns how many.
        """
        with self._store.write() as db:
            again = dependencies.waiting_again(db, "state = 'accepted' AND account = ?", account)
            number = count_move(db)
        self._journal.add(number, *again)
        self._moved()
        return len(again)

    def forget(self, before_ms: int) -> int:
        """Drops what is long done, so that the file stays small; returns how many."""
        with self._store.write() as db:
            return db.execute(
                "DELETE FROM commands WHERE (state = 'accepted' AND settled = 1 OR dealt_with = 1)"
                " AND answered_ms < ? AND NOT opinion", (before_ms,),
            ).rowcount

    # What is shown ----------------------------------------------------------------------------------------------

    def entry(self, command_id: str) -> Entry | None:
        """One command with what became of it."""
        found = self._entries("id = ?", command_id)
        return found[0] if found else None

    def asks_the_same(self, was: Entry) -> bool:
        """Whether what is asked under this id is still what it was."""
        now = self.entry(was.id)
        return now is not None and now.command == was.command

    def entries(self, account: str | None = None, most: int = 500) -> tuple[Entry, ...]:
        """The newest commands of this account, newest first."""
        rows = self._entries(
            "account IS ? OR account IS NULL", account, order="number DESC", most=most,
        )
        return tuple(rows)

    def live(self, account: str | None) -> tuple[Entry, ...]:
        """The commands whose effect is shown before the documents say so, oldest first."""
        kept = self._live.get(account)
        if kept is None or kept[0] != self.revision:
            revision = self.revision
            found = self._entries(
                "(account = ? OR account IS NULL) AND (state IN ('waiting', 'sending') AND answered_ms IS NULL"
                " OR state = 'accepted' AND NOT settled)", account,
            )
            kept = self._live[account] = (revision, tuple(found))
        return kept[1]

    def accepted_unsettled(self, account: str | None) -> list[str]:
        """The ids whose documents have not been waited for yet."""
        rows = self._store.rows(
            "SELECT id FROM commands WHERE state = 'accepted' AND NOT settled AND account = ?", account
        )
        return [id_ for (id_,) in rows]

    def opinions(self, account: str | None) -> tuple[Entry, ...]:
        """Decisions of this account that came second and are kept as opinions."""
        return tuple(self._entries("opinion AND account = ?", account))

    def counts(self, account: str | None) -> Counts:
        """How many wait to be sent, and how many need a person."""
        ((waiting, needs),) = self._store.rows(
            "SELECT sum(state IN ('waiting', 'sending')), sum(state IN ('refused', 'conflict', 'blocked') AND NOT"
            " dealt_with) FROM commands WHERE account = ? OR account IS NULL", account,
        )
        return Counts(waiting or 0, needs or 0)

    def names(self, digest: str) -> bool:
        """True when a command that is not done yet names this file."""
        rows = self._store.rows(
            "SELECT 1 FROM commands WHERE instr(data, ?) AND NOT (state = 'accepted' AND settled) AND NOT dealt_with LIMIT 1",
            digest,
        )
        return bool(rows)

    # Inside -----------------------------------------------------------------------------------------------------

    def _deal_with(self, command_id: str) -> bool:
        with self._store.write() as db:
            done = db.execute(
                "UPDATE commands SET dealt_with = 1 WHERE id = ? AND state IN ('refused', 'conflict', 'blocked')",
                (command_id,),
            ).rowcount
            number = count_move(db)
        if done:
            self._journal.add(number, {"gone": command_id}, lasting=False)
        self._moved()
        return bool(done)

    def _entries(self, where: str, *values: Any, order: str = "number", most: int = -1) -> list[Entry]:
        sql = f"SELECT {COLUMNS} FROM commands WHERE {where} ORDER BY {order} LIMIT {most}"
        return [entry_of(row) for row in self._store.rows(sql, *values)]

    def _rewrite_journal(self) -> None:
        """Brings the journal to what the database says, which is the truth while it is sound."""
        with self._store.write() as db:
            number = count_move(db)
            rows = db.execute(f"SELECT {COLUMNS}, answered_order FROM commands WHERE {NOT_PUT_AWAY} ORDER BY number").fetchall()
            facts = dict(db.execute("SELECT name, value FROM settings WHERE name <> 'moves'"))
            uploads = [
                list(row) for row in db.execute("SELECT digest, bytes, added_ms, name, purpose, label, account FROM uploads")
            ]
        says = [said_row(row[:-1], row[2], row[-1]) for row in rows]
        self._journal.rewrite(number, [*says, {"set": facts}, *({"upload": one} for one in uploads)])

    def _moved(self) -> None:
        self.revision += 1
        if self._journal.wants_rewriting:
            self._rewrite_journal()
