"""One challenge as its team sees it: where it stands, what can be done now, and the judging."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fanlink.core import challenges
from fanlink.core.challenges import ChallengeState, Dates, phase
from fanlink.core.commands import CancelChallenge, ExtendChallenge, ScheduleChallenge
from fanlink.core.documents import ChallengeDocument, EntryDocument
from fanlink.core.errors import Refused
from fanlink.desktop import telling, words
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.challenge_judging import Judging
from fanlink.desktop.pages.challenges import PHASES
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.date_handles import DatesForm
from fanlink.desktop.widgets.dates import DateLine
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.notices import Banner
from fanlink.desktop.widgets.opening import Opening

NAMES = ("Opens", "Closes", "Decided")


class ChallengeView(QWidget):
    """Filled again for each challenge."""

    edit_asked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.document: ChallengeDocument | None = None
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._area, column = scrolling()
        whole.addWidget(self._area)
        self._upper, self._lower = QVBoxLayout(), QVBoxLayout()
        self._upper.setSpacing(14)
        self._lower.setSpacing(14)
        self.judging = Judging(desk)
        column.addLayout(self._upper)
        column.addWidget(self.judging)
        column.addLayout(self._lower)
        column.addStretch(1)

    def show_challenge(self, document: ChallengeDocument | None, entries: list[EntryDocument]) -> None:
        """Another challenge, or none."""
        self.document = document
        self._area.setVisible(document is not None)
        basics.empty(self._upper)
        basics.empty(self._lower)
        if document is None:
            return
        self._upper.addWidget(self._head(document))
        self.judging.show_challenge(document.challenge, entries)
        self._lower.addLayout(self._terms(document))
        if document.challenge.state is ChallengeState.SCHEDULED and self._is_team(document):
            self._lower.addWidget(Opening("later dates", basics.boxed(basics.row(basics.text_label("Extend the dates", "strong"), None)), self._extend_form))
        if document.challenge.state in (ChallengeState.DRAFT, ChallengeState.SCHEDULED) and self._is_team(document):
            self._lower.addWidget(Opening("cancelling", basics.boxed(basics.row(basics.text_label("Cancel the challenge", "strong"), None)), self._cancel_form))

    def _is_team(self, document: ChallengeDocument) -> bool:
        return self.desk.account is not None and document.challenge.artist in self.desk.account.teams

    def _head(self, document: ChallengeDocument) -> QWidget:
        challenge, now_ms = document.challenge, self.desk.now_ms()
        chips = flow(basics.chip(*PHASES[phase(challenge, now_ms)]), basics.chip(telling.closing(document, now_ms)))
        names = basics.column(
            None, basics.text_label(challenge.title or "Untitled", "h2", wrap=True),
            basics.Elided(f"{document.artist_name} · {document.prompt_title}", "muted"), chips, None, gap=5,
        )  # fmt: skip
        line = basics.row(Cover(challenge.prompt, 84, 12, document.artwork), names, gap=16)
        line.setStretch(1, 1)
        if challenge.state is ChallengeState.DRAFT and self._is_team(document):
            line.addWidget(basics.button("Edit", "pencil", "", lambda: self.edit_asked.emit(document)))
            announce = basics.button("Announce", "megaphone", "primary", self._announce)
            announce.setEnabled(not challenges.check(challenge))
            line.addWidget(announce)
        dates = DateLine()
        times = (challenge.dates.opens_ms, challenge.dates.closes_ms, challenge.dates.decides_ms)
        dates.set_dates(list(zip(NAMES, times, strict=True)), now_ms)
        card = basics.card(line, basics.text_label(challenge.about, wrap=True), dates)
        wrong = challenges.check(challenge) if challenge.state is ChallengeState.DRAFT else []
        if wrong:
            card.layout().addWidget(basics.text_label(words.of_reasons(wrong), "warn", wrap=True))
        if challenge.reason:
            note = Banner(tone="bad")
            note.say(f"Cancelled: {words.DECISION_REASONS.get(challenge.reason, challenge.reason)}")
            card.layout().addWidget(note)
        return card

    def _terms(self, document: ChallengeDocument):
        challenge = document.challenge
        rubric = basics.card(basics.text_label("How it is judged", "h2"))
        for criterion in challenge.rubric:
            points = basics.text_label(f"{criterion.points} points", "muted")
            rubric.layout().addLayout(basics.row(basics.text_label(criterion.name), None, points))
        prizes = basics.card(basics.text_label("Prizes", "h2"))
        for prize in sorted(challenge.prizes, key=lambda each: each.place):
            line = basics.row(basics.chip(f"{prize.place}", "accent"), basics.text_label(prize.what, wrap=True), gap=10)
            line.setStretch(1, 1)
            prizes.layout().addLayout(line)
        if not challenge.prizes:
            prizes.layout().addWidget(basics.text_label("No prizes. Glory only.", "muted"))
        for each in (rubric, prizes):
            each.layout().addStretch(1)
        both = basics.row(rubric, prizes, gap=14)
        both.setStretch(0, 1)
        both.setStretch(1, 1)
        return both

    # Acts -----------------------------------------------------------------------------------------------------------

    def _announce(self) -> None:
        if self.document is not None:
            said = "Announced. Everyone sees it now."
            self.desk.do(ScheduleChallenge(), self.document.id, base_version=self.document.challenge.version, said=said, undo=True)

    def _extend_form(self) -> QWidget:
        assert self.document is not None
        document = self.document
        form, wrong = DatesForm(NAMES), basics.text_label("", "bad", wrap=True)
        dates = document.challenge.dates
        form.set_times((dates.opens_ms, dates.closes_ms, dates.decides_ms), self.desk.now_ms())

        def extend() -> None:
            later = Dates(*form.times)
            try:
                challenges.extend(document.challenge, later)
            except Refused as refused:
                wrong.setText(words.of_error(refused))
                return
            wrong.setText("")
            said = "The dates are extended."
            self.desk.do(ExtendChallenge(later), document.id, base_version=document.challenge.version, said=said, undo=True)

        go = basics.button("Extend", "calendar", "", extend)
        return basics.boxed(basics.column(form, basics.row(wrong, None, go), gap=10))

    def _cancel_form(self) -> QWidget:
        assert self.document is not None
        document = self.document
        reason = QLineEdit()
        reason.setPlaceholderText("Why? Everyone who entered reads this.")
        reason.setAccessibleName("Reason for cancelling")

        def cancel() -> None:
            text = reason.text().strip()
            if not text:
                reason.setFocus()
                return
            self.desk.do(CancelChallenge(text), document.id, base_version=document.challenge.version, said="Cancelled.", undo=True)

        line = basics.row(reason, basics.button("Cancel it", "ban", "danger", cancel), gap=8)
        line.setStretch(0, 1)
        return basics.boxed(line)
