"""The store inside one write transaction: values in and out, a step back for each refused command, no commit.

A command's saves are staged and join the transaction when it is accepted; a savepoint is opened only for a command
that must write rows at once. Many accepted commands are then written with few statements, which is what makes a
group commit quick.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, and_, bindparam, delete, insert, select, true
from sqlalchemy.sql.elements import ColumnElement

from fanlink import wire
from fanlink.core.errors import Refused
from fanlink.core.people import Actor, Artist
from fanlink.server import tables
from fanlink.server.nouns import NOUNS, Account, Noun, upsert

Value = TypeVar("Value")
Place = tuple[type, str]

_IN_ORDER = {table.name: place for place, table in enumerate(tables.metadata.sorted_tables)}


@cache
def _by_id(kind: type) -> Select:
    table = NOUNS[kind].table
    return select(table.c.body).where(table.c.id == bindparam("id"))


class Store:
    """All that one transaction has read and will write. `changed` holds what documents must be written anew for."""

    def __init__(self, connection: Connection, is_sqlite: bool) -> None:
        self.connection, self.is_sqlite = connection, is_sqlite
        self.changed: dict[Place, None] = {}
        self._values: dict[Place, Any] = {}
        self._pending: dict[Place, Any] = {}
        self._actors: dict[str, Actor | None] = {}
        self._staged: dict[Place, Any] = {}
        self._staged_changes: dict[Place, None] = {}
        self._in_command = False
        self._savepoint: Any = None

    # One command of many ---------------------------------------------------------------------------------------

    def begin_command(self) -> None:
        """What is saved from here on can be taken back by `refuse`."""
        assert not self._in_command and not self._staged
        self._in_command = True

    def accept(self) -> None:
        """The command's saves join the transaction."""
        if self._savepoint is not None:
            self._savepoint.commit()
        self._pending |= self._staged
        self._values |= self._staged
        self.changed |= self._staged_changes
        self._end_command()

    def refuse(self) -> None:
        """The command leaves no trace."""
        if self._savepoint is not None:
            self._savepoint.rollback()
            self._values = dict(self._pending)
        self._actors.clear()
        self._end_command()

    def _end_command(self) -> None:
        self._staged, self._staged_changes, self._savepoint, self._in_command = {}, {}, None, False

    # Values ----------------------------------------------------------------------------------------------------

    def get(self, kind: type[Value], value_id: str) -> Value | None:
        """The value with this id, as this command sees it; None where there is none."""
        place = (kind, value_id)
        if place in self._staged:
            return self._staged[place]
        if place not in self._values:
            row = self.connection.execute(_by_id(kind), {"id": value_id}).first()
            self._values[place] = wire.adapter(kind).validate_json(row[0]) if row else None
        return self._values[place]

    def need(self, kind: type[Value], value_id: str) -> Value:
        """The value with this id; refused as `not_found`."""
        value = self.get(kind, value_id)
        if value is None:
            raise Refused("not_found", noun=NOUNS[kind].word, id=value_id)
        return value

    def save(self, value: Any, loud: bool = True) -> None:
        """Keeps the value, and has its documents written anew unless it is saved quietly."""
        place = (type(value), value.id)
        self._staged[place] = value
        if loud:
            self._staged_changes[place] = None
        if isinstance(value, Account | Artist):
            self._actors.clear()

    def touch(self, kind: type, value_id: str) -> None:
        """Has the documents of a thing written anew though the thing itself stays as it is."""
        self._staged_changes[kind, value_id] = None

    def find(self, kind: type[Value], /, *, limit: int | None = None, **where: Any) -> list[Value]:
        """All values whose columns are as said, by id; a tuple means any of."""
        self.flush()
        table = NOUNS[kind].table
        chosen = select(table.c.id, table.c.body).where(_matches(table, where)).order_by(table.c.id).limit(limit)
        return [self._read(kind, value_id, body) for value_id, body in self.connection.execute(chosen)]

    def _read(self, kind: type[Value], value_id: str, body: str) -> Value:
        place = (kind, value_id)
        if place in self._staged:
            return self._staged[place]
        if self._values.get(place) is None:
            self._values[place] = wire.adapter(kind).validate_json(body)
        return self._values[place]

    # Rows ------------------------------------------------------------------------------------------------------

    def rows(self, statement: Select) -> list[Any]:
        """What a select finds, with everything saved so far in it."""
        self.flush()
        return list(self.connection.execute(statement))

    def put(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Inserts rows, or changes those with the same key."""
        self._write_at_once()
        if rows:
            self.connection.execute(upsert(table, tuple(rows[0]), self.is_sqlite), list(rows))

    def add(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Inserts rows that must be new."""
        self._write_at_once()
        if rows:
            self.connection.execute(insert(table), list(rows))

    def change(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        """Runs an update for each of the rows."""
        self._write_at_once()
        self.connection.execute(statement, rows)

    def remove(self, table: Table, **where: Any) -> int:
        """Deletes the rows whose columns are as said, and tells how many."""
        self._write_at_once()
        return self.connection.execute(delete(table).where(_matches(table, where))).rowcount

    def _write_at_once(self) -> None:
        self.flush()
        self._actors.clear()
        if self._in_command and self._savepoint is None:
            self._savepoint = self.connection.begin_nested()

    def flush(self) -> None:
        """Writes what is saved so far, the accepted commands' outside of the savepoint of the one at hand."""
        if self._pending and self._savepoint is None:
            self._write(self._pending)
            self._pending = {}
        if self._staged:
            if self._in_command and self._savepoint is None:
                self._savepoint = self.connection.begin_nested()
            self._write(self._staged)
            self._values |= self._staged
            self._staged = {}

    def _write(self, values: Mapping[Place, Any]) -> None:
        by_kind: dict[type, list[Any]] = {}
        for (kind, _), value in values.items():
            by_kind.setdefault(kind, []).append(value)
        for kind in sorted(by_kind, key=lambda one: _IN_ORDER[NOUNS[one].table.name]):
            rows = [_row(NOUNS[kind], value) for value in by_kind[kind]]
            self.connection.execute(upsert(NOUNS[kind].table, tuple(rows[0]), self.is_sqlite), rows)

    # People ----------------------------------------------------------------------------------------------------

    def actor(self, account_id: str) -> Actor | None:
        """Who an account is now: its roles, teams, parties, follows and judging."""
        if account_id not in self._actors:
            account = self.get(Account, account_id)
            self._actors[account_id] = account and self._actor(account)
        return self._actors[account_id]

    def _actor(self, account: Account) -> Actor:
        def of(table: Table, column: str) -> tuple[str, ...]:
            found = select(table.c[column]).where(table.c.account == account.id).order_by(table.c[column])
            return tuple(row[0] for row in self.connection.execute(found))

        parties = {account.party, *of(tables.answers_for, "party")}
        return Actor(
            account.id, account.name, account.roles, of(tables.team_members, "artist"), tuple(sorted(parties)),
            of(tables.follows, "artist"), of(tables.challenge_judges, "challenge"),
        )


def _row(noun: Noun, value: Any) -> dict[str, Any]:
    body = wire.adapter(noun.kind).dump_json(value).decode()
    return {"id": value.id, "version": getattr(value, "version", 1), "body": body} | noun.columns(value)


def _matches(table: Table, where: Mapping[str, Any]) -> ColumnElement[bool]:
    tests = [
        table.c[name].in_(value) if isinstance(value, tuple) else table.c[name] == value
        for name, value in where.items()
    ]
    return and_(true(), *tests)


def as_text(data: Any) -> str:
    """JSON text for a column."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def chunks(items: Iterable[Any], size: int = 500) -> Iterable[list[Any]]:
    """The items in lists that fit one statement's parameters."""
    chunk: list[Any] = []
    for item in items:
        chunk.append(item)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
