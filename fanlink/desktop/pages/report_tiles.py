"""One tile for each report: on its way, refused, being taken in, or taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QWidget

from fanlink.client.entries import Entry, EntryState
from fanlink.core.money_documents import ReportDocument
from fanlink.desktop import formats, words
from fanlink.desktop.widgets import basics

WITH_THE_SERVER = ("With the server", "accent")
SENDING = {EntryState.WAITING: ("Waiting to be sent", "warn"), EntryState.SENDING: WITH_THE_SERVER}
TAKEN = (
    "It was taken as a whole and can no longer be cancelled; it goes on by itself, also when you leave this page. "
    "To undo it, wait until all of it is in, then import its reversal: the same lines under new ids, with opposite signs."
)


def bar(done: float | None, name: str) -> QProgressBar:
    """How far something is, from 0 to 1; moving, where that is not known."""
    made = QProgressBar()
    made.setTextVisible(False)
    made.setRange(0, 0 if done is None else 1000)
    if done is not None:
        made.setValue(round(done * 1000))
    made.setAccessibleName(name)
    return made


def on_its_way(entry: Entry, far: tuple[float | None, str] | None, cancel: Callable[[], object], put_away: Callable[[], object]) -> QWidget:
    """An import that is not answered yet, with how far the server is and a way to cancel it; or why it was refused."""
    chip = WITH_THE_SERVER if far is not None else SENDING.get(entry.state, ("Refused", "bad"))
    name = getattr(entry.command.data, "name", "")
    head = basics.row(basics.text_label(name, "strong"), None, basics.chip(*chip))
    tile = basics.card(head, pad=12, kind="tile", gap=6)
    if entry.state in SENDING:
        if far is not None:
            tile.layout().addWidget(basics.text_label(far[1], "small"))
            tile.layout().addWidget(bar(far[0], "How far the server is with the report"))
        hint = "Nothing of it is taken, and nothing of it is kept"
        tile.layout().addLayout(basics.row(None, basics.button("Cancel", "x", "small", cancel, hint=hint)))
        return tile
    said = words.of_reasons(entry.reasons) if entry.reasons else "The server did not take it."
    tile.layout().addWidget(basics.text_label(f"{said} Nothing of it was posted. Mend the file and import it again.", "bad", wrap=True))
    tile.layout().addLayout(basics.row(None, basics.button("Put away", "x", "small", put_away)))
    return tile


def imported(report: ReportDocument, now_ms: int) -> QWidget:
    """A report that was taken; one that is still being taken in says how far that is, and what can still be done."""
    totals = ", ".join(formats.money(amount, currency) for currency, amount in report.totals.items())
    under = f"{report.service} · {formats.count(report.lines, 'line')} · by {report.imported_by}, {formats.ago(report.imported_ms, now_ms)}"
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
    return basics.card(line, *_arriving(report), pad=12, kind="tile", gap=6)


def _arriving(report: ReportDocument) -> tuple[QWidget, QWidget, QWidget]:
    new, left = report.lines - report.known, ""
    taken_ms = report.moved_ms - report.imported_ms
    if report.arrived and taken_ms > 1000:
        left = f" · {formats.seconds_left(taken_ms * (new - report.arrived) / report.arrived / 1000)}"
    said = basics.text_label(f"Taking in its lines: {report.arrived:,} of {new:,}{left}", "small")
    return said, bar(report.arrived / new, "How far the report is"), basics.text_label(TAKEN, "muted", wrap=True)
