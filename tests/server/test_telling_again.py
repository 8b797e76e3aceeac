"""A home from before splits were told: once its server has started, what is public there shows its split and takes submissions."""

import time

from sqlalchemy import func, inspect, select

from fanlink.core import lineage
from fanlink.server import schema, tables, telling_again
from tests.server import older
from tests.server.site import Site
from tests.server.test_sheets import publish_nested, seen, submit_on


def an_older_home(world):
    prompt = publish_nested(world)
    with world.database.writing() as connection:
        older.before_the_seventh(connection)
        older.without_splits(connection)
    schema.prepare(world.database)
    return prompt


def split_of(world, prompt):
    return world.document("public", "prompt", prompt["id"]).get("split")


def heads(world):
    with world.database.reading() as connection:
        return connection.execute(select(func.count()).select_from(tables.to_tell_again)).scalar()


def test_an_older_home_simply_works_once_its_server_has_started(world, database_url, clock):
    prompt = publish_nested(world)
    told = split_of(world, prompt), seen(world, prompt)
    with world.database.writing() as connection:
        older.before_the_seventh(connection)
        older.without_splits(connection)
    schema.prepare(world.database)
    assert (None, 2) == (split_of(world, prompt), heads(world))
    site = Site(database_url, world.settings.assets, clock, None)
    deadline = time.monotonic() + 60
    while heads(world) and time.monotonic() < deadline:
        time.sleep(0.02)
    site.close()
    assert told == (split_of(world, prompt), seen(world, prompt))
    assert "accepted" == submit_on(world, prompt, agreed=lineage.agreed(seen(world, prompt)))["outcome"]
    with world.database.reading() as connection:
        assert {"holds_remix"} <= {index["name"] for index in inspect(connection).get_indexes("holds")}


def test_it_is_told_some_at_a_time_and_gone_on_with_by_whoever_comes_next(world, monkeypatch):
    monkeypatch.setattr(telling_again, "AT_ONCE", 1)
    prompt = an_older_home(world)

    def act(write):
        return world.door.act(write, world.clock())

    assert telling_again.step(world.database, act) and 1 == heads(world)
    assert split_of(world, prompt)
    assert telling_again.step(world.database, act) and 0 == heads(world)
    assert not telling_again.step(world.database, act)
    before = world.scope_digest("public")
    with world.database.writing() as connection:
        connection.execute(tables.to_tell_again.insert().values(kind="prompt", id=prompt["id"]))
    assert telling_again.step(world.database, act)
    assert before == world.scope_digest("public")  # what is the same keeps its number
