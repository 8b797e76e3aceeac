"""A recipe names its engine; another engine's recipe is migrated, handed over, or refused with words."""

from dataclasses import replace

import pytest

from fanlink import cli
from fanlink.core.errors import BadInput
from fanlink.remix import engines, recipes
from tests.remix.engine import songs


def test_a_newer_engine_is_refused_by_name(song):
    with pytest.raises(BadInput, match="fanlink-7"):
        engines.require(replace(songs.recipe(song), engine="fanlink-7"))


def test_an_older_recipe_is_migrated_to_a_recipe_that_renders(song):
    old = replace(songs.recipe(song), engine="fanlink-0")
    with pytest.raises(BadInput, match="migrate it to fanlink-1"):
        engines.require(old)
    engines.require(engines.migrate(old))


def test_another_engine_beside_this_one_renders_its_own_recipes(song, song_folder, tmp_path, monkeypatch):
    python = tmp_path / "engines" / "fanlink-0" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/said\n')
    python.chmod(0o755)
    monkeypatch.setenv("FANLINK_ENGINES", str(tmp_path / "engines"))
    recipes.write(replace(songs.recipe(song), engine="fanlink-0"), tmp_path / "r.json")
    words = ["remix", "render", "--track", str(song_folder), "--recipe", str(tmp_path / "r.json"), "--out", str(tmp_path / "o.wav")]
    assert 0 == cli.main(words)
    assert f"-m fanlink {' '.join(words)}" == (tmp_path / "said").read_text().strip()


def test_the_pinned_parts_are_those_that_are_installed():
    assert engines.build().pinned
