"""Lines of text with a number each, to add to and take from: a rubric, prizes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QSpinBox, QVBoxLayout, QWidget

from fanlink.desktop.widgets import basics, fields

Row = tuple[str, int]


class RowsEditor(QWidget):
    """Rows of words and, where `unit` is given, a number; without one the number is the place."""

    changed = Signal()

    def __init__(self, name: str, hint: str, add: str, *, unit: str = "", usual: int = 10, most: int = 100) -> None:
        super().__init__()
        self._name, self._hint, self._unit, self._usual, self._most = name, hint, unit, usual, most
        self._fields: list[tuple[QLineEdit, QSpinBox | None]] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._lines)
        column.addLayout(basics.row(basics.button(add, "plus", "link", lambda: self._add("")), None))

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows that have words."""
        found = [(field.text().strip(), spin.value() if spin else 0) for field, spin in self._fields]
        kept = [row for row in found if row[0]]
        return tuple(kept) if self._unit else tuple((words, place) for place, (words, _zero) in enumerate(kept, 1))

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Other rows, without a signal; an empty list has one empty row to begin with."""
        basics.empty(self._lines)
        self._fields = []
        for words, number in rows or [("", self._usual)]:
            self._line(words, number)

    def _add(self, words: str) -> None:
        self._line(words, self._usual)
        self._fields[-1][0].setFocus()
        self.changed.emit()

    def _line(self, words: str, number: int) -> None:
        field = QLineEdit(words)
        field.setCursorPosition(0)
        place = len(self._fields) + 1
        field.setAccessibleName(f"{self._name} {place}")
        field.setPlaceholderText(self._hint)
        field.textEdited.connect(lambda _text: self.changed.emit())
        spin = None
        line = basics.row(gap=8)
        if self._unit:
            spin = fields.number(1, self._most, f"{self._unit} of {self._name} {place}", f" {self._unit}")
            spin.setMaximumWidth(120)
            spin.setValue(number)
            spin.valueChanged.connect(lambda _value: self.changed.emit())
        else:
            line.addWidget(basics.chip(str(place), "accent"))
        line.addWidget(field, 1)
        if spin:
            line.addWidget(spin)
        pair = (field, spin)
        line.addWidget(basics.tool("x", f"Take {self._name} {place} away", lambda: self._remove(pair)))
        self._fields.append(pair)
        self._lines.addLayout(line)

    def _remove(self, pair: tuple[QLineEdit, QSpinBox | None]) -> None:
        kept = [(field.text(), spin.value() if spin else 0) for field, spin in self._fields if (field, spin) != pair]
        self.set_rows(kept)
        self.changed.emit()
