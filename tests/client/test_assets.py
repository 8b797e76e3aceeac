from __future__ import annotations

import hashlib
import os
import threading

import httpx
import pytest

from fanlink.client import assets as assets_module
from fanlink.core.commands import AddArtist, ImportReport
from fanlink.core.errors import BadInput, Offline, Refused, Stopped


def stored(server, data):
    digest = hashlib.sha256(data).hexdigest()
    server.assets[digest] = data
    return digest


def test_a_file_is_fetched_once_verified_and_then_read_from_here(session, server):
    digest = stored(server, b"stem" * 1000)
    told = []
    path = session.asset(digest, progress=lambda done, of: told.append((done, of)))
    assert b"stem" * 1000 == path.read_bytes()
    assert (4000, 4000) == told[-1]
    server.requests.clear()
    assert path == session.asset(digest)
    assert [] == server.requests


def test_what_was_fetched_before_a_break_is_not_fetched_again(session, server):
    whole = os.urandom(300_000)
    digest = stored(server, whole)

    class Torn(httpx.SyncByteStream):
        def __iter__(self):
            yield whole[:100_000]
            raise httpx.ReadError("tunnel")

    server.after = lambda request, reply: httpx.Response(200, headers={"content-length": "300000"}, stream=Torn())
    with pytest.raises(Offline):
        session.asset(digest)
    ranges = []
    server.before = lambda request: ranges.append(request.headers.get("range"))
    server.after = lambda request, reply: reply
    assert whole == session.asset(digest).read_bytes()
    assert ["bytes=100000-"] == ranges


def test_a_server_without_ranges_starts_over_and_the_file_is_still_right(session, server):
    whole = os.urandom(50_000)
    digest = stored(server, whole)
    part = session.home / "assets" / digest[:2] / f"{digest}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * 70_000)
    assert whole == session.asset(digest).read_bytes()


def test_damaged_bytes_are_never_handed_out(session, server):
    digest = stored(server, b"right" * 100)
    right, server.assets[digest] = server.assets[digest], b"wrong" * 100
    with pytest.raises(Offline):
        session.asset(digest)
    server.assets[digest] = right
    path = session.asset(digest)
    path.write_bytes(b"rotten" * 50)
    assert right == session.asset(digest).read_bytes()


def test_stopping_keeps_what_came_so_far(session, server):
    digest = stored(server, os.urandom(600_000))
    with pytest.raises(Stopped):
        session.asset(digest, stop=lambda: True)
    assert (session.home / "assets" / digest[:2] / f"{digest}.part").stat().st_size > 0


def test_one_file_that_fails_does_not_keep_the_others_back(session, server):
    good = [stored(server, f"file {number}".encode()) for number in range(6)]
    missing = "0" * 64
    found = session.assets.several([*good, missing])
    assert all(found[digest].exists() for digest in good)
    assert isinstance(found[missing], Refused)


def test_two_threads_that_want_the_same_file_fetch_it_once(session, server):
    digest = stored(server, b"drums" * 10_000)
    threads = [threading.Thread(target=session.asset, args=(digest,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 == sum(digest in request for request in server.requests)


def test_the_cache_keeps_its_limit_and_never_drops_what_the_outbox_needs(opened, server, tmp_path):
    session = opened(cache_limit_bytes=25_000)
    server.before = lambda request: httpx.Response(503) if request.method in ("PUT", "POST") else None
    own = tmp_path / "report.csv"
    own.write_bytes(os.urandom(10_000))
    mine = session.upload(own)
    named = stored(server, os.urandom(10_000))
    session.asset(named)
    session.do(AddArtist("Mara", artwork=named), "art_mara")
    for number in range(4):
        session.asset(stored(server, bytes([number]) * 10_000))
    assert session.assets.here(mine) and session.assets.here(named)
    assert session.assets.size_bytes() <= 30_000


def test_a_file_added_offline_goes_up_before_the_command_that_names_it(session, server, tmp_path):
    session.sync_once()
    server.before = gone
    own = tmp_path / "report.csv"
    own.write_text("service,line\n")
    digest = session.upload(own)
    own.unlink()
    session.do(ImportReport(digest, "November"), "rep_1")
    server.before = lambda request: None
    server.requests.clear()
    session.sync_once()
    assert b"service,line\n" == server.assets[digest]
    order = [request for request in server.requests if request.startswith("POST")]
    assert ["POST /v1/uploads", "POST /v1/commands"] == order


def test_a_file_that_the_server_will_not_have_is_told_and_the_rest_goes_on(session, server, tmp_path):
    session.sync_once()
    own = tmp_path / "film.mp4"
    own.write_bytes(b"not sound")
    server.tus.judge = lambda upload, data: [{"code": "not_sound", "facts": {}}]
    with pytest.raises(Refused):
        session.upload(own)
    assert () == session._uploads.waiting() == session.sending.states()


def test_a_file_that_is_not_there_is_said_in_words(session, tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        session.upload(tmp_path / "nothing.wav")
    with pytest.raises(BadInput):
        session.asset("../../etc/passwd")


def test_a_full_cache_drops_what_was_used_longest_ago(opened, server):
    session = opened(cache_limit_bytes=20_000)
    digests = [stored(server, bytes([number]) * 9_000) for number in range(3)]
    for age, digest in enumerate(digests):
        os.utime(session.asset(digest), (1000 + age, 1000 + age))
    session.assets.tidy()
    assert [False, True, True] == [session.assets.here(digest) is not None for digest in digests]
    assert assets_module.LIMIT_BYTES > 20_000


def gone(request):
    raise httpx.ConnectError("no route")
