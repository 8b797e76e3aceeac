"""Audio that somebody sent: whatever is in it, one sentence comes back and nothing is harmed."""

import random
import struct
import time

import numpy as np
import pytest
import soundfile

from fanlink.core.errors import BadInput, Stopped
from fanlink.remix import decode, tracks, workers
from tests.remix.engine import songs


def said(path, *, whole=True):
    found = decode.examine([path], whole=whole)[0]
    assert isinstance(found, BadInput), found
    return str(found)


@pytest.fixture
def wav(tmp_path):
    path = tmp_path / "fine.wav"
    soundfile.write(path, songs.tone(220.0, 44_100, 2.0), 44_100, subtype="PCM_16")
    return path


@pytest.mark.parametrize(("suffix", "container"), [("wav", "wav"), ("flac", "flac"), ("ogg", "ogg"), ("mp3", "mp3"), ("aiff", "aiff")])
def test_every_format_on_the_list_is_read(tmp_path, suffix, container):
    path = tmp_path / f"sound.{suffix}"
    soundfile.write(path, songs.melody()[:88_200], 44_100)
    found = decode.examine([path], whole=True)[0]
    assert (container, 44_100, 2, 88_200) == (found.container, found.rate_hz, found.channels, found.frames)


def test_nothing_at_all_is_refused(tmp_path):
    (tmp_path / "empty.wav").write_bytes(b"")
    assert "0 bytes" in said(tmp_path / "empty.wav")


def test_what_is_no_audio_is_refused_whatever_it_is_called(tmp_path):
    (tmp_path / "text.wav").write_text("hello, I am a stem")
    assert "not audio" in said(tmp_path / "text.wav")


@pytest.mark.parametrize("suffix", ["wav", "flac", "aiff"])
def test_a_file_that_was_cut_off_is_refused(tmp_path, suffix):
    path = tmp_path / f"cut.{suffix}"
    soundfile.write(path, songs.melody()[:88_200], 44_100)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    assert "cut off" in said(path) or "cannot be decoded" in said(path)


def test_samples_that_are_not_numbers_are_refused(tmp_path):
    samples = songs.tone(220.0, 44_100, 1.0)
    samples[20_000] = np.nan
    soundfile.write(tmp_path / "nan.wav", samples, 44_100, subtype="FLOAT")
    assert "not numbers" in said(tmp_path / "nan.wav")


def test_more_than_two_channels_are_refused(tmp_path):
    soundfile.write(tmp_path / "six.wav", np.zeros((1_000, 6)), 48_000)
    assert "6 channels" in said(tmp_path / "six.wav", whole=False)


@pytest.mark.parametrize("rate_hz", [4_000, 384_000])
def test_rates_outside_8_to_192_khz_are_refused(tmp_path, rate_hz):
    soundfile.write(tmp_path / "rate.wav", np.zeros(1_000), rate_hz)
    assert "sample rate" in said(tmp_path / "rate.wav", whole=False)


def test_a_small_flac_of_eleven_hours_is_refused_before_it_is_decoded(tmp_path):
    path = tmp_path / "long.flac"
    with soundfile.SoundFile(path, "w", 8_000, 1, format="FLAC") as file:
        silence = np.zeros(8_000 * 600, np.int16)
        for _ in range(6):
            file.write(silence)
    began = time.monotonic()
    assert "hours" in said(path)
    assert time.monotonic() - began < 5.0


def test_a_header_that_promises_eleven_hours_is_refused(wav):
    data = bytearray(wav.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = struct.pack("<I", 44_100 * 2 * 3_600 * 11)
    wav.write_bytes(data)
    assert "cut off" in said(wav)


def test_a_child_that_wants_too_much_memory_is_ended_and_the_next_file_is_read(wav, tmp_path):
    long = tmp_path / "long.wav"
    soundfile.write(long, np.zeros(44_100 * 600, np.int16), 44_100)
    jobs = [
        {"job": "prepare", "path": str(long), "out": str(tmp_path / "out.npy"), "rate_hz": 192_000, "factor": 0.52},
        {"job": "probe", "path": str(wav)},
    ]
    found = dict(workers.run(jobs, count=1, memory_mb=420))
    assert isinstance(found[0], BadInput)
    assert 88_200 == found[1]["frames"]


def test_a_child_that_works_for_too_long_is_ended(tmp_path):
    long = tmp_path / "long.wav"
    soundfile.write(long, np.zeros(44_100 * 800, np.int16), 44_100)
    job = {"job": "prepare", "path": str(long), "out": str(tmp_path / "out.npy"), "rate_hz": 44_100, "factor": 1.3}
    (_, found), = workers.run([job], wall_s=0.4)
    assert "limits of time and memory" in str(found)


def test_a_stop_ends_a_child_at_once(tmp_path):
    long = tmp_path / "long.wav"
    soundfile.write(long, np.zeros(44_100 * 600, np.int16), 44_100)
    job = {"job": "prepare", "path": str(long), "out": str(tmp_path / "out.npy"), "rate_hz": 44_100, "factor": 1.3}
    began = time.monotonic()
    asked = []

    def stop():
        if time.monotonic() - began > 0.6 and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    with pytest.raises(Stopped):
        list(workers.run([job, job], stop=stop))
    assert time.monotonic() - asked[0] < 0.15


def test_damaged_files_give_a_sentence_or_a_sound_and_never_an_accident(tmp_path):
    chance = random.Random(11)
    paths = []
    for suffix in ("wav", "flac", "ogg", "mp3", "aiff"):
        path = tmp_path / f"whole.{suffix}"
        soundfile.write(path, songs.melody()[:22_050], 44_100)
        data = path.read_bytes()
        for number in range(24):
            damaged = bytearray(data)
            for _ in range(chance.choice((1, 3, 30))):
                damaged[chance.randrange(min(len(damaged), chance.choice((64, len(damaged)))))] = chance.randrange(256)
            paths.append(tmp_path / f"{number}.{suffix}")
            paths[-1].write_bytes(damaged[: chance.choice((len(damaged), chance.randrange(1, len(damaged))))])
    found = decode.examine(paths, whole=True)
    assert all(isinstance(each, BadInput | decode.Sound) for each in found)
    assert any(isinstance(each, BadInput) for each in found)


def test_a_track_whose_stem_is_broken_says_which(tmp_path):
    folder = songs.write_track(tmp_path / "song", {"drums": (songs.drums(), 44_100)})
    (folder / "drums.wav").write_bytes(b"")
    with pytest.raises(BadInput, match="the stem drums is empty"):
        tracks.load(folder)
