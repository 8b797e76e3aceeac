"""Files on their way up: several at once, beside the commands, each by itself; one broken file stops nothing else."""

from __future__ import annotations

import hashlib
import os
import threading

import httpx
import pytest

from fanlink.client.clock import SystemClock
from fanlink.client.entries import EntryState
from fanlink.core.commands import AddArtist, FollowArtist, ImportReport
from fanlink.core.errors import Offline


@pytest.fixture
def file(tmp_path):
    """Makes a file of this person."""

    def make(name, data=None):
        path = tmp_path / name
        path.write_bytes(data if data is not None else os.urandom(3_000))
        return path

    return make


def pcm(name):
    return hashlib.sha256(name.encode()).hexdigest()


def asked(session, name, target):
    """A command that names a recording by what is heard."""
    return session.do(AddArtist("Mara", artwork=pcm(name)), target)


def test_a_command_waits_for_its_recording_by_what_is_heard_and_others_go(session, server, file):
    session.sync_once()
    server.before = lambda request: httpx.Response(503) if request.url.path.startswith("/v1/uploads") else None
    session.bring(file("guitar.flac"), pcm("guitar"), "guitar.flac")
    waits, goes = asked(session, "guitar", "art_own"), session.do(FollowArtist(), "art_mara")
    session.sync_once()
    assert (EntryState.WAITING, EntryState.ACCEPTED) == tuple(session.outbox.entry(one).state for one in (waits, goes))
    (lacking,) = session.sending.lacking(session.outbox.entry(waits))
    assert ("guitar.flac", 3_000, False) == (lacking.label, lacking.size_bytes, lacking.refused)
    server.before = lambda request: None
    session._clock.pass_s(90)
    session.sync_once()
    assert EntryState.ACCEPTED == session.outbox.entry(waits).state
    assert () == session.sending.states()


def test_the_server_is_told_what_is_heard(session, server, file):
    session.sync_once()
    digest = session.bring(file("guitar.flac"), pcm("guitar"), "Gitarre ♪.flac")
    session.sync_once()
    (upload,) = server.tus.uploads.values()
    assert (digest, pcm("guitar"), "recording", "Gitarre ♪.flac") == tuple(
        upload[name] for name in ("sha256", "pcm", "purpose", "filename")
    )


def test_one_broken_file_does_not_stop_the_batch_and_can_be_mended(session, server, file):
    session.sync_once()
    server.tus.judge = lambda upload, data: [{"code": "sound_unreadable", "facts": {"what": "is cut off"}}] if b"broken" in data else []
    broken = session.bring(file("broken.flac", b"broken" * 100), pcm("broken"), "broken.flac")
    for number in range(5):
        session.bring(file(f"{number}.flac"), pcm(str(number)), f"{number}.flac")
    waits = asked(session, "broken", "art_broken")
    fine = [asked(session, str(number), f"art_{number}") for number in range(5)]
    session.sync_once()
    assert {EntryState.ACCEPTED} == {session.outbox.entry(one).state for one in fine}
    assert EntryState.WAITING == session.outbox.entry(waits).state
    (state,) = session.sending.lacking(session.outbox.entry(waits))
    assert (broken, True, "sound_unreadable", "is cut off") == (
        state.digest, state.refused, state.reasons[0].code, state.reasons[0].facts["what"],
    )
    assert (1, 0) == (session.state.needs_you, session.state.files)
    server.tus.judge = lambda upload, data: []
    session.sending.again(broken)
    session.sync_once()
    assert EntryState.ACCEPTED == session.outbox.entry(waits).state
    assert 0 == session.state.needs_you


def test_a_command_whose_file_was_refused_can_be_taken_back_and_nothing_stays(session, server, file):
    session.sync_once()
    server.tus.judge = lambda upload, data: [{"code": "not_sound", "facts": {}}]
    session.bring(file("film.mp4"), pcm("film"), "film.mp4")
    waits = asked(session, "film", "art_film")
    session.sync_once()
    assert session.outbox.undo(waits)
    assert (() , 0) == (session.sending.states(), session.state.needs_you)
    session.sync_once()
    assert [] == server.decided


