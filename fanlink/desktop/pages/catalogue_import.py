"""Import a catalogue: what a CSV would do to the artist's tracks, row by row where it is broken, then all of it at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QComboBox, QFileDialog, QProgressBar, QVBoxLayout, QWidget

from fanlink.client.entries import Entry, EntryState
from fanlink.core.catalogue_import import OPTIONAL, REQUIRED
from fanlink.core.commands import ImportCatalogue
from fanlink.core.documents import CatalogueImportDocument
from fanlink.core.identifiers import show_isrc
from fanlink.desktop import formats, words
from fanlink.desktop.ops import Task
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.dropzone import DropZone

MOST_SHOWN = 200
STATES = {"new": ("New", "ok"), "changed": ("Changed", "accent"), "unchanged": ("As it is", "")}
SENDING = {EntryState.WAITING: ("Waiting to be sent", "warn"), EntryState.SENDING: ("Being read by the server", "accent")}


class CatalogueImportPage(Page):
    """A place for a file, its preview below it, and what is under way."""

    KINDS = frozenset({"track", "account", "catalogue_import"})

    def build(self) -> None:
        self._task: Task | None = None
        self._path: Path | None = None
        self.preview: dict[str, Any] | None = None
        self.outer.addWidget(basics.button("Catalogue", "arrow-left", "link", lambda: self.desk.go("tracks")), 0)
        self.artist = fields.bounded(QComboBox())
        self.artist.setAccessibleName("For which artist")
        self.heading("Import a catalogue", "Parties, tracks and shares from one CSV file: all of it or nothing.", self.artist)
        column = self.scroller()
        self.zone = DropZone("Drop a catalogue here, or choose a file", "CSV, columns in any order. You see what it will do before anything is sent.", ".csv")
        self.zone.dropped.connect(self.look_at)
        self.zone.clicked.connect(self._choose)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 0)
        self.doing = basics.text_label("", "muted")
        self._found, self._under_way = QVBoxLayout(), QVBoxLayout()
        for part in (self.zone, self.progress, self.doing):
            column.addWidget(part)
        self.stop = basics.button("Stop", "x", "small", self._stop)
        column.addWidget(self.stop)
        column.addLayout(self._under_way)
        column.addLayout(self._found)
        hint = f"Every row has {', '.join(REQUIRED)}; it may have {', '.join(OPTIONAL)}. One row for each party of a track; a quarter is 25, 25% or 1/4."
        self.hint = basics.card(basics.text_label("What is in the file", "h2"), basics.text_label(hint, "muted", wrap=True))
        column.addWidget(self.hint)
        column.addStretch(1)
        self._quiet()

    def read(self, session: Any) -> tuple[dict[str, str], list[Entry], list[CatalogueImportDocument]]:
        teams = session.account.teams if session.account else ()
        names = {each.id: each.name for id_ in teams if (each := session.get("artist", id_))}
        entries = [
            each for each in session.outbox.entries()
            if each.command.kind == "import_catalogue" and each.state is not EntryState.ACCEPTED and not each.dealt_with
        ]  # fmt: skip
        arriving = [each for each in session.all("catalogue_import") if each.state == "arriving"]
        return {id_: names.get(id_, id_) for id_ in teams}, entries, arriving

    def show_data(self, data: tuple[dict[str, str], list[Entry], list[CatalogueImportDocument]]) -> None:
        names, entries, arriving = data
        chosen = self.artist.currentData()
        self.artist.clear()
        for id_, name in names.items():
            self.artist.addItem(name, id_)
        self.artist.setCurrentIndex(max(self.artist.findData(chosen), 0))
        self.artist.setVisible(len(names) > 1)
        self.zone.setEnabled(bool(names) and self._task is None)
        basics.empty(self._under_way)
        for entry in entries:
            self._under_way.addWidget(self._entry(entry))
        for each in arriving:
            self._under_way.addWidget(arriving_tile(each))

    def _entry(self, entry: Entry) -> QWidget:
        chip = SENDING.get(entry.state, ("Refused", "bad"))
        head = basics.row(basics.text_label(entry.command.data.name, "strong"), None, basics.chip(*chip))
        tile = basics.card(head, pad=12, kind="tile", gap=6)
        if entry.state not in SENDING:
            tile.layout().addWidget(basics.text_label(words.of_reasons(entry.reasons), "bad", wrap=True))
            away = basics.button("Put away", "x", "small", lambda: self._discard(entry.id))
            tile.layout().addLayout(basics.row(None, away))
        return tile

    # A file ---------------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, "Choose a catalogue", "", "CSV (*.csv)")
        if name:
            self.look_at(Path(name))

    def look_at(self, path: Path) -> None:
        """Asks the server what the file would do; nothing is kept of it there."""
        artist = self.artist.currentData()
        if not artist:
            return
        self._path = path
        self._busy(f"Reading {path.name}")
        self._task = self.desk.make(
            lambda session, _progress: session.online.preview_catalogue(artist, path), self._show_preview, owner=self, failed=self._failed_to_read
        )  # fmt: skip

    def _show_preview(self, preview: dict[str, Any]) -> None:
        self._quiet()
        self.preview = preview
        basics.empty(self._found)
        self._found.addWidget(self._faults(preview) if preview["faults"] else self._plan(preview))
        self.hint.setVisible(bool(preview["faults"]))

    def _faults(self, preview: dict[str, Any]) -> QWidget:
        faults = preview["faults"]
        title = f"{formats.count(len(faults), 'thing')} to mend. Nothing is imported before."
        card = basics.card(basics.row(basics.text_label(title, "h2"), None, basics.chip("Not imported", "bad")), gap=8)
        for fault in faults[:MOST_SHOWN]:
            place = " · ".join(part for part in (fault["line"] and f"Line {fault['line']}", fault["column"]) if part) or "The file"
            line = basics.row(basics.text_label(place, "strong"), basics.text_label(fault["reason"], "muted", wrap=True), gap=14)
            line.setStretch(1, 1)
            card.layout().addLayout(line)
        if len(faults) > MOST_SHOWN:
            card.layout().addWidget(basics.text_label(f"and {len(faults) - MOST_SHOWN} more", "muted"))
        card.layout().addLayout(basics.row(None, basics.button("Put away", "x", "", self._forget)))
        return card

    def _plan(self, preview: dict[str, Any]) -> QWidget:
        states = [each["state"] for each in preview["tracks"]]
        new = [each["name"] for each in preview["parties"] if each["state"] == "new"]
        told = f"{formats.count(states.count('new'), 'new track')}, {states.count('changed')} changed, {states.count('unchanged')} unchanged"
        name = self._path.name if self._path else ""
        head = basics.row(basics.column(basics.Elided(name, "h2"), basics.Elided(told, "muted"), gap=2), gap=10)
        head.setStretch(0, 1)
        changes = any(state != "unchanged" for state in states) or bool(new)
        head.addWidget(basics.button("Put away", "x", "", self._forget))
        if changes:
            head.addWidget(basics.button("Import it", "upload", "primary", self._import))
        card = basics.card(head, gap=8)
        if not changes:
            card.layout().addWidget(basics.text_label("Everything in this file is in the catalogue already.", "ok"))
        if new:
            text = f"New parties: {formats.names(new, 8)}. They can be asked once somebody answers for them."
            card.layout().addWidget(basics.text_label(text, "muted", wrap=True))
        told_tracks = sorted(preview["tracks"], key=lambda each: (each["state"] == "unchanged", not each["claims"]))
        for each in told_tracks[:MOST_SHOWN]:
            card.layout().addWidget(self._track(each))
        if len(told_tracks) > MOST_SHOWN:
            card.layout().addWidget(basics.text_label(f"and {len(told_tracks) - MOST_SHOWN} more", "muted"))
        return card

    def _track(self, each: dict[str, Any]) -> QWidget:
        changes = f" · {formats.names(each['changes'])}" if each["changes"] else ""
        names = basics.column(basics.Elided(each["title"], "strong"), basics.Elided(f"{show_isrc(each['isrc'])}{changes}", "small"), gap=0)
        line = basics.row(names, gap=10)
        line.setStretch(0, 1)
        for claim in each["claims"]:
            chip = basics.chip({"UnderClaim": "Shares below the whole", "OverClaim": "Shares above the whole"}.get(claim, "Shares in conflict"), "warn")
            chip.setToolTip(basics.plain_tooltip("It is imported; nothing of it can be published until its owners mend this."))
            line.addWidget(chip)
        line.addWidget(basics.chip(*STATES[each["state"]]))
        return basics.card(line, pad=10, kind="tile")

    def _forget(self) -> None:
        self.preview = None
        basics.empty(self._found)
        self.hint.show()

    def _import(self) -> None:
        path, preview, artist = self._path, self.preview, self.artist.currentData()
        if path is None or preview is None:
            return
        self._busy(f"Sending {path.name}")

        def stored(asset: str) -> None:
            self._quiet()
            self._forget()
            data = ImportCatalogue(asset, path.name, preview["digest"])
            self.desk.do(data, artist, said="The catalogue is on its way.", done=lambda _id: self.refresh())

        self._task = self.desk.make(lambda session, _progress: session.upload(path), stored, owner=self, failed=self._failed_to_read)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.stop()
        self._quiet()

    def _failed_to_read(self, error: Exception) -> None:
        self._quiet()
        self.desk.failed(error)

    def _busy(self, text: str) -> None:
        self.doing.setText(text)
        for part in (self.progress, self.doing, self.stop):
            part.show()
        self.zone.setEnabled(False)

    def _quiet(self) -> None:
        self._task = None
        for part in (self.progress, self.doing, self.stop):
            part.hide()
        self.zone.setEnabled(True)

    def _discard(self, command: str) -> None:
        self.desk.read(lambda session: session.outbox.discard(command), lambda _done: self.refresh(), owner=self)


def arriving_tile(found: CatalogueImportDocument) -> QWidget:
    """How far the server is with a large catalogue. It was taken as a whole: leaving the page, or the app, changes nothing."""
    left, taken_ms = "", found.moved_ms - found.begun_ms
    if found.done and taken_ms > 1000:
        left = f" · {formats.seconds_left(taken_ms * (found.tracks - found.done) / found.done / 1000)}"
    bar = QProgressBar()
    bar.setRange(0, found.tracks)
    bar.setValue(found.done)
    bar.setTextVisible(False)
    bar.setAccessibleName("How far the catalogue is")
    said = basics.text_label(f"Taking in its tracks: {found.done:,} of {found.tracks:,}{left}", "small")
    why = "It was taken as a whole and goes on by itself. Until all of it is there, nothing else changes this artist’s tracks."
    head = basics.row(basics.text_label(found.name, "strong"), None, basics.chip("Being taken in", "accent"))
    return basics.card(head, said, bar, basics.text_label(why, "muted", wrap=True), pad=12, kind="tile", gap=6)
