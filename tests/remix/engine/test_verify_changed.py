"""A recording that was moved, levelled, coded twice or by another coder holds nothing foreign; what was added to it is found."""

import shutil
import subprocess

import numpy as np
import pytest
import soundfile
import soxr

from fanlink.core.recipes import Effect, StemUse
from fanlink.remix import coding, render, verify, views
from tests.remix.engine import songs

KBPS_192 = {"compression_level": 128 / 288, "bitrate_mode": "CONSTANT"}
KBPS_128 = {"compression_level": 192 / 288, "bitrate_mode": "CONSTANT"}
START_S, END_S = 7.0, 10.0
in_proof = pytest.mark.proof
needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")


def mostly_in_proof(cases, always):
    """One of the cases in every run, the others in the proof: each judges a whole recording."""
    return [case if case == always else pytest.param(case, marks=in_proof) for case in cases]


@pytest.fixture(scope="module")
def remix(song, cache, tmp_path_factory):
    """A recipe, and the samples and rate of its render."""
    recipe = songs.recipe(song, tempo_bpm=112.0, stems={"vocals": StemUse(effects=(Effect("echo"),)), "drums": StemUse(), "bass": StemUse(-5.0)})
    out = tmp_path_factory.mktemp("remix") / "remix.wav"
    render.render(recipe, song, out, cache=cache)
    return recipe, *songs.read(out)


@pytest.fixture
def verdict(remix, song, cache, tmp_path):
    def judge(samples, name="a.wav", rate_hz=None, **form):
        soundfile.write(tmp_path / name, samples, rate_hz or remix[2], **({"subtype": "PCM_24"} if name.endswith("wav") else form))
        return verify.verify(remix[0], song, tmp_path / name, cache=cache)

    return judge


@pytest.fixture
def whistled(remix):
    """The remix with a wavering whistle 30 dB below it."""
    samples, rate_hz = remix[1].copy(), remix[2]
    time = np.arange(int((END_S - START_S) * rate_hz)) / rate_hz
    whistle = np.sin(2 * np.pi * (1_300 * time + 9 * np.sin(2 * np.pi * 3 * time))) * np.minimum(1.0, np.minimum(time, time[-1] - time) / 0.02)
    whistle *= np.sqrt(np.mean(samples**2) / np.mean(whistle**2)) * 10 ** (-30 / 20)
    samples[int(START_S * rate_hz) : int(START_S * rate_hz) + len(time)] += whistle[:, None]
    return samples


def assert_whistle(found, late_ms=0):
    assert not found.match
    assert min(each.start_ms for each in found.foreign) > START_S * 1000 + late_ms - 400
    assert max(each.end_ms for each in found.foreign) < END_S * 1000 + late_ms + 400
    assert sum(each.end_ms - each.start_ms for each in found.foreign) > 0.6 * (END_S - START_S) * 1000


CHANGES = {
    "later": (lambda sound, rate_hz: np.concatenate([np.zeros((1_234, 2)), sound]), "28.0 ms later"),
    "a second later": (lambda sound, rate_hz: np.concatenate([np.zeros((rate_hz, 2)), sound]), "1000.0 ms later"),
    "earlier": (lambda sound, rate_hz: sound[5_000:], "113.4 ms earlier"),
    "softer": (lambda sound, rate_hz: 0.5 * sound, "6.02 dB softer"),
    "upside down": (lambda sound, rate_hz: -sound, "upside down"),
}


@pytest.mark.parametrize("change", mostly_in_proof(CHANGES, "earlier"))
def test_a_recording_that_was_moved_or_levelled_is_no_match_and_holds_nothing_foreign(remix, verdict, change):
    make, said = CHANGES[change]
    found = verdict(make(remix[1], remix[2]))
    assert (True, False, ()) == (found.comparable, found.match, found.foreign)
    assert said in found.sentence


@pytest.mark.parametrize("change", mostly_in_proof(CHANGES, "softer"))
def test_what_was_added_to_a_recording_that_was_moved_or_levelled_is_found(remix, whistled, verdict, change):
    late_ms = {"later": 28, "a second later": 1000, "earlier": -113}.get(change, 0)
    assert_whistle(verdict(CHANGES[change][0](whistled, remix[2])), late_ms)


