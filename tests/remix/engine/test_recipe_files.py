"""Recipes as files, and the schema that describes them."""

import json
from pathlib import Path

from fanlink.remix import recipes
from tests.remix.engine import songs

SCHEMA = Path(__file__).parents[3] / "docs" / "recipe.schema.json"


def test_the_schema_in_the_docs_is_the_one_of_the_code():
    assert recipes.schema() == json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert {"engine", "seed", "tempo_bpm", "key_shift_semitones", "stems", "layers", "sections"} <= set(recipes.schema()["required"])


def test_a_recipe_comes_back_from_its_file(song, tmp_path):
    recipe = songs.recipe(song)
    recipes.write(recipe, tmp_path / "r.json")
    assert recipe == recipes.read(tmp_path / "r.json")
