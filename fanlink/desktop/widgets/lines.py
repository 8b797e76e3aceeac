"""Lines that can be clicked and reached with Tab: an icon or a cover, two lines of text, something at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from fanlink.desktop import icons, tokens
from fanlink.desktop.theme import BODY_PX
from fanlink.desktop.widgets.artwork import paint_cover

HEIGHT = 58


class NewsLine(QPushButton):
    """Painted in one go, so that a hundred of them cost little; a screen reader reads its name."""

    def __init__(
        self, icon: str, title: str, text: str, right: str = "", *, cover: str = "", artwork: str | None = None, tone: str = "",
    ) -> None:
        super().__init__()
        self.icon, self.title, self.words, self.right, self.cover, self.tone = icon, title, text, right, cover, tone
        self.artwork = artwork
        self.setProperty("kind", "row")
        self.setAccessibleName(f"{title}. {text}. {right}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(round(HEIGHT * self.font().pixelSize() / BODY_PX))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.setFixedHeight(round(HEIGHT * self.font().pixelSize() / BODY_PX))

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(240, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, left = self.height() / 2, 6
        if self.cover:
            paint_cover(painter, QRectF(left, middle - 20, 40, 40), self.cover, 8, self.artwork)
        else:
            soft, strong = (f"{self.tone}_soft", self.tone) if self.tone in ("ok", "warn", "bad") else ("accent_soft", "accent_text")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color(soft))
            painter.drawEllipse(QRectF(left + 1, middle - 19, 38, 38))
            painter.drawPixmap(left + 11, round(middle) - 9, icons.pixmap(self.icon, colors.color(strong), 18))
        self._paint_words(painter, colors, left + 54)
        painter.end()

    def _paint_words(self, painter: QPainter, colors: tokens.Tokens, left: int) -> None:
        small, strong = QFont(self.font()), QFont(self.font())
        strong.setWeight(QFont.Weight.DemiBold)
        small.setWeight(QFont.Weight.Normal)
        painter.setFont(small)
        right_width = painter.fontMetrics().horizontalAdvance(self.right) + 12 if self.right else 0
        room = self.rect().adjusted(left, 9, -12, -9)
        painter.setPen(colors.color("muted"))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.right)
        room.adjust(0, 0, -right_width, 0)
        words = painter.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)
        painter.setFont(strong)
        painter.setPen(colors.color("text"))
        title = painter.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
