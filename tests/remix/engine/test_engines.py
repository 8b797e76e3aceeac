"""A recipe names its engine; another engine's recipe is rendered by that engine, migrated, or refused with words.

The other engine here is real code in another folder: a copy of the package under another name, run as a child by a
start file of its own with the same interpreter. Only its wheels are not a second copy, because installing them would
take longer than all other tests together.
"""

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import fanlink
from fanlink import cli
from fanlink.core import engines as names
from fanlink.core.errors import BadInput
from fanlink.remix import beside, engines, publishing, recipes
from tests.remix.engine import songs


@pytest.fixture
def older(tmp_path_factory, monkeypatch):
    """The environment of an engine called fanlink-0, and an empty folder where engines are registered."""
    folder = tmp_path_factory.mktemp("older")
    copy = folder / "lib" / "fanlink"
    shutil.copytree(Path(fanlink.__file__).parent, copy, ignore=shutil.ignore_patterns("__pycache__", "desktop", "server"))
    for path in (copy / "core" / "engines.py", copy / "remix" / "engines.py"):
        path.write_text(path.read_text().replace('CURRENT = "fanlink-1"', 'CURRENT = "fanlink-0"').replace('    "fanlink-1": {', '    "fanlink-0": {'))
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}/lib" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv("FANLINK_ENGINES", str(tmp_path_factory.mktemp("engines")))
    return folder


def said(capsys, *words):
    code = cli.main([str(word) for word in (*words, "--json")])
    return code, json.loads(capsys.readouterr().out or "null")


def old_recipe(song, tmp_path):
    recipes.write(replace(songs.recipe(song), engine="fanlink-0"), tmp_path / "old.json")
    return tmp_path / "old.json"


def test_a_newer_engine_is_refused_by_name(song):
    with pytest.raises(BadInput, match="fanlink-7"):
        engines.require(replace(songs.recipe(song), engine="fanlink-7"))


def test_an_older_recipe_is_migrated_by_a_named_rule_to_a_recipe_that_renders(song, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FANLINK_ENGINES", str(tmp_path / "none"))
    with pytest.raises(BadInput, match=r"fanlink-0.*the_same_decisions"):
        engines.require(replace(songs.recipe(song), engine="fanlink-0"))
    code, result = said(capsys, "remix", "migrate", "--recipe", old_recipe(song, tmp_path), "--out", tmp_path / "new.json")
    assert (0, ["the_same_decisions"]) == (code, [step["rule"] for step in result["steps"]])
    assert songs.recipe(song) == recipes.read(tmp_path / "new.json")


def test_every_migration_leads_to_the_engine_that_runs_here(song):
    for name in names.MIGRATIONS:
        migrated = names.migrate(replace(songs.recipe(song), engine=name))
        assert migrated is not None
        assert names.CURRENT == migrated.recipe.engine
        assert all(migrated.changes)


def test_an_engine_that_is_not_there_is_exit_2_with_the_migration_named(song, song_folder, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FANLINK_ENGINES", str(tmp_path / "none"))
    words = ["--track", str(song_folder), "--recipe", str(old_recipe(song, tmp_path))]
    assert 2 == cli.main(["remix", "render", *words, "--out", str(tmp_path / "o.wav")])
    assert "the_same_decisions" in capsys.readouterr().err
    assert not (tmp_path / "o.wav").exists()


def test_an_engine_that_was_added_renders_and_proves_its_own_recipes_in_a_child(older, song, song_folder, tmp_path, capfd, cache):
    code, result = said(capfd, "remix", "engines", "--add", older)
    assert (0, ["fanlink-0"]) == (code, [each["engine"] for each in result["beside"]])
    assert engines.PINS["fanlink-1"] == result["beside"][0]["lock"]
    words = ["--track", song_folder, "--recipe", old_recipe(song, tmp_path), "--cache", tmp_path / "cache"]
    code, made = said(capfd, "remix", "render", *words, "--out", tmp_path / "o.wav")
    assert (0, True) == (code, (tmp_path / "o.wav").is_file())
    recipes.write(songs.recipe(song), tmp_path / "new.json")
    words_here = ["--track", song_folder, "--recipe", tmp_path / "new.json", "--out", tmp_path / "n.wav"]
    assert made["pcm_digest"] == said(capfd, "remix", "render", *words_here)[1]["pcm_digest"]
    code, verdict = said(capfd, "remix", "verify", *words, "--audio", tmp_path / "o.wav")
    assert (0, True) == (code, verdict["match"])


def test_the_server_s_render_of_an_older_recipe_is_made_by_its_own_engine(older, song, tmp_path):
    recipe = replace(songs.recipe(song), engine="fanlink-0")
    folders = [tmp_path / "here", tmp_path / "there"]
    for folder in folders:
        folder.mkdir()
    beside.add(older)
    here = publishing.publishable(songs.recipe(song), song.files, song.facts, folders[0])
    there = publishing.publishable(recipe, song.files, song.facts, folders[1])
    assert here.pcm_digest == there.pcm_digest
    assert here.loudness_lufs == pytest.approx(there.loudness_lufs)
    assert there.mp3.is_file()


def test_an_engine_whose_parts_are_not_the_locked_ones_is_not_added(older, capsys):
    (older / "engine.lock").write_text("numpy==0.0.1\n")
    assert 2 == cli.main(["remix", "engines", "--add", str(older)])
    assert "numpy" in capsys.readouterr().err


def test_a_folder_without_an_engine_is_not_added(tmp_path, capsys):
    assert 2 == cli.main(["remix", "engines", "--add", str(tmp_path)])
    assert "bin/python" in capsys.readouterr().err


def test_the_pinned_parts_are_those_that_are_installed():
    assert engines.build().pinned
