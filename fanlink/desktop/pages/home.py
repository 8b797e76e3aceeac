"""A fan's Home: what to continue, what is new, what happened, what ends soon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.documents import ChallengeDocument, PromptDocument
from fanlink.core.prompts import PromptState
from fanlink.desktop import drafts, formats
from fanlink.desktop.drafts import Draft
from fanlink.desktop.news import News, of_challenges, of_remixes
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.lines import NewsLine
from fanlink.desktop.widgets.notices import Empty

MOST = 5


@dataclass(frozen=True, slots=True)
class HomeData:
    """What Home shows."""

    name: str
    prompts: list[PromptDocument]
    ending: list[News]
    news: list[News]
    drafts: list[Draft]


class HomePage(Page):
    """Two columns of cards; in a narrow window they stand one below the other."""

    KINDS = frozenset({"prompt", "remix", "challenge", "account"})

    def build(self) -> None:
        discover = basics.button("Discover prompts", "compass", "primary", lambda: self.desk.go("discover"))
        self.heading("Home", "", discover)
        column = self.scroller()
        self._ending, self._news, self._new, self._drafts = (QVBoxLayout() for _ in range(4))
        for layout in (self._ending, self._news, self._new, self._drafts):
            layout.setSpacing(2)
        self.go_on = self._card("Continue", self._drafts)
        left = basics.column(self.go_on, self._card("News of your remixes", self._news), None, gap=14)
        right = basics.column(self._card("Ends soon", self._ending), self._card("New prompts", self._new), None, gap=14)
        line = basics.row(gap=16)
        line.addLayout(left, 3)
        line.addLayout(right, 2)
        column.addLayout(line)
        column.addStretch(1)

    def _card(self, title: str, lines: QVBoxLayout) -> QWidget:
        return basics.card(basics.text_label(title, "h2"), lines)

    def enter(self, item: str = "") -> None:
        self._fresh = False
        super().enter(item)

    def read(self, session: Any) -> HomeData:
        now_ms = self.desk.now_ms()
        account = session.account
        follows = account.follows if account else ()
        prompts = [each for each in session.all("prompt") if each.state is PromptState.PUBLISHED]
        prompts.sort(key=lambda each: (each.artist not in follows, -each.published_ms))
        challenges: list[ChallengeDocument] = list(session.all("challenge"))
        return HomeData(
            account.name if account else "", prompts[:MOST], of_challenges(challenges, now_ms),
            of_remixes(session.all("remix"))[:MOST], drafts.all_of(self.desk.home)[:3],
        )  # fmt: skip

    def show_data(self, data: HomeData) -> None:
        self.title_label.setText(f"Welcome back, {data.name.split()[0]}" if data.name else "Home")
        now_ms = self.desk.now_ms()
        for layout, news, nothing in (
            (self._ending, data.ending, ("timer", "Nothing ends soon", "Challenges that close within a week stand here.")),
            (self._news, data.news, ("music", "Your news will be here", "Submit a remix, and you read here what becomes of it.")),
        ):
            basics.empty(layout)
            for each in news:
                line = NewsLine(each.icon, each.title, each.text, formats.ago(each.at_ms, now_ms) if each.icon != "timer" else "")
                line.clicked.connect(lambda _on=False, each=each: self.desk.go(each.page, each.item))
                layout.addWidget(line)
            if not news:
                layout.addWidget(Empty(*nothing))
        basics.empty(self._drafts)
        for draft in data.drafts:
            text = f"{draft.artist_name} · {draft.words}" if draft.words else draft.artist_name
            line = NewsLine("", draft.title or draft.track_title, text, formats.ago(draft.saved_ms, now_ms), cover=draft.track, artwork=draft.artwork)
            line.clicked.connect(lambda _on=False, draft=draft: self.desk.go("studio", draft.id))
            self._drafts.addWidget(line)
        self.go_on.setVisible(bool(data.drafts))
        basics.empty(self._new)
        for prompt in data.prompts:
            line = NewsLine("", prompt.text.title, f"{prompt.artist_name} · {prompt.track_title}", cover=prompt.track, artwork=prompt.artwork)
            line.clicked.connect(lambda _on=False, prompt=prompt: self.desk.go("discover", prompt.id))
            self._new.addWidget(line)
