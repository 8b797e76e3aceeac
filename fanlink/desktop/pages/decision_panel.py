"""The decision about a case: reasons, a letter to the fan, and one button for each outcome with its key."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from fanlink.core import cases
from fanlink.core.cases import REASONS, CaseKind, CaseState, Decision, Outcome
from fanlink.core.commands import ClaimCase, DecideCase, ReleaseCase
from fanlink.core.documents import CaseDocument
from fanlink.core.errors import Refused
from fanlink.desktop import checks, formats, words, words_staff
from fanlink.desktop.desk import Desk
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.notices import Banner
from fanlink.desktop.widgets.picker import Picker


@dataclass(frozen=True, slots=True)
class Way:
    """An outcome as a button: its words, its key, how it looks."""

    outcome: Outcome
    words: str
    key: str
    icon: str
    kind: str = ""


WAYS: dict[CaseKind, tuple[Way, ...]] = {
    CaseKind.SUBMISSION: (
        Way(Outcome.APPROVE, "Approve", "A", "check", "primary"), Way(Outcome.REQUEST_CHANGES, "Ask for changes", "C", "message-square"),
        Way(Outcome.REJECT, "Reject", "R", "x", "danger"), Way(Outcome.ESCALATE, "Escalate", "E", "arrow-right"),
    ),
    CaseKind.REPORT: (
        Way(Outcome.DISMISS, "Nothing is wrong", "A", "check", "primary"), Way(Outcome.TAKE_DOWN, "Take it down", "R", "ban", "danger"),
        Way(Outcome.ESCALATE, "Escalate", "E", "arrow-right"),
    ),
    CaseKind.APPEAL: (
        Way(Outcome.OVERTURN, "Overturn the decision", "A", "check", "primary"), Way(Outcome.UPHOLD, "Uphold it", "R", "scale", "danger"),
        Way(Outcome.ESCALATE, "Escalate", "E", "arrow-right"),
    ),
}  # fmt: skip


class DecisionPanel(QWidget):
    """Filled again for each case. `decided` gives the id of the command, so that it can be taken back."""

    decided = Signal(str, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.document: CaseDocument | None = None
        self.held = Banner(tone="info")
        self.claim = basics.button("Claim", "user", "small", self._claim)
        self.reasons = Picker("Reason shown to the fan", [(code, words.DECISION_REASONS[code]) for code in REASONS], "Choose a reason…")
        self.letter = QPlainTextEdit()
        self.letter.setPlaceholderText("Letter to the fan: what is good, what to mend, and where")
        self.letter.setAccessibleName("Letter to the fan")
        self.letter.setTabChangesFocus(True)
        self.letter.setFixedHeight(92)
        self.from_checks = basics.button("Write from the checks", "pen-line", "link", self._write)
        self.wrong = basics.text_label("", "bad", wrap=True)
        self.wrong.hide()
        self._ways = QVBoxLayout()
        self._ways.setSpacing(8)
        title = basics.row(basics.text_label("Decision", "h2"), None, self.claim)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(basics.card(
            title, self.held, basics.text_label("Reason shown to the fan", "cap"), self.reasons, self.letter,
            basics.row(self.from_checks, None), self.wrong, self._ways,
            basics.text_label("J K next, previous · Space play · X swap A/B · Z undo", "small"), gap=9,
        ))  # fmt: skip

    def show_case(self, document: CaseDocument | None) -> None:
        """Another case, or the same one moved on; what was written stays with its case."""
        other = self.document is None or document is None or self.document.id != document.id
        self.document = document
        if document is None:
            return
        if other:
            self.reasons.set_on(())
            self.letter.clear()
            self.wrong.hide()
        self.from_checks.setVisible(bool(checks.letter(document.findings)))
        self._fill_ways(document)
        self._say_held(document)

    def _fill_ways(self, document: CaseDocument) -> None:
        basics.empty(self._ways)
        ways = WAYS[document.case.kind]
        made = []
        for way in ways:
            each = basics.button(f"{way.words}   {way.key}", way.icon, way.kind, lambda way=way: self.decide(way))
            each.setAccessibleName(f"{way.words} ({way.key})")
            each.setEnabled(self.may_decide)
            made.append(each)
        self._ways.addWidget(made[0])
        pair = basics.row(*made[1:3], gap=8)
        self._ways.addLayout(pair)
        for each in made[3:]:
            self._ways.addWidget(each)

    @property
    def me(self) -> str:
        """Who is signed in."""
        return self.desk.account.id if self.desk.account else ""

    @property
    def _held_by_another(self) -> bool:
        case = self.document.case if self.document else None
        lease = case is not None and case.state is CaseState.CLAIMED and (case.lease_until_ms or 0) > self.desk.now_ms()
        return bool(lease and case and case.claimed_by != self.me)

    @property
    def may_decide(self) -> bool:
        """False for one's own case, one that somebody holds, and one that is decided."""
        case = self.document.case if self.document else None
        return case is not None and case.state is not CaseState.DECIDED and self.me not in case.persons and not self._held_by_another

    def _say_held(self, document: CaseDocument) -> None:
        case, now_ms = document.case, self.desk.now_ms()
        mine = case.state is CaseState.CLAIMED and case.claimed_by == self.me and (case.lease_until_ms or 0) > now_ms
        tone, text = "info", ""
        if self.me in case.persons:
            tone, text = "warn", "This is about your own work, your artist’s, or your own decision. Somebody else decides it."
        elif self._held_by_another:
            tone, text = "warn", f"Somebody else is looking at it. It is free again {formats.ago(case.lease_until_ms or 0, now_ms)}."
        elif mine:
            text = f"Yours: nobody else decides it for {formats.ago(case.lease_until_ms or 0, now_ms).removeprefix('in ')}."
        elif case.state is CaseState.ESCALATED:
            text = "Escalated: a second look was asked for."
        self.held.setVisible(bool(text))
        if text:
            self.held.say(text, tone)
        self.claim.setVisible(case.state is not CaseState.DECIDED and self.me not in case.persons and not self._held_by_another)
        self.claim.setText(" Release" if mine else " Claim")

    # Acts -----------------------------------------------------------------------------------------------------------

    def way(self, key: str) -> Way | None:
        """The outcome that a key means for this case."""
        ways = WAYS[self.document.case.kind] if self.document else ()
        return next((way for way in ways if way.key == key), None)

    def decide(self, way: Way) -> None:
        """Asks core first, says what is missing, then stores the decision; it waits ten seconds before it is sent."""
        if self.document is None or not self.may_decide:
            return
        case, reasons, letter = self.document.case, self.reasons.on, self.letter.toPlainText().strip()
        try:
            cases.decide(case, Decision("asked", way.outcome, self.me, self.desk.now_ms(), reasons, letter))
        except Refused as refused:
            self.wrong.setText(words.of_error(refused))
            self.wrong.show()
            return
        self.wrong.hide()
        title, id_ = self.document.remix.title, self.document.id
        said = f"{words_staff.OUTCOMES[way.outcome][0]}: {title}"
        self.desk.do(
            DecideCase(way.outcome, reasons, letter), id_, base_version=case.version, said=said, undo=True,
            done=lambda command: self.decided.emit(id_, command),
        )

    def _claim(self) -> None:
        if self.document is None:
            return
        case = self.document.case
        mine = case.state is CaseState.CLAIMED and case.claimed_by == self.me
        self.desk.do(ReleaseCase() if mine else ClaimCase(), case.id, base_version=case.version)

    def _write(self) -> None:
        if self.document is not None:
            before = self.letter.toPlainText().strip()
            made = checks.letter(self.document.findings)
            self.letter.setPlainText(f"{before}\n{made}" if before else made)
            if "rule_broken" not in self.reasons.on:
                self.reasons.set_on((*self.reasons.on, "rule_broken"))
            self.letter.setFocus()
