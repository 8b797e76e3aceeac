"""The feed: numbers that only grow, nothing lost between crossing writers, scopes that are joined and left."""

import threading

from fanlink.server import due, feed
from fanlink.server.database import Database
from fanlink.server.door import Door
from fanlink.server.envelopes import Envelope, asked
from tests.server.world import DAY_MS


def test_a_reader_misses_nothing_while_writers_cross(world, database_url):
    world.add_artist()
    stop, missed, seen, last = threading.Event(), [], {}, [0]
    readers = Database(database_url)

    def read():
        while not stop.is_set():
            with readers.reading() as connection:
                for row in feed.page(connection, "public", last[0], 1000):
                    if row.seq <= last[0]:
                        missed.append(row.seq)
                    seen[row.kind, row.id] = row.version
                    last[0] = row.seq

    def write(number):
        door = Door(Database(database_url), world.settings)
        for place in range(12):
            command = Envelope(id=f"c-{number}-{place}", kind="add_artist", target=f"artist-{number}-{place}", data={"name": "x"})
            door.answer(world.people["Ana"].id, [asked(command)], 5)
        door.database.close()

    reader = threading.Thread(target=read)
    reader.start()
    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    while last[0] < 37:
        pass
    stop.set()
    reader.join()
    readers.close()
    assert ([], 37) == (missed, len(seen))


def test_a_document_keeps_its_number_until_it_changes(world):
    world.open_prompt()
    before = {(row.kind, row.id): row.seq for row in world.changes("public")}
    world.do("Fay", "follow_artist", "artist-ana")
    world.add("Zed", ["fan"])
    assert before == {(row.kind, row.id): row.seq for row in world.changes("public")}


def test_what_is_no_longer_shown_becomes_a_tombstone(world):
    world.open_prompt()
    world.do("Ana", "close_prompt", "prompt-one")
    (row,) = [row for row in world.changes("public") if row.kind == "prompt"]
    assert (1, "null") == (row.deleted, row.data)


def test_joining_a_team_brings_its_scope_and_leaving_takes_it_away(world):
    from fanlink.core.people import scopes_of

    def scopes():
        return world.door.act(lambda one: scopes_of(one.store.actor("person-gil-1")), 0)

    world.add_artist()
    assert "team:artist-ana" not in scopes()
    world.do("Ana", "add_team_member", "artist-ana", {"person": "person-gil-1"})
    assert {"team:artist-ana", "artist:artist-ana"} <= set(scopes())
    assert ["artist-ana"] == world.document("person:person-gil-1", "account", "person-gil-1")["teams"]
    world.do("Ana", "remove_team_member", "artist-ana", {"person": "person-gil-1"})
    assert "team:artist-ana" not in scopes()
    assert ["last_team_member"] == world.refused("Ana", "remove_team_member", "artist-ana", {"person": "person-ana-1"})


def test_old_tombstones_are_forgotten_and_old_cursors_sent_to_the_snapshot(world):
    world.open_prompt()
    world.do("Ana", "close_prompt", "prompt-one")
    world.clock.pass_days(91)
    assert world.door.act(due.is_due, world.clock())
    world.fall_due()
    assert [] == [row for row in world.changes("public") if row.deleted]
    with world.database.reading() as connection:
        (scope,) = feed.heads(connection, ("public",))
    assert 0 < scope.floor <= scope.head
    assert not world.door.act(due.is_due, world.clock() + DAY_MS)


def test_a_document_is_written_for_nobody_whom_it_is_not_for(world):
    prompt = world.publish()
    world.submit(prompt, "remix-two", "Gil", seed=2)
    world.render()
    rows = {}
    with world.database.reading() as connection:
        from sqlalchemy import select

        from fanlink.server import tables

        for row in connection.execute(select(tables.documents)):
            rows.setdefault(row.kind, set()).add(row.scope)
    ben, cleo = (f"party:{world.people[who].party}" for who in ("Ben", "Cleo"))
    assert {"moderators"} == rows["case"]
    assert {"person:person-fay-1", "person:person-gil-1"} == rows["remix"]
    assert {"team:artist-ana"} == rows["submission"] == rows["prompt_draft"]
    assert {"artist:artist-ana"} == rows["published"]
    assert {ben, cleo} == rows["consent"]
    assert {ben, cleo, "team:artist-ana"} == rows["template"] == rows["track"]
