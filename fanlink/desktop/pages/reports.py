"""Reports of services: a look at what a file will do before it is imported, and what was imported."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QProgressBar, QVBoxLayout, QWidget

from fanlink.client.entries import Entry, EntryState
from fanlink.core.commands import ImportReport
from fanlink.core.money_documents import ReportDocument
from fanlink.desktop import formats, report_effect, report_preview, words
from fanlink.desktop.ops import Progress, Task
from fanlink.desktop.pages.page import Page
from fanlink.desktop.pages.report_effect_view import effect_card
from fanlink.desktop.pages.report_view import preview_card
from fanlink.desktop.report_effect import Effect
from fanlink.desktop.report_preview import Preview
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.dropzone import DropZone
from fanlink.desktop.widgets.notices import Empty

ENDINGS = (".csv", ".tsv", ".txt")
SENDING = {EntryState.WAITING: ("Waiting to be sent", "warn"), EntryState.SENDING: ("Being read by the server", "accent")}


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
        for part in (self.zone, self.progress, self.doing):
            column.addWidget(part)
        column.addLayout(self._looked)
        column.addWidget(basics.card(basics.text_label("Imported", "h2"), self._list))
        column.addStretch(1)

    def enter(self, item: str = "") -> None:
        self._fresh = False
        super().enter(item)

    def read(self, session: Any) -> ReportsData:
        entries = [each for each in session.outbox.entries() if each.command.kind == "import_report" and each.state is not EntryState.ACCEPTED]
        reports = session.all("report")
        there = {each.id for each in reports}
        reports.sort(key=lambda each: -each.imported_ms)
        return ReportsData(reports, [each for each in entries if each.command.target not in there and not each.dealt_with])

    def show_data(self, data: ReportsData) -> None:
        basics.empty(self._list)
        for entry in data.entries:
            self._list.addWidget(self._under_way(entry))
        for report in data.reports:
            self._list.addWidget(self._report(report))
        if not data.reports and not data.entries:
            self._list.addWidget(Empty("file-text", "Reports will be here", "Each one with its lines, its totals, and what could not be matched yet."))

    def _under_way(self, entry: Entry) -> QWidget:
        chip = SENDING.get(entry.state, ("Refused", "bad"))
        name = getattr(entry.command.data, "name", "")
        head = basics.row(basics.text_label(name, "strong"), None, basics.chip(*chip))
        tile = basics.card(head, pad=12, kind="tile", gap=6)
        if entry.state not in SENDING:
            said = words.of_reasons(entry.reasons) if entry.reasons else "The server did not take it."
            tile.layout().addWidget(basics.text_label(f"{said} Nothing of it was posted. Mend the file and import it again.", "bad", wrap=True))
            away = basics.button("Put away", "x", "small", lambda: self._discard(entry.id))
            tile.layout().addLayout(basics.row(None, away))
        return tile

    def _report(self, report: ReportDocument) -> QWidget:
        totals = ", ".join(formats.money(amount, currency) for currency, amount in report.totals.items())
        under = f"{report.service} · {formats.count(report.lines, 'line')} · by {report.imported_by}, {formats.ago(report.imported_ms, self.desk.now_ms())}"
        names = basics.column(basics.Elided(report.name, "strong"), basics.Elided(under, "small"), gap=0)
        line = basics.row(names, gap=12)
        line.setStretch(0, 1)
        if report.unmatched:
            line.addWidget(basics.chip(f"{report.unmatched:,} unmatched", "warn"))
        if report.held:
            line.addWidget(basics.chip(f"{report.held:,} held", "warn"))
        amount = basics.text_label(totals, "strong")
        amount.setToolTip(basics.plain_tooltip(", ".join(formats.exact(value, currency) for currency, value in report.totals.items())))
        line.addWidget(amount)
        if report.state != "arriving":
            return basics.card(line, pad=12, kind="tile")
        return basics.card(line, *self._arriving(report), pad=12, kind="tile", gap=6)

    def _arriving(self, report: ReportDocument) -> tuple[QWidget, QWidget]:
        """How far the server is with a large report. It was taken whole: leaving the page, or the app, changes nothing."""
        new, left = report.lines - report.known, ""
        taken_ms = report.moved_ms - report.imported_ms
        if report.arrived and taken_ms > 1000:
            left = f" · {formats.seconds_left(taken_ms * (new - report.arrived) / report.arrived / 1000)}"
        bar = QProgressBar()
        bar.setRange(0, new)
        bar.setValue(report.arrived)
        bar.setTextVisible(False)
        bar.setAccessibleName("How far the report is")
        return basics.text_label(f"Taking in its lines: {report.arrived:,} of {new:,}{left}", "small"), bar

    # A file ---------------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        name, _filter = QFileDialog.getOpenFileName(self, "Choose a report", "", "Sales reports (*.csv *.tsv *.txt)")
        if name:
            self.look_at(Path(name))

    def look_at(self, path: Path) -> None:
        """Reads a file in a lane and shows what importing it would do."""
        if self._task:
            self._task.stop()
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
        self._busy(f"Asking the server about {path.name}")
        self.progress.setRange(0, 0)

        def work(session: Any, _progress: Progress) -> tuple[Effect, dict[str, str]]:
            return report_effect.look(session, path), {each.remix: each.remix_title for each in session.all("pot")}

        self._task = self.desk.make(work, lambda found: self._show_effect(*found), owner=self, failed=self._failed_to_read)

    def _show_effect(self, effect: Effect, titles: dict[str, str]) -> None:
        self._quiet()
        self._preview = None
        basics.empty(self._looked)
        self._looked.addWidget(effect_card(effect, titles, lambda: self._take(effect.asset, effect.path.name), self._forget))

    def _take(self, asset: str, name: str) -> None:
        self._forget()

        def stored(report: str) -> None:
            self.desk.do(ImportReport(asset, name), report, said="The report is on its way.", done=lambda _id: self.refresh())

        self.desk.read(lambda session: session.new_id("report"), stored, owner=self)

    def _forget(self) -> None:
        self._preview = None
        basics.empty(self._looked)

    def _import(self) -> None:
        preview = self._preview
        if preview is None or not preview.sound:
            return
        self._busy(f"Sending {preview.path.name}, {formats.size(preview.size_bytes)}")
        self.progress.setRange(0, 0)

        def work(session: Any, _progress: Progress) -> tuple[str, str]:
            return session.upload(preview.path), session.new_id("report")

        def stored(made: tuple[str, str]) -> None:
            self._quiet()
            self._forget()
            self.desk.do(ImportReport(made[0], preview.path.name), made[1], said="The report is on its way.", done=lambda _id: self.refresh())

        self._task = self.desk.make(work, stored, owner=self, failed=self._failed_to_read)

    def _failed_to_read(self, error: Exception) -> None:
        self._quiet()
        self.desk.failed(error)

    def _progressed(self, fraction: float, left: float | None, what: str) -> None:
        self.progress.setValue(round(fraction * 1000))
        self.doing.setText(f"{what} · {formats.seconds_left(left)}")

    def _busy(self, text: str) -> None:
        self.progress.setRange(0, 1000)
        self.progress.setValue(0)
        self.doing.setText(text)
        self.progress.show()
        self.doing.show()
        self.zone.setEnabled(False)

    def _quiet(self) -> None:
        self._task = None
        self.progress.hide()
        self.doing.hide()
        self.zone.setEnabled(True)

    def _discard(self, command: str) -> None:
        self.desk.read(lambda session: session.outbox.discard(command), lambda _done: self.refresh(), owner=self)
