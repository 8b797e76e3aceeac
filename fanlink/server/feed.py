"""The feed: the newest version of each document per scope, under a number that only grows.

The number is taken inside the writing transaction, last, scope by scope in sorted order. So a reader who has seen
number n of a scope has seen everything up to n, however writers cross.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from fanlink import wire
from fanlink.core import feeds
from fanlink.core.digests import canonical, digest_of_bytes
from fanlink.server import tables
from fanlink.server.nouns import upsert
from fanlink.server.store import chunks

DOCUMENT = tables.documents
COLUMNS = ("scope", "kind", "id", "seq", "version", "deleted", "at_ms", "digest", "data")


EXISTING = select(
    DOCUMENT.c.scope, DOCUMENT.c.kind, DOCUMENT.c.id, DOCUMENT.c.version, DOCUMENT.c.deleted, DOCUMENT.c.digest
).where(DOCUMENT.c.id.in_(bindparam("ids", expanding=True)))
LOCKED = (
    select(tables.scopes.c.scope, tables.scopes.c.head)
    .where(tables.scopes.c.scope.in_(bindparam("scopes", expanding=True)))
    .order_by(tables.scopes.c.scope).with_for_update()
)  # fmt: skip
MOVE = update(tables.scopes).where(tables.scopes.c.scope == bindparam("of")).values(head=bindparam("to"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A document for one scope, with the version of the thing that it shows."""

    scope: str
    document: Any
    version: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Everything that is to be seen of one thing: `kinds` are the documents that may exist of it, `shown` those that do."""

    id: str
    kinds: tuple[str, ...]
    shown: tuple[Shown, ...]


def write(connection: Connection, is_sqlite: bool, subjects: Iterable[Subject], now_ms: int) -> dict[str, int]:
    """Brings the documents of the subjects up to date, and gives the new head of each scope that moved.

    A document that a scope has and that is no longer shown there becomes a tombstone. What did not change keeps its number.
    """
    subjects = list(subjects)
    existing = _existing(connection, subjects)
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for subject in subjects:
        for row in _changes(subject, existing, now_ms):
            rows[row["scope"], row["kind"], row["id"]] = row
    if not rows:
        return {}
    heads = _take_numbers(connection, is_sqlite, rows.values())
    connection.execute(upsert(DOCUMENT, COLUMNS, is_sqlite), list(rows.values()))
    return heads


def _existing(connection: Connection, subjects: list[Subject]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for ids in chunks(sorted({subject.id for subject in subjects})):
        for row in connection.execute(EXISTING, {"ids": ids}):
            found.setdefault(row.id, []).append(row)
    return found


def _changes(subject: Subject, existing: Mapping[str, list[Any]], now_ms: int) -> Iterable[dict[str, Any]]:
    before = {(row.scope, row.kind): row for row in existing.get(subject.id, ()) if row.kind in subject.kinds}
    written: dict[int, bytes] = {}  # one document is shown to many
    for shown in subject.shown:
        kind = shown.document.KIND
        assert kind in subject.kinds, f"{kind} is not among the documents of this subject"
        data = written.get(id(shown.document))
        if data is None:
            data = written[id(shown.document)] = canonical(wire.to_json(shown.document))
        was = before.pop((shown.scope, kind), None)
        row = _row(shown.scope, kind, subject.id, shown.version, 0, now_ms, data)
        if was is None or was.deleted or (was.version, was.digest) != (shown.version, row["digest"]):
            yield row
    for (scope, kind), was in before.items():
        if not was.deleted:
            yield _row(scope, kind, subject.id, was.version, 1, now_ms, b"null")


def _row(scope: str, kind: str, subject: str, version: int, deleted: int, now_ms: int, data: bytes) -> dict[str, Any]:
    return {
        "scope": scope, "kind": kind, "id": subject, "seq": 0, "version": version, "deleted": deleted,
        "at_ms": now_ms, "digest": digest_of_bytes(data), "data": data.decode(),
    }  # fmt: skip


def _take_numbers(connection: Connection, is_sqlite: bool, rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    by_scope: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_scope.setdefault(row["scope"], []).append(row)
    scopes = sorted(by_scope)
    heads = dict.fromkeys(scopes, 0)
    for some in chunks(scopes):
        heads |= {row.scope: row.head for row in connection.execute(LOCKED, {"scopes": some})}
    known = {scope for scope, head in heads.items() if head}
    for scope in scopes:
        for row in by_scope[scope]:
            heads[scope] += 1
            row["seq"] = heads[scope]
    new = [{"scope": scope, "head": heads[scope], "floor": 0} for scope in scopes if scope not in known]
    if new:
        connection.execute(upsert(tables.scopes, ("scope", "head"), is_sqlite), new)
    moved = [{"of": scope, "to": heads[scope]} for scope in scopes if scope in known]
    if moved:
        connection.execute(MOVE, moved)
    return heads


# Reading --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope's newest number, and the number below which tombstones are gone."""

    scope: str
    head: int
    floor: int


