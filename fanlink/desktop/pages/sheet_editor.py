"""A proposal for the next version of a remix's split: its tree of shares, the day it begins, and what it would pay."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fanlink.core import lineage
from fanlink.core.documents import SheetDocument
from fanlink.core.errors import Refused
from fanlink.core.shares import ANCESTOR, REMIXER, SplitSheet
from fanlink.core.sheets import who_must_sign
from fanlink.desktop import formats, splitting, words, words_rights
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.pages.pools_editor import PoolsEditor
from fanlink.desktop.splitting import PLATFORM
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.columns import Columns
from fanlink.desktop.widgets.what_if import WhatIf

FREE = ("recording", "composition", PLATFORM, REMIXER)


class SheetEditor(QWidget):
    """`proposed` gives remix, tree, day, the proposal that is answered, and a note."""

    proposed = Signal(str, object, object, str, str)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._document: SheetDocument | None = None
        self._counters = ""
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        self.place = basics.Elided("", "h2")
        self.propose = basics.button("Propose this split", "send", "primary", self._propose)
        head = basics.row(basics.tool("arrow-left", "Back to the sheet", self.left.emit), self.place, self.propose, gap=10)
        head.setStretch(1, 1)
        whole.addLayout(head)
        area, column = scrolling()
        whole.addWidget(area, 1)
        self.tree, self.what_if = PoolsEditor(), WhatIf()
        self.tree.changed.connect(self._show)
        self.day, self.note = fields.day("From which day on"), QLineEdit()
        self.note.setAccessibleName("A note to the others")
        self.note.setPlaceholderText("A note: why this is fairer")
        self.day.dateChanged.connect(lambda _day: self._show())
        when = basics.row(basics.text_label("From", "muted"), self.day, basics.text_label("on", "muted"), None, gap=8)
        hint = basics.text_label("Never backwards: what was earned before that day stays under the split before.", "small", wrap=True)
        column.addWidget(self.tree.top)
        column.addWidget(Columns(self.tree, basics.column(basics.card(when, hint, self.note), basics.card(self.what_if), gap=14), (5, 4)))
        column.addStretch(1)

    def write(self, document: SheetDocument, counters: str) -> None:
        """Opens a proposal; it begins with the tree of what it answers, else of the last version."""
        self._document, self._counters = document, counters
        answered = next((each.data for each in document.proposals if each.id == counters), document.versions[-1])
        self._last = SplitSheet.from_data(document.versions[-1])
        self.place.say(f"Another split · {document.remix_title}")
        first = max(words_rights.day_of(self.desk.now_ms()), self._last.effective_from) + timedelta(days=1)
        self.day.blockSignals(True)
        self.day.setMinimumDate(words_rights.shown_day(first))
        self.day.setDate(words_rights.shown_day(first))
        self.day.blockSignals(False)
        self.note.clear()
        above = lineage.titles_from(self._last.parent, document.titles, document.parents)
        heads = {REMIXER: "Remixer", ANCESTOR: f"“{above[0]}”" if above else "No earlier remix"}
        parties = sorted(document.party_names, key=lambda party: document.party_names[party])
        self.tree.offer(document.party_names, parties, FREE, self._platform, heads)
        self.tree.write(sorted(splitting.pools_in(SplitSheet.from_data(answered).nodes), key=lambda pool: (-pool.part, pool.name)))

    @property
    def _platform(self) -> str | None:
        """The platform's own party, where a version of this sheet had one."""
        versions = self._document.versions if self._document else ()
        leaves = [leaf for each in versions for leaf in SplitSheet.from_data(each).leaves()]
        return next((leaf.party for leaf in leaves if leaf.path[:1] == (PLATFORM,)), None)

    @property
    def sheet(self) -> SplitSheet:
        """The next version as a value; `Refused` while it is not whole. What is paid back first stays while its party is on the split."""
        nodes, claim, last = splitting.nodes(self.tree.pools), self._last.recoupment, self._last
        parties = {leaf.party for node in nodes for leaf in node.leaves()}
        kept = claim if claim is not None and claim.party in parties else None
        return SplitSheet(last.remix_id, self._day, nodes, kept, None, last.parent, last.generation)

    @property
    def _day(self) -> date:
        return words_rights.day_in(self.day.date())

    def _show(self) -> None:
        assert self._document is not None
        made, wrong = None, ""
        try:
            made = self.sheet
        except Refused as refused:
            wrong = words.of_error(refused)
        if made is not None and self.tree.unfilled:
            wrong = f"Nobody is in {formats.names(self.tree.unfilled)} yet."
        elif made is not None and (made.as_data()["shares"], made.recoupment) == (self._last.as_data()["shares"], self._last.recoupment):
            wrong = "Nothing is changed yet."
        signers = formats.count(len(who_must_sign(self._last, made)), "party", "parties") if made else ""
        self.tree.say(wrong or f"{signers} will be asked to sign: everyone on the old split and on the new one.", "warn" if wrong else "muted")
        self.propose.setEnabled(not wrong)
        whole = made is not None and not self.tree.unfilled
        self.what_if.show_split(made.flatten() if whole else {}, self._document.party_names, made.recoupment if whole else None)

    def _propose(self) -> None:
        assert self._document is not None
        data = self.sheet.as_data()
        tree = {"shares": data["shares"], "recoup": data["recoup"]}
        self.proposed.emit(self._document.id, tree, self._day, self._counters, self.note.text().strip())
