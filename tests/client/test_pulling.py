from __future__ import annotations

import sqlite3

import httpx
import pytest
import zstandard

from fanlink.client import replica as replica_module
from fanlink.core.errors import Offline

from .conftest import artist


def fill(server, scope, many, start=0):
    for number in range(start, start + many):
        server.put(scope, "artist", f"art_{number:06d}", artist(f"art_{number:06d}", f"Artist {number}"))


def test_a_tombstone_removes_a_document_from_lists_and_search(session, server):
    fill(server, "public", 3)
    session.sync_once()
    server.delete("public", "artist", "art_000001")
    session.sync_once()
    assert {"art_000000", "art_000002"} == set(session.ids("artist"))
    assert {"art_000000", "art_000002"} == set(session.ids("artist", search="arti"))


def test_pages_that_break_off_go_on_from_where_they_were(session, server, monkeypatch):
    monkeypatch.setattr("fanlink.client.pull.PAGES_AT_ONCE", 1)
    monkeypatch.setattr("fanlink.client.api.PAGE_ROWS", 1_000)
    fill(server, "public", 2_500)
    seen = []

    def break_off(request):
        seen.append(request.url.params.get("after"))
        if request.url.params.get("after") == "2000":
            raise httpx.ReadTimeout("slow")

    server.before = break_off
    with pytest.raises(Offline):
        session.sync_once()
    assert 2_000 == len(session.ids("artist"))
    server.before = lambda request: None
    server.requests.clear()
    session.sync_once()
    assert 2_500 == len(session.ids("artist"))
    assert ["GET /v1/changes?scope=public&after=2000&limit=1000"] == [r for r in server.requests if "scope=public" in r]


def test_search_finds_words_by_their_beginnings_after_a_long_pull(session, server):
    fill(server, "public", 2_000)
    server.put("public", "artist", "art_mara", artist("art_mara", "Mára Voss & the Tide"))
    session.sync_once()
    assert ("art_mara",) == session.ids("artist", search="tid mara")
    assert () == session.ids("artist", search="nobody")
    assert () == session.ids("artist", search='"*(')


def test_leaving_a_team_removes_exactly_that_scope(session, server):
    server.scopes_of["ann"].append("team:art_x")
    server.put("team:art_x", "artist", "art_x", artist("art_x", "X"))
    server.put("public", "artist", "art_y", artist("art_y", "Y"))
    session.sync_once()
    assert {"art_x", "art_y"} == set(session.ids("artist"))
    server.scopes_of["ann"].remove("team:art_x")
    assert ["team:art_x"] == session.sync_once().pulled.dropped
    assert {"art_y"} == set(session.ids("artist"))


def test_of_two_scopes_forms_the_newest_is_read_and_the_one_that_tells_most(session, server):
    server.scopes_of["ann"].append("team:art_x")
    server.put("public", "artist", "art_x", artist("art_x", "Public X"))
    server.put("team:art_x", "artist", "art_x", artist("art_x", "Team X"))
    session.sync_once()
    assert "Team X" == session.get("artist", "art_x").name
    assert "Public X" == session.get("artist", "art_x", scope="public").name
    server.put("public", "artist", "art_x", artist("art_x", "Newer X"), version=2)
    session.sync_once()
    assert "Newer X" == session.get("artist", "art_x").name


def test_a_large_scope_comes_as_a_snapshot_and_goes_on_by_pages(session, server, monkeypatch):
    monkeypatch.setattr(replica_module, "OWN_SHELF_FROM_ROWS", 100)
    monkeypatch.setattr("fanlink.client.pull.SNAPSHOT_FROM_ROWS", 100)
    fill(server, "public", 300)
    report = session.sync_once()
    assert ["public"] == report.pulled.snapshots
    assert 300 == len(session.ids("artist"))
    server.put("public", "artist", "art_mara", artist("art_mara", "Mara Voss"))
    server.delete("public", "artist", "art_000007")
    session.sync_once()
    assert 300 == len(session.ids("artist"))
    assert "art_mara" == session.ids("artist")[0]
    assert ("art_mara",) == session.ids("artist", search="voss")


