"""Own recordings: named by what is heard, laid on the grid, looped in whole bars."""

from dataclasses import replace

import numpy as np
import pytest
import soundfile

from fanlink.core import faults
from fanlink.core.disclosure import disclose, undeclared
from fanlink.core.errors import BadInput
from fanlink.core.recipes import Layer, Section, StemUse
from fanlink.remix import instruments, recordings, render
from tests.remix.engine import songs


def clicks(path, seconds=2.0, rate_hz=48_000, channels=1, at_s=0.0, **options):
    sound = np.zeros((round(seconds * rate_hz), channels))
    at = round(at_s * rate_hz)
    sound[at : at + 200] = 0.5
    soundfile.write(path, sound, rate_hz, **options)
    return path


@pytest.mark.parametrize(
    ("name", "rate_hz", "channels", "options"),
    [
        ("a.wav", 44_100, 2, {"subtype": "FLOAT"}), ("a.wav", 8_000, 1, {"subtype": "PCM_16"}), ("a.aiff", 96_000, 2, {}),
        ("a.flac", 48_000, 1, {}), ("a.ogg", 44_100, 2, {}), ("a.mp3", 44_100, 1, {}),
    ],
)
def test_a_recording_has_one_name_whatever_file_its_samples_are_in(tmp_path, name, rate_hz, channels, options):
    source = clicks(tmp_path / name, 1.5, rate_hz, channels, 0.3, **options)
    taken = recordings.take_in(source, tmp_path / "own.flac")
    assert (rate_hz, channels) == (taken.rate_hz, taken.channels)
    assert taken.pcm_digest == instruments.digest_of_recording(source, tmp_path)
    assert taken.pcm_digest == instruments.digest_of_recording(tmp_path / "own.flac", tmp_path)
    assert taken == recordings.take_in(tmp_path / "own.flac", tmp_path / "again.flac")


def test_our_encoding_keeps_no_tags(tmp_path):
    with soundfile.SoundFile(tmp_path / "a.wav", "w", 44_100, 1, "PCM_16") as file:
        file.artist, file.comment = "Somebody", "recorded at home"
        file.write(np.zeros(44_100))
    recordings.take_in(tmp_path / "a.wav", tmp_path / "own.flac")
    assert b"Somebody" in (tmp_path / "a.wav").read_bytes()
    assert b"Somebody" not in (tmp_path / "own.flac").read_bytes()
    assert b"at home" not in (tmp_path / "own.flac").read_bytes()


@pytest.mark.parametrize("data", [b"", b"not sound at all", b"RIFF\0\0\0\0WAVEfmt ", b"fLaC" + b"\0" * 50])
def test_what_is_no_recording_is_said_and_leaves_nothing(tmp_path, data):
    (tmp_path / "bad.wav").write_bytes(data)
    with pytest.raises(BadInput, match=r"bad\.wav"):
        recordings.take_in(tmp_path / "bad.wav", tmp_path / "own.flac")
    assert ["bad.wav"] == [path.name for path in tmp_path.iterdir()]


def heard(song, tmp_path, cache, layer, source, bars=4):
    recording, path = recordings.keep(source, tmp_path / "own")
    layer = replace(layer, asset=recording.pcm_digest)
    recipe = songs.recipe(
        song, stems={"bass": StemUse(gain_db=-60)}, layers=(layer,), sections=(Section("verse", 1, bars, layers=(layer.id,)),)
    )
    render.render(recipe, song, tmp_path / "out.wav", cache=cache, assets={recording.pcm_digest: path})
    samples, rate_hz = songs.read(tmp_path / "out.wav")
    return samples[:, 0], rate_hz, 60 / recipe.tempo_bpm


def starts_s(sound, rate_hz):
    loud = np.flatnonzero(np.abs(sound) > 0.2 * np.abs(sound).max()) / rate_hz
    return [float(at) for place, at in enumerate(loud) if place == 0 or at - loud[place - 1] > 0.1]


def test_a_recording_begins_at_its_beat_moved_by_its_offset(song, tmp_path, cache):
    source = clicks(tmp_path / "a.wav")
    layer = Layer("voice", "own", start_beat=4.0, offset_ms=-120.0)
    sound, rate_hz, beat_s = heard(song, tmp_path, cache, layer, source)
    (at,) = starts_s(sound, rate_hz)
    assert abs(at - (4 * beat_s - 0.12)) < 0.003


def test_a_looped_recording_comes_again_on_the_bar(song, tmp_path, cache):
    beat_s = 60 / songs.recipe(song).tempo_bpm
    source = clicks(tmp_path / "a.wav", 4 * beat_s * 0.9)
    sound, rate_hz, _ = heard(song, tmp_path, cache, Layer("shaker", "own", start_beat=4.0, loops=True), source, bars=5)
    found = starts_s(sound, rate_hz)
    assert 4 == len(found)
    for bar, at in enumerate(found, 1):
        assert abs(at - bar * 4 * beat_s) < 0.003


def test_a_layer_that_names_no_digest_or_is_far_off_is_a_fault(song):
    sections = (Section("verse", 1, 4, layers=("own",)),)

    def rules(**layer):
        recipe = songs.recipe(song, layers=(Layer("own", "own", **layer),), sections=sections)
        return [found.rule for found in faults.find(recipe, song.facts)]

    assert [] == rules(asset="a" * 64, provenance={"what": "my guitar"}, offset_ms=40.0, loops=True)
    assert ["layer_asset_malformed"] == rules(asset="../../etc/passwd")
    assert ["layer_offset_out_of_range"] == rules(asset="a" * 64, offset_ms=1e9)
    assert ["recording_described_too_long"] == rules(asset="a" * 64, provenance={"what": "x" * 201})


def test_what_a_recording_is_stands_in_the_disclosure(song):
    said = Layer("own-1", "own", asset="a" * 64, provenance={"what": "My guitar"})
    recipe = songs.recipe(song, layers=(said, Layer("own-2", "own", asset="b" * 64)))
    recipe = replace(recipe, sections=(Section("verse", 1, 4, layers=("own-1", "own-2")),))
    assert ("own-2",) == undeclared(recipe)
    assert ("My guitar", "own-2") == disclose(recipe, "Fay", "Ana").declared
