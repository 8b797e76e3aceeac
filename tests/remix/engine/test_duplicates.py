"""Remixes that are nearly the same are found by their recipes."""

from dataclasses import replace

from fanlink.core import duplicates
from fanlink.core.recipes import Effect, Layer, Section, StemUse
from tests.remix.engine import songs


def remix(song, **changes):
    layers = (Layer("d", "drums", "lofi", "boom-bap"), Layer("p", "pad", "warm", "sustain"))
    sections = (Section("intro", 1, 2, layers=("p",)), Section("chorus", 3, 6, layers=("d", "p")))
    plain = songs.recipe(song, tempo_bpm=90.0, layers=layers, sections=sections, stems={"vocals": StemUse(), "bass": StemUse()})
    return replace(plain, **changes)


def test_other_words_and_another_seed_are_the_same_remix(song):
    assert 1.0 == duplicates.likeness(remix(song), remix(song, words="mine!", seed=77, slots={"a": "b"}))


def test_small_changes_stay_near_and_large_ones_do_not(song):
    base = remix(song)
    small = remix(song, tempo_bpm=91.0, stems={"vocals": StemUse(-1.0), "bass": StemUse(effects=(Effect("saturation"),))})
    other = remix(song, tempo_bpm=128.0, layers=(Layer("d", "drums", "909", "four-on-the-floor"),), sections=(Section("drop", 1, 8, layers=("d",)),))
    found = duplicates.near(base, [("small", small), ("other", other), ("same", base)])
    assert ["same", "small"] == [each.name for each in found]
    assert duplicates.likeness(base, other) < 0.8
    assert duplicates.likeness(base, other) == duplicates.likeness(other, base)
