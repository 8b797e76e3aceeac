"""Songs that no limit was tuned on: honest files of many coders hold nothing foreign, and what is hidden 30 dB below is found or said to be hidden.

The songs are the demo's, in another tempo, key and arrangement than anything else is tested with. The sounds are made here.
"""

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from fanlink.core.recipes import Effect, Layer, Section, StemUse
from fanlink.remix import render, tracks, verify
from tests.remix.engine import songs

pytestmark = pytest.mark.proof
DEMO = Path(__file__).parents[3] / "resources" / "demo"
START_S, END_S = 8.0, 11.0
# Of each song: the folder, tempo, key shift, stems, layers, first bar and bars; and the tonic in hertz with the notes above it.
SONGS = {
    "sparse": (
        "slow-ferry", 72.0, -1, {"vocals": StemUse(effects=(Effect("echo"),)), "guitar": StemUse()}, (), 9, 5,
        196.0 * 2 ** (-1 / 12), (0, 4, 7, 9),
    ),
    "busy": (
        "neon-tide", 126.0, -3, {"vocals": StemUse(effects=(Effect("reverb"),)), "bass": StemUse()}, (Layer("d", "drums", "lofi", "boom-bap", -2.0),), 5, 8,
        220.0 * 2 ** (-3 / 12), (0, 3, 7, 10),
    ),
}  # fmt: skip
LAME = [
    ("sparse", ("-m", "s", "-b", "192")), ("sparse", ("-V", "5")), ("busy", ("-b", "128")), ("busy", ("--abr", "140")),
]  # fmt: skip


@pytest.fixture(scope="module")
def remix(request, cache, tmp_path_factory):
    """A track, a recipe, its samples and rate, and what a sound must know to be in its tempo and key."""
    folder, tempo_bpm, shift, stems, layers, first, bars, tonic_hz, notes = SONGS[request.param]
    track = tracks.load(DEMO / folder)
    sections = (Section("verse", first, bars, layers=tuple(layer.id for layer in layers)),)
    recipe = songs.recipe(track, tempo_bpm=tempo_bpm, key_shift_semitones=shift, stems=stems, layers=layers, sections=sections)
    out = tmp_path_factory.mktemp("held") / "remix.wav"
    render.render(recipe, track, out, cache=cache)
    samples, rate_hz = songs.read(out)
    return track, recipe, samples, rate_hz, (tempo_bpm, tonic_hz, notes)


def with_hits(remix):
    """The remix with short hits on every half beat."""
    _, _, samples, rate_hz, (tempo_bpm, _, _) = remix
    time, out = np.arange(int(0.15 * rate_hz)) / rate_hz, np.zeros(len(samples))
    noise = np.random.default_rng(4).standard_normal(len(time)) * np.exp(-time * 35.0)
    for at in np.arange(START_S, END_S - 0.2, 30.0 / tempo_bpm):
        out[int(at * rate_hz) : int(at * rate_hz) + len(time)] += noise
    return hidden(samples, rate_hz, out)


def with_voice(remix):
    """The remix with a voice-like line in its key and tempo."""
    _, _, samples, rate_hz, (tempo_bpm, tonic_hz, notes) = remix
    time, out = np.arange(int((END_S - START_S) * rate_hz)) / rate_hz, np.zeros(len(samples))
    steps = np.array(notes)[(time * tempo_bpm / 60.0).astype(int) % len(notes)]
    phase = 2 * np.pi * np.cumsum(tonic_hz * 2.0 ** (steps / 12.0) * (1 + 0.01 * np.sin(2 * np.pi * 5 * time))) / rate_hz
    line = sum(np.sin(h * phase) * np.exp(-(((h * tonic_hz - 700) / 400) ** 2)) for h in range(1, 10))
    out[int(START_S * rate_hz) :][: len(time)] = line * np.minimum(1.0, np.minimum(time, time[-1] - time) / 0.05)
    return hidden(samples, rate_hz, out)


def hidden(samples, rate_hz, sound):
    used = sound[int(START_S * rate_hz) : int(END_S * rate_hz)]
    return samples + (sound * np.sqrt(np.mean(samples**2) / np.mean(used**2)) * 10 ** (-30 / 20))[:, None]


def judged(remix, cache, path):
    return verify.verify(remix[1], remix[0], path, cache=cache)


def by_program(program, samples, rate_hz, folder, *words, ending="mp3"):
    """A file by a coder of the system's; skips where it is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    wav, out = folder / "in.wav", folder / f"out.{ending}"
    soundfile.write(wav, samples, rate_hz, subtype="PCM_16")
    form = {"lame": ["--quiet", *words, wav, out], "shineenc": ["-q", *words, wav, out], "ffmpeg": ["-nostdin", "-v", "error", "-y", "-i", wav, *words, out]}[program]
    if subprocess.run([program, *form], capture_output=True).returncode:
        pytest.skip(f"this {program} has no such coder")
    return out


def assert_honest(found):
    assert (True, True, ()) == (found.comparable, found.match, found.foreign)
    assert found.sensitivity_db <= -30.0


def assert_found(found):
    assert not found.match
    covered = sum(min(each.end_ms, END_S * 1000) - max(each.start_ms, START_S * 1000) for each in found.foreign)
    assert covered > 0.6 * (END_S - START_S) * 1000
    assert min(each.start_ms for each in found.foreign) > START_S * 1000 - 400
    assert max(each.end_ms for each in found.foreign) < END_S * 1000 + 400


@pytest.mark.parametrize(("remix", "words"), LAME, indirect=["remix"])
def test_an_honest_file_of_lame_matches_in_each_of_its_modes_and_a_hidden_voice_is_found(remix, cache, tmp_path, words):
    assert_honest(judged(remix, cache, by_program("lame", remix[2], remix[3], tmp_path, *words)))
    assert_found(judged(remix, cache, by_program("lame", with_voice(remix), remix[3], tmp_path, *words)))


@pytest.mark.parametrize(("remix", "kbps"), [("busy", "128")], indirect=["remix"])
def test_an_honest_file_of_shine_matches_and_hidden_hits_are_found(remix, cache, tmp_path, kbps):
    assert_honest(judged(remix, cache, by_program("shineenc", remix[2], remix[3], tmp_path, "-b", kbps)))
    assert_found(judged(remix, cache, by_program("shineenc", with_hits(remix), remix[3], tmp_path, "-b", kbps)))


@pytest.mark.parametrize(("remix", "level"), [("sparse", 0.4), ("busy", 1.0)], indirect=["remix"])
def test_an_ogg_holds_nothing_foreign_where_it_is_honest_and_says_what_its_noise_hides(remix, cache, tmp_path, level):
    soundfile.write(tmp_path / "a.ogg", remix[2], remix[3], compression_level=level)
    found = judged(remix, cache, tmp_path / "a.ogg")
    assert (True, ()) == (found.match, found.foreign)
    assert found.sensitivity_db <= -30.0 or "hides" in found.sentence


@pytest.mark.parametrize("remix", ["busy"], indirect=True)
def test_an_ogg_by_a_coder_that_is_not_ours_is_never_called_foreign(remix, cache, tmp_path):
    path = by_program("ffmpeg", remix[2], remix[3], tmp_path, "-c:a", "vorbis", "-strict", "-2", "-b:a", "160k", ending="ogg")
    found = judged(remix, cache, path)
    assert () == found.foreign
    assert "lossless" in found.sentence
