"""The coefficients of an MP3 are whole numbers of its steps, whatever coder and rate made it; broken files say nothing."""

import random
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from fanlink.remix import compare, lattice, mp3_frames, mp3_steps, rounding, verdicts
from tests.remix.engine import songs

CONSTANT = {"bitrate_mode": "CONSTANT"}


def coded(path, samples, rate_hz, **form):
    """The sound after coding, always as two channels."""
    soundfile.write(path, samples, rate_hz, format="MP3", subtype="MPEG_LAYER_III", **form)
    heard, _ = soundfile.read(path, dtype="float32", always_2d=True)
    return np.repeat(heard, 2, axis=1) if heard.shape[1] == 1 else heard


def sound(rate_hz=44_100):
    return (songs.melody(rate_hz) + songs.drums(rate_hz)[:, None])[: 8 * rate_hz].astype(np.float32)


def share_not_whole(found, heard):
    coefficients, steps = found.coefficients(heard, found.start, 20, len(found) - 40), found.steps(20, len(found) - 40)
    whole, away = lattice.numbers(coefficients, steps)
    read = (whole > 0) & (lattice.blur(coefficients) < 0.02 * steps)
    assert read.sum() > 1_000
    return np.mean(away[read] > 0.1)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000])
@pytest.mark.parametrize("form", [{"compression_level": 0.7, **CONSTANT}, {"compression_level": 0.5, "bitrate_mode": "VARIABLE"}])
def test_at_every_rate_the_coefficients_are_whole_numbers_of_their_steps(tmp_path, rate_hz, form):
    heard = coded(tmp_path / "a.mp3", sound(rate_hz), rate_hz, **form)
    found = lattice.find(tmp_path / "a.mp3", heard)
    assert found.granules.rate_hz == rate_hz
    assert share_not_whole(found, heard) < 0.002


@pytest.mark.parametrize("channels", [1, 2])
def test_short_blocks_one_channel_and_two_are_followed(tmp_path, channels):
    heard = coded(tmp_path / "a.mp3", sound()[:, :channels], 44_100, compression_level=0.6, **CONSTANT)
    found = lattice.find(tmp_path / "a.mp3", heard)
    assert found.granules.channels == channels
    assert (found.granules.block_type == mp3_frames.SHORT).any()
    assert share_not_whole(found, heard) < 0.002


def test_tags_before_the_first_frame_and_frames_cut_off_are_passed_over(tmp_path):
    path = tmp_path / "a.mp3"
    coded(path, sound(), 44_100, compression_level=0.6, **CONSTANT)
    data = path.read_bytes()
    whole = mp3_frames.read(path, 10_000)
    tag = b"ID3\x04\x00\x00" + bytes([0, 0, 8, 0]) + b"\xff\xfb\x90\x64" * 256
    path.write_bytes(tag + data)
    assert len(mp3_frames.read(path, 10_000)) == len(whole)
    path.write_bytes(data[3_000:])
    heard, _ = soundfile.read(path, dtype="float32", always_2d=True)
    found = lattice.find(path, heard)
    assert not found.granules.readable[0].all()
    assert share_not_whole(found, heard) < 0.01


def test_an_honest_file_obeys_rounding_and_a_quiet_sound_breaks_it_where_it_is(tmp_path):
    clean = sound()
    time = np.arange(len(clean)) / 44_100
    hidden = clean + (10 ** (-40 / 20) * 0.1 * np.sin(2 * np.pi * 440.0 * time) * ((time > 3.0) & (time < 4.0)))[:, None].astype(np.float32)
    found = {}
    for name, samples in (("clean", clean), ("hidden", hidden)):
        heard = coded(tmp_path / f"{name}.mp3", samples, 44_100, compression_level=0.6, **CONSTANT)
        late = compare.lag(heard, clean, 44_100)
        found[name] = rounding.find(lattice.find(tmp_path / f"{name}.mp3", heard), heard, clean, late, nearest_known=True, resampled=False)
    assert found["clean"].ranges == ()
    (start, end), = found["hidden"].ranges
    assert pytest.approx(3.0, abs=0.1) == start / 44_100
    assert pytest.approx(4.0, abs=0.1) == end / 44_100


def broken(data, rng):
    """A file with bytes changed, cut or doubled."""
    changed = bytearray(data)
    for _ in range(rng.choice((1, 20, 2_000))):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    cut = rng.randrange(len(changed))
    return rng.choice((changed, changed[cut:], changed[:cut], changed[:cut] + changed[cut // 2 :]))


@pytest.mark.parametrize("rate_hz", [22_050, 44_100])
def test_whatever_the_bytes_are_nothing_is_raised(tmp_path, rate_hz):
    path = tmp_path / "a.mp3"
    heard = coded(path, sound(rate_hz)[: 2 * rate_hz], rate_hz, compression_level=0.5, bitrate_mode="VARIABLE")
    data, rng = path.read_bytes(), random.Random(11)
    for index in range(60):
        path.write_bytes(broken(data, rng))
        granules = mp3_frames.read(path, 1_000)
        if granules is not None:
            assert np.isfinite(mp3_steps.exponents(granules)).all()
        found = lattice.find(path, heard) if index % 30 == 0 else None
        if found is not None:
            rounding.find(found, heard, heard, 0, nearest_known=False, resampled=False)


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xff\xfb", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"\xff\xfb\x90\x64" * 1_000, b"\xff\xe3\x18\xc4" + b"\xff" * 50_000])
def test_bytes_that_are_no_frames_have_no_lattice(tmp_path, data):
    (tmp_path / "a.mp3").write_bytes(data)
    assert lattice.find(tmp_path / "a.mp3", np.zeros((44_100, 2), np.float32)) is None


def test_so_many_frames_are_read_as_the_sound_is_long(tmp_path):
    coded(tmp_path / "a.mp3", sound(), 44_100, compression_level=0.6, **CONSTANT)
    assert len(mp3_frames.read(tmp_path / "a.mp3", 10)) == 20


def test_what_cannot_be_followed_is_said_and_not_taken_for_sound(tmp_path):
    clean = sound()
    heard = coded(tmp_path / "a.mp3", clean, 44_100, compression_level=0.6, **CONSTANT)
    followed = lattice.find(tmp_path / "a.mp3", heard)
    followed.granules.mixed[100:150] = True
    late = compare.lag(heard, clean, 44_100)
    found = rounding.find(followed, heard, clean, late, nearest_known=True, resampled=False)
    assert ((), pytest.approx(50 * 576 / 44_100)) == (found.ranges, found.skipped_s)
    told = verdicts.Found(True, True, None, [], {}, found.sensitivity_db, found.skipped_s)
    assert "0.7 s of it are coded so that they cannot be judged" in verdicts.sentence(told, lossy=True)
    assert "cannot be judged" not in verdicts.sentence(replace(told, skipped_s=0.0), lossy=True)
