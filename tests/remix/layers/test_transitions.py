"""Risers that rise and drops that fall."""

from __future__ import annotations

import numpy as np
import pytest

from fanlink.remix import layers

RATE = 44_100
SONG = layers.Song(RATE, 120.0, 4, "C minor", 0, 0.0, 2)


def brightness_hz(sound: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(sound.mean(axis=1)))
    return float(np.sum(np.fft.rfftfreq(len(sound), 1 / RATE) * spectrum) / np.sum(spectrum))


def loud(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound**2)))


def test_a_riser_fills_its_beats_and_ends_at_its_loudest_and_brightest() -> None:
    sound = layers.transition("riser", SONG, 8.0, -14.0)
    assert len(sound) == SONG.frame(8.0)
    quarter = len(sound) // 4
    levels = [loud(sound[i * quarter : (i + 1) * quarter]) for i in range(4)]
    assert levels == sorted(levels) and levels[3] > 6 * levels[0]
    assert brightness_hz(sound[-quarter:]) > 1.5 * brightness_hz(sound[:quarter])


def test_a_drop_hits_at_once_and_dies() -> None:
    sound = layers.transition("drop", SONG, 8.0, -10.0)
    assert np.abs(sound[: RATE // 10]).max() == pytest.approx(10 ** (-10 / 20), rel=0.3)
    assert loud(sound[:RATE]) > 5 * loud(sound[3 * RATE : 4 * RATE])
    assert len(sound) > SONG.frame(8.0)


@pytest.mark.parametrize("name", ["riser", "drop"])
@pytest.mark.parametrize("beats", [1.0, 4.0, 16.0])
def test_transitions_keep_their_level_and_do_not_click(name: str, beats: float) -> None:
    sound = layers.transition(name, SONG, beats, -12.0)
    assert np.abs(sound).max() == pytest.approx(10 ** (-12 / 20), rel=1e-4)
    assert np.abs(sound[0]).max() < 1e-3 and np.abs(sound[-1]).max() < 2e-3
    assert np.abs(sound.mean(axis=0)).max() < 1e-3
    assert np.array_equal(sound, layers.transition(name, SONG, beats, -12.0))
