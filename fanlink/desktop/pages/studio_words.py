"""The words of the Studio: the prompt with its slots to fill, and mine with marks of what was made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QProgressBar, QSizePolicy, QTextEdit, QWidget

from fanlink.core.prompts import SLOT, PromptText
from fanlink.desktop import formats, tokens
from fanlink.desktop.drafts import Mark
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.columns import Columns
from fanlink.desktop.widgets.flow import Flow, flow

TONES = {"understood": "ok", "ignored": "muted", "not_allowed": "bad"}
LEGEND = (("understood", "understood", "ok"), ("ignored", "left aside", ""), ("not_allowed", "not allowed", "bad"))
LONGEST = 2_000


class WordsCard(QWidget):
    """Tells what was typed and chosen, and when takes are wanted."""

    changed = Signal()
    asked = Signal()
    stop_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._slots: dict[str, QComboBox] = {}
        self._marks: Sequence[Mark] = ()
        self._prompt = Flow(gap=5)
        prompt = QWidget()
        prompt.setLayout(self._prompt)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        prompt.setSizePolicy(policy)
        self.words = QPlainTextEdit()
        self.words.setPlaceholderText("What should happen to the song? For example: slow rainy-night lo-fi, keep the vocals, no drums in the intro, big last chorus")
        self.words.setAccessibleName("My words")
        self.words.setFixedHeight(64)
        self.words.setTabChangesFocus(True)
        self.words.textChanged.connect(self._typed)
        self.words.installEventFilter(self)
        self.legend = [basics.chip(f"0 {words}", tone) for _state, words, tone in LEGEND]
        self.count = QComboBox()
        for number in (3, 2, 1):
            self.count.addItem(formats.count(number, "take"), number)
        self.count.setAccessibleName("How many takes")
        self.make = basics.button("Make takes", "wand-sparkles", "primary", self.asked.emit, hint="Make takes from my words (Ctrl+Enter)")
        self.other = basics.button("Other ideas", "refresh-cw", "", self._other, hint="The same words with another seed")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.stage = basics.text_label("", "small")
        self.cancel = basics.button("Stop", "x", "small", self.stop_asked.emit)
        self.working = basics.boxed(basics.row(self.progress, self.stage, self.cancel, gap=10))
        self.working.layout().setStretch(0, 1)
        self.working.hide()
        self.seed_moved = 0
        legend = flow(*self.legend)
        legend.setContentsMargins(0, 8, 0, 0)
        acts = Columns(legend, basics.row(None, self.count, self.other, self.make, gap=8), (1, 0), gap=8)
        card = basics.card(prompt, self.words, acts, self.working, pad=14, gap=8)
        basics.row_into(self, card)

    def show_prompt(self, text: PromptText, chosen: Mapping[str, str]) -> None:
        """The prompt's words, each slot a choice."""
        basics.empty(self._prompt)
        self._slots = {}
        for piece in re.split(r"(\{[a-z][a-z0-9_]*\})", text.words):
            slot = SLOT.fullmatch(piece)
            if slot and slot[1] in text.slots:
                self._prompt.addWidget(self._choice(slot[1], text.slots[slot[1]].choices, chosen.get(slot[1], "")))
                continue
            for word in piece.split():
                self._prompt.addWidget(self._word(word))

    def _word(self, word: str) -> QWidget:
        label = basics.text_label(word, "words")
        label.setFixedHeight(36)
        return label

    def _choice(self, name: str, choices: Sequence[str], chosen: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(formats.human(name))
        box.setToolTip(basics.plain_tooltip(formats.human(name)))
        for choice in choices:
            box.addItem(choice)
        box.setCurrentIndex(max(box.findText(chosen), 0))
        box.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self._slots[name] = box
        return box

    def slots_chosen(self) -> dict[str, str]:
        """What is chosen for each slot."""
        return {name: box.currentText() for name, box in self._slots.items()}

    def show_words(self, words: str, marks: Sequence[Mark]) -> None:
        """My words, with what was made of them."""
        if self.words.toPlainText() != words:
            self.words.blockSignals(True)
            self.words.setPlainText(words)
            self.words.blockSignals(False)
        self.show_marks(marks)

    def add_words(self, words: str) -> None:
        """Adds words to mine, with a comma between."""
        mine = self.words.toPlainText().rstrip().rstrip(",")
        self.words.setPlainText(f"{mine}, {words}" if mine else words)
        self.words.moveCursor(QTextCursor.MoveOperation.End)
        self.words.setFocus()

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """Underlines the words: solid where understood, dotted where left aside, red where not allowed."""
        self._marks = marks
        colors = tokens.now()
        made = []
        for mark in marks:
            selection = QTextEdit.ExtraSelection()
            look = QTextCharFormat()
            look.setUnderlineColor(colors.color(TONES[mark.state]))
            dotted = mark.state == "ignored"
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine if dotted else QTextCharFormat.UnderlineStyle.SingleUnderline)
            look.setForeground(colors.color(TONES[mark.state]))
            if mark.state != "ignored":
                look.setBackground(colors.color(f"{TONES[mark.state]}_soft"))
            cursor = QTextCursor(self.words.document())
            most = len(self.words.toPlainText())
            cursor.setPosition(min(mark.start, most))
            cursor.setPosition(min(mark.end, most), QTextCursor.MoveMode.KeepAnchor)
            selection.cursor, selection.format = cursor, look
            made.append(selection)
        self.words.setExtraSelections(made)
        for chip, (state, words, _tone) in zip(self.legend, LEGEND, strict=True):
            number = sum(mark.state == state for mark in marks)
            chip.setText(f"{number} {words}")
            chip.setVisible(bool(number))

    def paint_again(self) -> None:
        """The marks in the colours of another mode."""
        self.show_marks(self._marks)

    def how_many(self) -> int:
        """How many takes are wanted."""
        return int(self.count.currentData())

    def show_working(self, fraction: float, left: float | None, what: str) -> None:
        """How far the work is; a fraction of 1 or more hides it."""
        self.working.setVisible(fraction < 1)
        self.progress.setValue(round(fraction * 1000))
        self.stage.setText(f"{what} · {formats.seconds_left(left)}" if what else formats.seconds_left(left))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if watched is self.words and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.asked.emit()
                return True
        return super().eventFilter(watched, event)

    def _typed(self) -> None:
        text = self.words.toPlainText()
        if len(text) > LONGEST:
            cursor = self.words.textCursor()
            at = min(cursor.position(), LONGEST)
            self.words.setPlainText(text[:LONGEST])
            cursor = self.words.textCursor()
            cursor.setPosition(at)
            self.words.setTextCursor(cursor)
            return
        if self._marks:
            self.show_marks(())
        self.changed.emit()

    def _other(self) -> None:
        self.seed_moved += 1
        self.asked.emit()
