"""One remix's split sheet: the version in force as a graph, what is proposed with who signed it, and the versions before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fanlink.core import lineage, sheets
from fanlink.core.commands import SignSheet
from fanlink.core.documents import SheetDocument
from fanlink.core.shares import SplitSheet
from fanlink.core.sheets import SheetProposal, SheetState, Standing
from fanlink.desktop import formats, words_rights
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.artwork import Cover
from fanlink.desktop.widgets.flow import flow
from fanlink.desktop.widgets.opening import Opening
from fanlink.desktop.widgets.split_graph import SplitGraph
from fanlink.desktop.widgets.what_if import WhatIf


class SheetView(QWidget):
    """Filled again for each remix. `proposal_asked` gives the document and the proposal that is answered, or nothing."""

    proposal_asked = Signal(object, str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.document: SheetDocument | None = None
        self.acting: tuple[str, ...] = ()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        area, self._column = scrolling()
        whole.addWidget(area)

    def show_sheet(self, document: SheetDocument | None) -> None:
        """Another remix, or none."""
        self.document = document
        basics.empty(self._column)
        if document is None:
            return
        cover = Cover(document.track or document.id, 60, 10, document.artwork)
        about = f"{document.track_title} · {document.artist_name}"
        names = basics.column(None, basics.Elided(document.remix_title, "h2"), basics.Elided(about, "muted"), None, gap=3)
        propose = basics.button("Propose another split", "split", "", lambda: self.proposal_asked.emit(document, ""))
        head = basics.row(cover, names, propose, gap=14)
        head.setStretch(1, 1)
        self._column.addWidget(basics.card(head))
        for proposal in document.proposals:
            if proposal.state is SheetState.PROPOSED:
                self._column.addWidget(self._proposal(document, proposal))
        known = [SplitSheet.from_data(each) for each in document.versions]
        where = sheets.standing(known, words_rights.day_of(self.desk.now_ms()))
        for sheet in reversed(known):
            self._column.addWidget(self._version(document, sheet, where[sheet.id]))
        past = [each for each in document.proposals if each.state is SheetState.COUNTERED]
        for proposal in past:
            text = f"A proposal for {proposal.sheet.effective_from:%d %b %Y} was answered with another one."
            self._column.addWidget(basics.text_label(text, "small", wrap=True))
        self._column.addStretch(1)

    @property
    def _mine(self) -> tuple[str, ...]:
        return self.acting or (self.desk.account.parties if self.desk.account else ())

    def _version(self, document: SheetDocument, sheet: SplitSheet, where: Standing) -> QWidget:
        title = basics.text_label(f"From {sheet.effective_from:%d %b %Y} on", "h2" if where is Standing.IN_FORCE else "strong")
        head = basics.row(title, None, basics.chip(*words_rights.STANDINGS[where]))
        if where is Standing.SUPERSEDED:
            return Opening("an earlier version", basics.boxed(head), lambda: self._picture(document, sheet))
        return basics.card(head, self._picture(document, sheet), gap=12)

    def _picture(self, document: SheetDocument, sheet: SplitSheet) -> QWidget:
        graph, what_if = SplitGraph(), WhatIf()
        above = lineage.titles_from(sheet.parent, document.titles, document.parents)
        graph.show_split(sheet.nodes, document.party_names, self._mine, document.remix_title, above)
        what_if.show_split(sheet.flatten(), document.party_names, sheet.recoupment)
        return basics.boxed(basics.column(graph, what_if, gap=14))

    def _proposal(self, document: SheetDocument, proposal: SheetProposal) -> QWidget:
        sheet = proposal.sheet
        title = f"Proposed from {sheet.effective_from:%d %b %Y} on"
        head = basics.row(basics.text_label(title, "h2"), None, basics.chip(*words_rights.SHEET_STATES[proposal.state]))
        card = basics.card(head, gap=12)
        said = f"{formats.ago(proposal.at_ms, self.desk.now_ms())}"
        note = f"“{proposal.note}” · {said}" if proposal.note else f"Proposed {said}"
        card.layout().addWidget(basics.text_label(note, "muted", wrap=True))
        card.layout().addWidget(self._picture(document, sheet))
        names = document.party_names
        chips = [basics.chip(f"✓ {names.get(party, party)}", "ok") for party in proposal.signed]
        chips += [basics.chip(names.get(party, party), "warn") for party in proposal.unsigned]
        signed = basics.row(basics.text_label("Signed", "cap"), flow(*chips), gap=10)
        signed.setStretch(1, 1)
        card.layout().addLayout(signed)
        acts = [basics.button("Answer with another", "message-square", "", lambda: self.proposal_asked.emit(document, proposal.id))]
        mine = [party for party in proposal.unsigned if party in self._mine]
        for party in mine:
            name = names.get(party, party)
            kind = "primary" if len(mine) == 1 else ""
            acts.append(basics.button(f"Sign for {name}", "signature", kind, lambda party=party, name=name: self._sign(proposal, party, name)))
        card.layout().addWidget(flow(*acts))
        return card

    def _sign(self, proposal: SheetProposal, party: str, name: str) -> None:
        self.desk.do(SignSheet(party), proposal.id, base_version=proposal.version, said=f"Signed for {name}.", undo=True)
