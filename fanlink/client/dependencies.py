"""What comes after what in the outbox: blocked when it fails, freed when it is mended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from fanlink.client.clock import Ids
from fanlink.client.entries import COLUMNS, NEEDS_A_PERSON, envelope_of, said, seal, text
from fanlink.client.outbox_file import insert


def satisfied(db: sqlite3.Connection, on: str, going: set[str]) -> bool:
    """True when a command, or one that mends it, was accepted, is unknown here, or is among those that go now."""
    if on in going:
        return True
    found = db.execute("SELECT state FROM commands WHERE id = ?", (on,)).fetchone()
    if found is None or found[0] == "accepted":
        return True
    mended = db.execute("SELECT id FROM commands WHERE replaces = ? ORDER BY number DESC LIMIT 1", (on,)).fetchone()
    return mended is not None and satisfied(db, mended[0], going)


def block_what_rests_on(db: sqlite3.Connection, command_id: str, code: str) -> None:
    """What comes after a command that failed cannot go; nor what comes after that."""
    for id_, _ in resting(db, command_id, "state = 'waiting'"):
        db.execute(
            "UPDATE commands SET state = 'blocked', reasons = ? WHERE id = ?",
            (text([[code, {"command": command_id}]]), id_),
        )
        block_what_rests_on(db, id_, "dependency_blocked")


def block_on_failed_ground(db: sqlite3.Connection, command_id: str, after: Iterable[str]) -> None:
    """What is asked on top of something that failed, and that nothing mends, is shown as blocked from the start."""
    for on in after:
        found = db.execute("SELECT state FROM commands WHERE id = ?", (on,)).fetchone()
        mending = db.execute("SELECT 1 FROM commands WHERE replaces = ?", (on,)).fetchone()
        if found is not None and found[0] in NEEDS_A_PERSON and mending is None:
            reasons = text([[f"dependency_{found[0]}", {"command": on}]])
            db.execute("UPDATE commands SET state = 'blocked', reasons = ? WHERE id = ?", (reasons, command_id))
            return


def release(db: sqlite3.Connection, command_id: str) -> None:
    """A mended command is on its way: what was blocked here, and never answered, may wait for it again."""
    for id_, _ in resting(db, command_id, "state = 'blocked' AND answered_ms IS NULL"):
        db.execute("UPDATE commands SET state = 'waiting', reasons = '[]' WHERE id = ?", (id_,))
        release(db, id_)


def free_what_waited_for(db: sqlite3.Connection, command_id: str, now_ms: int, ids: Ids) -> list[dict[str, Any]]:
    """What the server blocked because of a command that has now been mended is asked again, under a new id."""
    (mended,) = db.execute("SELECT replaces FROM commands WHERE id = ?", (command_id,)).fetchone() or (None,)
    if mended is None:
        return []
    freed = []
    release(db, mended)
    for id_, _ in resting(db, mended, "state = 'blocked' AND answered_ms IS NOT NULL AND NOT dealt_with"):
        row = db.execute(f"SELECT {COLUMNS} FROM commands WHERE id = ?", (id_,)).fetchone()
        made = envelope_of(row) | {"id": ids.new("cmd"), "replaces": id_}
        base = json.loads(row[14]) if row[14] else None
        insert(db, made, row[2], now_ms, 0, base)
        db.execute("UPDATE commands SET dealt_with = 1 WHERE id = ?", (id_,))
        freed.append(said(made, row[2], now_ms, 0, base))
    return freed


def rest_on(db: sqlite3.Connection, id_: str, after: list[str]) -> None:
    """Lets a command come after others than it did."""
    row = db.execute(f"SELECT {COLUMNS} FROM commands WHERE id = ?", (id_,)).fetchone()
    made = envelope_of(row) | {"after": after}
    db.execute("UPDATE commands SET after = ?, seal = ? WHERE id = ?", (text(after), seal(made, row[2]), id_))


def resting(db: sqlite3.Connection, command_id: str, where: str) -> list[tuple[str, list[str]]]:
    """The commands that come after another, with all that they come after."""
    rows = db.execute(f"SELECT id, after FROM commands WHERE after <> '[]' AND {where} ORDER BY number").fetchall()
    return [(id_, json.loads(after)) for id_, after in rows if command_id in json.loads(after)]
