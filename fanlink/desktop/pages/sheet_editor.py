"""A proposal for the next version of a remix's split: each party's whole share, a bar that must be whole, and what it would pay."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from fanlink.core.amounts import fraction_text
from fanlink.core.documents import SheetDocument
from fanlink.core.shares import SplitSheet
from fanlink.desktop import formats, splitting, theme, words_rights
from fanlink.desktop.desk import Desk
from fanlink.desktop.pages.page import scrolling
from fanlink.desktop.widgets import basics, fields
from fanlink.desktop.widgets.shares import Dot, ShareBar
from fanlink.desktop.widgets.what_if import WhatIf


class SheetEditor(QWidget):
    """`proposed` gives remix, tree, day, the proposal that is answered, and a note."""

    proposed = Signal(str, object, object, str, str)
    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.shares: dict[str, Fraction] = {}
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
        self.bar, self.sum = ShareBar(18), basics.text_label("", "strong")
        column.addWidget(basics.card(basics.row(basics.text_label("The whole", "h2"), self.sum, None), self.bar))
        self._parties = QVBoxLayout()
        self._parties.setSpacing(8)
        self.day, self.note = fields.day("From which day on"), QLineEdit()
        self.note.setAccessibleName("A note to the others")
        self.note.setPlaceholderText("A note: why this is fairer")
        self.day.dateChanged.connect(lambda _day: self._show())
        self.what_if = WhatIf()
        when = basics.row(basics.text_label("From", "muted"), self.day, basics.text_label("on", "muted"), None, gap=8)
        hint = basics.text_label("Never backwards: what was earned before that day stays under the split before.", "small", wrap=True)
        left = basics.column(basics.card(basics.text_label("Who gets what", "h2"), self._parties, gap=10), None)
        right = basics.column(basics.card(when, hint, self.note), basics.card(self.what_if), None, gap=14)
        both = basics.row(gap=16)
        both.addLayout(left, 5)
        both.addLayout(right, 4)
        column.addLayout(both)
        column.addStretch(1)

    def write(self, document: SheetDocument, counters: str) -> None:
        """Opens a proposal; it begins with the shares of what it answers, else of the last version."""
        self._document, self._counters = document, counters
        answered = next((each.data for each in document.proposals if each.id == counters), document.versions[-1])
        self._last = SplitSheet.from_data(document.versions[-1])
        self.shares = SplitSheet.from_data(answered).flatten()
        self.place.say(f"Another split · {document.remix_title}")
        first = self._first_day()
        self.day.setMinimumDate(words_rights.shown_day(first))
        self.day.setDate(words_rights.shown_day(first))
        self.note.clear()
        self._fill()

    def _first_day(self) -> date:
        today = words_rights.day_of(self.desk.now_ms())
        return max(today, self._last.effective_from) + timedelta(days=1)

    def _fill(self) -> None:
        basics.empty(self._parties)
        assert self._document is not None
        for row, (party, share) in enumerate(self.shares.items()):
            name = self._document.party_names.get(party, party)
            written = QLineEdit(splitting.write_share(share))
            written.setMaximumWidth(120)
            written.setAccessibleName(f"Share of {name}")
            written.textEdited.connect(lambda text, party=party: self._typed(party, text))
            away = basics.tool("x", f"Take {name} away", lambda party=party: self._away(party))
            line = basics.row(Dot(row), basics.Elided(name), written, away, gap=10)
            line.setStretch(1, 1)
            self._parties.addLayout(line)
        add = QComboBox()
        add.setAccessibleName("Add a party")
        add.addItem("Add a party…", "")
        for party, name in sorted(self._document.party_names.items(), key=lambda each: each[1]):
            if party not in self.shares:
                add.addItem(name, party)
        add.activated.connect(lambda _index: self._add(add.currentData()))
        add.setVisible(add.count() > 1)
        self._parties.addLayout(basics.row(None, add))
        self._show()

    def _typed(self, party: str, text: str) -> None:
        share = splitting.read_share(text)
        if share is not None:
            self.shares[party] = share
            self._show()

    def _away(self, party: str) -> None:
        self.shares.pop(party, None)
        self._fill()

    def _add(self, party: str) -> None:
        if party:
            self.shares[party] = max(1 - sum(self.shares.values(), Fraction(0)), Fraction(0))
            self._fill()

    def _show(self) -> None:
        gap = 1 - sum(self.shares.values(), Fraction(0))
        self.bar.set_parts(list(self.shares.values()))
        self.sum.setText("exactly the whole" if not gap else f"{formats.percent(abs(gap))} {'missing' if gap > 0 else 'too much'}")
        self.sum.setProperty("role", "ok" if not gap else "bad")
        theme.restyle(self.sum)
        self.propose.setEnabled(not gap and bool(self.shares))
        names = self._document.party_names if self._document else {}
        self.what_if.show_split(self.shares if not gap else {}, names)

    def _propose(self) -> None:
        assert self._document is not None
        nodes = [{"name": party, "part": fraction_text(share)} for party, share in self.shares.items()]
        tree = {"shares": nodes, "recoup": self._last.as_data()["recoup"] if self._recouping() else None}
        self.proposed.emit(self._document.id, tree, words_rights.day_in(self.day.date()), self._counters, self.note.text().strip())

    def _recouping(self) -> bool:
        """What is paid back first stays as it is, while its party is still on the split."""
        claim = self._last.recoupment
        return claim is not None and claim.party in self.shares
