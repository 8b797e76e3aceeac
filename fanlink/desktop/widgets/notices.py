"""What the shell says beside the page: a banner that stays, a toast that goes, an empty state that invites."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fanlink.desktop import icons, theme, tokens
from fanlink.desktop.widgets import basics

TOAST_MS, UNDO_MS = 5_000, 10_000


class Banner(QFrame):
    """A line above the page that stays until it is no longer true."""

    def __init__(self, action: str = "", clicked: Callable[[], object] | None = None, tone: str = "warn") -> None:
        super().__init__()
        self.setProperty("kind", "banner")
        self.setProperty("tone", tone)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 8, 8, 8)
        self.label = basics.text_label("", wrap=True)
        line.addWidget(self.label, 1)
        self.button = basics.button(action, clicked=clicked)
        self.button.setVisible(bool(action))
        line.addWidget(self.button)

    def say(self, text: str, tone: str = "") -> None:
        """Shows a sentence."""
        self.label.setText(text)
        self.setAccessibleName(text)
        if tone:
            self.setProperty("tone", tone)
            theme.restyle(self)
            theme.restyle(self.label)
        self.show()


class Toast(QFrame):
    """A short message over the page, at the bottom in the middle; goes by itself, later when it can be undone."""

    def __init__(self, parent: QWidget, lift: int = 70) -> None:
        super().__init__(parent)
        self._lift = lift
        self._undo: Callable[[], object] | None = None
        self.setProperty("kind", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 9, 9, 9)
        line.setSpacing(12)
        self.label = basics.text_label("", wrap=True)
        self.label.setMinimumWidth(120)
        self.undo = basics.button("Undo", "undo-2", "small", self._undone)
        self.close_button = basics.tool("x", "Close", self.hide)
        line.addWidget(self.label, 1)
        line.addWidget(self.undo)
        line.addWidget(self.close_button)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def say(self, text: str, tone: str = "", undo: Callable[[], object] | None = None, label: str = "Undo") -> None:
        """Shows a message."""
        self.label.setText(text)
        self.label.setProperty("role", tone if tone in ("bad", "ok", "warn") else "strong")
        theme.restyle(self.label)
        self._undo = undo
        self.undo.setText(label)
        self.undo.setVisible(undo is not None)
        self.setAccessibleName(text)
        self._timer.start(UNDO_MS if undo or tone == "bad" else TOAST_MS)
        self.show()
        self.raise_()
        self._place()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() is QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def _undone(self) -> None:
        undo, self._undo = self._undo, None
        self.hide()
        if undo:
            undo()

    def _place(self) -> None:
        room = self.parentWidget()
        words = self.label.fontMetrics().horizontalAdvance(self.label.text()) + 24
        buttons = 60 + (self.undo.sizeHint().width() + 12 if self._undo else 0)
        width = min(words + buttons + 24, 620, room.width() - 40)
        self.setFixedWidth(width)
        self.layout().activate()
        height = max(self.layout().heightForWidth(width) if self.layout().hasHeightForWidth() else 0, 52)
        self.setFixedHeight(height)
        self.move((room.width() - width) // 2, room.height() - height - self._lift)


class Picture(QWidget):
    """An icon in a soft circle."""

    def __init__(self, icon: str, side: int = 72) -> None:
        super().__init__()
        self._icon = icon
        self.setFixedSize(side, side)

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        colors, side = tokens.now(), self.width()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("accent_soft"))
        painter.drawEllipse(self.rect())
        size = round(side * 0.42)
        inset = (side - size) // 2
        painter.drawPixmap(inset, inset, icons.pixmap(self._icon, colors.color("accent_text"), size, 2.0, 1.8))
        painter.end()


WORDS = 320


class Empty(QWidget):
    """What will be here, and the one thing to do about it."""

    def __init__(
        self, icon: str, title: str, text: str, action: str = "", clicked: Callable[[], object] | None = None,
        action_icon: str = "",
    ) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(Picture(icon), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        self.title = basics.text_label(title, "h2")
        self.title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text = basics.text_label(text, "muted", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.text.setFixedWidth(WORDS)
        column.addWidget(self.title)
        # Between two stretches: with an alignment of its own it would get the height of one line.
        column.addLayout(basics.row(None, self.text, None))
        if action:
            column.addSpacing(8)
            self.button = basics.button(action, action_icon, "primary", clicked)
            column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
