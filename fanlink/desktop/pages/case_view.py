"""A case: A over B, the rules with their evidence, what was said before, and the decision or what it was."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core.cases import CaseKind, Decision
from fanlink.core.documents import CaseDocument
from fanlink.desktop import checks, formats, telling, words, words_staff
from fanlink.desktop.checks import CheckLine
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.compare import Compare, Pair, stretches
from fanlink.desktop.pages.decision_panel import DecisionPanel
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.columns import Columns
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.notices import Banner
from fanlink.desktop.widgets.own_recordings import OwnRecordings


class CaseView(QWidget):
    """Filled again for each case."""

    def __init__(self, desk: Desk, *, decided: bool = False) -> None:
        super().__init__()
        self.desk = desk
        self.document: CaseDocument | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._area, column = scrolling()
        whole.addWidget(self._area)
        self.compare = Compare(desk, height=50)
        self.text = Banner(tone="info")
        column.addWidget(self.text)
        column.addWidget(basics.card(self.compare))
        self.own = OwnRecordings(desk)
        column.addWidget(self.own)
        self._rules, self._before = QVBoxLayout(), QVBoxLayout()
        self._rules.setSpacing(7)
        self._before.setSpacing(8)
        self._words = basics.text_label("", "muted", wrap=True)
        self._chips = flow()
        rules = basics.card(basics.text_label("Rules of the prompt", "h2"), self._rules)
        self._generated = QVBoxLayout()
        self._generated.setSpacing(6)
        made = basics.card(basics.text_label("What the fan asked for", "h2"), self._words, self._chips, self._generated)
        self._before_title = basics.text_label("", "h2")
        self._before_card = basics.card(self._before_title, self._before)
        self.panel = DecisionPanel(desk)
        self.panel.setVisible(not decided)
        left = (rules, made) if decided else (rules, made, self._before_card)
        right = (self._before_card,) if decided else (self.panel,)
        self._before_title.setText("What was decided" if decided else "Said before")
        column.addWidget(Columns(basics.column(*left, gap=14), basics.column(*right)))
        column.addStretch(1)
        self._area.hide()

    def show_case(self, document: CaseDocument | None) -> None:
        """Another case, or none."""
        self.document = document
        self._area.setVisible(document is not None)
        if document is None:
            self.compare.show_pair(None)
            return
        recipe, beats = document.remix.recipe, document.facts.music.beats_per_bar
        loud = document.measures.get("loudness_lufs")
        numbers = f"{loud:.1f} LUFS · ".replace("-", "−") if loud is not None else ""
        numbers += f"{formats.tempo(round(recipe.tempo_bpm, 1))} · {formats.length(recipe.length_s(beats) * 1000)}"
        self.compare.show_pair(Pair(
            f"case-{document.id}", document.remix.title, document.remix.track, document.facts, document.audio,
            recipe.length_s(beats) * 1000, numbers, stretches(document.findings, recipe.length_s(beats) * 1000),
        ))  # fmt: skip
        self.own.show_recipe(
            f"case-{document.id}", document.remix.title, document.remix.track, recipe, beats, document.recordings
        )
        self._say_text(document)
        basics.empty(self._rules)
        for line in checks.lines(document.prompt_text, document.findings):
            self._rules.addWidget(self._rule(line))
        self._words.setText(f"“{recipe.words}”" if recipe.words else "No words of their own.")
        layout = self._chips.layout()
        basics.empty(layout)
        for name, value in recipe.slots.items():
            layout.addWidget(basics.chip(f"{formats.human(name)}: {value}", "accent"))
        layout.addWidget(basics.chip(telling.disclosure(recipe, document.fan_name, document.artist_name)[0]))
        basics.empty(self._generated)
        for head, said in telling.generated(recipe):
            self._generated.addLayout(basics.column(basics.text_label(head, "strong", wrap=True), basics.text_label(said, "muted", wrap=True), gap=1))
        self._fill_before(document)
        self.panel.show_case(document)

    def _say_text(self, document: CaseDocument) -> None:
        case = document.case
        self.text.setVisible(bool(case.text))
        if case.kind is CaseKind.REPORT:
            code, _colon, rest = case.text.partition(": ")
            why = words.DECISION_REASONS.get(code, code)
            self.text.say(f"Reported: {why}. {rest}".strip(), "warn")
        elif case.text:
            self.text.say(f"The fan appeals: “{case.text}”", "info")

    def _rule(self, line: CheckLine) -> QWidget:
        head = basics.row(basics.text_label(line.words, wrap=True), basics.chip(*line.chip), gap=8)
        head.setStretch(0, 1)
        if not line.findings:
            return basics.boxed(head)
        column = basics.column(head, gap=3)
        for found in line.findings:
            column.addWidget(self._evidence(found))
        return basics.boxed(column)

    def _evidence(self, found: checks.Found) -> QWidget:
        text = checks.said(found)
        if found.get("rule") == "same_recipe":
            twins = found.get("facts", {}).get("remixes", [])
            return basics.text_label(f"Same recipe as {formats.names([str(each) for each in twins])}", "small", wrap=True)
        if found.get("rule") == "near_duplicate":
            return basics.text_label(checks.nearly_the_same(found), "small", wrap=True)
        if found.get("start_ms") is None:
            return basics.text_label(text, "small", wrap=True)
        go = basics.tool("play", f"Go there: {text}", lambda: self.compare.seek_ms(float(found["start_ms"])), kind="small")
        line = basics.row(go, basics.text_label(text, "small", wrap=True), gap=8)
        line.setStretch(1, 1)
        return basics.boxed(line)

    def _fill_before(self, document: CaseDocument) -> None:
        basics.empty(self._before)
        said = [("", each) for each in document.case.decisions]
        said += [("Came too late to count: ", each) for each in document.case.opinions]
        for prefix, decision in said:
            self._before.addWidget(self._decision(prefix, decision))
        for step in document.remix.steps:
            if step.letter and document.case.kind is not CaseKind.SUBMISSION:
                reasons = ", ".join(words.DECISION_REASONS.get(code, code) for code in step.reasons)
                head = basics.text_label(f"{words.STEPS.get(step.step, step.step)} · {reasons}".rstrip(" ·"), "strong", wrap=True)
                self._before.addWidget(basics.card(head, basics.text_label(step.letter, wrap=True), pad=12, kind="tile", gap=4))
        self._before_card.setVisible(self._before.count() > 0)

    def _decision(self, prefix: str, decision: Decision) -> QWidget:
        head = basics.text_label(f"{prefix}{words_staff.OUTCOMES[decision.outcome][0]}", "strong")
        when = basics.text_label(formats.ago(decision.at_ms, self.desk.now_ms()), "small")
        card = basics.card(basics.row(head, None, when), pad=12, kind="tile", gap=4)
        reasons = ", ".join(words.DECISION_REASONS.get(code, code) for code in decision.reasons)
        for text in (reasons, decision.letter):
            if text:
                card.layout().addWidget(basics.text_label(text, wrap=True))
        return card

