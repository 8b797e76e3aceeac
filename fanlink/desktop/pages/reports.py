"""Reports of services: a look at what a file will do before it is imported, and what was imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from fanlink.client import reports
from fanlink.client.entries import Entry, EntryState
from fanlink.client.reports import Far
from fanlink.core.commands import ImportReport
from fanlink.core.errors import Offline
from fanlink.core.money_documents import ReportDocument
from fanlink.desktop import formats, report_effect, report_preview, report_sending
from fanlink.desktop.ops import AHEAD, Progress, Task
from fanlink.desktop.pages import report_tiles
from fanlink.desktop.pages.page import Page
from fanlink.desktop.pages.report_effect_view import effect_card
from fanlink.desktop.pages.report_view import preview_card
from fanlink.desktop.report_effect import Effect
from fanlink.desktop.report_preview import Preview
from fanlink.desktop.report_sending import OnItsWay, Speed
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.dropzone import DropZone
from fanlink.desktop.widgets.notices import Empty

ENDINGS = (".csv", ".tsv", ".txt")
LOOK_AGAIN_MS = 1000
UNCERTAIN = (
    "The report was sent already, and the server cannot be reached now to take it back. It is not cancelled; press Cancel again "
    "once you are connected."
)


@dataclass(frozen=True, slots=True)
class ReportsData:
    """Imported reports, newest first, and what is on its way or was refused."""

    reports: list[ReportDocument]
    entries: list[Entry]


class ReportsPage(Page):
    """A place for a file on top, its preview below it, then the reports."""

    KINDS = frozenset({"report", "pot"})

    def build(self) -> None:
        self._task: Task | None = None
        self._way: OnItsWay | None = None
        self._far: Far | None = None
        self._speed, self._asked_far, self._sending = Speed(), False, []
        self._timer = QTimer(self, interval=LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._look_again)
        self._reading_name = ""
        self._preview: Preview | None = None
        self.heading("Reports", "What services report is kept exactly as it came. A report is taken whole, or not at all.")
        column = self.scroller()
        self.zone = DropZone(
            "Drop a report here, or choose a file", "CSV, columns in any order, or a DDEX sales report. You see what it will do before it is imported.", ENDINGS
        )
        self.zone.dropped.connect(self.look_at)
        self.zone.clicked.connect(self._choose)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.hide()
        self.doing = basics.text_label("", "muted")
        self.doing.hide()
        self._looked, self._list = QVBoxLayout(), QVBoxLayout()
        self._list.setSpacing(8)
        self.cancel = basics.button("Cancel", "x", "small", self._cancel, hint="Stop here; nothing is imported, and nothing of the file is kept")
        self.cancel.hide()
        for part in (self.zone, self.progress):
            column.addWidget(part)
        column.addLayout(basics.row(self.doing, None, self.cancel))
        column.addLayout(self._looked)
        column.addWidget(basics.card(basics.text_label("Imported", "h2"), self._list))
        column.addStretch(1)

    def enter(self, item: str = "") -> None:
        self._fresh = False
        super().enter(item)

    def read(self, session: Any) -> ReportsData:
        entries = [each for each in session.outbox.entries() if each.command.kind == "import_report" and each.state is not EntryState.ACCEPTED]
        found = session.all("report")
        there = {each.id for each in found}
        found.sort(key=lambda each: -each.imported_ms)
        return ReportsData(found, [each for each in entries if each.command.target not in there and not each.dealt_with])

    def show_data(self, data: ReportsData) -> None:
        basics.empty(self._list)
        self._sending = [each for each in data.entries if each.state is EntryState.SENDING or (each.state is EntryState.WAITING and each.sent)]
        for entry in data.entries:
            if [reason.code for reason in entry.reasons] == ["import_cancelled"]:
                self._discard(entry.id)  # whoever cancelled it has been told
            else:
                self._list.addWidget(self._under_way(entry))
        for report in data.reports:
            self._list.addWidget(report_tiles.imported(report, self.desk.now_ms()))
        self._follow()
        if not data.reports and not data.entries:
            self._list.addWidget(Empty("file-text", "Reports will be here", "Each one with its lines, its totals, and what could not be matched yet."))

    def _under_way(self, entry: Entry) -> QWidget:
        told = self._speed.told(self._far) if entry in self._sending else None
        return report_tiles.on_its_way(entry, told, lambda: self._cancel_import(entry), lambda: self._discard(entry.id))

    def _look_again(self) -> None:
        """While a report is with the server: how far it is there, and whether it is answered."""
        if self._asked_far or not self.isVisible() or not (report := self._checked()):
            return
        self._asked_far = True

        def told(far: Far | None) -> None:
            self._asked_far, self._far = False, far
            if self._way is None:
                self.refresh()
            elif self._task is not None and far is not None:
                self._say_far(*self._speed.told(far))

        self.desk.make(lambda session, _progress: reports.far(session, report), told, owner=self, failed=lambda _error: told(None), lane=AHEAD)

    def _checked(self) -> str:
        """The id of the report that the server is to be asked about: the one that is looked at, or the first that is on its way."""
        if self._way is not None:
            return self._way.report if self._way.asset else ""
        return next((each.command.target for each in self._sending), "")

    def _cancel_import(self, entry: Entry) -> None:
        """Cancels what was asked for already; says that it is, or why it no longer can be."""
        name = getattr(entry.command.data, "name", "")

        def failed(error: Exception) -> None:
            if isinstance(error, Offline):
                self.desk.say(UNCERTAIN, tone="warn")
            else:
                self.desk.failed(error)
            self.refresh()

        def done(_nothing: None) -> None:
            self.desk.say(f"Cancelled. Nothing of {name} was taken, and nothing of it is kept.")
            self.refresh()

        self.desk.make(lambda session, _progress: reports.cancel(session, entry.id), done, owner=self, failed=failed, lane=AHEAD)

    # A file ---------------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, "Choose a report", "", "Sales reports (*.csv *.tsv *.txt)")
        if name:
            self.look_at(Path(name))

    def look_at(self, path: Path) -> None:
        """Reads a file in a lane and shows what importing it would do."""
        if self._task:
            self._task.stop()
        self._reading_name = path.name
        self._busy(f"Reading {path.name}")
        if path.suffix.lower() != ".csv":
            self.ask_server(path)
            return

        def work(session: Any, progress: Progress) -> Preview:
            known = {each.remix for each in session.all("pot")}
            return report_preview.preview(path, known, progress)

        self._task = self.desk.make(work, self._show_preview, owner=self, failed=self._failed_to_read, progressed=self._progressed)

    def _show_preview(self, preview: Preview) -> None:
        self._quiet()
        self._preview = preview
        basics.empty(self._looked)
        self._looked.addWidget(preview_card(preview, self._import, self._forget, lambda: self.ask_server(preview.path)))

    def ask_server(self, path: Path) -> None:
        """Sends the file and shows what importing it would change there."""
        self._busy(f"Sending {path.name}")
        way = self._way = OnItsWay(path)

        def work(session: Any, progress: Progress) -> tuple[Effect, dict[str, str]]:
            report_sending.send(session, progress, way)
            return report_effect.look(session, path, way.asset, way.report), {each.remix: each.remix_title for each in session.all("pot")}

        self._begin(work, lambda found: self._show_effect(way, *found))

    def _begin(self, work: Any, done: Any) -> None:
        self._task = self.desk.make(work, done, owner=self, failed=self._failed_to_read, progressed=self._progressed)
        self._speed, self._far = Speed(), None
        self._follow()

    def _follow(self) -> None:
        """Looks again every second for as long as the server has something of ours."""
        if self._way is not None or self._sending:
            self._timer.start()
        else:
            self._timer.stop()

    def _show_effect(self, way: OnItsWay, effect: Effect, titles: dict[str, str]) -> None:
        self._quiet()
        self._preview = None
        basics.empty(self._looked)

        def leave() -> None:
            self._forget()
            self._leave(way)

        self._looked.addWidget(effect_card(effect, titles, lambda: self._take(way), leave))

    def _take(self, way: OnItsWay) -> None:
        self._forget()
        self.desk.do(ImportReport(way.asset, way.path.name), way.report, said="The report is on its way.", done=lambda _id: self.refresh())

    def _forget(self) -> None:
        self._preview = None
        basics.empty(self._looked)

    def _import(self) -> None:
        preview = self._preview
        if preview is None or not preview.sound:
            return
        self._busy(f"Sending {preview.path.name}, {formats.size(preview.size_bytes)}")
        way = self._way = OnItsWay(preview.path)

        def stored(_nothing: None) -> None:
            self._quiet()
            self._take(way)

        self._begin(lambda session, progress: report_sending.send(session, progress, way), stored)

    def _cancel(self) -> None:
        """Ends whatever is done with the file: reading it here, sending it, or the server's look at it."""
        way, name = self._way, self._reading_name
        if self._task:
            self._task.stop()
        self._quiet()
        if way is None:
            self.desk.say(f"Stopped. Nothing of {name} was sent.")
        elif not self._leave(way):
            self.desk.say(f"Cancelled. Nothing of {name} was imported, and nothing of it is kept.")

    def _leave(self, way: OnItsWay) -> bool:
        """Has the server drop a file that it has; False where it does not have it yet, and then it never will."""
        if not way.asset:
            return False
        said = f"Cancelled. Nothing of {way.path.name} was imported, and nothing of it is kept."
        self.desk.make(
            lambda session, _progress: reports.leave(session, way.report, way.asset), lambda _done: self.desk.say(said), owner=self, lane=AHEAD
        )
        return True

    def _failed_to_read(self, error: Exception) -> None:
        self._quiet()
        self.desk.failed(error)

    def _progressed(self, fraction: float, left: float | None, what: str) -> None:
        if self._task is not None:
            self._say_far(fraction, f"{what} · {formats.seconds_left(left)}")

    def _say_far(self, done: float | None, what: str) -> None:
        self.progress.setRange(0, 0 if done is None else 1000)
        if done is not None:
            self.progress.setValue(round(done * 1000))
        self.doing.setText(what)

    def _busy(self, text: str) -> None:
        self.progress.setRange(0, 1000)
        self.progress.setValue(0)
        self.doing.setText(text)
        self.progress.show()
        self.doing.show()
        self.cancel.show()
        self.zone.setEnabled(False)

    def _quiet(self) -> None:
        self._task = self._way = None
        self.progress.hide()
        self.doing.hide()
        self.cancel.hide()
        self.zone.setEnabled(True)

    def _discard(self, command: str) -> None:
        self.desk.read(lambda session: reports.put_away(session, command), lambda _done: self.refresh(), owner=self)
