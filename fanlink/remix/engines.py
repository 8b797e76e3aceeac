"""The engine's version: the exact parts that make the sound, by one name.

A recipe names the engine it was made for. Another engine sounds different, so its recipe is not rendered here:
it is migrated, and the fan hears it before accepting.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import metadata
from pathlib import Path

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


@cache
def cache_name() -> str:
    """What prepared sound is kept under: the engine's name and its own code and wheels, so that no change meets old sound."""
    read = hashlib.sha256(repr([(name, _version(name)) for name in sorted(PINS[CURRENT])]).encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        read.update(path.read_bytes())
    return f"{CURRENT}-{read.hexdigest()[:16]}"


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


def beside(name: str) -> Path | None:
    """The Python of another engine's locked environment: `NAME/bin/python` in the folder FANLINK_ENGINES, if it is there."""
    folder = os.environ.get("FANLINK_ENGINES")
    if not folder or name == CURRENT or name not in (*MIGRATIONS, *PINS):
        return None
    for place in ("bin/python", "Scripts/python.exe"):
        if (Path(folder) / name / place).is_file():
            return Path(folder) / name / place
    return None


def hand_over(recipe: Recipe, words: Sequence[str]) -> int | None:
    """Lets the recipe's own engine do the command line's words in a child; its exit code, None when it is not another's."""
    python = beside(recipe.engine)
    if python is None:
        return None
    return subprocess.run([str(python), "-m", "fanlink", *words], check=False).returncode


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
    """`BadInput` unless the recipe is for this engine; names the migration when there is one.

    A recipe of a newer engine, or of one that nobody knows, has no migration.
    """
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
