"""Standing answers: what my parties say to a first question before it is asked. Without one they are asked each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from fanlink.core.commands import EndStandingAnswer, SetStandingAnswer
from fanlink.core.documents import PartyDocument, StandingDocument
from fanlink.core.errors import Refused
from fanlink.core.guard_rails import Use
from fanlink.core.standing import Says, StandingAnswer, check
from fanlink.desktop import formats, words, words_rights, words_staff
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics, fields

TERMS = (("without an end", None), ("for 90 days", 90), ("for a year", 365), ("for two years", 730), ("for five years", 1826))


@dataclass(frozen=True, slots=True)
class Standing:
    """My parties, and what each of them says."""

    parties: tuple[PartyDocument, ...]
    answers: tuple[StandingDocument, ...]


class PoliciesPage(Page):
    """One line for each use; an answer is changed in place."""

    KINDS = frozenset({"standing", "party", "account"})

    def build(self) -> None:
        self._data = Standing((), ())
        self._open: Use | None = None
        self.outer.addWidget(basics.button("Rights & splits", "arrow-left", "link", lambda: self.desk.go("rights")), 0)
        self.party = fields.bounded(QComboBox())
        self.party.setAccessibleName("Which of your parties")
        self.party.activated.connect(lambda _index: self._fill())
        self.heading(
            "Standing answers", "What you say before you are asked. After a refusal or a withdrawal you are always asked in person.", self.party
        )
        column = self.scroller()
        self._uses = QVBoxLayout()
        self._uses.setSpacing(10)
        column.addLayout(self._uses)
        column.addStretch(1)

    def read(self, session: Any) -> Standing:
        mine = session.account.parties if session.account else ()
        parties = tuple(each for each in session.all("party") if each.id in mine)
        return Standing(parties, tuple(session.all("standing")))

    def show_data(self, data: Standing) -> None:
        self._data = data
        chosen = self.party.currentData()
        self.party.clear()
        for each in data.parties:
            self.party.addItem(each.party.name, each.id)
        self.party.setCurrentIndex(max(self.party.findData(chosen), 0))
        self.party.setVisible(len(data.parties) > 1)
        self._fill()

    def _fill(self) -> None:
        basics.empty(self._uses)
        party = self.party.currentData()
        for use in Use:
            found = [each for each in self._data.answers if each.answer.party == party and each.answer.use is use]
            self._uses.addWidget(self._use(use, found))

    def _use(self, use: Use, found: list[StandingDocument]) -> QWidget:
        names = basics.column(basics.text_label(words.USES[use], "strong"), basics.Elided(words_staff.USE_MEANS[use], "small"), gap=0)
        says = found[0].answer.says if found else Says.ASK
        line = basics.row(names, basics.chip(*words_rights.SAYS[says]), gap=12)
        line.setStretch(0, 1)
        opened = use is self._open
        line.addWidget(basics.button("Close" if opened else "Change", "x" if opened else "pencil", "small", lambda: self._toggle(use)))
        tile = basics.card(line, pad=14, gap=8)
        for each in found:
            if each.answer.says is not Says.ASK:
                tile.layout().addWidget(basics.text_label(said(each.answer), "muted", wrap=True))
        if opened:
            tile.layout().addWidget(self._form(use, found[0] if found else None))
        return tile

    def _toggle(self, use: Use) -> None:
        self._open = None if self._open is use else use
        self._fill()

    def _form(self, use: Use, was: StandingDocument | None) -> QWidget:
        answer = was.answer if was else None
        says, terms, territory, conditions = QComboBox(), QComboBox(), QLineEdit(), QLineEdit()
        for each, (name, _tone) in words_rights.SAYS.items():
            says.addItem(name, each)
        says.setCurrentIndex(max(says.findData(answer.says if answer else Says.ASK), 0))
        for name, term in TERMS:
            terms.addItem(name, term)
        if answer and answer.term_days and terms.findData(answer.term_days) < 0:
            terms.addItem(f"for {answer.term_days} days", answer.term_days)
        terms.setCurrentIndex(max(terms.findData(answer.term_days if answer else None), 0))
        territory.setText(answer.territory if answer else "world")
        territory.setPlaceholderText("world, DE AT CH, or world except US")
        conditions.setText(answer.conditions if answer else "")
        conditions.setPlaceholderText("Conditions, or why not")
        for field, name in ((says, "What you say"), (terms, "For how long"), (territory, "Territory"), (conditions, "Conditions")):
            field.setAccessibleName(f"{name} to {words.USES[use]}")
        wrong = basics.text_label("", "bad", wrap=True)
        wrong.hide()

        def save() -> None:
            text = self._save(use, was, Says(says.currentData()), terms.currentData(), territory.text(), conditions.text().strip())
            wrong.setText(text)
            wrong.setVisible(bool(text))

        terms_line = basics.row(terms, territory, gap=8)
        terms_line.setStretch(1, 1)
        first = basics.row(says, basics.boxed(terms_line), gap=8)
        first.setStretch(1, 1)
        return basics.boxed(basics.column(first, conditions, wrong, basics.row(None, basics.button("Say so from now on", "check", "primary", save))))

    def _save(self, use: Use, was: StandingDocument | None, says: Says, term: int | None, territory: str, conditions: str) -> str:
        party = self.party.currentData()
        if says is Says.ASK:
            if was is not None:
                self.desk.do(EndStandingAnswer(), was.id, base_version=was.answer.version, said="You are asked each time again.", undo=True)
            self._open = None
            self._fill()
            return ""
        try:
            made = check(StandingAnswer("standing", party, use, says, (), territory, term, conditions))
        except Refused as refused:
            return words.of_error(refused)
        data = SetStandingAnswer(party, use, says, was.answer.tracks if was else (), made.territory, term, conditions)

        def store(id_: str) -> None:
            self._open = None
            self.desk.do(data, id_, base_version=was.answer.version if was else None, said="Said from now on, to first questions.", undo=True)

        if was is not None:
            store(was.id)
        else:
            self.desk.read(lambda session: session.new_id("standing"), store, owner=self)
        return ""


def said(answer: StandingAnswer) -> str:
    """A standing answer as a sentence."""
    where = "everywhere" if answer.territory == "world" else f"for {answer.territory}"
    which = formats.count(len(answer.tracks), "track") if answer.tracks else "all tracks"
    if answer.says is Says.REFUSE:
        return f"No, for {which}." + (f" {answer.conditions}" if answer.conditions else "")
    term = f"for {formats.count(answer.term_days, 'day')} from the question" if answer.term_days else "without an end"
    return f"Yes for {which}, {where}, {term}." + (f" Conditions: {answer.conditions}" if answer.conditions else "")
