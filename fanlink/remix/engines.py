"""The engine's version: the exact parts that make the sound, by one name.

A recipe names the engine it was made for. Another engine sounds different, so its recipe is not rendered here:
it is migrated, and the fan hears it before accepting.
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, replace
from importlib import metadata

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Recipe

CURRENT = "fanlink-1"

PINS: dict[str, dict[str, str]] = {
    "fanlink-1": {
        "numpy": "2.4.6",
        "scipy": "1.17.1",
        "soxr": "1.1.0",
        "python-stretch": "0.3.1",
        "soundfile": "0.14.0",
    },
}

# Recipes of these earlier engines can be brought to the current one; each name says to which.
MIGRATIONS: dict[str, str] = {"fanlink-0": "fanlink-1"}


@dataclass(frozen=True, slots=True)
class Build:
    """What renders here: the engine, whether its wheels are the pinned ones, and the processor family."""

    engine: str
    pinned: bool
    machine: str

    @property
    def label(self) -> str:
        """One line that is written into rendered files."""
        return f"{self.engine} {'pinned' if self.pinned else 'unpinned'} {self.machine}"


def build() -> Build:
    """What renders here."""
    installed = all(_version(name) == wanted for name, wanted in PINS[CURRENT].items())
    return Build(CURRENT, installed, f"{sys.platform}-{platform.machine().lower()}")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def require(recipe: Recipe) -> None:
    """`BadInput` unless the recipe is for this engine; names the migration when there is one."""
    if recipe.engine == CURRENT:
        return
    if recipe.engine in MIGRATIONS:
        sentence = f"is for the engine {recipe.engine}; migrate it to {MIGRATIONS[recipe.engine]} and listen before you accept it"
    else:
        sentence = f"is for the engine {recipe.engine!r}, which is not here; this is {CURRENT} and no migration from it is known"
    raise BadInput(sentence, where="recipe")


def migrate(recipe: Recipe) -> Recipe:
    """The recipe for the current engine; `BadInput` when no migration is known."""
    if recipe.engine == CURRENT:
        return recipe
    if MIGRATIONS.get(recipe.engine) != CURRENT:
        require(recipe)
    return replace(recipe, engine=CURRENT)
