"""A recording is the remix, or what was added to it is found."""

import numpy as np
import pytest
import soundfile

from fanlink.core.recipes import Effect, Layer, Section, StemUse
from fanlink.remix import render, verify
from tests.remix.engine import songs

START_S, END_S = 6.0, 9.0
KBPS_320 = {"compression_level": 0.0, "bitrate_mode": "CONSTANT"}
KBPS_192 = {"compression_level": 128 / 288, "bitrate_mode": "CONSTANT"}
KBPS_128 = {"compression_level": 192 / 288, "bitrate_mode": "CONSTANT"}
VARIABLE = {"compression_level": 0.4, "bitrate_mode": "VARIABLE"}


def in_proof(*values):
    """A case of its kind that is not the hardest: the proof runs it too."""
    return pytest.param(*values, marks=pytest.mark.proof)


FORMS = [KBPS_320, KBPS_192, KBPS_128, VARIABLE]
MP3S = [in_proof(KBPS_320), in_proof(KBPS_192), KBPS_128, in_proof(VARIABLE)]


@pytest.fixture(scope="module")
def remix(song, cache, tmp_path_factory):
    """A remix with layers and effects: its recipe, its file, its samples."""
    recipe = songs.recipe(
        song,
        tempo_bpm=108.0,
        key_shift_semitones=-2,
        stems={"vocals": StemUse(effects=(Effect("reverb", {"decay_s": 0.8}),)), "drums": StemUse(-3.0), "bass": StemUse(-4.0)},
        layers=(Layer("pad", "pad", "warm", "sustain", -6.0),),
        sections=(Section("verse", 1, 8, layers=("pad",)),),
    )
    out = tmp_path_factory.mktemp("remix") / "remix.wav"
    render.render(recipe, song, out, cache=cache)
    samples, rate_hz = songs.read(out)
    return recipe, out, samples, rate_hz


def arpeggio(samples, rate_hz):
    """Soft notes in the remix's tempo and key (G minor), 30 dB below it."""
    out = np.zeros(len(samples))
    step = 60.0 / 108.0 / 2
    time = np.arange(int(0.25 * rate_hz)) / rate_hz
    for index in range(int((END_S - START_S) / step)):
        hertz = 196.0 * 2 ** ((0, 3, 7, 10)[index % 4] / 12) * 2
        at = int((START_S + index * step) * rate_hz)
        out[at : at + len(time)] += np.sin(2 * np.pi * hertz * time) * np.exp(-time * 7.0) * np.minimum(1.0, time / 0.005)
    used = out[int(START_S * rate_hz) : int(END_S * rate_hz)]
    return out * np.sqrt(np.mean(samples**2) / np.mean(used**2)) * 10 ** (-30 / 20)


def verdict(remix, song, cache, samples, path, **form):
    soundfile.write(path, samples, remix[3], **form)
    return verify.verify(remix[0], song, path, cache=cache)


def assert_found(found):
    assert not found.match
    assert found.foreign
    covered = sum(min(each.end_ms, END_S * 1000) - max(each.start_ms, START_S * 1000) for each in found.foreign)
    assert covered > 0.6 * (END_S - START_S) * 1000
    assert min(each.start_ms for each in found.foreign) > START_S * 1000 - 400
    assert max(each.end_ms for each in found.foreign) < END_S * 1000 + 400


def test_the_render_itself_matches_with_no_difference(remix, song, cache):
    found = verify.verify(remix[0], song, remix[1], cache=cache)
    assert (True, True, None, ()) == (found.comparable, found.match, found.largest_difference_dbfs, found.foreign)


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.flac", {"subtype": "PCM_24"}), ("a.wav", {"subtype": "PCM_16"}), ("a.mp3", {}), ("c.mp3", KBPS_128), in_proof("b.mp3", KBPS_192), in_proof("d.mp3", VARIABLE)],
)
def test_the_same_sound_in_another_format_matches(remix, song, cache, tmp_path, name, form):
    found = verdict(remix, song, cache, remix[2], tmp_path / name, **form)
    assert (True, ()) == (found.match, found.foreign)


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.wav", {"subtype": "PCM_24"}), ("a.ogg", {"compression_level": 0.2}), ("a.flac", {"subtype": "PCM_16"}), ("c.mp3", KBPS_128), in_proof("a.mp3", KBPS_320), in_proof("b.mp3", KBPS_192), in_proof("d.mp3", VARIABLE)],
)
def test_a_sound_hidden_30_db_below_is_found_with_its_place(remix, song, cache, tmp_path, name, form):
    hidden = remix[2] + arpeggio(remix[2], remix[3])[:, None]
    assert_found(verdict(remix, song, cache, hidden, tmp_path / name, **form))


def test_a_hidden_sound_is_found_when_the_whole_was_made_quieter_and_moved(remix, song, cache, tmp_path):
    hidden = 0.93 * (remix[2] + arpeggio(remix[2], remix[3])[:, None])
    found = verdict(remix, song, cache, np.concatenate([np.zeros((300, 2)), hidden]), tmp_path / "a.wav", subtype="PCM_24")
    assert_found(found)