HEADS = select(tables.scopes).where(tables.scopes.c.scope.in_(bindparam("scopes", expanding=True)))
PAGE = (
    select(*(DOCUMENT.c[name] for name in ("seq", "kind", "id", "version", "deleted", "data")))
    .where(DOCUMENT.c.scope == bindparam("scope"), DOCUMENT.c.seq > bindparam("after"))
    .order_by(DOCUMENT.c.seq).limit(bindparam("most"))
)  # fmt: skip


def heads(connection: Connection, scopes: Iterable[str]) -> list[Scope]:
    """The scopes with their heads, in their order; one that never had a document is at 0."""
    wanted = tuple(scopes)
    found = {
        row.scope: Scope(row.scope, row.head, row.floor)
        for some in chunks(wanted)
        for row in connection.execute(HEADS, {"scopes": some})
    }
    return [found.get(scope, Scope(scope, 0, 0)) for scope in wanted]


def page(connection: Connection, scope: str, after: int, limit: int) -> list[tuple[int, str, str, int, int, str]]:
    """The next documents of a scope after a number, oldest first: (seq, kind, id, version, deleted, data)."""
    return connection.execute(PAGE, {"scope": scope, "after": after, "most": limit}).all()  # type: ignore[return-value]


def live(connection: Connection, scope: str) -> Iterable[Any]:
    """All documents of a scope that are not deleted, by kind and id, read as they are needed."""
    chosen = select(DOCUMENT).where(DOCUMENT.c.scope == scope, DOCUMENT.c.deleted == 0)
    return connection.execute(chosen.order_by(DOCUMENT.c.kind, DOCUMENT.c.id).execution_options(yield_per=2_000))


def digest(connection: Connection, scope: str) -> str:
    """The digest of all that a scope shows now."""
    columns = (DOCUMENT.c.kind, DOCUMENT.c.id, DOCUMENT.c.version, DOCUMENT.c.digest)
    chosen = select(*columns).where(DOCUMENT.c.scope == scope, DOCUMENT.c.deleted == 0)
    return feeds.scope_digest(feeds.line(*row) for row in connection.execute(chosen))


def forget_tombstones(connection: Connection, before_ms: int) -> int:
    """Drops tombstones from before a time; cursors older than the last of them start from a snapshot then."""
    old = (DOCUMENT.c.deleted == 1) & (DOCUMENT.c.at_ms < before_ms)
    gone = connection.execute(select(DOCUMENT.c.scope, DOCUMENT.c.seq).where(old)).all()
    floors: dict[str, int] = {}
    for scope, seq in gone:
        floors[scope] = max(floors.get(scope, 0), seq)
    for scope, floor in sorted(floors.items()):
        connection.execute(update(tables.scopes).where(tables.scopes.c.scope == scope).values(floor=floor))
    if gone:
        connection.execute(DOCUMENT.delete().where(old))
    return len(gone)
