"""The preview of a report: what it will do, or every line that keeps it from being taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QGridLayout, QWidget

from fanlink.core.reports import Fault
from fanlink.desktop import formats
from fanlink.desktop.report_preview import Preview
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.notices import Banner

SHOWN = 40


def preview_card(
    preview: Preview, take: Callable[[], object], leave: Callable[[], object], ask: Callable[[], object] | None = None
) -> QWidget:
    """A card with figures, what is new, what is broken, and the ways on; `ask` has the server say what it will change."""
    title = basics.row(basics.Elided(preview.path.name, "h2"), basics.text_label(formats.size(preview.size_bytes), "muted"), gap=12)
    title.setStretch(0, 1)
    card = basics.card(title)
    if preview.faults:
        card.layout().addWidget(faults_box(preview.faults, preview.more_faults))
    else:
        card.layout().addLayout(_figures(preview))
        card.layout().addWidget(basics.text_label(_sentence(preview), "muted", wrap=True))
    go = basics.button("Import this report", "check", "primary", take)
    go.setEnabled(preview.sound)
    line = basics.row(None, basics.button("Not this one", "x", "", leave))
    if ask is not None and preview.sound:
        line.addWidget(basics.button("What will it change?", "eye", "", ask, hint="Sends the file and asks the server; nothing is imported"))
    line.addWidget(go)
    card.layout().addLayout(line)
    return card


def _figures(preview: Preview):
    span = f"{_day(preview.first)} – {_day(preview.last)}" if preview.first and preview.last else "—"
    figures = [
        ("Lines", f"{preview.lines:,}"), ("Units", f"{preview.units:,}"), ("Remixes", f"{preview.remixes:,}"),
        ("Territories", f"{preview.territories:,}"), ("Service", formats.names(preview.services, 2)), ("Periods", span),
    ]  # fmt: skip
    line = basics.row(gap=26)
    for name, value in figures:
        line.addLayout(basics.column(basics.text_label(name, "cap"), basics.text_label(value, "strong"), gap=2))
    line.addStretch(1)
    totals = basics.column(gap=2)
    for currency, amount in preview.totals.items():
        total = basics.text_label(formats.money(amount, currency), "figure")
        total.setToolTip(basics.plain_tooltip(f"Exactly {formats.exact(amount, currency)}"))
        totals.addWidget(total)
    line.addLayout(totals)
    return line


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _sentence(preview: Preview) -> str:
    said = ["Every line is in order."]
    if preview.refunds:
        said.append(f"{formats.count(preview.refunds, 'line is a refund', 'lines are refunds')}.")
    if preview.new_remixes:
        new = len(preview.new_remixes)
        said.append(
            f"{formats.count(new, 'remix has', 'remixes have')} no pot yet ({formats.names(preview.new_remixes, 3)}): a pot is made where the "
            "remix is known, else its lines wait as unmatched."
        )
    said.append("Importing changes no statement; the next run of royalties does.")
    return " ".join(said)


def faults_box(faults: Sequence[Fault], more: int) -> QWidget:
    """What is broken, place by place; `more` are those that are not listed."""
    count = len(faults) + more
    banner = Banner(tone="bad")
    places = "one place" if count == 1 else f"{count:,} places"
    banner.say(f"This report is broken in {places}. Nothing of it can be taken until the file is mended.")
    grid = QGridLayout()
    grid.setHorizontalSpacing(18)
    grid.setVerticalSpacing(5)
    grid.setColumnStretch(2, 1)
    for column, name in enumerate(("Line", "Column", "What is wrong")):
        grid.addWidget(basics.text_label(name, "cap"), 0, column)
    for row, fault in enumerate(faults[:SHOWN], 1):
        grid.addWidget(basics.text_label(str(fault.line or "—"), "strong"), row, 0)
        grid.addWidget(basics.text_label(fault.column or "—", "muted"), row, 1)
        grid.addWidget(basics.text_label(fault.reason, wrap=True), row, 2)
    column = basics.column(banner, grid, gap=12)
    if count > SHOWN:
        column.addWidget(basics.text_label(f"and {count - SHOWN:,} more", "small"))
    return basics.boxed(column)
