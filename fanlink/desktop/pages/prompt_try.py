"""What a fan will see of a prompt, and a place to try words on it before anybody else does."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QFormLayout, QVBoxLayout, QWidget

from fanlink.core import rules
from fanlink.core.errors import FanLinkError
from fanlink.core.prompts import PromptText
from fanlink.core.tracks import TrackFacts
from fanlink.desktop import formats, telling, words, words_staff
from fanlink.desktop.desk import Desk
from fanlink.desktop.ops import Progress, Task
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.marked import MarkedWords

SAMPLE = "slow and hazy, no drums in the intro, warm pads, a big last chorus"
WAIT_MS = 350
SEED = 7


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of the sample words: marks, reasons, the recipe in a line, what the rules say."""

    marks: tuple[tuple[int, int, str], ...]
    why: tuple[str, ...]
    line: str
    findings: tuple[str, ...]


def try_words(said: str, slots: dict[str, str], facts: TrackFacts, text: PromptText) -> Tried:
    """Interprets words inside the guard rails, as the Studio will. Runs in a lane; raises what the interpreter refuses."""
    # the interpreter is for the lane, not for the first paint
    interpret = import_module("fanlink.remix.interpret").interpret
    take = interpret(said, slots, facts, text.guard_rails, SEED, prompt=text.words)[0]
    denied = {(each.start, each.end) for each in take.not_allowed}
    marks = [(each.start, each.end, "bad") for each in take.not_allowed]
    marks += [(each.start, each.end, "ok") for each in take.took if (each.start, each.end) not in denied]
    marks += [(start, end, "") for start, end in take.ignored]
    choices = {name: slot.choices for name, slot in text.slots.items()}
    found = rules.check(take.recipe, facts, text.guard_rails, choices, commercial=text.commercial)
    said_of = tuple(f"{words_staff.RULES.get(each.rule, formats.human(each.rule))}: {each.fix}" for each in found)
    return Tried(tuple(marks), take.why, telling.recipe_line(take.recipe, facts.music.beats_per_bar), said_of)


class FanView(QWidget):
    """The card, the words and the rules as a fan sees them, kept in step with what is being written."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._text, self._facts = PromptText("", ""), None
        self._task: Task | None = None
        self.card = CardList(lambda _ids, _done: None, "The card that fans see")
        self.card.setFixedHeight(96)
        self.words = basics.text_label("", "words", wrap=True)
        self.rules = basics.text_label("", "muted", wrap=True)
        self.chips = flow()
        self._slots = QFormLayout()
        self._slots.setHorizontalSpacing(10)
        self._boxes: dict[str, QComboBox] = {}
        self.said = MarkedWords("Sample words", "Words that a fan might write", 3)
        self.said.setPlainText(SAMPLE)
        self.line = basics.text_label("", "strong", wrap=True)
        self.why = basics.text_label("", "muted", wrap=True)
        self.findings = basics.text_label("", "warn", wrap=True)
        legend = flow(basics.chip("Understood", "ok"), basics.chip("Not allowed", "bad"), basics.chip("Ignored"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(basics.card(basics.text_label("What fans see", "h2"), self.card, self.chips, self.words, self.rules, gap=10))
        column.addWidget(basics.card(
            basics.row(basics.text_label("Try it", "h2"), None, legend), self._slots, self.said, self.line, self.why, self.findings, gap=10,
        ))  # fmt: skip
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._try)
        self.said.textChanged.connect(self._timer.start)
        desk.theme.changed.connect(self.said.paint_marks)

    def show_text(self, text: PromptText, facts: TrackFacts, track: str, share: str) -> None:
        """The prompt as it is being written."""
        self._text, self._facts = text, facts
        chips = (("Open", "ok"), (share, "accent")) if share else (("Open", "ok"),)
        card = Card("fan", text.title or "Untitled", f"{facts.artist} · {facts.title}", track, chips)
        self.card.show_ids(("fan",), {"fan": card})
        shown = telling.prompt_words(text)
        self.words.setText(f"“{shown}”" if shown else "The words of the prompt stand here.")
        self.rules.setText("\n".join(f"•  {rule}" for rule in telling.rules(text.guard_rails)))
        layout = self.chips.layout()
        basics.empty(layout)
        for name in text.guard_rails.stems_untouched:
            layout.addWidget(basics.chip(f"{formats.human(name)} untouched", "bad"))
        for use in text.guard_rails.uses_allowed:
            layout.addWidget(basics.chip(words.USES[use], "accent"))
        self.chips.setVisible(layout.count() > 0)
        self._show_slots(text)
        self._timer.start()

    def _show_slots(self, text: PromptText) -> None:
        wanted = {name: slot.choices for name, slot in text.slots.items()}
        there = {name: tuple(box.itemText(at) for at in range(box.count())) for name, box in self._boxes.items()}
        if wanted == there:
            return
        while self._slots.rowCount():
            self._slots.removeRow(0)
        self._boxes = {}
        for name, choices in wanted.items():
            box = QComboBox()
            box.setAccessibleName(f"Sample choice for {name}")
            box.addItems(list(choices))
            box.currentIndexChanged.connect(lambda _index: self._timer.start())
            self._boxes[name] = box
            self._slots.addRow(basics.text_label(formats.human(name), "muted"), box)

    def _try(self) -> None:
        if self._facts is None or not self.desk.is_open:
            return
        said, facts, text = self.said.toPlainText(), self._facts, self._text
        slots = {name: box.currentText() for name, box in self._boxes.items() if box.count()}
        if self._task:
            self._task.stop()

        def work(_session: Any, _progress: Progress) -> Tried:
            return try_words(said, slots, facts, text)

        self._task = self.desk.make(work, self._show, owner=self, failed=self._failed)

    def _show(self, tried: Tried) -> None:
        self.said.set_marks(tried.marks)
        self.line.setText(f"Becomes: {tried.line}")
        self.why.setText("\n".join(f"•  {each}" for each in tried.why[:6]))
        self.findings.setText("\n".join(tried.findings))
        self.findings.setVisible(bool(tried.findings))

    def _failed(self, error: Exception) -> None:
        self.said.set_marks(())
        self.line.setText("Nothing can be made of these words inside the guard rails.")
        self.why.setText(words.of_error(error) if isinstance(error, FanLinkError) else "The interpreter stopped. Try other words.")
        self.findings.hide()
