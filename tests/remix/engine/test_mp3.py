"""An MP3 is as loud as the lossless file and keeps its ceiling when it is decoded, whatever the rate of the stems."""

import pytest

from fanlink.core.recipes import StemUse
from fanlink.remix import files, render, tracks
from tests.remix.engine import songs


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050, 32_000, 48_000, 96_000])
def test_an_mp3_of_any_rate_is_at_its_loudness_and_under_its_ceiling(rate_hz, tmp_path):
    stems = {"drums": (songs.drums(rate_hz), rate_hz), "bass": (songs.tone(110.0, rate_hz), rate_hz), "vocals": (songs.melody(rate_hz), rate_hz)}
    track = tracks.load(songs.write_track(tmp_path / "song", stems))
    recipe = songs.recipe(track, stems={"drums": StemUse(6.0), "bass": StemUse(-6.0), "vocals": StemUse(-6.0)})
    done = render.render(recipe, track, tmp_path / "out.mp3", cache=tmp_path / "cache")
    assert (rate_hz if rate_hz <= 48_000 else 48_000) == done.rate_hz == songs.read(tmp_path / "out.mp3")[1]
    loudness, peak = files.levels(tmp_path / "out.mp3")
    assert pytest.approx(-14.0, abs=0.3) == loudness
    assert peak <= -1.0
    kbps = max(files.mp3_bit_rates(tmp_path / "out.mp3"))
    assert {8_000: 64, 16_000: 160, 22_050: 160}.get(rate_hz, 256) == kbps
