"""Undo and redo over whole values."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 200


class Undoing(Generic[T]):
    """A row of values and where in it one is. A change with the name of the last one takes its place (a slider that moves)."""

    def __init__(self, value: T) -> None:
        self._row: list[tuple[str, T]] = [("", value)]
        self._here = 0

    @property
    def value(self) -> T:
        """The value now."""
        return self._row[self._here][1]

    @property
    def can_undo(self) -> bool:
        return self._here > 0

    @property
    def can_redo(self) -> bool:
        return self._here < len(self._row) - 1

    def change(self, value: T, name: str = "") -> None:
        """A new value; what was undone is gone."""
        if value == self.value:
            return
        same = bool(name) and self._here > 0 and self._row[self._here][0] == name and not self.can_redo
        keep = self._row[: self._here] if same else self._row[: self._here + 1]
        self._row = [*keep, (name, value)][-MOST:]
        self._here = len(self._row) - 1

    def amend(self, value: T) -> None:
        """Another value in the place of this one: nothing that a person would want to undo."""
        self._row[self._here] = (self._row[self._here][0], value)

    def pause(self) -> None:
        """The next change stands for itself, even with the same name."""
        name, value = self._row[self._here]
        self._row[self._here] = ("", value) if name else (name, value)

    def undo(self) -> T:
        """One step back."""
        self._here = max(self._here - 1, 0)
        return self.value

    def redo(self) -> T:
        """One step on."""
        self._here = min(self._here + 1, len(self._row) - 1)
        return self.value
