"""Which models a person lets work for them: one that reads words, and those that may generate layers, each with its licence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from PySide6.QtWidgets import QFileDialog, QGridLayout, QLineEdit, QWidget

from fanlink.core import licences
from fanlink.core.errors import BadInput
from fanlink.core.generated import SERVICE
from fanlink.core.licences import Commerce
from fanlink.desktop import generating, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.generating import Choice
from fanlink.desktop.widgets import basics

ABOUT = (
    "Where an artist allows generated layers, a model can make one in the Studio. Nothing is set up at first, and nothing is missing without it. "
    "A model on this computer works without the network. A service gets your words, and a stem only where the artist allows that."
)
READER = (
    "FanLink reads your words by rules of its own, on this computer. If you like, a language model of a service can read them instead: it gets your "
    "words, the prompt and the rules, never a sound. Its recipe is checked like any other, and what it wrote is disclosed with your remix."
)
OWN = "FanLink's own rules read your words."
HALF = "A service and a model are needed; until both are named FanLink's own rules read your words."
EARNS = {
    Commerce.ALLOWED: ("may be in remixes that earn", "ok"), Commerce.FORBIDDEN: ("never in remixes that earn", "warn"),
    Commerce.UNKNOWN: ("licence unknown: not in remixes that earn", "warn"),
}  # fmt: skip


class ServiceCard(QWidget):
    """Every change holds at once; the key of a service goes to the keyring and is never shown again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def look(self) -> None:
        """Says what is set up."""

    def _line(self, name: str, text: str, hint: str, changed: Any) -> QLineEdit:
        line = QLineEdit(text)
        line.setAccessibleName(name)
        line.setPlaceholderText(hint)
        line.editingFinished.connect(changed)
        return line

    def _change(self, **changes: str) -> None:
        self._desk.settings.change(**{name: value.strip() for name, value in changes.items()})
        self.look()

    def _key_line(self, address: str) -> QLineEdit:
        """A line whose text becomes the key of the service that the setting `address` names."""
        line = self._line("Key of the service", "", "Kept in the keyring of this computer", lambda: self._keep(line, address))
        line.setEchoMode(QLineEdit.EchoMode.Password)
        return line

    def _keep(self, line: QLineEdit, setting: str) -> None:
        key, address = line.text().strip(), getattr(self._desk.settings.now, setting)
        if not key:
            return
        if not address:
            self._desk.say("Name the service first; its key belongs to its address.", tone="warn")
            return
        line.clear()

        def keep(session: Any) -> bool:
            session.secrets.set(import_module("fanlink.remix.services").secret_name(address), key)
            return session.secrets.lasting

        def kept(lasting: bool) -> None:
            self._desk.say("The key is in the keyring." if lasting else "No keyring was found: the key is kept until FanLink closes.")

        self._desk.read(keep, kept, owner=self)

    def _laid_out(self, rows: tuple[tuple[str, Any], ...]) -> QGridLayout:
        """Names on the left, what they name on the right."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        grid.setColumnMinimumWidth(0, 220)
        for number, (name, part) in enumerate(rows):
            grid.addWidget(basics.text_label(name), number, 0)
            grid.addWidget(part if isinstance(part, QWidget) else basics.boxed(part), number, 1)
        grid.setColumnStretch(1, 1)
        return grid


class ReaderCard(ServiceCard):
    """The language model that reads a fan's words, where one is named; FanLink's own rules do otherwise."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        now = desk.settings.now
        self.address = self._line("Address of a language model", now.words_address, "https://models.example/v1", self._address)
        self.model = self._line("Name of the language model", now.words_model, "As the service calls it", self._model)
        self.key = self._key_line("words_address")
        self.says = basics.text_label("", "muted", wrap=True)
        grid = self._laid_out((("Service", self.address), ("Its model", self.model), ("Its key", self.key)))
        about = basics.text_label(READER, "muted", wrap=True)
        basics.row_into(self, basics.card(basics.text_label("Reading your words", "h2"), about, grid, self.says))
        self.look()

    def look(self) -> None:
        """Says who reads the words."""
        now = self._desk.settings.now
        try:
            named = bool(now.words_address and import_module("fanlink.remix.services").checked(now.words_address))
        except BadInput as error:
            self.says.setText(words.of_error(error))
            return
        if named and now.words_model:
            self.says.setText(f"{now.words_model} reads your words.")
        else:
            self.says.setText(HALF if named or now.words_model else OWN)

    def _address(self) -> None:
        self._change(words_address=self.address.text())

    def _model(self) -> None:
        self._change(words_model=self.model.text())


class ModelsCard(ServiceCard):
    """The models that may generate layers."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        now = desk.settings.now
        self.folder = self._line("Folder of a model", now.generate_folder, "A folder with MusicGen or ACE-Step", self._folder)
        self.folder_licence = self._line(
            "Licence of the model", now.generate_folder_licence, "Only where its card does not say, as in apache-2.0", self._folder_licence
        )
        self.address = self._line("Address of a service", now.generate_address, "https://music.example/v1/generate", self._address)
        self.model = self._line("Model of the service", now.generate_model, "As the service calls it", self._model)
        self.licence = self._line("Licence of what it makes", now.generate_licence, "commercial, or a name such as cc-by-nc-4.0", self._licence)
        self.key = self._key_line("generate_address")
        self.choose = basics.button("Choose…", "folder-open", "", self._choose, hint="Choose the folder of a model")
        self.local, self.service = basics.chip(""), basics.chip("")
        self.problem = basics.text_label("", "bad", wrap=True)
        folder = basics.row(self.folder, self.choose, gap=8)
        grid = self._laid_out((
            ("Model on this computer", folder), ("Its licence", self.folder_licence), ("", basics.row(self.local, None)),
            ("Service", self.address), ("Its model", self.model), ("Its licence", self.licence), ("Its key", self.key),
            ("", basics.row(self.service, None)),
        ))  # fmt: skip
        about = basics.text_label(ABOUT, "muted", wrap=True)
        basics.row_into(self, basics.card(basics.text_label("Generated layers", "h2"), about, grid, self.problem))
        self.problem.hide()

    def look(self) -> None:
        """Reads what is set up and says what it is."""
        settings = self._desk.settings.now
        self._desk.read(lambda _session: generating.choices(settings), self._show, owner=self)

    def _show(self, found: tuple[Choice, ...]) -> None:
        by = {choice.made_by: choice for choice in found}
        for chip, made_by in ((self.local, "local"), (self.service, SERVICE)):
            choice = by.get(made_by)
            chip.setVisible(choice is not None and bool(choice.licence))
            if choice is not None and choice.licence:
                said, tone = EARNS[licences.commerce(choice.licence, (choice.model,))]
                basics.set_chip(chip, f"{choice.model}: {choice.licence}, {said}", tone)
        problems = " ".join(choice.problem for choice in found if choice.problem)
        self.problem.setText(problems)
        self.problem.setVisible(bool(problems))

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Choose the folder of a model", self.folder.text())
        if name:
            self.folder.setText(name)
            self._folder()

    def _folder(self) -> None:
        self._change(generate_folder=self.folder.text())

    def _folder_licence(self) -> None:
        self._change(generate_folder_licence=self.folder_licence.text())

    def _address(self) -> None:
        self._change(generate_address=self.address.text())

    def _model(self) -> None:
        self._change(generate_model=self.model.text())

    def _licence(self) -> None:
        self._change(generate_licence=self.licence.text())
