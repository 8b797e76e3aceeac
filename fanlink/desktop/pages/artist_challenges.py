"""Challenges of my artists: written, announced, extended, judged, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from fanlink.core.challenges import phase
from fanlink.core.commands import ScheduleChallenge, WriteChallenge
from fanlink.core.documents import ChallengeDocument, EntryDocument, PromptDraftDocument
from fanlink.core.prompts import PromptState
from fanlink.desktop import formats, telling
from fanlink.desktop.pages.challenge_editor import ChallengeEditor, Written, blank
from fanlink.desktop.pages.challenge_view import ChallengeView
from fanlink.desktop.pages.challenges import ORDER, PHASES
from fanlink.desktop.pages.page import ListDetail, Page
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty

OPEN = (PromptState.PUBLISHED, PromptState.PAUSED)


@dataclass(frozen=True, slots=True)
class Listing:
    """Cards of my artists' challenges, and the prompts that a new one may rest on."""

    cards: dict[str, Card]
    prompts: list[PromptDraftDocument]


class ArtistChallengesPage(Page):
    """A list with one challenge beside it; editing takes the whole page."""

    KINDS = frozenset({"challenge", "entry", "prompt_draft", "account"})

    def build(self) -> None:
        self._prompts: list[PromptDraftDocument] = []
        self.new = basics.button("New challenge", "plus", "primary", self._write_new)
        self.head = QWidget()
        line = self.heading("Challenges", "A prompt with dates, judges and prizes. Judging is blind.", self.new)
        self.outer.removeItem(line)
        self.head.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        self.outer.addWidget(self.head)
        self.list = CardList(self._load, "Challenges")
        self.view = ChallengeView(self.desk)
        self.view.edit_asked.connect(self._write)
        self.both = ListDetail(self.list, self.view, back="All challenges")
        self.editor = ChallengeEditor(self.desk)
        self.editor.saved.connect(self._save)
        self.editor.left.connect(self._leave_editor)
        self.nothing = Empty(
            "trophy", "Your challenges will be here", "Set a prompt, dates and prizes; fans enter their remixes and judges hear them "
            "without names. It needs a published prompt first.", "Open the prompts", lambda: self.desk.go("prompts"), "pen-line",
        )  # fmt: skip
        self.stack = QStackedWidget()
        for each in (self.both, self.editor, self.nothing):
            self.stack.addWidget(each)
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(self._chosen)
        self.list.opened.connect(lambda _id: self.both.show_detail())

    @property
    def editing(self) -> bool:
        """True while the editor is in front."""
        return self.stack.currentWidget() is self.editor

    def read(self, session: Any) -> Listing:
        teams = session.account.teams if session.account else ()
        me, now_ms = session.account.id if session.account else "", self.desk.now_ms()
        found = [each for each in session.all("challenge") if each.challenge.artist in teams or me in each.challenge.judges]
        found.sort(key=lambda each: (ORDER.index(phase(each.challenge, now_ms)) + 1) % len(ORDER))
        prompts = [each for each in session.all("prompt_draft") if each.prompt.state in OPEN and each.prompt.current]
        return Listing({each.id: self._card(each) for each in found}, prompts)

    def show_data(self, data: Listing) -> None:
        self._prompts = data.prompts
        self.new.setEnabled(bool(data.prompts))
        self.new.setToolTip(basics.plain_tooltip("" if data.prompts else "A challenge rests on a published prompt."))
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(tuple(data.cards), data.cards, wanted)
        if not self.editing:
            self.stack.setCurrentWidget(self.both if data.cards else self.nothing)
            if wanted:
                self.both.show_detail()
        self._chosen(id_)

    def _load(self, ids: Sequence[str], done) -> None:
        self.desk.read(
            lambda session: {each.id: self._card(each) for id_ in ids if (each := session.get("challenge", id_))}, done, owner=self
        )

    def _card(self, document: ChallengeDocument) -> Card:
        challenge, now_ms = document.challenge, self.desk.now_ms()
        chips = [PHASES[phase(challenge, now_ms)]]
        if document.entries:
            chips.append((formats.count(document.entries, "entry", "entries"), ""))
        if self.desk.account and self.desk.account.id in challenge.judges:
            chips.append(("You judge", "accent"))
        return Card(
            document.id, challenge.title or "Untitled", f"{document.prompt_title} · {telling.closing(document, now_ms)}",
            challenge.prompt, tuple(chips), artwork=document.artwork,
        )  # fmt: skip

    def _chosen(self, id_: str) -> None:
        def read(session: Any) -> tuple[ChallengeDocument | None, list[EntryDocument]]:
            entries = [each for each in session.all("entry") if each.entry.challenge == id_ and not each.entry.withdrawn]
            return session.get("challenge", id_) if id_ else None, entries

        self.desk.read(read, lambda found: self.view.show_challenge(*found), owner=self)

    # Editing --------------------------------------------------------------------------------------------------------

    def _write_new(self) -> None:
        def opened(id_: str) -> None:
            self._edit(Written(blank(id_, self.desk.now_ms()), is_new=True))

        self.desk.read(lambda session: session.new_id("challenge"), opened, owner=self)

    def _write(self, document: ChallengeDocument) -> None:
        self._edit(Written(document.challenge, is_new=False))

    def _edit(self, written: Written) -> None:
        self.head.hide()
        self.stack.setCurrentWidget(self.editor)
        self.editor.write(written, self._prompts)

    def _leave_editor(self) -> None:
        self.head.show()
        self.stack.setCurrentWidget(self.both)
        self.refresh()

    def _save(self, written: Written, announce: bool) -> None:
        challenge = written.challenge

        def stored(command: str) -> None:
            self.item = challenge.id
            if announce:
                next_version = 1 if written.is_new else challenge.version + 1
                said = "Announced. Everyone sees it now."
                self.desk.do(ScheduleChallenge(), challenge.id, after=(command,), base_version=next_version, said=said)
            else:
                self.desk.say("Draft saved.")
            self._leave_editor()

        data = WriteChallenge(
            challenge.artist, challenge.prompt, challenge.title, challenge.about, challenge.dates, challenge.rubric, challenge.judges,
            challenge.prizes,
        )  # fmt: skip
        self.desk.do(data, challenge.id, base_version=None if written.is_new else challenge.version, done=stored)
