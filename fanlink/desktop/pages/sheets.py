"""Split sheets: for each remix that pays me, who gets what as a graph, its versions, and what is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from PySide6.QtWidgets import QStackedWidget

from fanlink.core.commands import ProposeSheet
from fanlink.core.documents import SheetDocument
from fanlink.core.sheets import SheetState
from fanlink.desktop import agreeing, formats
from fanlink.desktop.pages.page import ListDetail, Page
from fanlink.desktop.pages.sheet_editor import SheetEditor
from fanlink.desktop.pages.sheet_view import SheetView
from fanlink.desktop.widgets import basics
from fanlink.desktop.widgets.cards import Card, CardList
from fanlink.desktop.widgets.notices import Empty


class SheetsPage(Page):
    """A list of remixes with the sheet of one beside it; a proposal takes the whole page."""

    KINDS = frozenset({"sheet", "mandate", "account"})

    def build(self) -> None:
        self._sheets: dict[str, SheetDocument] = {}
        self.back = basics.button("Back", "arrow-left", "link", self._back)
        self.outer.addWidget(self.back, 0)
        self.heading("Split sheets", "Who gets which exact share of each remix, from which day on, and who agreed to it.")
        self.list = CardList(lambda _ids, _done: None, "Remixes")
        self.view = SheetView(self.desk)
        self.view.proposal_asked.connect(self._edit)
        self.both = ListDetail(self.list, self.view, back="All remixes")
        self.editor = SheetEditor(self.desk)
        self.editor.proposed.connect(self._propose)
        self.editor.left.connect(lambda: self._show_editor(on=False))
        self.nothing = Empty(
            "split", "Split sheets will be here", "As soon as a remix that pays you is published, you see here who gets what, and can propose "
            "another split from a day on.", "Earnings", lambda: self.desk.go("earnings"), "wallet",
        )  # fmt: skip
        self.stack = QStackedWidget()
        for each in (self.both, self.editor, self.nothing):
            self.stack.addWidget(each)
        self.outer.addWidget(self.stack, 1)
        self.list.chosen.connect(lambda id_: self.view.show_sheet(self._sheets.get(id_)))
        self.list.opened.connect(lambda _id: self.both.show_detail())

    def read(self, session: Any) -> tuple[dict[str, SheetDocument], tuple[str, ...]]:
        own = session.account.parties if session.account else ()
        mine = agreeing.acting_for(own, session.all("mandate"), self.desk.now_ms())
        found = sorted(session.all("sheet"), key=lambda each: (-_to_sign(each, mine), each.remix_title))
        return {each.id: each for each in found}, mine

    def show_data(self, found: tuple[dict[str, SheetDocument], tuple[str, ...]]) -> None:
        data, self.view.acting = found
        self._sheets = data
        wanted, self.item = self.item, ""
        id_ = self.list.show_ids(tuple(data), {each.id: self._card(each) for each in data.values()}, wanted)
        if self.stack.currentWidget() is not self.editor:
            self.stack.setCurrentWidget(self.both if data else self.nothing)
            if wanted:
                self.both.show_detail()
        self.view.show_sheet(data.get(id_))

    def _card(self, document: SheetDocument) -> Card:
        waiting = _to_sign(document, self.view.acting)
        chips = [(f"{waiting} to sign", "warn")] if waiting else []
        chips.append((formats.count(len(document.versions), "version"), ""))
        under = f"{document.track_title} · {document.artist_name}"
        return Card(document.id, document.remix_title, under, document.track or document.id, tuple(chips), artwork=document.artwork)

    def _back(self) -> None:
        self.desk.go("earnings" if self.window().role.key == "fan" else "rights")  # type: ignore[attr-defined]

    # Proposing ------------------------------------------------------------------------------------------------------

    def _edit(self, document: SheetDocument, counters: str) -> None:
        self.editor.write(document, counters)
        self._show_editor(on=True)

    def _show_editor(self, *, on: bool) -> None:
        """A proposal takes the whole page, its heading too."""
        for each in (self.back, self.title_label, self.subtitle_label):
            each.setVisible(not on)
        self.stack.setCurrentWidget(self.editor if on else self.both)

    def _propose(self, remix: str, tree: Mapping[str, Any], day: date, counters: str, note: str) -> None:
        data = ProposeSheet(remix, tree, day, counters, note)

        def made(id_: str) -> None:
            self.desk.do(data, id_, said="Proposed. Everyone on the old and the new split is asked to sign.", undo=True)
            self._show_editor(on=False)

        self.desk.read(lambda session: session.new_id("proposal"), made, owner=self)


def _to_sign(document: SheetDocument, mine: tuple[str, ...]) -> int:
    open_ = [each for each in document.proposals if each.state is SheetState.PROPOSED]
    return sum(party in mine for each in open_ for party in each.unsigned)
