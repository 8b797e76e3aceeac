"""Submissions: what fans made of my artists' tracks, to hear, to thank for, and to take down where it must be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QLineEdit, QStackedWidget, QWidget

from fanlink.core.commands import ThankFan
from fanlink.core.documents import SubmissionDocument, TrackDocument
from fanlink.core.remixes import RemixState
from fanlink.desktop import formats, words
from fanlink.desktop.pages.page import ListDetail, Page, searched
from fanlink.desktop.pages.submission_view import SubmissionView
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty
from fanlink.desktop.widgets.toggles import Choice

FILTERS = (("all", "All"), ("new", "Not thanked"), ("published", "Published"))
MOST = 2_000
LISTED = (RemixState.IN_REVIEW, RemixState.APPROVED, RemixState.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Listing:
    """Cards by id, and whether there is any submission at all."""

    cards: dict[str, Card]
    any: bool


class SubmissionsPage(Page):
    """A list to walk through by keys, with one submission beside it."""

    KINDS = frozenset({"submission", "track"})

    def build(self) -> None:
        self.heading("Submissions", "What fans made of your tracks. J and K walk through them, P plays.")
        self.filter = Choice(FILTERS)
        self.filter.changed.connect(lambda _key: self.refresh())
        self.list = CardList(lambda _ids, _done: None, "Submissions")
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list.selectionModel().selectionChanged.connect(lambda _on, _off: self._show_bulk())
        left, self.search = searched(self.list, "Search by title or fan", "Search submissions", self.refresh, above=self.filter, below=self._bulk())
        self.view = SubmissionView(self.desk)
        self.both = ListDetail(left, self.view, back="All submissions")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(
            "inbox", "Submissions will be here", "When a fan’s remix of your track has passed the checks, you hear it here before "
            "anybody else.", "Open the prompts", lambda: self.desk.go("prompts"), "pen-line",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())
        self._actions = [self._action("J", "Next", 1), self._action("K", "Previous", -1), self._play_action()]

    def _bulk(self) -> QWidget:
        self.bulk_count = basics.text_label("", "strong")
        self.bulk_text = QLineEdit()
        self.bulk_text.setPlaceholderText("One word of thanks to all of them")
        self.bulk_text.setAccessibleName("Thanks to all chosen fans")
        send = basics.button("Thank them", "heart", "", self._thank_many)
        line = basics.row(self.bulk_text, send, gap=8)
        line.setStretch(0, 1)
        self.bulk = basics.card(self.bulk_count, line, pad=12, gap=8, kind="tile")
        self.bulk.hide()
        return self.bulk

    def _action(self, key: str, name: str, step: int) -> QAction:
        action = QAction(f"{name} submission", self)
        action.setShortcut(key)
        action.triggered.connect(lambda _on=False: self._walk(step))
        return action

    def _play_action(self) -> QAction:
        action = QAction("Play submission", self)
        action.setShortcut("P")
        action.triggered.connect(lambda _on=False: self.view.compare.play())
        return action

    def actions_of_page(self) -> list[QAction]:
        return self._actions

    def read(self, session: Any) -> Listing:
        text, wanted = self.search.text().strip(), self.filter.chosen
        found: list[SubmissionDocument] = session.all("submission", search=text or None, limit=MOST)
        every = bool(found)
        if wanted == "new":
            found = [each for each in found if not each.thanks and each.state in LISTED]
        elif wanted == "published":
            found = [each for each in found if each.state is RemixState.PUBLISHED]
        found.sort(key=lambda each: -each.submitted_ms)
        return Listing({each.id: self._card(each) for each in found}, every or bool(text))

    def show_data(self, data: Listing) -> None:
        self.stack.setCurrentIndex(0 if data.any else 1)
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(tuple(data.cards), data.cards, wanted)
        if wanted:
            self.both.show_detail()
        self._chosen(id_)

    def _card(self, document: SubmissionDocument) -> Card:
        chips = [words.REMIX_STATES[str(document.state)]]
        if document.thanks:
            chips.append(("♥ Thanked", "accent"))
        if document.audio is None:
            chips.append(("Rendering", ""))
        when = formats.ago(document.submitted_ms, self.desk.now_ms())
        return Card(document.id, document.title, f"{document.fan_name} · {document.prompt_title}", document.track, tuple(chips), when, document.artwork)

    def _chosen(self, id_: str) -> None:
        def read(session: Any) -> tuple[SubmissionDocument | None, TrackDocument | None]:
            document = session.get("submission", id_) if id_ else None
            return document, session.get("track", document.track) if document else None

        self.desk.read(read, lambda found: self.view.show_submission(*found), owner=self)

    def _walk(self, step: int) -> None:
        ids = self.list.cards.ids
        if not ids:
            return
        row = self.list.cards.row_of(self.list.current())
        self.list.choose(ids[min(max(row + step, 0), len(ids) - 1)])

    # Thanks to many -------------------------------------------------------------------------------------------------

    def _selected(self) -> Sequence[str]:
        rows = sorted(index.row() for index in self.list.selectionModel().selectedRows())
        return [self.list.cards.ids[row] for row in rows if row < len(self.list.cards.ids)]

    def _show_bulk(self) -> None:
        chosen = len(self._selected())
        self.bulk.setVisible(chosen > 1)
        self.bulk_count.setText(formats.count(chosen, "submission") + " chosen")

    def _thank_many(self) -> None:
        text, ids = self.bulk_text.text().strip(), tuple(self._selected())
        if not text:
            self.bulk_text.setFocus()
            return

        def thank(session: Any) -> list[str]:
            return [session.do(ThankFan(text), id_, undo_s=10) for id_ in ids]

        def undo(commands: list[str]) -> None:
            self.desk.read(lambda session: [session.undo(each) for each in commands], lambda _done: self.desk.say("Taken back."), owner=self)

        def done(commands: list[str]) -> None:
            self.bulk_text.clear()
            self.desk.say(f"{formats.count(len(commands), 'fan')} thanked.", lambda: undo(commands))

        self.desk.read(thank, done, owner=self)
