"""Which engines this server can render with, and what a recipe of an engine that it no longer has becomes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fanlink import wire
from fanlink.core import engines
from fanlink.core.engines import CURRENT
from fanlink.core.errors import Reason
from fanlink.core.recipes import Recipe


def is_here(engine: str, folder: str) -> bool:
    """Whether recipes of this engine are rendered: by the engine that runs here, or by one that is registered in the folder."""
    if engine == CURRENT:
        return True
    named = bool(engine) and Path(engine).name == engine and not engine.startswith(".")
    return bool(folder) and named and any((Path(folder) / name).exists() for name in (engine, f"{engine}.toml"))


def retired(recipe: Recipe, folder: str) -> Reason | None:
    """That the engine of a recipe is gone, with the recipe for the current engine to hear and to accept.

    None for an engine that is here, and for one that never was: of that, the render says what is wrong.
    """
    migrated = None if is_here(recipe.engine, folder) else engines.migrate(recipe)
    if migrated is None:
        return None
    facts: dict[str, Any] = {"engine": recipe.engine, "current": CURRENT, "changes": migrated.changes}
    return Reason("engine_retired", facts | {"rules": [step.name for step in migrated.steps], "migrated": wire.to_json(migrated.recipe)})
