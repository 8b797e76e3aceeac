"""One small song and one cache for all tests of the engine."""

import pytest

from fanlink.remix import tracks
from tests.remix.engine import songs


@pytest.fixture(scope="session")
def song_folder(tmp_path_factory):
    return songs.whole_song(tmp_path_factory.mktemp("songs") / "song")


@pytest.fixture(scope="session")
def song(song_folder):
    return tracks.load(song_folder)


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")
