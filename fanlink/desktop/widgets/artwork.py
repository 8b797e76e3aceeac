"""Covers: the artist's picture where there is one, else a drawing that is always the same for the same id."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from fanlink.desktop import tokens

# What finds a picture by its digest at so many pixels a side. As with the tokens, there is one for the whole desktop.
Find = Callable[[str, int], QPixmap | None]
_find: Find = lambda _digest, _side: None  # noqa: E731


def hang(find: Find) -> None:
    """Where pictures come from, from now on."""
    global _find
    _find = find


def paint_cover(painter: QPainter, rect: QRectF, seed: str, radius: float = 8, artwork: str | None = None) -> None:
    """Paints a cover into a rectangle: the picture with this digest, or the drawing until it is there."""
    ratio = painter.device().devicePixelRatioF() if painter.device() else 1.0
    side = round(rect.width() * max(ratio, 2))
    picture = _find(artwork, side) if artwork else None
    painter.save()
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(rect, radius, radius)
    painter.setClipPath(path)
    painter.drawPixmap(rect, picture if picture is not None else drawn(seed, side), QRectF())
    painter.restore()


@lru_cache(maxsize=400)
def drawn(seed: str, side: int) -> QPixmap:
    """The drawing of an id: two colours and one of four figures."""
    noise = hashlib.sha256(seed.encode()).digest()
    first, second = tokens.COVERS[int.from_bytes(noise[20:24]) % len(tokens.COVERS)]
    pixmap = QPixmap(side, side)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    gradient = QLinearGradient(0, 0, side, side)
    gradient.setColorAt(0, QColor(f"#{first}"))
    gradient.setColorAt(1, QColor(f"#{second}"))
    painter.fillRect(0, 0, side, side, gradient)
    (_bars, _rings, _sun, _waves)[noise[1] % 4](painter, side, noise)
    painter.end()
    return pixmap


def _mark(alpha: int) -> QColor:
    color = QColor(f"#{tokens.COVER_MARK}")
    color.setAlpha(alpha)
    return color


def _bars(painter: QPainter, side: int, noise: bytes) -> None:
    painter.setPen(QPen(_mark(215), side * 0.045, c=Qt.PenCapStyle.RoundCap))
    for index in range(7):
        half = side * (0.08 + 0.22 * noise[4 + index] / 255)
        x = side * (0.2 + index * 0.1)
        painter.drawLine(QPointF(x, side / 2 - half), QPointF(x, side / 2 + half))


def _rings(painter: QPainter, side: int, noise: bytes) -> None:
    center = QPointF(side * (0.3 + 0.4 * noise[4] / 255), side * (0.3 + 0.4 * noise[5] / 255))
    for index in range(7):
        painter.setPen(QPen(_mark(190 - index * 22), side * 0.022))
        radius = side * (0.07 + index * 0.095)
        painter.drawEllipse(center, radius, radius)


def _sun(painter: QPainter, side: int, noise: bytes) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_mark(225))
    radius = side * (0.2 + 0.08 * noise[4] / 255)
    center = QPointF(side * 0.5, side * 0.46)
    path = QPainterPath()
    path.addEllipse(center, radius, radius)
    for index in range(5):
        stripe = QPainterPath()
        top = center.y() + radius * (-0.05 + index * 0.24)
        stripe.addRect(QRectF(0, top, side, radius * (0.05 + index * 0.022)))
        path = path.subtracted(stripe)
    painter.drawPath(path)
    painter.setPen(QPen(_mark(150), side * 0.018))
    painter.drawLine(QPointF(side * 0.1, side * 0.82), QPointF(side * 0.9, side * 0.82))


def _waves(painter: QPainter, side: int, noise: bytes) -> None:
    for index in range(6):
        path = QPainterPath()
        base = side * (0.24 + index * 0.11)
        height = side * (0.03 + 0.06 * noise[4 + index] / 255)
        path.moveTo(-side * 0.1, base)
        for step in range(25):
            x = side * (-0.1 + step * 0.05)
            path.lineTo(x, base + height * math.sin(step * 0.55 + noise[10 + index] / 20))
        painter.setPen(QPen(_mark(90 + index * 26), side * 0.024, c=Qt.PenCapStyle.RoundCap))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)


class Cover(QWidget):
    """A cover as a widget of a fixed size."""

    def __init__(self, seed: str = "", side: int = 64, radius: float = 10, artwork: str | None = None) -> None:
        super().__init__()
        self._seed, self._radius, self._artwork = seed, radius, artwork
        self.setFixedSize(QSize(side, side))

    def show_cover(self, seed: str, artwork: str | None = None) -> None:
        """Another cover."""
        self._seed, self._artwork = seed, artwork
        self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        painter = QPainter(self)
        paint_cover(painter, QRectF(self.rect()), self._seed, self._radius, self._artwork)
        painter.end()
