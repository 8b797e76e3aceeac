"""Catalogue: the tracks of my artists and parties, with who owns them and who has agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from fanlink.core.documents import PromptDraftDocument, TrackDocument
from fanlink.core.guard_rails import Use
from fanlink.core.parties import claims
from fanlink.desktop import agreeing, formats
from fanlink.desktop.pages.page import ListDetail, Page
from fanlink.desktop.pages.track_view import TrackView
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty


@dataclass(frozen=True, slots=True)
class Listing:
    """Ids of tracks with their cards, and whether there are any at all."""

    ids: tuple[str, ...]
    cards: dict[str, Card]
    any: bool


class TracksPage(Page):
    """A list of tracks with one of them beside it."""

    KINDS = frozenset({"track", "prompt_draft", "consent", "account"})

    def build(self) -> None:
        self.write = basics.button("New prompt", "pen-line", "primary", self._new_prompt)
        self.add = basics.button("Add a track", "plus", "", lambda: self.desk.go("add_track", "new"))
        self.take = basics.button("Import", "upload", "", lambda: self.desk.go("catalogue_import"), hint="Import a catalogue from a CSV file")
        self.heading("Catalogue", "Your tracks, who owns them, and who has agreed to what.", self.take, self.add, self.write)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search by title or artist")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("Search tracks")
        self.search.textChanged.connect(lambda _text: self.refresh())
        self.list = CardList(self._load, "Tracks")
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.view = TrackView(self.desk)
        self.both = ListDetail(left, self.view, back="All tracks")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.both)
        self.stack.addWidget(Empty(
            "disc-3", "Your tracks will be here", "A track appears as soon as it is in the catalogue with its stems, and you own a part "
            "of it or are on its artist’s team.", "Rights & splits", lambda: self.desk.go("rights"), "handshake",
        ))  # fmt: skip
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())

    def read(self, session: Any) -> Listing:
        text = self.search.text().strip()
        ids = session.ids("track", search=text or None)
        prompts = _count(session.all("prompt_draft"))
        found = session.all("track", search=text or None, limit=100)
        return Listing(ids, {each.id: self._card(each, prompts) for each in found}, bool(ids) or bool(text))

    def show_data(self, data: Listing) -> None:
        self.stack.setCurrentIndex(0 if data.any else 1)
        team = bool(self.desk.account and self.desk.account.teams)
        for each in (self.add, self.take, self.write):
            each.setVisible(team)
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(data.ids, data.cards, wanted)
        if wanted:
            self.both.show_detail()
        self._chosen(id_)

    def _load(self, ids: Sequence[str], done) -> None:
        def read(session: Any) -> dict[str, Card]:
            prompts = _count(session.all("prompt_draft"))
            return {each.id: self._card(each, prompts) for id_ in ids if (each := session.get("track", id_))}

        self.desk.read(read, done, owner=self)

    def _card(self, track: TrackDocument, prompts: dict[str, int]) -> Card:
        found = agreeing.agreement(track, Use.REMIX, self.desk.now_ms())
        agreed, asked = len(found.agreed), len(found.answers)
        chips = [(f"{agreed} of {asked} agreed", "ok" if found.whole else "warn")]
        if claims(track.stakes, track.contested):
            chips.append(("Shares to mend", "bad"))
        if prompts.get(track.id):
            chips.append((formats.count(prompts[track.id], "prompt"), ""))
        music = track.facts.music
        under = f"{track.artist_name} · {formats.tempo(music.tempo_bpm)} · {music.key}"
        return Card(track.id, track.facts.title, under, track.id, tuple(chips), formats.length(track.facts.length_ms), track.artwork)

    def _chosen(self, id_: str) -> None:
        def read(session: Any) -> tuple[TrackDocument | None, list[PromptDraftDocument]]:
            drafts = [each for each in session.all("prompt_draft") if each.prompt.track == id_]
            return session.get("track", id_) if id_ else None, drafts

        self.desk.read(read, lambda found: self._show(*found), owner=self)

    def _show(self, track: TrackDocument | None, prompts: list[PromptDraftDocument]) -> None:
        self.view.show_track(track, prompts)
        mine = self.desk.account is not None and track is not None and track.artist in self.desk.account.teams
        self.write.setEnabled(mine)
        why = "" if mine or track is None else "Prompts are written by the artist’s team."
        self.write.setToolTip(basics.plain_tooltip(why))

    def _new_prompt(self) -> None:
        if self.view.track is not None:
            self.desk.go("prompts", f"track:{self.view.track.id}")


def _count(drafts: list[PromptDraftDocument]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for each in drafts:
        counted[each.prompt.track] = counted.get(each.prompt.track, 0) + 1
    return counted
