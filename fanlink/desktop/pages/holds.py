"""Held plays: lines that a rule named, outside their pots until a person of finance releases or rejects them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from fanlink.core.commands import DecideHold
from fanlink.core.holds import HoldOutcome
from fanlink.core.money_documents import HoldDocument
from fanlink.desktop import formats
from fanlink.desktop.pages.hold_view import hold_head, hold_why
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.notices import Empty

SHOWN = 100
FIRST = {"appealed": 0, "held": 1}


class HoldsPage(Page):
    """Appeals first, then what is held, then what was decided."""

    KINDS = frozenset({"hold"})

    def build(self) -> None:
        self.heading("Held plays", "A rule only proposes. Until someone decides, the revenue is in no pot, and its parties see it.")
        column = self.scroller()
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        column.addLayout(self._list)
        column.addStretch(1)

    def read(self, session: Any) -> list[HoldDocument]:
        found: list[HoldDocument] = session.all("hold", "finance")
        return sorted(found, key=lambda each: (FIRST.get(each.state, 2), -each.held_ms, each.id))

    def show_data(self, data: list[HoldDocument]) -> None:
        basics.empty(self._list)
        for hold in data[:SHOWN]:
            self._list.addWidget(self._tile(hold))
        if len(data) > SHOWN:
            self._list.addWidget(basics.text_label(f"and {len(data) - SHOWN:,} more", "small"))
        if not data:
            self._list.addWidget(Empty("shield-check", "Nothing is held", "When a report has plays that look bought, they will wait here for a decision."))

    def _tile(self, hold: HoldDocument) -> QWidget:
        tile = basics.card(hold_head(hold), *hold_why(hold), pad=12, kind="tile", gap=8)
        steps = [step for step in hold.open_steps if step != "appeal"]
        if steps:
            tile.layout().addWidget(self._deciding(hold))
        return tile

    def _deciding(self, hold: HoldDocument) -> QWidget:
        letter = QPlainTextEdit()
        letter.setPlaceholderText("A letter to the parties. A rejection needs one.")
        letter.setAccessibleName(f"Letter about {hold.remix_title or hold.remix}")
        letter.setFixedHeight(64)
        reject = basics.button("Reject", "x", "small", lambda: self._decide(hold, HoldOutcome.REJECT, letter.toPlainText()))
        release = basics.button("Release to the pot", "check", "small", lambda: self._decide(hold, HoldOutcome.RELEASE, letter.toPlainText()))
        reject.setEnabled(False)
        letter.textChanged.connect(lambda: reject.setEnabled(bool(letter.toPlainText().strip())))
        said = basics.text_label(f"Rejecting gives {formats.exact(hold.revenue, hold.currency)} back to {hold.service}.", "small")
        return basics.boxed(basics.column(letter, basics.row(said, None, reject, release, gap=10), gap=8))

    def _decide(self, hold: HoldDocument, outcome: HoldOutcome, letter: str) -> None:
        said = "Released. The next run posts it." if outcome is HoldOutcome.RELEASE else "Rejected. The parties see your letter."
        self.desk.do(DecideHold(outcome, letter.strip()), hold.id, base_version=hold.version, said=said, undo=True, done=lambda _id: self.refresh())
