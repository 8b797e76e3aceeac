from __future__ import annotations

import httpx
import pytest

from fanlink.client.entries import EntryState
from fanlink.core.commands import FollowArtist, UnfollowArtist
from fanlink.core.documents import ArtistDocument
from fanlink.core.errors import Offline, Refused

from .conftest import artist


def away(request):
    raise httpx.ConnectError("no route")


def test_a_command_is_answered_and_its_document_comes_back(session, server):
    server.put("public", "artist", "art_mara", artist("art_mara", "Mara Voss"))
    server.decide = follow
    command = session.do(FollowArtist(), "art_mara")
    session.sync_once()
    assert EntryState.ACCEPTED == session.outbox.entry(command).state
    assert ("art_mara",) == session.account.follows
    assert [ArtistDocument("art_mara", "Mara Voss", "", None, 1, 0)] == session.all("artist")
    assert "synced" == session.state.name


def test_a_command_is_kept_while_the_server_is_away_and_shown_at_once(session, server):
    session.sync_once()
    server.before = away
    command = session.do(FollowArtist(), "art_mara")
    with pytest.raises(Offline):
        session.sync_once()
    assert ("art_mara",) == session.account.follows
    assert EntryState.WAITING == session.outbox.entry(command).state
    assert ("offline", 1) == (session.state.name, session.state.waiting)


def test_a_refused_command_is_undone_on_screen_and_kept_with_its_reason(session, server):
    session.sync_once()
    server.decide = lambda server, account, command: {
        "outcome": "refused", "findings": [{"code": "no_such_artist", "facts": {"artist": "art_mara"}}],
    }
    command = session.do(FollowArtist(), "art_mara")
    assert ("art_mara",) == session.account.follows
    session.sync_once()
    assert () == session.account.follows
    assert ["no_such_artist"] == [reason.code for reason in session.outbox.entry(command).reasons]
    assert ("needs_you", 1) == (session.state.name, session.state.needs_you)


def test_a_lost_reply_never_does_a_thing_twice(session, server):
    session.sync_once()
    server.decide = follow
    session.do(FollowArtist(), "art_mara")
    lose_once(server, "/v1/commands")
    with pytest.raises(Offline):
        session.sync_once()
    session.sync_once()
    assert 1 == len(server.decided)
    assert ("art_mara",) == session.account.follows


def test_what_was_asked_survives_a_restart_and_is_sent_under_the_same_id(opened, server):
    first = opened()
    first.sync_once()
    server.before = away
    command = first.do(FollowArtist(), "art_mara")
    first.close()
    server.before = lambda request: None
    again = opened()
    again.sync_once()
    assert [command] == [one["id"] for one in server.decided]


def test_undo_takes_back_within_ten_seconds_and_not_after(session, server, clock):
    session.sync_once()
    first = session.do(FollowArtist(), "art_mara", undo_s=10)
    session.sync_once()
    assert [] == server.decided
    assert session.undo(first)
    assert () == session.account.follows
    second = session.do(FollowArtist(), "art_mara", undo_s=10)
    clock.pass_s(10)
    session.sync_once()
    assert not session.undo(second)
    assert [second] == [one["id"] for one in server.decided]


def test_a_clock_set_back_by_days_does_not_hold_a_command(session, server, clock):
    session.sync_once()
    session.do(FollowArtist(), "art_mara", undo_s=10)
    clock.wall_ms -= 3 * 86_400_000
    session.sync_once()
    assert 1 == len(server.decided)


def test_two_commands_about_one_target_keep_their_order(session, server, clock):
    session.sync_once()
    session.do(FollowArtist(), "art_mara", undo_s=10)
    session.do(UnfollowArtist(), "art_mara")
    session.sync_once()
    assert [] == server.decided
    clock.pass_s(11)
    session.sync_once()
    assert ["follow_artist", "unfollow_artist"] == [one["kind"] for one in server.decided]


def test_the_same_home_serves_another_person_without_mixing_their_commands(opened, server):
    session = opened()
    session.sync_once()
    server.before = lambda request: away(request) if request.url.path == "/v1/commands" else None
    session.do(FollowArtist(), "art_mara")
    session.sign_out()
    assert session.account is None and "signed_out" == session.state.name
    server.before = lambda request: None
    session.use_token("http://fanlink.test", "t-bob")
    session.sync_once()
    assert [] == server.decided
    assert "bob" == session.account.id
    session.sign_out()
    session.use_token("http://fanlink.test", "t-ann")
    session.sync_once()
    assert ["follow_artist"] == [one["kind"] for one in server.decided]


def test_a_wrong_password_is_refused_and_a_right_one_signs_in(opened):
    session = opened(token=None)
    with pytest.raises(Refused) as refused:
        session.sign_in("http://fanlink.test", "ann", "wrong")
    assert "wrong_name_or_password" == refused.value.reasons[0].code
    session.sign_in("http://fanlink.test", "ann", "right")
    session.sync_once()
    assert "Ann" == session.account.name


def test_listeners_hear_which_kinds_moved_and_the_state_when_it_changes(session, server):
    kinds, states = [], []
    session.subscribe(kinds.append, lambda state: states.append(state.name))
    server.put("public", "artist", "art_mara", artist("art_mara", "Mara Voss"))
    session.sync_once()
    session.sync_once()
    assert {"artist", "account"} == set().union(*kinds)
    assert ["synced"] == states


def follow(server, account, command):
    """What the server does with a follow: the account's document moves."""
    was = server.documents[f"person:{account}"]["account", account]
    follows = sorted({*was["data"]["follows"], command["target"]})
    server.put(f"person:{account}", "account", account, was["data"] | {"follows": follows}, was["version"] + 1)
    return {"outcome": "accepted"}


def lose_once(server, path):
    """The next reply from `path` is lost after the server did its work."""

    def lose(request, reply):
        if request.url.path != path:
            return reply
        server.after = lambda request, reply: reply
        raise httpx.ReadError("cut off")

    server.after = lose
