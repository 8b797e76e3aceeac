"""The drummer: on the grid, in the groove, each kit its own."""

from __future__ import annotations

import numpy as np
import pytest

from fanlink.core.recipes import Layer
from fanlink.core.vocabulary import DRUM_KITS, PATTERNS
from fanlink.remix import layers
from fanlink.remix.layers import drums
from fanlink.remix.layers.grooves import FILLS, GROOVES

RATE = 44_100


def song(swing: float = 0.0, tempo: float = 100.0, beats_per_bar: int = 4, seed: int = 1) -> layers.Song:
    return layers.Song(RATE, tempo, beats_per_bar, "A minor", 0, swing, seed)


def layer(kit: str, pattern: str) -> Layer:
    return Layer("d", "drums", kit, pattern)


def rise_frame(sound: np.ndarray) -> int:
    """Where the sound first reaches a quarter of its peak."""
    heights = np.abs(sound).max(axis=1)
    return int(np.argmax(heights > 0.25 * heights.max()))


def test_every_pattern_of_the_vocabulary_is_written_and_no_other() -> None:
    assert set(PATTERNS["drums"]) == set(GROOVES)
    for groove in GROOVES.values():
        assert groove.fill in FILLS
        for rows in groove.rows.values():
            assert {len(row) for row in rows.split()} == {4 * groove.steps_per_beat}


def test_no_two_patterns_have_the_same_kick_and_snare() -> None:
    seen = {}
    for name in GROOVES:
        hits = drums.hits(name, song(), 0, 16, "straight")
        seen[name] = tuple((round(h.beat, 2), h.voice) for h in hits if h.voice in ("kick", "snare", "clap", "rim", "ride") and h.strength > 0.5)
    assert len(set(seen.values())) == len(seen)


@pytest.mark.parametrize("kit", DRUM_KITS)
def test_every_stroke_speaks_within_two_milliseconds(kit: str) -> None:
    for voice in ("kick", "snare", "rim", "clap", "hat", "open", "low", "high"):
        assert rise_frame(drums.stroke(kit, voice, 0, False, RATE)) <= 0.002 * RATE, voice


@pytest.mark.parametrize("kit", DRUM_KITS)
def test_what_is_heard_begins_on_the_grid(kit: str) -> None:
    sound = layers.render(layer(kit, "half-time"), song(), 0.0, 4.0)
    heights = np.abs(sound).max(axis=1)
    for hit in drums.hits("half-time", song(), 0.0, 4.0, "straight"):
        if hit.voice == "snare":
            at = song().frame(hit.beat)
            before, after = heights[at - 400 : at].max(), heights[at : at + round(0.004 * RATE)].max()
            assert after > 2.0 * before
            assert rise_frame(sound[at - 100 : at + 600]) - 100 == pytest.approx(0, abs=0.002 * RATE + 53)


def test_kits_differ_clearly() -> None:
    def colour(kit: str) -> np.ndarray:
        sound = layers.render(layer(kit, "rock"), song(), 0.0, 8.0)[: 8 * 26_460].mean(axis=1)
        spectrum = np.abs(np.fft.rfft(sound)) ** 2
        bands = np.geomspace(35, 16_000, 25)
        hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
        return np.array([10 * np.log10(spectrum[(hertz >= a) & (hertz < b)].mean()) for a, b in zip(bands, bands[1:], strict=False)])

    colours = {kit: colour(kit) for kit in DRUM_KITS}
    colours = {kit: bands - bands.mean() for kit, bands in colours.items()}
    closest = min(np.sqrt(np.mean((colours[a] - colours[b]) ** 2)) for a in DRUM_KITS for b in DRUM_KITS if a < b)
    assert closest > 3.5


def test_swing_moves_every_second_sixteenth_and_no_beat() -> None:
    straight, swung = song(), song(1.0)
    for beat in (0.0, 0.5, 1.0, 7.5):
        assert swung.swung(beat) == pytest.approx(beat)
    assert swung.swung(0.25) == pytest.approx(1 / 3)
    assert song(0.5).swung(2.75) == pytest.approx(2.5 + 0.25 + 1 / 24)
    assert straight.swung(0.25) == pytest.approx(0.25)


def test_half_time_halves_the_backbeat_and_keeps_the_hats() -> None:
    straight, half, double = (drums.hits("rock", song(), 0, 16, feel) for feel in ("straight", "half-time", "double-time"))

    def count(hits: list[drums.Hit], voice: str) -> int:
        return sum(hit.voice == voice for hit in hits)

    assert [count(hits, "snare") for hits in (straight, half, double)] == [8, 4, 16]
    assert {hit.beat % 4 for hit in half if hit.voice == "snare"} == {2.0}
    assert count(straight, "hat") == count(half, "hat") == count(double, "hat")


@pytest.mark.parametrize("pattern", PATTERNS["drums"])
@pytest.mark.parametrize("feel", ["straight", "half-time", "double-time"])
def test_bars_asked_for_one_by_one_are_the_bars_of_the_whole(pattern: str, feel: str) -> None:
    whole = drums.hits(pattern, song(0.4), 0, 16, feel)
    bars = [hit for bar in range(4) for hit in drums.hits(pattern, song(0.4), 4 * bar, 4, feel)]
    assert whole == sorted(bars)
    assert whole and whole[0].beat >= 0 and whole[-1].beat < 16


def test_a_fill_ends_the_span_and_leaves_what_comes_before() -> None:
    plain, filled = drums.hits("rock", song(), 8, 8, "straight"), drums.hits("rock", song(), 8, 8, "straight", fill=True)
    assert [h for h in plain if h.beat < 12] == [h for h in filled if h.beat < 12]
    assert [h for h in plain if h.beat >= 12] != [h for h in filled if h.beat >= 12]
    assert max(h.beat for h in filled) < 16


def test_every_kit_plays_every_pattern_in_every_meter() -> None:
    for beats_per_bar in (3, 5, 6, 7):
        for pattern in PATTERNS["drums"]:
            found = drums.hits(pattern, song(0.3, beats_per_bar=beats_per_bar), 0, 2 * beats_per_bar, "straight", fill=True)
            assert all(0 <= hit.beat < 2 * beats_per_bar for hit in found)
    for kit in DRUM_KITS:
        for voice in ("kick", "snare", "rim", "clap", "ghost", "hat", "open", "pedal", "ride", "crash", "low", "mid", "high", "shaker", "conga", "slap", "cowbell", "tambourine"):
            sound = drums.stroke(kit, voice, 1, True, RATE)
            assert np.all(np.isfinite(sound)) and np.abs(sound).max() > 0.01
            assert np.abs(sound[-1]).max() < 1e-3


def test_the_sidechain_is_told_where_the_kicks_are() -> None:
    assert layers.kick_beats(layer("909", "four-on-the-floor"), song(), 4, 4) == (4.0, 5.0, 6.0, 7.0)
    assert layers.kick_beats(Layer("b", "bass", "sub", "root"), song(), 0, 4) == ()


def test_the_next_stroke_closes_an_open_hat() -> None:
    open_hat = drums.stroke("909", "open", 0, False, RATE)
    closed = drums._closed(open_hat, 4_000, RATE)
    assert len(closed) < 4_000 + RATE // 50 < len(open_hat)


def test_no_drum_has_an_offset() -> None:
    for kit in DRUM_KITS:
        sound = layers.render(layer(kit, "rock"), song(), 0, 8)
        assert np.abs(sound.mean(axis=0)).max() < 1e-4
