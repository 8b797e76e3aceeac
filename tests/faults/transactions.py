"""The transactions that must be whole, each as a process that can be ended at any of its system calls.

Each has a function that furnishes the folder, one that is the process, one that says what is wrong afterwards (`told`: whether
the process came to say that it was done), and the database that is compared as a whole, if any.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from fanlink.client import outbox_file
from fanlink.client.api import PAGE, Change
from fanlink.client.local import connect
from fanlink.client.outbox import Outbox
from fanlink.client.shelf import Shelf
from fanlink.client.uploads import Uploads
from fanlink.core.commands import Command, FollowArtist
from fanlink.core.digests import canonical, digest_of_bytes
from fanlink.server.assets import Assets

NOW_MS = 1_800_000_000_000
SOUND = random.Random(1).randbytes(70_000)


# The server's write door -----------------------------------------------------------------------------------------


def _door(folder: Path, account: str, *acts: tuple[str, str]) -> None:
    from fanlink.server.database import Database, sqlite_url
    from fanlink.server.door import Door
    from fanlink.server.envelopes import Envelope, asked
    from fanlink.server.settings import Settings

    url = sqlite_url(folder / "server.db")
    door = Door(Database(url), Settings(url, folder / "assets"))
    envelopes = [Envelope(id=f"command-{place}", kind=kind, target=target, data={}) for place, (kind, target) in enumerate(acts)]
    answers = door.answer(account, [asked(envelope) for envelope in envelopes], NOW_MS)
    assert any(answer["outcome"] == "accepted" for answer in answers), answers
    _say_so(folder)
    door.database.close()


def do_door(folder: Path) -> None:
    """A batch with an accepted, a refused and another accepted command."""
    _door(folder, "person-fay-1", ("follow_artist", "artist-ana"), ("follow_artist", "artist-none"),
          ("follow_artist", "artist-ana"))  # fmt: skip


def do_ledger(folder: Path) -> None:
    """A royalty run over what a report brought."""
    _door(folder, "person-fin-1", ("run_royalties", "2026-11"))


def prepare_server(folder: Path) -> None:
    from fanlink.server import schema
    from fanlink.server.database import Database, sqlite_url
    from tests.server.test_money import HEADER, line, take
    from tests.server.world import Clock, World

    database = Database(sqlite_url(folder / "server.db"))
    schema.prepare(database)
    database.close()
    world = World(sqlite_url(folder / "server.db"), folder / "assets", Clock())
    world.publish()
    assert "accepted" == take(world, HEADER + line(1, "10.000001") + line(2, "0.333333333333"))["outcome"]
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.close()


# The client's outbox ---------------------------------------------------------------------------------------------


def _outbox(folder: Path, seed: int) -> tuple[Outbox, Uploads, Callable[[], None]]:
    opened = outbox_file.opened(folder / "outbox.db", lambda: NOW_MS, connect)
    ids = _ids(seed)
    return Outbox(opened.store, opened.journal, ids), Uploads(opened.store, opened.journal, lambda: "ann"), opened.store.close


def _ids(seed: int) -> object:
    from fanlink.client.clock import Ids

    return Ids(random.Random(seed).randbytes)


def prepare_outbox(folder: Path) -> None:
    outbox, _, close = _outbox(folder, 1)
    outbox.add(Command("cmd-before", "artist-one", FollowArtist()), account="ann", made_ms=NOW_MS)
    close()


def do_outbox(folder: Path) -> None:
    """Another thing asked, in a new run of the program."""
    outbox, _, close = _outbox(folder, 2)
    outbox.add(Command("cmd-after", "artist-two", FollowArtist(), after=("cmd-before",)), account="ann", made_ms=NOW_MS)
    _say_so(folder)
    close()


def look_outbox(folder: Path, told: bool) -> Iterator[str]:
    opened = outbox_file.opened(folder / "outbox.db", lambda: NOW_MS, connect)
    here = {id_ for (id_,) in opened.store.rows("SELECT id FROM commands")}
    opened.store.close()
    if opened.set_aside is not None:
        yield "a sound outbox was set aside"
    if not {"cmd-before"} <= here <= {"cmd-before", "cmd-after"} or (told and "cmd-after" not in here):
        yield f"the outbox holds {sorted(here)}"


# The client's replica --------------------------------------------------------------------------------------------


def prepare_replica(folder: Path) -> None:
    shelf = Shelf(folder / "common.db")
    shelf.apply("public", _page([_artist(number, 1) for number in range(1, 40)]), 39)
    shelf.close()


def do_replica(folder: Path) -> None:
    """A page with new, changed and deleted documents."""
    shelf = Shelf(folder / "common.db")
    changes = [_artist(number, 2) | {"seq": 39 + number} for number in range(20, 60)]
    changes[3] |= {"deleted": True, "data": None}
    shelf.apply("public", _page(changes), 98)
    _say_so(folder)
    shelf.close()


def _page(changes: list[dict[str, object]]) -> list[Change]:
    """The changes as they come over the wire."""
    return PAGE.decode(canonical({"changes": changes, "next": 98, "more": False})).changes


def _artist(number: int, version: int) -> dict[str, object]:
    data = {"id": f"art-{number}", "name": f"Artist {number}", "about": "b" * 200, "artwork": None, "tracks": version, "open_prompts": 0}
    return {"seq": number, "kind": "artist", "id": f"art-{number}", "version": version, "deleted": False, "data": data}


def look_replica(folder: Path, told: bool) -> Iterator[str]:
    shelf = Shelf(folder / "common.db")
    found = shelf.cursors()["public"], shelf.count()
    shelf.close()
    allowed = [(98, 58)] if told else [(39, 39), (98, 58)]
    if found not in allowed:
        yield f"cursor and rows are {found}"


# Files by digest -------------------------------------------------------------------------------------------------


def prepare_files(folder: Path) -> None:
    prepare_outbox(folder)
    (folder / "made.flac").write_bytes(SOUND)


def do_keep(folder: Path) -> None:
    """The server keeps a render."""
    Assets(folder / "assets").take_in(folder / "made.flac")
    _say_so(folder)


def look_keep(folder: Path, told: bool) -> Iterator[str]:
    path = Assets(folder / "assets").path(digest_of_bytes(SOUND))
    if path.exists() and path.read_bytes() != SOUND:
        yield "a file is not what its name says"
    if told and not path.exists():
        yield "a file that was kept is gone"


def _client_assets(folder: Path) -> tuple[object, Uploads, Callable[[], None]]:
    from fanlink.client.assets import Assets as ClientAssets

    _, uploads, close = _outbox(folder, 3)

    def no_line() -> None:
        raise AssertionError("nothing is sent here")

    return ClientAssets(folder / "cache", no_line, uploads, lambda: NOW_MS), uploads, close


def do_own_recording(folder: Path) -> None:
    """The client takes a recording in, to be sent."""
    assets, _, close = _client_assets(folder)
    assets.add(folder / "made.flac")
    _say_so(folder)
    close()


def look_own_recording(folder: Path, told: bool) -> Iterator[str]:
    assets, uploads, close = _client_assets(folder)
    waiting, here = uploads.waiting(), assets.here(digest_of_bytes(SOUND))
    close()
    if (waiting or told) and here is None:
        yield "a recording is to be sent and is not here"
    if told and not waiting:
        yield "a recording that was taken in is not going to be sent"


# Together --------------------------------------------------------------------------------------------------------


def _say_so(folder: Path) -> None:
    handle = os.open(folder / "told", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, b"done\n")
    os.close(handle)


def look_by_state(_folder: Path, _told: bool) -> Iterator[str]:
    """A database that is looked at as a whole: `system_calls` compares its content with before and after."""
    return iter(())


TRANSACTIONS = {
    "door": (prepare_server, do_door, look_by_state, "server.db"),
    "ledger": (prepare_server, do_ledger, look_by_state, "server.db"),
    "outbox": (prepare_outbox, do_outbox, look_outbox, ""),
    "replica": (prepare_replica, do_replica, look_replica, ""),
    "keep": (prepare_files, do_keep, look_keep, ""),
    "own-recording": (prepare_files, do_own_recording, look_own_recording, ""),
}


def prepared(name: str, folder: Path) -> Path:
    """A furnished folder, to be copied for each run."""
    made = folder / f"{name}-before"
    made.mkdir(parents=True)
    TRANSACTIONS[name][0](made)
    return made


def copied(source: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target

