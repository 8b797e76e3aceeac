"""A client notices that the server's log is not the one that it knew, says so plainly, and loses nothing."""

from __future__ import annotations

import json
import sqlite3

import httpx
import pytest

from fanlink.client import cli
from fanlink.core.checkpoints import How
from fanlink.core.commands import FollowArtist
from fanlink.core.errors import Offline

LOOK = "GET /v1/checkpoints"


def looks(server):
    return [request for request in server.requests if request.startswith(LOOK)]


def work(session, server, clock, times=5):
    for _ in range(times):
        session.do(FollowArtist(), "art_mara")
        clock.pass_s(3600)
        session.sync_once()


def back_to(server, length):
    """The server as it was when its log was so long; others may go on with it."""
    server.answers = dict(list(server.answers.items())[:length])
    server.log = server.log[:length]


def later(session, clock, seconds=61):
    clock.pass_s(seconds)
    return session.sync_once()


def test_a_checkpoint_is_kept_after_what_was_sent_and_survives_a_start(session, server, clock, opened):
    work(session, server, clock)
    assert (5, server.log[-1]) == (session.log.kept[-1].number, session.log.kept[-1].hash)
    assert clock.now_ms() == session.log.kept[-1].seen_ms
    kept = session.log.kept
    session.close()
    assert kept == opened().log.kept


def test_one_small_request_a_round_and_none_while_nothing_moves_for_a_minute(session, server, clock):
    session.sync_once()
    session.sync_once()
    first = len(looks(server))
    session.sync_once()
    session.sync_once()
    assert 1 <= first == len(looks(server)) <= 2
    clock.pass_s(61)
    session.sync_once()
    session.do(FollowArtist(), "art_mara")
    session.sync_once()
    assert first + 2 == len(looks(server))


@pytest.mark.parametrize("seconds", [61, 3600])
def test_a_server_put_back_to_a_backup_is_found_out_said_and_told_again(session, server, clock, seconds):
    work(session, server, clock)
    back_to(server, 3)
    report = later(session, clock, seconds)
    assert (How.RESTORED, 5) == (report.log_change.how, report.asked_again)
    assert report.log_change.agrees.number <= 3 < report.log_change.differs.number
    assert 5 == len(server.answers)
    assert (1, 0) == (session.state.log_changes, session.state.needs_you)
    assert None is later(session, clock).log_change
    assert [How.RESTORED] == [change.how for change in session.log.changes]
    assert 5 == session.log.kept[-1].number


def test_one_that_went_on_since_is_found_out_by_who_lost_nothing(opened, server, clock):
    ann, bob = opened("ann", "t-ann"), opened("bob", "t-bob")
    work(ann, server, clock, 2)
    work(bob, server, clock, 3)
    ann.sync_once()
    back_to(server, 2)
    for number in range(9):
        server.note(f"other {number}")
    report = later(ann, clock)
    assert How.REWRITTEN == report.log_change.how
    assert report.log_change.agrees.number <= 2


@pytest.mark.parametrize("place", range(1, 12))
def test_any_line_that_is_changed_with_its_hash_put_right_is_found_out(session, server, clock, place):
    work(session, server, clock, 12)
    hashes, server.log = server.log, server.log[:place - 1]
    server.note("another line")
    for number in range(place, 12):
        server.note(f"what came {number}")
    clock.pass_s(61)
    assert How.REWRITTEN == session.sync_once().log_change.how
    assert 12 == len(hashes) == len(server.log)


def test_a_line_changed_alone_is_found_by_an_older_checkpoint(session, server, clock):
    work(session, server, clock, 12)
    middle = session.log.kept[-3].number
    server.log[middle - 1] = "f" * 64
    clock.pass_s(61)
    found = session.sync_once().log_change
    assert (How.ALTERED, middle) == (found.how, found.differs.number)


def test_a_change_is_said_until_a_person_put_it_away_and_stays_in_the_list(session, server, clock, opened):
    work(session, server, clock)
    back_to(server, 2)
    later(session, clock)
    session.close()
    again = opened()
    assert 1 == again.state.log_changes
    told = []
    again.subscribe(lambda kinds: None, told.append)
    again.log.put_away()
    again.sync_once()
    assert (0, 1) == (again.state.log_changes, len(again.log.changes))
    assert 0 == told[-1].log_changes


def test_who_is_cut_off_while_it_is_told_again_finds_the_change_again(session, server, clock):
    work(session, server, clock)
    back_to(server, 2)
    session.outbox.discard(session.outbox.entries()[0].id)
    cut = [0]
    clock.pass_s(61)

    def before(request):
        cut[0] += request.url.path == "/v1/checkpoints"
        if cut[0] and request.url.path == "/v1/scopes":
            raise httpx.ConnectError("cut")

    server.before = before
    with pytest.raises(Offline):
        session.sync_once()
    server.before = lambda request: None
    assert session.sync_once().log_change is not None
    assert 1 == len(session.log.changes)


def test_a_server_of_another_address_has_another_log(session, server, clock):
    work(session, server, clock)
    server.log = []
    session.use_token("http://elsewhere.test", "t-ann")
    assert None is session.sync_once().log_change
    session.use_token("http://fanlink.test", "t-ann")
    assert How.RESTORED == session.sync_once().log_change.how


def test_an_older_server_that_tells_no_hashes_is_no_trouble(session, server, clock):
    server.log = None
    work(session, server, clock, 2)
    assert ((), "synced") == (session.log.kept, session.state.name)


@pytest.mark.parametrize("reply", [b"", b"{}", b'{"newest":1,"at":[]}', b'{"newest":{"number":1,"hash":"a"},"at":[{}]}'])
def test_a_reply_that_cannot_be_read_is_no_answer(session, server, clock, reply):
    work(session, server, clock)
    server.before = lambda request: httpx.Response(200, content=reply) if "checkpoints" in request.url.path else None
    clock.pass_s(61)
    with pytest.raises(Offline):
        session.sync_once()
    server.before = lambda request: None
    assert None is session.sync_once().log_change


def test_a_bit_that_flips_in_what_is_kept_is_no_change_of_the_log(session, server, clock, tmp_path):
    work(session, server, clock, 8)
    with sqlite3.connect(tmp_path / "home" / "outbox.db") as db:
        db.execute("UPDATE checkpoints SET hash = replace(hash, '1', '2')")
        db.execute("UPDATE log_changes SET facts = '{'")
    clock.pass_s(61)
    assert (None, ()) == (session.sync_once().log_change, session.log.changes)
    assert (8, server.log[-1]) == (session.log.kept[-1].number, session.log.kept[-1].hash)


def test_sync_says_it_as_json_and_in_one_sentence(session, server, clock, capsys):
    work(session, server, clock)
    cli.say(session, session.sync_once(), as_json=True)
    said = json.loads(capsys.readouterr().out)
    assert ({"number": 5, "hash": server.log[-1], "seen_ms": clock.now_ms()}, None) == (said["log"]["newest"], said["log"]["changed"])
    back_to(server, 3)
    report = later(session, clock)
    cli.say(session, report, as_json=True)
    changed = json.loads(capsys.readouterr().out)["log"]["changed"]
    assert ("restored", True) == (changed["how"], changed["agrees"]["number"] <= 3)
    cli.say(session, report, as_json=False)
    assert "the server was restored from a backup" in capsys.readouterr().err