def test_a_large_scope_is_still_there_after_a_restart_and_can_be_replaced_by_a_small_one(opened, server, monkeypatch):
    monkeypatch.setattr(replica_module, "OWN_SHELF_FROM_ROWS", 100)
    monkeypatch.setattr("fanlink.client.pull.SNAPSHOT_FROM_ROWS", 100)
    fill(server, "public", 300)
    first = opened()
    first.sync_once()
    first.close()
    again = opened()
    assert 300 == len(again.ids("artist"))
    server.documents["public"], server.heads["public"] = {}, 0
    fill(server, "public", 5)
    assert ["public"] == again.sync_once().pulled.rolled_back
    assert 5 == len(again.ids("artist"))
    again.close()
    assert 5 == len(opened().ids("artist"))


def test_a_cursor_that_is_too_old_starts_from_a_snapshot(session, server):
    fill(server, "public", 10)
    session.sync_once()
    fill(server, "public", 10, start=5)
    server.floor["public"] = 15
    report = session.sync_once()
    assert ["public"] == report.pulled.healed == report.pulled.snapshots
    assert 15 == len(session.ids("artist"))


def test_a_scope_whose_digest_differs_is_read_anew_and_told(session, server):
    fill(server, "public", 10)
    session.sync_once()
    held = server.documents["public"]["artist", "art_000003"]
    held["data"] = held["data"] | {"name": "Changed behind the feed"}
    server.put("public", "artist", "art_new", artist("art_new", "New"))
    report = session.sync_once()
    assert ["public"] == report.pulled.healed
    assert "Changed behind the feed" == session.get("artist", "art_000003").name
    assert [] == session.sync_once().pulled.healed


def test_a_digest_that_never_agrees_is_reported_once_and_does_not_loop(session, server):
    server.digest = lambda scope: "0" * 64
    fill(server, "public", 3)
    assert {"public", "person:ann"} == set(session.sync_once().pulled.disagrees)
    server.requests.clear()
    assert [] == session.sync_once().pulled.disagrees
    assert ["GET /v1/scopes"] == server.requests


def test_a_broken_snapshot_changes_nothing_and_is_asked_for_again(session, server):
    fill(server, "public", 10)
    session.sync_once()
    server.floor["public"] = server.heads["public"] = 20
    whole = server.snapshot
    for broken in (b"", b"nonsense", whole("public")[:-30], zstandard.compress(b"not a database")):
        server.snapshot = lambda scope, broken=broken: broken
        with pytest.raises(Offline):
            session.sync_once()
        assert 10 == len(session.ids("artist"))
    server.snapshot = whole
    session.sync_once()
    assert "synced" == session.state.name


def test_replies_that_cannot_be_read_are_no_answers(session, server):
    fill(server, "public", 1)
    for reply in (
        {"changes": [{"seq": 1}], "next": 1, "more": False, "digest": None},
        {"changes": [], "next": 0, "more": True, "digest": None},
        {"changes": "x", "next": 1, "more": False}, [], {"scopes": 3},
    ):
        server.before = lambda request, reply=reply: httpx.Response(200, json=reply)
        with pytest.raises(Offline):
            session.sync_once()
    server.before = lambda request: httpx.Response(200, content=b"\xff{")
    with pytest.raises(Offline):
        session.sync_once()


def test_a_document_that_this_version_cannot_read_is_left_out_and_the_others_stay(session, server):
    fill(server, "public", 2)
    server.put("public", "artist", "art_later", artist("art_later", "Later") | {"mood": "blue"})
    server.put("public", "hologram", "holo_1", {"id": "holo_1"})
    session.sync_once()
    assert 2 == len(session.all("artist"))
    assert "synced" == session.state.name


def test_a_server_restored_from_an_old_backup_is_told_again_what_it_forgot(session, server):
    import copy

    from fanlink.core.commands import FollowArtist

    from .test_session import follow

    server.decide = follow
    session.do(FollowArtist(), "art_one")
    session.sync_once()
    backup = copy.deepcopy((server.documents, server.heads, server.answers))
    session.do(FollowArtist(), "art_two")
    session.sync_once()
    server.documents, server.heads, server.answers = backup
    report = session.sync_once()
    assert 2 == report.asked_again
    assert ("art_one", "art_two") == session.account.follows
    assert ["art_one", "art_two", "art_two"] == [one["target"] for one in server.decided]


