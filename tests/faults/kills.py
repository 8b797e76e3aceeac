"""kill -9 at any time over `fanlink serve` and its clients: nothing acknowledged is lost, nothing is done twice.

One chapter is a server and two clients, so many kills of one or the other, and then rest: every id that a client was told of is
answered, stands in the audit log once, and has its effect once; the chain is whole, and the copies equal the server's.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from fanlink.client.local import connect
from fanlink.client.replica import Replica
from fanlink.core import audit
from fanlink.core.digests import digest_of_bytes
from fanlink.core.feeds import line, scope_digest
from fanlink.server import audit as audit_rows
from fanlink.server import schema
from fanlink.server.database import Database, sqlite_url
from tests.faults import driver
from tests.faults.processes import LIMITS, Process, Serving
from tests.server.world import Clock, World

KILLS = 20
LONGEST_LIFE_S = 0.8
MAKING = "('write_prompt', 'ask_approval')"


def prove(seed: int, folder: Path) -> int:
    """One chapter; gives the kills that hit a running process."""
    chapter = _Chapter(Random(seed), folder)
    try:
        kills = chapter.play()
    finally:
        chapter.end()
    chapter.look(f"seed {seed}")
    return kills


class _Chapter:
    def __init__(self, chance: Random, folder: Path) -> None:
        self._chance, self._home, self._folder = chance, folder / "server", folder
        self._home.mkdir(parents=True)
        (self._home / "server.toml").write_text(LIMITS)
        self._person = _furnish(self._home)
        self._server = Serving(self._home, folder / "server.err")
        self._server.begin()
        self._clients = [self._client(place) for place in range(2)]

    def _client(self, place: int) -> Process:
        home = self._folder / f"client-{place}"
        home.mkdir()
        words = (str(home), self._server.url, self._person.token, str(self._log(place)))
        process = Process(driver.run, words, self._folder / f"client-{place}.err")
        process.begin()
        return process

    def _log(self, place: int) -> Path:
        return self._folder / f"told-{place}.txt"

    def play(self) -> int:
        """So many kills, then rest."""
        kills = 0
        while kills < KILLS:
            time.sleep(self._chance.random() * LONGEST_LIFE_S)
            if self._chance.randrange(5) < 2:
                kills += self._server.kill()
                time.sleep(self._chance.random() * 0.1)
                self._server.begin()
            else:
                client = self._chance.choice(self._clients)
                assert client.runs, f"a client ended by itself: {client._process.exitcode if client._process else None} {client.complaint}"
                kills += client.kill()
                client.begin()
        for place in range(len(self._clients)):
            (self._folder / f"client-{place}" / "rest").touch()
        for client in self._clients:
            client.rest()
        for client in self._clients:
            # Once more, for the one that came to rest first has not seen what the other did then.
            client.begin()
            client.rest()
        return kills

    def end(self) -> None:
        for process in (self._server, *self._clients):
            process.end()

    # What must hold ---------------------------------------------------------------------------------------------

    def look(self, about: str) -> None:
        """Everything that was told is true of the files."""
        with closing(sqlite3.connect(self._home / "server.db")) as server:
            for place in range(len(self._clients)):
                self._every_acknowledged_command_is_there_once(server, place, about)
                self._replica_is_the_servers(server, place, about)
            self._done_once(server, about)
        database = Database(sqlite_url(self._home / "server.db"))
        with database.reading() as connection:
            broken = audit.broken_at(audit_rows.lines(connection, 0, 10**9))
        database.close()
        assert broken is None, f"{about}: the audit chain breaks at line {broken}"

    def _every_acknowledged_command_is_there_once(self, server: sqlite3.Connection, place: int, about: str) -> None:
        asked, answered = set(), {}
        for word, id_, *more in (row.split() for row in self._log(place).read_text().splitlines()):
            if word == "asked":
                asked.add(id_)
            else:
                answered[id_] = more[0]
        outcomes = dict(server.execute("SELECT id, outcome FROM answers WHERE account = ?", (self._person.id,)))
        assert asked, f"{about}: client {place} never came to ask anything"
        assert asked <= set(outcomes), f"{about}: asked and never answered: {sorted(asked - set(outcomes))[:5]}"
        wrong = {id_: (said, outcomes.get(id_)) for id_, said in answered.items() if said != outcomes.get(id_)}
        assert not wrong, f"{about}: told one thing, kept another: {wrong}"

    def _done_once(self, server: sqlite3.Connection, about: str) -> None:
        """Each accepted command had its one effect, and each answered one its one line in the log."""
        ids = "SELECT id, 1 FROM answers ORDER BY id"
        lines = "SELECT command, count(*) FROM audit WHERE actor <> 'system' GROUP BY command ORDER BY command"
        assert server.execute(ids).fetchall() == server.execute(lines).fetchall(), f"{about}: the log"
        accepted = server.execute(
            f"SELECT target, count(*) FROM audit WHERE outcome = 'accepted' AND kind IN {MAKING} GROUP BY target ORDER BY target"
        ).fetchall()
        # Each act makes one version; done twice, or half, the number would be another.
        assert server.execute("SELECT id, version FROM prompts ORDER BY id").fetchall() == accepted, f"{about}: prompts"

    def _replica_is_the_servers(self, server: sqlite3.Connection, place: int, about: str) -> None:
        replica = Replica(self._folder / f"client-{place}" / "replica", lambda: 0, connect)
        try:
            cursors = replica.cursors()
            assert "team:artist-ana" in cursors, f"{about}: client {place} has nothing of its team"
            for scope, cursor in cursors.items():
                rows = server.execute("SELECT kind, id, version, data FROM documents WHERE scope = ? AND NOT deleted", (scope,))
                digest = scope_digest(line(kind, id_, version, digest_of_bytes(data.encode())) for kind, id_, version, data in rows)
                head = server.execute("SELECT max(head) FROM scopes WHERE scope = ?", (scope,)).fetchone()[0] or 0
                assert (head, digest) == (cursor, replica.digest(scope, read_again=True)), f"{about}: client {place}, {scope}"
        finally:
            replica.close()


def _furnish(home: Path) -> Any:
    """An artist with a track, and the person who runs it."""
    database = Database(sqlite_url(home / "server.db"))
    schema.prepare(database)
    database.close()
    world = World(sqlite_url(home / "server.db"), home / "assets", Clock())
    world.add_artist()
    world.add_track()
    world.sign_split()
    world.close()
    return world.people["Ana"]
