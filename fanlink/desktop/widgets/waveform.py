"""A waveform to look at and to seek in: bars of one width, what was played in the accent colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fanlink.desktop import tokens

if TYPE_CHECKING:
    from fanlink.desktop.peaks import Peaks

BAR, SPACE = 3, 2
KEY_STEP = 0.02


class Waveform(QWidget):
    """Shows peaks between two fractions of a sound; `seeked` gives the place that was clicked or reached by the arrow keys."""

    seeked = Signal(float)

    def __init__(self, name: str = "Waveform", *, height: int = 84, bar: int = BAR, space: int = SPACE) -> None:
        super().__init__()
        self._bar, self._space, self._high = bar, space, height
        self._peaks: Peaks | None = None
        self._columns: list[tuple[float, float]] | None = None
        self._color: QColor | None = None
        self.position = 0.0
        self.begin, self.end = 0.0, 1.0
        self.marks: list[tuple[float, float, str]] = []
        self.loop: tuple[float, float] | None = None
        self.dim = False
        self.setAccessibleName(name)
        self.setMinimumHeight(min(height, 20))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(400, self._high)

    def set_peaks(self, peaks: Peaks | None) -> None:
        """Another sound, or none."""
        self._peaks, self._columns = peaks, None
        self.update()

    def set_color(self, color: QColor | None) -> None:
        """A colour of its own, as for one stem of several."""
        self._color = color
        self.update()

    def set_position(self, position: float) -> None:
        """Where the player is, 0 to 1."""
        if abs(position - self.position) * max(self.width(), 1) >= 0.5:
            self.position = position
            self.update()

    def set_view(self, begin: float, end: float) -> None:
        """Shows only a stretch."""
        self.begin, self.end, self._columns = begin, end, None
        self.update()

    def set_marks(self, marks: list[tuple[float, float, str]]) -> None:
        """Stretches to point out, each with a tone."""
        self.marks = marks
        self.update()

    # Painting -------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_marks(painter, colors)
        rest, played = colors.color("wave"), self._color or colors.color("accent")
        if self._color is not None:
            rest = QColor(self._color)
            rest.setAlpha(95)
        if self.dim:
            played, rest = colors.color("wave"), colors.color("grid")
        self._paint_bars(painter, played, rest)
        if self._peaks is not None:
            x = self._x(self.position)
            painter.setPen(QPen(colors.color("text"), 1.5))
            painter.drawLine(QLineF(x, 0, x, self.height()))
        if self.hasFocus():
            painter.setPen(QPen(colors.color("accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _paint_bars(self, painter: QPainter, played: QColor, rest: QColor) -> None:
        middle, step = self.height() / 2, self._bar + self._space
        count = max(self.width() // step, 1)
        if self._peaks is None:
            painter.setPen(QPen(rest, 2, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QLineF(2, middle, self.width() - 2, middle))
            return
        if self._columns is None or len(self._columns) != count:
            found = self._peaks.columns(self.begin, self.end, count)
            self._columns = [(float(low), float(high)) for low, high in found]
        reach = middle - self._bar / 2 - 1
        lines = []
        for index, (low, high) in enumerate(self._columns):
            half = max((high - low) / 2, 0.012) * reach
            x = index * step + self._bar / 2
            lines.append(QLineF(x, middle - half, x, middle + half))
        split = min(max(round(self._x(self.position) / step), 0), count)
        for part, color in ((lines[:split], played), (lines[split:], rest)):
            painter.setPen(QPen(color, self._bar, c=Qt.PenCapStyle.RoundCap))
            painter.drawLines(part)

    def _paint_marks(self, painter: QPainter, colors: tokens.Tokens) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        stretches = list(self.marks)
        if self.loop:
            stretches.append((*self.loop, "accent"))
        for begin, end, tone in stretches:
            painter.setBrush(colors.color(f"{tone}_soft"))
            left, right = self._x(begin), self._x(end)
            painter.drawRoundedRect(QRectF(left, 0, max(right - left, 3), self.height()), 4, 4)

    # Seeking --------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event) -> None:  # noqa: N802
        if event.button() is Qt.MouseButton.LeftButton:
            self._seek(event.position())

    def mouseMoveEvent(self, event) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(event.position())

    def keyPressEvent(self, event) -> None:  # noqa: N802
        moves = {Qt.Key.Key_Left: -KEY_STEP, Qt.Key.Key_Right: KEY_STEP}
        if event.key() in moves and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.seeked.emit(min(max(self.position + moves[Qt.Key(event.key())], 0.0), 1.0))
        else:
            super().keyPressEvent(event)

    def _seek(self, point: QPointF) -> None:
        along = min(max(point.x() / max(self.width(), 1), 0.0), 1.0)
        self.seeked.emit(self.begin + along * (self.end - self.begin))

    def _x(self, fraction: float) -> float:
        return (fraction - self.begin) / max(self.end - self.begin, 1e-9) * self.width()
