from __future__ import annotations

import random
import shutil
import sqlite3

import httpx
import pytest

from fanlink.client.entries import EntryState
from fanlink.client.local import NewerFile
from fanlink.core.commands import FollowArtist
from fanlink.core.errors import FanLinkError, Offline, Unavailable

from .conftest import artist


def away(request):
    raise httpx.ConnectError("no route")


def filled_home(opened, server, tmp_path, waiting=6):
    """A home with documents here, some commands answered and some not sent; returns the ids of the latter."""
    for number in range(300):
        server.put("public", "artist", f"art_{number:03d}", artist(f"art_{number:03d}", f"Artist {number}"))
    session = opened("whole")
    session.do(FollowArtist(), "art_000")
    session.sync_once()
    server.before = lambda request: away(request) if request.url.path == "/v1/commands" else None
    ids = [session.do(FollowArtist(), f"art_{number:03d}") for number in range(1, waiting + 1)]
    # A copy of the open files is what a power cut leaves.
    shutil.copytree(tmp_path / "whole", tmp_path / "image")
    session.close()
    server.before = lambda request: None
    return ids


def damage(path, chance):
    """One flipped bit, a torn end, zeros in the middle, or nothing left."""
    data = bytearray(path.read_bytes())
    if not data:
        return
    place = chance.randrange(len(data))
    match chance.randrange(5):
        case 0 | 1:
            data[place] ^= 1 << chance.randrange(8)
        case 2:
            del data[place:]
        case 3:
            data[place:place + 600] = bytes(len(data[place:place + 600]))
        case 4:
            data = bytearray()
    path.write_bytes(data)


@pytest.mark.parametrize(("image", "which"), [
    ("whole", "outbox.db"), ("whole", "outbox.journal"), ("whole", "replica/common.db"),
    ("image", "outbox.db"), ("image", "outbox.db-wal"), ("image", "replica/common.db-wal"),
])
def test_whatever_breaks_in_one_file_what_was_not_sent_arrives_as_it_was_asked(opened, server, tmp_path, image, which):
    ids = filled_home(opened, server, tmp_path)
    asked = {f"art_{number:03d}" for number in range(1, 7)}
    for seed in range(25):
        home = tmp_path / f"try{seed}"
        shutil.copytree(tmp_path / image, home)
        damage(home / which, random.Random(f"{which}{seed}"))
        server.answers, server.decided = {}, []
        session = opened(home.name)
        for _ in range(3):
            try:
                session.sync_once()
            except FanLinkError:
                continue
        done = {command["target"]: command["id"] for command in server.decided}
        assert asked <= set(done), (which, seed)
        assert set(ids) <= set(done.values()), (which, seed)
        assert 300 == len(session.all("artist")), (which, seed)
        assert EntryState.ACCEPTED == session.outbox.entry(ids[0]).state
        session.close()
        shutil.rmtree(home)


def test_a_broken_file_is_set_aside_and_not_deleted(opened, server, tmp_path):
    filled_home(opened, server, tmp_path)
    home = tmp_path / "whole"
    for name in ("outbox.db", "replica/common.db"):
        (home / name).write_bytes(b"this is no database at all" * 400)
    opened("whole")
    kept = [path for path in home.rglob("*.damaged-*") if not path.name.endswith(("-wal", "-shm"))]
    assert [b"this is no database at all" * 400] * 2 == [path.read_bytes() for path in kept]


@pytest.mark.parametrize("name", ["outbox.db", "replica/common.db"])
def test_a_home_of_a_newer_version_is_refused_with_words_and_left_alone(opened, server, tmp_path, name):
    filled_home(opened, server, tmp_path)
    path = tmp_path / "whole" / name
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) SELECT migration_set, 'from_later', ''"
                   " FROM _sqlite_migrations LIMIT 1")
    db.close()
    before = path.read_bytes()
    with pytest.raises(NewerFile, match="newer version"):
        opened("whole")
    assert before == path.read_bytes()
    assert [] == list((tmp_path / "whole").rglob("*.damaged-*"))


