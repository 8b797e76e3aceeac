from __future__ import annotations

from fanlink.client.entries import EntryState
from fanlink.core.commands import FollowArtist, UnfollowArtist


def refuse(*targets):
    def decide(server, account, command):
        if command["target"] in targets and not command.get("replaces"):
            return {"outcome": "refused", "findings": [{"code": "no", "facts": {}}]}
        return {"outcome": "accepted"}
    return decide


def states(session):
    return {entry.id: str(entry.state) for entry in session.outbox.entries()}


def test_what_rests_on_a_refused_command_goes_once_that_is_mended(session, server):
    server.decide = refuse("art_one")
    first = session.do(FollowArtist(), "art_one")
    second = session.do(FollowArtist(), "art_two", after=(first,))
    session.sync_once()
    assert {first: "refused", second: "blocked"} == states(session)
    session.do(FollowArtist(), "art_one", replaces=first)
    session.sync_once()
    session.sync_once()
    assert ["accepted", "accepted"] == [str(entry.state) for entry in session.outbox.entries() if not entry.dealt_with]
    assert {"art_one", "art_two"} == {one["target"] for one in server.decided}
    assert 0 == session.state.needs_you


def test_what_was_never_sent_waits_under_its_own_id_while_its_ground_is_mended(session, server, clock):
    server.decide = refuse("art_one")
    first = session.do(FollowArtist(), "art_one")
    second = session.do(FollowArtist(), "art_two", after=(first,), undo_s=10)
    session.sync_once()
    assert {first: "refused", second: "blocked"} == states(session)
    session.outbox.retry(first)
    clock.pass_s(11)
    session.sync_once()
    assert "accepted" == states(session)[second]


def test_a_command_changed_before_it_was_sent_takes_its_place_and_what_rests_on_it_follows(session, server, clock):
    first = session.do(FollowArtist(), "art_one", undo_s=10)
    second = session.do(FollowArtist(), "art_two", after=(first,))
    third = session.do(FollowArtist(), "art_three", replaces=first)
    session.sync_once()
    assert [third, second] == [one["id"] for one in server.decided]
    assert [[], [third]] == [one["after"] for one in server.decided]


def test_undo_leaves_what_rests_on_it_blocked_and_says_why(session):
    first = session.do(FollowArtist(), "art_one", undo_s=10)
    second = session.do(FollowArtist(), "art_two", after=(first,))
    assert session.undo(first)
    entry = session.outbox.entry(second)
    assert (EntryState.BLOCKED, "dependency_undone") == (entry.state, entry.reasons[0].code)
    assert session.outbox.discard(second)
    assert () == session.outbox.entries()


def test_one_command_that_the_server_cannot_read_does_not_keep_the_others_back(session, server):
    good = [session.do(FollowArtist(), f"art_{number}") for number in range(5)]
    bad = session.do(UnfollowArtist(), "unreadable")
    session.sync_once()
    assert set(good) == {one["id"] for one in server.decided}
    assert ("blocked", "malformed") == (states(session)[bad], session.outbox.entry(bad).reasons[0].code)


def test_a_batch_of_a_thousand_goes_in_order_and_each_is_answered_once(session, server):
    ids = [session.do(FollowArtist(), f"art_{number}") for number in range(250)]
    session.sync_once()
    assert ids == [one["id"] for one in server.decided]
    assert 3 == sum(request == "POST /v1/commands" for request in server.requests)


def test_a_server_that_does_not_know_the_ground_yet_is_asked_again_later(session, server):
    command = session.do(FollowArtist(), "art_one", after=("cmd_made_elsewhere",))
    session.sync_once()
    assert EntryState.WAITING == session.outbox.entry(command).state
    server.answers["ann", "cmd_made_elsewhere"] = ("{}", {"outcome": "accepted"})
    session.sync_once()
    assert EntryState.ACCEPTED == session.outbox.entry(command).state