def test_another_rate_holds_nothing_foreign(remix, whistled, verdict):
    assert () == verdict(soxr.resample(remix[1], remix[2], 48_000), rate_hz=48_000).foreign
    assert_whistle(verdict(soxr.resample(whistled, remix[2], 48_000), rate_hz=48_000))


def test_what_was_put_before_and_behind_a_recording_is_foreign(remix, verdict):
    rate_hz = remix[2]
    other = 0.1 * np.random.default_rng(1).standard_normal((rate_hz, 2))
    found = verdict(np.concatenate([other, 0.8 * remix[1], other]))
    whole_ms = round(len(remix[1]) * 1000 / rate_hz)
    assert not found.match
    assert (0, 1000) == (found.foreign[0].start_ms, found.foreign[0].end_ms)
    assert (1000 + whole_ms, 2000 + whole_ms) == (found.foreign[-1].start_ms, found.foreign[-1].end_ms)


def coded_before(samples, rate_hz, path, **form):
    """What an MP3 holds when it is decoded again."""
    soundfile.write(path, samples, rate_hz, **form)
    return soundfile.read(path, always_2d=True)[0]


@pytest.mark.parametrize(("first", "second"), [
    (KBPS_192, KBPS_192), pytest.param(KBPS_128, {"compression_level": 0.0, "bitrate_mode": "CONSTANT"}, marks=in_proof),
])  # fmt: skip
def test_an_mp3_that_was_coded_twice_holds_nothing_foreign_and_says_what_it_hides(remix, verdict, tmp_path, first, second):
    found = verdict(coded_before(remix[1], remix[2], tmp_path / "first.mp3", **first), "second.mp3", **second)
    assert (False, False, ()) == (found.comparable, found.match, found.foreign)
    assert "coded more than once" in found.sentence
    assert found.sensitivity_db < 0.0


@in_proof
def test_a_sound_in_an_mp3_that_was_coded_twice_is_found_where_it_is(remix, verdict, tmp_path, whistled):
    loud = remix[1] + (whistled - remix[1]) * 10 ** (20 / 20)
    assert_whistle(verdict(coded_before(loud, remix[2], tmp_path / "first.mp3", **KBPS_192), "second.mp3", **KBPS_192))


def test_an_honest_ogg_of_64_kbit_s_matches(remix, verdict):
    found = verdict(remix[1], "a.ogg", compression_level=1.0)
    assert (True, ()) == (found.match, found.foreign)


def test_the_noise_of_a_coding_is_followed_and_an_added_sound_is_not(remix, tmp_path):
    samples, rate_hz = remix[1].astype(np.float32), remix[2]
    form = coding.Coding("mp3", "CONSTANT", 0.5)
    coded = views.between(form.again(samples, rate_hz, tmp_path), 0, len(samples))
    time = np.arange(len(samples)) / rate_hz
    pad = (0.003 * np.sin(2 * np.pi * 233.0 * time))[:, None].astype(np.float32)
    assert coding.follows(coded, samples, coded, rate_hz)
    assert not coding.follows(coded + pad, samples, coded, rate_hz)


def by_ffmpeg(samples, rate_hz, path, *words):
    soundfile.write(path.with_suffix(".wav"), samples, rate_hz, subtype="PCM_24")
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", path.with_suffix(".wav"), *words, path], check=True)
    return path


@in_proof
@needs_ffmpeg
@pytest.mark.parametrize("kbps", ["128k", "320k"])
def test_an_mp3_by_a_coder_that_does_not_round_to_the_nearest_number_matches(remix, song, cache, tmp_path, kbps):
    try:
        path = by_ffmpeg(remix[1], remix[2], tmp_path / "a.mp3", "-c:a", "libshine", "-b:a", kbps)
    except subprocess.CalledProcessError:
        pytest.skip("this ffmpeg has no libshine")
    found = verify.verify(remix[0], song, path, cache=cache)
    assert (True, ()) == (found.match, found.foreign)


@in_proof
@needs_ffmpeg
@pytest.mark.parametrize("words", [("-b:a", "128k"), ("-q:a", "5"), ("-q:a", "9"), ("-joint_stereo", "0", "-b:a", "192k")])
def test_an_mp3_by_ffmpeg_matches(remix, song, cache, tmp_path, words):
    found = verify.verify(remix[0], song, by_ffmpeg(remix[1], remix[2], tmp_path / "a.mp3", *words), cache=cache)
    assert (True, ()) == (found.match, found.foreign)
