"""The rights in one track: questions to answer, who has agreed, and the splits with who has signed them."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QDateTime, Signal
from PySide6.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from fanlink.core import territories
from fanlink.core.commands import (
    CounterConsent,
    GrantConsent,
    RefuseConsent,
    SignTemplate,
    WithdrawCatalogue,
    WithdrawConsent,
)
from fanlink.core.consents import ConsentState
from fanlink.core.documents import ConsentDocument, TemplateDocument, TrackDocument
from fanlink.core.errors import Refused
from fanlink.core.shares import Template
from fanlink.desktop import agreeing, formats, splitting, words, words_staff
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.pages.prompt_editor import template_words
from fanlink.desktop.pages.track_view import to_mend
from fanlink.desktop.pages.withdraw_card import WithdrawCard
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.opening import Opening
from fanlink.desktop.widgets.rights_picture import RightsPicture
from fanlink.desktop.widgets.shares import ShareTable
from fanlink.desktop.widgets.what_if import WhatIf


@dataclass(frozen=True, slots=True)
class Rights:
    """All that one page shows of one track. `track` is None for who sees only the question."""

    id: str
    title: str
    artist: str
    artist_name: str
    track: TrackDocument | None
    consents: tuple[ConsentDocument, ...]
    templates: tuple[TemplateDocument, ...]
    artwork: str | None = None


class RightsView(QWidget):
    """Filled again for each track."""

    split_asked = Signal(object, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.rights: Rights | None = None
        self.everything: tuple[ConsentDocument, ...] = ()
        self.acting: tuple[str, ...] = ()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area, self._column = scrolling()
        whole.addWidget(area)

    @property
    def _mine(self) -> tuple[str, ...]:
        return self.acting or (self.desk.account.parties if self.desk.account else ())

    def show_rights(self, rights: Rights | None) -> None:
        """Another track, or none."""
        self.rights = rights
        basics.empty(self._column)
        if rights is None:
            return
        names = basics.column(None, basics.Elided(rights.title, "h2"), basics.Elided(rights.artist_name, "muted"), None, gap=3)
        head = basics.row(Cover(rights.id, 60, 10, rights.artwork), names, gap=14)
        head.setStretch(1, 1)
        if rights.track is not None:
            head.addWidget(basics.button("Open the track", "disc-3", "", lambda: self.desk.go("tracks", rights.id)))
        self._column.addWidget(basics.card(head))
        if rights.consents:
            self._column.addWidget(self._questions(rights))
        self._column.addWidget(self._splits(rights))
        if rights.track is not None:
            picture = RightsPicture()
            picture.show_track(rights.track, self._mine, self.desk.now_ms())
            card = basics.card(basics.text_label("Who owns it, and who has agreed", "h2"), picture)
            for text in to_mend(rights.track):
                card.layout().addWidget(basics.text_label(text, "bad", wrap=True))
            self._column.addWidget(card)
        if rights.artist and any(each.consent.state is ConsentState.GRANTED for each in rights.consents):
            one = basics.boxed(basics.row(basics.text_label("Take back everything on this track", "strong"), None))
            self._column.addWidget(Opening("taking this track back", one, self._withdraw_track))
            text = basics.Elided(f"Take back everything on all tracks of {rights.artist_name}", "strong")
            self._column.addWidget(Opening("taking everything back", text, self._withdraw_all))
        self._column.addStretch(1)

    # Questions ------------------------------------------------------------------------------------------------------

    def _questions(self, rights: Rights) -> QWidget:
        asked = [each for each in rights.consents if each.consent.open]
        title = basics.row(basics.text_label("Questions to you" if asked else "Your answers", "h2"), None)
        if len(asked) > 1:
            title.addWidget(basics.button(f"Agree to all {len(asked)}", "check", "primary", lambda: self._grant_all(asked)))
        card = basics.card(title, gap=10)
        several = len({each.consent.party for each in rights.consents}) > 1
        order = {ConsentState.ASKED: 0, ConsentState.COUNTERED: 1}
        for document in sorted(rights.consents, key=lambda each: (order.get(each.consent.state, 2), each.consent.use, each.party_name)):
            card.layout().addWidget(self._question(document, several=several, alone=len(asked) == 1))
        return card

    def _question(self, document: ConsentDocument, *, several: bool, alone: bool) -> QWidget:
        consent = document.consent
        use = basics.text_label(words.USES[consent.use], "strong")
        head = basics.row(use, gap=10)
        if several:
            head.addWidget(basics.text_label(f"for {document.party_name}", "muted"))
        head.addStretch(1)
        head.addWidget(basics.chip(*words_staff.CONSENT_STATES[consent.state]))
        tile = basics.card(head, basics.text_label(words_staff.USE_MEANS[consent.use], "muted", wrap=True), pad=14, gap=6, kind="tile")
        for text in self._facts(document):
            tile.layout().addWidget(basics.text_label(text, "small", wrap=True))
        if consent.open:
            tile.layout().addWidget(self._answer(document, alone=alone))
        if consent.state is ConsentState.GRANTED:
            back = basics.boxed(basics.row(basics.text_label("Take it back", "small"), None))
            tile.layout().addWidget(Opening("taking this back", back, lambda: self._withdraw_one(document)))
        return tile

    def _facts(self, document: ConsentDocument) -> list[str]:
        consent = document.consent
        said = []
        if consent.asking:
            said.append(f"The artist writes: {consent.asking}")
        if consent.wanted:
            said.append(f"You agreed for {consent.territory}; you are asked for {consent.wanted}. Until then your yes stays as it is.")
        if consent.answered_ms:
            said.append(f"Answered {formats.ago(consent.answered_ms, self.desk.now_ms())}")
        if consent.state is ConsentState.GRANTED:
            until = f"until {formats.date(consent.until_ms)}" if consent.until_ms else "without an end"
            said.append(f"{formats.human(consent.territory)}, {until}")
        if consent.conditions:
            said.append(f"Conditions: {consent.conditions}")
        if consent.note:
            said.append(f"Note: {consent.note}")
        return said

    def _answer(self, document: ConsentDocument, *, alone: bool) -> QWidget:
        note = QLineEdit()
        note.setPlaceholderText("A note: why not, or what you would agree to instead")
        note.setAccessibleName(f"Note about {words.USES[document.consent.use]}")
        wrong = basics.text_label("", "bad")
        wrong.hide()

        def counter() -> None:
            text = note.text().strip()
            wrong.setText(words.of_code("counter_needs_a_note"))
            wrong.setVisible(not text)
            if text:
                self._do(document, CounterConsent(text), "Your wish is sent to the artist.")
            else:
                note.setFocus()

        where = QLineEdit(document.consent.wanted or territories.WORLD)
        where.setMaximumWidth(150)
        where.setAccessibleName(f"Territory for {words.USES[document.consent.use]}")
        where.setToolTip(basics.plain_tooltip("world, country codes such as DE AT CH, or world except US"))
        ends, until = QCheckBox("Until a day"), fields.day("Until when")
        until.setDateTime(QDateTime.fromMSecsSinceEpoch(self.desk.now_ms()).addYears(1))
        until.setVisible(False)
        ends.toggled.connect(until.setVisible)

        def grant() -> None:
            end = until.dateTime().toMSecsSinceEpoch() if ends.isChecked() else None
            try:
                place = territories.canonical(where.text())
            except Refused as refused:
                wrong.setText(words.of_error(refused))
                wrong.show()
                return
            self._do(document, GrantConsent(place, end, note.text().strip()), "Agreed.")

        terms = basics.row(basics.text_label("Territory", "muted"), where, 12, ends, until, None, gap=8)
        line = flow(
            basics.button("Agree", "check", "primary" if alone else "", grant),
            basics.button("Ask for something else", "message-square", "", counter),
            basics.button("Refuse", "x", "danger", lambda: self._do(document, RefuseConsent(note.text().strip()), "Refused.")), gap=8,
        )  # fmt: skip
        return basics.boxed(basics.column(note, terms, wrong, line, gap=8))

    def _grant_all(self, asked: list[ConsentDocument]) -> None:
        def grant(session) -> list[str]:
            return [
                session.do(GrantConsent(), each.id, base_version=each.consent.version, undo_s=10) for each in asked
            ]  # fmt: skip

        def undo(commands: list[str]) -> None:
            self.desk.read(lambda session: [session.undo(each) for each in commands], lambda _done: self.desk.say("Taken back."), owner=self)

        self.desk.read(grant, lambda commands: self.desk.say("Agreed to all of them.", lambda: undo(commands)), owner=self)

    def _withdraw_all(self) -> QWidget:
        assert self.rights is not None
        rights = self.rights
        column = basics.column(gap=14)
        for party, name in self._parties(rights).items():
            mine = [each for each in self.everything if each.consent.party == party and each.artist_name == rights.artist_name]
            said = f"Everything of {name} on {rights.artist_name} is taken back."
            column.addWidget(WithdrawCard(
                self.desk, f"Everything of {name} on every track of {rights.artist_name}", rights.artist, mine,
                lambda party=party, said=said: self.desk.do(WithdrawCatalogue(party), rights.artist, said=said, undo=True),
            ))  # fmt: skip
        return basics.boxed(column)

    def _withdraw_track(self) -> QWidget:
        assert self.rights is not None
        rights = self.rights
        column = basics.column(gap=14)
        for party, name in self._parties(rights).items():
            mine = [each for each in rights.consents if each.consent.party == party]
            data, said = WithdrawCatalogue(party, tracks=(rights.id,)), f"Everything of {name} on “{rights.title}” is taken back."
            column.addWidget(WithdrawCard(
                self.desk, f"Everything of {name} on “{rights.title}”", rights.artist, mine,
                lambda data=data, said=said: self.desk.do(data, rights.artist, said=said, undo=True),
            ))  # fmt: skip
        return basics.boxed(column)

    def _withdraw_one(self, document: ConsentDocument) -> QWidget:
        said = "Taken back. What is published winds down; nothing new begins."
        artist = self.rights.artist if self.rights else ""
        title = f"{words.USES[document.consent.use]} of “{document.track_title}”, for {document.party_name}"
        return WithdrawCard(self.desk, title, artist, [document], lambda: self._do(document, WithdrawConsent(), said))

    @staticmethod
    def _parties(rights: Rights) -> dict[str, str]:
        granted = [each for each in rights.consents if each.consent.state is ConsentState.GRANTED]
        return {each.consent.party: each.party_name for each in granted}

    # Splits ---------------------------------------------------------------------------------------------------------

    def _splits(self, rights: Rights) -> QWidget:
        title = basics.row(basics.text_label("Splits", "h2"), None)
        if rights.track is not None:
            title.addWidget(basics.button("New split", "split", "", lambda: self.split_asked.emit(rights, None)))
        card = basics.card(title, gap=10)
        for template in rights.templates:
            card.layout().addWidget(self._split(rights, template))
        if not rights.templates:
            card.layout().addWidget(basics.text_label("None yet. A split says who gets which exact share of a remix’s revenue.", "muted", wrap=True))
        return card

    def _split(self, rights: Rights, template: TemplateDocument) -> QWidget:
        head = basics.row(basics.text_label(template_words(template), "strong"), None)
        tile = basics.card(head, pad=14, gap=10, kind="tile")
        table = ShareTable()
        table.set_lines(agreeing.split_lines(template.shares, self._mine))
        tile.layout().addWidget(table)
        names = {share.party: share.name for share in template.shares}
        chips = [basics.chip(f"✓ {names.get(party, party)}", "ok") for party in template.signed]
        chips += [basics.chip(names.get(party, party), "warn") for party in template.unsigned]
        signed = basics.row(basics.text_label("Signed", "cap"), flow(*chips), gap=10)
        signed.setStretch(1, 1)
        tile.layout().addLayout(signed)
        if template.note:
            tile.layout().addWidget(basics.text_label(f"“{template.note}”", "muted", wrap=True))
        if template.countered_by:
            tile.layout().addWidget(basics.text_label("Answered with another split; this one can no longer be signed.", "small", wrap=True))
        tile.layout().addWidget(Opening("what it would pay", basics.boxed(basics.row(basics.text_label("What if", "small"), None)), lambda: _what_if(template)))
        acts: list[QWidget] = []
        if rights.track is not None:
            waits = bool(template.unsigned) and not template.countered_by
            hint = "Propose another split in its place" if waits else "Begin a new split with these shares"
            acts.append(basics.button("Answer with another" if waits else "Change it", "pencil", "small", lambda: self.split_asked.emit(rights, template), hint=hint))
        for party in template.unsigned:
            if party in self._mine and not template.countered_by:
                name = names.get(party, party)
                sign = basics.button(f"Sign for {name}", "signature", "small", lambda party=party, name=name: self._sign(template, party, name))
                acts.append(sign)
        if acts:
            tile.layout().addWidget(flow(*acts, gap=8))
        return tile

    def _sign(self, template: TemplateDocument, party: str, name: str) -> None:
        self.desk.do(SignTemplate(party), template.id, base_version=template.version, said=f"Signed for {name}.", undo=True)

    def _do(self, document: ConsentDocument, data, said: str) -> None:
        self.desk.do(data, document.id, base_version=document.consent.version, said=said, undo=True)


def _what_if(document: TemplateDocument) -> QWidget:
    """What a revenue would pay under a split, with the fan's part as the remixer's."""
    made, split = WhatIf(), Template.from_data(document.tree)
    made.show_split(splitting.flatten(split), {share.party: share.name for share in document.shares}, split.recoupment)
    return made
