"""A form to say that something is wrong with a published remix."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from fanlink.core.cases import REASONS
from fanlink.desktop import words
from fanlink.desktop.widgets import basics


class ReportForm(QWidget):
    """A reason and a sentence; `send(reason, text)` is called once."""

    def __init__(self, send: Callable[[str, str], object]) -> None:
        super().__init__()
        self.reason = QComboBox()
        self.reason.setAccessibleName("Reason")
        for code in REASONS:
            self.reason.addItem(words.DECISION_REASONS[code], code)
        self.text = QLineEdit()
        self.text.setPlaceholderText("What should the moderator know? (optional)")
        self.text.setAccessibleName("What should the moderator know?")
        go = basics.button("Send the report", "flag", "", lambda: send(self.reason.currentData(), self.text.text().strip()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(basics.card(
            basics.text_label("What is wrong?", "h2"), self.reason, self.text,
            basics.text_label("Reports never hide a remix by their number; a person decides.", "small"), basics.row(None, go),
        ))  # fmt: skip
