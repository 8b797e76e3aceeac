"""Dates on a line that can be taken hold of, with the exact times below it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QDateTime, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QDateTimeEdit, QGridLayout, QSizePolicy, QWidget

from fanlink.desktop import formats, tokens
from fanlink.desktop.widgets import basics, fields

DAY_MS = formats.DAY
SIDE = 52


class DateHandles(QWidget):
    """Named dates in order. Dragging or the arrow keys move one by days; the next one is pushed along, never passed."""

    changed = Signal()

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = list(names)
        self.times: list[int] = [0] * len(names)
        self._now_ms, self._active = 0, 0
        self._span = (0, 1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(300, 70)

    def set_times(self, times: Sequence[int], now_ms: int) -> None:
        """Other dates, without a signal; the line shows some room around them."""
        self.times, self._now_ms = list(times), now_ms
        first, last = min(times[0], now_ms), max(times[-1], now_ms)
        room = max((last - first) // 4, 7 * DAY_MS)
        self._span = (first - room // 3, last + room)
        self.say()

    def move_active(self, at_ms: int) -> None:
        """Moves the active date; later ones are pushed along, earlier ones pushed back."""
        times = list(self.times)
        times[self._active] = at_ms
        for place in range(self._active + 1, len(times)):
            times[place] = max(times[place], times[place - 1] + DAY_MS)
        for place in range(self._active - 1, -1, -1):
            times[place] = min(times[place], times[place + 1] - DAY_MS)
        if times != self.times:
            self.times = times
            self.say()
            self.changed.emit()

    def say(self) -> None:
        """Paints it again, and tells screen readers."""
        said = ", ".join(f"{name} {formats.date(at)}" for name, at in zip(self._names, self.times, strict=True))
        self.setAccessibleName(said)
        self.update()

    def _x(self, at_ms: int) -> float:
        first, last = self._span
        return SIDE + (self.width() - 2 * SIDE) * (at_ms - first) / max(last - first, 1)

    def _time(self, x: float) -> int:
        first, last = self._span
        at = first + (x - SIDE) / max(self.width() - 2 * SIDE, 1) * (last - first)
        # by whole days, so that the time of the day stays what it was
        moved = round((at - self.times[self._active]) / DAY_MS)
        return self.times[self._active] + moved * DAY_MS

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = QFont(self.font())
        small.setPixelSize(round(self.font().pixelSize() * 12 / 14))
        painter.setFont(small)
        y = 34.0
        painter.setPen(QPen(colors.color("border"), 4, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QLineF(SIDE, y, self.width() - SIDE, y))
        painter.setPen(QPen(colors.color("accent"), 4, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QLineF(self._x(self.times[0]), y, self._x(self.times[-1]), y))
        x = self._x(self._now_ms)
        painter.setPen(QPen(colors.color("muted"), 1.5, Qt.PenStyle.DotLine))
        painter.drawLine(QLineF(x, y - 14, x, y + 14))
        for place, (name, at) in enumerate(zip(self._names, self.times, strict=True)):
            x, active = self._x(at), self.hasFocus() and place == self._active
            painter.setPen(QPen(colors.color("accent" if active else "control"), 2.5 if active else 1))
            painter.setBrush(colors.color("button_text" if self.isEnabled() else "hover"))
            painter.drawEllipse(QPointF(x, y), 8, 8)
            painter.setPen(colors.color("muted"))
            painter.drawText(QRectF(x - 60, 2, 120, 18), Qt.AlignmentFlag.AlignCenter, name)
            painter.setPen(colors.color("text"))
            day = " ".join(formats.date(at).split()[:2])
            painter.drawText(QRectF(x - 60, y + 14, 120, 18), Qt.AlignmentFlag.AlignCenter, day)
        painter.end()

    def mousePressEvent(self, event) -> None:  # noqa: N802
        x = event.position().x()
        self._active = min(range(len(self.times)), key=lambda place: abs(self._x(self.times[place]) - x))
        self.update()

    def mouseMoveEvent(self, event) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.move_active(self._time(event.position().x()))

    def keyPressEvent(self, event) -> None:  # noqa: N802
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -7, Qt.Key.Key_PageUp: 7}
        if event.key() in steps and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.move_active(self.times[self._active] + steps[Qt.Key(event.key())] * DAY_MS)
        elif event.key() == Qt.Key.Key_Space:
            self._active = (self._active + 1) % len(self.times)
            self.update()
        else:
            super().keyPressEvent(event)


class DatesForm(QWidget):
    """The line, and a field for each date."""

    changed = Signal()

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.line = DateHandles(names)
        self.fields: list[QDateTimeEdit] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        for place, name in enumerate(names):
            field = fields.moment(name)
            field.dateTimeChanged.connect(lambda _time: self._typed())
            grid.addWidget(basics.text_label(name, "cap"), 0, place)
            grid.addWidget(field, 1, place)
            grid.setColumnStretch(place, 1)
            self.fields.append(field)
        self.setLayout(basics.column(self.line, grid, gap=8))
        self.line.changed.connect(self._dragged)

    @property
    def times(self) -> list[int]:
        """The dates, in ms since 1970."""
        return list(self.line.times)

    def set_times(self, times: Sequence[int], now_ms: int) -> None:
        """Other dates, without a signal."""
        self.line.set_times(times, now_ms)
        self._fill()

    def _fill(self) -> None:
        for field, at in zip(self.fields, self.line.times, strict=True):
            field.blockSignals(True)
            field.setDateTime(QDateTime.fromMSecsSinceEpoch(at))
            field.blockSignals(False)

    def _dragged(self) -> None:
        self._fill()
        self.changed.emit()

    def _typed(self) -> None:
        times = [field.dateTime().toMSecsSinceEpoch() for field in self.fields]
        self.line.times = times
        self.line.say()
        self.changed.emit()