def test_what_a_restored_server_is_told_again_may_bring_a_scope_to_the_number_it_had_over_other_documents(session, server, clock):
    import copy

    from fanlink.core.commands import FollowArtist

    team = [f"team:art_{number}" for number in range(4)]
    server.scopes_of["ann"] += team

    def decide(server, account, command):
        for scope in team:
            server.put(scope, "artist", "art_x", artist("art_x", f"Decided as number {len(server.decided)}"), version=2)
        return {"outcome": "accepted"}

    server.decide = decide
    session.do(FollowArtist(), "art_one")
    session.sync_once()
    backup = copy.deepcopy((server.documents, server.heads, server.answers))
    session.do(FollowArtist(), "art_two")
    session.sync_once()
    server.documents, server.heads, server.answers = backup
    clock.pass_s(700)
    assert 2 == session.sync_once().asked_again
    assert {"Decided as number 2"} == {session.get("artist", "art_x", scope=scope).name for scope in team}


def start_again(opened, session):
    session.close()
    return opened()


def many_scopes(server, many):
    for number in range(many):
        scope = f"team:art_{number:04d}"
        server.scopes_of["ann"].append(scope)
        fill(server, scope, 2)


def test_the_first_round_after_a_start_asks_for_what_moved_and_not_for_a_thousand_scopes(opened, server):
    many_scopes(server, 1_000)
    session = opened()
    session.sync_once()
    session.sync_once()
    fill(server, "team:art_0500", 1, 7)
    session = start_again(opened, session)
    server.requests.clear()
    report = session.sync_once()
    assert 1 == sum(report.pulled.rows.values())
    asked = [request for request in server.requests if "/v1/changes" in request]
    assert ["team:art_0500"] == [request.partition("scope=")[2].partition("&")[0].replace("%3A", ":") for request in asked[:1]]
    assert len(server.requests) <= 5, server.requests[:9]


@pytest.mark.parametrize("spoil", ["UPDATE documents SET data = replace(data, 'Artist', 'Artisd') WHERE number = {}", "DELETE FROM documents WHERE number = {}"])
def test_what_the_disk_damaged_in_a_scope_that_did_not_move_is_found_with_the_first_round_after_a_start(opened, server, tmp_path, spoil):
    many_scopes(server, 20)
    session = opened()
    session.sync_once()
    session.close()
    with sqlite3.connect(tmp_path / "home" / "replica" / "common.db") as db:
        number, scope = db.execute(
            "SELECT d.number, s.scope FROM documents d JOIN scopes s ON s.number = d.scope WHERE s.scope = 'team:art_0013'"
        ).fetchone()
        db.execute(spoil.format(number))
    session = opened()
    server.requests.clear()
    assert [scope] == session.sync_once().pulled.healed
    assert {"Artist 0", "Artist 1"} == {one.name for one in session.all("artist", scope)}
    assert len(server.requests) < 10


def test_a_remembered_digest_that_the_disk_damaged_costs_one_look_at_the_server(opened, server, tmp_path):
    many_scopes(server, 3)
    session = opened()
    session.sync_once()
    session.close()
    with sqlite3.connect(tmp_path / "home" / "replica" / "common.db") as db:
        db.execute("UPDATE scopes SET agreed_digest = NULL WHERE scope = 'team:art_0001'")
    session = opened()
    assert [] == session.sync_once().pulled.healed
    assert session._replica.agreements()["team:art_0001"][1] == server.digest("team:art_0001")


def test_a_replica_of_the_version_before_is_asked_for_once_and_keeps_its_documents(opened, server, tmp_path):
    many_scopes(server, 3)
    session = opened()
    session.sync_once()
    session.close()
    with sqlite3.connect(tmp_path / "home" / "replica" / "common.db") as db:
        db.execute("ALTER TABLE scopes DROP COLUMN agreed_digest")
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'digest_of_agreement'")
    session = opened()
    report = session.sync_once()
    assert ([], [], 0) == (report.pulled.healed, session._replica.set_aside, sum(report.pulled.rows.values()))
    assert 2 == len(session.all("artist", "team:art_0002"))
