"""The demo world as it is written in `resources/demo/world.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from fanlink import wire


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account. `artist` is the profile whose team they are on."""

    name: str
    role: str
    artist: str | None = None
    follows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoArtist:
    id: str
    name: str
    about: str
    artwork: str


@dataclass(frozen=True, slots=True)
class DemoTrack:
    """A track folder and who owns it, by person's name; `template` names one of the ready splits."""

    id: str
    artist: str
    folder: str
    recording: dict[str, Fraction]
    composition: dict[str, Fraction]
    template: str
    featured: tuple[str, ...] = ()
    isrc: str | None = None
    iswc: str | None = None

    @property
    def owners(self) -> tuple[str, ...]:
        """Everyone who must agree, by name."""
        return tuple(sorted({*self.recording, *self.composition, *self.featured}))


@dataclass(frozen=True, slots=True)
class DemoPrompt:
    id: str
    track: str
    file: str


@dataclass(frozen=True, slots=True)
class DemoChallenge:
    """Dates are days from the moment the demo first began."""

    id: str
    prompt: str
    title: str
    about: str
    opens_days: int
    closes_days: int
    decides_days: int
    judges: tuple[str, ...]
    rubric: dict[str, int]
    prizes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """A remix that a fan asks for."""

    prompt: str
    fan: str
    title: str
    words: str
    slots: dict[str, str]
    seed: int


@dataclass(frozen=True, slots=True)
class Story(Wish):
    """The remix whose whole life the demo plays; `revenue` rows are territory, amount, currency."""

    letter: str = ""
    service: str = ""
    revenue: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """Everyone and everything in the demo."""

    people: tuple[Person, ...]
    artists: tuple[DemoArtist, ...]
    tracks: tuple[DemoTrack, ...]
    prompts: tuple[DemoPrompt, ...]
    challenges: tuple[DemoChallenge, ...]
    story: Story
    waiting: Wish
    folder: Path = field(default=Path())

    def track(self, name: str) -> DemoTrack:
        return next(track for track in self.tracks if track.id == name)

    def prompt(self, name: str) -> DemoPrompt:
        return next(prompt for prompt in self.prompts if prompt.id == name)

    def manager(self, artist: str) -> str:
        """The name of the person who runs an artist's profile."""
        return next(person.name for person in self.people if person.artist == artist)

    def first(self, role: str) -> str:
        """The name of the first person with a role."""
        return next(person.name for person in self.people if person.role == role)


def read(folder: Path) -> World:
    """The world described in `folder`; `BadInput` says what is wrong with the description."""
    path = folder / "world.toml"
    described: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return wire.from_json(World, {**described, "folder": folder}, where=str(path))
