"""Chips that are on or off, side by side."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fanlink.desktop import theme
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.flow import Flow, flow

Item = tuple[str, str]


class Toggles(QWidget):
    """Keys with words, each on or off."""

    changed = Signal()

    def __init__(self, items: Sequence[Item] = (), on_icon: str = "check", off_icon: str = "") -> None:
        super().__init__()
        self._icons = (off_icon, on_icon)
        self._buttons: dict[str, QPushButton] = {}
        self._flow = flow(gap=6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._flow)
        self.set_items(items)

    def set_items(self, items: Sequence[Item], on: Collection[str] = ()) -> None:
        """Other keys; those in `on` are on."""
        layout = self._flow.layout()
        basics.empty(layout)
        self._buttons = {}
        for key, words in items:
            each = basics.button(words, kind="small")
            each.setCheckable(True)
            each.toggled.connect(lambda _on, key=key: self._toggled(key))
            self._buttons[key] = each
            layout.addWidget(each)
        self.set_on(on)

    @property
    def on(self) -> tuple[str, ...]:
        """The keys that are on."""
        return tuple(key for key, each in self._buttons.items() if each.isChecked())

    @property
    def off(self) -> tuple[str, ...]:
        """The keys that are off."""
        return tuple(key for key, each in self._buttons.items() if not each.isChecked())

    def set_on(self, keys: Collection[str]) -> None:
        """Other keys on, without a signal."""
        for key, each in self._buttons.items():
            each.blockSignals(True)
            each.setChecked(key in keys)
            each.blockSignals(False)
            theme.set_icon(each, self._icons[each.isChecked()])

    def _toggled(self, key: str) -> None:
        each = self._buttons[key]
        theme.set_icon(each, self._icons[each.isChecked()])
        self.changed.emit()


class Choice(QWidget):
    """One of several, as buttons in a line; in two where there is no room."""

    changed = Signal(str)

    def __init__(self, items: Sequence[Item], chosen: str = "") -> None:
        super().__init__()
        self.setLayout(Flow(6))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._buttons: dict[str, QPushButton] = {}
        for key, words in items:
            each = basics.button(words, kind="quiet", clicked=lambda key=key: self._clicked(key))
            each.setCheckable(True)
            self._buttons[key] = each
            self.layout().addWidget(each)
        self.choose(chosen or items[0][0])

    @property
    def chosen(self) -> str:
        """The key of the one that is chosen."""
        return next(key for key, each in self._buttons.items() if each.isChecked())

    def choose(self, wanted: str) -> None:
        """Chooses one, without a signal."""
        for key, each in self._buttons.items():
            each.setChecked(key == wanted)

    def set_words(self, key: str, words: str) -> None:
        """Other words on one of them, such as a count."""
        self._buttons[key].setText(basics.escape(words))
        self._buttons[key].setAccessibleName(words)

    def _clicked(self, key: str) -> None:
        self.choose(key)
        self.changed.emit(key)
