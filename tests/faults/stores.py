"""A local store that is broken, old or newer: set aside, brought up to date or refused, never deleted; the outbox survives.

Homes as a program leaves them that ended well (`whole`) or was cut off (`image`). In one file something breaks: a bit, the end,
a stretch, all of it, the write-ahead log without its file; or the file is one of an older or of a newer version.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import httpx
from sqlite_utils import Database

from fanlink.client import outbox_file
from fanlink.client.local import NewerFile
from fanlink.client.secrets import Secrets
from fanlink.client.session import Session
from fanlink.core.commands import FollowArtist
from fanlink.core.errors import FanLinkError
from tests.client.conftest import TurnedClock, account, artist
from tests.client.small_server import SmallServer

CASES = 100
DOCUMENTS = 40
WAITING = 6
FILES = (
    ("whole", "outbox.db"), ("whole", "outbox.journal"), ("whole", "replica/common.db"),
    ("image", "outbox.db"), ("image", "outbox.db-wal"), ("image", "replica/common.db"), ("image", "replica/common.db-wal"),
)  # fmt: skip


def prove(seed: int, folder: Path) -> int:
    """So many homes, each broken in its own way; gives how many."""
    chance, homes = Random(seed), _Homes(folder)
    for number in range(CASES):
        image, which = chance.choice(FILES)
        case: Callable[[_Homes, str, str, Random, str], None]
        case = chance.choice((_broken, _broken, _broken, _broken, _broken, _broken, _newer, _older))
        case(homes, image, which, Random(f"{seed}-{number}"), f"seed {seed}, case {number}: {case.__name__[1:]} {image} {which}")
    return CASES


class _Homes:
    """The homes to be copied, and the server that they belong to."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.server = folder, SmallServer()
        self.server.put("person:ann", "account", "ann", account("ann"))
        for number in range(DOCUMENTS):
            self.server.put("public", "artist", f"art_{number:03d}", artist(f"art_{number:03d}", f"Artist {number}"))
        session = self.open(folder / "whole", 1)
        session.do(FollowArtist(), "art_000")
        session.sync_once()
        self.server.before = lambda request: _away(request) if request.url.path == "/v1/commands" else None
        self.asked = {
            session.do(FollowArtist(), f"art_{number:03d}"): f"art_{number:03d}" for number in range(1, WAITING + 1)
        }
        shutil.copytree(folder / "whole", folder / "image")
        session.close()
        self.server.before = lambda request: None

    def open(self, home: Path, seed: int) -> Session:
        session = Session.open(
            home, clock=TurnedClock(), transport=self.server.transport, live=False, secrets=Secrets(lambda: None),
            random_bytes=Random(seed).randbytes,
        )  # fmt: skip
        session.use_token("http://fanlink.test", "t-ann")
        return session

    def copy(self, image: str) -> Path:
        home = self._folder / "try"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self._folder / image, home)
        self.server.answers, self.server.decided = {}, []
        return home

    def all_arrives(self, home: Path, about: str) -> None:
        """Everything that was asked arrives as it was asked, once, and everything that may be seen is seen."""
        session = self.open(home, 2)
        try:
            for _ in range(3):
                try:
                    session.sync_once()
                except FanLinkError:
                    continue
            decided = [(one["id"], one["target"]) for one in self.server.decided]
            assert len(decided) == len(set(decided)), f"{about}: done twice"
            assert set(self.asked.items()) <= set(decided), f"{about}: lost {set(self.asked.items()) - set(decided)}"
            assert len(session.all("artist")) == DOCUMENTS, f"{about}: documents"
        finally:
            session.close()


def _away(request: httpx.Request) -> None:
    raise httpx.ConnectError("no route")


def _broken(homes: _Homes, image: str, which: str, chance: Random, about: str) -> None:
    home = homes.copy(image)
    path = home / which
    data = damaged(path.read_bytes(), chance)
    path.write_bytes(data)
    homes.all_arrives(home, about)
    for kept in home.rglob("*.damaged-*"):
        # What was set aside is what was there: a broken file is never mended in place, nor thrown away.
        # A replica may have been read anew in place before its file was given up.
        if data and (image, which, image_of(kept)) == ("whole", "outbox.db", "outbox.db"):
            assert kept.read_bytes() == data, f"{about}: {kept.name} is another file"


def image_of(kept: Path) -> str:
    """Which file of a home this was before it was set aside."""
    name = kept.name.partition(".damaged-")[0] if not kept.name.endswith(("-wal", "-shm")) else ""
    return f"replica/{name}" if kept.parent.name == "replica" else name


def damaged(data: bytes, chance: Random) -> bytes:
    """A flipped bit, a torn end, a stretch of zeros or of something else, or nothing left."""
    made, place = bytearray(data), chance.randrange(max(len(data), 1))
    match chance.randrange(6):
        case 0 | 1:
            made[place] ^= 1 << chance.randrange(8)
        case 2:
            del made[place:]
        case 3:
            made[place:place + 600] = bytes(len(made[place:place + 600]))
        case 4:
            made[place:place + 4096] = chance.randbytes(len(made[place:place + 4096]))
        case 5:
            made = bytearray()
    return bytes(made)


def _newer(homes: _Homes, image: str, which: str, _chance: Random, about: str) -> None:
    home = homes.copy(image)
    path = home / ("outbox.db" if which.startswith("outbox") else "replica/common.db")
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) SELECT migration_set, 'from_later', ''"
            " FROM _sqlite_migrations LIMIT 1"
        )
    before = path.read_bytes()
    try:
        homes.open(home, 3).close()
    except NewerFile:
        assert before == path.read_bytes() and not list(home.rglob("*.damaged-*")), f"{about}: it was touched"
        return
    raise AssertionError(f"{about}: a newer file was opened")


def _older(homes: _Homes, _image: str, _which: str, chance: Random, about: str) -> None:
    """The outbox of a version that knew fewer migrations, with the same commands in it."""
    home = homes.copy("whole")
    path, steps = home / "outbox.db", outbox_file.migrations._migrations
    known = chance.randrange(1, len(steps))
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT * FROM commands").fetchall()
        columns = [one[1] for one in database.execute("PRAGMA table_info(commands)")]
        settings = database.execute("SELECT name, value FROM settings").fetchall()
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        outbox_file.migrations.apply(Database(database), stop_before=steps[known].name)
        there = [one[1] for one in database.execute("PRAGMA table_info(commands)")]
        for row in rows:
            old = [value for name, value in zip(columns, row, strict=True) if name in there]
            database.execute(f"INSERT INTO commands VALUES ({','.join('?' * len(old))})", old)
        database.executemany("INSERT INTO settings VALUES (?, ?)", settings)
    homes.all_arrives(home, about)
    assert not list(home.rglob("*.damaged-*")), f"{about}: an old file was set aside"
