"""Drafts: remixes that are still only on this computer. Saved as one writes, each whole or not at all."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

from fanlink.core.errors import BadInput
from fanlink.core.recipes import Recipe

log = logging.getLogger("fanlink.desktop")


@dataclass(frozen=True, slots=True)
class Mark:
    """What was made of a stretch of the words: understood, ignored or not allowed; `decision` says what it did."""

    start: int
    end: int
    state: str
    decision: str = ""


@dataclass(frozen=True, slots=True)
class DraftTake:
    """One take: a recipe with what the words did to it."""

    recipe: Recipe
    marks: tuple[Mark, ...] = ()
    why: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """All that the Studio needs to go on. `remix` is set while changes that were asked for are made to it.

    `parent` is the published remix that this one rests on, with its title as it was then.
    """

    id: str
    prompt: str
    prompt_version: str
    artist_name: str
    track_title: str
    track: str
    saved_ms: int
    title: str = ""
    words: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    seed: int = 1
    takes: tuple[DraftTake, ...] = ()
    chosen: int = 0
    heard_digest: str | None = None
    remix: str | None = None
    artwork: str | None = None
    parent: str | None = None
    parent_title: str = ""

    @property
    def take(self) -> DraftTake | None:
        """The take that is worked on."""
        return self.takes[self.chosen] if self.chosen < len(self.takes) else None

    def with_recipe(self, recipe: Recipe) -> Draft:
        """The same draft with another recipe in its chosen take."""
        takes = list(self.takes)
        takes[self.chosen] = replace(takes[self.chosen], recipe=recipe)
        return replace(self, takes=tuple(takes), heard_digest=None)


def save(home: Path, draft: Draft) -> None:
    """Writes a draft durably."""
    path = _path(home, draft.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with new.open("wb") as file:
        file.write(_wire().adapter(Draft).dump_json(draft))
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def load(home: Path, draft_id: str) -> Draft | None:
    """Reads a draft; one that cannot be read stays on the disk and is left out."""
    try:
        return _wire().from_bytes(Draft, _path(home, draft_id).read_bytes(), where=draft_id)
    except OSError:
        return None
    except BadInput as error:
        log.warning("a draft cannot be read: %s", error)
        return None


def all_of(home: Path) -> list[Draft]:
    """All drafts, the one saved last first."""
    found = [load(home, path.stem) for path in (home / "drafts").glob("*.json")]
    return sorted((draft for draft in found if draft is not None), key=lambda draft: (-draft.saved_ms, draft.id))


def remove(home: Path, draft_id: str) -> Draft | None:
    """Takes a draft away and returns it, so that it can be put back."""
    found = load(home, draft_id)
    with contextlib.suppress(OSError):
        _path(home, draft_id).unlink()
    return found


def _wire():
    """Values to JSON: pydantic is for the lane, not for the first paint."""
    return import_module("fanlink.wire")


def _path(home: Path, draft_id: str) -> Path:
    return home / "drafts" / f"{draft_id}.json"