@pytest.mark.parametrize(("column", "flipped"), [
    ("name", "'d' || name"), ("name", "CAST(x'ff' || name AS TEXT)"), ("migration_set", "'x' || migration_set"),
])
@pytest.mark.parametrize("name", ["outbox.db", "replica/common.db"])
def test_a_flipped_bit_in_the_list_of_migrations_is_damage_and_not_a_newer_version(opened, server, tmp_path, name, column, flipped):
    ids = filled_home(opened, server, tmp_path)
    path = tmp_path / "whole" / name
    with sqlite3.connect(path) as db:
        db.execute(f"UPDATE _sqlite_migrations SET {column} = {flipped}")
    db.close()
    session = opened("whole")
    session.sync_once()
    assert [path.name] == [kept.name.partition(".damaged-")[0] for kept in (tmp_path / "whole").rglob("*.damaged-*")
                           if not kept.name.endswith(("-wal", "-shm"))]
    assert set(ids) <= {command["id"] for command in server.decided}


@pytest.mark.parametrize(("name", "table", "was", "flipped"), [
    ("outbox.db", "commands", "not_before_ms", "not_befose_ms"), ("outbox.db", "settings", "settings", "settingr"),
    ("replica/common.db", "documents", "version INTEGER", "versioo INTEGER"),
])
def test_a_flipped_letter_in_a_tables_definition_is_damage(opened, server, tmp_path, name, table, was, flipped):
    ids = filled_home(opened, server, tmp_path)
    path = tmp_path / "whole" / name
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA writable_schema=ON")
        db.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?), name = replace(name, ?, ?), tbl_name = replace(tbl_name, ?, ?)"
                   " WHERE type = 'table' AND name = ?", (was, flipped, was, flipped, was, flipped, table))
    db.close()
    session = opened("whole")
    session.sync_once()
    assert [path.name] == [kept.name.partition(".damaged-")[0] for kept in (tmp_path / "whole").rglob("*.damaged-*")
                           if not kept.name.endswith(("-wal", "-shm"))]
    assert set(ids) <= {command["id"] for command in server.decided}
    assert 300 == len(session.all("artist"))


@pytest.mark.parametrize("find", ["index", "rindex"])
def test_a_command_whose_row_and_index_differ_is_damage(opened, server, tmp_path, find):
    ids = filled_home(opened, server, tmp_path)
    path = tmp_path / "whole" / "outbox.db"
    data = path.read_bytes()
    # Of the places where an id stands one is its row and one its index entry; either may flip.
    place = getattr(data, find)(ids[-1].encode())
    path.write_bytes(data[:place + 8] + b"?" + data[place + 9:])
    session = opened("whole")
    session.sync_once()
    assert set(ids) <= {command["id"] for command in server.decided}


class FullDisk(sqlite3.Connection):
    """A connection to a disk that has no room from some moment on."""

    full = False

    def execute(self, sql, *values):
        if FullDisk.full and sql.lstrip().upper().startswith(("INSERT", "UPDATE", "COMMIT")):
            raise _error("database or disk is full", sqlite3.SQLITE_FULL)
        return super().execute(sql, *values)


def _error(text, code):
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


def test_a_full_disk_is_said_and_what_was_there_stays(opened, server):
    def connect(path):
        return sqlite3.connect(path, isolation_level=None, check_same_thread=False, factory=FullDisk)

    session = opened(connect=connect)
    first = session.do(FollowArtist(), "art_one")
    FullDisk.full = True
    try:
        with pytest.raises(Unavailable):
            session.do(FollowArtist(), "art_two")
        with pytest.raises(Unavailable):
            session.sync_once()
    finally:
        FullDisk.full = False
    session.sync_once()
    assert [first] == [one["id"] for one in server.decided]


def test_a_flipped_document_is_never_shown_and_comes_back_with_the_next_round(opened, server, tmp_path):
    filled_home(opened, server, tmp_path)
    path = tmp_path / "whole" / "replica" / "common.db"
    with sqlite3.connect(path) as db:
        db.execute("UPDATE documents SET data = replace(data, 'Artist 7\"', 'Artist 8\"') WHERE id = 'art_007'")
    db.close()
    session = opened("whole")
    assert session.get("artist", "art_007") is None or session.get("artist", "art_007").name == "Artist 7"
    session.sync_once()
    assert "Artist 7" == session.get("artist", "art_007").name


