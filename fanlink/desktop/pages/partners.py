"""Partners: who may answer for my parties, for whom my parties may answer, from when to when; given and taken back here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QComboBox, QLayout, QVBoxLayout, QWidget

from fanlink.core.commands import GiveMandate, RevokeMandate
from fanlink.core.documents import MandateDocument, PartyDocument, TrackDocument
from fanlink.core.parties import Phase
from fanlink.desktop import formats, words, words_rights
from fanlink.desktop.pages.page import Page
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.party_field import PartyField

ALL = ""


@dataclass(frozen=True, slots=True)
class Partners:
    """Mandates of my parties, mine first, and what a new one may name."""

    mandates: tuple[MandateDocument, ...]
    parties: tuple[PartyDocument, ...]
    tracks: tuple[TrackDocument, ...]
    names: dict[str, str]


class PartnersPage(Page):
    """Two lists, and a form for a new mandate."""

    KINDS = frozenset({"mandate", "party", "track", "account"})

    def build(self) -> None:
        self._data = Partners((), (), (), {})
        back = basics.button("Rights & splits", "arrow-left", "link", lambda: self.desk.go("rights"))
        self.outer.addWidget(back, 0)
        self.heading("Partners", "A mandate lets a label, distributor, publisher or agency answer for you. You can end it on any day.")
        column = self.scroller()
        self._given, self._held = QVBoxLayout(), QVBoxLayout()
        for each in (self._given, self._held):
            each.setSpacing(8)
        column.addWidget(basics.card(basics.text_label("They may answer for you", "h2"), self._given))
        column.addWidget(self._form())
        column.addWidget(basics.card(basics.text_label("You may answer for them", "h2"), self._held))
        column.addStretch(1)

    def _form(self) -> QWidget:
        self.principal, self.tracks = QComboBox(), QComboBox()
        self.agent = PartyField(self.desk, "Your partner: name, IPI or ISNI")
        for choice in (self.principal, self.tracks):
            fields.bounded(choice)
        self.principal.setAccessibleName("For which of your parties")
        self.tracks.setAccessibleName("For which tracks")
        self.begins, self.ends = fields.day("First day"), fields.day("Last day")
        self.ending = QCheckBox("until")
        self.ends.setVisible(False)
        self.ending.toggled.connect(self.ends.setVisible)
        self.wrong = basics.text_label("", "bad", wrap=True)
        self.wrong.hide()
        self.give = basics.button("Give the mandate", "handshake", "primary", self._give)
        who = basics.row(basics.text_label("For", "muted"), self.principal, basics.text_label("may answer", "muted"), self.agent, gap=10)
        who.setStretch(3, 1)
        when = basics.row(basics.text_label("on", "muted"), self.tracks, basics.text_label("from", "muted"), self.begins, self.ending,
                          self.ends, None, self.give, gap=10)  # fmt: skip
        hint = basics.text_label(
            "Search by name or number; where neither finds your partner, write the party id it sends you. It answers questions and signs "
            "splits, and sees your tracks; what it answered stands when the mandate ends.", "small", wrap=True,
        )  # fmt: skip
        self.form = basics.card(basics.text_label("Give a mandate", "h2"), who, self.agent.note, when, self.wrong, hint)
        return self.form

    def read(self, session: Any) -> Partners:
        mine = session.account.parties if session.account else ()
        mandates = tuple(sorted(session.all("mandate"), key=lambda each: (each.mandate.revoked, each.mandate.begins, each.id)))
        parties = tuple(each for each in session.all("party") if each.id in mine)
        tracks = tuple(session.all("track"))
        names = {party: name for each in tracks for party, name in each.party_names.items()}
        names |= {each.id: each.party.name for each in parties}
        return Partners(mandates, parties, tracks, names)

    def show_data(self, data: Partners) -> None:
        self._data = data
        mine = self.desk.account.parties if self.desk.account else ()
        given = [each for each in data.mandates if each.mandate.principal in mine]
        held = [each for each in data.mandates if each.mandate.agent in mine and each not in given]
        self._fill(self._given, given, "Nobody answers for you. Give a mandate below when somebody should.")
        self._fill(self._held, held, "Nobody has given you a mandate yet. It will be here as soon as somebody does.")
        for each in data.parties:
            self._held.addLayout(self._own(each))
        self._choices(data)

    def _own(self, document: PartyDocument) -> QLayout:
        """One of my parties, for who wants to name it without searching."""
        name = document.party.name
        copy = basics.button("Copy the party id", "copy", "link", lambda: self._copy(document), hint=f"Copy the party id of {name}")
        line = basics.row(basics.text_label(f"A partner who does not find {name} by name can be sent its party id.", "small", wrap=True), copy, gap=10)
        line.setStretch(0, 1)
        return line

    def _copy(self, document: PartyDocument) -> None:
        QGuiApplication.clipboard().setText(document.id)
        self.desk.say(f"The party id of {document.party.name} is copied.")

    def _choices(self, data: Partners) -> None:
        chosen = self.principal.currentData()
        self.principal.clear()
        for party in data.parties:
            self.principal.addItem(party.party.name, party.id)
        self.principal.setCurrentIndex(max(self.principal.findData(chosen), 0))
        track = self.tracks.currentData()
        self.tracks.clear()
        self.tracks.addItem("the whole catalogue", ALL)
        for each in data.tracks:
            self.tracks.addItem(each.facts.title, each.id)
        self.tracks.setCurrentIndex(max(self.tracks.findData(track), 0))
        self.form.setVisible(bool(data.parties))
        if self.begins.property("set") is None:
            today = words_rights.shown_day(words_rights.day_of(self.desk.now_ms()))
            self.begins.setDate(today)
            self.ends.setDate(today.addYears(1))
            self.begins.setProperty("set", True)

    def _fill(self, column: QVBoxLayout, found: list[MandateDocument], empty: str) -> None:
        basics.empty(column)
        for each in found:
            column.addWidget(self._line(each))
        if not found:
            column.addWidget(basics.text_label(empty, "muted", wrap=True))

    def _line(self, document: MandateDocument) -> QWidget:
        mandate = document.mandate
        phase = mandate.phase_on(words_rights.day_of(self.desk.now_ms()))
        agent = document.agent_name if document.agent_name != mandate.agent else self._data.names.get(mandate.agent, mandate.agent)
        who = f"{agent} answers for {document.principal_name}"
        titles = formats.names(list(document.track_titles.values())) if mandate.tracks else "the whole catalogue"
        until = f"until {mandate.ends:%d %b %Y}" if mandate.ends else "without an end"
        about = f"{titles} · from {mandate.begins:%d %b %Y}, {until}"
        names = basics.column(basics.Elided(who, "strong"), basics.Elided(about, "small"), gap=0)
        line = basics.row(names, basics.chip(*words_rights.PHASES[phase]), gap=12)
        line.setStretch(0, 1)
        if phase in (Phase.COMING, Phase.RUNNING):
            end = basics.button("End it", "x", "small", lambda: self._revoke(document), hint="Nothing more is answered; what was answered stands")
            line.addWidget(end)
        return basics.card(line, pad=12, kind="tile")

    def _revoke(self, document: MandateDocument) -> None:
        said = "The mandate ends. What was answered stands."
        self.desk.do(RevokeMandate(), document.id, base_version=document.mandate.version, said=said, undo=True)

    def _give(self) -> None:
        agent = self.agent.party
        begins = words_rights.day_in(self.begins.date())
        ends = words_rights.day_in(self.ends.date()) if self.ending.isChecked() else None
        wrong = ""
        if not agent:
            wrong = "Say who may answer: write the name of your partner and choose it."
        elif agent == self.principal.currentData():
            wrong = words.of_code("mandate_to_oneself")
        elif ends is not None and ends < begins:
            wrong = "The last day lies before the first."
        self.wrong.setText(wrong)
        self.wrong.setVisible(bool(wrong))
        if wrong:
            self.agent.setFocus()
            return
        tracks = (self.tracks.currentData(),) if self.tracks.currentData() else ()
        data = GiveMandate(self.principal.currentData(), agent, begins, ends, tracks)

        def made(id_: str) -> None:
            self.desk.do(data, id_, said="The mandate is given.", undo=True)
            self.agent.clear()

        self.desk.read(lambda session: session.new_id("mandate"), made, owner=self)
