"""Prompts of my artists: what each one waits for, and the editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from fanlink.core.commands import AskApproval, WritePrompt
from fanlink.core.documents import PromptDraftDocument, TemplateDocument, TrackDocument
from fanlink.core.prompts import PromptText
from fanlink.desktop import formats, unsaved, words
from fanlink.desktop.pages.page import ListDetail, Page
from fanlink.desktop.pages.prompt_editor import PromptEditor, Writing
from fanlink.desktop.pages.prompt_state import PromptStateView
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty

NEW, EDIT = "track:", "edit:"
UNSAVED = "prompt"


@dataclass(frozen=True, slots=True)
class Opening:
    """A prompt to be edited with all that its editor needs."""

    writing: Writing
    track: TrackDocument
    templates: list[TemplateDocument]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Cards of prompts, the tracks a new one may be about, and what was being written when the window closed."""

    cards: dict[str, Card]
    tracks: list[TrackDocument]
    unsaved: Writing | None


class PromptsPage(Page):
    """A list with the state of one prompt beside it; editing takes the whole page."""

    KINDS = frozenset({"prompt_draft", "track", "template", "account"})

    def build(self) -> None:
        self.tracks = fields.bounded(QComboBox())
        self.tracks.setMinimumWidth(210)
        self.tracks.setAccessibleName("Track of the new prompt")
        self.new = basics.button("New prompt", "plus", "primary", lambda: self._open_new(self.tracks.currentData()))
        self.head = QWidget()
        line = self.heading("Prompts", "What fans may make of your tracks. Nothing opens before everyone has agreed.", self.tracks, self.new)
        self.outer.removeItem(line)
        self.head.setLayout(line)
        line.setContentsMargins(0, 0, 0, 0)
        self.outer.addWidget(self.head)
        self.list = CardList(self._load, "Prompts")
        self.view = PromptStateView(self.desk)
        self.view.edit_asked.connect(lambda id_: self._open(id_))
        self.both = ListDetail(self.list, self.view, back="All prompts")
        self.editor = PromptEditor(self.desk)
        self.editor.saved.connect(lambda writing: self._save(writing, ask=False))
        self.editor.asked.connect(lambda writing: self._save(writing, ask=True))
        self.editor.left.connect(self._leave_editor)
        self.editor.changed.connect(self._keep)
        self.nothing = Empty(
            "pen-line", "Your prompts will be here", "A prompt says in your words what fans may make of a track, inside your guard rails.",
            "Open the catalogue", lambda: self.desk.go("tracks"), "disc-3",
        )
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

    def enter(self, item: str = "") -> None:
        if item.startswith(NEW):
            self._open_new(item.removeprefix(NEW))
            item = ""
        elif item.startswith(EDIT):
            self._open(item.removeprefix(EDIT))
            item = ""
        elif item and self.editing:
            self._leave_editor()
        super().enter(item)

    def read(self, session: Any) -> Listing:
        drafts = session.all("prompt_draft")
        teams = session.account.teams if session.account else ()
        tracks = [each for each in session.all("track") if each.artist in teams]
        kept = unsaved.load(self.desk.home, UNSAVED, Writing)
        return Listing({each.id: self._card(each) for each in drafts}, tracks, kept)

    def show_data(self, data: Listing) -> None:
        chosen = self.tracks.currentData()
        self.tracks.clear()
        for track in data.tracks:
            self.tracks.addItem(track.facts.title, track.id)
        self.tracks.setCurrentIndex(max(self.tracks.findData(chosen), 0))
        for each in (self.tracks, self.new):
            each.setVisible(bool(data.tracks))
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(tuple(data.cards), data.cards, wanted)
        if not self.editing:
            self.stack.setCurrentWidget(self.both if data.cards else self.nothing)
            if wanted:
                self.both.show_detail()
            if data.unsaved is not None:
                kept = data.unsaved
                self.desk.say("A prompt was not saved when the window closed.", lambda: self._open_kept(kept), label="Continue")
        self._chosen(id_)

    def _load(self, ids: Sequence[str], done) -> None:
        self.desk.read(
            lambda session: {each.id: self._card(each) for id_ in ids if (each := session.get("prompt_draft", id_))}, done, owner=self
        )

    def _card(self, document: PromptDraftDocument) -> Card:
        prompt = document.prompt
        chips = [words.PROMPT_STATES[str(prompt.state)]]
        missing = {party for party, _use in document.missing} | set(document.unsigned)
        if missing:
            chips.append((f"{formats.count(len(missing), 'party', 'parties')} missing", "warn"))
        if prompt.current and prompt.current.text != prompt.draft:
            chips.append(("Changed since", "accent"))
        right = f"v{len(prompt.versions)}" if prompt.versions else ""
        return Card(document.id, prompt.draft.title or "Untitled", document.track_title, prompt.track, tuple(chips), right, document.artwork)

    def _chosen(self, id_: str) -> None:
        if id_:
            self.desk.read(lambda session: _state_of(session, id_), lambda found: self.view.show_prompt(*found), owner=self)
        else:
            self.view.show_prompt(None, None)

    # Editing --------------------------------------------------------------------------------------------------------

    def _open(self, id_: str) -> None:
        def read(session: Any) -> Opening | None:
            document = session.get("prompt_draft", id_)
            if document is None:
                return None
            prompt = document.prompt
            return _opening(session, Writing(prompt.id, prompt.artist, prompt.track, prompt.draft, prompt.version))

        self.desk.read(read, self._edit, owner=self)

    def _open_new(self, track_id: str | None) -> None:
        def read(session: Any) -> Opening | None:
            track = session.get("track", track_id) if track_id else None
            if track is None:
                return None
            return _opening(session, Writing(session.new_id("prompt"), track.artist, track.id, PromptText("", "")))

        self.desk.read(read, self._edit, owner=self)

    def _open_kept(self, writing: Writing) -> None:
        note = "This is what you had not saved when the window closed."
        self.desk.read(lambda session: _opening(session, writing, note), self._edit, owner=self)

    def _edit(self, opening: Opening | None) -> None:
        if opening is None:
            self.desk.say("The track of this prompt is not here yet. It comes with the next sync.", tone="warn")
            return
        self.head.hide()
        self.stack.setCurrentWidget(self.editor)
        self.editor.write(opening.writing, opening.track, opening.templates, opening.note)

    def _keep(self) -> None:
        if self.editing:
            now, home = self.editor.now, self.desk.home
            self.desk.read(lambda _session: unsaved.keep(home, UNSAVED, now), lambda _none: None, owner=self)

    def _leave_editor(self) -> None:
        home = self.desk.home
        self.head.show()
        self.stack.setCurrentWidget(self.both)
        self.desk.read(lambda _session: unsaved.forget(home, UNSAVED), lambda _none: self.refresh(), owner=self)

    def _save(self, writing: Writing, *, ask: bool) -> None:
        def stored(command: str) -> None:
            self.item = writing.id
            if ask:
                said = "Saved. Everyone with a stake in the track is asked."
                self.desk.do(AskApproval(), writing.id, after=(command,), base_version=(writing.version or 0) + 1, said=said)
            else:
                self.desk.say("Draft saved.")
            self._leave_editor()

        data = WritePrompt(writing.artist, writing.track, writing.text)
        self.desk.do(data, writing.id, base_version=writing.version, done=stored)


def _opening(session: Any, writing: Writing, note: str = "") -> Opening | None:
    track = session.get("track", writing.track)
    if track is None:
        return None
    templates = [each for each in session.all("template") if each.track == writing.track and not each.countered_by]
    return Opening(writing, track, sorted(templates, key=lambda each: len(each.unsigned)), note)


def _state_of(session: Any, id_: str) -> tuple[PromptDraftDocument | None, TemplateDocument | None]:
    document = session.get("prompt_draft", id_)
    template = document.prompt.draft.template if document else ""
    found = next((each for each in session.all("template") if template and template in (each.id, each.digest)), None)
    return document, found
