"""My remixes: where each one is, what was said about it, and what can be done next. Drafts on this computer come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from fanlink.core.documents import PotDocument, RemixDocument
from fanlink.desktop import drafts, formats, words
from fanlink.desktop.drafts import Draft
from fanlink.desktop.pages.page import ListDetail, Page
from fanlink.desktop.pages.remix_view import RemixView
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty

DRAFT = "draft:"


@dataclass(frozen=True, slots=True)
class Listing:
    """Ids of drafts and remixes, with the cards of the first of them."""

    ids: tuple[str, ...]
    cards: dict[str, Card]
    pots: dict[str, list[PotDocument]]


class RemixesPage(Page):
    """A list of remixes with the story of one beside it."""

    KINDS = frozenset({"remix", "pot", "case"})

    def build(self) -> None:
        self._pots: dict[str, list[PotDocument]] = {}
        discover = basics.button("Start another", "plus", "", lambda: self.desk.go("discover"))
        self.heading("My remixes", "Drafts, what is on its way, and what became of it.", discover)
        self.list = CardList(self._load, "My remixes")
        self.view = RemixView(self.desk)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self.both = ListDetail(left, self.view, back="All my remixes")
        self.nothing = Empty(
            "music", "Your remixes will be here", "Pick a prompt and make the first one.", "Discover prompts",
            lambda: self.desk.go("discover"), "compass",
        )
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(self.nothing)
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(self._opened_card)

    def enter(self, item: str = "") -> None:
        self._fresh = False
        super().enter(item)

    def read(self, session: Any) -> Listing:
        found = drafts.all_of(self.desk.home)
        cards = {f"{DRAFT}{draft.id}": self._draft_card(draft) for draft in found}
        pots: dict[str, list[PotDocument]] = {}
        for pot in session.all("pot"):
            pots.setdefault(pot.remix, []).append(pot)
        remixes = session.all("remix", limit=100)
        cards |= {each.id: self._card(each) for each in remixes}
        return Listing((*(f"{DRAFT}{draft.id}" for draft in found), *session.ids("remix")), cards, pots)

    def show_data(self, data: Listing) -> None:
        self._pots = data.pots
        self.stack.setCurrentWidget(self.both if data.ids else self.nothing)
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(data.ids, data.cards, wanted)
        if wanted:
            self.both.show_detail()
        self._chosen(id_)

    def _load(self, ids: Sequence[str], done) -> None:
        def read(session: Any) -> dict[str, Card]:
            found = (session.get("remix", id_) for id_ in ids)
            return {each.id: self._card(each) for each in found if each}

        self.desk.read(read, done, owner=self)

    def _card(self, document: RemixDocument) -> Card:
        remix = document.remix
        chips = [words.REMIX_STATES[str(remix.state)]]
        if document.plays:
            chips.append((formats.count(document.plays, "play"), ""))
        when = formats.ago(remix.steps[-1].at_ms, self.desk.now_ms()) if remix.steps else ""
        under = f"{document.artist_name} · {document.track_title}"
        return Card(document.id, remix.title, under, remix.track, tuple(chips), when, document.artwork)

    def _draft_card(self, draft: Draft) -> Card:
        subtitle = f"{draft.artist_name} · {draft.track_title}"
        when = formats.ago(draft.saved_ms, self.desk.now_ms())
        return Card(f"{DRAFT}{draft.id}", draft.title or "Untitled draft", subtitle, draft.track, (("Draft", ""),), when, draft.artwork)

    def _chosen(self, id_: str) -> None:
        if id_.startswith(DRAFT):
            draft_id = id_.removeprefix(DRAFT)
            self.desk.read(lambda _session: drafts.load(self.desk.home, draft_id), self.view.show_draft, owner=self)
        elif id_:
            pots = self._pots.get(id_, [])
            self.desk.read(lambda session: session.get("remix", id_), lambda found: self.view.show_remix(found, pots), owner=self)

    def _opened_card(self, _id: str) -> None:
        self.both.show_detail()
