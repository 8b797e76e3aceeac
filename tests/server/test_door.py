"""The write door's promises: one answer for ever, order kept, conflicts told, nothing half done."""

import threading

import pytest

from fanlink.core.commands import KINDS
from fanlink.core.errors import Unavailable
from fanlink.core.people import Artist
from fanlink.server import handlers, policy
from fanlink.server.database import Database, DatabaseAway
from fanlink.server.door import Door
from fanlink.server.envelopes import Envelope, asked
from fanlink.server.writer import Busy, Writer
from tests.server.world import DAY_MS


def codes(answer):
    return [finding["code"] for finding in answer.get("findings", ())]


def test_a_lost_reply_never_does_a_thing_twice(world):
    world.add_artist()
    first = world.ask("Ana", "add_team_member", "artist-ana", {"person": "person-gil-1"}, id="c-one", base_version=1)
    world.clock.pass_days(400)
    assert first == world.ask("Ana", "add_team_member", "artist-ana", {"person": "person-gil-1"}, id="c-one", base_version=1)
    assert ["person-ana-1", "person-gil-1"] == sorted(
        world.door.act(lambda one: one.store.need(Artist, "artist-ana").team, 0)
    )


def test_a_refusal_is_an_answer_too_and_stays(world):
    refused = world.ask("Fay", "follow_artist", "artist-ana", id="c-one")
    assert ["not_found"] == codes(refused)
    world.add_artist()
    assert refused == world.ask("Fay", "follow_artist", "artist-ana", id="c-one")
    assert ["id_reused"] == codes(world.ask("Fay", "follow_artist", "artist-other", id="c-one"))


def test_the_same_id_in_one_batch_is_answered_once(world):
    world.add_artist()
    more = {"id": "c-one"}
    answers = world.batch("Fay", ("follow_artist", "artist-ana", {}, dict(more)), ("follow_artist", "artist-ana", {}, dict(more)))
    assert answers[0] == answers[1] == {"id": "c-one", "outcome": "accepted"}


def test_what_rests_on_a_refused_command_is_blocked_until_it_is_mended(world):
    answers = world.batch(
        "Ana",
        ("add_artist", "artist-x", {"name": " "}, {"id": "c-one"}),
        ("follow_artist", "artist-x", {}, {"id": "c-two", "after": ["c-one"]}),
    )
    assert ["refused", "blocked"] == [answer["outcome"] for answer in answers]
    assert ["dependency_not_accepted"] == codes(answers[1])
    answers = world.batch(
        "Ana",
        ("add_artist", "artist-x", {"name": " "}, {"id": "c-three", "replaces": "c-one"}),
        ("add_artist", "artist-x", {"name": "X"}, {"id": "c-four", "replaces": "c-three"}),
        ("follow_artist", "artist-x", {}, {"id": "c-five", "replaces": "c-two", "after": ["c-one"]}),
    )
    assert ["refused", "accepted", "accepted"] == [answer["outcome"] for answer in answers]
    assert ["nothing_to_replace"] == codes(world.ask("Ana", "follow_artist", "artist-x", replaces="c-four"))


def test_what_rests_on_an_unknown_command_may_be_sent_again(world):
    world.add_artist()
    early = world.ask("Fay", "follow_artist", "artist-ana", id="c-two", after=["c-one"])
    assert ("blocked", ["unknown_dependency"]) == (early["outcome"], codes(early))
    world.do("Fay", "unfollow_artist", "artist-ana", id="c-one")
    assert "accepted" == world.ask("Fay", "follow_artist", "artist-ana", id="c-two", after=["c-one"])["outcome"]
    other = world.ask("Gil", "follow_artist", "artist-ana", after=["c-one"])
    assert ["unknown_dependency"] == codes(other), "another account's commands are not one's own"


def test_an_edit_that_did_not_see_the_newest_version_is_told_what_it_is_now(world):
    world.open_prompt()
    draft = world.document("team:artist-ana", "prompt_draft", "prompt-one")["prompt"]
    data = {"artist": "artist-ana", "track": "track-one", "text": world.text(title="Mine")}
    world.do("Ana", "write_prompt", "prompt-one", data, base_version=draft["version"])
    late = world.ask("Ana", "write_prompt", "prompt-one", data, base_version=draft["version"])
    assert "conflict" == late["outcome"]
    assert (draft["version"] + 1, "Mine") == (late["now"]["version"], late["now"]["draft"]["title"])
    assert "conflict" == world.ask("Ana", "write_prompt", "prompt-one", data)["outcome"]


def test_a_conflict_tells_nothing_to_who_may_not_know(world):
    world.open_prompt()
    data = {"artist": "artist-ana", "track": "track-one", "text": world.text()}
    answer = world.ask("Rival", "write_prompt", "prompt-one", data, base_version=1)
    assert ("refused", ["not_allowed"]) == (answer["outcome"], codes(answer))


