"""A recipe of an engine that the server no longer has comes back with the recipe that it becomes."""

from dataclasses import replace

from fanlink import wire
from fanlink.core.recipes import Recipe
from fanlink.server.door import Door


def keep(world, engines):
    """The server begins anew with this folder of engines."""
    world.settings = replace(world.settings, engines=engines)
    world.door = Door(world.database, world.settings)


def test_a_submission_of_a_retired_engine_is_refused_with_the_migrated_recipe_and_a_new_one_replaces_it(world):
    prompt = world.open_prompt()
    old = world.submission(prompt, engine="fanlink-0")
    answer = world.ask("Fay", "submit_remix", "remix-one", old, id="c-old")
    (found,) = answer["findings"]
    assert ("engine_retired", "fanlink-0", ["the_same_decisions"]) == (found["code"], found["facts"]["engine"], found["facts"]["rules"])
    recipe = wire.from_json(Recipe, found["facts"]["migrated"])
    assert replace(wire.from_json(Recipe, old["recipe"]), engine="fanlink-1") == recipe
    again = world.ask("Fay", "submit_remix", "remix-one", old | {"recipe": found["facts"]["migrated"]}, replaces="c-old")
    assert "accepted" == again["outcome"]


def test_a_server_that_keeps_the_previous_engine_takes_its_recipes(world, tmp_path):
    prompt = world.open_prompt()
    (tmp_path / "fanlink-0.toml").write_text('folder = "/somewhere"\n')
    keep(world, str(tmp_path))
    assert "accepted" == world.ask("Fay", "submit_remix", "remix-one", world.submission(prompt, engine="fanlink-0"))["outcome"]


def test_a_remix_that_waits_when_its_engine_is_retired_goes_back_to_its_fan_with_the_migrated_recipe(world, tmp_path):
    prompt = world.open_prompt()
    (tmp_path / "fanlink-0.toml").write_text('folder = "/somewhere"\n')
    keep(world, str(tmp_path))
    world.do("Fay", "submit_remix", "remix-one", world.submission(prompt, engine="fanlink-0"))
    keep(world, "")
    assert 0 == world.render()
    remix = world.remix()
    assert ("changes_requested", ["engine_retired"]) == (remix["state"], remix["steps"][-1]["reasons"])
    document = world.documents(f"person:{world.people['Fay'].id}", "remix")["remix", "remix-one"]
    (found,) = [each for each in document["findings"] if each["rule"] == "engine_retired"]
    data = world.submission(prompt) | {"recipe": found["facts"]["migrated"]}
    world.do("Fay", "submit_remix", "remix-one", data, base_version=remix["version"])
    assert 1 == world.render()
    assert "in_review" == world.remix()["state"]
