"""A line that opens to what is behind it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from fanlink.desktop import theme
from fanlink.desktop.widgets import basics


class Opening(QFrame):
    """A head that is always seen; the body is made when it is first opened."""

    def __init__(self, name: str, head: QWidget, body: Callable[[], QWidget]) -> None:
        super().__init__()
        self.setProperty("kind", "tile")
        self._make = body
        self._body: QWidget | None = None
        self._open = False
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        self.arrow: QToolButton = basics.tool("chevron-right", f"Open {name}", self.toggle)
        line.addWidget(self.arrow)
        line.addWidget(head, 1)
        column.addLayout(line)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def is_open(self) -> bool:
        """True while the body is seen."""
        return self._open

    def toggle(self) -> None:
        """Opens or closes it."""
        self._open = not self._open
        if self._body is None:
            self._body = self._make()
            self.layout().addWidget(self._body)
        self._body.setVisible(self._open)
        theme.set_icon(self.arrow, "chevron-down" if self.is_open else "chevron-right")

    def mousePressEvent(self, event) -> None:  # noqa: N802
        if event.button() is Qt.MouseButton.LeftButton:
            self.toggle()
