"""Plots by pyqtgraph. Imported late: it takes longer to import than the window to start."""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph
from PySide6.QtCore import Qt

from fanlink.desktop import tokens


class DayPlot(pyqtgraph.PlotWidget):
    """A count for each of the last days, today at the right."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._counts = name, [0]
        self.setFixedHeight(190)
        self.setMenuEnabled(False)
        self.setMouseEnabled(x=False, y=False)
        self.hideButtons()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_days(self, counts: Sequence[int]) -> None:
        """Other counts, the oldest first."""
        self._counts = list(counts) or [0]
        self.setAccessibleName(f"{self._name}: {sum(self._counts)} in {len(self._counts)} days, {self._counts[-1]} today")
        self.paint_again()

    def paint_again(self) -> None:
        """Paints it in the colours of now."""
        colors, days = tokens.now(), len(self._counts)
        self.setBackground(colors.color("surface"))
        self.clear()
        xs = [place - days + 1 for place in range(days)]
        bars = pyqtgraph.BarGraphItem(x=xs, height=self._counts, width=0.62, brush=colors.color("accent"), pen=pyqtgraph.mkPen(None))
        self.addItem(bars)
        self.setXRange(-days + 0.4, 0.6, padding=0)
        self.setYRange(0, max(*self._counts, 4) * 1.1, padding=0)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(colors.color("border"))
            axis.setTextPen(colors.color("muted"))
        ticks = [(-day, "today" if not day else f"{day} days ago") for day in range(0, days, 7)]
        self.getAxis("bottom").setTicks([ticks])
        self.showGrid(y=True, alpha=0.15)