def test_another_remix_does_not_match(remix, song, cache, tmp_path):
    found = verdict(remix, song, cache, remix[2][::-1], tmp_path / "a.wav", subtype="PCM_24")
    assert not found.match


def test_what_sounds_alike_with_other_phases_is_not_comparable(remix, song, cache, tmp_path):
    spectrum = np.fft.rfft(remix[2], axis=0)
    turned = np.fft.irfft(spectrum * np.exp(1j * 1.5), len(remix[2]), axis=0)
    found = verdict(remix, song, cache, turned, tmp_path / "a.wav", subtype="FLOAT")
    assert (False, False) == (found.comparable, found.match)
    assert found.envelope > 0.98


def hits(samples, rate_hz):
    """Short hits with silence between them, 30 dB below the remix."""
    out, time = np.zeros(len(samples)), np.arange(int(0.15 * rate_hz)) / rate_hz
    noise = np.random.default_rng(4).standard_normal(len(time)) * np.exp(-time * 35.0)
    for at in np.arange(START_S, END_S - 0.2, 60.0 / 108.0 / 2):
        out[int(at * rate_hz) : int(at * rate_hz) + len(time)] += noise
    used = out[int(START_S * rate_hz) : int(END_S * rate_hz)]
    return out * np.sqrt(np.mean(samples**2) / np.mean(used**2)) * 10 ** (-30 / 20)


@pytest.mark.parametrize("form", MP3S)
def test_a_drum_that_was_hidden_in_an_mp3_is_found(remix, song, cache, tmp_path, form):
    hidden = remix[2] + hits(remix[2], remix[3])[:, None]
    assert_found(verdict(remix, song, cache, hidden, tmp_path / "a.mp3", **form))


@pytest.mark.parametrize("form", [in_proof(form) for form in FORMS])
def test_a_sound_hidden_in_an_mp3_from_its_beginning_to_its_end_is_found(remix, song, cache, tmp_path, form):
    samples, rate_hz = remix[2], remix[3]
    time = np.arange(len(samples)) / rate_hz
    pad = sum(np.sin(2 * np.pi * hertz * time) for hertz in (196.0, 233.08, 293.66))
    pad *= np.sqrt(np.mean(samples**2) / np.mean(pad**2)) * 10 ** (-30 / 20)
    found = verdict(remix, song, cache, samples + pad[:, None], tmp_path / "a.mp3", **form)
    assert not found.match
    covered = sum(each.end_ms - each.start_ms for each in found.foreign)
    assert covered > 0.9 * len(samples) * 1000 / rate_hz


def test_where_coding_hides_more_than_30_db_below_the_verdict_says_so(remix, song, cache, tmp_path):
    found = verdict(remix, song, cache, remix[2], tmp_path / "a.ogg", compression_level=0.8)
    assert found.match
    assert found.sensitivity_db > -30.0
    assert "hides" in found.sentence
    assert "lossless" in found.sentence


@pytest.mark.parametrize("form", [in_proof(form) for form in FORMS])
def test_the_verdict_on_an_mp3_says_how_quiet_a_sound_would_have_been_seen(remix, song, cache, tmp_path, form):
    honest = verdict(remix, song, cache, remix[2], tmp_path / "a.mp3", **form)
    assert honest.match
    assert honest.sensitivity_db <= -40.0
    other = np.roll(remix[2], len(remix[2]) // 2, axis=0) * 10 ** ((honest.sensitivity_db + 6.0) / 20.0)
    other[len(other) // 2 :] = 0.0
    found = verdict(remix, song, cache, remix[2] + other, tmp_path / "b.mp3", **form)
    assert sum(each.end_ms - each.start_ms for each in found.foreign) > 0.25 * len(remix[2]) * 1000 / remix[3]


def test_fanlink_s_own_mp3_of_the_recipe_matches(remix, song, cache, tmp_path):
    render.render(remix[0], song, tmp_path / "own.mp3", cache=cache)
    found = verify.verify(remix[0], song, tmp_path / "own.mp3", cache=cache)
    assert (True, ()) == (found.match, found.foreign)


def test_dither_to_16_bits_is_no_match_but_nothing_foreign(remix, song, cache, tmp_path):
    rng = np.random.default_rng(9)
    dithered = np.round(remix[2] * 32768 + rng.random(remix[2].shape) - rng.random(remix[2].shape)) / 32768
    found = verdict(remix, song, cache, dithered, tmp_path / "a.wav", subtype="PCM_24")
    assert (False, ()) == (found.match, found.foreign)


@pytest.mark.parametrize("level", [0.0, 0.4, 0.6, 0.8])
def test_an_honest_ogg_of_96_kbit_s_and_more_matches(remix, song, cache, tmp_path, level):
    found = verdict(remix, song, cache, remix[2], tmp_path / "a.ogg", compression_level=level)
    assert found.foreign == ()
    assert found.match
