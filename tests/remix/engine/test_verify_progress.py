"""A proof tells how far it is and how long it takes, also while it compares, and stops when it is asked to."""

import pytest
import soundfile

from fanlink.core.errors import Stopped
from fanlink.remix import render, verify
from tests.remix.engine import songs


@pytest.fixture(scope="module")
def coded(song, cache, tmp_path_factory):
    """A recipe, and its render as an OGG and an MP3."""
    recipe, folder = songs.recipe(song), tmp_path_factory.mktemp("coded")
    render.render(recipe, song, folder / "a.wav", cache=cache)
    samples, rate_hz = songs.read(folder / "a.wav")
    for name in ("a.ogg", "a.mp3"):
        soundfile.write(folder / name, samples, rate_hz)
    return recipe, folder


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.ogg"])
def test_progress_rises_from_rendering_to_comparing_with_the_time_that_remains(coded, song, cache, name):
    told = []
    assert verify.verify(coded[0], song, coded[1] / name, told.append, cache=cache).match
    shares = [each.share for each in told]
    assert shares == sorted(shares)
    assert 1.0 == shares[-1]
    assert all(each.remaining_s is not None and each.remaining_s >= 0 for each in told)
    stages = {each.stage for each in told}
    assert "render again" in stages
    assert ({"compare noise", "code again"} if name == "a.ogg" else {"compare", "compare steps", "render again"}) & stages


@pytest.mark.parametrize("stage", ["render again", pytest.param("code again", marks=pytest.mark.proof), "compare noise"])
def test_it_stops_wherever_it_is(coded, song, cache, stage):
    told = []
    with pytest.raises(Stopped):
        verify.verify(coded[0], song, coded[1] / "a.ogg", told.append, lambda: any(stage == each.stage for each in told), cache=cache)
    assert stage == told[-1].stage
