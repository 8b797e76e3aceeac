"""From words to files: each take has its sound and its recipe, inside the guard rails."""

import json
import shutil

import numpy as np
import pytest
import soundfile

from fanlink import cli
from tests.remix.engine import songs
from tests.remix.words.chat import chat

PROMPT = """title = "P"
words = "make it {mood}"
[slots.mood]
choices = ["slow", "bright"]
[guard_rails]
tempo_bpm = [90, 130]
stems_untouched = ["vocals"]
stems_required = ["vocals"]
words_not_allowed = ["hate"]
"""


@pytest.fixture
def make(tmp_path, song_folder, cache):
    (tmp_path / "p.toml").write_text(PROMPT)

    def run(*words):
        files = ("--track", str(song_folder), "--prompt", str(tmp_path / "p.toml"), "--cache", str(cache), "--json")
        return cli.main(["remix", "make", *files, *words])

    return run


def test_two_takes_are_made_that_check_and_verify(make, tmp_path, song_folder, cache, capsys):
    assert 0 == make("--words", "slow lofi, keep the vocals", "--takes", "2", "--out", str(tmp_path / "n.flac"))
    made = json.loads(capsys.readouterr().out)
    assert 2 == len(made["takes"])
    assert [0, 4] in [each["span"] for each in made["took"]]
    for number in (1, 2):
        recipe = str(tmp_path / f"n.{number}.recipe.json")
        files = ("--track", str(song_folder), "--recipe", recipe)
        assert 0 == cli.main(["remix", "check", *files, "--prompt", str(tmp_path / "p.toml")])
    assert 0 == cli.main(["remix", "verify", *files, "--audio", str(tmp_path / "n.2.flac"), "--cache", str(cache)])
    assert songs.RATE_HZ == songs.read(tmp_path / "n.1.flac")[1]


def test_an_own_recording_is_heard_in_the_remix_and_rendered_again_from_its_folder(make, tmp_path, song_folder, cache, capsys):
    own = np.zeros(96_000)
    own[24_000:26_000] = 0.5
    soundfile.write(tmp_path / "My shaker.wav", own, 48_000)
    words = ("--words", "lofi", "--recording", str(tmp_path / "My shaker.wav"), "--out", str(tmp_path / "n.flac"))
    assert 1 == make(*words)  # the prompt does not allow own recordings: made, and said
    assert ["use_not_allowed"] == [each["rule"] for each in json.loads(capsys.readouterr().out)["findings"] if each["severity"] == "breach"]
    (tmp_path / "p.toml").write_text(PROMPT + 'uses_allowed = ["own_recordings"]\n')
    assert 0 == make(*words)
    made = json.loads(capsys.readouterr().out)
    (layer,) = [one for one in json.loads((tmp_path / "n.recipe.json").read_text())["layers"] if one["kind"] == "own"]
    assert {"what": "My shaker"} == layer["provenance"]
    files = ("--track", str(song_folder), "--recipe", made["recipe"], "--out", str(tmp_path / "again.flac"), "--cache", str(cache))
    assert 0 == cli.main(["remix", "render", *files, "--assets", str(tmp_path / "recordings"), "--json"])
    assert made["pcm_digest"] == json.loads(capsys.readouterr().out)["pcm_digest"]
    assert 0 == cli.main(["remix", "recording", str(tmp_path / "My shaker.wav"), "--out", str(tmp_path / "other"), "--json"])
    assert layer["asset"] == json.loads(capsys.readouterr().out)["asset"]


@pytest.mark.parametrize(
    "words",
    [
        ("--words", "lofi", "--recording", "nothing.wav"),
        ("--words", "lofi", "--slot", "mood=loud"),
        ("--words", "lofi", "--slot", "colour=red"),
        ("--words", "lofi", "--slot", "mood"),
        ("--words", "hate song"),
    ],
)
def test_what_the_prompt_does_not_allow_is_exit_2_and_leaves_no_file(make, tmp_path, words):
    assert 2 == make(*words, "--out", str(tmp_path / "n.flac"))
    assert ["p.toml"] == [path.name for path in tmp_path.iterdir()]


def test_a_broken_stem_is_refused_although_the_remix_would_leave_it_aside(tmp_path, song_folder, capsys):
    folder = shutil.copytree(song_folder, tmp_path / "song")
    soundfile.write(folder / "bass.wav", np.full((44_100, 1), np.nan), 44_100, subtype="FLOAT")
    (tmp_path / "p.toml").write_text('title = "P"\nwords = "w"\n[guard_rails]\nstems_allowed = ["vocals"]\n')
    files = ("--track", str(folder), "--prompt", str(tmp_path / "p.toml"), "--cache", str(tmp_path / "cache"))
    assert 2 == cli.main(["remix", "make", *files, "--words", "lofi", "--out", str(tmp_path / "n.flac")])
    assert "bass.wav: the stem bass has samples that are not numbers" in capsys.readouterr().err
    assert [] == list(tmp_path.glob("n.*"))


@pytest.mark.parametrize("name", ["x" * 300 + ".flac", "vocals.wav"])
def test_a_remix_is_never_written_over_a_stem_nor_under_a_name_that_no_file_can_have(make, song_folder, capsys, name):
    before = {path.name: path.read_bytes() for path in song_folder.iterdir()}
    assert 2 == make("--words", "lofi", "--out", str(song_folder / name))
    assert 1 == len([line for line in capsys.readouterr().err.splitlines() if line.startswith("fanlink: ")])
    assert before == {path.name: path.read_bytes() for path in song_folder.iterdir()}


def test_words_that_are_no_text_are_refused(make, tmp_path, capsys):
    assert 2 == make("--words", "lofi \udcff", "--out", str(tmp_path / "n.flac"))
    assert "words: are not UTF-8 text" in capsys.readouterr().err


def test_a_language_model_reads_the_words_where_one_is_named(make, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FANLINK_WORDS_KEY", "from the environment")
    with chat() as service:
        words = ("--words", "anything at all", "--out", str(tmp_path / "n.wav"))
        assert 0 == make(*words, "--model", "small-1", "--model-address", service.address)
        made = json.loads(capsys.readouterr().out)
        assert ["Bearer from the environment"] == service.keys
        assert "anything at all" == service.asked[0]["words"]
    assert "small-1" == json.loads((tmp_path / "n.recipe.json").read_text())["written_by"]
    assert "small-1 wrote this recipe" in made["why"][0]


@pytest.mark.parametrize(("model", "sentence"), [
    (["--model", "m"], "needs both"), (["--model-address", "https://m.example/v1"], "needs both"),
    (["--model", "m", "--model-address", "http://m.example/v1"], "must begin with https://"),
])  # fmt: skip
def test_half_a_language_model_is_a_sentence(make, tmp_path, capsys, model, sentence):
    assert 2 == make("--words", "slow", "--out", str(tmp_path / "n.wav"), *model)
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "n.wav").exists()
