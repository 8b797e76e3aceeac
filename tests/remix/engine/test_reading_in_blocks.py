"""A file that is read in blocks holds what it holds when it is read at once."""

import numpy as np
import pytest
import soundfile

from fanlink.remix import files
from tests.remix.engine import songs

VARIABLE = {"compression_level": 0.6, "bitrate_mode": "VARIABLE"}


@pytest.fixture(scope="module", params=["song.mp3", "song.ogg", "song.flac"])
def coded(request, tmp_path_factory):
    """Drums over a melody: quiet frames leave bits for the loud ones behind them."""
    path = tmp_path_factory.mktemp("coded") / request.param
    soundfile.write(path, songs.drums()[:, None] + songs.melody(), songs.RATE_HZ, **(VARIABLE if path.suffix == ".mp3" else {}))
    return path, soundfile.read(path, dtype="float32", always_2d=True)[0]


@pytest.mark.parametrize("block", [1_000, 16_384, files.BLOCK])
def test_blocks_of_any_size_are_the_whole(coded, block):
    path, whole = coded
    assert np.abs(np.concatenate(list(files.read_blocks(path, block))) - whole).max() < 1e-6


@pytest.mark.parametrize("start", [1, 100_001, 300_000])
def test_an_excerpt_is_that_part_of_the_whole(coded, start):
    path, whole = coded
    found = np.concatenate(list(files.read_blocks(path, 4_096, start, 50_000)))
    assert np.abs(found - whole[start : start + 50_000]).max() < 1e-6
