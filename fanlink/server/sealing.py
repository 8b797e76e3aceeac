"""Sealing: a finished render gets its signed content credentials before anyone can hear it.

A render is made once per recipe, and a recipe belongs to the fan who wrote it first; the credentials name that remix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fanlink.core.disclosure import disclose
from fanlink.core.recipes import Recipe
from fanlink.core.remixes import Remix
from fanlink.core.tracks import TrackFacts
from fanlink.server.nouns import Account
from fanlink.server.store import Store


class Files(Protocol):
    """What a renderer made."""

    flac: Path
    mp3: Path | None


@dataclass(frozen=True, slots=True)
class Subject:
    """What the credentials say the file is: a remix, by whom, of what, under which prompt version."""

    remix: str
    title: str
    fan: str
    prompt: str
    prompt_version: str
    recipe: Recipe
    facts: TrackFacts


Seal = Callable[[Subject, Files], None]


def subject_of(store: Store, remix: Remix, facts: TrackFacts) -> Subject:
    """The subject of a remix, as it stands now."""
    fan = store.get(Account, remix.fan)
    return Subject(
        remix.id, remix.title, fan.name if fan else remix.fan, remix.prompt, remix.prompt_version, remix.recipe, facts
    )


def unsealed(_subject: Subject, _files: Files) -> None:
    """Signs nothing: for a renderer whose files are not audio of ours to sign, as in a simulation."""


@dataclass(frozen=True, slots=True)
class Sealer:
    """Signs with the server's own key, which is made on first use and kept in files of the home."""

    keys: Path
    name: str = "FanLink server"

    def __call__(self, subject: Subject, files: Files) -> None:
        """Writes the credentials into the files, in place. Raises `BadInput` when they cannot take them."""
        from fanlink.remix.credentials import manifests
        from fanlink.remix.credentials.keys import load_or_make

        key = load_or_make(self.keys, self.name)
        about = manifests.About(
            subject.title, subject.fan, subject.facts.artist, subject.remix, subject.prompt, subject.prompt_version,
            subject.facts, subject.recipe, disclose(subject.recipe, subject.fan, subject.facts.artist),
        )  # fmt: skip
        for path in (files.flac, files.mp3):
            if path is not None:
                manifests.sign(path, about, key)
