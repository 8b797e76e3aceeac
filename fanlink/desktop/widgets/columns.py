"""Two parts beside each other where there is room, one below the other where there is not."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from fanlink.desktop.widgets import basics

GAP = 14


class Columns(QWidget):
    """`shares` say how the width is divided while both are beside each other."""

    def __init__(self, left: QWidget | QLayout, right: QWidget | QLayout, shares: tuple[int, int] = (1, 1), gap: int = GAP) -> None:
        super().__init__()
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(gap)
        for part, share in zip((left, right), shares, strict=True):
            # the space under the shorter one
            column = QVBoxLayout()
            basics.add(column, part)
            column.addStretch(1)
            self._line.addLayout(column, share)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def beside(self) -> bool:
        """True while the two are beside each other."""
        return self._line.direction() is QBoxLayout.Direction.LeftToRight

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(max(self._least()), super().minimumSizeHint().height())

    def resizeEvent(self, event: object) -> None:  # noqa: N802
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        room = self._line.spacing() + sum(self._least()) <= self.width()
        self._line.setDirection(QBoxLayout.Direction.LeftToRight if room else QBoxLayout.Direction.TopToBottom)

    def _least(self) -> tuple[int, int]:
        return self._line.itemAt(0).minimumSize().width(), self._line.itemAt(1).minimumSize().width()
