"""Home of artists, labels and rightsholders: what waits for me, and what fans made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.desktop import formats, recomputing, waiting
from fanlink.desktop.pages.page import Page
from fanlink.desktop.waiting import Waits
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.lines import NewsLine
from fanlink.desktop.widgets.notices import Empty

MOST = 6


@dataclass(frozen=True, slots=True)
class HomeData:
    """What Home shows."""

    name: str
    mine: list[Waits]
    fans: list[Waits]
    under_way: list[Waits]
    figures: list[tuple[str, str, str]]
    team: bool


class ArtistHomePage(Page):
    """Figures on top; what waits for me on the left, what fans made and what is under way on the right."""

    KINDS = frozenset({"consent", "template", "prompt_draft", "submission", "challenge", "track", "statement", "account"})

    def build(self) -> None:
        self.heading("Home", "Here is what waits for you.")
        column = self.scroller()
        self._figures = basics.row(gap=14)
        column.addLayout(self._figures)
        self._mine, self._fans, self._under_way = (QVBoxLayout() for _ in range(3))
        for layout in (self._mine, self._fans, self._under_way):
            layout.setSpacing(2)
        self._fans_card = self._card("New from fans", self._fans)
        left = basics.column(self._card("Waits for you", self._mine), None)
        right = basics.column(self._fans_card, self._card("Under way", self._under_way), None, gap=14)
        line = basics.row(gap=16)
        line.addLayout(left, 1)
        line.addLayout(right, 1)
        column.addLayout(line)
        column.addStretch(1)

    def _card(self, title: str, lines: QVBoxLayout) -> QWidget:
        return basics.card(basics.text_label(title, "h2"), lines, gap=8)

    def read(self, session: Any) -> HomeData:
        account, now_ms = session.account, self.desk.now_ms()
        if account is None:
            return HomeData("", [], [], [], [], team=False)
        drafts, found = session.all("prompt_draft"), session.all("submission")
        asked = waiting.prompts(drafts)
        dates = waiting.challenges(session.all("challenge"), account, now_ms)
        mine = [*waiting.tracks(session.all("track")), *waiting.questions(session.all("consent"), session.all("template"), account)]
        mine += [each for each in (*asked, *dates) if each.tone]
        under_way = [each for each in (*asked, *dates) if not each.tone]
        return HomeData(account.name, mine, waiting.submissions(found), under_way, self._read_figures(session, drafts, found), bool(account.teams))

    def _read_figures(self, session: Any, drafts: list[Any], found: list[Any]) -> list[tuple[str, str, str]]:
        open_ = sum(str(each.prompt.state) == "published" for each in drafts)
        published = sum(str(each.state) == "published" for each in found)
        parties = session.account.parties
        statements = [recomputing.check(each) for each in session.all("statement") if each.party in parties]
        earned = recomputing.stated(statements)
        amount = "\n".join(formats.money_micro(micro, currency) for currency, micro in sorted(earned.items())) or "—"
        figures = [("On statements", amount, "earnings")]
        if session.account.teams:
            figures = [
                ("Open prompts", str(open_), "prompts"), ("Submissions", str(len(found)), "submissions"),
                ("Published remixes", str(published), "submissions"), *figures,
            ]  # fmt: skip
        return figures

    def show_data(self, data: HomeData) -> None:
        self.title_label.setText(f"Welcome back, {data.name.split()[0]}" if data.name else "Home")
        basics.empty(self._figures)
        for name, value, page in data.figures:
            go = basics.tool("arrow-right", f"Open {name.lower()}", lambda page=page: self.desk.go(page))
            head = basics.row(basics.text_label(name, "cap"), None, go)
            self._figures.addWidget(basics.card(basics.column(head, basics.text_label(value, "figure"), None, gap=4), pad=14), 1)
        self._fans_card.setVisible(data.team)
        for layout, lines, nothing in (
            (self._mine, data.mine, ("circle-check", "Nothing waits for you", "Questions, signatures and prompts to publish stand here.")),
            (self._fans, data.fans, ("headphones", "Remixes will be here", "What fans make of your tracks, as soon as it passed the checks.")),
            (self._under_way, data.under_way, ("clock", "Nothing is under way", "Prompts that wait for others, and challenges with their dates.")),
        ):  # fmt: skip
            basics.empty(layout)
            for each in lines[:MOST]:
                line = NewsLine(each.icon, each.title, each.text, "", cover=each.cover, artwork=each.artwork, tone=each.tone)
                line.clicked.connect(lambda _on=False, each=each: self.desk.go(each.page, each.item))
                layout.addWidget(line)
            if len(lines) > MOST:
                layout.addWidget(basics.text_label(f"and {len(lines) - MOST} more", "small"))
            if not lines:
                layout.addWidget(Empty(*nothing))
