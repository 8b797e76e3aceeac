"""Every shortcut in one table: what the window installs and what the sheet (?) shows."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.overlay import Overlay

TABLE: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Everywhere", (
        ("Ctrl+K", "Search and commands"), ("Ctrl+1 … 9", "Go to a page"), ("Alt+Left", "Back"),
        ("Alt+Right", "Forward"), ("?", "This sheet"), ("Ctrl+,", "Settings"), ("Ctrl+Q", "Quit"),
    )),
    ("Player", (
        ("Space", "Play or pause, anywhere but in text"), ("X", "Swap A and B"), ("L", "Loop"), ("Home", "To the start"),
    )),
    ("Studio", (
        ("Ctrl+Enter", "Make takes from my words"), ("Ctrl+Z", "Undo"), ("Ctrl+Shift+Z", "Redo"),
        ("Delete", "Take the chosen part out"), ("Ctrl+D", "Repeat the chosen part"),
    )),
    ("Review", (
        ("J / K", "Next, previous"), ("A", "Approve"), ("C", "Ask for changes"), ("R", "Reject"), ("E", "Escalate"),
        ("Z", "Undo"),
    )),
)  # fmt: skip


class ShortcutSheet(Overlay):
    """The table as a sheet."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, "Keyboard shortcuts", width=760)
        columns = [basics.column(gap=14), basics.column(gap=14)]
        for index, (title, entries) in enumerate(TABLE):
            grid = QGridLayout()
            grid.setHorizontalSpacing(14)
            grid.setVerticalSpacing(8)
            grid.addWidget(basics.text_label(title, "cap"), 0, 0, 1, 2)
            for line, (keys, what) in enumerate(entries, 1):
                holder = basics.boxed(basics.row(basics.text_label(keys, "key"), None))
                holder.setFixedWidth(110)
                grid.addWidget(holder, line, 0)
                grid.addWidget(basics.text_label(what), line, 1)
            grid.setColumnStretch(1, 1)
            columns[index % 2].addLayout(grid)
        for each in columns:
            each.addStretch(1)
        self.body.addLayout(basics.row(*columns, gap=28))
