"""What comes after what in the outbox: blocked when it fails, freed when it is mended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from fanlink.client.clock import Ids
from fanlink.client.entries import COLUMNS, NEEDS_A_PERSON, envelope_of, said, said_row, seal, text
from fanlink.client.outbox_file import insert


def satisfied(db: sqlite3.Connection, on: str, going: set[str]) -> bool:
    """True when a command, or one that mends it, was accepted, is unknown here, or is among those that go now."""
    if on in going:
        return True
    found = db.execute("SELECT state FROM commands WHERE id = ?", (on,)).fetchone()
    if found is None or found[0] == "accepted":
        return True
    return any(satisfied(db, id_, going) for id_, _ in _mending(db, on))


def awaited(db: sqlite3.Connection, after: Iterable[str]) -> set[str]:
    """All that must be sent before what comes after these may be: they themselves, what mends them, what they rest on."""
    found: set[str] = set()
    looking = list(after)
    while looking:
        on = looking.pop()
        row = db.execute("SELECT after, state FROM commands WHERE id = ?", (on,)).fetchone()
        if on in found or row is None or row[1] == "accepted":
            continue
        found.add(on)
        looking += [*json.loads(row[0]), *(id_ for id_, _ in _mending(db, on))]
    return found


def block_what_rests_on(db: sqlite3.Connection, command_id: str, code: str) -> None:
    """What comes after a command that failed cannot go; nor what comes after that, or after what it was to mend."""
    for ground in _grounds(db, command_id):
        _block(db, ground, code, command_id)


def left_without(db: sqlite3.Connection, command_id: str, code: str) -> None:
    """What was blocked already, and comes after a command that is gone for good, is told so: it must not wait for that one."""
    for id_, _ in resting(db, command_id, "state = 'blocked' AND answered_ms IS NULL"):
        told = json.loads(db.execute("SELECT reasons FROM commands WHERE id = ?", (id_,)).fetchone()[0])
        others = [reason for reason in told if reason[1].get("command") != command_id]
        db.execute("UPDATE commands SET reasons = ? WHERE id = ?", (text([[code, {"command": command_id}], *others]), id_))


def bring_back(db: sqlite3.Connection, mended: str | None) -> None:
    """What was to mend a command is gone: unless a further one does, that needs its person again, and what rests on it waits no more."""
    found = db.execute("SELECT state FROM commands WHERE id = ?", (mended,)).fetchone()
    if mended is None or found is None or found[0] not in NEEDS_A_PERSON or _may_be_mended(db, mended):
        return
    db.execute("UPDATE commands SET dealt_with = 0 WHERE id = ?", (mended,))
    block_what_rests_on(db, mended, f"dependency_{found[0]}")


def _block(db: sqlite3.Connection, ground: str, code: str, failed: str) -> None:
    for id_, _ in resting(db, ground, "state = 'waiting'"):
        # It was accepted once where it was put back into the queue, by a server that knows of it no more.
        db.execute(
            "UPDATE commands SET state = 'blocked', reasons = ?, answered_ms = NULL, answered_order = NULL WHERE id = ?",
            (text([[code, {"command": failed}]]), id_),
        )
        block_what_rests_on(db, id_, "dependency_blocked")


def _grounds(db: sqlite3.Connection, command_id: str) -> list[str]:
    """A command that failed, and those before it that it was to mend and that nothing else mends."""
    return [command_id, *takewhile(lambda one: not _may_be_mended(db, one), _mended_by(db, command_id))]


def _mending(db: sqlite3.Connection, command_id: str) -> list[tuple[str, str]]:
    return db.execute("SELECT id, state FROM commands WHERE replaces = ? ORDER BY number DESC", (command_id,)).fetchall()


def _may_be_mended(db: sqlite3.Connection, command_id: str) -> bool:
    """Whether something that mends a command was accepted or is on its way."""
    return any(state not in NEEDS_A_PERSON or _may_be_mended(db, id_) for id_, state in _mending(db, command_id))


def block_on_failed_ground(db: sqlite3.Connection, command_id: str, after: Iterable[str]) -> None:
    """What is asked on top of something that failed, and that nothing mends, is shown as blocked from the start."""
    for on in after:
        failed = _failed(db, on)
        if failed:
            reasons = text([[f"dependency_{failed}", {"command": on}]])
            db.execute("UPDATE commands SET state = 'blocked', reasons = ? WHERE id = ?", (reasons, command_id))
            return


def ground_failed(db: sqlite3.Connection, command_id: object) -> str | None:
    """The first command under this one that failed and that nothing mends; None when all of its ground may still hold."""
    row = db.execute("SELECT after FROM commands WHERE id = ?", (command_id,)).fetchone()
    return next((on for on in json.loads(row[0]) if _failed(db, on)), None) if row else None


def block_where_ground_failed(db: sqlite3.Connection, command_id: str) -> None:
    """What was on its way when its ground failed, and waits again, is blocked, with all that comes after it."""
    failed = ground_failed(db, command_id)
    if failed is not None:
        block_what_rests_on(db, failed, f"dependency_{_failed(db, failed)}")


def _failed(db: sqlite3.Connection, command_id: str) -> str | None:
    """The state of a command that needs a person and that nothing mends; None for any other."""
    found = db.execute("SELECT state FROM commands WHERE id = ?", (command_id,)).fetchone()
    if found is None or found[0] not in NEEDS_A_PERSON or _may_be_mended(db, command_id):
        return None
    return str(found[0])


def release(db: sqlite3.Connection, command_id: str) -> None:
    """A command is on its way: what was blocked here on it, or on what it mends, and never answered, may wait again."""
    for ground in (command_id, *_mended_by(db, command_id)):
        for id_, after in resting(db, ground, "state = 'blocked' AND answered_ms IS NULL"):
            db.execute("UPDATE commands SET state = 'waiting', reasons = '[]' WHERE id = ?", (id_,))
            block_on_failed_ground(db, id_, after)
            release(db, id_)


def release_what_holds_again(db: sqlite3.Connection) -> None:
    """At the start: what was blocked on ground that was accepted or mended since may go, though the file that knew so was lost."""
    for id_, reasons in db.execute("SELECT id, reasons FROM commands WHERE state = 'blocked' AND answered_ms IS NULL").fetchall():
        grounds = [reason[1].get("command") for reason in json.loads(reasons)]
        if grounds and all(_holds(db, ground) for ground in grounds) and ground_failed(db, id_) is None:
            db.execute("UPDATE commands SET state = 'waiting', reasons = '[]' WHERE id = ?", (id_,))


def _holds(db: sqlite3.Connection, command_id: str | None) -> bool:
    known = db.execute("SELECT 1 FROM commands WHERE id = ?", (command_id,)).fetchone()
    return known is not None and satisfied(db, str(command_id), set())


def free_what_waited_for(db: sqlite3.Connection, command_id: str, now_ms: int, ids: Ids) -> list[dict[str, Any]]:
    """What the server blocked because of a command that has now been mended is asked again, under a new id."""
    mended = _mended_by(db, command_id)
    if not mended:
        return []
    freed = []
    release(db, command_id)
    for ground in mended:
        for id_, _ in resting(db, ground, "state = 'blocked' AND answered_ms IS NOT NULL AND NOT dealt_with"):
            row = db.execute(f"SELECT {COLUMNS} FROM commands WHERE id = ?", (id_,)).fetchone()
            made = envelope_of(row) | {"id": ids.new("cmd"), "replaces": id_}
            base = json.loads(row[14]) if row[14] else None
            insert(db, made, row[2], now_ms, 0, base)
            db.execute("UPDATE commands SET dealt_with = 1 WHERE id = ?", (id_,))
            freed.append(said(made, row[2], now_ms, 0, base))
    return freed


def _mended_by(db: sqlite3.Connection, command_id: str) -> list[str]:
    """What a command is to mend, and what that was to mend, back to the first."""
    found: list[str] = []
    while True:
        row = db.execute("SELECT replaces FROM commands WHERE id = ?", ((found or [command_id])[-1],)).fetchone()
        if row is None or row[0] is None or row[0] in found:
            return found
        found.append(row[0])


def rest_on(db: sqlite3.Connection, id_: str, after: list[str]) -> None:
    """Lets a command come after others than it did."""
    row = db.execute(f"SELECT {COLUMNS} FROM commands WHERE id = ?", (id_,)).fetchone()
    made = envelope_of(row) | {"after": after}
    db.execute("UPDATE commands SET after = ?, seal = ? WHERE id = ?", (text(after), seal(made, row[2]), id_))


def resting(db: sqlite3.Connection, command_id: str, where: str) -> list[tuple[str, list[str]]]:
    """The commands that come after another, with all that they come after."""
    rows = db.execute(f"SELECT id, after FROM commands WHERE after <> '[]' AND {where} ORDER BY number").fetchall()
    return [(id_, json.loads(after)) for id_, after in rows if command_id in json.loads(after)]


def waiting_again(db: sqlite3.Connection, where: str, *values: Any) -> list[dict[str, Any]]:
    """Puts what was answered back into the queue; returns it as the journal holds it."""
    rows = db.execute(f"SELECT {COLUMNS} FROM commands WHERE {where} ORDER BY number", values).fetchall()
    db.executemany("UPDATE commands SET state = 'waiting' WHERE id = ?", [(row[1],) for row in rows])
    return [said_row((*row[:9], "waiting", *row[10:])) for row in rows]


def lost_ground(db: sqlite3.Connection, command_id: str, lost: str, code: str | None) -> list[dict[str, Any]]:
    """What neither side knows any more is nothing to mend, and nothing to wait for; gives what changed as the journal holds it.

    What was to mend it is asked for itself, and what came after it comes after that. Where nothing mends it, a person decides:
    they are told `code`. Without one it may still come, from another computer, and what comes after it waits.
    """
    row = db.execute(f"SELECT {COLUMNS} FROM commands WHERE id = ?", (command_id,)).fetchone()
    if row is None:
        return []
    if row[8] == lost:
        alone = (*row[:8], None, *row[9:])
        db.execute("UPDATE commands SET replaces = NULL, seal = ? WHERE id = ?", (seal(envelope_of(alone), row[2]), command_id))
        return [said_row(alone), *_come_after(db, lost, command_id, resting(db, lost, "state IN ('waiting', 'sending')"))]
    here = [one for one in resting(db, lost, "state = 'waiting'") if one[0] == command_id]
    mending = next((id_ for id_, state in _mending(db, lost) if state not in NEEDS_A_PERSON), None)
    if mending is not None:
        return _come_after(db, lost, mending, here)
    for id_, _ in here if code else ():
        db.execute("UPDATE commands SET state = 'blocked', reasons = ? WHERE id = ?", (text([[code, {"command": lost}]]), id_))
        block_what_rests_on(db, id_, "dependency_blocked")
    return [_as_kept(db, id_) for id_, _ in here if code]


def _come_after(db: sqlite3.Connection, lost: str, instead: str, some: list[tuple[str, list[str]]]) -> list[dict[str, Any]]:
    for id_, after in some:
        rest_on(db, id_, [instead if on == lost else on for on in after])
    return [_as_kept(db, id_) for id_, _ in some]


def _as_kept(db: sqlite3.Connection, command_id: str) -> dict[str, Any]:
    return said_row(db.execute(f"SELECT {COLUMNS} FROM commands WHERE id = ?", (command_id,)).fetchone())
