"""Taking consents back: for one use, one track, or everything of an artist, with exactly what will happen before it does."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from fanlink import wire
from fanlink.core import exports
from fanlink.core.documents import ConsentDocument
from fanlink.core.errors import BadInput
from fanlink.desktop import withdrawing
from fanlink.desktop.desk import Desk
from fanlink.desktop.widgets import basics
from fanlink.desktop.withdrawing import Consequences


class WithdrawCard(QWidget):
    """A question that answers itself: what ends, what comes down when, and the two ways out."""

    def __init__(self, desk: Desk, title: str, artist: str, consents: Sequence[ConsentDocument], take_back: Callable[[], object]) -> None:
        super().__init__()
        self.desk, self._artist, self._take_back = desk, artist, take_back
        self.says: list[str] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.go = basics.button("Take it back", "undo-2", "danger", self._go)
        self.go.setEnabled(False)
        export = basics.button("Save an export first", "download", "", self._choose, hint="Everything about this catalogue as a zip of CSV and JSON")
        head = basics.text_label(title, "strong", wrap=True)
        self.setLayout(basics.column(head, self._lines, basics.row(export, None, self.go), gap=10))
        wanted = {each.id for each in consents}
        now_ms = desk.now_ms()

        def read(session: Any) -> Consequences:
            newest = [each for each in session.all("consent") if each.id in wanted]
            return withdrawing.consequences(
                newest, session.all("prompt"), session.all("submission"), session.all("published"), now_ms
            )  # fmt: skip

        desk.read(read, self._show, owner=self)

    def _show(self, found: Consequences) -> None:
        self.says = found.sentences() if found.consents else ["There is no yes of yours to take back here."]
        basics.empty(self._lines)
        for text in self.says:
            self._lines.addWidget(basics.text_label(f"•  {text}", "muted", wrap=True))
        self.go.setEnabled(bool(found.consents))

    def _go(self) -> None:
        self.go.setEnabled(False)
        self._take_back()

    # The export -----------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        name, _filter = QFileDialog.getSaveFileName(self, "Save an export", QDir.homePath() + "/catalogue.zip", "Zip (*.zip)")
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Writes everything about the catalogue that is on this computer, offline too."""
        artist = self._artist

        def work(session: Any, progress: Any) -> Path:
            found = []
            for done, kind in enumerate(exports.KINDS):
                progress(done / len(exports.KINDS), kind)
                found += [(kind, wire.to_json(each)) for each in session.all(kind)]
            try:
                with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                    for name, content in exports.files(artist, found).items():
                        archive.writestr(name, content)
            except OSError as error:
                raise BadInput(f"the export cannot be written ({error.strerror})", where=str(path)) from error
            return path

        self.desk.make(work, lambda made: self.desk.say(f"The export is saved: {made.name}"), owner=self)
