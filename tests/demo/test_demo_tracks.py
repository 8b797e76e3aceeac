"""The demo tracks are measured, not listened to: length, grid, key, clicks, loudness, size, and the maker itself."""

import hashlib
import sys
import tomllib
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyebur128
import pytest
import soundfile
from scipy.signal import resample_poly, stft

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo"
SLUGS = ("neon-tide", "slow-ferry")
TRACK_KEYS = {"title", "artist", "tempo_bpm", "first_beat_ms", "key", "stems", "sections"}
SECTION_NAMES = {"intro", "verse", "pre-chorus", "chorus", "bridge", "break", "drop", "outro"}
PITCH_CLASSES = "C C# D D# E F F# G G# A A# B".split()
# C. Krumhansl and E. Kessler (1982), how well each pitch class fits a key.
MAJOR_PROFILE = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR_PROFILE = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

METER_MODE = pyebur128.MeasurementMode.MODE_I | pyebur128.MeasurementMode.MODE_TRUE_PEAK

pytestmark = pytest.mark.parametrize("slug", SLUGS)


@lru_cache
def track(slug: str) -> dict:
    return tomllib.loads((DEMO / slug / "track.toml").read_text(encoding="utf-8"))


@lru_cache
def stems(slug: str) -> dict[str, np.ndarray]:
    """Return each stem as float32 (n, 2)."""
    files = track(slug)["stems"]
    return {name: soundfile.read(DEMO / slug / file, dtype="float32")[0] for name, file in files.items()}


@lru_cache
def whole(slug: str) -> np.ndarray:
    return np.sum(list(stems(slug).values()), axis=0)


@lru_cache
def composer():
    """Return the maker's own parts; it is a tool beside the tracks, not a package of the app."""
    sys.path.insert(0, str(DEMO))
    try:
        from composer import mixing, neon_tide, slow_ferry
    finally:
        sys.path.remove(str(DEMO))
    return mixing, {"neon-tide": neon_tide, "slow-ferry": slow_ferry}


def decibels(ratio: float) -> float:
    return float(20 * np.log10(max(ratio, 1e-9)))


def bar_sample(slug: str, bar: int) -> int:
    facts = track(slug)
    return round((facts["first_beat_ms"] / 1000 + (bar - 1) * 240 / facts["tempo_bpm"]) * 44_100)


def test_a_track_says_only_what_the_format_knows(slug):
    facts = track(slug)
    assert TRACK_KEYS == set(facts)
    assert {"vocals", "drums", "bass"} < set(facts["stems"]) and len(facts["stems"]) >= 4
    starts = [section["start_bar"] for section in facts["sections"]]
    assert 1 == starts[0] and sorted(set(starts)) == starts
    assert SECTION_NAMES >= {section["name"] for section in facts["sections"]}
    assert bar_sample(slug, starts[-1]) < len(whole(slug))


def test_stems_are_equally_long_stereo_and_at_one_rate(slug):
    infos = [soundfile.info(DEMO / slug / file) for file in track(slug)["stems"].values()]
    assert {(44_100, 2, "FLAC")} == {(info.samplerate, info.channels, info.format) for info in infos}
    assert 1 == len({info.frames for info in infos})
    assert 45 <= infos[0].duration <= 90


def test_drums_fall_on_the_declared_grid(slug):
    onsets_s = drum_onsets_s(stems(slug)["drums"])
    sixteenth_s = 15 / track(slug)["tempo_bpm"]
    since_first = onsets_s - track(slug)["first_beat_ms"] / 1000
    off_ms = (since_first - np.round(since_first / sixteenth_s) * sixteenth_s) * 1000
    assert len(onsets_s) > 80
    assert np.abs(off_ms).max() < 10
    assert abs(np.median(off_ms)) < 3


