"""A small bar chart over months, painted here: nothing to import, nothing that moves."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from fanlink.desktop import tokens
from fanlink.desktop.widgets.basics import plain_tooltip

Bar = tuple[str, float, str]
LABELS = 22


class BarChart(QWidget):
    """Bars with a word below each; the value is said by a tooltip and to screen readers."""

    def __init__(self, name: str, height: int = 170) -> None:
        super().__init__()
        self._bars: list[Bar] = []
        self._high, self._name = height, name
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, self._high)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Word, value and how the value is said."""
        self._bars = list(bars)
        self.setAccessibleName(f"{self._name}: " + ", ".join(f"{word} {said}" for word, _value, said in bars))
        self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = QFont(self.font())
        small.setPixelSize(round(self.font().pixelSize() * 12 / 14))
        painter.setFont(small)
        floor = self.height() - LABELS
        painter.setPen(QPen(colors.color("grid"), 1))
        for step in range(4):
            y = 18 + (floor - 18) * step / 3
            painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        top = max((value for _word, value, _said in self._bars), default=0) or 1
        for index, (word, value, said) in enumerate(self._bars):
            slot = self._slot(index)
            height = max(value, 0) / top * (floor - 18)
            width = min(slot.width() * 0.56, 54)
            bar = QRectF(slot.center().x() - width / 2, floor - height, width, height)
            painter.setPen(Qt.PenStyle.NoPen)
            last = index == len(self._bars) - 1
            painter.setBrush(colors.color("accent") if last else colors.color("accent", 130))
            painter.drawRoundedRect(bar, min(5.0, width / 2), min(5.0, height / 2))
            painter.setPen(colors.color("muted"))
            painter.drawText(QRectF(slot.left(), floor + 4, slot.width(), LABELS - 4), Qt.AlignmentFlag.AlignCenter, word)
            if last:
                painter.setPen(colors.color("text"))
                painter.drawText(QRectF(slot.left() - 20, bar.top() - 18, slot.width() + 40, 16), Qt.AlignmentFlag.AlignCenter, said)
        painter.end()

    def mouseMoveEvent(self, event) -> None:  # noqa: N802
        for index, (word, _value, said) in enumerate(self._bars):
            if self._slot(index).contains(event.position()):
                QToolTip.showText(event.globalPosition().toPoint(), plain_tooltip(f"{word}: {said}"), self)

    def _slot(self, index: int) -> QRectF:
        width = self.width() / max(len(self._bars), 1)
        return QRectF(index * width, 0, width, self.height())
