"""The engine's version: the exact parts that make the sound, by one name.

A recipe names the engine it was made for. Another engine sounds different, so its recipe is rendered by that engine
where it is installed beside this one (see `beside`), and otherwise migrated; the fan hears it before accepting.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from fanlink.core import engines
from fanlink.core.engines import CURRENT
from fanlink.core.errors import BadInput
from fanlink.core.recipes import Recipe

PINS: dict[str, dict[str, str]] = {
    "fanlink-1": {
        "numpy": "2.4.6",
        "scipy": "1.17.1",
        "soxr": "1.1.0",
        "python-stretch": "0.3.1",
        "soundfile": "0.14.0",
    },
}

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


def wheels() -> dict[str, str | None]:
    """The installed version of each part that makes the sound; None for one that is not there."""
    return {name: _version(name) for name in PINS[CURRENT]}


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
    migrated = engines.migrate(recipe)
    if migrated:
        names = ", ".join(step.name for step in migrated.steps)
        sentence = (
            f"is for the engine {recipe.engine}, which is not here; migrate it to {CURRENT} ({names}) with "
            "`fanlink remix migrate` and listen before you accept it"
        )
    else:
        sentence = f"is for the engine {recipe.engine!r}, which is not here; this is {CURRENT} and no migration from it is known"
    raise BadInput(sentence, where="recipe")


def migrate(recipe: Recipe) -> engines.Migrated:
    """The recipe for the current engine; `BadInput` when no migration is known."""
    migrated = engines.migrate(recipe)
    if migrated is None:
        require(recipe)
    assert migrated is not None, "a recipe that needs no migration has none to do"
    return migrated
