"""Who is paid: a bar that is exactly the whole, and a line for each party."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from fanlink.desktop import formats, tokens
from fanlink.desktop.widgets import basics

Line = tuple[str, str, Fraction, bool]


class ShareBar(QWidget):
    """Parts of a whole beside each other, in the order and colours of their lines."""

    def __init__(self, height: int = 12) -> None:
        super().__init__()
        self._parts: list[Fraction] = []
        self._high = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(200, self._high)

    def set_parts(self, parts: Sequence[Fraction]) -> None:
        """Other parts."""
        self._parts = list(parts)
        self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        colors = tokens.now()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(self.rect()), self.height() / 2, self.height() / 2)
        painter.setClipPath(clip)
        painter.fillRect(self.rect(), colors.color("border"))
        x = 0.0
        for index, part in enumerate(self._parts):
            width = float(part) * self.width()
            painter.fillRect(QRectF(x, 0, max(width - 2, 1), self.height()), colors.line(index))
            x += width
        painter.end()


class Dot(QWidget):
    """The colour of a line."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self._index = index
        self.setFixedSize(10, 10)

    def paintEvent(self, _event: object) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens.now().line(self._index))
        painter.drawEllipse(self.rect())
        painter.end()


class ShareTable(QWidget):
    """The bar and its lines, filled again for each split."""

    def __init__(self) -> None:
        super().__init__()
        column = basics.column(gap=12)
        self.setLayout(column)
        self.bar = ShareBar()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(2, 1)
        column.addWidget(self.bar)
        column.addLayout(self._grid)

    def set_lines(self, lines: Sequence[Line]) -> None:
        """Name, role, share and whether it is mine."""
        basics.empty(self._grid)
        self.bar.set_parts([share for _name, _role, share, _mine in lines])
        for row, (name, role, share, mine) in enumerate(lines):
            self._grid.addWidget(Dot(row), row, 0, Qt.AlignmentFlag.AlignVCenter)
            self._grid.addWidget(basics.text_label(name, "accent" if mine else ""), row, 1)
            self._grid.addWidget(basics.text_label(role, "muted"), row, 2)
            number = basics.text_label(formats.percent(share), "accent" if mine else "strong")
            number.setToolTip(basics.plain_tooltip(f"Exactly {share.numerator}/{share.denominator} of the revenue"))
            number.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(number, row, 3)
