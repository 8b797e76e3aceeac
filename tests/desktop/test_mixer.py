"""What is heard: exact samples, no gap in a loop, no click in a comparison."""

from __future__ import annotations

import numpy as np
import pytest

from fanlink.desktop.growing import Growing
from fanlink.desktop.mixer import FADE_MS, MATCH_S, Mixer, Voice, loudness_db, matched

RATE = 48_000


def steady(level: int, frames: int = RATE) -> np.ndarray:
    return np.full((frames, 2), level, np.int16)


def ramp(frames: int) -> np.ndarray:
    return np.repeat(np.arange(frames, dtype=np.int16)[:, None], 2, axis=1)


def test_one_voice_comes_out_as_it_went_in() -> None:
    mixer = Mixer(RATE, [Voice("one", ramp(3_000))])
    assert (ramp(3_000)[:1_000] - mixer.read(1_000)).max() <= 1


def test_voices_are_added() -> None:
    mixer = Mixer(RATE, [Voice("one", steady(1_000)), Voice("two", steady(2_000))])
    assert 3_000 == pytest.approx(mixer.read(64)[10, 0], abs=1)


def test_too_much_is_cut_and_does_not_wrap() -> None:
    mixer = Mixer(RATE, [Voice("one", steady(30_000)), Voice("two", steady(30_000))])
    assert 32_767 == mixer.read(64)[0, 0]


def test_a_loop_has_no_gap() -> None:
    mixer = Mixer(RATE, [Voice("one", ramp(1_000))])
    mixer.loop = (100, 200)
    mixer.seek(150)
    heard = mixer.read(250)[:, 0].astype(int)
    wanted = np.concatenate((np.arange(150, 200), np.arange(100, 200), np.arange(100, 200)))
    assert np.abs(wanted - heard).max() <= 1
    assert not mixer.ended


def test_the_end_is_silence_and_is_told() -> None:
    mixer = Mixer(RATE, [Voice("one", steady(5_000, 100))])
    heard = mixer.read(300)
    assert 5_000 == pytest.approx(heard[99, 0], abs=1)
    assert not heard[100:].any()
    assert mixer.ended


def test_swapping_a_and_b_fades_within_ten_milliseconds_and_keeps_the_place() -> None:
    mixer = Mixer(RATE, [Voice("a", steady(8_000), "a"), Voice("b", steady(-8_000), "b")])
    mixer.read(480)
    mixer.hear("b")
    heard = mixer.read(960)[:, 0].astype(int)
    assert 8_000 > heard[0] > 7_000
    assert -8_000 == pytest.approx(heard[RATE * FADE_MS // 1000 + 1], abs=2)
    assert np.abs(np.diff(heard)).max() <= 2 * 8_000 / (RATE * FADE_MS / 1000) + 2
    assert 480 + 960 == mixer.position


def test_a_level_changes_without_a_click() -> None:
    mixer = Mixer(RATE, [Voice("one", steady(10_000))])
    mixer.read(100)
    mixer.set_level("one", 0.0)
    heard = mixer.read(960)[:, 0].astype(int)
    assert np.abs(np.diff(heard)).max() <= 10_000 / (RATE * FADE_MS / 1000) + 2
    assert 0 == heard[-1]


def test_the_louder_side_comes_down_to_the_quieter() -> None:
    gains = matched({"a": [steady(4_000)], "b": [steady(8_000)]})
    assert 1.0 == pytest.approx(gains["a"])
    assert 0.5 == pytest.approx(gains["b"], rel=0.01)


def test_nothing_is_matched_alone_or_with_silence() -> None:
    assert {} == matched({"a": [steady(4_000)]})
    assert max(matched({"a": [steady(4_000)], "b": [steady(0)]}).values()) <= 1.0
    assert -120.0 == loudness_db([])


def test_seeking_stays_inside() -> None:
    mixer = Mixer(RATE, [Voice("one", steady(1, 100))])
    mixer.seek(-5)
    assert 0 == mixer.position
    mixer.seek(10_000)
    assert 100 == mixer.position


def test_a_growing_voice_is_heard_as_far_as_it_is_made_and_then_goes_on() -> None:
    live = Growing(RATE, 4_000)
    live.add(np.full((1_000, 2), 0.25, np.float32))
    mixer = Mixer(RATE, [Voice("mix", live, "b")], "b")
    assert 4_000 == mixer.frames
    heard = mixer.read(1_500)
    assert heard[999, 0]
    assert not heard[1_000:].any()
    assert mixer.waiting
    assert not mixer.ended
    assert 1_000 == mixer.position
    live.add(np.full((2_000, 2), 0.25, np.float32))
    assert mixer.read(500).all()
    assert not mixer.waiting
    live.finish()
    mixer.read(3_000)
    assert mixer.ended
    assert 3_000 == mixer.frames


def test_what_was_not_made_before_a_place_is_waited_for() -> None:
    live = Growing(RATE, 4_000, begin=2_000)
    live.add(np.full((500, 2), 0.25, np.float32))
    mixer = Mixer(RATE, [Voice("mix", live, "b")], "b")
    assert not mixer.read(100).any()
    assert mixer.waiting
    mixer.seek(2_100)
    assert mixer.read(100).all()


def test_the_other_side_can_be_heard_while_one_is_still_made() -> None:
    mixer = Mixer(RATE, [Voice("mix", Growing(RATE, 4_000), "b")], "b")
    mixer.add([Voice("one", steady(8_000), "a")])
    mixer.hear("a")
    assert mixer.read(2_000)[-1, 0]
    assert not mixer.waiting


def test_the_whole_takes_over_at_the_same_place_without_a_click() -> None:
    live = Growing(RATE, RATE)
    live.add(np.full((RATE, 2), 0.25, np.float32))
    mixer = Mixer(RATE, [Voice("mix", live, "b")], "b")
    mixer.read(1_000)
    mixer.replace("mix", steady(8_000))
    heard = mixer.read(2_000)[:, 0].astype(int)
    assert np.abs(np.diff(heard)).max() <= 8_192 / (RATE * FADE_MS / 1000) + 2
    assert 8_000 == heard[-1]
    assert 3_000 == mixer.position
    mixer.replace("mix", steady(9_000))
    assert 2 == len([voice for voice in mixer.voices if voice.gain or voice.group == "b"])


def test_a_match_that_comes_later_is_brought_in_slowly() -> None:
    mixer = Mixer(RATE, [Voice("mix", steady(8_000, 4 * RATE), "b"), Voice("one", steady(8_000, 4 * RATE), "a")], "b")
    mixer.read(480)
    mixer.match({"a": 1.0, "b": 0.5})
    heard = np.concatenate([mixer.read(480) for _block in range(round(MATCH_S * 100))])[:, 0].astype(int)
    assert np.abs(np.diff(heard)).max() < 30
    assert 4_000 == pytest.approx(heard[-1], abs=60)
