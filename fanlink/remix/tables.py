"""Strict TOML: each key must be known, each value of its kind, and what is wrong is named with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fanlink.core.errors import BadInput

LARGEST_BYTES = 1 << 20
Where = tuple[str | int, ...]

HEADER = re.compile(r"^\s*(\[{1,2})\s*([^\]]+?)\s*\]{1,2}")
KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")
PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"]*"|'[^']*'""")


class Table:
    """A read TOML file, its place in it, and the lines on which its keys stand."""

    def __init__(self, data: dict[str, Any], name: str, lines: dict[Where, int], at: Where = ()) -> None:
        self._data, self._name, self._lines, self._at = data, name, lines, at

    @classmethod
    def read(cls, path: Path) -> Table:
        """The whole file; `BadInput` when it is not TOML."""
        try:
            if path.stat().st_size > LARGEST_BYTES:
                raise BadInput("is too large to be what it should be", where=path.name)
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise BadInput(f"cannot be read ({error.strerror})", where=str(path)) from error
        except UnicodeDecodeError as error:
            raise BadInput("is not UTF-8 text", where=path.name) from error
        try:
            return cls(tomllib.loads(text), path.name, _lines(text))
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"line (\d+)", str(error))
            raise BadInput(f"{error}".split(" (at")[0], where=path.name, line=line and int(line[1])) from error
        except RecursionError as error:
            raise BadInput("is nested too deeply", where=path.name) from error

    def __contains__(self, key: str) -> bool:
        return key in self._data

    def __iter__(self):
        return iter(self._data)

    def wrong(self, sentence: str, key: str | int | None = None) -> BadInput:
        """The error to raise about a key of this table."""
        at = self._at if key is None else (*self._at, key)
        line = self._lines.get(at) or self._lines.get(self._at)
        return BadInput(sentence, where=self._name, line=line)

    def only(self, known: Iterable[str]) -> None:
        """`BadInput` for the first key that is not known."""
        known = tuple(known)
        for key in self._data:
            if key not in known:
                raise self.wrong(f"unknown key {key!r}; known are {', '.join(known)}", key)

    def need(self, key: str) -> None:
        """`BadInput` when the key is missing."""
        if key not in self._data:
            raise self.wrong(f"{'.'.join(map(str, (*self._at, key)))} is missing")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self._value(key, default)
        if not isinstance(value, str) or (not value.strip() and key in self._data):
            raise self.wrong(f"{key} must be a text", key)
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """A finite number."""
        value = self._value(key, default)
        if not _is_number(value):
            raise self.wrong(f"{key} must be a number", key)
        return float(value)

    def whole(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.wrong(f"{key} must be a whole number", key)
        return value

    def pair(self, key: str, *, whole: bool = False) -> tuple[Any, Any] | None:
        """A range [lowest, highest], or None when it is not set."""
        if key not in self._data:
            return None
        value = self._data[key]
        if not isinstance(value, list) or len(value) != 2 or not all(_is_number(end) for end in value) or value[0] > value[1]:
            raise self.wrong(f"{key} must be [lowest, highest]", key)
        if whole and any(end != int(end) for end in value):
            raise self.wrong(f"{key} must be two whole numbers", key)
        return (int(value[0]), int(value[1])) if whole else (float(value[0]), float(value[1]))

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A list of texts, or None when it is not set."""
        if key not in self._data:
            return None
        value = self._data[key]
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise self.wrong(f"{key} must be a list of texts", key)
        return tuple(value)

    def table(self, key: str) -> Table:
        """A table within this one; an empty one when it is not set."""
        value = self._data.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(f"{key} must be a table", key)
        return Table(value, self._name, self._lines, (*self._at, key))

    def tables(self, key: str) -> list[Table]:
        """A list of tables; an empty one when it is not set."""
        value = self._data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(f"{key} must be [[{key}]] tables", key)
        return [Table(item, self._name, self._lines, (*self._at, key, index)) for index, item in enumerate(value)]

    def _value(self, key: str, default: Any) -> Any:
        if key not in self._data and default is None:
            self.need(key)
        return self._data.get(key, default)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _lines(text: str) -> dict[Where, int]:
    """On which line each table and key stands, as well as plain reading of lines can tell."""
    lines: dict[Where, int] = {}
    counts: dict[Where, int] = {}
    at: Where = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := HEADER.match(line):
            at = tuple(part.strip("\"'") for part in PART.findall(header[2]))
            if header[1] == "[[":
                index = counts[at] = counts.get(at, -1) + 1
                lines.setdefault(at, number)
                at = (*at, index)
            lines.setdefault(at, number)
            for length in range(1, len(at)):
                lines.setdefault(at[:length], number)
        elif key := KEY.match(line):
            parts = tuple(part.strip("\"'") for part in PART.findall(key[1]))
            for length in range(1, len(parts) + 1):
                lines.setdefault((*at, *parts[:length]), number)
    return lines
