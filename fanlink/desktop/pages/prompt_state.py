"""Where a prompt stands: what it says, who is missing, and the next step."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fanlink.core.commands import AskApproval, ClosePrompt, PausePrompt, PublishPrompt, ResumePrompt, WithdrawPrompt
from fanlink.core.documents import PromptDraftDocument, TemplateDocument
from fanlink.core.lives import open_steps
from fanlink.core.prompts import LIFE, PromptState
from fanlink.desktop import agreeing, formats, telling, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.notices import Banner
from fanlink.desktop.widgets.shares import ShareTable


class PromptStateView(QWidget):
    """Filled again for each prompt."""

    edit_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.document: PromptDraftDocument | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area, self._column = scrolling()
        whole.addWidget(area)

    def show_prompt(self, document: PromptDraftDocument | None, template: TemplateDocument | None) -> None:
        """Another prompt, or none."""
        self.document = document
        basics.empty(self._column)
        if document is None:
            return
        self._column.addWidget(self._head(document))
        self._column.addWidget(self._approval(document, template))
        self._column.addWidget(self._words(document))
        self._column.addWidget(self._split(template))
        self._column.addStretch(1)

    # Parts ----------------------------------------------------------------------------------------------------------

    def _head(self, document: PromptDraftDocument) -> QWidget:
        prompt = document.prompt
        versions = formats.count(len(prompt.versions), "version") if prompt.versions else "not published yet"
        names = basics.column(
            None, basics.Elided(prompt.draft.title or "Untitled", "h2"), basics.Elided(f"{document.track_title} · {versions}", "muted"),
            flow(basics.chip(*words.PROMPT_STATES[str(prompt.state)])), None, gap=4,
        )  # fmt: skip
        line = basics.row(Cover(prompt.track, 72, 12, document.artwork), names, gap=16)
        line.setStretch(1, 1)
        steps = open_steps(LIFE, prompt.state)
        acts = self._quiet_acts(steps)
        if "edit" in steps:
            acts.append(basics.button("Edit", "pencil", "", lambda: self.edit_asked.emit(document.id)))
        few = len(acts) <= 2
        card = basics.card(line) if few else basics.card(line, basics.row(None, *acts, gap=8))
        for each in acts if few else ():
            line.addWidget(each)
        if prompt.wind_down_ms and prompt.state is PromptState.WITHDRAWN:
            note = Banner()
            note.say(f"Withdrawn. Published remixes stay and earn until {formats.date(prompt.wind_down_ms)}.")
            card.layout().addWidget(note)
        return card

    def _quiet_acts(self, steps: Collection[str]) -> list[QWidget]:
        acts = (
            ("withdraw", "Withdraw", "undo-2", "danger", WithdrawPrompt(), "Withdrawn. Published remixes wind down."),
            ("pause", "Pause", "pause", "", PausePrompt(), "Paused. No new remixes for now."),
            ("resume", "Resume", "play", "", ResumePrompt(), "Open again."),
            ("close", "Close", "lock", "", ClosePrompt(), "Closed. What was made stays."),
        )
        return [
            basics.button(name, icon, kind, lambda data=data, said=said: self._do(data, said, undo=True))
            for step, name, icon, kind, data, said in acts if step in steps
        ]  # fmt: skip

    def _approval(self, document: PromptDraftDocument, template: TemplateDocument | None) -> QWidget:
        prompt = document.prompt
        steps = open_steps(LIFE, prompt.state)
        card = basics.card(basics.text_label("Approval", "h2"))
        changed = prompt.current is None or prompt.current.text != prompt.draft
        if prompt.state in (PromptState.CLOSED, PromptState.WITHDRAWN):
            card.layout().addWidget(basics.text_label("It takes no new remixes any more.", "muted"))
            return card
        by_party: dict[str, list[str]] = {}
        for party, use in document.missing:
            by_party.setdefault(party, []).append(words.USES[use].lower())
        for party in document.unsigned:
            by_party.setdefault(party, []).append("signature of the split")
        for party, lacking in by_party.items():
            name = basics.text_label(document.party_names.get(party, party), "strong")
            line = basics.row(name, None, flow(*(basics.chip(each, "warn") for each in lacking)), gap=10)
            card.layout().addLayout(line)
        if not prompt.draft.template:
            card.layout().addWidget(basics.text_label("No split is chosen yet. Choose one in the editor, under Terms.", "warn", wrap=True))
        for unknown in document.unknown_names:
            card.layout().addWidget(basics.text_label(unknown.fix, "warn", wrap=True))
        ready = not by_party and bool(prompt.draft.template)
        card.layout().addWidget(basics.text_label(self._sentence(document, ready=ready, changed=changed), "muted", wrap=True))
        line = basics.row(None, gap=8)
        if "ask_approval" in steps and by_party:
            note = QLineEdit()
            note.setPlaceholderText("A note to who is asked")
            note.setAccessibleName("A note to who is asked")
            line.insertWidget(0, note, 1)
            kind = "primary" if prompt.state is PromptState.DRAFT else ""
            said = "Everyone who is missing is asked."
            line.addWidget(basics.button("Ask for approval", "send", kind, lambda: self._do(AskApproval(note.text().strip()), said)))
        if prompt.state is PromptState.DRAFT and ready:
            said = "Asked. Everyone has agreed already, so it can be published."
            line.addWidget(basics.button("Ask for approval", "send", "primary", lambda: self._do(AskApproval(), said)))
        if "publish" in steps and changed:
            publish = basics.button("Publish", "megaphone", "primary", lambda: self._do(PublishPrompt(), "Published. Fans see it now.", undo=True))
            publish.setEnabled(ready)
            line.addWidget(publish)
        if line.count() > 1:
            card.layout().addLayout(line)
        return card

    def _sentence(self, document: PromptDraftDocument, *, ready: bool, changed: bool) -> str:
        state = document.prompt.state
        if not changed:
            return "Published as it stands. Everyone has agreed."
        if not ready:
            return "It can be published when nobody is missing. Each answer arrives here by itself."
        if state is PromptState.DRAFT:
            return "Everyone has agreed to these uses before. Ask once more for this draft, then publish."
        return "Everyone has agreed. It can be published."

    def _words(self, document: PromptDraftDocument) -> QWidget:
        text = document.prompt.draft
        card = basics.card(basics.text_label("The prompt", "cap"), basics.text_label(f"“{telling.prompt_words(text)}”", "words", wrap=True))
        for name, slot in text.slots.items():
            line = basics.row(basics.text_label(telling.slot(name), "accent"), flow(*(basics.chip(each) for each in slot.choices)), gap=10)
            line.setStretch(1, 1)
            card.layout().addLayout(line)
        card.layout().addWidget(basics.text_label("Guard rails", "cap"))
        rules = "\n".join(f"•  {rule}" for rule in telling.rules(text.guard_rails))
        card.layout().addWidget(basics.text_label(rules, wrap=True))
        return card

    def _split(self, template: TemplateDocument | None) -> QWidget:
        card = basics.card(basics.text_label("Who is paid", "h2"))
        if template is None:
            card.layout().addWidget(basics.text_label("No split is chosen yet.", "muted"))
            return card
        table = ShareTable()
        table.set_lines(agreeing.split_lines(template.shares, self.desk.account.parties if self.desk.account else ()))
        card.layout().addWidget(table)
        return card

    def _do(self, data, said: str, *, undo: bool = False) -> None:
        if self.document is not None:
            self.desk.do(data, self.document.id, base_version=self.document.prompt.version, said=said, undo=undo)

