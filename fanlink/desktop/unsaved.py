"""What somebody was writing when the window closed: kept beside the replica until it is saved or thrown away."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from fanlink import wire
from fanlink.core.errors import BadInput

FOLDER = "unsaved"


def keep(home: Path, name: str, value: Any) -> None:
    """Writes a value beside its old form and moves it there whole."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    place, beside = folder / f"{name}.json", folder / f"{name}.new"
    beside.write_bytes(wire.adapter(type(value)).dump_json(value))
    os.replace(beside, place)


def load(home: Path, name: str, kind: type) -> Any:
    """What was kept, or None; a file that cannot be read is as none."""
    try:
        return wire.from_bytes(kind, (home / FOLDER / f"{name}.json").read_bytes())
    except (OSError, BadInput):
        return None


def forget(home: Path, name: str) -> None:
    """It was saved, or is not wanted any more."""
    (home / FOLDER / f"{name}.json").unlink(missing_ok=True)
