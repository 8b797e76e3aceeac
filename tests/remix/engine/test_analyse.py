"""Analysis proposes what an artist would declare."""

import numpy as np
import pytest
import soundfile

from fanlink.remix import analyse, tracks
from fanlink.remix.tempo import RATE_HZ, find
from tests.remix.engine import songs


def clicks(tempo_bpm, first_beat_ms, length_s=40.0):
    out = np.zeros(int(length_s * RATE_HZ), np.float32)
    time = np.arange(3_000) / RATE_HZ
    noise = np.random.default_rng(0).standard_normal(3_000) * np.exp(-time * 60) * 0.5
    kick = np.sin(2 * np.pi * 60 * time) * np.exp(-time * 20)
    for index in range(int(length_s * tempo_bpm / 60)):
        at = int((first_beat_ms / 1000 + index * 60 / tempo_bpm) * RATE_HZ)
        if at + 3_000 < len(out):
            out[at : at + 3_000] += (kick if index % 4 == 0 else noise).astype(np.float32)
    return out


@pytest.mark.parametrize(("tempo_bpm", "first_beat_ms"), [(74.0, 120.0), (90.0, 100.0), (112.0, 250.0), (127.3, 37.0), (140.5, 500.0)])
def test_tempo_and_first_beat_of_a_steady_beat_are_found(tempo_bpm, first_beat_ms):
    pulse = find(clicks(tempo_bpm, first_beat_ms))
    assert abs(pulse.tempo_bpm / tempo_bpm - 1) < 0.001
    assert abs(pulse.first_beat_ms - first_beat_ms) < 12


def beat(tempo_bpm, first_beat_ms, kicks, snares, beats_per_bar=4, bars=20):
    """Kick and snare on these beats of each bar, hats on every half beat."""
    length_s = first_beat_ms / 1000 + bars * beats_per_bar * 60 / tempo_bpm
    out, time = np.zeros(int((length_s + 0.4) * RATE_HZ), np.float32), np.arange(4_000) / RATE_HZ
    noise = np.random.default_rng(2).standard_normal(4_000)
    kick = np.sin(2 * np.pi * (45 * time + 2 * (1 - np.exp(-time * 40)))) * np.exp(-time * 14)
    snare = 0.4 * np.sin(2 * np.pi * 185 * time) * np.exp(-time * 25) + 0.5 * noise * np.exp(-time * 22)
    hat = 0.2 * np.diff(noise, prepend=0.0) * np.exp(-time * 90)
    halves = np.arange(0, beats_per_bar, 0.5)
    for bar in range(bars):
        for sound, places in ((kick, kicks), (snare, snares), (hat, halves)):
            for place in places:
                at = int((first_beat_ms / 1000 + (bar * beats_per_bar + place) * 60 / tempo_bpm) * RATE_HZ)
                out[at : at + 4_000] += sound.astype(np.float32)
    return out


@pytest.mark.parametrize(
    ("tempo_bpm", "first_beat_ms", "kicks", "snares"),
    [(62.0, 1_370.0, (0, 2), (1, 3)), (174.0, 31.0, (0, 2.5), (1, 3)), (168.0, 400.0, (0, 2.5), (1, 3)), (87.0, 90.0, (0, 2.5), (1, 3)), (124.0, 60.0, (0, 1, 2, 3), (1, 3))],
)
def test_slow_songs_and_drum_and_bass_are_not_taken_for_twice_or_half_their_tempo(tempo_bpm, first_beat_ms, kicks, snares):
    pulse = find(beat(tempo_bpm, first_beat_ms, kicks, snares))
    assert abs(pulse.tempo_bpm / tempo_bpm - 1) < 0.005
    assert abs(pulse.first_beat_ms - first_beat_ms) < 15


def test_the_first_beat_that_nobody_declared_is_found_by_the_bars_that_the_track_says(tmp_path):
    # The waltz begins with two hats of an upbeat, which three beats per bar tell from the first bar.
    sound = beat(90.0, 500.0, (2,), (), beats_per_bar=3)
    soundfile.write(tmp_path / "drums.wav", sound, RATE_HZ, subtype="PCM_24")
    (tmp_path / "track.toml").write_text('title = "a"\nartist = "b"\ntempo_bpm = 90\nkey = "C major"\nbeats_per_bar = 3\n[stems]\ndrums = "drums.wav"\n')
    assert abs(tracks.load(tmp_path).facts.music.first_beat_ms - (500.0 + 2 * 60_000 / 90.0)) < 15


def test_a_folder_is_analysed_by_stem_and_as_a_whole(song_folder):
    found = analyse.of_path(song_folder)
    assert {"drums", "bass", "vocals"} == set(found["stems"])
    assert (120.0, "A minor") == (found["tempo_bpm"], found["key"])
    assert abs(found["first_beat_ms"] - 250.0) < 15
    assert round(songs.LENGTH_S * 1000) == found["length_ms"]


def test_loudness_and_peak_are_those_of_the_standard(tmp_path):
    # A sine at -20 dBFS on both sides, 997 Hz, is -20 LUFS by the standard's own calibration (-3.01 + 3.01).
    samples = 0.1 * np.sin(2 * np.pi * 997 * np.arange(48_000 * 10) / 48_000)
    soundfile.write(tmp_path / "sine.wav", np.stack([samples, samples], axis=1), 48_000, subtype="PCM_24")
    found = analyse.of_path(tmp_path / "sine.wav")
    assert abs(found["loudness_lufs"] + 20.0) < 0.1
    assert abs(found["true_peak_dbtp"] + 20.0) < 0.1


def test_a_peak_between_samples_is_seen(tmp_path):
    # A quarter of the rate, 45 degrees off: samples reach 0.707, the wave itself 1.
    samples = 0.9 * np.sin(2 * np.pi * 0.25 * np.arange(44_100 * 3) + np.pi / 4)
    soundfile.write(tmp_path / "sine.wav", samples, 44_100, subtype="PCM_24")
    assert abs(analyse.of_path(tmp_path / "sine.wav")["true_peak_dbtp"] - 20 * np.log10(0.9)) < 0.3


def test_silence_has_no_loudness_and_no_key(tmp_path):
    soundfile.write(tmp_path / "silence.wav", np.zeros(44_100 * 3), 44_100)
    found = analyse.of_path(tmp_path / "silence.wav")
    assert (None, None, None) == (found["loudness_lufs"], found["true_peak_dbtp"], found["key"])
