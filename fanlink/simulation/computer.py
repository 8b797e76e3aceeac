"""One person's computer: a disk, a clock, a line, and a session that may be gone for a while."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from random import Random

from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.simulation.clock import Watch
from fanlink.simulation.disk import Disk
from fanlink.simulation.network import Network
from fanlink.simulation.people import Person
from fanlink.simulation.screen import Screen


class Computer:
    """Everything that a person has of their own; the files stay when the process ends."""

    def __init__(self, name: str, home: Path, token: str, person: str, line: Network, watch: Watch, chance: Random,
                 who: Person, screen: Screen) -> None:  # fmt: skip
        self.screen = screen
        self.name, self.home, self.person, self.line, self.watch, self.who = name, home, person, line, watch, who
        self.disk = Disk()
        self.session: Session | None = None
        self.starts = 0
        self._owes = 0
        self._token, self._chance = token, chance

    def open(self) -> Session:
        """The session, begun anew when the last one ended."""
        if self.session is None:
            self.starts += 1
            session = Session.open(
                self.home, clock=self.watch, random_bytes=self._chance.randbytes, transport=self.line,
                connect=self.disk.connect, secrets=Secrets(lambda: None), live=False, threads=False,
            )
            try:
                session.use_token("http://simulated", self._token)
            except BaseException:
                session.close()
                raise
            self.session = session
            self.screen.look(session, self.who)
        return self.session

    def server_goes_back(self, lines: int) -> None:
        """The server's log will have only so many lines: who knew more of it has to say so, once it has synced."""
        path = self.home / "outbox.db"
        if not path.exists():
            return
        with closing(sqlite3.connect(path)) as db, suppress(sqlite3.DatabaseError):
            ((knows, found),) = db.execute(
                "SELECT (SELECT ifnull(max(number), 0) FROM checkpoints), (SELECT ifnull(max(number), 0) FROM log_changes)"
            ).fetchall()
            self._owes = found + 1 if knows > lines else self._owes

    def log_is_told(self) -> bool:
        """Whether this computer says of a server that went back that it did, and of no other."""
        ((found,),) = self.open()._store.rows("SELECT ifnull(max(number), 0) FROM log_changes")
        return found == self._owes

    def end(self) -> None:
        """The process is gone; the files are as they were committed."""
        if self.session is not None:
            self.session.close()
            self.session = None
        self.disk.crash_in, self.disk.full = None, False

    def damage(self, chance: Random) -> str:
        """Ends the process and spoils something that is on the disk: a document, a row that is gone, the head of a file."""
        self.end()
        how = chance.choice(("document", "row", "replica", "outbox"))
        path = self.home / "outbox.db" if how == "outbox" else self.home / "replica" / "common.db"
        if not path.exists():
            return "nothing"
        if how in ("document", "row"):
            return _spoil(path, how, chance)
        with path.open("r+b") as file:
            file.write(chance.randbytes(64))
        if how == "outbox":
            self.screen.lost_its_outbox, self._owes = True, 0  # the checkpoints are in that file too
        return how


def _spoil(path: Path, how: str, chance: Random) -> str:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        try:
            numbers = [number for (number,) in db.execute("SELECT number FROM documents ORDER BY scope, kind, id")]
        except sqlite3.DatabaseError:
            return "nothing"
        if not numbers:
            return "nothing"
        number = chance.choice(numbers)
        if how == "row":
            db.execute("DELETE FROM documents WHERE number = ?", (number,))
        else:
            db.execute("UPDATE documents SET data = replace(data, 'a', 'e') WHERE number = ?", (number,))
    return how
