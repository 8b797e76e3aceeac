"""`remix generate` where no model runs: what is missing or not allowed is one sentence with what to do."""

import io
import json

import pytest

from fanlink import cli
from fanlink.core import rules
from fanlink.core.guard_rails import GuardRails, Use
from fanlink.remix import recipes
from tests.remix.engine import songs


@pytest.fixture
def words(song_folder, prompt, tmp_path, monkeypatch):
    monkeypatch.setenv("FANLINK_TOKEN_STORE", "memory")
    for name in ("FANLINK_GENERATE_MODEL", "FANLINK_GENERATE_KEY"):
        monkeypatch.delenv(name, raising=False)

    def make(*more, uses=("generated_layers",), rails=""):
        return [
            "remix", "generate", "--track", str(song_folder), "--prompt", str(prompt(*uses, more=rails)), "--words", "warm pads",
            "--out", str(tmp_path / "layer.flac"), *map(str, more),
        ]  # fmt: skip

    return make


@pytest.fixture
def folder(tmp_path):
    """A folder that says it is MusicGen, without weights."""
    path = tmp_path / "some-model"
    path.mkdir()
    (path / "config.json").write_text(json.dumps({"model_type": "musicgen"}))
    return path


def said(capsys, words):
    code = cli.main(words)
    out = capsys.readouterr()
    assert "" == out.out
    assert 1 == out.err.count("\n"), out.err
    return code, out.err


def test_with_no_model_set_up_it_says_what_to_name(words, capsys):
    code, sentence = said(capsys, words())
    assert 3 == code and "--model" in sentence and "MusicGen or ACE-Step" in sentence


def test_without_the_extra_it_says_what_to_install(words, folder, capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("FANLINK_GENERATE_PYTHON", str(tmp_path / "no-python"))
    code, sentence = said(capsys, words("--model", folder))
    assert 3 == code and "cannot be started" in sentence


def test_an_environment_without_the_libraries_says_what_to_install(words, folder, capsys, monkeypatch, tmp_path):
    bare = tmp_path / "python"
    bare.write_text('#!/bin/sh\nread job\necho \'{"missing": "torch"}\'\n')
    bare.chmod(0o755)
    monkeypatch.setenv("FANLINK_GENERATE_PYTHON", str(bare))
    assert 3 == cli.main(words("--model", folder))
    assert 'pip install "fanlink[gen]" (torch is not there)' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("uses", "rails", "word"),
    [
        ((), "", "has not allowed layers that a model generates"),
        (("generated_layers", "commercial_release"), "", "--licence"),
        (("generated_layers",), 'layers_allowed = ["drums"]', "only these layers: drums"),
        (("generated_layers",), 'words_not_allowed = ["warm"]', "say it without “warm”"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_said_in_words(words, folder, capsys, tmp_path, uses, rails, word):
    code, sentence = said(capsys, words("--model", folder, uses=uses, rails=rails))
    assert 2 == code and word in sentence
    assert not (tmp_path / "layer.flac").exists()


@pytest.mark.parametrize(
    "more",
    [
        ("--model", "nowhere"), ("--model", "http://music.example/"), ("--seconds", "0"), ("--seconds", "nan"), ("--seed", "-1"),
        ("--out", "layer.mp3"), ("--out", "/nowhere/layer.flac"), ("--tempo", "5"), ("--into", "nowhere.json"),
    ],
)  # fmt: skip
def test_wrong_words_are_one_sentence(words, service, capsys, more):
    named = () if more[0] == "--model" else ("--model", service.address)
    code, _ = said(capsys, words(*named, *more))
    assert 2 == code
    assert [] == service.asked


def test_a_service_makes_a_layer_that_goes_into_a_recipe(words, service, song, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FANLINK_GENERATE_MODEL", service.address)
    monkeypatch.setenv("FANLINK_GENERATE_KEY", "from the environment")
    path = tmp_path / "r.json"
    recipes.write(songs.recipe(song, tempo_bpm=126.0, key_shift_semitones=-2), path)
    assert 0 == cli.main(words("--service-model", "night-1", "--licence", "mit", "--into", path, "--at-bar", "5", "--json"))
    result = json.loads(capsys.readouterr().out)
    assert (126.0, "G minor") == (service.asked[0]["tempo_bpm"], service.asked[0]["key"])
    assert "Bearer from the environment" == service.headers[0]["Authorization"]
    recipe = recipes.read(path)
    assert result["pcm_digest"] == recipe.layers[-1].asset
    assert 16.0 == recipe.layers[-1].start_beat
    assert [] == rules.check(recipe, song.facts, GuardRails(uses_allowed=(Use.GENERATED_LAYERS,)))


def test_a_recipe_that_breaks_a_rule_afterwards_is_exit_1(words, service, song, tmp_path, capsys):
    path = tmp_path / "r.json"
    recipes.write(songs.recipe(song), path)
    rails = "tempo_bpm = [60, 90]"
    assert 1 == cli.main(words("--model", service.address, "--into", path, rails=rails))
    assert "tempo_range" in capsys.readouterr().out


def test_a_key_that_no_keyring_keeps_is_said_so(capsys, monkeypatch):
    monkeypatch.setenv("FANLINK_TOKEN_STORE", "memory")
    monkeypatch.setattr("sys.stdin", io.StringIO("secret\n"))
    code, sentence = said(capsys, ["remix", "service-key", "--service", "https://music.example/v1"])
    assert 3 == code and "FANLINK_GENERATE_KEY" in sentence and "secret" not in sentence
