"""What a remix sounds like, with its recipe undone: another tempo or key is the same, another arrangement is not."""

import pytest

from fanlink.core import duplicates
from fanlink.core.recipes import Layer, Section, StemUse
from fanlink.remix import files, fingerprints, render
from tests.remix.engine import songs


@pytest.fixture
def heard(song, cache, tmp_path):
    def make(**changes):
        recipe = songs.recipe(song, **changes)
        made = render.render(recipe, song, tmp_path / "heard.wav", cache=cache)
        return fingerprints.of_blocks(files.read_blocks(made.path), made.rate_hz, recipe)

    return make


def test_a_remix_is_known_again_at_another_tempo_and_key_and_with_an_effect_more(heard):
    base = heard()
    assert 1.0 == duplicates.heard_likeness(base, base)
    for changes in ({"tempo_bpm": 121.2}, {"key_shift_semitones": 1}, {"tempo_bpm": 126.0, "key_shift_semitones": -1}):
        assert duplicates.heard_likeness(base, heard(**changes)) > duplicates.NEAR_HEARD


def test_a_remix_is_known_again_when_its_first_bar_is_left_out(heard):
    assert duplicates.heard_likeness(heard(), heard(sections=(Section("verse", 2, 7),))) > duplicates.NEAR_HEARD


def test_another_arrangement_of_the_same_stems_is_another_remix(heard):
    other = heard(
        tempo_bpm=100.0, stems={"vocals": StemUse(-6.0)},
        layers=(Layer("d", "drums", "808", "trap"), Layer("p", "pad", "glass", "pulse")),
        sections=(Section("intro", 5, 4, layers=("p",)), Section("drop", 1, 4, 1, layers=("d", "p"))),
    )  # fmt: skip
    assert duplicates.heard_likeness(heard(), other) < duplicates.NEAR_HEARD


def test_too_little_to_compare_is_no_likeness():
    assert 0.0 == duplicates.heard_likeness("", "") == duplicates.heard_likeness("abcdef01", "abcdef01")