def drum_onsets_s(drums: np.ndarray) -> np.ndarray:
    """Return when drum strokes begin: where the level of a few milliseconds leaps over what came before."""
    hop = 44
    mono = np.abs(np.diff(drums.mean(axis=1), prepend=0))
    level = mono[: len(mono) // hop * hop].reshape(-1, hop).max(axis=1)
    before = np.array([level[max(0, place - 40) : place - 1].max(initial=0) for place in range(len(level))])
    leaps = np.flatnonzero((level > 0.02) & (level > 2.5 * before))
    return leaps[np.diff(leaps, prepend=-100) > 40] * hop / 44_100


def test_the_pitches_are_those_of_the_declared_key(slug):
    pitched = whole(slug) - stems(slug)["drums"]
    mono = resample_poly(pitched.mean(axis=1), 1, 4)
    frequencies, _, bins = stft(mono, 11_025, nperseg=8192)
    # Above 1 kHz overtones speak of the timbre more than of the chords.
    heard = (frequencies > 60) & (frequencies < 1000)
    pitch = np.round(12 * np.log2(frequencies[heard] / 440) + 69).astype(int) % 12
    chroma = np.bincount(pitch, weights=np.abs(bins[heard]).mean(axis=1), minlength=12) / np.bincount(pitch)
    fits = {
        f"{PITCH_CLASSES[tonic]} {mode}": np.corrcoef(chroma, np.roll(profile, tonic))[0, 1]
        for tonic in range(12)
        for mode, profile in (("major", MAJOR_PROFILE), ("minor", MINOR_PROFILE))
    }
    tonic, mode = track(slug)["key"].split()
    step = 3 if mode == "minor" else -3
    relative = PITCH_CLASSES[(PITCH_CLASSES.index(tonic) + step) % 12]
    related = {track(slug)["key"], f"{relative} {'major' if mode == 'minor' else 'minor'}"}
    assert max(fits, key=fits.get) in related


def test_nothing_clicks(slug):
    for name, sound in stems(slug).items():
        assert np.abs(sound[[0, -1]]).max() < 0.001, name
        jumps = np.abs(np.diff(sound, axis=0)).max(axis=1)
        if name == "drums":
            assert jumps.max() < 0.5
            continue
        # A click is one jump that stands alone, far above the jumps of the sound around it.
        around = jumps[: len(jumps) // 441 * 441].reshape(-1, 441)
        usual = np.sqrt((around**2).mean(axis=1))
        assert jumps.max() < 0.12, name
        assert (around.max(axis=1) < 9 * usual + 0.01).all(), name


def test_the_sum_is_loud_enough_and_never_over(slug):
    meter = pyebur128.R128State(2, 44_100, METER_MODE)
    meter.add_frames(np.ascontiguousarray(whole(slug), dtype=float).ravel(), len(whole(slug)))
    true_peak_db = max(decibels(pyebur128.get_true_peak(meter, side)) for side in (0, 1))
    assert -18.2 < pyebur128.get_loudness_global(meter) < -15.8
    assert true_peak_db < -1.0
    assert all(decibels(np.abs(sound).max()) < -3 for sound in stems(slug).values())


def test_a_chorus_lifts_above_its_verse(slug):
    level = {}
    sections = track(slug)["sections"]
    for section, following in zip(sections, sections[1:], strict=False):
        part = whole(slug)[bar_sample(slug, section["start_bar"]) : bar_sample(slug, following["start_bar"])]
        level.setdefault(section["name"], []).append(decibels(float(np.sqrt((part**2).mean()))))
    assert min(level["chorus"]) > max(level["verse"]) + 1


def test_stereo_survives_a_mono_speaker(slug):
    left, right = whole(slug).T
    assert 0.3 < np.corrcoef(left, right)[0, 1] < 0.99


def test_the_tracks_stay_small_enough_to_ship(slug):
    folder_bytes = sum(file.stat().st_size for file in (DEMO / slug).iterdir())
    assert folder_bytes < 12_400_000
    assert (DEMO / slug / "cover.png").stat().st_size < 200_000


def test_the_maker_gives_the_same_samples_twice(slug):
    mixing, scores = composer()
    song = scores[slug].song()
    stem = next(name for name in song.stems if name in ("keys", "guitar"))
    digests = {hashlib.sha256(mixing.excerpt(song, stem, 2).tobytes()).hexdigest() for _ in range(2)}
    assert 1 == len(digests)


def test_the_folder_is_what_the_score_says(slug):
    _, scores = composer()
    song = scores[slug].song()
    assert set(song.stems) == set(track(slug)["stems"])
    assert song.clock.sample_count == len(whole(slug))
    assert [(s.name, s.start_bar) for s in song.sections] == [
        (s["name"], s["start_bar"]) for s in track(slug)["sections"]
    ]
