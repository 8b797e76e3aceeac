"""Short texts as chips: type one and press Enter, click its cross to take it away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.flow import flow


class TagEditor(QWidget):
    """A list of texts. Enter or a comma adds; Backspace in the empty field takes the last one away."""

    changed = Signal()

    def __init__(self, name: str, hint: str, icon: str = "x") -> None:
        super().__init__()
        self._texts: list[str] = []
        self._name, self._icon = name, icon
        self.chips = flow(gap=6)
        self.field = QLineEdit()
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(name)
        self.field.returnPressed.connect(self.take_field)
        self.field.textEdited.connect(self._typed)
        self.field.editingFinished.connect(self.take_field)
        self.field.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.chips)
        column.addWidget(self.field)
        self.chips.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """What is in the list."""
        return tuple(self._texts)

    def set_texts(self, texts: Sequence[str]) -> None:
        """Another list, without a signal."""
        self._texts = list(dict.fromkeys(texts))
        self._fill()

    def add(self, text: str) -> None:
        """Adds a text unless it is there."""
        text = " ".join(text.split())
        if text and text not in self._texts:
            self._texts.append(text)
            self._fill()
            self.changed.emit()

    def remove(self, text: str) -> None:
        """Takes a text away."""
        if text in self._texts:
            self._texts.remove(text)
            self._fill()
            self.changed.emit()

    def take_field(self) -> None:
        """Adds what stands in the field."""
        text = self.field.text()
        self.field.clear()
        self.add(text)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Backspace:
            if not self.field.text() and self._texts:
                self.remove(self._texts[-1])
                return True
        return False

    def _typed(self, text: str) -> None:
        if "," in text:
            *done, rest = text.split(",")
            self.field.setText(rest.lstrip())
            for each in done:
                self.add(each)

    def _fill(self) -> None:
        layout = self.chips.layout()
        basics.empty(layout)
        for text in self._texts:
            each = basics.button(text, self._icon, "small", lambda text=text: self.remove(text), hint=f"Take “{text}” away")
            layout.addWidget(each)
        self.chips.setVisible(bool(self._texts))
