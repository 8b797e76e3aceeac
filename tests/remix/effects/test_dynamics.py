"""What moves the level, and when."""

from __future__ import annotations

import numpy as np
import pytest

from fanlink.core.recipes import Effect
from fanlink.remix import effects

RATE = 44_100


def steady(seconds: float, level: float = 0.5) -> effects.Samples:
    return np.full((int(seconds * RATE), 2), level, np.float32)


def through(name: str, sound: effects.Samples, kicks: tuple[float, ...] = (), tempo: float = 120.0, **settings: float) -> effects.Samples:
    return effects.build(Effect(name, settings), effects.Context(RATE, tempo, 4, 3, kicks)).process(sound, 0)


def db(ratio: float) -> float:
    return float(20 * np.log10(abs(ratio)))


def test_the_compressor_holds_what_is_above_its_threshold_by_its_ratio() -> None:
    loud = through("compressor", steady(1.0, 0.5), threshold_db=-18, ratio=4)
    above_db = db(0.5) + 18
    assert db(loud[-1, 0] / 0.5) == pytest.approx(-above_db * 0.75, abs=0.1)
    quiet = through("compressor", steady(1.0, 0.05), threshold_db=-18, ratio=4)
    assert db(quiet[-1, 0] / 0.05) == pytest.approx(0.0, abs=0.05)


def test_the_compressor_attacks_and_releases_in_its_times() -> None:
    sound = np.concatenate([steady(0.5, 0.7), steady(1.0, 0.05)])
    gain = through("compressor", sound, threshold_db=-20, ratio=10, attack_ms=20, release_ms=200)[:, 0] / sound[:, 0]
    end_db = db(gain[RATE // 2 - 1])
    attack = np.argmax(20 * np.log10(gain) < end_db * 0.632) / RATE
    assert attack == pytest.approx(0.020, abs=0.004)
    release = np.argmax(20 * np.log10(gain[RATE // 2 :]) > end_db * 0.368) / RATE
    assert release == pytest.approx(0.200, abs=0.01)


def test_the_sidechain_ducks_on_every_kick_and_only_there() -> None:
    out = through("sidechain", steady(2.0), kicks=(0.0, 1.0, 2.5), depth_db=12, release_beats=0.5)[:, 0] / 0.5
    for beat in (0.0, 1.0, 2.5):
        at = int(beat * RATE / 2)
        assert db(out[at : at + 600].min()) == pytest.approx(-12, abs=0.1)
    assert out[int(1.9 * RATE / 2)] == pytest.approx(1.0, abs=1e-3)
    assert out[int(3.4 * RATE / 2)] == pytest.approx(1.0, abs=1e-3)


def test_the_sidechain_follows_the_beat_when_no_kicks_are_known() -> None:
    out = through("sidechain", steady(2.0), depth_db=6, release_beats=0.5)[:, 0] / 0.5
    lows = [db(out[beat * RATE // 2 : beat * RATE // 2 + 600].min()) for beat in range(4)]
    assert lows == pytest.approx([-6.0] * 4, abs=0.1)


def test_ducking_makes_no_step_a_click_could_come_from() -> None:
    out = through("sidechain", steady(2.0), depth_db=24, release_beats=0.125)[:, 0]
    assert np.max(np.abs(np.diff(out))) < 0.01


def test_echoes_come_in_note_values_and_grow_quieter() -> None:
    click = np.zeros((3 * RATE, 2), np.float32)
    click[0] = 1.0
    out = np.abs(through("echo", click, note_beats=0.75, feedback=0.5, mix=0.5, damping=0.0, spread=0.0)).max(axis=1)
    step = round(0.75 * RATE / 2)
    peaks = [out[step * n - 20 : step * n + 60].max() for n in (1, 2, 3, 4)]
    assert all(later < 0.62 * sooner for sooner, later in zip(peaks, peaks[1:], strict=False))
    for n in (1, 2, 3):
        at = step * n - 20 + int(np.argmax(out[step * n - 20 : step * n + 60]))
        assert abs(at - step * n) < 0.002 * RATE


def test_a_ping_pong_echo_changes_sides() -> None:
    click = np.zeros((2 * RATE, 2), np.float32)
    click[0] = 1.0
    out = np.abs(through("echo", click, note_beats=0.5, feedback=0.6, mix=0.5, spread=1.0))
    step = RATE // 4
    sides = [np.argmax(out[step * n : step * n + 200].max(axis=0)) for n in (1, 2, 3, 4)]
    assert sides == [0, 1, 0, 1]


def test_tremolo_is_loudest_on_the_beat() -> None:
    out = through("tremolo", steady(1.0), depth=1.0, note_beats=1.0)[:, 0] / 0.5
    assert out[RATE // 2] == pytest.approx(1.0, abs=1e-3)
    assert out[RATE // 4] == pytest.approx(0.0, abs=1e-3)


def test_autopan_is_as_loud_everywhere() -> None:
    out = through("autopan", steady(2.0), depth=1.0, note_beats=2.0)
    assert np.allclose(np.sqrt(np.sum(out**2, axis=1)), 0.5 * np.sqrt(2), atol=1e-4)
    assert out[:, 0].min() < 0.01 < 0.69 < out[:, 0].max()
