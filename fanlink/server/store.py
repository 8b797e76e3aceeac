"""The store inside one write transaction: values in and out, a step back for each refused command, no commit.

A command's saves are staged and join the transaction when it is accepted; a savepoint is opened only for a command
that must write rows at once. Many accepted commands are then written with few statements, which is what makes a
group commit quick.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, bindparam, delete, insert, literal_column, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from fanlink import wire
from fanlink.core.digests import digest_of_bytes
from fanlink.core.errors import Refused
from fanlink.core.people import Actor
from fanlink.server import tables
from fanlink.server.nouns import NOUNS, Account, Noun, upsert
from fanlink.server.settings import Settings

Value = TypeVar("Value")
Place = tuple[type, str]

_IN_ORDER = {table.name: place for place, table in enumerate(tables.metadata.sorted_tables)}
Row = Mapping[str, Any]
RowPlace = tuple[str, tuple[Any, ...]]


# Statements are built once and kept: building one takes longer than running it.


@cache
def _by_id(kind: type) -> Select:
    table = NOUNS[kind].table
    return select(table.c.body).where(table.c.id == bindparam("id"))


@cache
def _finding(kind: type, names: tuple[tuple[str, bool], ...]) -> Select:
    table = NOUNS[kind].table
    chosen = select(table.c.id, table.c.body).where(*(_test(table, name, many) for name, many in names))
    return chosen.order_by(table.c.id)


@cache
def _deleting(table: Table, names: tuple[tuple[str, bool], ...]) -> Any:
    return delete(table).where(*(_test(table, name, many) for name, many in names))


def _inserting(table: Table, names: tuple[str, ...], values: str) -> str:
    assert all(name in table.c for name in names)
    return f"INSERT INTO {table.name} ({', '.join(names)}) {values}"


def _test(table: Table, name: str, many: bool) -> ColumnElement[bool]:
    column = table.c[name]
    return column.in_(bindparam(f"w_{name}", expanding=True)) if many else column == bindparam(f"w_{name}")


def _named(where: Row) -> tuple[tuple[str, bool], ...]:
    return tuple((name, isinstance(value, tuple)) for name, value in where.items())


def _bound(where: Row) -> dict[str, Any]:
    return {f"w_{name}": list(value) if isinstance(value, tuple) else value for name, value in where.items()}


def _ties() -> Any:
    """All that an account is tied to, with the word for each kind of tie."""
    of = (
        (tables.team_members, "artist"), (tables.answers_for, "party"), (tables.follows, "artist"),
        (tables.challenge_judges, "challenge"),
    )  # fmt: skip
    return union_all(*(
        select(literal_column(f"'{table.name}'").label("word"), table.c[column].label("name"))
        .where(table.c.account == bindparam("account"))
        for table, column in of
    ))  # fmt: skip


TIES = _ties()
TIES_OF_ACTORS = {"team_members": "teams", "follows": "follows"}
TIE_TABLES = frozenset({"team_members", "answers_for", "follows", "challenge_judges"})
PEOPLE_TABLES = TIE_TABLES | {"tokens", "accounts"}


class Store:
    """All that one transaction has read and will write. `changed` holds what documents must be written anew for."""

    def __init__(self, connection: Connection, is_sqlite: bool, settings: Settings | None = None) -> None:
        self.connection, self.is_sqlite, self._settings = connection, is_sqlite, settings
        self.changed: dict[Place, None] = {}
        self._values: dict[Place, Any] = {}
        self._pending: dict[Place, Any] = {}
        self._pending_rows: dict[RowPlace, Row | None] = {}
        self._actors: dict[str, Actor | None] = {}
        self._staged: dict[Place, Any] = {}
        self._staged_rows: dict[RowPlace, Row | None] = {}
        self._staged_changes: dict[Place, None] = {}
        self._in_command = False
        self._savepoint: Any = None
        self._ties_changed = False
        self.people_changed = False

    @property
    def settings(self) -> Settings:
        """What the operator has set; documents tell some of it."""
        assert self._settings is not None, "a store that shows documents knows the settings"
        return self._settings

    # One command of many ---------------------------------------------------------------------------------------

    def begin_command(self) -> None:
        """What is saved from here on can be taken back by `refuse`."""
        assert not self._in_command and not self._staged and not self._staged_rows
        self._in_command = True

    def accept(self) -> None:
        """The command's saves join the transaction."""
        if self._savepoint is not None:
            self._savepoint.commit()
        self._pending |= self._staged
        self._pending_rows |= self._staged_rows
        self._values |= self._staged
        self.changed |= self._staged_changes
        self._end_command()

    def refuse(self) -> None:
        """The command leaves no trace."""
        if self._savepoint is not None:
            self._savepoint.rollback()
            self._values = dict(self._pending)
        if self._ties_changed or self._savepoint is not None:
            self._actors.clear()
        self._end_command()

    def _end_command(self) -> None:
        self._staged, self._staged_rows, self._staged_changes = {}, {}, {}
        self._savepoint, self._in_command, self._ties_changed = None, False, False

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

    def save(self, value: Any) -> None:
        """Keeps the value, and has its documents written anew."""
        place = (type(value), value.id)
        self._staged[place] = value
        self._staged_changes[place] = None
        if isinstance(value, Account):
            self.people_changed = True
            self._forget_actors()

    def touch(self, kind: type, value_id: str) -> None:
        """Has the documents of a thing written anew though the thing itself stays as it is."""
        self._staged_changes[kind, value_id] = None

    def find(self, kind: type[Value], /, **where: Any) -> list[Value]:
        """All values whose columns are as said, by id; a tuple means any of."""
        self.flush()
        found = self.connection.execute(_finding(kind, _named(where)), _bound(where))
        return [self._read(kind, value_id, body) for value_id, body in found]

    def _read(self, kind: type[Value], value_id: str, body: str) -> Value:
        place = (kind, value_id)
        if place in self._staged:
            return self._staged[place]
        if self._values.get(place) is None:
            self._values[place] = wire.adapter(kind).validate_json(body)
        return self._values[place]

    # Rows ------------------------------------------------------------------------------------------------------

    def rows(self, statement: Any, bound: Row | None = None) -> list[Any]:
        """What a select finds, with everything saved so far in it."""
        self.flush()
        return list(self.connection.execute(statement, dict(bound or {})))

    def put(self, table: Table, *rows: Row) -> None:
        """Inserts rows, or changes those with the same key."""
        keys = [column.name for column in table.primary_key.columns]
        for row in rows:
            self._stage_row(table, tuple(row[name] for name in keys), row)

    def drop(self, table: Table, **key: Any) -> None:
        """Deletes the row with this whole key, if it is there."""
        self._stage_row(table, tuple(key[column.name] for column in table.primary_key.columns), None)

    def _stage_row(self, table: Table, key: tuple[Any, ...], row: Row | None) -> None:
        self._touches(table)
        self._staged_rows[table.name, key] = row
        if table.name in TIE_TABLES:
            self._retie(table, key, there=row is not None)

    def add(self, table: Table, *rows: Row) -> None:
        """Inserts rows that must be new."""
        self._touches(table)
        self._write_at_once()
        if rows:
            self.connection.execute(insert(table), list(rows))

    def add_many(self, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        """Inserts rows of plain text that must be new, as tuples in the order of the names: for thousands at a time."""
        self._touches(table)
        self._write_at_once()
        if rows and self.is_sqlite:
            self.connection.exec_driver_sql(_inserting(table, tuple(names), "VALUES (" + ", ".join("?" * len(names)) + ")"), list(rows))
        elif rows:
            values = f"SELECT * FROM unnest({', '.join(['%s::text[]'] * len(names))})"
            self.connection.exec_driver_sql(_inserting(table, tuple(names), values), tuple(map(list, zip(*rows, strict=True))))

    def change(self, statement: Any, rows: list[dict[str, Any]] | None = None) -> None:
        """Runs an update for each of the rows, or once."""
        self._touches(statement.table)
        self._write_at_once()
        self.connection.execute(statement, rows)

    def remove(self, table: Table, **where: Any) -> int:
        """Deletes the rows whose columns are as said, and tells how many."""
        self._touches(table)
        self._write_at_once()
        if table.name in TIE_TABLES:
            self._forget_actors()
        return self.connection.execute(_deleting(table, _named(where)), _bound(where)).rowcount

    def _touches(self, table: Table) -> None:
        """`people_changed` says whether anybody's token, role or tie may be another one after this transaction."""
        self.people_changed |= table.name in PEOPLE_TABLES

    def _write_at_once(self) -> None:
        self.flush()
        if self._in_command and self._savepoint is None:
            self._savepoint = self.connection.begin_nested()

    def flush(self) -> None:
        """Writes what is saved so far, the accepted commands' outside of the savepoint of the one at hand."""
        if (self._pending or self._pending_rows) and self._savepoint is None:
            self._write(self._pending, self._pending_rows)
            self._pending, self._pending_rows = {}, {}
        if self._staged or self._staged_rows:
            if self._in_command and self._savepoint is None:
                self._savepoint = self.connection.begin_nested()
            self._write(self._staged, self._staged_rows)
            self._values |= self._staged
            self._staged, self._staged_rows = {}, {}

    def _write(self, values: Mapping[Place, Any], rows: Mapping[RowPlace, Row | None]) -> None:
        """Writes by table, those that are referred to first; rows that go, last."""
        by_table: dict[str, list[Row]] = {}
        gone: dict[str, list[tuple[Any, ...]]] = {}
        for (kind, _), value in values.items():
            by_table.setdefault(NOUNS[kind].table.name, []).append(_row(NOUNS[kind], value))
        for (name, key), row in rows.items():
            if row is None:
                gone.setdefault(name, []).append(key)
            else:
                by_table.setdefault(name, []).append(row)
        for name in sorted(by_table, key=_IN_ORDER.__getitem__):
            found = by_table[name]
            self.connection.execute(upsert(tables.metadata.tables[name], tuple(found[0]), self.is_sqlite), found)
        for name, keys in gone.items():
            table = tables.metadata.tables[name]
            names = [column.name for column in table.primary_key.columns]
            bound = [{f"w_{part}": value for part, value in zip(names, key, strict=True)} for key in keys]
            self.connection.execute(_deleting(table, tuple((part, False) for part in names)), bound)

    # People ----------------------------------------------------------------------------------------------------

    def actor(self, account_id: str) -> Actor | None:
        """Who an account is now: its roles, teams, parties, follows and judging."""
        if account_id not in self._actors:
            account = self.get(Account, account_id)
            self._actors[account_id] = account and self._actor(account)
        return self._actors[account_id]

    def _actor(self, account: Account) -> Actor:
        ties: dict[str, list[str]] = {word: [] for word in TIE_TABLES}
        for word, name in self.rows(TIES, {"account": account.id}):
            ties[word].append(name)
        parties = {account.party, *ties["answers_for"]}
        return Actor(
            account.id, account.name, account.roles, tuple(sorted(ties["team_members"])), tuple(sorted(parties)),
            tuple(sorted(ties["follows"])), tuple(sorted(ties["challenge_judges"])),
        )

    def _retie(self, table: Table, key: tuple[Any, ...], *, there: bool) -> None:
        """One account follows or runs another artist: who it is changes by that much, and nobody has to read it all again."""
        self._ties_changed = True
        named = dict(zip((column.name for column in table.primary_key.columns), key, strict=True))
        actor, tie = self._actors.pop(named["account"], None), TIES_OF_ACTORS.get(table.name)
        if actor is not None and tie is not None:
            artists = set(getattr(actor, tie)) - {named["artist"]} | ({named["artist"]} if there else set())
            self._actors[actor.id] = replace(actor, **{tie: tuple(sorted(artists))})

    def _forget_actors(self) -> None:
        self._actors.clear()
        self._ties_changed = True


def _row(noun: Noun, value: Any) -> dict[str, Any]:
    body = wire.adapter(noun.kind).dump_json(value).decode()
    row = {"id": value.id, "version": getattr(value, "version", 1), "body": body} | noun.columns(value)
    return row | {"body_digest": digest_of_bytes(body.encode())} if "body_digest" in noun.table.c else row


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
