"""Insights: how the queue is doing. About the queue, never about who works in it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtWidgets import QGridLayout, QProgressBar, QVBoxLayout

from fanlink.desktop import insight, words_staff
from fanlink.desktop.insight import DAYS, Insight
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics


class InsightsPage(Page):
    """Figures on top, the age of the queue and the outcomes below, and decisions by day."""

    KINDS = frozenset({"case"})

    def build(self) -> None:
        self._plot: Any = None
        self.heading("Insights", "How the queue is doing. Nobody is ranked by speed.")
        column = self.scroller()
        self._figures = basics.row(gap=14)
        column.addLayout(self._figures)
        self._ages, self._outcomes = QGridLayout(), QGridLayout()
        line = basics.row(gap=14)
        for title, grid in (("Waiting, by age", self._ages), ("What was decided", self._outcomes)):
            grid.setHorizontalSpacing(12)
            grid.setVerticalSpacing(10)
            grid.setColumnStretch(1, 1)
            card = basics.card(basics.text_label(title, "h2"), grid)
            card.layout().addStretch(1)
            line.addWidget(card, 1)
        column.addLayout(line)
        self._days = QVBoxLayout()
        column.addWidget(basics.card(basics.text_label(f"Decisions by day, the last {DAYS} days", "h2"), self._days))
        column.addStretch(1)
        self.desk.theme.changed.connect(self._painted_again)

    def read(self, session: Any) -> Insight:
        return insight.of_cases(session.all("case"), self.desk.now_ms())

    def show_data(self, data: Insight) -> None:
        basics.empty(self._figures)
        share = f"{data.overturned} of {data.appeals}" if data.appeals else "none yet"
        for name, value, note in (
            ("Waiting", str(data.waiting), "cases"), ("Oldest", insight.lasting(data.oldest_ms) if data.waiting else "—", "target under 24 h"),
            ("Half are decided within", insight.lasting(data.median_ms) if data.median_ms else "—", "from opening to the letter"),
            ("Overturned on appeal", share, "a sign that a rule is unclear"),
        ):  # fmt: skip
            self._figures.addWidget(basics.card(
                basics.text_label(name, "cap"), basics.text_label(value, "figure"), basics.text_label(note, "small"), pad=14, gap=2,
            ), 1)  # fmt: skip
        _fill(self._ages, data.ages)
        _fill(self._outcomes, [(words_staff.OUTCOMES[outcome][0], count) for outcome, count in data.outcomes.items()])
        self._show_days(data)

    def _show_days(self, data: Insight) -> None:
        if self._plot is None:
            # half a second to import: only who opens this page waits for it
            self._plot = import_module("fanlink.desktop.widgets.plots").DayPlot("Decisions by day")
            self._days.addWidget(self._plot)
        self._plot.show_days(data.by_day)

    def _painted_again(self) -> None:
        if self._plot is not None:
            self._plot.paint_again()


def _fill(grid: QGridLayout, rows: list[tuple[str, int]]) -> None:
    """Words, a bar and a count for each."""
    basics.empty(grid)
    most = max((count for _words, count in rows), default=1) or 1
    for row, (words, count) in enumerate(rows):
        bar = QProgressBar()
        bar.setRange(0, most)
        bar.setValue(count)
        bar.setTextVisible(False)
        bar.setAccessibleName(f"{words}: {count}")
        grid.addWidget(basics.text_label(words), row, 0)
        grid.addWidget(bar, row, 1)
        grid.addWidget(basics.text_label(str(count), "strong"), row, 2)
    if not rows:
        grid.addWidget(basics.text_label("Nothing yet.", "muted"), 0, 0)
