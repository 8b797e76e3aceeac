"""A field for words that shows what was made of them: understood, ignored, not allowed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from fanlink.desktop import tokens

Mark = tuple[int, int, str]


class MarkedWords(QPlainTextEdit):
    """Marks are (first character, last character + 1, tone); tones are ok, warn, bad, or none for what was ignored."""

    def __init__(self, name: str, hint: str, lines: int = 3) -> None:
        super().__init__()
        self._marks: list[Mark] = []
        self.setAccessibleName(name)
        self.setPlaceholderText(hint)
        self.setTabChangesFocus(True)
        self.set_lines(lines)

    def set_lines(self, lines: int) -> None:
        """How high it is."""
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 34)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Other marks."""
        self._marks = list(marks)
        self.paint_marks()

    def paint_marks(self) -> None:
        """Paints them again, as after a change of mode."""
        colors = tokens.now()
        selections = []
        for start, end, tone in self._marks:
            form = QTextCharFormat()
            form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline if tone else QTextCharFormat.UnderlineStyle.DotLine)
            form.setUnderlineColor(colors.color(tone or "control"))
            if tone:
                form.setBackground(colors.color(f"{tone}_soft"))
                form.setForeground(colors.color(tone))
            else:
                form.setForeground(colors.color("muted"))
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(min(start, max(self.document().characterCount() - 1, 0)))
            cursor.setPosition(min(end, max(self.document().characterCount() - 1, 0)), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, form
            selections.append(selection)
        self.setExtraSelections(selections)
