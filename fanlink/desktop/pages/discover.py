"""Discover: what artists allow. Cards on the left; on the right the prompt, its sound, its rules, who is paid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from fanlink.core.documents import ChallengeDocument, PromptDocument
from fanlink.core.prompts import PromptState
from fanlink.desktop import telling
from fanlink.desktop.pages.page import ListDetail, Page
from fanlink.desktop.pages.prompt_view import PromptView
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty

FILTERS = (("all", "All"), ("follow", "Following"), ("soon", "Ends soon"))
MOST_FILTERED = 2_000


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list shows: ids, and the cards that had to be read to find them."""

    ids: tuple[str, ...]
    cards: dict[str, Card]
    any: bool


class DiscoverPage(Page):
    """A list of prompts with the prompt beside it."""

    KINDS = frozenset({"prompt", "challenge", "account"})

    def build(self) -> None:
        self._filter = "all"
        self._filters = {}
        filters = QHBoxLayout()
        filters.setSpacing(6)
        for key, name in FILTERS:
            each = basics.button(name, kind="quiet", clicked=lambda key=key: self._set_filter(key))
            each.setCheckable(True)
            each.setChecked(key == "all")
            self._filters[key] = each
            filters.addWidget(each)
        self.start = basics.button("Start a remix", "wand-sparkles", "primary", self._start)
        self.heading("Discover prompts", "Remix ideas that artists and everyone with rights in the song have approved.", self.start)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by title, artist or words")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search prompts")
        self.search.textChanged.connect(lambda _text: self.refresh())
        self.list = CardList(self._load, "Prompts")
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(filters)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        filters.addStretch(1)
        self.view = PromptView(self.desk)
        self.nothing = Empty(
            "compass", "Prompts will be here", "Artists publish what may be made of their songs. As soon as one does, you see it here.",
        )
        self.both = ListDetail(left, self.view, back="All prompts")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(self.nothing)
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())
        self._play = QAction("Play prompt", self)
        self._play.setShortcut("P")
        self._play.triggered.connect(lambda _on=False: self.view.play())

    def actions_of_page(self) -> list[QAction]:
        return [self._play]

    def read(self, session: Any) -> Listing:
        text, wanted = self.search.text().strip(), self._filter
        ids = session.ids("prompt", search=text or None)
        challenges = challenges_by_prompt(session)
        if wanted == "all":
            found = session.all("prompt", search=text or None, limit=100)
            cards = {each.id: self._card(each, challenges) for each in found}
            return Listing(ids, cards, bool(ids) or bool(text))
        follows = session.account.follows if session.account else ()
        found = session.all("prompt", search=text or None, limit=MOST_FILTERED)
        if wanted == "follow":
            found = [each for each in found if each.artist in follows]
        else:
            found = [each for each in found if each.id in challenges]
        cards = {each.id: self._card(each, challenges) for each in found}
        return Listing(tuple(cards), cards, True)

    def show_data(self, data: Listing) -> None:
        self.stack.setCurrentWidget(self.both if data.any else self.nothing)
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(data.ids, data.cards, wanted)
        if wanted:
            self.both.show_detail()
        self.start.setEnabled(bool(id_))
        self._chosen(id_)

    def _load(self, ids: Sequence[str], done) -> None:
        def read(session: Any) -> dict[str, Card]:
            challenges = challenges_by_prompt(session)
            found = (session.get("prompt", id_) for id_ in ids)
            return {each.id: self._card(each, challenges) for each in found if each}

        self.desk.read(read, done, owner=self)

    def _card(self, prompt: PromptDocument, challenges: dict[str, ChallengeDocument]) -> Card:
        chips = telling.prompt_chips(prompt, challenges.get(prompt.id), self.desk.now_ms())
        return Card(prompt.id, prompt.text.title, f"{prompt.artist_name} · {prompt.track_title}", prompt.track, chips, artwork=prompt.artwork)

    def _set_filter(self, key: str) -> None:
        self._filter = key
        for name, each in self._filters.items():
            each.setChecked(name == key)
        self.refresh()

    def _chosen(self, id_: str) -> None:
        if id_:
            self.desk.read(lambda session: session.get("prompt", id_), self._show, owner=self)
        else:
            self.view.show_prompt(None)

    def _show(self, prompt: PromptDocument | None) -> None:
        self.view.show_prompt(prompt)
        open_ = prompt is not None and prompt.state is PromptState.PUBLISHED
        self.start.setEnabled(open_)
        why = "" if open_ or prompt is None else "This prompt does not take new remixes now."
        self.start.setToolTip(basics.plain_tooltip(why))

    def _start(self) -> None:
        if self.view.prompt is not None:
            self.desk.go("studio", f"prompt:{self.view.prompt.id}")


def challenges_by_prompt(session: Any) -> dict[str, ChallengeDocument]:
    """The challenge that rests on each prompt."""
    return {each.challenge.prompt: each for each in session.all("challenge")}