def test_a_chain_that_was_taken_back_link_by_link_leaves_nothing_that_waits_for_ever(session, server):
    first = session.do(FollowArtist(), "art_one", undo_s=10)
    second = session.do(FollowArtist(), "art_two", after=(first,))
    third = session.do(FollowArtist(), "art_three", after=(second,))
    assert session.undo(first) and session.outbox.discard(second)
    assert ["dependency_undone"] == [reason.code for reason in session.outbox.entry(third).reasons]
    session.outbox.retry(third)
    session.sync_once()
    assert {third: "accepted"} == states(session)


def test_what_is_asked_all_the_same_after_its_ground_was_undone_goes_without_it(session, server):
    first = session.do(FollowArtist(), "art_one", undo_s=10)
    second = session.do(FollowArtist(), "art_two", after=(first,))
    third = session.do(FollowArtist(), "art_three", after=(second,))
    session.undo(first)
    assert {second: "blocked", third: "blocked"} == states(session)
    session.outbox.retry(second)
    session.sync_once()
    assert [(second, []), (third, [second])] == [(one["id"], one["after"]) for one in server.decided]


def test_what_is_asked_on_top_of_a_refusal_is_shown_as_blocked_and_never_waits_in_silence(session, server):
    server.decide = refuse("art_one")
    first = session.do(FollowArtist(), "art_one")
    session.sync_once()
    second = session.do(FollowArtist(), "art_two", after=(first,))
    assert {first: "refused", second: "blocked"} == states(session)
    third = session.outbox.retry(second)
    assert "blocked" == states(session)[third]
    session.do(FollowArtist(), "art_one", replaces=first)
    session.sync_once()
    assert "accepted" == states(session)[second]


def refuse_always(*targets):
    def decide(server, account, command):
        if command["target"] in targets:
            return {"outcome": "refused", "findings": [{"code": "no", "facts": {}}]}
        return {"outcome": "accepted"}
    return decide


def test_what_rests_on_a_refusal_is_blocked_again_when_what_was_to_mend_it_is_refused_too(session, server, clock):
    server.decide = refuse_always("art_one")
    first = session.do(FollowArtist(), "art_one")
    second = session.do(FollowArtist(), "art_two", after=(first,), undo_s=10)
    session.sync_once()
    again = session.outbox.retry(first)
    assert {first: "refused", again: "waiting", second: "waiting"} == states(session)
    clock.pass_s(11)
    session.sync_once()
    assert {first: "refused", again: "refused", second: "blocked"} == states(session)
    assert (0, 2) == (session.state.waiting, session.state.needs_you)
    assert "blocked" == states(session)[session.outbox.retry(second)]
    server.decide = refuse()
    session.outbox.retry(again)
    session.sync_once()
    assert "accepted" == states(session)[second]


def test_undoing_what_was_to_mend_a_refusal_brings_the_refusal_back(session, server, clock):
    server.decide = refuse_always("art_one")
    first = session.do(FollowArtist(), "art_one")
    second = session.do(FollowArtist(), "art_two", after=(first,), undo_s=10)
    session.sync_once()
    mending = session.do(FollowArtist(), "art_one", replaces=first, undo_s=10)
    assert "waiting" == states(session)[second]
    assert session.undo(mending)
    assert {first: "refused", second: "blocked"} == states(session)
    assert (0, 2) == (session.state.waiting, session.state.needs_you)


def test_a_ground_that_was_mended_stays_so_whatever_mends_it_again(session, server, clock):
    server.decide = refuse("art_one")
    first = session.do(FollowArtist(), "art_one")
    session.sync_once()
    session.do(FollowArtist(), "art_one", replaces=first)
    session.sync_once()
    server.decide = lambda server, account, command: {"outcome": "refused", "findings": [{"code": "nothing_to_replace", "facts": {}}]}
    session.do(FollowArtist(), "art_one", replaces=first)
    session.sync_once()
    server.decide = refuse()
    second = session.do(FollowArtist(), "art_two", after=(first,))
    session.sync_once()
    assert "accepted" == states(session)[second]


