"""Steps one below the other, with a line between the dots and room for a letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fanlink.desktop import icons, tokens
from fanlink.desktop.widgets import basics


@dataclass(frozen=True, slots=True)
class Moment:
    """One step: what, when, and perhaps the reasons and the letter that came with it."""

    title: str
    when: str
    icon: str
    tone: str = ""
    reasons: tuple[str, ...] = ()
    letter: str = ""


class Rail(QWidget):
    """The dot and the line down to the next one."""

    def __init__(self, icon: str, tone: str, last: bool) -> None:
        super().__init__()
        self._icon, self._tone, self._last = icon, tone, last
        self.setFixedWidth(30)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(30, 30)

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._last:
            painter.setPen(QPen(colors.color("border"), 2))
            painter.drawLine(QLineF(15, 30, 15, self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        known = self._tone in ("ok", "warn", "bad")
        painter.setBrush(colors.color(f"{self._tone}_soft" if known else "accent_soft"))
        painter.drawEllipse(QRectF(1, 1, 28, 28))
        painter.drawPixmap(8, 8, icons.pixmap(self._icon, colors.color(self._tone if known else "accent_text"), 14))
        painter.end()


class Timeline(QWidget):
    """Filled again for each thing that has steps."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def set_moments(self, moments: Sequence[Moment]) -> None:
        """The steps, in the order to be shown."""
        basics.empty(self._column)
        for number, moment in enumerate(moments, 1):
            self._column.addWidget(self._line(moment, last=number == len(moments)))

    def _line(self, moment: Moment, *, last: bool) -> QWidget:
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(Rail(moment.icon, moment.tone, last))
        texts = QVBoxLayout()
        texts.setContentsMargins(0, 5, 0, 0 if last else 16)
        texts.setSpacing(6)
        when = basics.text_label(moment.when, "small")
        head = basics.row(basics.text_label(moment.title, "strong"), None, when)
        texts.addLayout(head)
        for reason in moment.reasons:
            texts.addWidget(basics.text_label(reason, moment.tone if moment.tone in ("warn", "bad") else "muted", wrap=True))
        if moment.letter:
            texts.addWidget(basics.card(basics.text_label(moment.letter, wrap=True), pad=12, kind="tile"))
        texts.addStretch(1)
        line.addLayout(texts, 1)
        return basics.boxed(line)
