"""What the Studio shows before there is a take: words to begin with, and what may be done."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.documents import PromptDocument
from fanlink.core.shares import ANCESTOR
from fanlink.desktop import formats, telling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.flow import flow

IDEAS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("A style", ("lo-fi", "house", "dub", "ambient", "drum and bass", "bossa nova", "synthwave", "trap")),
    ("A mood", ("slow and rainy", "wide awake", "warmer", "darker", "dreamy", "punchier")),
    ("The song", ("keep the vocals", "no drums in the intro", "only bass and keys in the break", "big last chorus", "twice as long")),
    ("The sound", ("echo on the vocals", "vinyl crackle", "less reverb", "a riser before the chorus", "90 bpm", "two semitones down")),
)  # fmt: skip


class StartCard(QWidget):
    """`picked` gives words to add to mine."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._rules = QVBoxLayout()
        self._rules.setSpacing(6)
        ideas = basics.card(basics.text_label("Words to begin with", "h3"), pad=14)
        for title, words in IDEAS:
            ideas.layout().addWidget(basics.text_label(title, "cap"))
            ideas.layout().addWidget(flow(*(self._idea(word) for word in words), gap=8))
        ideas.layout().addStretch(1)
        rules = basics.card(basics.text_label("What you may do", "h3"), self._rules, pad=14)
        rules.layout().addStretch(1)
        line = basics.row_into(self, ideas, rules)
        line.setSpacing(12)
        line.setStretch(0, 3)
        line.setStretch(1, 2)

    def show_prompt(self, prompt: PromptDocument, parent: str = "") -> None:
        """The guard rails of a prompt, and the fan's part; `parent` is the title of the remix that this one rests on."""
        basics.empty(self._rules)
        for rule in telling.rules(prompt.text.guard_rails):
            self._rules.addWidget(basics.text_label(f"•  {rule}", wrap=True))
        earlier = sum((share.share for share in prompt.shares if share.role == ANCESTOR), Fraction(0)) if parent else Fraction(0)
        mine = formats.percent(telling.my_share(prompt.shares) - earlier)
        beside = f" Everyone on “{parent}” shares {formats.percent(earlier)}." if earlier else ""
        self._rules.addWidget(basics.line())
        self._rules.addWidget(basics.text_label(f"You get {mine} of what it earns.{beside}", "accent", wrap=True))

    def _idea(self, words: str) -> QWidget:
        return basics.button(words, kind="small", clicked=lambda: self.picked.emit(words), hint=f"Add “{words}” to my words")