def test_what_mends_a_refusal_goes_before_what_rests_on_it_though_all_are_about_one_thing(session, server, clock):
    server.decide = refuse("art_one")
    first = session.do(FollowArtist(), "art_one")
    second = session.do(UnfollowArtist(), "art_one", after=(first,), undo_s=10)
    third = session.do(FollowArtist(), "art_one", after=(second,), undo_s=10)
    session.sync_once()
    assert {first: "refused", second: "blocked", third: "blocked"} == states(session)
    session.outbox.retry(first)
    clock.pass_s(11)
    server.decide = refuse()
    session.sync_once()
    assert ("accepted", "accepted") == (states(session)[second], states(session)[third])


def test_an_edit_made_later_still_waits_for_the_one_before_it(session, server, clock):
    first = session.do(FollowArtist(), "art_one", undo_s=10)
    second = session.do(UnfollowArtist(), "art_one")
    session.sync_once()
    assert {first: "waiting", second: "waiting"} == states(session)
    clock.pass_s(11)
    session.sync_once()
    assert [first, second] == [one["id"] for one in server.decided]


def test_what_must_be_asked_again_waits_not_for_ground_that_failed_meanwhile(session, server, clock):
    """A server that went back in time answers anew, and not as before: what mends a no rests on nothing there any more."""
    server.decide = lambda server, account, command: {"outcome": "refused" if command["target"] == "art_two" else "accepted"} | (
        {"findings": [{"code": "no", "facts": {}}]} if command["target"] == "art_two" else {}
    )
    first = session.do(FollowArtist(), "art_one")
    second = session.do(FollowArtist(), "art_two", after=(first,))
    session.sync_once()
    assert {first: "accepted", second: "refused"} == states(session)
    third = session.do(UnfollowArtist(), "art_two", after=(first,), replaces=second)
    server.answers.clear()
    server.decide = refuse("art_one")
    clock.pass_s(700)
    for _ in range(3):
        session.sync_once()
    assert {first: "refused", third: "blocked"} == {id_: state for id_, state in states(session).items() if id_ != second}
    assert 0 == session.state.waiting
    session.do(FollowArtist(), "art_one", replaces=first)
    for _ in range(3):
        session.sync_once()
    assert "accepted" == states(session)[third]


def test_an_edit_in_between_keeps_nothing_from_being_mended(session, server, clock):
    server.decide = refuse("art_one")
    first = session.do(FollowArtist(), "art_one")
    second = session.do(UnfollowArtist(), "art_one", after=(first,), undo_s=10)
    session.sync_once()
    edit = session.do(FollowArtist(), "art_one", undo_s=10)
    again = session.outbox.retry(first)
    server.decide = refuse()
    clock.pass_s(11)
    session.sync_once()
    assert [again, second, edit] == [one["id"] for one in server.decided][-3:]
    assert 0 == session.state.waiting


def test_what_a_server_accepted_once_and_forgot_is_blocked_as_never_answered(session, server, clock):
    """It was yes before the server went back in time; now its ground is refused, and what the server never heard of may be mended."""
    elsewhere = {("ann", "cmd_made_elsewhere"): ("{}", {"outcome": "accepted"})}
    server.answers |= elsewhere
    first = session.do(FollowArtist(), "art_one")
    second = session.do(FollowArtist(), "art_two", after=(first, "cmd_made_elsewhere"))
    session.sync_once()
    assert {first: "accepted", second: "accepted"} == states(session)
    server.answers.clear()
    server.decide = refuse("art_one")
    for _ in range(3):
        clock.pass_s(700)
        session.sync_once()
    assert {first: "refused", second: "blocked"} == states(session)
    assert session.outbox.entry(second).answered_ms is None
    server.answers |= elsewhere
    session.do(FollowArtist(), "art_one", replaces=first)
    session.sync_once()
    assert "accepted" == states(session)[second]