def test_a_conflict_tells_a_judge_not_whose_the_entry_is(world):
    prompt, now = world.open_prompt(), world.clock()
    dates = {"opens_ms": now, "closes_ms": now + 7 * DAY_MS, "decides_ms": now + 14 * DAY_MS}
    world.do("Ana", "write_challenge", "challenge-one", {
        "artist": "artist-ana", "prompt": "prompt-one", "title": "Calm week", "about": "", "dates": dates,
        "rubric": [{"name": "mood", "points": 10}], "judges": ["person-ben-1", "person-mo-1"],
    })  # fmt: skip
    world.do("Ana", "schedule_challenge", "challenge-one")
    world.submit(prompt)
    world.do("Fay", "enter_challenge", "entry-one", {"challenge": "challenge-one", "remix": "remix-one"})
    world.clock.pass_days(8)
    world.do("Ben", "score_entry", "entry-one", {"points": {"mood": 9}})
    late = world.ask("Mo", "score_entry", "entry-one", {"points": {"mood": 3}}, base_version=1)
    assert ("conflict", "", 2) == (late["outcome"], late["now"]["fan"], late["now"]["version"])
    assert "person-fay-1" not in str(late)


def test_a_conflict_tells_a_rightsholder_where_a_remix_is_and_not_what_was_written_to_its_fan(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    world.render()
    world.decide("Mo", "remix-one", "request_changes", reasons=["quality"], letter="Between you and me")
    late = world.ask("Ben", "take_down_remix", "remix-one", {"reason": "rights_claim"}, base_version=1)
    assert ("conflict", {"id", "state", "wind_down_ms", "version"}) == (late["outcome"], set(late["now"]))
    assert "changes_requested" == late["now"]["state"] and "Between you and me" not in str(late)
    whole = world.ask("Mo", "take_down_remix", "remix-one", {"reason": "rights_claim"}, base_version=1)
    assert "Between you and me" in str(whole), "moderators see it anyway"


def test_a_new_thing_cannot_take_an_id_that_is_there(world):
    world.add_artist()
    assert ["id_taken"] == world.refused("Rival", "add_artist", "artist-ana", {"name": "Impostor"})
    assert ["not_found"] == world.refused("Rival", "add_artist", "artist-new", {"name": "New"}, base_version=3)


def test_a_decision_names_the_version_that_was_seen(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    world.render()
    case = world.case_of("remix-one")
    assert ["base_version_missing"] == world.refused("Mo", "decide_case", case["id"], {"outcome": "approve"})


def test_a_refused_command_leaves_no_trace_beside_accepted_ones(world):
    world.add_artist()
    before = {row.scope: row.seq for row in world.changes("team:artist-ana")}
    answers = world.batch(
        "Ana",
        ("add_team_member", "artist-ana", {"person": "person-gil-1"}, {}),
        ("declare_stakes", "track-none", {"stakes": []}, {}),
        ("write_prompt", "prompt-bad", {"artist": "artist-ana", "track": "track-none", "text": world.text()}, {}),
        ("follow_artist", "artist-ana", {}, {}),
    )
    assert ["accepted", "refused", "refused", "accepted"] == [answer["outcome"] for answer in answers]
    assert before == {row.scope: row.seq for row in world.changes("team:artist-ana")}
    assert ["artist-ana"] == world.document("person:person-gil-1", "account", "person-gil-1")["teams"]


def test_every_command_kind_has_a_handler_and_a_policy():
    assert set(KINDS) == set(handlers.HANDLERS) == set(policy.COMMANDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_role_but_those_of_the_policy_may_ask(kind, matrix_world):
    wanted = policy.COMMANDS[kind]
    for who, added in matrix_world.people.items():
        answer = matrix_world.ask(who, kind, "2026-11", {})
        if wanted.roles and not set(wanted.roles) & set(added.roles):
            assert ["not_allowed"] == codes(answer), who
        else:
            assert "not_allowed" not in codes(answer) or wanted.ties, who


@pytest.fixture
def matrix_world(request, tmp_path, clock, migrated_file):
    """One database is enough here: roles are looked at before any row is."""
    import shutil

    from fanlink.server.database import sqlite_url
    from tests.server.world import World

    path = tmp_path / "server.db"
    shutil.copy(migrated_file, path)
    made = World(sqlite_url(path), tmp_path / "assets", clock)
    yield made
    made.close()


def test_nobody_acts_for_an_artist_party_or_fan_that_is_not_theirs(world):
    prompt = world.publish()
    world.do("Rival", "add_artist", "artist-rival", {"name": "Rival"})
    name, version = world.consent("Ben")
    text = {"artist": "artist-ana", "track": "track-one", "text": world.text()}
    dates = {"opens_ms": 0, "closes_ms": DAY_MS, "decides_ms": DAY_MS}
    challenge = {"artist": "artist-ana", "prompt": "prompt-one", "title": "x", "about": "", "dates": dates, "rubric": [], "judges": []}
    data = world.submission(prompt, 2)
    strangers = (
        ("Rival", "write_prompt", "prompt-one", text), ("Rival", "pause_prompt", "prompt-one", {}),
        ("Rival", "add_team_member", "artist-ana", {"person": "person-rival-1"}),
        ("Rival", "declare_stakes", "track-one", {"stakes": []}), ("Rival", "thank_fan", "remix-one", {"text": "hm"}),
        ("Rival", "write_challenge", "challenge-x", challenge), ("Rival", "take_down_remix", "remix-one", {"reason": "x"}),
        ("Cleo", "withdraw_consent", name, {}), ("Rival", "withdraw_consent", name, {}),
        ("Cleo", "withdraw_catalogue", "artist-ana", {"party": world.people["Ben"].party}),
        ("Cleo", "sign_template", "split-one", {"party": world.people["Ben"].party}),
        ("Rival", "propose_template", "split-x", {"track": "track-one", "tree": {}}),
        ("Cleo", "give_mandate", "mandate-x", {"principal": world.people["Ben"].party, "agent": world.people["Cleo"].party, "begins": "2026-01-01"}),
        ("Gil", "withdraw_remix", "remix-one", {}), ("Gil", "submit_remix", "remix-one", data),
        ("Gil", "appeal_remix", "remix-one", {"text": "hm"}),
        ("Gil", "enter_challenge", "entry-x", {"challenge": "challenge-x", "remix": "remix-one"}),
    )  # fmt: skip
    for who, kind, target, data in strangers:
        answer = world.ask(who, kind, target, data)
        assert set(codes(answer)) & {"not_allowed", "not_found"}, (who, kind, answer)
    assert version == world.consent("Ben")[1]


def test_a_moderator_never_decides_their_own_case(world):
    world.add("Double", ["moderator", "fan"])
    prompt = world.open_prompt()
    world.submit(prompt, who="Double")
    world.render()
    assert ["own_case"] == codes(world.decide("Double", "remix-one", "approve"))
    case = world.case_of("remix-one")
    assert ["own_case"] == world.refused("Double", "claim_case", case["id"])


def test_many_callers_at_once_are_committed_together_with_separate_answers(world):
    world.add_artist()
    writer = Writer(world.door, world.clock)
    futures = [
        writer.answer(
            world.people["Fay"].id,
            [asked(Envelope(id=f"c-many-{number}", kind="follow_artist", target="artist-ana" if number % 3 else "artist-no", data={}))],
        )
        for number in range(60)
    ]
    outcomes = [future.result()[0]["outcome"] for future in futures]
    writer.close()
    assert ["accepted" if number % 3 else "refused" for number in range(60)] == outcomes
    with pytest.raises(Busy):
        writer.answer(world.people["Fay"].id, [])


def test_a_bug_in_one_request_does_not_take_its_neighbours_with_it(world, monkeypatch):
    world.add_artist()

    def broken(asked, data):
        raise ZeroDivisionError

    monkeypatch.setitem(handlers.HANDLERS, "unfollow_artist", broken)
    from fanlink.server.door import Request

    def request(name, kind):
        return Request(world.people["Fay"].id, [asked(Envelope(id=name, kind=kind, target="artist-ana", data={}))])

    group = [request("c-good", "follow_artist"), request("c-bad", "unfollow_artist"), request("c-more", "follow_artist")]
    world.door.answer_together(group, world.clock())
    assert ["accepted", "accepted"] == [one.result[0]["outcome"] for one in (group[0], group[2])]
    assert isinstance(group[1].error, ZeroDivisionError)


def test_thirty_two_racers_with_one_id_get_one_answer(world, database_url):
    world.add_artist()
    doors = [Door(Database(database_url), world.settings) for _ in range(4)]
    answers, fay = [], world.people["Fay"].id

    def race(door):
        for _ in range(8):
            answers.append(door.answer(fay, [asked(Envelope(id="c-race", kind="follow_artist", target="artist-ana", data={}))], 5))

    threads = [threading.Thread(target=race, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for door in doors:
        door.database.close()
    assert [[{"id": "c-race", "outcome": "accepted"}]] * 32 == answers
    with world.database.reading() as connection:
        from sqlalchemy import select

        from fanlink.server import tables

        lines = connection.execute(select(tables.audit).where(tables.audit.c.command == "c-race")).all()
    assert 1 == len(lines)


def test_a_database_that_is_away_is_said_so_and_nothing_is_lost(world, monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def away():
        raise DatabaseAway("the disk is full")
        yield

    monkeypatch.setattr(world.database, "writing", away)
    with pytest.raises(Unavailable):
        world.ask("Fay", "follow_artist", "artist-ana", id="c-one")
    monkeypatch.undo()
    world.add_artist()
    assert "accepted" == world.ask("Fay", "follow_artist", "artist-ana", id="c-one")["outcome"]