def test_a_document_that_flipped_comes_back_also_when_the_line_breaks_before_it_is_read_anew(opened, server, tmp_path):
    server.put("public", "artist", "art_007", artist("art_007", "Artist 7"))
    session = opened("home")
    session.sync_once()
    session.close()
    with sqlite3.connect(tmp_path / "home" / "replica" / "common.db") as db:
        db.execute("UPDATE documents SET data = replace(data, 'Artist 7', 'Artist 8') WHERE id = 'art_007'")
    db.close()
    session = opened("home")
    server.before = lambda request: away(request) if "/snapshots/" in request.url.path else None
    with pytest.raises(Offline):
        session.sync_once()
    server.before = lambda request: None
    session.sync_once()
    assert session._replica.digest("public", read_again=True) == server.digest("public")
    assert "Artist 7" == session.get("artist", "art_007").name


def test_a_broken_outbox_still_tells_a_server_that_went_back_in_time_what_it_forgot(opened, server, tmp_path):
    session = opened("home")
    targets = ["art_one", "art_two"]
    for target in targets:
        session.do(FollowArtist(), target)
        session.sync_once()
    session.close()
    opened("home").close()  # the journal is written anew at the start
    (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
    session = opened("home")
    assert 0 == session.state.waiting
    server.answers.clear()
    assert 2 == session.sync_once().asked_again
    session.sync_once()
    assert [*targets, *targets] == [one["target"] for one in server.decided]


def test_what_is_asked_again_of_a_server_that_forgot_it_outlives_a_broken_outbox(opened, server, tmp_path):
    session = opened("home")
    session.do(FollowArtist(), "art_one")
    session.sync_once()
    server.answers.clear()
    server.before = lambda request: away(request) if request.url.path == "/v1/commands" else None
    with pytest.raises(Offline):
        session.sync_once()
    session.close()
    server.before = lambda request: None
    (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
    opened("home").sync_once()
    assert ["art_one", "art_one"] == [one["target"] for one in server.decided]


def test_a_no_outlives_a_broken_outbox_until_it_was_put_away(opened, server, tmp_path):
    server.decide = lambda _server, account, command: {"outcome": "refused", "findings": [{"code": "not_found", "facts": {}}]}
    session = opened("home")
    first, second = session.do(FollowArtist(), "art_one"), session.do(FollowArtist(), "art_two")
    session.sync_once()
    session.outbox.discard(second)
    session.close()
    opened("home").close()
    (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
    session = opened("home")
    session.sync_once()
    assert [(first, "refused")] == [(entry.id, entry.state) for entry in session.outbox.entries(10)]


def test_what_mends_a_no_that_both_sides_lost_is_asked_for_itself(opened, server, tmp_path):
    was = server.decide
    server.decide = lambda _server, account, command: {"outcome": "refused", "findings": [{"code": "not_found", "facts": {}}]}
    session = opened("home")
    first = session.do(FollowArtist(), "art_one")
    session.sync_once()
    server.before = lambda request: away(request) if request.url.path == "/v1/commands" else None
    again = session.outbox.retry(first)
    session.close()
    opened("home").close()
    (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
    server.before, server.decide = lambda request: None, was
    server.answers.clear()
    session = opened("home")
    session.sync_once()
    assert ("accepted", None) == (session.outbox.entry(again).state, session.outbox.entry(again).command.replaces)


def no_to_the_first(_server, account, command):
    if command["target"] == "art_one" and not command.get("replaces"):
        return {"outcome": "refused", "findings": [{"code": "not_found", "facts": {}}]}
    return {"outcome": "accepted"}


def test_what_came_after_a_no_that_both_sides_lost_needs_its_person_and_does_not_wait_for_ever(opened, server, tmp_path):
    """A no that was put away is in no journal: a server that forgot it too never learns what came of the ground."""
    server.decide = no_to_the_first
    session = opened("home")
    first = session.do(FollowArtist(), "art_one")
    second = session.do(FollowArtist(), "art_two", after=(first,))
    session.sync_once()
    assert session.outbox.discard(first)
    for asks_again in (False, True):
        session.close()
        opened("home").close()
        (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
        server.answers.clear()
        session = opened("home")
        if asks_again:
            session.outbox.retry(second)
        session.sync_once()
        session.sync_once()
        entry = session.outbox.entry(second)
        told = ("accepted", []) if asks_again else ("blocked", ["dependency_undone"])
        assert told == (entry.state, [reason.code for reason in entry.reasons])
        assert 0 == session.state.waiting


def test_what_came_after_a_mended_no_that_both_sides_lost_comes_after_what_mends_it(opened, server, tmp_path):
    server.decide = no_to_the_first
    session = opened("home")
    first = session.do(FollowArtist(), "art_one")
    session.sync_once()
    mending = session.do(FollowArtist(), "art_one", replaces=first)
    third = session.do(FollowArtist(), "art_two", after=(first,))
    session.sync_once()
    assert ("accepted", "accepted") == (session.outbox.entry(mending).state, session.outbox.entry(third).state)
    session.close()
    opened("home").close()
    (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
    server.answers.clear()
    server.decide = lambda _server, account, command: {"outcome": "accepted"}
    session = opened("home")
    for _ in range(4):
        session.sync_once()
    assert ("accepted", "accepted") == (session.outbox.entry(mending).state, session.outbox.entry(third).state)
    assert (mending,) == session.outbox.entry(third).command.after
    assert 0 == session.state.waiting


def test_what_was_blocked_and_never_sent_outlives_a_broken_outbox_and_does_not_wait_for_what_was_undone(opened, server, tmp_path):
    session = opened("home")
    first = session.do(FollowArtist(), "art_one", undo_s=10)
    second = session.do(FollowArtist(), "art_two", after=(first,))
    assert session.undo(first)
    session.close()
    opened("home").close()  # the journal is written anew at the start
    (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
    session = opened("home")
    session.sync_once()
    entry = session.outbox.entry(second)
    assert (EntryState.BLOCKED, "dependency_undone") == (entry.state, entry.reasons[0].code)
    assert (0, 1) == (session.state.waiting, session.state.needs_you)
    assert "waiting" == session.outbox.entry(session.outbox.retry(second)).state
    session.sync_once()
    assert "accepted" == session.outbox.entry(second).state


def blocked_and_said_so(session, server):
    """A refusal, what rests on it, and an act taken back meanwhile, after which the journal names what is blocked."""
    server.decide = no_to_the_first
    first = session.do(FollowArtist(), "art_one")
    session.sync_once()
    second = session.do(FollowArtist(), "art_two", after=(first,))
    assert session.undo(session.do(FollowArtist(), "art_three", undo_s=10))
    assert "blocked" == session.outbox.entry(second).state
    return first, second


def test_what_was_blocked_once_and_then_accepted_is_accepted_after_the_outbox_broke(opened, server, tmp_path):
    session = opened("home")
    first, second = blocked_and_said_so(session, server)
    session.do(FollowArtist(), "art_one", replaces=first)
    for _ in range(2):
        session.sync_once()
    assert "accepted" == session.outbox.entry(second).state
    session.close()
    (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
    session = opened("home")
    assert "accepted" == session.outbox.entry(second).state
    assert 0 == session.state.needs_you


def test_what_was_freed_and_not_sent_before_the_outbox_broke_goes_all_the_same(opened, server, tmp_path):
    session = opened("home")
    first, second = blocked_and_said_so(session, server)
    posts = []

    def once(request):
        if request.url.path == "/v1/commands":
            posts.append(request)
            if len(posts) > 1:
                away(request)

    server.before = once
    mending = session.do(FollowArtist(), "art_one", replaces=first)
    with pytest.raises(Offline):
        for _ in range(3):
            session.sync_once()
    assert ("accepted", "waiting") == (session.outbox.entry(mending).state, session.outbox.entry(second).state)
    session.close()
    server.before = lambda request: None
    (tmp_path / "home" / "outbox.db").write_bytes(b"spoiled" * 1000)
    session = opened("home")
    for _ in range(3):
        session.sync_once()
    assert "accepted" == session.outbox.entry(second).state


def test_the_tables_of_a_servers_snapshot_are_those_of_a_shelf():
    from fanlink.client.local import _columns, _columns_of
    from fanlink.client.shelf import migrations
    from fanlink.server.snapshots import TABLES

    db = sqlite3.connect(":memory:")
    for table in TABLES:
        db.execute(table)
    assert _columns_of(migrations)["documents"] == _columns(db)["documents"]
    db.close()
