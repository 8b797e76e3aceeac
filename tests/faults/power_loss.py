"""Power cuts at every sync: what was acknowledged is there afterwards, whole transactions only, and the file is sound.

The statements are those of the real write door and the real outbox, with the pragmas that their own connections have; they
run once more on a disk that loses what was not synced (`lossy_disk`). `lost` counts the images that broke the promise.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random

import apsw

from fanlink.client import outbox_file
from fanlink.client.local import connect
from tests.faults.histories import History, client_history, server_history
from tests.faults.lossy_disk import Disk, LossyVfs

AT_EACH_SYNC = 6
CHECKPOINT_PAGES = (8, 40, 1000)

Found = Callable[[str], None]


def prove(seed: int, folder: Path) -> int:
    """The images of one server's and one client's history; gives how many there were."""
    return sum(run(history, seed, folder / "image") for history in histories(seed, folder))


def histories(seed: int, folder: Path) -> list[History]:
    """One of the server's and one of the client's."""
    made = []
    for make in (server_history, client_history):
        place = folder / make.__name__
        place.mkdir(parents=True)
        made.append(make(place, seed))
        shutil.rmtree(place)
    return made


def run(history: History, seed: int, folder: Path, *, lying: bool = False, found: Found | None = None, **pragmas: object) -> int:
    """Plays a history on a lossy disk and looks at every image; a broken promise is an error, or told to `found`."""

    def complain(what: str) -> None:
        raise AssertionError(f"{history.name}, seed {seed}: {what}")

    chance = Random(f"{history.name}{seed}")
    player = _Player(replace(history, pragmas=history.pragmas | pragmas), chance, folder, lying, found or complain)
    return player.play()


class _Player:
    def __init__(self, history: History, chance: Random, folder: Path, lying: bool, complain: Found) -> None:
        self._history, self._chance, self._folder, self._complain = history, chance, folder, complain
        self._states = _states(history, folder)
        self._disk, self._done, self._images = Disk(lying=lying), 0, 0
        self._disk.put(history.name, history.before)
        self._disk.before_sync = self._cut

    def play(self) -> int:
        vfs = LossyVfs(self._disk)
        connection = apsw.Connection(self._history.name, vfs=vfs.name)
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE").fetchall()
            connection.execute(f"PRAGMA wal_autocheckpoint={self._chance.choice(CHECKPOINT_PAGES)}").fetchall()
            for name, value in self._history.pragmas.items():
                connection.execute(f"PRAGMA {name}={value}").fetchall()
            for statements in self._history.transactions:
                for statement in statements:
                    connection.execute(statement).fetchall()
                self._done += 1
                self._cut(1 if self._disk.all_is_synced else AT_EACH_SYNC)
        finally:
            self._disk.before_sync = lambda: None
            connection.close()
        return self._images

    def _cut(self, images: int = AT_EACH_SYNC) -> None:
        for _ in range(images):
            self._images += 1
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder.mkdir(parents=True)
            for name, data in self._disk.image(self._chance).items():
                (self._folder / name).write_bytes(data)
            self._look()

    def _look(self) -> None:
        """What was acknowledged must be there; the transaction under way may be, whole."""
        state = _state(self._folder / self._history.name)
        if state not in self._states[self._done:self._done + 2]:
            older = state in self._states
            self._complain(f"after transaction {self._done}: " + ("acknowledged rows are gone" if older else f"not sound: {state}"))
            return
        if self._history.journals:
            self._reopen()

    def _reopen(self) -> None:
        """The real client on what is left, with its journal as of any moment of the transaction."""
        history, done = self._history, self._done
        journals = history.journals[max(0, done - 1):done + 1]
        if done < len(history.journals):
            (self._folder / "outbox.journal").write_bytes(self._torn(journals[0], self._chance.choice(journals)))
        opened = outbox_file.opened(self._folder / history.name, lambda: 0, connect)
        try:
            here = {id_ for (id_,) in opened.store.rows("SELECT id FROM commands")}
        finally:
            opened.store.close()
        if opened.set_aside is not None:
            self._complain(f"after transaction {done}: a sound outbox was set aside")
        gone = _undone(history, done)
        lost = {id_ for ids in history.acknowledged[:done] for id_ in ids} - here - gone
        if lost:
            self._complain(f"after transaction {done}: {sorted(lost)} were asked and are not there")

    def _torn(self, synced: bytes, later: bytes) -> bytes:
        """The journal with any part of what came last."""
        if not later.startswith(synced):
            return self._chance.choice((synced, later))
        return later[:self._chance.randrange(len(synced), len(later) + 1)]


def _undone(history: History, done: int) -> set[str]:
    """What the person took back, by the transaction under way at the latest."""
    return {
        statement.split("WHERE id = '")[1].split("'")[0]
        for statements in history.transactions[:done + 1] for statement in statements
        if statement.startswith("DELETE FROM commands WHERE id = '")
    }


def _states(history: History, folder: Path) -> list[str]:
    """The content after each transaction, from a disk that loses nothing."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / history.name
    path.write_bytes(history.before)
    states = [_state(path)]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for statements in history.transactions:
            for statement in statements:
                connection.execute(statement)
            states.append(_content(connection))
    return states


def _state(path: Path) -> str:
    """A digest of the content of a file, or what is wrong with it."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            (sound,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            return _content(connection) if sound == "ok" else sound
    except sqlite3.Error as error:
        return str(error)


def _content(connection: sqlite3.Connection) -> str:
    hashed = hashlib.sha256()
    for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall():
        hashed.update(name.encode())
        for row in connection.execute(f'SELECT * FROM "{name}"'):
            hashed.update(repr(row).encode())
    return hashed.hexdigest()
