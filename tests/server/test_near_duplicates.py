"""A moderator sees which other remixes of the track a new one is nearly the same as."""

from dataclasses import replace

from fanlink.core.recipes import Layer, Section, StemUse
from tests.server import renderer

DIFFERENT = {
    "stems": {"vocals": StemUse()},
    "layers": (Layer("d", "drums", "909", "four-on-the-floor"), Layer("b", "bass", "saw", "offbeat")),
    "sections": (Section("drop", 2, 8, 2, layers=("d", "b")), Section("break", 1, 4)),
}


def sounding(*fingerprints):
    """A renderer whose remixes sound as said, one after the other."""
    left = list(fingerprints)

    def render(*asked):
        return replace(renderer.render(*asked), fingerprint=left.pop(0))

    return render


def near_of(world, remix):
    case = next(data for data in world.documents("moderators", "case").values() if data["remix"]["id"] == remix)
    return [found for found in case["findings"] if found["rule"] == "near_duplicate"]


def test_a_remix_with_trifles_changed_is_shown_beside_the_one_that_was_there(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    world.render()
    world.do("Gil", "submit_remix", "remix-two", world.submission(prompt, 5, tempo_bpm=111.0, key_shift_semitones=1))
    world.render()
    (found,) = near_of(world, "remix-two")
    assert ("warning", ["remix-one"], [0]) == (found["severity"], found["facts"]["remixes"], found["facts"]["sound_percent"])
    assert found["facts"]["recipe_percent"][0] > 95
    assert [] == near_of(world, "remix-one"), "the first one was there before"


def test_the_same_sound_by_another_recipe_is_shown_and_another_sound_is_not(world):
    prompt = world.open_prompt()
    world.submit(prompt)
    other = world.submission(prompt, 9, tempo_bpm=92.0, **DIFFERENT)
    third = world.submission(prompt, 8, tempo_bpm=129.0, **DIFFERENT)
    sound, noise = "0123456789abcdef" * 40, "f0e1d2c3b4a59687" * 40
    world.render(sounding(sound))
    world.do("Gil", "submit_remix", "remix-two", other)
    world.render(sounding(sound))
    (found,) = near_of(world, "remix-two")
    assert (["remix-one"], [100]) == (found["facts"]["remixes"], found["facts"]["sound_percent"])
    world.do("Gil", "withdraw_remix", "remix-two")
    world.do("Gil", "submit_remix", "remix-three", third)
    world.render(sounding(noise))
    assert [] == near_of(world, "remix-three"), "neither its recipe nor its sound is near, and what was withdrawn does not count"
