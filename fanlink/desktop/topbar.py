"""The top line: back and forward, search with the palette, the bell."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from fanlink.desktop import icons, tokens
from fanlink.desktop.widgets import basics


class SearchButton(QPushButton):
    """Looks like a search field; a click opens the palette, where typing happens."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "search")
        self.setAccessibleName("Search and commands, Ctrl+K")
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(460)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(460, 38)

    def paintEvent(self, event) -> None:  # noqa: N802
        super().paintEvent(event)
        colors = tokens.now()
        painter = QPainter(self)
        middle = self.height() // 2
        painter.drawPixmap(13, middle - 8, icons.pixmap("search", colors.color("muted"), 16, self.devicePixelRatioF()))
        painter.setPen(colors.color("muted"))
        room = self.rect().adjusted(40, 0, -14, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "Ctrl K")
        words = "Search prompts, artists, remixes…"
        short = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width() - 60)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)
        painter.end()


class TopBar(QWidget):
    """Tells the window what was asked."""

    search_asked = Signal()
    back_asked = Signal()
    forward_asked = Signal()
    bell_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(26, 16, 26, 10)
        line.setSpacing(6)
        self.back = basics.tool("chevron-left", "Back (Alt+Left)", self.back_asked.emit)
        self.forward = basics.tool("chevron-right", "Forward (Alt+Right)", self.forward_asked.emit)
        self.search = SearchButton()
        self.search.clicked.connect(self.search_asked)
        self.bell = basics.tool("bell", "News", self.bell_asked.emit)
        self._dot = Dot(self.bell)
        line.addWidget(self.search, 10)
        line.addSpacing(4)
        line.addWidget(self.back)
        line.addWidget(self.forward)
        line.addStretch(1)
        line.addWidget(self.bell)

    def set_news(self, count: int) -> None:
        """Shows a dot on the bell while there is news."""
        self._dot.setVisible(count > 0)
        self.bell.setAccessibleName(f"News, {count} new" if count else "News")
        self.bell.setToolTip(basics.plain_tooltip(f"{count} new" if count else "No news"))


class Dot(QWidget):
    """A small filled circle at the corner of a button."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(20, 6, 9, 9)
        self.hide()

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.now().color("accent"))
        painter.drawEllipse(self.rect())
        painter.end()
