"""What a real server and a real client write: every statement of every transaction, as SQLite was given it."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event

from fanlink.client.local import connect
from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core.commands import FollowArtist, UnfollowArtist
from fanlink.server import schema
from fanlink.server.database import Database, sqlite_url
from tests.client.conftest import TurnedClock, account, artist
from tests.client.small_server import SmallServer
from tests.server.world import Clock, World

PRAGMAS = ("journal_mode", "synchronous", "foreign_keys", "temp_store", "trusted_schema")
WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE")


@dataclass
class History:
    """A file as it was, and the transactions that came then. `acknowledged` are the ids someone was told of, by transaction."""

    name: str
    before: bytes
    pragmas: dict[str, Any]
    transactions: list[list[str]]
    journals: list[bytes] = field(default_factory=list)
    acknowledged: list[list[str]] = field(default_factory=list)


class Ear:
    """Hears the statements of one writer and keeps those of each transaction that wrote something.

    `beside` is looked at as each transaction begins: `sides[n]` is what it gave when `n` of them were done.
    """

    def __init__(self, beside: Callable[[], bytes] = bytes) -> None:
        self.transactions: list[list[str]] = []
        self.sides: list[bytes] = []
        self._beside, self._side, self._open = beside, b"", []

    def __call__(self, statement: str) -> None:
        word = statement.lstrip()[:9].upper()
        if word.startswith(("--", "PRAGMA", "SELECT")):
            return
        if word.startswith("BEGIN"):
            self._open, self._side = [], self._beside()
        self._open.append(statement)
        if word.startswith("COMMIT"):
            if any(one.lstrip().upper().startswith(WRITES) for one in self._open):
                self.transactions.append(self._open)
                self.sides.append(self._side)
            self._open = []
        elif word.startswith("ROLLBACK") and "TO" not in statement.upper().split():
            self._open = []


def _pragmas(execute: Any) -> dict[str, Any]:
    return {name: execute(f"PRAGMA {name}").fetchone()[0] for name in PRAGMAS}


# The server ------------------------------------------------------------------------------------------------------


def server_history(folder: Path, seed: int) -> History:
    """A prompt, remixes, decisions and much following, through the write door."""
    path, chance = folder / "server.db", random.Random(seed)
    database = Database(sqlite_url(path))
    schema.prepare(database)
    database.close()
    world = World(sqlite_url(path), folder / "assets", Clock())
    prompt = world.open_prompt()
    with world.database.engine.connect() as connection:
        pragmas = _pragmas(connection.exec_driver_sql)
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.engine.dispose()
    before, ear = path.read_bytes(), Ear()
    event.listen(world.database.engine, "connect", lambda connection, _record: connection.set_trace_callback(ear))
    _live(world, prompt, chance)
    world.close()
    return History("server.db", before, pragmas, ear.transactions)


def _live(world: World, prompt: dict[str, Any], chance: random.Random) -> None:
    for number in range(30):
        act = chance.randrange(5)
        if act == 0:
            world.submit(prompt, f"remix-{number}", chance.choice(["Fay", "Gil"]), seed=number)
        elif act == 1:
            text = world.text(title=f"Slow it down {number}", words="Make it {mood} " + "again " * chance.randrange(400))
            version = world.document("team:artist-ana", "prompt_draft", "prompt-one")["prompt"]["version"]
            world.ask("Ana", "write_prompt", "prompt-one",
                      {"artist": "artist-ana", "track": "track-one", "text": text}, base_version=version)
        else:
            world.batch(chance.choice(["Fay", "Gil", "Mo"]), *(
                (chance.choice(["follow_artist", "unfollow_artist"]), chance.choice(["artist-ana", "artist-none"]), {}, {})
                for _ in range(chance.randrange(1, 12))
            ))  # fmt: skip


# The client ------------------------------------------------------------------------------------------------------


def client_history(folder: Path, seed: int) -> History:
    """A person who asks, syncs and undoes; the journal's bytes after each transaction are kept beside."""
    home, server, chance = folder / "home", SmallServer(), random.Random(seed)
    server.put("person:ann", "account", "ann", account("ann"))
    for number in range(5):
        server.put("public", "artist", f"art_{number}", artist(f"art_{number}", f"Artist {number}"))
    _opened(home, server, seed, connect).close()
    before, journal = (home / "outbox.db").read_bytes(), home / "outbox.journal"
    ear = Ear(journal.read_bytes)
    history = History("outbox.db", before, {}, ear.transactions, ear.sides)

    def heard(path: Path) -> sqlite3.Connection:
        made = connect(path)
        if path.name == "outbox.db":
            made.set_trace_callback(ear)
        return made

    session = _opened(home, server, seed + 1, heard)
    try:
        with session._store.write() as db:
            history.pragmas = _pragmas(db.execute)
        for _ in range(25):
            ids = _act(session, chance)
            done = len(ear.transactions) - len(history.acknowledged)
            history.acknowledged += [[]] * (done - 1) + [ids] * bool(done)
        ear.sides.append(journal.read_bytes())
    finally:
        session.close()
    shutil.rmtree(home)
    return history


def _opened(home: Path, server: SmallServer, seed: int, connecting: Any) -> Session:
    session = Session.open(
        home, clock=TurnedClock(), transport=server.transport, connect=connecting, live=False,
        secrets=Secrets(lambda: None), random_bytes=random.Random(seed).randbytes,
    )
    session.use_token("http://fanlink.test", "t-ann")
    session.sync_once()
    return session


def _act(session: Session, chance: random.Random) -> list[str]:
    """One thing that a person does; gives the ids that they may count on from then on."""
    roll = chance.randrange(6)
    if roll == 0:
        session.sync_once()
        return []
    if roll == 1:
        waiting = [entry.id for entry in session.outbox.entries() if entry.sent == 0]
        if waiting:
            session.undo(chance.choice(waiting))
        return []
    data = chance.choice([FollowArtist(), UnfollowArtist()])
    return [session.do(data, f"art_{chance.randrange(5)}")]
