"""Recipes as files: JSON, read strictly, written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

from fanlink import wire
from fanlink.core.errors import BadInput
from fanlink.core.recipes import Recipe
from fanlink.remix import engines, files

LARGEST_BYTES = 4 << 20


def read(path: Path, *, any_engine: bool = False) -> Recipe:
    """A recipe of this engine; `BadInput` names the field that is wrong, or the migration that is needed."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise BadInput("is too large to be a recipe", where=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror})", where=str(path)) from error
    recipe = wire.from_bytes(Recipe, data, where=path.name)
    if not any_engine:
        engines.require(recipe)
    return recipe


def write(recipe: Recipe, path: Path) -> None:
    """Writes a recipe as JSON."""
    with files.written_whole(path) as temporary:
        text = json.dumps(wire.to_json(recipe), ensure_ascii=False, indent=1)
        temporary.write_text(text + "\n", encoding="utf-8")


def schema() -> dict:
    """The JSON schema of a recipe, as `docs/recipe.schema.json` has it."""
    described = wire.adapter(Recipe).json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "FanLink recipe", **described}
