"""How a balance moved over a statement's month: opening, what moved it, closing; each conversion with its rate and source."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from fanlink.core.account_months import Converted, rate_text
from fanlink.core.statements import Statement
from fanlink.desktop import formats
from fanlink.desktop.widgets import basics

STEPS = {
    "opening": "At the month’s beginning", "earned": "Earned, on this statement", "converted": "Converted", "paid_out": "Paid out",
    "came_back": "Payouts that came back", "other": "Other postings", "closing": "At the month’s end",
}  # fmt: skip


def account_rows(statement: Statement) -> list[tuple[str, str]]:
    """Each step of the balance with its exact amount."""
    return [
        (STEPS[name], formats.exact_micro(micro, each.currency)) for each in statement.accounts for name, micro in each.steps()
    ]  # fmt: skip


def conversion_rows(statement: Statement) -> list[tuple[str, str, str, str]]:
    """Each conversion: its day, from which amount to which, at what rate, and who named the rate."""
    return [_told(each) for each in statement.conversions]


def _told(each: Converted) -> tuple[str, str, str, str]:
    amounts = f"{formats.exact_micro(each.from_micro, each.from_currency)} → {formats.exact_micro(each.to_micro, each.to_currency)}"
    source = f"{each.source}, {each.rate_day:%d %b %Y}" if each.rate_day else each.source
    return f"{each.posted_on:%d %b %Y}", amounts, f"at {rate_text(each.rate)}", source


def account_card(statement: Statement) -> QWidget | None:
    """The card; none for a statement of an earlier version that tells no balances."""
    if not statement.accounts:
        return None
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(6)
    grid.setColumnStretch(0, 1)
    rows = account_rows(statement)
    for number, (name, amount) in enumerate(rows):
        role = "strong" if number == len(rows) - 1 else ""
        grid.addWidget(basics.text_label(name, role), number, 0)
        grid.addWidget(basics.text_label(amount, role), number, 1, Qt.AlignmentFlag.AlignRight)
    card = basics.card(basics.text_label("Balance", "h2"), grid, gap=8)
    converted = conversion_rows(statement)
    if converted:
        card.layout().addWidget(basics.line())
        card.layout().addWidget(basics.text_label("Converted at the party’s wish", "cap"))
        card.layout().addLayout(_conversions(converted))
        note = "The new amount is cut to whole millionths; nothing is ever rounded up."
        card.layout().addWidget(basics.text_label(note, "small", wrap=True))
    return card


def _conversions(rows: list[tuple[str, str, str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(3, 1)
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            part = basics.Elided(text, "small") if column == 3 else basics.text_label(text, "strong" if column == 1 else "small")
            grid.addWidget(part, number, column)
    return grid
