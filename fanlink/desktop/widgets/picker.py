"""Several of a list: a box to choose from, and what was chosen as chips with a cross."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.flow import flow


class Picker(QWidget):
    """Keys with words; choosing one in the box makes it a chip."""

    changed = Signal()

    def __init__(self, name: str, items: Sequence[tuple[str, str]], hint: str) -> None:
        super().__init__()
        self._words = dict(items)
        self._on: list[str] = []
        self.box = QComboBox()
        self.box.setAccessibleName(name)
        self.box.addItem(hint, "")
        for key, words in items:
            self.box.addItem(words, key)
        self.box.activated.connect(lambda _index: self._chosen())
        self.chips = flow(gap=6)
        self.chips.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.box)
        column.addWidget(self.chips)

    @property
    def on(self) -> tuple[str, ...]:
        """The keys that were chosen, in their order."""
        return tuple(self._on)

    def set_on(self, keys: Collection[str]) -> None:
        """Other keys, without a signal."""
        self._on = list(dict.fromkeys(keys))
        layout = self.chips.layout()
        basics.empty(layout)
        for key in self._on:
            words = self._words[key]
            layout.addWidget(basics.button(words, "x", "small", lambda key=key: self._remove(key), hint=f"Take “{words}” away"))
        self.chips.setVisible(bool(self._on))
        self.box.setCurrentIndex(0)

    def _chosen(self) -> None:
        key = self.box.currentData()
        if key and key not in self._on:
            self.set_on((*self._on, key))
            self.changed.emit()
        self.box.setCurrentIndex(0)

    def _remove(self, key: str) -> None:
        self.set_on([each for each in self._on if each != key])
        self.changed.emit()
