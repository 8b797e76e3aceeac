"""A range with two handles on one line, and a switch that says whether there is a limit at all."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from fanlink.desktop import tokens
from fanlink.desktop.widgets import basics

SIDE, REACH = 12, 9


class RangeSlider(QWidget):
    """Two handles to drag. Arrow keys move the active one, Space makes the other one active; `changed` tells both."""

    changed = Signal(float, float)

    def __init__(self, name: str, lowest: float, highest: float, step: float) -> None:
        super().__init__()
        self.lowest, self.highest, self.step = lowest, highest, step
        self.low, self.high = lowest, highest
        self.mark: float | None = None
        self._name, self._active = name, 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._say()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(160, 30)

    def set_range(self, low: float, high: float) -> None:
        """Other limits, without a signal."""
        self.low, self.high = max(self.lowest, low), min(self.highest, high)
        self._say()
        self.update()

    def set_mark(self, value: float | None) -> None:
        """Where the original stands."""
        self.mark = value
        self.update()

    def move_to(self, value: float) -> None:
        """Moves the active handle; the two never cross."""
        value = self.lowest + round((value - self.lowest) / self.step) * self.step
        value = min(max(value, self.lowest), self.highest)
        low, high = (min(value, self.high), self.high) if self._active == 0 else (self.low, max(value, self.low))
        if (low, high) != (self.low, self.high):
            self.low, self.high = low, high
            self._say()
            self.update()
            self.changed.emit(low, high)

    def _say(self) -> None:
        self.setAccessibleName(f"{self._name} from {self.low:g} to {self.high:g}")

    # Painting -------------------------------------------------------------------------------------------------------

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        y = self.height() / 2
        painter.setPen(QPen(colors.color("border"), 4, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(SIDE, y), QPointF(self.width() - SIDE, y))
        if self.mark is not None:
            x = self._x(self.mark)
            painter.setPen(QPen(colors.color("muted"), 2, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(x, y - 9), QPointF(x, y + 9))
        tone = "accent" if self.isEnabled() else "control"
        painter.setPen(QPen(colors.color(tone), 4, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(self._x(self.low), y), QPointF(self._x(self.high), y))
        for index, value in enumerate((self.low, self.high)):
            active = self.hasFocus() and index == self._active
            painter.setPen(QPen(colors.color("accent" if active else "control"), 2 if active else 1))
            painter.setBrush(colors.color("button_text" if self.isEnabled() else "hover"))
            painter.drawEllipse(QPointF(self._x(value), y), 8, 8)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colors.color("accent"), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _x(self, value: float) -> float:
        return SIDE + (self.width() - 2 * SIDE) * (value - self.lowest) / (self.highest - self.lowest)

    def _value(self, x: float) -> float:
        return self.lowest + (x - SIDE) / max(self.width() - 2 * SIDE, 1) * (self.highest - self.lowest)

    # Moving ---------------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event) -> None:  # noqa: N802
        x = event.position().x()
        low, high = abs(x - self._x(self.low)), abs(x - self._x(self.high))
        self._active = int(high < low or (high == low and x > self._x(self.high)))
        self.move_to(self._value(x))
        self.update()

    def mouseMoveEvent(self, event) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.move_to(self._value(event.position().x()))

    def keyPressEvent(self, event) -> None:  # noqa: N802
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageDown: -10, Qt.Key.Key_PageUp: 10}
        if event.key() in steps and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.move_to((self.low, self.high)[self._active] + steps[Qt.Key(event.key())] * self.step)
        elif event.key() == Qt.Key.Key_Space:
            self._active = 1 - self._active
            self.update()
        else:
            super().keyPressEvent(event)


class RangeRow(QWidget):
    """A name, a switch, the slider, and the limits in words. `value` is None while there is no limit."""

    changed = Signal()

    def __init__(
        self, name: str, lowest: float, highest: float, step: float, usual: tuple[float, float], said: Callable[[float, float], str],
    ) -> None:  # fmt: skip
        super().__init__()
        self._said, self._usual = said, usual
        self.switch = QCheckBox(name)
        self.switch.setMinimumWidth(92)
        self.slider = RangeSlider(name, lowest, highest, step)
        self.words = basics.text_label("", "muted")
        self.words.setMinimumWidth(134)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(self.switch)
        line.addWidget(self.slider, 1)
        line.addWidget(self.words)
        self.switch.toggled.connect(self._switched)
        self.slider.changed.connect(lambda _low, _high: self._moved())
        self.set_value(None)

    @property
    def value(self) -> tuple[float, float] | None:
        """The limits, or None."""
        return (self.slider.low, self.slider.high) if self.switch.isChecked() else None

    def set_value(self, value: tuple[float, float] | None) -> None:
        """Other limits, without a signal."""
        self.switch.blockSignals(True)
        self.switch.setChecked(value is not None)
        self.switch.blockSignals(False)
        self.slider.set_range(*(value or self._usual))
        self._show()

    def _switched(self, on: bool) -> None:
        if on:
            self.slider.set_range(*self._usual)
        self._moved()

    def _moved(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        value = self.value
        self.slider.setEnabled(value is not None)
        self.words.setText(self._said(*value) if value else "No limit")
