"""Conflicts: what I asked, what it is now, and what I saw when I asked, side by side by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fanlink import wire
from fanlink.client.entries import Entry
from fanlink.core import commands
from fanlink.core.commands import Data

Choice = Literal["mine", "theirs"]

# Where the fields of a command are found in the document it is about; the rest are looked for by their own names.
PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    "write_prompt": {"text": ("prompt", "draft")},
    "write_challenge": {"": ("challenge",)},
    "extend_challenge": {"dates": ("challenge", "dates")},
    "submit_remix": {"": ("remix",)},
    "decide_case": {"": ("case", "decisions", "-1")},
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field in three forms, as JSON; None where there is nothing of it."""

    name: str
    mine: Any
    theirs: Any
    base: Any

    @property
    def differs(self) -> bool:
        """True when mine and theirs are not the same."""
        return self.mine != self.theirs


@dataclass(frozen=True, slots=True)
class Conflicting:
    """A command whose target had moved on, with every field it would set."""

    entry: Entry
    fields: tuple[Field, ...]

    @property
    def id(self) -> str:
        return self.entry.id


def compared(entry: Entry) -> Conflicting:
    """The command's fields beside what they are now and what they were."""
    return Conflicting(entry, tuple(
        Field(".".join(path), mine, _theirs(entry, entry.now, path), _theirs(entry, entry.base, path))
        for path, mine in _leaves(wire.to_json(entry.command.data))
    ))


def chosen(entry: Entry, choice: Choice | Mapping[str, Choice]) -> Data | None:
    """The command's data as the person chose; None when nothing of mine is left in it."""
    if choice == "theirs":
        return None
    if choice == "mine":
        return entry.command.data
    fields = compared(entry).fields
    made: dict[str, Any] = {}
    for field in fields:
        take_mine = choice.get(field.name, "mine") == "mine"
        _put(made, field.name.split("."), field.mine if take_mine else field.theirs)
    if all(choice.get(field.name, "mine") == "theirs" for field in fields if field.differs):
        return None
    return wire.from_json(commands.KINDS[entry.command.kind], made)


def version_now(entry: Entry) -> int | None:
    """The version that the target has now, as the server said."""
    for said in _mappings(entry.now or {}):
        if isinstance(said.get("version"), int):
            return said["version"]
    return entry.command.base_version


def _leaves(data: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The fields of a command, and those of its text one by one, so that two people's edits can be told apart."""
    for name, value in data.items():
        if isinstance(value, Mapping) and not path and name in ("text", "dates", "guard_rails"):
            yield from _leaves(value, (name,))
        else:
            yield (*path, name), value


def _theirs(entry: Entry, document: Mapping[str, Any] | None, path: tuple[str, ...]) -> Any:
    if document is None:
        return None
    places = PLACES.get(entry.command.kind, {})
    for start, place in places.items():
        if start in ("", path[0]):
            inside = path if start == "" else path[1:]
            # What the person saw is a document; what the server says is the thing inside it.
            for where in (place, place[1:]):
                found = _at(_at(document, where), inside)
                if found is not None:
                    return found
    for inside in _mappings(document):
        found = _at(inside, path)
        if found is not None:
            return found
    return None


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        if isinstance(value, list) and name == "-1":
            value = value[-1] if value else None
        elif isinstance(value, Mapping):
            value = value.get(name)
        else:
            return None
    return value


def _mappings(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The document and what is directly inside it."""
    yield document
    for value in document.values():
        if isinstance(value, Mapping):
            yield value


def _put(made: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        made = made.setdefault(name, {})
    made[path[-1]] = value