def test_an_upload_that_was_cut_goes_on_from_where_the_server_is_after_a_restart(opened, server, file):
    session = opened()
    session.sync_once()
    whole = os.urandom(400_000)
    pieces = []

    def cut(request):
        if request.method == "PATCH":
            server.tus.uploads[request.url.path.rpartition("/")[2]]["data"] += whole[:150_000]
            raise httpx.WriteError("tunnel")

    server.before = cut
    digest = session.assets.add(file("long.bin", whole))
    session.sync_once()
    assert (digest,) == session._uploads.waiting()
    session.close()
    server.before = lambda request: pieces.append(request.headers["upload-offset"]) if request.method == "PATCH" else None
    again = opened()
    again.sync_once()
    assert (["150000"], whole) == (pieces, server.assets[digest])
    assert 1 == len(server.tus.uploads)


def test_what_was_announced_before_a_crash_is_found_again(opened, server, file):
    session = opened()
    session.sync_once()
    digest = session.assets.add(file("long.bin", os.urandom(400_000)))
    server.after = lambda request, reply: (_ for _ in ()).throw(httpx.ReadError("lost")) if request.method == "POST" else reply
    session.sync_once()
    assert session._uploads.get(digest).location is None
    server.after = lambda request, reply: reply
    session._clock.pass_s(90)
    session.sync_once()
    assert digest in server.assets
    assert 1 == len(server.tus.uploads)


def test_a_small_file_goes_up_in_one_request(session, server, file):
    session.sync_once()
    server.requests.clear()
    session.upload(file("report.csv"))
    assert ["GET", "POST", "GET"] == [request.partition(" ")[0] for request in server.requests]


@pytest.mark.parametrize("most", [1, 1000])
def test_an_upload_that_the_server_dropped_begins_again_but_not_for_ever(opened, server, file, most):
    session = opened()
    session.sync_once()
    digest = session.assets.add(file("long.bin", os.urandom(400_000)))

    dropped = []

    def gone(request):
        if request.method == "PATCH" and len(dropped) < most:
            dropped.append(server.tus.uploads.popitem())

    server.before = gone
    session.sync_once()
    assert (most == 1) == (digest in server.assets)
    assert (digest not in server.assets) == (digest in session._uploads.waiting())


def test_files_go_up_beside_the_commands_several_at_once_and_tell_how_far(opened, server, file):
    entered, go, most = threading.Semaphore(0), threading.Event(), []
    running = set()

    def slow(request):
        if request.method == "PATCH":
            request.read()
            running.add(threading.get_ident())
            most.append(len(running))
            entered.release()
            go.wait(20)
            running.discard(threading.get_ident())

    session = opened(clock=SystemClock())
    session.sync_once()
    server.before = slow
    for number in range(5):
        session.bring(file(f"{number}.flac", os.urandom(300_000)), pcm(str(number)), f"{number}.flac")
    told = []
    follows = threading.Event()
    session.subscribe(lambda kinds: None, lambda state: (told.append(state), follows.set() if server.decided else None))
    session.start()
    for _ in range(3):
        assert entered.acquire(timeout=20)
    waits, goes = asked(session, "0", "art_own"), session.do(FollowArtist(), "art_mara")
    assert follows.wait(20)
    assert (EntryState.WAITING, EntryState.ACCEPTED) == tuple(session.outbox.entry(one).state for one in (waits, goes))
    states = session.sending.states()
    assert 5 == len(states) and 3 == sum(state.sent_bytes == 300_000 for state in states)
    assert (5, 1_500_000) == (session.state.files, session.state.files_bytes)
    arrived = threading.Event()
    session.subscribe(lambda kinds: None, lambda state: arrived.set() if len(server.decided) == 2 else None)
    go.set()
    assert arrived.wait(20)
    assert 3 == max(most)
    assert any(state.files_sent_bytes for state in told)


def test_what_somebody_else_brought_is_not_sent_in_this_name(opened, server, file):
    session = opened()
    session.sync_once()
    server.before = lambda request: httpx.Response(503) if request.url.path.startswith("/v1/uploads") else None
    digest = session.bring(file("guitar.flac"), pcm("guitar"), "guitar.flac")
    session.sync_once()
    session.sign_out()
    server.before = lambda request: None
    session.use_token("http://fanlink.test", "t-bob")
    session._clock.pass_s(90)
    session.sync_once()
    assert digest not in server.assets
    session.sign_out()
    session.use_token("http://fanlink.test", "t-ann")
    session.sync_once()
    assert digest in server.assets


