"""Other engines beside this one: each a locked environment with its own interpreter, run as a child.

An environment is a folder with `bin/python`, the wheels of its engine, and `engine.lock`, which names the version of
every part that makes the sound. The engines folder (FANLINK_ENGINES, or the user's data folder) holds either the
environments themselves under the engine's name, or `NAME.toml` that says where one is.
"""

from __future__ import annotations

import json
import os
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanlink.core.engines import CURRENT
from fanlink.core.errors import BadInput
from fanlink.core.recipes import Recipe
from fanlink.remix import files

LOCK = "engine.lock"
ANSWER_S = 60
PYTHONS = ("bin/python", "Scripts/python.exe")


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that is installed: its name, its folder, and the locked versions of its parts."""

    name: str
    folder: Path
    lock: dict[str, str]

    @property
    def python(self) -> Path:
        """Its own interpreter."""
        python = _python_in(self.folder)
        assert python is not None, self.folder
        return python


def engines_folder() -> Path:
    """Where engines are registered."""
    import platformdirs

    said = os.environ.get("FANLINK_ENGINES")
    return Path(said) if said else Path(platformdirs.user_data_dir("fanlink", appauthor=False)) / "engines"


def installed() -> list[Engine]:
    """All other engines that are beside this one, by name."""
    folder = engines_folder()
    names = {path.stem if path.suffix == ".toml" else path.name for path in folder.iterdir()} if folder.is_dir() else set()
    return [engine for name in sorted(names) if (engine := find(name)) is not None]


def find(name: str) -> Engine | None:
    """The engine of this name, when it is there with its interpreter; never the one that runs here."""
    if name == CURRENT or not name or Path(name).name != name or name.startswith("."):
        return None
    root = engines_folder()
    note, folder = root / f"{name}.toml", root / name
    if note.is_file():
        try:
            folder = Path(tomllib.loads(note.read_text("utf-8"))["folder"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput("does not say where the engine is; add it again with `fanlink remix engines --add`", where=str(note)) from error
    return Engine(name, folder, _lock_of(folder)) if _python_in(folder) else None


def add(folder: Path) -> Engine:
    """Registers the engine in a folder. It is asked for its name and parts, which must be those of its lock file.

    An environment without a lock file gets one. `BadInput` when the folder holds no engine, or not the locked one.
    """
    folder = folder.absolute()
    python = _python_in(folder)
    if python is None:
        raise BadInput("has no bin/python: an engine is a folder with its own interpreter and wheels", where=str(folder))
    name, wheels = _asked(python, folder)
    if name == CURRENT:
        raise BadInput(f"is the engine {name}, which runs here already", where=str(folder))
    if not (folder / LOCK).is_file():
        (folder / LOCK).write_text("".join(f"{part}=={version}\n" for part, version in sorted(wheels.items())), "utf-8")
    lock = _lock_of(folder)
    other = [part for part in sorted(lock.keys() | wheels.keys()) if lock.get(part) != wheels.get(part)]
    if other:
        raise BadInput(f"is not as its {LOCK} says: {', '.join(other)} differ", where=str(folder))
    root = engines_folder()
    root.mkdir(parents=True, exist_ok=True)
    with files.written_whole(root / f"{name}.toml") as temporary:
        temporary.write_text(f"folder = {json.dumps(str(folder))}\n", "utf-8")
    return Engine(name, folder, lock)


def _asked(python: Path, folder: Path) -> tuple[str, dict[str, str]]:
    """What the engine says of itself."""
    try:
        done = run(python, ("remix", "engines", "--json"), folder, timeout=ANSWER_S)
        said: dict[str, Any] = json.loads(done.stdout)
        return str(said["current"]), {str(part): str(version) for part, version in said["wheels"].items()}
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("has an interpreter, but no FanLink engine that answers", where=str(folder)) from error


def run(python: Path, words: Sequence[str], cwd: Path, *, timeout: float | None = None) -> subprocess.CompletedProcess[str]:
    """Runs an engine's own command line and keeps what it prints."""
    command = [str(python), "-P", "-m", "fanlink", *words]
    return subprocess.run(command, cwd=cwd, env=_environment(), capture_output=True, text=True, timeout=timeout, check=False)


def hand_over(recipe: Recipe, words: Sequence[str]) -> int | None:
    """Lets the recipe's own engine do the command line's words in a child; its exit code, None when it is not installed.

    Paths among the words must be absolute.
    """
    engine = find(recipe.engine)
    if engine is None:
        return None
    command = [str(engine.python), "-P", "-m", "fanlink", *words]
    return subprocess.run(command, cwd=engine.folder, env=_environment(), check=False).returncode


def _environment() -> dict[str, str]:
    """Ours, without what would lead another interpreter to our packages."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


def _python_in(folder: Path) -> Path | None:
    return next((folder / place for place in PYTHONS if (folder / place).is_file()), None)


def _lock_of(folder: Path) -> dict[str, str]:
    path = folder / LOCK
    if not path.is_file():
        return {}
    lines = (line.split("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return {part.strip(): version.strip() for part, _, version in (line.partition("==") for line in lines if line)}
