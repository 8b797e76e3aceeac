"""Search and commands in one place (Ctrl+K): pages, acts, and everything that is on this computer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from fanlink.desktop import icons, tokens
from fanlink.desktop.desk import Desk
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.overlay import Overlay

DEBOUNCE_MS = 80
_Data = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the palette."""

    title: str
    hint: str
    icon: str
    run: Callable[[], object]
    words: str = ""


class ChoiceDelegate(QStyledItemDelegate):
    """Paints a line: icon, title, hint at the right."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: N802
        return QSize(200, 42)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        choice: Choice = index.data(_Data)
        colors = tokens.now()
        rect: QRect = option.rect.adjusted(0, 1, 0, -1)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent_soft"))
            painter.drawRoundedRect(rect, 8, 8)
        color = colors.color("accent_text" if chosen else "muted")
        painter.drawPixmap(rect.left() + 12, rect.center().y() - 8, icons.pixmap(choice.icon, color, 18))
        font = QFont(option.font)
        font.setWeight(QFont.Weight.Medium)
        painter.setFont(font)
        hint_width = option.fontMetrics.horizontalAdvance(choice.hint) + 16
        room = rect.adjusted(44, 0, -12, 0)
        painter.setPen(colors.color("text"))
        title = painter.fontMetrics().elidedText(choice.title, Qt.TextElideMode.ElideRight, room.width() - hint_width)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(colors.color("muted"))
        painter.setFont(option.font)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, choice.hint)
        painter.restore()


class Palette(Overlay):
    """The palette. The window gives it the choices that are always there; documents come from the replica."""

    def __init__(self, parent: QWidget, desk: Desk, find: Callable[[Any, str], list[tuple[str, str, str, str, str]]]) -> None:
        super().__init__(parent, width=620, height=470, top=True)
        self._desk, self._find = desk, find
        self.choices: list[Choice] = []
        self._asked = ""
        self.body.setContentsMargins(12, 12, 12, 12)
        self.field = QLineEdit()
        self.field.setPlaceholderText("Search, or type what you want to do")
        self.field.setAccessibleName("Search and commands")
        self.field.installEventFilter(self)
        self.results = QListWidget()
        self.results.setItemDelegate(ChoiceDelegate(self.results))
        self.results.setUniformItemSizes(True)
        self.results.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.results.itemClicked.connect(self._run)
        self.body.addWidget(self.field)
        self.body.addWidget(self.results, 1)
        self._hint = basics.text_label("↑ ↓ to choose   ·   Enter to open   ·   Escape to close", "small")
        self.body.addWidget(self._hint)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(DEBOUNCE_MS)
        self._wait.timeout.connect(self._search)
        self.field.textChanged.connect(self._typed)

    def present(self) -> None:
        self.field.clear()
        self._show(self._matching(""), [])
        super().present()
        self.field.setFocus()

    def eventFilter(self, watched, event) -> bool:  # noqa: N802
        if watched is getattr(self, "field", None) and isinstance(event, QKeyEvent) and event.type() is QKeyEvent.Type.KeyPress:
            moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            if event.key() in moves:
                row = self.results.currentRow() + moves[Qt.Key(event.key())]
                self.results.setCurrentRow(row % max(self.results.count(), 1))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.results.currentItem():
                self._run(self.results.currentItem())
                return True
        return super().eventFilter(watched, event)

    def _typed(self, text: str) -> None:
        self._show(self._matching(text), [])
        self._wait.start()

    def _search(self) -> None:
        text = self._asked = self.field.text().strip()
        if text and self._desk.is_open:
            self._desk.read(lambda session: self._find(session, text), lambda found: self._found(text, found), owner=self)

    def _found(self, text: str, found: list[tuple[str, str, str, str, str]]) -> None:
        if text == self._asked:
            lines = [
                Choice(title, hint, icon, lambda page=page, item=item: self._desk.go(page, item))
                for title, hint, icon, page, item in found
            ]
            self._show(self._matching(text), lines)

    def _matching(self, text: str) -> list[Choice]:
        asked = text.casefold().split()
        return [
            choice for choice in self.choices
            if all(word in f"{choice.title} {choice.words}".casefold() for word in asked)
        ][: 12 if not text else 6]  # fmt: skip

    def _show(self, choices: list[Choice], found: list[Choice]) -> None:
        self.results.clear()
        for choice in (*found, *choices):
            item = QListWidgetItem()
            item.setData(_Data, choice)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{choice.title}, {choice.hint}")
            self.results.addItem(item)
        self.results.setCurrentRow(0)
        nothing = not choices and not found and self.field.text().strip()
        self._hint.setText("Nothing found on this computer" if nothing else "↑ ↓ to choose   ·   Enter to open   ·   Escape to close")

    def _run(self, item: QListWidgetItem) -> None:
        choice: Choice = item.data(_Data)
        self.dismiss()
        choice.run()