def test_a_server_that_forgot_gets_the_recording_again_before_its_command(session, server, file):
    session.sync_once()
    digest = session.bring(file("guitar.flac"), pcm("guitar"), "guitar.flac")
    command = asked(session, "guitar", "art_own")
    session.sync_once()
    assert EntryState.ACCEPTED == session.outbox.entry(command).state
    for what in (server.answers, server.decided, server.tus.uploads, server.assets):
        what.clear()
    session._clock.pass_s(700)
    server.requests.clear()
    session.sync_once()
    assert digest in server.assets
    posts = [request for request in server.requests if request.startswith("POST")]
    assert posts.index("POST /v1/uploads") < posts.index("POST /v1/commands")


def test_what_has_to_go_up_survives_a_broken_database(opened, server, file):
    session = opened()
    session.sync_once()
    server.before = lambda request: httpx.Response(503) if request.url.path.startswith("/v1/uploads") else None
    digest = session.bring(file("guitar.flac"), pcm("guitar"), "guitar.flac")
    command = asked(session, "guitar", "art_own")
    session.close()
    (session.home / "outbox.db").write_bytes(b"not a database at all" * 100)
    server.before = lambda request: None
    again = opened()
    again.sync_once()
    assert digest in server.assets
    assert pcm("guitar") == next(iter(server.tus.uploads.values()))["pcm"]
    assert EntryState.ACCEPTED == again.outbox.entry(command).state


def test_a_file_that_is_lost_here_is_said_and_its_command_waits(session, server, file):
    session.sync_once()
    digest = session.bring(file("guitar.flac"), pcm("guitar"), "guitar.flac")
    command = asked(session, "guitar", "art_own")
    session.assets.here(digest).unlink()
    session.sync_once()
    (state,) = session.sending.lacking(session.outbox.entry(command))
    assert "file_lost" == state.reasons[0].code


def test_the_cache_keeps_what_a_studio_works_with_and_what_commands_name_by_sound(opened, server, file):
    session = opened(cache_limit_bytes=20_000)
    session.sync_once()
    stems = [stored(server, os.urandom(8_000)) for _ in range(2)]
    for stem in stems:
        session.asset(stem)
    session.assets.pin("studio", stems)
    own = session.bring(file("guitar.flac", os.urandom(8_000)), pcm("guitar"), "guitar.flac")
    server.decide = lambda server, account, command: {"outcome": "refused", "findings": [{"code": "other", "facts": {}}]}
    asked(session, "guitar", "art_own")
    session.sync_once()
    other = stored(server, os.urandom(8_000))
    session.asset(other)
    session.asset(stored(server, os.urandom(8_000)))
    assert all(session.assets.here(digest) for digest in (*stems, own))
    assert session.assets.here(other) is None
    session.assets.pin("studio", ())
    session.assets.tidy()
    assert not all(session.assets.here(stem) for stem in stems)


def test_a_full_disk_while_fetching_is_said_in_words(session, server, monkeypatch):
    from pathlib import Path

    from fanlink.core.errors import Unavailable

    digest = stored(server, os.urandom(10_000))
    plain = Path.open

    def full(self, mode="r", *more, **named):
        if self.suffix == ".part":
            raise OSError(28, "No space left on device")
        return plain(self, mode, *more, **named)

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(Unavailable, match="No space left"):
        session.asset(digest)


def test_offline_files_wait_and_say_nothing(session, server, file):
    session.sync_once()
    server.before = lambda request: (_ for _ in ()).throw(httpx.ConnectError("no route"))
    session.do(ImportReport(session.upload(file("report.csv")), "November"), "rep_1")
    with pytest.raises(Offline):
        session.sync_once()
    assert ("offline", 1, 0) == (session.state.name, session.state.files, session.state.needs_you)


def stored(server, data):
    digest = hashlib.sha256(data).hexdigest()
    server.assets[digest] = data
    return digest


def test_what_was_damaged_on_the_way_is_sent_once_more(session, server, file):
    session.sync_once()
    damaged = []

    def flip(request):
        if request.method == "POST" and not damaged:
            damaged.append(request.url.path)
            request.read()
            request._content = b"?" + request._content[1:]

    server.before = flip
    digest = session.upload(file("report.csv"))
    assert damaged and digest in server.assets
