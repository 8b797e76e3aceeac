"""What the bell opens: news of my remixes, newest first."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from fanlink.desktop import formats
from fanlink.desktop.desk import Desk
from fanlink.desktop.news import News, of_challenges, of_remixes
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.lines import NewsLine
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.overlay import Overlay

MOST = 40


def read(session: Any, now_ms: int) -> list[News]:
    """The news there are. Runs in the store lane."""
    return of_challenges(session.all("challenge"), now_ms) + of_remixes(session.all("remix"))[:MOST]


class NewsSheet(Overlay):
    """A list of news; a line leads to what it is about."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "News", width=560, height=520)
        self._desk = desk
        area, self._list = scrolling(gap=2)
        self.body.addWidget(area, 1)

    def present(self) -> None:
        super().present()
        now_ms = self._desk.now_ms()
        self._desk.read(lambda session: read(session, now_ms), self._show, owner=self)

    def _show(self, news: list[News]) -> None:
        basics.empty(self._list)
        for each in news:
            line = NewsLine(each.icon, each.title, each.text, formats.ago(each.at_ms, self._desk.now_ms()))
            line.clicked.connect(lambda _on=False, each=each: self._open(each))
            self._list.addWidget(line)
        if not news:
            self._list.addWidget(Empty("bell", "No news yet", "When somebody decides about your remixes, it is said here."))
        self._list.addStretch(1)

    def _open(self, news: News) -> None:
        self.dismiss()
        self._desk.go(news.page, news.item)
