"""A sheet over the window: the palette, the shortcuts, the outbox. Escape or a click beside it closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fanlink.desktop import tokens
from fanlink.desktop.widgets import basics


class Overlay(QWidget):
    """Dims the window and holds one panel. Derive and fill `self.body`."""

    closed = Signal()

    def __init__(self, parent: QWidget, title: str = "", *, width: int = 620, height: int = 0, top: bool = False) -> None:
        super().__init__(parent)
        self._wanted, self._tall, self._top = width, height, top
        self._before: QWidget | None = None
        self.panel = QFrame(self)
        self.panel.setProperty("kind", "panel")
        self.body = QVBoxLayout(self.panel)
        self.body.setContentsMargins(20, 16, 20, 20)
        self.body.setSpacing(12)
        if title:
            head = QHBoxLayout()
            head.addWidget(basics.text_label(title, "h2"), 1)
            head.addWidget(basics.tool("x", "Close (Escape)", self.dismiss))
            self.body.addLayout(head)
        parent.installEventFilter(self)
        self.hide()

    def present(self) -> None:
        """Comes up in front of everything."""
        self._before = self.window().focusWidget()
        self.setGeometry(self.parentWidget().rect())
        self._place()
        self.show()
        self.raise_()
        self.panel.setFocus()

    def dismiss(self) -> None:
        """Goes, and gives the keyboard back."""
        if self.isVisible():
            self.hide()
            if self._before is not None:
                self._before.setFocus()
            self._before = None
            self.closed.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self.parentWidget().rect())
            self._place()
        return False

    def mousePressEvent(self, event) -> None:  # noqa: N802
        if not self.panel.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def keyPressEvent(self, event) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        painter = QPainter(self)
        shade = tokens.DARK.color("bg", 150)
        painter.fillRect(self.rect(), shade)
        painter.end()

    def _place(self) -> None:
        room = self.rect()
        width = min(self._wanted, room.width() - 48)
        wish = self._tall or self.panel.sizeHint().height()
        height = min(wish, room.height() - 48)
        top = min(72, (room.height() - height) // 2) if self._top else (room.height() - height) // 2
        self.panel.setGeometry((room.width() - width) // 2, top, width, height)
