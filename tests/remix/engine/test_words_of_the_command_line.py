"""The command line's words about remixes: exit codes, JSON, and no file left behind."""

import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from fanlink import cli, wire
from fanlink.core.recipes import Section
from tests.remix.engine import songs


@pytest.fixture
def desk(tmp_path, song, song_folder, cache):
    """A folder with a recipe and a prompt, and a way to say words."""
    (tmp_path / "r.json").write_text(json.dumps(wire.to_json(songs.recipe(song, sections=(Section("verse", 1, 2),)))))
    (tmp_path / "p.toml").write_text('title = "P"\nwords = "w"\n[guard_rails]\ntempo_bpm = [100, 130]\n')

    def say(*words):
        files = {"TRACK": song_folder, "RECIPE": tmp_path / "r.json", "PROMPT": tmp_path / "p.toml", "CACHE": cache}
        return cli.main([str(files.get(word, word)) for word in words])

    say.folder = tmp_path
    return say


def rendering(out):
    return ("remix", "render", "--track", "TRACK", "--recipe", "RECIPE", "--out", str(out), "--cache", "CACHE")


def test_render_and_verify_agree(desk, capsys):
    out = desk.folder / "out.flac"
    assert 0 == desk(*rendering(out), "--json")
    said = capsys.readouterr()
    assert str(out) == json.loads(said.out)["out"]
    assert "stretch" in said.err
    verify = ("remix", "verify", "--track", "TRACK", "--recipe", "RECIPE", "--cache", "CACHE", "--json", "--audio")
    assert 0 == desk(*verify, str(out))
    found = json.loads(capsys.readouterr().out)
    assert (True, True, None, []) == tuple(found[key] for key in ("comparable", "match", "largest_difference_dbfs", "foreign"))
    samples, rate_hz = songs.read(out)
    samples[30_000:60_000] += 0.003 * np.sin(np.arange(30_000) / 30.0)[:, None]
    soundfile.write(out, samples, rate_hz, subtype="PCM_24")
    assert 1 == desk(*verify, str(out))
    (foreign,) = json.loads(capsys.readouterr().out)["foreign"]
    assert abs(foreign["start_ms"] - 680) < 30
    assert abs(foreign["end_ms"] - 1360) < 30


def test_check_exits_1_for_a_breach_and_0_for_none(desk, capsys):
    words = ("remix", "check", "--track", "TRACK", "--prompt", "PROMPT", "--recipe", "RECIPE", "--json")
    assert 0 == desk(*words)
    assert {"findings": []} == json.loads(capsys.readouterr().out)
    (desk.folder / "p.toml").write_text('title = "P"\nwords = "w"\n[guard_rails]\ntempo_bpm = [60, 90]\n')
    assert 1 == desk(*words)
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert {"rule", "severity", "start_ms", "end_ms", "start_bar", "end_bar", "fix"} <= set(finding)
    assert ("tempo_range", "breach", 0, 4_000, 1, 2) == tuple(
        finding[key] for key in ("rule", "severity", "start_ms", "end_ms", "start_bar", "end_bar")
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"engine": "fanlink-9"}, "fanlink-9"),
        ({"engine": "fanlink-0"}, "migrate it to fanlink-1"),
        ({"tempo_bpm": 0}, "tempo_unplayable"),
        ({"tempo_bpm": None}, "tempo_bpm"),
        ({"surprise": 1}, "surprise"),
        ({"stems": {"flute": {}}}, "unknown_stem"),
    ],
)
def test_a_wrong_recipe_is_exit_2_with_one_sentence_and_no_file(desk, capsys, change, sentence):
    path = desk.folder / "r.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    before = sorted(desk.folder.iterdir())
    assert 2 == desk(*rendering(desk.folder / "out.flac"), "--json")
    said = capsys.readouterr()
    assert sentence in said.err
    assert ("", 1) == (said.out, said.err.count("\n"))
    assert before == sorted(desk.folder.iterdir())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (rendering("out.ogg"), "cannot write .ogg"),
        (rendering("/nowhere/at/all/out.flac"), "is not a folder"),
        ((*rendering("out.flac"), "--stem", "flute"), "does not use the stem flute"),
        ((*rendering("out.flac"), "--dry"), "--dry needs --stem"),
        (("track", "analyse", "/nowhere"), "is not there"),
        (("remix", "render", "--track", "/nowhere", "--recipe", "RECIPE", "--out", "x.flac"), "is not a folder"),
    ],
)
def test_wrong_words_are_exit_2(desk, capsys, words, sentence):
    assert 2 == desk(*words)
    assert sentence in capsys.readouterr().err


def test_a_recipe_of_an_older_engine_is_migrated_when_asked(desk, song):
    path = desk.folder / "r.json"
    old = replace(wire.from_bytes(type(songs.recipe(song)), path.read_bytes()), engine="fanlink-0")
    path.write_text(json.dumps(wire.to_json(old)))
    assert 0 == desk("remix", "migrate", "--recipe", "RECIPE", "--out", str(path))
    assert 0 == desk(*rendering(desk.folder / "out.wav"))


def test_analyse_prints_what_was_measured(desk, song_folder, capsys):
    assert 0 == desk("track", "analyse", str(song_folder / "drums.wav"), "--json")
    found = json.loads(capsys.readouterr().out)
    assert {"tempo_bpm", "first_beat_ms", "key", "loudness_lufs", "true_peak_dbtp", "length_ms"} == set(found)
