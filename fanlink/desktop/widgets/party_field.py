"""A field to name a party: what is typed is looked up on the server, and one of the suggestions is chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, QTimer
from PySide6.QtWidgets import QCompleter, QLineEdit

from fanlink.core.errors import Offline, Refused
from fanlink.core.party_search import wanted
from fanlink.desktop import formats, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress, Task
from fanlink.desktop.widgets import basics

TYPING_MS = 350
ID = "party-"
Found = tuple[list[dict[str, str]], bool]


class PartyField(QLineEdit):
    """Up, Down and Enter choose, as the mouse does. `note` says what was found, or why nothing could be looked up."""

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self._desk = desk
        self._task: Task | None = None
        self._found: dict[str, dict[str, str]] = {}
        self._chosen, self._chosen_text = "", ""
        self.setPlaceholderText(name)
        self.setAccessibleName(name)
        self.setClearButtonEnabled(True)
        self.note = basics.text_label("", "small", wrap=True)
        self.note.hide()
        self._names = QStringListModel(self)
        self._completer = QCompleter(self._names, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self._completer.activated[QModelIndex].connect(lambda index: self.choose(index.data()))
        self.setCompleter(self._completer)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TYPING_MS)
        self._soon.timeout.connect(self.look)
        self.textEdited.connect(lambda _text: self._typed())
        self.textChanged.connect(self._changed)

    @property
    def party(self) -> str:
        """The id of the party that was chosen, or an id that was typed whole; empty for anything else."""
        text = self.text().strip()
        if self._chosen and text == self._chosen_text:
            return self._chosen
        return text if text.startswith((ID, "party_")) and " " not in text else ""

    @property
    def suggestions(self) -> list[str]:
        """What is offered now."""
        return self._names.stringList()

    def choose(self, line: str) -> None:
        """Takes one of the suggestions."""
        found = self._found.get(line)
        if found is None:
            return
        self._chosen, self._chosen_text = found["id"], line.strip()
        self.setText(line)
        self._say(f"{found['name']} · {found['id']}")

    def look(self) -> None:
        """Asks the server for what is typed; a party id needs no asking."""
        text = self.text().strip()
        if self.party:
            return
        try:
            wanted(text)
        except Refused as error:
            self._offer([])
            self._say(words.of_error(error) if text else "")
            return
        if self._task:
            self._task.stop()

        def work(session: Any, _progress: Progress) -> Found:
            return session.online.find_parties(text)

        self._task = self._desk.make(work, lambda found: self._arrived(text, found), owner=self, failed=self._failed, lane="pictures")

    def _typed(self) -> None:
        self._soon.start()

    def _changed(self, text: str) -> None:
        if text.strip() != self._chosen_text:
            self._chosen, self._chosen_text = "", ""
        if not text.strip():
            self._offer([])
            self._say("")

    def _arrived(self, text: str, found: Found) -> None:
        if self.text().strip() != text:
            return  # something else is looked for by now
        parties, more = found
        self._offer(parties)
        if not parties:
            self._say("Nobody of that name or number is here. Ask your partner for its party id.")
            return
        self._say(f"{formats.count(len(parties), 'party', 'parties')} found{', and more: write a longer name' if more else ''}. Choose one.")
        if self.hasFocus():
            self._completer.complete()

    def _failed(self, error: Exception) -> None:
        self._offer([])
        offline = "Looking up a name needs the network. Try again when you are connected, or write the party id."
        self._say(offline if isinstance(error, Offline) else words.of_error(error))

    def _offer(self, parties: list[dict[str, str]]) -> None:
        self._found = {_line(each): each for each in parties}
        self._names.setStringList(list(self._found))

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))


def _line(party: dict[str, str]) -> str:
    """A name with what tells namesakes apart."""
    numbers = [f"{name} {party[key]}" for name, key in (("IPI", "ipi"), ("ISNI", "isni")) if party[key]]
    return " · ".join([party["name"], formats.human(party["kind"]), *(numbers or [f"id …{party['id'][-6:]}"])])
