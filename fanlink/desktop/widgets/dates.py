"""Dates on a line, with today on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fanlink.desktop import formats, tokens

SIDE = 46


class DateLine(QWidget):
    """Names over dots, dates below; the part that has passed is filled."""

    def __init__(self) -> None:
        super().__init__()
        self._dates: list[tuple[str, int]] = []
        self._now_ms = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(300, 66)

    def set_dates(self, dates: Sequence[tuple[str, int]], now_ms: int) -> None:
        """Names with their times, in order."""
        self._dates, self._now_ms = list(dates), now_ms
        self.setAccessibleName(", ".join(f"{name} {formats.date(at)}" for name, at in dates))
        self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        if not self._dates:
            return
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = QFont(self.font())
        small.setPixelSize(round(self.font().pixelSize() * 12 / 14))
        painter.setFont(small)
        y, left, right = 33.0, float(SIDE), float(self.width() - SIDE)
        first, last = self._dates[0][1], self._dates[-1][1]

        def x_of(at: int) -> float:
            return left + (right - left) * min(max((at - first) / max(last - first, 1), 0), 1)

        painter.setPen(QPen(colors.color("border"), 4, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QLineF(left, y, right, y))
        painter.setPen(QPen(colors.color("accent"), 4, c=Qt.PenCapStyle.RoundCap))
        if self._now_ms > first:
            painter.drawLine(QLineF(left, y, x_of(self._now_ms), y))
        for name, at in self._dates:
            x, passed = x_of(at), self._now_ms >= at
            painter.setPen(QPen(colors.color("accent" if passed else "control"), 2))
            painter.setBrush(colors.color("accent" if passed else "surface"))
            painter.drawEllipse(QPointF(x, y), 6, 6)
            painter.setPen(colors.color("muted"))
            painter.drawText(QRectF(x - SIDE, 4, 2 * SIDE, 18), Qt.AlignmentFlag.AlignCenter, name)
            painter.setPen(colors.color("text"))
            day = " ".join(formats.date(at).split()[:2])
            painter.drawText(QRectF(x - SIDE - 6, y + 12, 2 * SIDE + 12, 18), Qt.AlignmentFlag.AlignCenter, day)
        painter.end()
