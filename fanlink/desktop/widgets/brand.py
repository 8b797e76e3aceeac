"""FanLink's own mark: a waveform in a rounded square, always in its own two colours."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QLinearGradient, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from fanlink.desktop import tokens


def paint_mark(painter: QPainter, rect: QRectF) -> None:
    """Paints the mark into a square."""
    side = rect.width()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    gradient = QLinearGradient(rect.topLeft(), rect.bottomRight())
    gradient.setColorAt(0, QColor(f"#{tokens.COVERS[0][0]}"))
    gradient.setColorAt(1, QColor(f"#{tokens.COVERS[0][1]}"))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawRoundedRect(rect, side * 0.28, side * 0.28)
    painter.setPen(QPen(QColor(f"#{tokens.COVER_MARK}"), side * 0.085, c=Qt.PenCapStyle.RoundCap))
    for step, half in enumerate((0.1, 0.22, 0.3, 0.16, 0.26, 0.1)):
        x = rect.left() + side * (0.2 + step * 0.12)
        middle = rect.center().y()
        painter.drawLine(QPointF(x, middle - half * side), QPointF(x, middle + half * side))
    painter.restore()


def window_icon() -> QIcon:
    """The mark as the icon of the window."""
    icon = QIcon()
    for side in (16, 32, 64, 128, 256):
        picture = QPixmap(side, side)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_mark(painter, QRectF(0, 0, side, side))
        painter.end()
        icon.addPixmap(picture)
    return icon


class Logo(QWidget):
    """The mark as a widget."""

    def __init__(self, side: int = 30) -> None:
        super().__init__()
        self.setFixedSize(side, side)

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        painter = QPainter(self)
        paint_mark(painter, QRectF(self.rect()))
        painter.end()
